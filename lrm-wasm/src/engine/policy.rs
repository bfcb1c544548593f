//! Policies.

use std::sync::Arc;

use lrm_core::Policy;
use wasm_bindgen::prelude::wasm_bindgen;

use super::framework::RawFramework;
use crate::error::{Result, thrown};

/// A policy.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawPolicy(pub(crate) Arc<Policy>);

#[wasm_bindgen]
impl RawPolicy {
    /// Reads an `lrm-policy/1` document, all but its requirements, which the other module reads.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        Policy::without_requirements(document).map(|policy| Self(policy.into())).map_err(thrown)
    }

    /// True if it has some.
    #[wasm_bindgen(js_name = hasRequirements)]
    pub fn has_requirements(&self) -> bool {
        self.0.has_requirements()
    }

    /// What is odd about the policy for this framework, as JSON.
    ///
    /// # Errors
    /// Whatever keeps the two from fitting together.
    pub fn lint(&self, framework: &RawFramework) -> Result<String> {
        self.0.lint(&framework.framework).map(|report| report.to_json()).map_err(thrown)
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}
