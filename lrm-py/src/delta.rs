//! Deltas out: the class is written in Python.

use lrm_core::Delta;
use pyo3::prelude::*;

use crate::mastery::Mastery;

/// The `lrm.Delta` of a delta.
pub(crate) fn to_python<'py>(py: Python<'py>, delta: &Delta) -> PyResult<Bound<'py, PyAny>> {
    let changes = delta.changes().iter().cloned();
    let changes: Vec<_> = changes.map(|change| (Mastery::from(change.before), Mastery::from(change.after))).collect();
    py.import("lrm._delta")?.getattr("of_changes")?.call1((changes, delta.to_json()))
}
