//! One event: its kind, when it is known, what it brings, and its content (semantics: Log).

use serde_json::Value;

use super::canonical;
use super::document::field;
use super::instant::{self, Instant};

/// The kinds of events that open an entry, each with the kind of the entry.
const OPENING: [(&str, &str); 18] = [
    ("assessed", "evidence"),
    ("submitted", "submission"),
    ("overridden", "override"),
    ("reflected", "reflection"),
    ("group_assessed", "group"),
    ("proposed", "goal"),
    ("renegotiated", "goal"),
    ("awarded", "credit"),
    ("subdivided", "subgoal"),
    ("identified", "identity"),
    ("enrolled", "enrolment"),
    ("published", "publication"),
    ("held", "hold"),
    ("waived", "waiver"),
    ("erased", "erasure"),
    ("planned", "plan"),
    ("paused", "pause"),
    ("paced", "pace"),
];
/// The kinds of events that only act on one.
const ACTS: [&str; 15] = [
    "corrected",
    "retracted",
    "disputed",
    "verified",
    "adjusted",
    "confirmed",
    "approved",
    "met",
    "missed",
    "reviewed",
    "upheld",
    "revoked",
    "separated",
    "left",
    "released",
];
/// The fields of events that evidence does not have.
pub(super) const ENVELOPE: [&str; 4] = ["event", "of", "actor", "reason"];

/// A field that is a text.
pub(super) fn text<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    event.get(name)?.as_str()
}

/// The kind; none for a word that nobody knows.
pub(super) fn kind(event: &Value) -> Option<&'static str> {
    match event.get("event").filter(|kind| !kind.is_null()) {
        None => Some("assessed"),
        Some(kind) => {
            let mut known = OPENING.into_iter().map(|(name, _)| name).chain(ACTS);
            known.find(|known| kind.as_str() == Some(known))
        }
    }
}

/// True for evidence.
pub(super) fn is_item(event: &Value) -> bool {
    kind(event) == Some("assessed")
}

/// True for what is an item of the record as it is, of one learner or of several. What is wrong with it the record reports.
pub(super) fn is_judgement(event: &Value) -> bool {
    matches!(kind(event), Some("assessed" | "group_assessed"))
}

/// True if the event says that it is about another one.
pub(super) fn has_of(event: &Value) -> bool {
    event.get("of").is_some_and(|of| !of.is_null())
}

/// The kind of the entry that the event opens, if it is sound: a reflection that names another one is its next version.
pub(super) fn opens(event: &Value) -> Option<&'static str> {
    let kind = kind(event)?;
    if kind == "reflected" && has_of(event) {
        return None;
    }
    OPENING.into_iter().find(|(name, _)| *name == kind).map(|(_, entry)| entry)
}

/// True if the event must say which entry it acts on.
pub(super) fn must_act(event: &Value) -> bool {
    kind(event).is_some_and(|kind| ACTS.contains(&kind) || kind == "renegotiated")
}

/// True if the event may say which entry it acts on.
pub(super) fn may_act(event: &Value) -> bool {
    must_act(event) || matches!(kind(event), Some("assessed" | "reflected") | None)
}

/// Since when the event is known. When something was observed tells when an entry came in that says nothing else; of an event
/// that acts on an entry it tells nothing.
pub(super) fn known(event: &Value) -> Option<Instant> {
    let read = |name| instant::parse(text(event, name)?);
    read("received_at").or_else(|| read("assessed_at")).or_else(|| observed(event))
}

/// The clock instant of an event: when it happened, as far as it says.
pub(super) fn clock(event: &Value) -> Option<Instant> {
    let read = |name| instant::parse(text(event, name)?);
    observed(event).or_else(|| read("assessed_at")).or_else(|| read("received_at"))
}

/// When it was observed. What is said about an item has the instant of the item there, not its own.
fn observed(event: &Value) -> Option<Instant> {
    let is_own = !matches!(kind(event), None | Some("corrected" | "retracted" | "disputed" | "verified"));
    text(event, "observed_at").filter(|_| is_own).and_then(instant::parse)
}

/// A text inside the actor.
pub(super) fn actor<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    event.get("actor")?.get(name)?.as_str()
}

/// The evidence that the event brings: all but the fields that only events have, and the learner.
pub(super) fn item(event: &Value) -> Value {
    let Some(object) = event.as_object() else { return event.clone() };
    let mut item = object.clone();
    let is_left_out = |name: &str, value: &Value| ENVELOPE.contains(&name) || (name == "learner" && value.is_string());
    item.retain(|name, value| !is_left_out(name, value));
    Value::Object(item)
}

/// What tells one event from another in the log of a learner, who need not be named.
pub(super) fn content(event: &Value, learner: Option<&str>) -> String {
    match label(event, learner) {
        Some(label) => written(event, &[format!("\"learner\":{}", Value::from(label))]),
        None => own_content(event),
    }
}

/// The content, whoever the event is about.
pub(super) fn own_content(event: &Value) -> String {
    written(event, &[])
}

/// The learner whom an event names, if that is another one than the log's.
pub(super) fn label<'e>(event: &'e Value, learner: Option<&str>) -> Option<&'e str> {
    text(event, "learner").filter(|named| Some(*named) != learner)
}

/// The event with some members before its own: the fields that only events have, then those of evidence, and all that
/// evidence does not know in `extra`.
fn written(event: &Value, before: &[String]) -> String {
    let item = item(event);
    let Some((object, item)) = event.as_object().zip(item.as_object()) else { return canonical::plain(event) };
    let mut parts = before.to_vec();
    for (name, value) in ENVELOPE.into_iter().filter_map(|name| Some((name, field(object, name)?))) {
        parts.push(format!("\"{name}\":{}", canonical::plain(value)));
    }
    let rest = canonical::item(item);
    let rest = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    format!("{{{}}}", parts.join(","))
}
