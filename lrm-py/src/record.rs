//! `LearnerRecord`.

use std::sync::Arc;

use lrm_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyMapping, PyString, PyType};

use crate::document::Document;
use crate::encode;
use crate::enter::{enter, run};

/// What is known about one learner: items of evidence as they were given.
///
/// Nothing is refused item by item: one that cannot be read is kept, and the engine reports it. A record never changes
/// and pickles through its JSON.
///
/// >>> import lrm
/// >>> record = lrm.LearnerRecord.from_events([
/// ...     {"id": "e1", "competency": "NF.1", "score": 3, "observed_at": "2026-01-15T12:00:00Z"},
/// ...     {"id": "e2", "competency": "NF.1", "passed": True},
/// ... ])
/// >>> len(record)
/// 2
#[pyclass(frozen, module = "lrm")]
pub(crate) struct LearnerRecord(pub(crate) Arc<core::LearnerRecord>);

#[pymethods]
impl LearnerRecord {
    /// Reads a record (``lrm-record/1``) or a bare list of items.
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists. Datetimes need a time zone. Unknown fields of items are kept.
    ///
    /// Raises:
    ///     InvalidDocumentError: if the text is not JSON, the envelope is wrong, or the items name several learners.
    ///
    /// Complexity: linear in the document.
    ///
    /// >>> import lrm
    /// >>> lrm.LearnerRecord.from_json('{"format": "lrm-record/1", "learner": "ana", "evidence": []}').learner
    /// 'ana'
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        read(py, document)
    }

    /// A record of these items of one learner.
    ///
    /// Args:
    ///     events: any iterable of dicts, each one item.
    ///
    /// Raises:
    ///     InvalidDocumentError: for what JSON cannot say (with its place), or if the items name several learners.
    ///
    /// Complexity: linear in the items.
    #[classmethod]
    fn from_events(_class: &Bound<'_, PyType>, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<Self> {
        read(py, Document::Owned(format!("[{}]", of_events(events)?.join(",")).into_bytes()))
    }

    /// The learner, if the record or its items name one.
    #[getter]
    fn learner(&self) -> Option<&str> {
        self.0.learner()
    }

    /// Canonical JSON of the record; items that could not be read stand as they were given.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || self.0.to_json())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            Arc::ptr_eq(&self.0, &other.0) || self.0.to_json() == other.0.to_json()
        })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let text = slf.get().to_json(slf.py())?;
        Ok((slf.get_type().getattr("from_json")?, (text,)))
    }

    fn __repr__(&self) -> String {
        let learner = self.0.learner().map(|learner| format!(" {learner:?}")).unwrap_or_default();
        format!("<lrm.LearnerRecord{learner}: {} items>", self.0.len())
    }
}

impl From<core::LearnerRecord> for LearnerRecord {
    fn from(record: core::LearnerRecord) -> Self {
        Self(Arc::new(record))
    }
}

fn read(py: Python<'_>, document: Document) -> PyResult<LearnerRecord> {
    enter(py, move || core::LearnerRecord::from_json(document)).map(Arc::new).map(LearnerRecord)
}

/// The JSON of each of these items.
pub(crate) fn of_events(events: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    // a text is an iterable too, of its letters
    if events.cast::<PyString>().is_ok() || events.cast::<PyMapping>().is_ok() {
        let kind = events.get_type().name()?;
        return Err(PyTypeError::new_err(format!("events are an iterable of dicts, not a {kind}")));
    }
    events.try_iter()?.enumerate().map(|(at, event)| encode::item(&event?, at)).collect()
}

/// Records of many learners, one after the other.
pub(crate) fn records_of<'py>(records: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyIterator>> {
    // a record as a document is an iterable too: of its fields, or of letters
    if records.cast::<PyString>().is_ok() || records.cast::<PyMapping>().is_ok() {
        let kind = records.get_type().name()?;
        return Err(PyTypeError::new_err(format!("records are an iterable of records, not a {kind}")));
    }
    records.try_iter()
}

/// A record given as such or as a document.
pub(crate) enum RecordInput {
    Record(Arc<core::LearnerRecord>),
    Document(Document),
}

impl<'py> FromPyObject<'_, 'py> for RecordInput {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Self::at(&value, "")
    }
}

impl RecordInput {
    /// The one of several that has this number.
    pub(crate) fn numbered((at, record): (usize, PyResult<Bound<'_, PyAny>>)) -> PyResult<Self> {
        Self::at(&record?, &format!("/records/{at}"))
    }

    fn at(value: &Bound<'_, PyAny>, place: &str) -> PyResult<Self> {
        match value.cast::<LearnerRecord>() {
            Ok(record) => Ok(Self::Record(Arc::clone(&record.get().0))),
            Err(_) => Document::at(value, place).map(Self::Document),
        }
    }

    /// The record, read if need be. Call this inside [`enter`].
    pub(crate) fn read(self) -> core::Result<Arc<core::LearnerRecord>> {
        match self {
            Self::Record(record) => Ok(record),
            Self::Document(document) => core::LearnerRecord::from_json(document).map(Arc::new),
        }
    }
}
