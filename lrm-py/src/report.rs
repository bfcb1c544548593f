//! Reports out: the class is written in Python, over the report's canonical JSON.

use lrm_core::Report;
use pyo3::prelude::*;

/// The `lrm.Report` of a report.
pub(crate) fn to_python<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyAny>> {
    of_json(py, &report.to_json())
}

/// The `lrm.Report` of a report's canonical JSON.
pub(crate) fn of_json<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("lrm._report")?.getattr("Report")?.call1((json,))
}
