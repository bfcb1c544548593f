//! Frameworks.

use std::rc::Rc;
use std::sync::Arc;

use lrm_core::Framework;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// A competency framework.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawFramework {
    pub(crate) framework: Arc<Framework>,
    /// The reader's findings, as JSON.
    pub(crate) report: Rc<str>,
}

#[wasm_bindgen]
impl RawFramework {
    /// Reads an `lrm-framework/1` document.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        let framework = Framework::from_json(document).map_err(thrown)?;
        let report = framework.report().to_json().into();
        Ok(Self { framework: framework.into(), report })
    }

    /// Reads a native document that another reader wrote, and keeps that reader's findings.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromReading)]
    pub fn from_reading(document: &str, report: String) -> Result<Self> {
        let framework = Framework::from_json(document).map_err(thrown)?;
        Ok(Self { framework: framework.into(), report: report.into() })
    }

    /// The id.
    pub fn id(&self) -> Option<String> {
        self.framework.id().map(str::to_owned)
    }

    /// The version.
    pub fn version(&self) -> Option<String> {
        self.framework.version().map(str::to_owned)
    }

    /// The title.
    pub fn title(&self) -> Option<String> {
        self.framework.title().map(str::to_owned)
    }

    /// The adoption status.
    pub fn status(&self) -> Option<String> {
        self.framework.status().map(str::to_owned)
    }

    /// The number of competencies.
    pub fn size(&self) -> usize {
        self.framework.len()
    }

    /// True if the competency is there.
    pub fn has(&self, id: &str) -> bool {
        self.framework.competency(id).is_some()
    }

    /// The ids of a competency's children.
    pub fn children(&self, id: &str) -> Vec<String> {
        owned(self.framework.children(id))
    }

    /// The ids of a competency's parents.
    pub fn parents(&self, id: &str) -> Vec<String> {
        owned(self.framework.parents(id))
    }

    /// The ids of the competencies without parents.
    pub fn roots(&self) -> Vec<String> {
        owned(self.framework.roots())
    }

    /// The ids of the competencies without children.
    pub fn leaves(&self) -> Vec<String> {
        owned(self.framework.leaves())
    }

    /// The longest way from a root to a leaf.
    pub fn depth(&self) -> usize {
        self.framework.depth()
    }

    /// The reader's findings, as JSON.
    pub fn report(&self) -> String {
        self.report.to_string()
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.framework.to_json()
    }
}

fn owned(ids: Vec<&str>) -> Vec<String> {
    ids.into_iter().map(str::to_owned).collect()
}
