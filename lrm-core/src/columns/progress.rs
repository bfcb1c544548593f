//! How far a long rollup is, and the way to stop it, for another thread to see.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How far a rollup is. Share it with the thread that watches.
///
/// ```
/// let progress = lrm_core::Progress::new();
/// progress.cancel();
/// assert_eq!((progress.done(), progress.is_cancelled()), (0, true));
/// ```
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicUsize,
    cancelled: AtomicBool,
}

impl Progress {
    /// At the beginning.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows have gone all the way.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// Makes the rollup end with the error `cancelled`, soon.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// True after [`Progress::cancel`].
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, rows: usize) {
        self.done.fetch_add(rows, Ordering::Relaxed);
    }
}
