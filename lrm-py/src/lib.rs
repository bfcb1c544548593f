//! The compiled half of the Python package `lrm`: conversion, release of the interpreter, mapping of errors. No logic.

#![expect(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "comments on exported items are Python docstrings, in Python's markup"
)]

mod calendar;
mod class;
mod count;
mod decimal;
mod delta;
mod derivation;
mod document;
mod encode;
mod engine;
mod enter;
mod frame;
mod framework;
mod history;
mod ids;
mod instant;
mod live;
mod log;
mod mastery;
mod policy;
mod record;
mod report;
mod self_ratings;
mod simulation;
mod state;

use mimalloc::MiMalloc;
use pyo3::prelude::*;

// A rollup fills gigabytes, mostly once in a process: an allocator that takes large pages saves a fifth of its time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The compiled half of the package `lrm`; import that.
#[pymodule]
mod _lrm {
    #[pymodule_export]
    use crate::calendar::Calendar;
    #[pymodule_export]
    use crate::class::Class;
    #[pymodule_export]
    use crate::derivation::Derivation;
    #[pymodule_export]
    use crate::engine::Engine;
    #[pymodule_export]
    use crate::frame::Rollup;
    #[pymodule_export]
    use crate::frame::RollupStream;
    #[pymodule_export]
    use crate::framework::Framework;
    #[pymodule_export]
    use crate::live::Live;
    #[pymodule_export]
    use crate::log::EventLog;
    #[pymodule_export]
    use crate::mastery::Mastery;
    #[pymodule_export]
    use crate::policy::Policy;
    #[pymodule_export]
    use crate::record::LearnerRecord;
    #[pymodule_export]
    use crate::state::State;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
