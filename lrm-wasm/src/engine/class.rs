//! Warm classes.

use std::cell::RefCell;

use lrm_core::{Class, LearnerChanges, LearnerRecord};
use wasm_bindgen::prelude::wasm_bindgen;

use super::record::RawRecord;
use super::state::RawState;
use super::{RawEngine, results};
use crate::error::{Result, thrown};
use crate::mastery::json;
use crate::wire;

/// Records on their way into a class: one array of handles would take them away from their owners.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct RawRecords(Vec<LearnerRecord>);

#[wasm_bindgen]
impl RawRecords {
    /// No records.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more record.
    pub fn add(&mut self, record: &RawRecord) {
        self.0.push(record.0.clone());
    }
}

/// Many learners kept warm. The cell is never borrowed twice: there is one thread, and nothing here calls back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawClass(RefCell<Class>);

#[wasm_bindgen]
impl RawEngine {
    /// Keeps many learners warm; takes the records out of their list.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    #[wasm_bindgen(js_name = startClass)]
    pub fn start_class(
        &self,
        records: &mut RawRecords,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<RawClass> {
        let (options, as_of) = (wire::options(scope, strict), wire::instant(as_of)?);
        let class = self.engine.start_class_with(std::mem::take(&mut records.0), as_of, &options).map_err(thrown)?;
        Ok(RawClass(RefCell::new(class)))
    }
}

#[wasm_bindgen]
impl RawClass {
    /// Takes in one item; gives each learner with changed results, followed by those as JSON.
    ///
    /// # Errors
    /// `invalid-json`, `missing-field`, `clock-moved-back`; of a strict class also what is wrong with the item.
    pub fn apply(&self, evidence: &[u8], as_of: &str) -> Result<Vec<String>> {
        let as_of = wire::instant(as_of)?;
        self.0.borrow_mut().apply_json(evidence, as_of).map(flat).map_err(thrown)
    }

    /// Moves the clock; gives the same.
    ///
    /// # Errors
    /// `clock-moved-back`.
    pub fn advance(&self, as_of: &str) -> Result<Vec<String>> {
        let as_of = wire::instant(as_of)?;
        self.0.borrow_mut().advance(as_of).map(flat).map_err(thrown)
    }

    /// The instant that the clock shows.
    #[wasm_bindgen(js_name = asOf)]
    pub fn as_of(&self) -> String {
        self.0.borrow().as_of().to_string()
    }

    /// The ids of the learners.
    pub fn learners(&self) -> Vec<String> {
        self.0.borrow().learners().map(str::to_owned).collect()
    }

    /// True if the learner is in the class.
    pub fn has(&self, learner: &str) -> bool {
        self.0.borrow().contains(learner)
    }

    /// The number of learners.
    pub fn size(&self) -> usize {
        self.0.borrow().len()
    }

    /// The result of a learner for one competency, as JSON.
    ///
    /// # Errors
    /// `unknown-learner`, `unknown-competency`.
    pub fn mastery(&self, learner: &str, id: &str) -> Result<String> {
        self.0.borrow().mastery(learner, id).map(|result| json(&result)).map_err(thrown)
    }

    /// The state of a learner as it is now.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn state(&self, learner: &str) -> Result<RawState> {
        self.0.borrow().state(learner).map(RawState).map_err(thrown)
    }

    /// What was taken in about a learner.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn record(&self, learner: &str) -> Result<RawRecord> {
        self.0.borrow().record(learner).map(RawRecord).map_err(thrown)
    }

    /// Takes a learner out; gives what was taken in.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn remove(&self, learner: &str) -> Result<RawRecord> {
        self.0.borrow_mut().remove(learner).map(RawRecord).map_err(thrown)
    }
}

fn flat(changes: Vec<LearnerChanges>) -> Vec<String> {
    changes.into_iter().flat_map(|one| [one.learner, results::masteries(one.changed)]).collect()
}
