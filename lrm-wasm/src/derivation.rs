//! Explanations.

use lrm_core::{Catalogue, Derivation};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};
use crate::mastery;

/// English sentences, but for those that are given.
pub(crate) fn catalogue_of(document: Option<Vec<u8>>) -> Result<Catalogue> {
    match document {
        None => Ok(Catalogue::english()),
        Some(document) => Catalogue::english().with_json(document).map_err(thrown),
    }
}

/// Why a result is what it is.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawDerivation(pub(crate) Derivation);

#[wasm_bindgen]
impl RawDerivation {
    /// The result that is explained, as JSON.
    pub fn result(&self) -> String {
        mastery::json(&self.0.result())
    }

    /// The explanation in words, English ones where the catalogue has no others.
    ///
    /// # Errors
    /// Whatever is wrong with the catalogue.
    pub fn text(&self, catalogue: Option<Vec<u8>>) -> Result<String> {
        Ok(self.0.text_with(&catalogue_of(catalogue)?))
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The ids of the messages that a catalogue can replace.
    #[wasm_bindgen(js_name = messageIds)]
    pub fn message_ids() -> Vec<String> {
        Catalogue::ids().map(str::to_owned).collect()
    }

    /// Reads the canonical text.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        Derivation::from_json(document).map(Self).map_err(thrown)
    }

    /// Computes the result anew from the explanation alone.
    ///
    /// # Errors
    /// `derivation-mismatch`.
    pub fn verify(&self) -> Result<()> {
        self.0.verify().map_err(thrown)
    }
}
