//! Policies from layers, ready-made ones, and policies in words. They are kept in the other module: text goes from one to the other.

use lrm_core::Policy;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::derivation::catalogue_of;
use crate::error::{Result, thrown};

/// The documents of layers, the highest first.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct RawLayers(Vec<Vec<u8>>);

#[wasm_bindgen]
impl RawLayers {
    /// No layers.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more layer, below the others.
    pub fn add(&mut self, document: Vec<u8>) {
        self.0.push(document);
    }

    /// What they come to: the policy, the trace and what was refused, as JSON.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    pub fn texts(&self) -> Result<Vec<String>> {
        let layered = Policy::from_layers(&self.0).map_err(thrown)?;
        Ok(vec![layered.policy().to_json(), layered.trace_json(), layered.refused_json()])
    }
}

/// The document of a ready-made policy.
///
/// # Errors
/// If there is none of that name.
#[wasm_bindgen(js_name = readyMadePolicy)]
pub fn ready_made(name: &str) -> Result<String> {
    Policy::ready_made(name).map(|policy| policy.to_json()).map_err(thrown)
}

/// The names of all ready-made policies.
#[wasm_bindgen(js_name = readyMadePolicies)]
pub fn ready_made_names() -> Vec<String> {
    Policy::READY_MADE.iter().map(ToString::to_string).collect()
}

/// The sentences of a policy, given as its document, in the words of a catalogue if there is one.
///
/// # Errors
/// Whatever is wrong with them.
#[wasm_bindgen(js_name = policyWords)]
pub fn words(policy: &[u8], catalogue: Option<Vec<u8>>) -> Result<Vec<String>> {
    let policy = Policy::from_json(policy).map_err(thrown)?;
    Ok(policy.words_with(&catalogue_of(catalogue)?))
}
