//! The module that every page loads: an engine and what it works with, one file per class.

mod class;
mod columns;
mod framework;
mod live;
mod policy;
mod record;
mod results;
mod rollup;
mod state;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use lrm_core::{Engine, Evidence};
use wasm_bindgen::prelude::wasm_bindgen;

use self::results::changes;
use crate::error::{Result, thrown};
use crate::wire::{instant, options};

pub use self::class::{RawClass, RawRecords};
pub use self::columns::RawColumns;
pub use self::framework::RawFramework;
pub use self::live::RawLive;
pub use self::policy::RawPolicy;
pub use self::record::RawRecord;
pub use self::rollup::{RawRollup, RawRollupOptions, RawRollupStream};
pub use self::state::RawState;

/// A framework and a policy, compiled.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawEngine {
    engine: Engine,
    /// What the reader of the framework found, as JSON.
    report: Rc<str>,
}

#[wasm_bindgen]
impl RawEngine {
    /// Compiles the two, with the requirements of rollups as the other module spelled them out.
    ///
    /// # Errors
    /// Whatever keeps them from fitting together.
    #[wasm_bindgen(constructor)]
    pub fn new(framework: &RawFramework, policy: &RawPolicy, requirements: &[i64]) -> Result<Self> {
        let (graph, rules) = (Arc::clone(&framework.framework), Arc::clone(&policy.0));
        let engine = Engine::with_requirements(graph, rules, requirements).map_err(thrown)?;
        Ok(Self { engine, report: Rc::clone(&framework.report) })
    }

    /// The framework.
    pub fn framework(&self) -> RawFramework {
        RawFramework { framework: Arc::clone(self.engine.framework()), report: Rc::clone(&self.report) }
    }

    /// The policy.
    pub fn policy(&self) -> RawPolicy {
        RawPolicy(Arc::clone(self.engine.policy()))
    }

    /// What is odd about the policy for this framework, as JSON.
    pub fn lint(&self) -> String {
        self.engine.lint().to_json()
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
        self.engine.evaluate_with(&record.0, instant(as_of)?, &options).map(RawState).map_err(thrown)
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
        let delta = self.engine.what_if_with(&record.0, &items, instant(as_of)?, &options).map_err(thrown)?;
        Ok(changes(&delta))
    }

    /// Keeps a learner warm.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn start(&self, record: &RawRecord, as_of: &str, scope: Option<Vec<String>>, strict: bool) -> Result<RawLive> {
        let options = options(scope, strict);
        let live = self.engine.start_with(&record.0, instant(as_of)?, &options).map_err(thrown)?;
        Ok(RawLive(RefCell::new(live)))
    }

    /// The results of many learners at once.
    ///
    /// # Errors
    /// A column is missing, and what the engine finds wrong with the other arguments.
    pub fn rollup(&self, columns: &RawColumns, as_of: &str, options: &RawRollupOptions) -> Result<RawRollup> {
        let scopes = columns.scopes.borrow();
        let (table, aside) = (columns.table.borrow(), rollup::aside(scopes.as_ref()));
        self.engine.rollup_with(&*table, instant(as_of)?, &options.0.borrow(), aside).map(RawRollup).map_err(thrown)
    }

    /// A rollup of batches that come in the order of their learners.
    ///
    /// # Errors
    /// The instant is none.
    pub fn stream(&self, as_of: &str, options: &RawRollupOptions) -> Result<RawRollupStream> {
        Ok(RawRollupStream(RefCell::new(self.engine.stream(instant(as_of)?, &options.0.borrow()))))
    }
}
