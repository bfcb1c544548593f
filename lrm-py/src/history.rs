//! Histories out: the class is written in Python.

use lrm_core::{Clock, HistoryChange};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::instant::to_datetime;
use crate::mastery::Mastery;

/// Reads the name of a clock.
pub(crate) fn clock(name: &str) -> PyResult<Clock> {
    match name {
        "known" => Ok(Clock::Known),
        "observed" => Ok(Clock::Observed),
        _ => Err(PyValueError::new_err("a clock is 'known' or 'observed'")),
    }
}

/// A list of `lrm.HistoryChange`.
pub(crate) fn to_python(py: Python<'_>, changes: Vec<HistoryChange>) -> PyResult<Bound<'_, PyList>> {
    let class = py.import("lrm._history")?.getattr("HistoryChange")?;
    let list = PyList::empty(py);
    for change in changes {
        let (before, after) = (Mastery::from(change.before), Mastery::from(change.after));
        let parts = (to_datetime(py, change.at)?, PyTuple::new(py, change.events)?, before, after);
        list.append(class.call1(parts)?)?;
    }
    Ok(list)
}
