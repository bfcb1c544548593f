//! Ids in: any iterable of texts.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The ids of some competencies, in the order given.
pub(crate) struct Ids(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Ids {
    type Error = PyErr;

    fn extract(ids: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        // a text is an iterable too, of its letters
        if ids.cast::<PyString>().is_ok() {
            return Err(PyTypeError::new_err("ids are an iterable of str, not one str"));
        }
        ids.try_iter()?.map(|id| id?.extract()).collect::<PyResult<_>>().map(Self)
    }
}
