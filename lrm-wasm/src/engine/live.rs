//! Warm learners.

use std::cell::RefCell;

use lrm_core::Live;
use wasm_bindgen::prelude::wasm_bindgen;

use super::results;
use super::state::RawState;
use crate::error::{Result, thrown};
use crate::mastery::json;
use crate::wire;

/// One learner kept warm. The cell is never borrowed twice: there is one thread, and nothing here calls back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawLive(pub(crate) RefCell<Live>);

#[wasm_bindgen]
impl RawLive {
    /// Takes in one item; gives the changed results as JSON.
    ///
    /// # Errors
    /// `invalid-json`, `clock-moved-back`; of a strict learner also what is wrong with the item.
    pub fn apply(&self, evidence: &[u8], as_of: &str) -> Result<String> {
        let as_of = wire::instant(as_of)?;
        let changed = self.0.borrow_mut().apply_json(evidence, as_of).map_err(thrown)?;
        Ok(results::masteries(changed))
    }

    /// Moves the clock; gives the changed results as JSON.
    ///
    /// # Errors
    /// `clock-moved-back`.
    pub fn advance(&self, as_of: &str) -> Result<String> {
        let as_of = wire::instant(as_of)?;
        let changed = self.0.borrow_mut().advance(as_of).map_err(thrown)?;
        Ok(results::masteries(changed))
    }

    /// The instant that the clock shows.
    #[wasm_bindgen(js_name = asOf)]
    pub fn as_of(&self) -> String {
        self.0.borrow().as_of().to_string()
    }

    /// The result of one competency, as JSON.
    ///
    /// # Errors
    /// `unknown-competency`.
    pub fn mastery(&self, id: &str) -> Result<String> {
        self.0.borrow().mastery(id).map(|result| json(&result)).map_err(thrown)
    }

    /// The state as it is now.
    pub fn state(&self) -> RawState {
        RawState(self.0.borrow().state())
    }

    /// The canonical text of the state.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.borrow().to_json()
    }
}
