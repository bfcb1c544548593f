//! Simulations, to which records come one by one.

use lrm_core::{SimulationOptions, Simulator};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};
use crate::explainer::RawExplainer;
use crate::wire::instant;

/// A simulation that is not finished.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawSimulation(Simulator);

#[wasm_bindgen]
impl RawSimulation {
    /// A simulation without records.
    ///
    /// # Errors
    /// The frameworks differ, or what the engine finds wrong with the other arguments.
    #[wasm_bindgen(constructor)]
    pub fn new(
        before: &RawExplainer,
        after: &RawExplainer,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
        most_moves: Option<u32>,
    ) -> Result<Self> {
        let mut options = SimulationOptions::new();
        if let Some(scope) = scope {
            options = options.scope(scope);
        }
        if let Some(most) = most_moves {
            options = options.most_moves(usize::try_from(most).unwrap_or(usize::MAX));
        }
        let options = if strict { options.strict() } else { options };
        Simulator::new(&before.0, &after.0, instant(as_of)?, &options).map(Self).map_err(thrown)
    }

    /// Takes in a learner.
    ///
    /// # Errors
    /// What is wrong with the record, or with its results.
    pub fn push(&mut self, record: &[u8]) -> Result<()> {
        self.0.push_json(record).map_err(thrown)
    }

    /// What came of it, as JSON, instead of this.
    #[must_use]
    pub fn finish(self) -> String {
        self.0.finish().to_json()
    }
}
