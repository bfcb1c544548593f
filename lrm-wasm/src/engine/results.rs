//! Results as JSON text.

use lrm_core::{Delta, Mastery};

use crate::mastery::{change, json, list};

/// A JSON array of results.
pub(crate) fn masteries(results: impl IntoIterator<Item = Mastery>) -> String {
    list(results.into_iter().map(|result| json(&result)))
}

/// A JSON array of `{before, after}`.
pub(crate) fn changes(delta: &Delta) -> String {
    list(delta.changes().iter().map(|one| change(&one.before, &one.after)))
}
