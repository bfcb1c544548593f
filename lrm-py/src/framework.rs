//! `Framework`, `Competency` and `Association`.

use std::sync::Arc;

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyIterator, PyList, PyString, PyTuple, PyType};

use crate::decimal::to_decimal;
use crate::document::Document;
use crate::enter::{enter, refused, run};
use crate::report;

/// A checked competency framework: competencies and the typed associations between them, with CASE's names.
///
/// It never changes, so threads share it freely, and it pickles through its JSON. It reads like a dict from ids to
/// :class:`Competency`, in the order of the document: ``len``, ``in``, ``[]`` and iteration.
///
/// >>> import lrm
/// >>> framework = lrm.Framework.from_json({
/// ...     "format": "lrm-framework/1", "id": "demo", "title": "Fractions",
/// ...     "competencies": [{"id": "NF", "statement": "Fractions"}, {"id": "NF.1", "statement": "Unit fractions"}],
/// ...     "associations": [{"type": "is_child_of", "from": "NF.1", "to": "NF"}],
/// ... })
/// >>> len(framework), "NF.1" in framework, framework["NF.1"].statement
/// (2, True, 'Unit fractions')
/// >>> framework.children("NF"), framework.report()
/// (['NF.1'], <lrm.Report: no findings>)
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Framework(pub(crate) Arc<core::Framework>);

#[pymethods]
impl Framework {
    /// Reads a native document (``lrm-framework/1``).
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists. Floats and decimals keep their exact digits.
    ///
    /// Raises:
    ///     InvalidDocumentError: with all findings at once.
    ///     CycleError: if the hierarchy or the hard prerequisites run in a circle; ``context["path"]`` holds it.
    ///
    /// Complexity: linear in the document, but for the sorting of ids.
    ///
    /// >>> import lrm
    /// >>> lrm.Framework.from_json(b'{"format": "lrm-framework/1", "competencies": []}')
    /// <lrm.Framework: 0 competencies, 0 associations>
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::Framework::from_json(document)).map(|framework| Self(framework.into()))
    }

    /// Reads a CASE package (1EdTech Competencies and Academic Standards Exchange, versions 1.0 and 1.1).
    ///
    /// What publishers get wrong is left out or mended, with a finding each in :meth:`report`; an edge that closes a
    /// circle is left out.
    ///
    /// Args:
    ///     document: the package as text, bytes, or dicts and lists.
    ///
    /// Raises:
    ///     InvalidDocumentError: if the text is not JSON or no package.
    #[classmethod]
    fn from_case(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::Framework::from_case(document)).map(|framework| Self(framework.into()))
    }

    /// The framework's id, if it has one.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// The framework's version, if it has one.
    #[getter]
    fn version(&self) -> Option<&str> {
        self.0.version()
    }

    /// The framework's title, if it has one.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.0.title()
    }

    /// The adoption status, such as ``draft`` or ``adopted``: free text, as in CASE.
    #[getter]
    fn status(&self) -> Option<&str> {
        self.0.status()
    }

    /// What the reader found worth telling. Empty for native documents, which are refused instead.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report::to_python(py, self.0.report())
    }

    /// The competencies in the order of the document.
    fn competencies<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.competencies().iter().map(|competency| competency_to_python(py, competency)).collect()
    }

    /// The competency of that id.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if there is none.
    fn competency<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        let competency = self.0.competency(id).ok_or_else(|| unknown(py, id))?;
        competency_to_python(py, competency)
    }

    /// The associations in the order of the document.
    fn associations<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.associations().iter().map(|association| association_to_python(py, association)).collect()
    }

    /// The ids of a competency's children, by ``sequence``, then id. Empty for leaves.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the competency.
    fn children(&self, py: Python<'_>, id: &str) -> PyResult<Vec<&str>> {
        self.0.competency(id).ok_or_else(|| unknown(py, id))?;
        Ok(self.0.children(id))
    }

    /// The ids of a competency's parents, in byte order. Empty for roots.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the competency.
    fn parents(&self, py: Python<'_>, id: &str) -> PyResult<Vec<&str>> {
        self.0.competency(id).ok_or_else(|| unknown(py, id))?;
        Ok(self.0.parents(id))
    }

    /// The ids of the competencies without parents, in byte order.
    fn roots(&self) -> Vec<&str> {
        self.0.roots()
    }

    /// The ids of the competencies without children, in byte order.
    fn leaves(&self) -> Vec<&str> {
        self.0.leaves()
    }

    /// The longest way from a root down to a leaf, in competencies; 0 without competencies.
    fn depth(&self) -> usize {
        self.0.depth()
    }

    /// Canonical JSON of the native document; the same bytes in every language.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || self.0.to_json())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __contains__(&self, id: &Bound<'_, PyAny>) -> bool {
        id.cast::<PyString>().is_ok_and(|id| id.to_str().is_ok_and(|id| self.0.competency(id).is_some()))
    }

    fn __getitem__<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        self.competency(py, id)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.keys(py)?.try_iter()
    }

    /// The ids in the order of the document.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.competencies().iter().map(|competency| &competency.id))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let (own, other) = (&self.0, &other.get().0);
            Arc::ptr_eq(own, other) || own.to_json() == other.to_json()
        })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let text = slf.get().to_json(slf.py())?;
        Ok((slf.get_type().getattr("from_json")?, (text,)))
    }

    fn __repr__(&self) -> String {
        let name = self.0.id().map(|id| format!(" {id:?}")).unwrap_or_default();
        let (competencies, associations) = (self.0.len(), self.0.associations().len());
        format!("<lrm.Framework{name}: {competencies} competencies, {associations} associations>")
    }
}

/// The error of an id that the framework does not have.
pub(crate) fn unknown(py: Python<'_>, id: &str) -> PyErr {
    let shown: String = id.chars().take(80).collect();
    refused(py, "unknown-competency", "", &format!("there is no competency `{shown}`"), &[("competency", &shown)])
}

fn competency_to_python<'py>(py: Python<'py>, competency: &core::Competency) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let fields = PyDict::new(py);
    fields.set_item("id", &competency.id)?;
    fields.set_item("statement", &competency.statement)?;
    fields.set_item("code", &competency.code)?;
    fields.set_item("type", &competency.kind)?;
    fields.set_item("tags", PyTuple::new(py, &competency.tags)?)?;
    fields.set_item("weight", to_decimal(py, competency.weight.value())?)?;
    CLASS.import(py, "lrm._framework", "Competency")?.call((), Some(&fields))
}

fn association_to_python<'py>(py: Python<'py>, association: &core::Association) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let fields = PyDict::new(py);
    fields.set_item("type", association.kind.as_str())?;
    fields.set_item("origin", &association.from)?;
    fields.set_item("destination", &association.to)?;
    fields.set_item("weight", to_decimal(py, association.weight.value())?)?;
    fields.set_item("sequence", association.sequence)?;
    fields.set_item("strength", if association.strength == core::Strength::Soft { "soft" } else { "hard" })?;
    fields.set_item("level", &association.level)?;
    CLASS.import(py, "lrm._framework", "Association")?.call((), Some(&fields))
}
