//! The fields that entries have besides those of evidence, and what is wrong with them.

use serde_json::Value;

use super::Code;
use super::calendar::{day, share};
use super::document::{Object, field, grid, whole};
use super::instant;
use super::value::Exact;

/// The fields of each kind of entry that evidence does not have.
pub(super) fn of_entry(entry: &str) -> &'static [&'static str] {
    match entry {
        "submission" => &["competencies", "criteria"],
        "override" => &["expires_at"],
        "reflection" => &["text", "about"],
        "group" => &["members"],
        "goal" => &["title", "under", "competencies", "at_least", "value"],
        "credit" => &["credit", "evidence"],
        "subgoal" => &["statement", "under"],
        "identity" => &["other"],
        "enrolment" => &["section", "scope", "starts_at", "ends_at", "people"],
        "publication" => &["results", "as_of"],
        "erasure" => &["erased"],
        "waiver" => &["prerequisite", "expires_at"],
        "plan" => &["course", "starts_on", "ends_on", "benchmarks"],
        "pause" => &["starts_on", "ends_on", "course"],
        "pace" => &["course", "pace", "expires_at"],
        _ => &[],
    }
}

/// The named fields of an object, without nulls, and all the others.
pub(super) fn split(names: &[&str], object: &Object) -> (Object, Object) {
    let (mut own, mut rest) = (Object::new(), Object::new());
    for (name, value) in object {
        let into = if names.contains(&name.as_str()) { &mut own } else { &mut rest };
        if !(names.contains(&name.as_str()) && value.is_null()) {
            into.insert(name.clone(), value.clone());
        }
    }
    (own, rest)
}

/// What is wrong with the fields of a kind of entry, as far as they are there.
pub(super) fn faults(entry: &str, object: &Object) -> Vec<Code> {
    let names = of_entry(entry);
    let mut faults: Vec<Code> = names.iter().filter_map(|name| fault(entry, name, object)).collect();
    let erased = field(object, "erased").filter(|_| entry == "erasure").and_then(Value::as_array);
    faults.extend(erased.into_iter().flatten().flat_map(erased_faults));
    let benchmarks = field(object, "benchmarks").filter(|_| entry == "plan").and_then(Value::as_array);
    faults.extend(benchmarks.map(|list| benchmark_faults(list)).unwrap_or_default());
    if matches!(entry, "plan" | "pause") {
        faults.extend(order_faults(object, benchmarks.map_or(&[], Vec::as_slice)));
    }
    faults
}

/// What is wrong with days of which the last lies before the first, and with benchmarks that do not lie between them.
fn order_faults(object: &Object, benchmarks: &[Value]) -> Vec<Code> {
    let said = |name: &str| field(object, name).and_then(|value| day(value).ok());
    let (first, last) = (said("starts_on"), said("ends_on"));
    let outside = |on: i64| first.is_some_and(|first| on < first) || last.is_some_and(|last| last < on);
    let good = benchmarks.iter().filter_map(Value::as_object).filter_map(|one| {
        let percent = field(one, "percent").and_then(|value| share(value).ok());
        percent.and(field(one, "on").and_then(|value| day(value).ok()))
    });
    let mut faults = vec!["invalid-value"; good.filter(|on| outside(*on)).count()];
    faults.extend(first.zip(last).filter(|(first, last)| last < first).map(|_| "invalid-value"));
    faults
}

/// What is wrong with one of the events that are said to be erased: its digest must be there, and be one.
fn erased_faults(one: &Value) -> Vec<Code> {
    let Some(one) = one.as_object() else { return vec!["invalid-value"] };
    let mut faults = Vec::new();
    match field(one, "digest") {
        None => faults.push("missing-field"),
        Some(digest) if !digest.as_str().is_some_and(is_digest) => faults.push("invalid-value"),
        Some(_) => {}
    }
    let known = field(one, "known");
    faults.extend(known.filter(|at| at.as_str().and_then(instant::parse).is_none()).map(|_| "invalid-value"));
    faults
}

/// What is wrong with benchmarks: each has a day, which comes after the one before, and a share, which is not less.
fn benchmark_faults(list: &[Value]) -> Vec<Code> {
    let mut faults = Vec::new();
    let mut before: Option<(i64, Exact)> = None;
    for one in list {
        let Some(one) = one.as_object() else {
            faults.push("invalid-value");
            continue;
        };
        let on = field(one, "on").ok_or("missing-field").and_then(day);
        let percent = field(one, "percent").ok_or("missing-field").and_then(share);
        faults.extend([on.as_ref().err(), percent.as_ref().err()].into_iter().flatten());
        let (Ok(on), Ok(percent)) = (on, percent) else { continue };
        if let Some((day, share)) = &before {
            faults.extend((on <= *day).then_some("invalid-value"));
            faults.extend((percent < *share).then_some("invalid-value"));
        }
        before = Some((on, percent));
    }
    faults
}

/// True for 64 hexadecimal digits, the letters small.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn fault(entry: &str, name: &str, object: &Object) -> Option<Code> {
    let value = field(object, name)?;
    let is_good = match (entry, name) {
        ("goal", "at_least") => return whole(object, "at_least", 1, i64::from(u32::MAX)).err(),
        ("goal", "value") => return grid(object, "value").err(),
        ("erasure", _) | ("plan", "benchmarks") => value.is_array(),
        (_, "starts_on" | "ends_on") => day(value).is_ok(),
        ("pace", "pace") => matches!(value.as_str(), Some("ahead" | "on" | "behind")),
        (_, "expires_at" | "starts_at" | "ends_at" | "as_of") => {
            value.as_str().is_some_and(|text| instant::parse(text).is_some())
        }
        ("subgoal", "under") | (_, "competencies" | "members" | "evidence" | "scope") => {
            is_list(value, Value::is_string)
        }
        (_, "criteria") => is_list(value, |one| has_texts(one, &["criterion", "competency"])),
        (_, "people") => is_list(value, |one| has_texts(one, &["id"]) && one.get("role").is_none_or(is_text_or_null)),
        (_, "results") => is_list(value, Value::is_object),
        _ => value.is_string(),
    };
    (!is_good).then_some("invalid-value")
}

fn is_list(value: &Value, is_good: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(is_good))
}

fn has_texts(value: &Value, names: &[&str]) -> bool {
    names.iter().all(|name| value.get(name).is_some_and(Value::is_string))
}

fn is_text_or_null(value: &Value) -> bool {
    value.is_null() || value.is_string()
}
