//! States.

use lrm_core::State;
use wasm_bindgen::prelude::wasm_bindgen;

use super::results;
use crate::error::{Result, thrown};
use crate::mastery::json;

/// What a learner had mastered at one instant.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawState(pub(crate) State);

#[wasm_bindgen]
impl RawState {
    /// The instant, as text.
    #[wasm_bindgen(js_name = asOf)]
    pub fn as_of(&self) -> String {
        self.0.as_of().to_string()
    }

    /// The result of one competency, as JSON.
    ///
    /// # Errors
    /// `unknown-competency`.
    pub fn mastery(&self, id: &str) -> Result<String> {
        self.0.mastery(id).map(|result| json(&result)).map_err(thrown)
    }

    /// All results, as JSON.
    pub fn results(&self) -> String {
        results::masteries(self.0.iter())
    }

    /// What was wrong with the evidence, as JSON.
    pub fn report(&self) -> String {
        self.0.report().to_json()
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}
