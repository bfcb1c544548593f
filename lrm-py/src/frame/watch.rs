//! Long work, watched: it can be interrupted, and tells how far it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use lrm_core::Progress;
use pyo3::prelude::*;

use crate::enter::{Fault, enter, internal, panic_text};

/// Work on fewer rows is over before anybody could interrupt it.
const LONG: usize = 1_000_000;
/// How often to look.
const PAUSE: Duration = Duration::from_millis(50);

/// Does work on that many rows while other Python threads run, as [`enter`] does. If it is long, or if `tell` wants to know
/// how far it is, it goes on in a thread of its own, and this one looks after interrupts and tells.
///
/// What an interrupt or `tell` raises is raised when the work has ended, which `progress` makes it do soon.
pub(crate) fn watched<T: Send, E: Fault>(
    py: Python<'_>,
    rows: usize,
    tell: Option<&Bound<'_, PyAny>>,
    progress: &Progress,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> PyResult<T> {
    if rows <= LONG && tell.is_none() {
        return enter(py, work);
    }
    let look = |done: usize| {
        py.check_signals()?;
        tell.map(|tell| tell.call1((done, rows))).transpose().map(|_| ())
    };
    let (ended, waiting) = (AtomicBool::new(false), thread::current());
    let task = || {
        let result = catch_unwind(AssertUnwindSafe(work));
        ended.store(true, Ordering::Release);
        waiting.unpark();
        result
    };
    let result = thread::scope(|scope| {
        let worker = thread::Builder::new().spawn_scoped(scope, task);
        let worker = worker.map_err(|error| internal(py, &format!("no thread for it: {error}")))?;
        let mut stopped = None;
        while !ended.load(Ordering::Acquire) {
            if stopped.is_none() {
                stopped = look(progress.done()).err();
                if stopped.is_some() {
                    progress.cancel();
                }
            }
            py.detach(|| thread::park_timeout(PAUSE));
        }
        let result = worker.join().and_then(|result| result);
        match (stopped, result) {
            (Some(raised), _) => Err(raised),
            (None, Err(payload)) => Err(internal(py, &panic_text(payload.as_ref()))),
            (None, Ok(result)) => result.map_err(|fault| fault.raised(py)),
        }
    })?;
    look(rows)?;
    Ok(result)
}
