//! Whole numbers in: Python's have any size.

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;

use crate::enter::refused;

/// A whole number that is not negative.
#[derive(Clone, Copy)]
pub(crate) struct Count(pub(crate) u32);

impl<'py> FromPyObject<'_, 'py> for Count {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        value.extract().map(Self).map_err(|error: PyErr| {
            if !error.is_instance_of::<PyOverflowError>(py) {
                return error;
            }
            // Python does not write numbers of thousands of digits
            let shown = value.str().map_or_else(|_| "one far beyond".to_owned(), |shown| shown.to_string());
            let message = format!("expected a whole number from 0 to {}, not {shown}", u32::MAX);
            refused(py, "parameter-out-of-range", "", &message, &[])
        })
    }
}
