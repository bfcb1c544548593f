//! The arguments that calls of both modules have.

use lrm_core::{Instant, Options};

use crate::error::{Result, thrown};

/// Reads the instant of a call.
pub(crate) fn instant(text: &str) -> Result<Instant> {
    Instant::parse(text).map_err(thrown)
}

/// The options of `evaluate` and its relatives.
pub(crate) fn options(scope: Option<Vec<String>>, strict: bool) -> Options {
    let options = Options::new();
    let options = match scope {
        Some(ids) => options.scope(ids),
        None => options,
    };
    if strict { options.strict() } else { options }
}
