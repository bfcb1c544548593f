//! Instants in and out: RFC 3339 texts and aware datetimes.

use lrm_core::Instant;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyDelta, PyString};
use pyo3::{IntoPyObjectExt as _, intern};

use crate::enter::{raised, refused};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3_600 * SECOND;
/// 0001-01-01T00:00:00Z.
const FIRST: i64 = -719_162 * DAY;

/// An instant given as text or as aware datetime.
#[derive(Clone, Copy)]
pub(crate) struct AsOf(pub(crate) Instant);

impl<'py> FromPyObject<'_, 'py> for AsOf {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if let Ok(text) = value.cast::<PyString>() {
            return Instant::parse(text.to_str()?).map(Self).map_err(|error| raised(py, &error));
        }
        if value.cast::<PyDateTime>().is_ok() {
            return of_datetime(&value, "").map(Self);
        }
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("an instant is a str or an aware datetime, not {kind}")))
    }
}

/// The instant of an aware datetime; the path says where it stands.
///
/// A naive datetime means a different instant on every machine, so it is refused.
pub(crate) fn of_datetime(value: &Bound<'_, PyAny>, path: &str) -> PyResult<Instant> {
    let py = value.py();
    if value.call_method0(intern!(py, "utcoffset"))?.is_none() {
        let message = format!("the datetime {} is naive: give it a time zone", value.str()?);
        return Err(refused(py, "invalid-value", path, &message, &[]));
    }
    let since = value.sub(epoch(py)?)?;
    let part = |name| since.getattr(name)?.extract::<i64>();
    // at most ten thousand years, so the sum fits
    let micros =
        part(intern!(py, "days"))? * DAY + part(intern!(py, "seconds"))? * SECOND + part(intern!(py, "microseconds"))?;
    Instant::from_micros(micros).map_err(|error| raised(py, &error))
}

/// The aware datetime, in universal time, of an instant.
///
/// # Errors
/// `invalid-value` for the year 0, which Python does not have.
pub(crate) fn to_datetime(py: Python<'_>, instant: Instant) -> PyResult<Bound<'_, PyAny>> {
    let micros = instant.micros();
    if micros < FIRST {
        let message = format!("{instant} lies before the year 1, with which Python's datetimes begin");
        return Err(refused(py, "invalid-value", "", &message, &[]));
    }
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let delta =
        PyDelta::new(py, i32::try_from(days)?, i32::try_from(rest / SECOND)?, i32::try_from(rest % SECOND)?, false)?;
    epoch(py)?.add(delta)?.into_bound_py_any(py)
}

fn epoch(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static EPOCH: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let epoch = EPOCH.get_or_try_init(py, || {
        let module = py.import("datetime")?;
        let utc = module.getattr("UTC")?;
        module.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc)).map(Bound::unbind)
    })?;
    Ok(epoch.bind(py))
}
