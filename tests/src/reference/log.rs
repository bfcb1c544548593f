//! The log: events, and the items that follow from them (semantics: Log).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Code;
use super::canonical;
use super::document::{Object, field};
use super::event;
use super::instant::Instant;

/// What follows from events.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// Every item in every version.
    pub items: Vec<Value>,
    /// The codes of what is wrong with events, in any order.
    pub findings: Vec<Code>,
    /// Where the evidence of each id stands.
    pub states: BTreeMap<String, &'static str>,
}

/// What a correction says of itself.
const OWN: [&str; 6] = ["id", "learner", "assessed_at", "received_at", "source", "withdrawn"];
/// What an item says: one of them takes the place of all.
const OUTCOME: [&str; 5] = ["score", "possible", "level", "passed", "absence"];

/// The set of events that were known at an instant, each once.
#[derive(Debug)]
struct Log<'e> {
    /// By content.
    events: BTreeMap<String, &'e Value>,
    /// Of each id the least content.
    ids: BTreeMap<&'e str, String>,
}

/// What an event is about.
enum Root<'l> {
    /// The item of this content.
    Item(&'l str),
    /// Not known so far.
    Missing,
    /// Itself.
    Circle,
}

/// The items that follow from the events that were known at an instant, or from all.
pub fn fold(events: &[Value], known_at: Option<Instant>) -> Folded {
    let is_known = |one: &&Value| event::known(one).zip(known_at).is_none_or(|(known, at)| known <= at);
    let mut log = Log { events: BTreeMap::new(), ids: BTreeMap::new() };
    for one in events.iter().filter(is_known) {
        log.events.entry(event::content(one)).or_insert(one);
    }
    for (content, one) in &log.events {
        if let Some(id) = event::text(one, "id") {
            log.ids.entry(id).or_insert_with(|| content.clone());
        }
    }
    let mut folded = Folded::default();
    for (content, one) in &log.events {
        log.report(content, one, &mut folded.findings);
    }
    let items = log.events.iter().filter(|(_, one)| event::is_item(one));
    let (stay, others): (Vec<_>, Vec<_>) = items.partition(|(content, one)| log.stays(content, one));
    let mut fates = BTreeMap::new();
    for (content, one) in stay {
        let why = log.item(content, one, &mut folded);
        fates.extend(event::text(one, "id").map(|id| (id, why)));
    }
    // what no longer stands does so in no other content of its id
    for (_, one) in others {
        let why = event::text(one, "id").and_then(|id| *fates.get(id)?);
        folded.items.push(why.map_or_else(|| event::item(one), |why| withdrawn(&event::item(one), why)));
    }
    folded
}

impl Log<'_> {
    /// True if no other event of the same id stays.
    fn stays(&self, content: &str, one: &Value) -> bool {
        event::text(one, "id").is_none_or(|id| self.ids.get(id).is_some_and(|least| least == content))
    }

    /// True if the event does something to evidence.
    fn has_effect(&self, content: &str, one: &Value) -> bool {
        let sound = event::faults(one).is_empty() && event::item_faults(one).is_empty();
        !event::is_item(one) && self.stays(content, one) && sound
    }

    /// What the event is about in the end.
    fn root(&self, start: &str) -> Root<'_> {
        let mut seen = BTreeSet::new();
        let mut at = start.to_owned();
        loop {
            let Some((content, one)) = self.events.get_key_value(&at) else { return Root::Missing };
            if event::is_item(one) {
                return Root::Item(content);
            }
            if !seen.insert(at.clone()) {
                return Root::Circle;
            }
            match event::text(one, "of").and_then(|of| self.ids.get(of)) {
                Some(next) => at.clone_from(next),
                None => return Root::Missing,
            }
        }
    }

    /// When an event about evidence has its turn: not before the event that it is about, and after it if at the same time. What
    /// does not say when it came has its turn last.
    fn turn(&self, one: &Value) -> (Instant, usize) {
        if event::is_item(one) {
            return (Instant::MIN, 0);
        }
        let of = event::text(one, "of").and_then(|of| self.ids.get(of));
        let before = of.and_then(|of| self.events.get_key_value(of));
        let (known, others) = before.map_or((Instant::MIN, 0), |(_, one)| self.turn(one));
        (known.max(event::known(one).unwrap_or(Instant::MAX)), others + 1)
    }

    /// What is wrong with one event. What is wrong with an item as such, the record reports.
    fn report(&self, content: &str, one: &Value, findings: &mut Vec<Code>) {
        let stays = self.stays(content, one);
        if stays || event::is_item(one) {
            findings.extend(event::faults(one));
        }
        if !event::is_item(one) {
            findings.extend(event::item_faults(one));
            if !stays {
                findings.push("duplicate-id");
            }
        }
        if self.has_effect(content, one) {
            match self.root(content) {
                Root::Item(_) => {}
                Root::Missing => findings.push("dangling-reference"),
                Root::Circle => findings.push("cycle"),
            }
        }
    }

    /// One item through all that happened to it. Gives why the item as it came in no longer
    /// stands.
    fn item(&self, content: &str, one: &Value, folded: &mut Folded) -> Option<&'static str> {
        let is_about = |about: &&(&String, &&Value)| {
            self.has_effect(about.0, about.1) && matches!(self.root(about.0), Root::Item(root) if root == content)
        };
        let events: Vec<_> = self.events.iter().collect();
        let mut thread: Vec<_> = events.iter().filter(is_about).collect();
        thread.sort_by_cached_key(|(content, one)| (self.turn(one), *content));
        let mut item = event::item(one);
        let (mut state, mut why) = ("assessed", None);
        let mut ids: Vec<&str> = event::text(one, "id").into_iter().collect();
        for (_, about) in thread {
            let kind = event::kind(about).unwrap_or_default();
            if state == "retracted" {
                folded.findings.push("illegal-transition");
                continue;
            }
            state = if kind == "corrected" { "assessed" } else { kind };
            if kind == "corrected" {
                why = why.or(Some("superseded"));
                folded.items.push(withdrawn(&item, "superseded"));
                item = corrected(&item, about);
                ids.extend(event::text(about, "id"));
            } else if kind == "retracted" {
                why = why.or(Some("retracted"));
                item = withdrawn(&item, "retracted");
            }
        }
        folded.items.push(item);
        folded.states.extend(ids.into_iter().map(|id| (id.to_owned(), state)));
        why
    }
}

/// The item, which no longer stands.
fn withdrawn(item: &Value, why: &str) -> Value {
    let mut item = item.as_object().cloned().unwrap_or_default();
    item.insert("withdrawn".to_owned(), json!(why));
    Value::Object(item)
}

/// The item as corrected: what the correction says takes the place of what the item says, field by field.
fn corrected(item: &Value, correction: &Value) -> Value {
    let (mut fields, mut extra) = parts(item);
    let (mut says, says_extra) = parts(&event::item(correction));
    fields.remove("id");
    if OUTCOME.iter().any(|name| says.contains_key(*name)) {
        fields.retain(|name, _| !OUTCOME.contains(&name.as_str()));
    }
    fields.extend(says.remove("id").map(|id| ("id".to_owned(), id)));
    fields.extend(says.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())));
    extra.extend(says_extra);
    extra.insert("corrects".to_owned(), json!(event::text(correction, "of")));
    fields.insert("extra".to_owned(), Value::Object(extra));
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
