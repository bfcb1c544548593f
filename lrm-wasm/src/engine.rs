//! Engines.

use std::cell::RefCell;

use lrm_core::{Engine, Evidence, RollupOptions};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::columns::RawColumns;
use crate::derivation::RawDerivation;
use crate::error::{Result, thrown};
use crate::framework::RawFramework;
use crate::live::RawLive;
use crate::policy::RawPolicy;
use crate::record::RawRecord;
use crate::rollup::RawRollup;
use crate::state::RawState;
use crate::wire::{changes, instant, options};

/// A framework and a policy, compiled.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawEngine(pub(crate) Engine);

#[wasm_bindgen]
impl RawEngine {
    /// Compiles the two.
    ///
    /// # Errors
    /// Whatever keeps them from fitting together.
    #[wasm_bindgen(constructor)]
    pub fn new(framework: &RawFramework, policy: &RawPolicy) -> Result<Self> {
        Engine::new(framework.0.clone(), policy.0.clone()).map(Self).map_err(thrown)
    }

    /// Reads and compiles two documents.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(framework: &[u8], policy: &[u8]) -> Result<Self> {
        Engine::from_json(framework, policy).map(Self).map_err(thrown)
    }

    /// The framework.
    pub fn framework(&self) -> RawFramework {
        RawFramework(self.0.framework().clone())
    }

    /// The policy.
    pub fn policy(&self) -> RawPolicy {
        RawPolicy(self.0.policy().clone())
    }

    /// What is odd about the policy for this framework, as JSON.
    pub fn lint(&self) -> String {
        self.0.lint().to_json()
    }

    /// What a learner has mastered.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn evaluate(
        &self,
        record: &RawRecord,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<RawState> {
        let options = options(scope, strict);
        self.0.evaluate_with(&record.0, instant(as_of)?, &options).map(RawState).map_err(thrown)
    }

    /// Why the result of one competency is what it is.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn explain(
        &self,
        record: &RawRecord,
        id: &str,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<RawDerivation> {
        let options = options(scope, strict);
        self.0.explain_with(&record.0, id, instant(as_of)?, &options).map(RawDerivation).map_err(thrown)
    }

    /// What would change if these items were in the record too, as JSON.
    ///
    /// # Errors
    /// What is wrong with the items, and what the engine finds wrong with the other arguments.
    #[wasm_bindgen(js_name = whatIf)]
    pub fn what_if(
        &self,
        record: &RawRecord,
        items: Vec<String>,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let items = items.into_iter().map(Evidence::from_json).collect::<lrm_core::Result<Vec<_>>>().map_err(thrown)?;
        let options = options(scope, strict);
        let delta = self.0.what_if_with(&record.0, &items, instant(as_of)?, &options).map_err(thrown)?;
        Ok(changes(&delta))
    }

    /// Keeps a learner warm.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn start(&self, record: &RawRecord, as_of: &str, scope: Option<Vec<String>>, strict: bool) -> Result<RawLive> {
        let options = options(scope, strict);
        let live = self.0.start_with(&record.0, instant(as_of)?, &options).map_err(thrown)?;
        Ok(RawLive(RefCell::new(live)))
    }

    /// The results of many learners at once.
    ///
    /// # Errors
    /// A column is missing, and what the engine finds wrong with the other arguments.
    pub fn rollup(
        &self,
        columns: &RawColumns,
        as_of: &str,
        scope: Option<Vec<String>>,
        nodes: Option<Vec<String>>,
        unassessed: bool,
        strict: bool,
    ) -> Result<RawRollup> {
        let mut options = RollupOptions::new();
        if let Some(ids) = scope {
            options = options.scope(ids);
        }
        if let Some(ids) = nodes {
            options = options.nodes(ids);
        }
        if unassessed {
            options = options.unassessed();
        }
        if strict {
            options = options.strict();
        }
        self.0.rollup(&columns.0.borrow(), instant(as_of)?, &options).map(RawRollup).map_err(thrown)
    }
}
