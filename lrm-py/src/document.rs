//! Documents in: text, bytes or Python objects, as the bytes that the engine reads.

use pyo3::PyTypeInfo as _;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMapping, PyMemoryView, PyString, PyTuple};

use crate::encode;
use crate::enter::refused;

/// A document, readable without the interpreter.
pub(crate) enum Document {
    Text(PyBackedStr),
    Bytes(PyBackedBytes),
    Owned(Vec<u8>),
}

impl AsRef<[u8]> for Document {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// Bytes that are no text, readable without the interpreter.
pub(crate) struct Bytes(PyBackedBytes);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<'py> FromPyObject<'_, 'py> for Bytes {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(Document::Bytes(bytes)) = value.extract() {
            return Ok(Self(bytes));
        }
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("expected bytes, not {kind}")))
    }
}

impl<'py> FromPyObject<'_, 'py> for Document {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Self::at(&value, "")
    }
}

impl Document {
    /// One that has a place among others.
    pub(crate) fn at(value: &Bound<'_, PyAny>, place: &str) -> PyResult<Self> {
        if let Ok(text) = value.cast::<PyString>() {
            return text.extract().map(Self::Text).map_err(|_| {
                let message = "this text has a lone surrogate, which is not Unicode";
                refused(value.py(), "invalid-json", place, message, &[])
            });
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return bytes.extract().map(Self::Bytes).map_err(Into::into);
        }
        // these may change while the engine reads, so they are copied
        if value.cast::<PyByteArray>().is_ok() || value.cast::<PyMemoryView>().is_ok() {
            let bytes = PyBytes::type_object(value.py()).call1((value,))?;
            return bytes.extract().map(Self::Bytes).map_err(Into::into);
        }
        if value.cast::<PyMapping>().is_ok() || value.cast::<PyList>().is_ok() || value.cast::<PyTuple>().is_ok() {
            return encode::json(value, place).map(|text| Self::Owned(text.into_bytes()));
        }
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("a document is a str, bytes, dict or list, not {kind}")))
    }
}
