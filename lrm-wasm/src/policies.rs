//! Policies from layers, ready-made ones, and policies in words. They are kept in the other module: text goes from one to the other.

use lrm_core::{Catalogue, Policy};
use wasm_bindgen::prelude::wasm_bindgen;

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
