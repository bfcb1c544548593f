//! `Derivation`.

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::document::Document;
use crate::enter::{enter, run};
use crate::mastery::Mastery;

/// How a result came about: evidence used, evidence ignored and why, each step's numbers, what is missing.
///
/// A derivation stands alone: :meth:`verify` recomputes the result from it without framework, policy or record. It
/// pickles through its JSON. :meth:`Engine.explain` makes one, and ``print`` shows its text.
///
/// >>> import lrm
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
/// ... )
/// >>> record = [{"id": "e1", "competency": "NF.1", "score": 2}]
/// >>> derivation = engine.explain(record, "NF.1", as_of="2026-11-22T00:00:00Z")
/// >>> derivation.result
/// <lrm.Mastery NF.1: 2 (below), not_met, evidence 1, coverage 1 of 1>
/// >>> "e1" in str(derivation)
/// True
/// >>> derivation.verify()
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Derivation(core::Derivation);

impl From<core::Derivation> for Derivation {
    fn from(derivation: core::Derivation) -> Self {
        Self(derivation)
    }
}

#[pymethods]
impl Derivation {
    /// Reads a derivation (``lrm-derivation/1``), as :meth:`to_json` gives it.
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists.
    ///
    /// Raises:
    ///     InvalidDocumentError: with all findings at once.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::Derivation::from_json(document)).map(Self)
    }

    /// The ids of all messages that texts are made of, for translators.
    #[staticmethod]
    fn message_ids() -> Vec<&'static str> {
        core::Catalogue::ids().collect()
    }

    /// The result that is explained.
    #[getter]
    fn result(&self) -> Mastery {
        self.0.result().into()
    }

    /// The explanation in plain words.
    ///
    /// Args:
    ///     catalogue: sentences by message id that replace the English ones, as dict or JSON; see :meth:`message_ids`.
    ///
    /// Raises:
    ///     InvalidDocumentError: for an id that no message has.
    ///
    /// >>> import lrm
    /// >>> len(lrm.Derivation.message_ids()) > 10
    /// True
    #[pyo3(signature = (catalogue=None))]
    fn text(&self, py: Python<'_>, catalogue: Option<Document>) -> PyResult<String> {
        enter(py, move || Ok::<_, core::Error>(self.0.text_with(&words(catalogue)?)))
    }

    /// Recomputes every result from the derivation alone; returns if they follow.
    ///
    /// Raises:
    ///     DerivationMismatchError: with the competency whose result does not follow.
    ///     LimitExceededError: where the sets of covered leaves add up to more than ten million.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        enter(py, || self.0.verify())
    }

    /// Canonical JSON (``lrm-derivation/1``); the same bytes in every language.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || self.0.to_json())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0.to_json() == other.get().0.to_json())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().0.to_json(),)))
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || self.0.text())
    }

    fn __repr__(&self) -> String {
        format!("<lrm.Derivation of {}>", self.0.result())
    }
}

/// The English words, with others in the place of some.
pub(crate) fn words(catalogue: Option<Document>) -> core::Result<core::Catalogue> {
    let english = core::Catalogue::english();
    match catalogue {
        Some(document) => english.with_json(document),
        None => Ok(english),
    }
}
