//! Results as JSON text.

use lrm_core::{Delta, Mastery};

use crate::mastery::json;

/// A JSON array of results.
pub(crate) fn masteries(results: impl IntoIterator<Item = Mastery>) -> String {
    list(results.into_iter().map(|result| json(&result)))
}

/// A JSON array of `{before, after}`.
pub(crate) fn changes(delta: &Delta) -> String {
    list(
        delta
            .changes()
            .iter()
            .map(|change| format!("{{\"before\":{},\"after\":{}}}", json(&change.before), json(&change.after))),
    )
}

/// A JSON array of texts that are JSON already.
fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut text = String::from("[");
    for item in items {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&item);
    }
    text.push(']');
    text
}
