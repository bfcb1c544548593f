//! Records.

use lrm_core::LearnerRecord;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// The evidence of one learner.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRecord(pub(crate) LearnerRecord);

#[wasm_bindgen]
impl RawRecord {
    /// Reads an `lrm-record/1` document or an array of evidence.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        LearnerRecord::from_json(document).map(Self).map_err(thrown)
    }

    /// The learner, if the record names one.
    pub fn learner(&self) -> Option<String> {
        self.0.learner().map(str::to_owned)
    }

    /// The number of items.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}
