//! What may be erased by its age (semantics: Erasure, retention).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Code;
use super::document::{Object, whole};
use super::erasure::{LogCopy, can_be_erased, digest};
use super::event;
use super::instant::{self, Instant};
use super::log::Log;

/// By class for how many years after the end something is kept; none: for good.
pub(super) type Rules = BTreeMap<String, Option<i64>>;

/// Reads the rules.
pub(super) fn rules(document: &Object) -> Result<Rules, Code> {
    let years = |class: &String| Ok((class.clone(), whole(document, class, 0, 1000)?));
    document.keys().map(years).collect()
}

/// The events that opened the threads that are due: their ids, or their digests.
pub(super) fn due(copy: &LogCopy, rules: &Rules, left_at: Instant, at: Instant) -> Vec<String> {
    let events = copy.counting();
    let learner = copy.learner.as_deref();
    let log = Log::of(events.iter(), learner);
    let entries = log.entries(&mut Vec::new());
    let is_past = |class: &str| {
        let years = rules.get(class).copied().flatten();
        years.and_then(|years| instant::years_after(left_at, years)).is_some_and(|end| at >= end)
    };
    let mut due = BTreeSet::new();
    let (erasable, lasting): (Vec<Value>, Vec<Value>) = events.iter().cloned().partition(can_be_erased);
    let is_about_lasting = |one: &&Value| {
        event::text(one, "of").is_some_and(|of| lasting.iter().any(|one| event::text(one, "id") == Some(of)))
    };
    let under_review = entries.values().filter(|entry| entry.shown() == "under_review");
    let causes: BTreeSet<&str> = under_review.flat_map(|entry| entry.causes.iter().map(String::as_str)).collect();
    let stays = |one: &&Value| {
        let id = event::text(one, "id");
        id.is_some_and(|id| causes.contains(id))
            || lasting.iter().any(|one| id.is_some() && event::text(one, "id") == id)
    };
    for thread in threads(&erasable) {
        let entry = |one: &Value| entries.get(&event::content(one, learner)).map(|entry| &entry.item);
        let own: Vec<&Value> =
            thread.iter().filter_map(|one| entry(one).or_else(|| event::opens(one).map(|_| *one))).collect();
        // what opens nothing says for itself how long it is kept
        let says = if own.is_empty() { thread.clone() } else { own };
        let are_past = says.iter().all(|one| class(one).is_some_and(is_past));
        if are_past && !thread.iter().any(is_about_lasting) && !thread.iter().any(stays) {
            due.extend(first(&thread));
        }
    }
    due.into_iter().collect()
}

/// The class that an item says, among the fields that nobody knows; none that a rule could name if it is no text.
fn class(item: &Value) -> Option<&str> {
    let extra = item.get("extra").and_then(|extra| extra.get("retention"));
    match item.get("retention").or(extra) {
        None | Some(Value::Null) => Some(""),
        Some(class) => class.as_str(),
    }
}

/// The events in groups that hang together: one is about the other, or both have one id.
fn threads(events: &[Value]) -> Vec<Vec<&Value>> {
    let mut left: Vec<&Value> = events.iter().collect();
    let mut threads = Vec::new();
    while let Some(one) = left.pop() {
        let mut thread = vec![one];
        while let Some(place) = left.iter().position(|one| thread.iter().any(|other| hang_together(one, other))) {
            thread.push(left.remove(place));
        }
        threads.push(thread);
    }
    threads
}

fn hang_together(one: &Value, other: &Value) -> bool {
    let is_same = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
    let (id, other_id) = (event::text(one, "id"), event::text(other, "id"));
    is_same(id, other_id) || is_same(event::text(one, "of"), other_id) || is_same(event::text(other, "of"), id)
}

/// What the thread begins with: the events that are about nothing in it. Where it goes in a circle, all.
fn first(thread: &[&Value]) -> Vec<String> {
    let name = |one: &Value| event::text(one, "id").map_or_else(|| digest(one), str::to_owned);
    let is_first = |one: &&&Value| {
        let of = event::text(one, "of");
        !thread.iter().any(|other| of.is_some() && event::text(other, "id") == of)
    };
    let first: Vec<String> = thread.iter().filter(is_first).map(|one| name(one)).collect();
    if first.is_empty() { thread.iter().map(|one| name(one)).collect() } else { first }
}
