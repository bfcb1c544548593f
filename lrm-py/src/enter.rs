//! The one door into the engine: detaches from the interpreter, stops unwinding, turns errors into exceptions.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lrm_core::Error;
use pyo3::call::PyCallArgs;
use pyo3::prelude::*;

/// Runs the engine while other Python threads run too.
///
/// For everything whose time grows with its input. Constant-time getters call the engine directly.
pub(crate) fn enter<T: Send, E: Fault>(py: Python<'_>, work: impl FnOnce() -> Result<T, E> + Send) -> PyResult<T> {
    run(py, work)?.map_err(|fault| fault.raised(py))
}

/// The same for work that cannot fail.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    // Nothing that a panic may have left half done is used again: handles are immutable, and a warm learner's lock is
    // poisoned by it.
    py.detach(|| catch_unwind(AssertUnwindSafe(work))).map_err(|payload| internal(py, &panic_text(payload.as_ref())))
}

/// Why work behind the door failed.
pub(crate) trait Fault: Send {
    /// The exception for it.
    fn raised(self, py: Python<'_>) -> PyErr;
}

impl Fault for Error {
    fn raised(self, py: Python<'_>) -> PyErr {
        raised(py, &self)
    }
}

/// The exception of an engine's error, for calls that are not worth a detour through [`enter`].
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    all_raised(py, std::slice::from_ref(error))
}

/// The exception of several errors: the first decides what it is, and it tells the findings of all.
pub(crate) fn all_raised(py: Python<'_>, errors: &[Error]) -> PyErr {
    let texts: Vec<String> = errors.iter().map(Error::to_json).collect();
    made(py, "from_json", (texts,))
}

/// The exception for something that the binding itself found wrong with its input.
pub(crate) fn refused(py: Python<'_>, code: &str, path: &str, message: &str, context: &[(&str, &str)]) -> PyErr {
    let details: BTreeMap<_, _> = context.iter().copied().collect();
    made(py, "from_parts", (code, path, message, details))
}

/// The exception for a fault of the engine.
pub(crate) fn internal(py: Python<'_>, text: &str) -> PyErr {
    refused(py, "internal", "", &format!("the engine stopped: {text}"), &[])
}

/// The exception that a function of `lrm._errors` makes, or whatever kept it from that.
fn made<'py>(py: Python<'py>, function: &str, arguments: impl PyCallArgs<'py>) -> PyErr {
    let exception = py.import("lrm._errors").and_then(|errors| errors.getattr(function)?.call1(arguments));
    exception.map_or_else(|error| error, PyErr::from_value)
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no text".to_owned())
}
