//! The entries that wait for a person (semantics: Log, pending).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::entry::Entry;
use super::items::waits;
use super::submission;

/// What waits, in the order of the ids.
pub(super) fn pending(entries: &BTreeMap<String, Entry<'_>>, names: &BTreeSet<String>) -> Vec<Value> {
    let by_id: BTreeMap<&str, &Entry<'_>> =
        entries.values().filter_map(|entry| entry.id().map(|id| (id, entry))).collect();
    by_id.into_iter().filter_map(|(id, entry)| row(id, entry, names)).collect()
}

fn row(id: &str, entry: &Entry<'_>, names: &BTreeSet<String>) -> Option<Value> {
    let waits_for = match (entry.kind, entry.shown()) {
        (_, "retracted") => return None,
        ("submission", "submitted") => return Some(assessment(id, entry)),
        ("group", _) if waits(entry, names) => "confirmation",
        ("evidence" | "group", "disputed") => "decision",
        ("credit", "under_review") => "review",
        _ => return None,
    };
    Some(json!({"id": id, "waits_for": waits_for}))
}

fn assessment(id: &str, entry: &Entry<'_>) -> Value {
    let all = submission::competencies(entry);
    let left: Vec<&String> = all.iter().filter(|competency| !entry.judged.contains(*competency)).collect();
    if left.is_empty() {
        return json!({"id": id, "waits_for": "assessment"});
    }
    json!({"id": id, "waits_for": "assessment", "competencies": left})
}
