//! The engine makes of a log of all kinds of events what the model makes of it: items, findings, states, entries, what waits,
//! and what applies by enrolment.

use std::collections::BTreeSet;

use lrm_core::{EventLog, Instant};
use lrm_tests::reference::{Folded, canonical_item, canonical_json, fold, parse_instant, show_instant};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::kinds::{INSTANTS, events, ids};
use crate::support::config;

/// What the engine says in documents.
fn entries(log: &EventLog) -> Vec<Value> {
    log.entries().iter().map(|entry| serde_json::from_str(entry.to_json()).expect("JSON")).collect()
}

fn pending(log: &EventLog) -> Value {
    serde_json::from_str(&log.pending_json()).expect("JSON")
}

fn state_of(log: &EventLog, id: &str) -> Option<String> {
    log.state_of(id).map(|state| state.as_str().to_owned())
}

/// The fields of an entry that the rules name, besides its id and its state.
fn fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "evidence" => &["competency", "score", "possible", "level", "passed", "absence"],
        "submission" => &["competency", "competencies", "criteria"],
        "override" => &["competency", "score", "possible", "level", "passed", "expires_at"],
        "reflection" => &["text", "about", "competency", "versions"],
        "group_work" => &["members", "competency", "level", "passed"],
        "goal" => &["title", "under", "competencies", "at_least", "value", "level", "due_at", "succeeds"],
        "credit" => &["credit", "evidence"],
        "subgoal" => &["competency", "statement", "under"],
        "identity" => &["other"],
        "enrolment" => &["section", "scope", "starts_at", "ends_at", "people"],
        "publication" => &["results", "as_of"],
        "plan" => &["course", "starts_on", "ends_on", "benchmarks"],
        "pause" => &["starts_on", "ends_on", "course"],
        "pace" => &["course", "pace", "expires_at"],
        _ => &[],
    }
}

/// An entry by the fields that the rules name, instants in one writing.
fn seen(entry: &Map<String, Value>) -> String {
    let kind = entry.get("entry").and_then(Value::as_str).unwrap_or_default();
    let names = ["id", "entry", "state", "since", "events"].iter().chain(fields(kind));
    let mut seen = Map::new();
    for name in names {
        let Some(value) = entry.get(*name) else { continue };
        let instant = value.as_str().filter(|_| name.ends_with("_at") || ["since", "as_of"].contains(name));
        let instant = instant.and_then(parse_instant).map(|instant| json!(show_instant(instant)));
        seen.insert((*name).to_owned(), instant.unwrap_or_else(|| value.clone()));
    }
    canonical_json(&Value::Object(seen))
}

fn sorted<T: Ord>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    all.sort_unstable();
    all
}

/// Where the engine and the model part.
fn difference(log: &EventLog, model: &Folded) -> Option<String> {
    let record: Value = serde_json::from_str(&log.record().to_json()).expect("JSON");
    let items = record["evidence"].as_array().expect("a list").iter().map(canonical_item);
    let report = log.report();
    // of an event on the way into a circle either may be said: that it leads to itself, or to nothing
    let circle = |code| if code == "cycle" { "dangling-reference" } else { code };
    let codes = report.findings().iter().map(|finding| circle(finding.code.as_str()));
    let objects: Vec<Value> = entries(log);
    let objects = objects.iter().map(|entry| seen(entry.as_object().expect("an object")));
    let pending = canonical_json(&pending(log));
    let expected = canonical_json(&Value::Array(model.pending.clone()));
    let parts = [
        ("items", differs(&sorted(items), &sorted(model.items.iter().map(canonical_item)))),
        ("findings", differs(&sorted(codes), &sorted(model.findings.iter().copied().map(circle)))),
        ("entries", differs(&objects.collect::<Vec<_>>(), &model.entries.values().map(seen).collect::<Vec<_>>())),
        ("pending", differs(&pending, &expected)),
    ];
    for (name, found) in parts {
        if let Some(found) = found {
            return Some(format!("{name}: {found}"));
        }
    }
    for id in ids() {
        if let Some(found) = differs(&state_of(log, id).as_deref(), &model.states.get(id).copied()) {
            return Some(format!("state of {id}: {found}"));
        }
    }
    for text in INSTANTS {
        let at = Instant::parse(text).expect("an instant");
        if let Some(found) = differs(&log.scope_at(at), &model.scope_at(at.micros())) {
            return Some(format!("scope at {text}: {found}"));
        }
    }
    None
}

fn differs<T: PartialEq + std::fmt::Debug>(engine: &T, model: &T) -> Option<String> {
    (engine != model).then(|| format!("{engine:#?}\nexpected {model:#?}"))
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_model_folds_all_kinds_alike(events in events(), known_at in of(0..INSTANTS.len())) {
        // whose events count besides the learner's own is for the cases of `record/identity`
        let mut events: Vec<Value> = events.into_iter().filter(|event| event["learner"] != "bo").collect();
        // two contents of one id are for the laws of `log`
        // what evidence is told that is about anything but a submission is for the cases of `record/submitted`
        let is_about_something_else = |event: &Value| {
            event["event"] == "assessed" && event["of"].as_str().is_some_and(|of| !of.starts_with('s'))
        };
        events.retain(|event| !is_about_something_else(event));
        let mut seen = BTreeSet::new();
        events.retain(|event| event["id"].as_str().is_none_or(|id| seen.insert(id.to_owned())));
        let text = Value::Array(events.clone()).to_string();
        let mut log = EventLog::from_json(&text).expect("a log");
        let known_at = known_at.map(|place| Instant::parse(INSTANTS[place]).expect("an instant"));
        if let Some(at) = known_at {
            log = log.known_at(at);
        }
        let model = fold(&events, known_at.map(Instant::micros));
        prop_assert_eq!(difference(&log, &model), None, "{}", text);
    }
}
