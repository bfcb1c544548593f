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
    by_id.into_iter().flat_map(|(id, entry)| rows(id, entry, names)).collect()
}

/// What one entry waits for: group work for a confirmation and a decision at once.
fn rows(id: &str, entry: &Entry<'_>, names: &BTreeSet<String>) -> Vec<Value> {
    let plain = |waits_for: &str| json!({"id": id, "waits_for": waits_for});
    let mut rows = Vec::new();
    if entry.kind == "group" && entry.shown() != "retracted" && waits(entry, names) {
        rows.push(plain("confirmation"));
    }
    match (entry.kind, entry.shown()) {
        ("submission", "submitted") => rows.push(assessment(id, entry)),
        ("evidence" | "group", "disputed") => rows.push(plain("decision")),
        ("credit", "under_review") => rows.push(plain("review")),
        _ => {}
    }
    rows
}

fn assessment(id: &str, entry: &Entry<'_>) -> Value {
    let all = submission::competencies(entry);
    let left: Vec<&String> = all.iter().filter(|competency| !entry.judged.contains(*competency)).collect();
    if left.is_empty() {
        return json!({"id": id, "waits_for": "assessment"});
    }
    json!({"id": id, "waits_for": "assessment", "competencies": left})
}
