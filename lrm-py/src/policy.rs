//! `Policy`.

use std::sync::Arc;

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::document::Document;
use crate::enter::enter;
use crate::framework::Framework;
use crate::report;

/// A policy: how evidence becomes mastery. Scale, estimators, sufficiency, rollup, and rules for some competencies.
///
/// It never changes and pickles through its JSON.
///
/// >>> import lrm
/// >>> policy = lrm.Policy.from_json({
/// ...     "format": "lrm-policy/1", "id": "district", "version": "3",
/// ...     "scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
/// ... })
/// >>> lrm.Policy.from_json(policy.to_json()) == policy
/// True
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Policy(pub(crate) Arc<core::Policy>);

#[pymethods]
impl Policy {
    /// Reads a policy (``lrm-policy/1``).
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists. Floats and decimals keep their exact digits.
    ///
    /// Raises:
    ///     InvalidDocumentError: with all findings at once.
    ///
    /// >>> import lrm
    /// >>> lrm.Policy.from_json({"format": "lrm-policy/1", "scale": {"max": 4}, "estimate": {"method": "latest"}})
    /// Traceback (most recent call last):
    /// lrm.InvalidDocumentError: /scale: the field `proficient` is missing (missing-field)
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::Policy::from_json(document)).map(|policy| Self(policy.into()))
    }

    /// The policy's id, if it has one.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// The policy's version, if it has one.
    #[getter]
    fn version(&self) -> Option<&str> {
        self.0.version()
    }

    /// What looks like a mistake in this policy for that framework: rules that match nothing, weights that are all zero,
    /// sums without a scale, more inputs required than there are. None of it stops an engine.
    ///
    /// Raises:
    ///     LrmError: whatever keeps the two from being compiled together, see :class:`Engine`.
    fn lint<'py>(&self, py: Python<'py>, framework: &Framework) -> PyResult<Bound<'py, PyAny>> {
        let report = enter(py, || self.0.lint(&framework.0))?;
        report::to_python(py, &report)
    }

    /// Canonical JSON; the same bytes in every language.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0.to_json() == other.get().0.to_json())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().to_json(),)))
    }

    fn __repr__(&self) -> String {
        let words = [self.0.id(), self.0.version()].into_iter().flatten().map(|word| format!(" {word:?}"));
        format!("<lrm.Policy{}>", words.collect::<String>())
    }
}
