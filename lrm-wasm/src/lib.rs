//! The JavaScript binding of `lrm-core`.
//!
//! What is here is only the raw side: documents come in as UTF-8, results go out as JSON text or typed arrays, and an
//! error is thrown as its JSON text. The classes that programs see are in `lrm-wasm/js`; they turn these into plain
//! objects and into `LrmError`. Nothing is computed on either side that the core does not compute.

mod class;
mod columns;
mod derivation;
mod engine;
mod error;
mod framework;
mod live;
mod policy;
mod record;
mod rollup;
mod state;
mod wire;

pub use class::{RawClass, RawRecords};
pub use columns::RawColumns;
pub use derivation::RawDerivation;
pub use engine::RawEngine;
pub use framework::RawFramework;
pub use live::RawLive;
pub use policy::RawPolicy;
pub use record::RawRecord;
pub use rollup::RawRollup;
pub use state::RawState;
