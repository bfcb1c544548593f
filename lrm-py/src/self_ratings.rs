//! Self-ratings out: the class is written in Python.

use lrm_core::SelfRating;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::decimal::to_decimal;
use crate::instant::to_datetime;

/// A list of `lrm.SelfRating`.
pub(crate) fn to_python(py: Python<'_>, ratings: Vec<SelfRating>) -> PyResult<Bound<'_, PyList>> {
    let class = py.import("lrm._self_ratings")?.getattr("SelfRating")?;
    let list = PyList::empty(py);
    for rating in ratings {
        let decimal = |value: Option<lrm_core::Value>| value.map(|value| to_decimal(py, value)).transpose();
        let observed_at = rating.observed_at.map(|at| to_datetime(py, at)).transpose()?;
        let (value, gap) = (decimal(rating.value)?, decimal(rating.gap)?);
        let parts = (rating.competency, to_decimal(py, rating.rated)?, observed_at, value, gap);
        list.append(class.call1(parts)?)?;
    }
    Ok(list)
}
