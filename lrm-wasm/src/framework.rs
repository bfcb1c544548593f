//! Frameworks.

use lrm_core::Framework;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// A competency framework.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawFramework(pub(crate) Framework);

#[wasm_bindgen]
impl RawFramework {
    /// Reads an `lrm-framework/1` document.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        Framework::from_json(document).map(Self).map_err(thrown)
    }

    /// Reads a CASE document.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromCase)]
    pub fn from_case(document: &[u8]) -> Result<Self> {
        Framework::from_case(document).map(Self).map_err(thrown)
    }

    /// The id.
    pub fn id(&self) -> Option<String> {
        self.0.id().map(str::to_owned)
    }

    /// The version.
    pub fn version(&self) -> Option<String> {
        self.0.version().map(str::to_owned)
    }

    /// The title.
    pub fn title(&self) -> Option<String> {
        self.0.title().map(str::to_owned)
    }

    /// The adoption status.
    pub fn status(&self) -> Option<String> {
        self.0.status().map(str::to_owned)
    }

    /// The number of competencies.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// True if the competency is there.
    pub fn has(&self, id: &str) -> bool {
        self.0.competency(id).is_some()
    }

    /// The ids of a competency's children.
    pub fn children(&self, id: &str) -> Vec<String> {
        owned(self.0.children(id))
    }

    /// The ids of a competency's parents.
    pub fn parents(&self, id: &str) -> Vec<String> {
        owned(self.0.parents(id))
    }

    /// The ids of the competencies without parents.
    pub fn roots(&self) -> Vec<String> {
        owned(self.0.roots())
    }

    /// The ids of the competencies without children.
    pub fn leaves(&self) -> Vec<String> {
        owned(self.0.leaves())
    }

    /// The longest way from a root to a leaf.
    pub fn depth(&self) -> usize {
        self.0.depth()
    }

    /// The reader's findings, as JSON.
    pub fn report(&self) -> String {
        self.0.report().to_json()
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

fn owned(ids: Vec<&str>) -> Vec<String> {
    ids.into_iter().map(str::to_owned).collect()
}
