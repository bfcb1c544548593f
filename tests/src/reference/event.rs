//! One event: its kind, its content, and what is wrong with it (semantics: Log).

use serde_json::Value;

use super::Code;
use super::canonical;
use super::document::{Object, field, grid, truth, weight, whole};
use super::evidence::{ABSENCES, ADAPTATIONS, ASSISTANCE, KINDS, PURPOSES, ROLES};
use super::instant::{self, Instant};
use super::value::{Grid, integer};

/// The kinds of events.
const EVENTS: [&str; 5] = ["assessed", "corrected", "retracted", "disputed", "verified"];
/// The fields of events that evidence does not have.
const ENVELOPE: [&str; 4] = ["event", "of", "actor", "reason"];
/// The marks of items that no longer stand.
const WITHDRAWN: [&str; 2] = ["retracted", "superseded"];

/// A field that is a text.
pub(super) fn text<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    event.get(name)?.as_str()
}

/// The kind; none for a word that nobody knows.
pub(super) fn kind(event: &Value) -> Option<&'static str> {
    match event.get("event").filter(|kind| !kind.is_null()) {
        None => Some("assessed"),
        Some(kind) => EVENTS.into_iter().find(|known| kind.as_str() == Some(known)),
    }
}

/// True for evidence.
pub(super) fn is_item(event: &Value) -> bool {
    kind(event) == Some("assessed")
}

/// Since when the event is known. When a correction says that something was observed tells nothing of that.
pub(super) fn known(event: &Value) -> Option<Instant> {
    let read = |name| instant::parse(text(event, name)?);
    let observed = || if is_item(event) { read("observed_at") } else { None };
    read("received_at").or_else(|| read("assessed_at")).or_else(observed)
}

/// The evidence that the event brings: all but the fields that only events have, and the learner.
pub(super) fn item(event: &Value) -> Value {
    let Some(object) = event.as_object() else { return event.clone() };
    let mut item = object.clone();
    let is_left_out = |name: &str, value: &Value| ENVELOPE.contains(&name) || (name == "learner" && value.is_string());
    item.retain(|name, value| !is_left_out(name, value));
    Value::Object(item)
}

/// What tells one event from another.
pub(super) fn content(event: &Value) -> String {
    let item = item(event);
    let Some((object, item)) = event.as_object().zip(item.as_object()) else { return event.to_string() };
    let said = ENVELOPE.into_iter().filter_map(|name| Some((name, field(object, name)?)));
    let mut parts: Vec<String> = said.map(|(name, value)| format!("\"{name}\":{}", canonical::plain(value))).collect();
    let rest = canonical::item(item);
    let rest = rest.trim_start_matches('{').strip_suffix('}').unwrap_or_default();
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    format!("{{{}}}", parts.join(","))
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
    match (kind(event), text(event, "of")) {
        (Some("assessed"), Some(_)) => faults.push("invalid-value"),
        (Some("assessed") | None, _) | (_, Some(_)) => {}
        (Some(_), None) => faults.push("missing-field"),
    }
    faults
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
    for (name, texts) in
        [("assessor", &["id"][..]), ("artifact", &["uri", "sha256", "media_type"]), ("source", &["system", "id"])]
    {
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
