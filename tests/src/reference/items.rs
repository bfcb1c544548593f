//! The items of a record that follow from entries (semantics: Log, record).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::canonical::{self, exact_decimal};
use super::document::{Object, exact, field};
use super::entry::Entry;
use super::event;
use super::evidence::ROLES;
use super::instant;
use super::submission;

/// What a correction says of itself.
const OWN: [&str; 6] = ["id", "learner", "assessed_at", "received_at", "source", "withdrawn"];
/// What an item says: one of them takes the place of all.
const OUTCOME: [&str; 5] = ["score", "possible", "level", "passed", "absence"];

/// The items of an entry, in the log of a learner of these names.
pub(super) fn of(entry: &Entry<'_>, names: &BTreeSet<String>) -> Vec<Value> {
    match entry.kind {
        "evidence" => versions(entry, |item, _| item.clone(), None),
        "override" => versions(entry, |item, own| overriding(entry.opening, item, own), None),
        "group" => {
            let why = waits(entry, names).then_some("unconfirmed");
            versions(entry, |item, _| item.clone(), why)
        }
        "submission" => submission::of_work(entry),
        _ => Vec::new(),
    }
}

/// Every version of an entry, all but the last withdrawn.
fn versions(entry: &Entry<'_>, dress: impl Fn(&Value, &Object) -> Value, why: Option<&str>) -> Vec<Value> {
    let mut items: Vec<Value> =
        entry.versions.iter().map(|(item, own)| withdrawn(&dress(item, own), "superseded")).collect();
    let last = dress(&adjusted(entry), &entry.own);
    let why = if entry.state == "retracted" { Some("retracted") } else { why };
    items.push(why.map_or_else(|| last.clone(), |why| withdrawn(&last, why)));
    items
}

/// True if nobody has said that the learner took part in the group work.
pub(super) fn waits(entry: &Entry<'_>, names: &BTreeSet<String>) -> bool {
    let is_member = entry.list("members").iter().any(|member| names.contains(*member));
    entry.kind == "group" && !is_member && !entry.is_confirmed
}

/// The item with the adjustment added to its score.
fn adjusted(entry: &Entry<'_>) -> Value {
    let mut item = entry.item.clone();
    let score = item.as_object().and_then(|item| exact(item, "score").ok()?);
    if let (Some(score), Some(by), Some(fields)) = (score, &entry.by, item.as_object_mut()) {
        let sum = serde_json::from_str(&exact_decimal(&(score + by))).unwrap_or_default();
        fields.insert("score".to_owned(), sum);
    }
    item
}

/// The item of an override: its reason, when it ends, and who is answerable.
fn overriding(opening: &Value, item: &Value, own: &Object) -> Value {
    let mut item = item.as_object().cloned().unwrap_or_default();
    let mut says = Map::new();
    says.extend(opening.get("reason").map(|reason| ("reason".to_owned(), reason.clone())));
    let expires = own.get("expires_at").and_then(|expires| instant::parse(expires.as_str()?));
    says.extend(expires.map(|at| ("expires_at".to_owned(), json!(instant::show(at)))));
    let role = event::actor(opening, "role").filter(|role| ROLES.contains(role)).unwrap_or("teacher");
    item.insert("override".to_owned(), Value::Object(says));
    item.insert("assessor".to_owned(), json!({"id": event::actor(opening, "id"), "role": role}));
    Value::Object(item)
}

/// The item, which no longer stands.
pub(super) fn withdrawn(item: &Value, why: &str) -> Value {
    let mut item = item.as_object().cloned().unwrap_or_default();
    item.insert("withdrawn".to_owned(), json!(why));
    Value::Object(item)
}

/// The item as corrected: what the correction says takes the place of what the item says, field by field.
pub(super) fn corrected(item: &Value, says: &Value, of: Option<&str>) -> Value {
    laid(item, says, &OWN, Some(("corrects", of)))
}

/// An entry without versions as corrected. It keeps its id.
pub(super) fn laid_over(item: &Value, says: &Value) -> Value {
    let mut object = laid(item, says, &OWN, None).as_object().cloned().unwrap_or_default();
    object.remove("id");
    object.extend(item.get("id").map(|id| ("id".to_owned(), id.clone())));
    Value::Object(object)
}

/// The work as assessed: an assessment has times and a source as evidence has.
pub(super) fn assessed(work: &Value, says: &Value, of: Option<&str>) -> Value {
    laid(work, says, &[], Some(("assesses", of)))
}

/// Fields over fields: the id is that of what is laid over, the others give way to what it says, but for some that are about
/// itself.
fn laid(under: &Value, over: &Value, itself: &[&str], mark: Option<(&str, Option<&str>)>) -> Value {
    let (mut fields, mut extra) = parts(under);
    let (mut says, says_extra) = parts(over);
    fields.remove("id");
    if OUTCOME.iter().any(|name| says.contains_key(*name)) {
        fields.retain(|name, _| !OUTCOME.contains(&name.as_str()));
    }
    fields.extend(says.remove("id").map(|id| ("id".to_owned(), id)));
    // which item of its system it stands in the place of, a correction says of the item
    let source = says.get("source").and_then(Value::as_object).filter(|source| field(source, "replaces").is_some());
    if let Some(source) = source.filter(|_| itself.contains(&"source")) {
        let mut whole = fields.get("source").and_then(Value::as_object).cloned().unwrap_or_default();
        whole.extend(
            source.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())),
        );
        fields.insert("source".to_owned(), Value::Object(whole));
    }
    fields.extend(says.into_iter().filter(|(name, _)| !itself.contains(&name.as_str())));
    extra.extend(says_extra);
    extra.extend(mark.map(|(name, of)| (name.to_owned(), json!(of))));
    if !extra.is_empty() {
        fields.insert("extra".to_owned(), Value::Object(extra));
    }
    Value::Object(fields)
}

/// The fields of an item that have a meaning, without nulls, and all others, which belong into `extra`.
fn parts(item: &Value) -> (Object, Object) {
    let all = item.as_object().cloned().unwrap_or_default();
    let mut extra = field(&all, "extra").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut fields = Object::new();
    for (name, value) in all.into_iter().filter(|(name, _)| name != "extra") {
        if !canonical::is_field(&name) {
            extra.insert(name, value);
        } else if !value.is_null() {
            fields.insert(name, value);
        }
    }
    (fields, extra)
}
