//! Policies from layers, ready-made ones, and policies in words. They are kept in the other module: text goes from one to the other.

use lrm_core::{Catalogue, LayeredPolicy, Policy};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// What layers come to.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawLayers(LayeredPolicy);

#[wasm_bindgen]
impl RawLayers {
    /// Puts layers together, the highest first.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::needless_pass_by_value, reason = "texts come as a list of their own")]
    pub fn new(documents: Vec<String>) -> Result<Self> {
        Policy::from_layers(&documents).map(Self).map_err(thrown)
    }

    /// The policy, the trace and what was refused, as JSON.
    pub fn texts(&self) -> Vec<String> {
        vec![self.0.policy().to_json(), self.0.trace_json(), self.0.refused_json()]
    }
}

/// A ready-made policy.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawReadyMade(Policy);

#[wasm_bindgen]
impl RawReadyMade {
    /// Finds one by its name.
    ///
    /// # Errors
    /// If there is none.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str) -> Result<Self> {
        Policy::ready_made(name).map(Self).map_err(thrown)
    }

    /// The document, instead of this.
    #[wasm_bindgen(js_name = intoText)]
    pub fn into_text(self) -> String {
        self.0.to_json()
    }

    /// The names of all.
    pub fn names() -> Vec<String> {
        Policy::READY_MADE.iter().map(ToString::to_string).collect()
    }
}

/// A policy in words.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawWords(Vec<String>);

#[wasm_bindgen]
impl RawWords {
    /// Reads the document of a policy, and maybe words of a catalogue.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    #[wasm_bindgen(constructor)]
    pub fn new(policy: &[u8], catalogue: Option<Vec<u8>>) -> Result<Self> {
        let policy = Policy::from_json(policy).map_err(thrown)?;
        let catalogue = match catalogue {
            None => Catalogue::english(),
            Some(document) => Catalogue::english().with_json(document).map_err(thrown)?,
        };
        Ok(Self(policy.words_with(&catalogue)))
    }

    /// The sentences, instead of this.
    #[wasm_bindgen(js_name = intoSentences)]
    pub fn into_sentences(self) -> Vec<String> {
        self.0
    }
}
