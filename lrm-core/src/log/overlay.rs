//! Members laid over members: what a correction makes of an item, a judgement of a submission, a new goal of an old one; and
//! an item that no longer stands.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::fields;
use super::transitions::EntryKind;
use crate::json::read::{Path, members};
use crate::json::write::Writer;
use crate::record::{Item, Withdrawal, read_item};

/// What a correction says of itself, not of the item.
const OWN: [&str; 6] = ["id", "learner", "assessed_at", "received_at", "source", "withdrawn"];
/// What an item says: what says one of them takes the place of all.
const OUTCOME: [&str; 5] = ["score", "possible", "level", "passed", "absence"];
/// Objects inside an item. Their unknown fields stand in `extra` under `name.field` and go with them.
const INNER: [&str; 3] = ["assessor", "override", "artifact"];
/// The fields of evidence that a new goal has from the old one.
const OF_GOALS: [&str; 2] = ["level", "due_at"];

/// A member: its name and its JSON.
type Text = (String, String);

/// An item as the members that the format knows, and the others, which stand in `extra`.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) fields: Vec<Text>,
    pub(super) extra: Vec<Text>,
}

impl Parts {
    pub(super) fn of(item: &Item) -> Self {
        let mut fields = texts(&item.to_json());
        let extra = take(&mut fields, "extra").map_or_else(Vec::new, |extra| texts(&extra));
        Self { fields, extra }
    }

    /// Takes a member out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        take(&mut self.fields, name)
    }

    /// Takes a member that evidence does not know out.
    pub(super) fn take_extra(&mut self, name: &str) -> Option<String> {
        take(&mut self.extra, name)
    }

    /// Puts a member in the place of the one of that name.
    pub(super) fn set(&mut self, name: &str, json: String) {
        lay(&mut self.fields, vec![(name.to_owned(), json)]);
    }

    pub(super) fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, quoted(text));
    }

    /// Puts a member that evidence does not know in the place of the one of that name.
    pub(super) fn set_extra(&mut self, name: &str, json: String) {
        lay(&mut self.extra, vec![(name.to_owned(), json)]);
    }

    /// Lays what another item says over this.
    fn lay(&mut self, mut says: Self) {
        says.fields.retain(|(_, json)| json != "null");
        if says.fields.iter().any(|(key, _)| OUTCOME.contains(&key.as_str())) {
            self.fields.retain(|(key, _)| !OUTCOME.contains(&key.as_str()));
        }
        let replaced: Vec<&str> =
            INNER.into_iter().filter(|name| says.fields.iter().any(|(key, _)| key == name)).collect();
        self.extra.retain(|(key, _)| !replaced.iter().any(|name| is_inside(key, name)));
        lay(&mut self.extra, says.extra);
        lay(&mut self.fields, says.fields);
    }

    pub(super) fn into_item(mut self) -> Item {
        if !self.extra.is_empty() {
            self.fields.push(("extra".to_owned(), object(&self.extra)));
        }
        // written from JSON, it is JSON
        RawValue::from_string(object(&self.fields))
            .map_or_else(|_| Item::from(crate::Evidence::default()), |raw| read_item(&raw))
    }
}

/// The item as corrected. It has the id of the correction, and under `corrects` in `extra` whom it corrects.
pub(super) fn corrected(kind: EntryKind, item: &Item, correction: &Item, of: &str) -> Item {
    let (mut parts, mut says) = (Parts::of(item), Parts::of(correction));
    let id = says.take("id");
    let source = says.take("source").map_or_else(Vec::new, |source| texts(&source));
    says.fields.retain(|(key, _)| !OWN.contains(&key.as_str()));
    // null says nothing, and takes nothing away
    says.extra.retain(|(key, json)| json != "null" || !fields::names(kind).any(|name| name == key));
    parts.take("id");
    if source.iter().any(|(key, _)| key == "replaces") {
        // which item of the system it takes the place of is said of the item
        let mut whole = parts.take("source").map_or_else(Vec::new, |source| texts(&source));
        lay(&mut whole, source);
        parts.set("source", object(&whole));
    } else {
        says.extra.retain(|(key, _)| !is_inside(key, "source"));
    }
    if kind == EntryKind::Goal {
        one_aim(&mut parts, &says);
    }
    parts.lay(says);
    parts.set_extra("corrects", quoted(of));
    if let Some(id) = id {
        parts.set("id", id);
    }
    parts.into_item()
}

/// A judgement of work that was handed in: what it does not say, the work does. `of` is the id of the submission, `part` the
/// competency that is meant.
pub(super) fn assessed(work: &Parts, judgement: &Item, of: &str, part: Option<&str>) -> Item {
    let mut parts = work.clone();
    if let Some(part) = part {
        parts.set_text("competency", part);
    }
    parts.lay(Parts::of(judgement));
    parts.set_extra("assesses", quoted(of));
    parts.into_item()
}

/// The goal that takes the place of another: what the event does not say is as it was.
pub(super) fn renegotiated(goal: &Item, says: &Item) -> Item {
    let (mut parts, mut says) = (Parts::of(goal), Parts::of(says));
    parts.fields.retain(|(key, _)| OF_GOALS.contains(&key.as_str()));
    parts.extra.retain(|(key, _)| fields::names(EntryKind::Goal).any(|name| name == key));
    says.extra.retain(|(_, json)| json != "null");
    one_aim(&mut parts, &says);
    parts.lay(says);
    parts.into_item()
}

/// A goal aims at a level or at a value: what says one takes the place of the other.
fn one_aim(goal: &mut Parts, says: &Parts) {
    if says.extra.iter().any(|(key, _)| key == "value") {
        goal.take("level");
    }
    if says.fields.iter().any(|(key, _)| key == "level") {
        goal.take_extra("value");
    }
}

/// The item, which no longer stands.
pub(super) fn withdrawn(item: &Item, why: Withdrawal) -> Item {
    if item.given.is_none() {
        let mut item = item.clone();
        item.evidence.withdrawn = Some(why);
        return item;
    }
    let mut fields = texts(&item.to_json());
    lay(&mut fields, vec![("withdrawn".to_owned(), format!("\"{}\"", why.as_str()))]);
    Parts { fields, extra: Vec::new() }.into_item()
}

/// Lays members over others: those of the same name give way.
fn lay(under: &mut Vec<Text>, over: Vec<Text>) {
    // a set, since there may be very many of both
    let names: BTreeSet<&str> = over.iter().map(|(key, _)| key.as_str()).collect();
    under.retain(|(key, _)| !names.contains(key.as_str()));
    drop(names);
    under.extend(over);
}

/// True for an unknown field of the object of that name.
fn is_inside(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

fn take(fields: &mut Vec<Text>, name: &str) -> Option<String> {
    let at = fields.iter().position(|(key, _)| key == name)?;
    Some(fields.remove(at).1)
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut w = Writer::new();
    w.text(text);
    w.finish()
}

fn texts(json: &str) -> Vec<Text> {
    let Ok(raw) = RawValue::from_string(json.to_owned()) else { return Vec::new() };
    let members = members(&raw, &Path::ROOT).unwrap_or_default();
    members.into_iter().map(|(key, raw)| (key.into_owned(), raw.get().to_owned())).collect()
}

fn object(fields: &[Text]) -> String {
    let mut w = Writer::new();
    w.open('{');
    for (key, json) in fields {
        w.key(key).raw(json);
    }
    w.close('}');
    w.finish()
}
