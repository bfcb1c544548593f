//! What is wrong with one event.

use serde_json::Value;

use super::Code;
use super::document::{Object, field, grid, truth, weight, whole};
use super::event::{self, item, kind};
use super::evidence::{ABSENCES, ADAPTATIONS, ASSISTANCE, KINDS, PURPOSES, ROLES};
use super::fields;
use super::instant;
use super::value::{Grid, integer};

/// The marks of items that no longer stand.
const WITHDRAWN: [&str; 3] = ["retracted", "superseded", "unconfirmed"];
/// What an item says.
const OUTCOME: [&str; 5] = ["score", "possible", "level", "passed", "absence"];

/// True if nothing keeps the event from having an effect.
pub(super) fn is_sound(event: &Value) -> bool {
    faults(event).is_empty() && item_faults(event).is_empty()
}

/// What is wrong with the fields that only events have.
pub(super) fn faults(event: &Value) -> Vec<Code> {
    let Some(object) = event.as_object() else { return Vec::new() };
    let mut faults = Vec::new();
    if kind(event).is_none() {
        faults.push("invalid-value");
    }
    faults.extend(not_texts(object, &["of", "reason"]));
    match field(object, "actor") {
        Some(Value::Object(actor)) => faults.extend(not_texts(actor, &["id", "role"])),
        Some(_) => faults.push("invalid-value"),
        None => {}
    }
    if event::must_act(event) && event::text(event, "of").is_none() {
        faults.push("missing-field");
    }
    if !event::may_act(event) && event::text(event, "of").is_some() {
        faults.push("invalid-value");
    }
    faults.extend(missing(event, object));
    faults.extend(entry_faults(event::opens(event).unwrap_or_default(), object));
    match kind(event) {
        // not yet known to open anything: the next version of a reflection
        Some("reflected") if event::has_of(event) => faults.extend(fields::faults("reflection", object)),
        Some("adjusted") => faults.extend(grid(object, "by").err()),
        _ => {}
    }
    faults
}

/// What is wrong with the fields of an entry of some kind, in its opening event or in a correction.
pub(super) fn entry_faults(entry: &str, object: &Object) -> Vec<Code> {
    let mut faults = fields::faults(entry, object);
    let says = |names: &[&str]| names.iter().any(|name| field(object, name).is_some());
    // nobody has judged what was submitted
    if entry == "submission" && says(&OUTCOME) {
        faults.push("invalid-value");
    }
    // an override says something, or completes
    if entry == "override" && says(&["absence"]) {
        faults.push("invalid-value");
    }
    faults
}

/// A finding for each field that an event of its kind must have.
fn missing(event: &Value, object: &Object) -> Vec<Code> {
    let (names, has_author): (&[&str], bool) = match kind(event) {
        Some("overridden" | "waived") => (&["competency", "reason"], true),
        Some("reflected") => (&["text"], false),
        Some("group_assessed") => (&["members"], false),
        Some("proposed") => (&["competencies"], false),
        Some("awarded") => (&["credit", "evidence"], false),
        Some("subdivided") => (&["competency", "id", "under"], false),
        Some("identified") => (&["other", "reason"], true),
        Some("published") => (&["results", "as_of"], false),
        Some("held") => (&["id", "reason"], true),
        Some("released" | "revoked") => (&["reason"], true),
        Some("erased") => (&["erased", "reason"], true),
        Some("adjusted") => (&["by"], false),
        Some("planned") => (&["course"], false),
        Some("paused") => (&["starts_on", "ends_on", "reason"], true),
        Some("paced") => (&["course", "pace", "reason"], true),
        _ => (&[], false),
    };
    let author = object.get("actor").and_then(|actor| actor.get("id")).filter(|id| !id.is_null());
    let without = names.iter().filter(|name| field(object, name).is_none()).count();
    vec!["missing-field"; without + usize::from(has_author && author.is_none())]
}

/// What is wrong with the evidence that an event about other evidence brings. It need not name a competency.
pub(super) fn item_faults(event: &Value) -> Vec<Code> {
    let item = item(event);
    let Some(object) = item.as_object() else { return vec!["invalid-value"] };
    let mut faults = not_texts(object, &["id", "learner", "competency", "level", "criterion", "context", "activity"]);
    for name in ["observed_at", "due_at", "assessed_at", "received_at"] {
        let found = field(object, name);
        faults.extend(found.filter(|at| at.as_str().and_then(instant::parse).is_none()).map(|_| "invalid-value"));
    }
    faults.extend(["passed", "transfer"].iter().filter_map(|name| truth(object, name).err()));
    let words: [(&str, &[&str]); 6] = [
        ("kind", &KINDS),
        ("purpose", &PURPOSES),
        ("assistance", &ASSISTANCE),
        ("adaptation", &ADAPTATIONS),
        ("absence", &ABSENCES),
        ("withdrawn", &WITHDRAWN),
    ];
    for (name, known) in words {
        faults.extend(not_among(object, name, known));
    }
    for (name, texts) in [
        ("assessor", &["id"][..]),
        ("artifact", &["uri", "sha256", "media_type"]),
        ("source", &["system", "id", "replaces"]),
    ] {
        match field(object, name) {
            Some(Value::Object(inner)) => {
                faults.extend(not_texts(inner, texts));
                if name == "assessor" {
                    faults.extend(not_among(inner, "role", &ROLES));
                }
            }
            Some(_) => faults.push("invalid-value"),
            None => {}
        }
    }
    match field(object, "override") {
        Some(Value::Object(said)) => {
            faults.extend(not_texts(said, &["reason"]));
            let at = field(said, "expires_at");
            faults.extend(at.filter(|at| at.as_str().and_then(instant::parse).is_none()).map(|_| "invalid-value"));
        }
        Some(_) => faults.push("invalid-value"),
        None => {}
    }
    faults.extend(field(object, "extra").filter(|extra| !extra.is_object()).map(|_| "invalid-value"));
    if !field(object, "attempt").is_some_and(Value::is_string) {
        faults.extend(whole(object, "attempt", 0, u32::MAX.into()).err());
    }
    faults.extend(weight(object).err());
    faults.extend(outcome_faults(object));
    faults
}

/// What is wrong with what an item says.
fn outcome_faults(object: &Object) -> Vec<Code> {
    let mut faults = Vec::new();
    let said = ["score", "level", "passed", "absence"].iter().filter(|name| field(object, name).is_some()).count();
    if said > 1 {
        faults.push("invalid-value");
    }
    if field(object, "possible").is_some() && field(object, "score").is_none() {
        faults.push("invalid-value");
    }
    let beyond = |value: Grid| value.exact() > integer(1_000_000) || value.exact() < integer(-1_000_000);
    let (score, possible) = (grid(object, "score"), grid(object, "possible"));
    faults.extend([&score, &possible].into_iter().filter_map(|value| value.as_ref().err().copied()));
    // nothing more is asked of points without a score
    if let Ok(Some(score)) = score {
        let possible = possible.ok().flatten();
        faults.extend(
            [Some(score), possible].into_iter().flatten().filter(|value| beyond(*value)).map(|_| "limit-exceeded"),
        );
        faults.extend(possible.filter(|possible| possible.units() <= 0).map(|_| "invalid-value"));
    }
    faults
}

fn not_texts(object: &Object, names: &[&str]) -> Vec<Code> {
    let wrong = names.iter().filter_map(|name| field(object, name)).filter(|value| !value.is_string());
    wrong.map(|_| "invalid-value").collect()
}

fn not_among(object: &Object, name: &str, known: &[&str]) -> Option<Code> {
    let found = field(object, name)?;
    (!known.iter().any(|word| found.as_str() == Some(word))).then_some("invalid-value")
}
