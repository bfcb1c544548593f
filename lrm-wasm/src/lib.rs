//! The JavaScript binding of `lrm-core`.
//!
//! What is here is only the raw side: documents come in as UTF-8, results go out as JSON text or typed arrays, and an
//! error is thrown as its JSON text. The classes that programs see are in `lrm-wasm/js`; they turn these into plain
//! objects and into `LrmError`. Nothing is computed on either side that the core does not compute.
//!
//! The features `engine` and `readers` are the two modules of the package.

mod error;
mod mastery;
mod wire;

#[cfg(feature = "readers")]
pub mod calendar;
#[cfg(feature = "readers")]
pub mod derivation;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "readers")]
pub mod explainer;
#[cfg(feature = "readers")]
pub mod log;
#[cfg(feature = "readers")]
pub mod policies;
#[cfg(feature = "readers")]
pub mod readers;
#[cfg(feature = "readers")]
pub mod simulation;
