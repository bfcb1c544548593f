//! Foreign formats, read into native documents. The two modules share no memory: text goes from one to the other.

use lrm_core::Framework;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// What was read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawReading(Framework);

#[wasm_bindgen]
impl RawReading {
    /// Reads a CASE package.
    ///
    /// # Errors
    /// Whatever is wrong with the package.
    #[wasm_bindgen(js_name = fromCase)]
    pub fn from_case(document: &[u8]) -> Result<Self> {
        Framework::from_case(document).map(Self).map_err(thrown)
    }

    /// The native document.
    pub fn framework(&self) -> String {
        self.0.to_json()
    }

    /// The findings, as JSON.
    pub fn report(&self) -> String {
        self.0.report().to_json()
    }
}
