//! An entry of the log: what it says by now, where it stands, and the events that made it (semantics: Log, entries).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::Object;
use super::event;
use super::fields;
use super::instant::{self, Instant};
use super::submission;
use super::value::Exact;

/// An entry so far.
#[derive(Clone, Debug)]
pub(super) struct Entry<'e> {
    /// What it is.
    pub(super) kind: &'static str,
    /// The event that opened it.
    pub(super) opening: &'e Value,
    /// Where people left it.
    pub(super) state: &'static str,
    /// Since when it stands where it stands.
    pub(super) since: Option<Instant>,
    /// The ids of the events that made it, in the order of their turns.
    pub(super) events: Vec<String>,
    /// The contents of those that acted on it.
    pub(super) acts: Vec<String>,
    /// The ids that its state can be asked for: its own, and those of corrections.
    pub(super) ids: Vec<String>,
    /// The fields that evidence has too, and those that nobody knows.
    pub(super) item: Value,
    /// The fields of its kind.
    pub(super) own: Object,
    /// What was said before a correction.
    pub(super) versions: Vec<(Value, Object)>,
    /// Of a reflection the text of every version.
    pub(super) texts: Vec<Value>,
    /// The ids by which each of them can be corrected.
    pub(super) text_ids: Vec<Vec<String>>,
    /// Of group work the adjustment for the learner.
    pub(super) by: Option<Exact>,
    /// The same as it was written.
    pub(super) by_text: Option<Value>,
    /// Of group work whether somebody confirmed that the learner took part.
    pub(super) is_confirmed: bool,
    /// Of a submission the events that assess it.
    pub(super) judgements: Vec<&'e Value>,
    /// Of a submission the competencies that were judged.
    pub(super) judged: BTreeSet<String>,
    /// Of an enrolment when it ended before its time.
    pub(super) left: Option<Instant>,
    /// Of a credit the evidence whose retraction nobody has looked at.
    pub(super) causes: Vec<String>,
    /// Of a goal the one that it stands in the place of.
    pub(super) succeeds: Option<String>,
    /// Of a goal that gave way to another one what it said then.
    pub(super) gave: Option<(Value, Object)>,
    /// Why the entry as it came in no longer stands.
    pub(super) why: Option<&'static str>,
    /// The content of the event that took it back.
    pub(super) retracted_by: Option<String>,
}

/// The state in which entries of a kind begin.
fn first_state(kind: &str) -> &'static str {
    match kind {
        "submission" => "submitted",
        "override" => "overridden",
        "reflection" => "reflected",
        "goal" => "proposed",
        "credit" => "awarded",
        "subgoal" => "added",
        "identity" => "identified",
        "enrolment" => "enrolled",
        "publication" => "published",
        "hold" => "held",
        "waiver" => "waived",
        "erasure" => "erased",
        "plan" => "planned",
        "pause" => "paused",
        "pace" => "paced",
        _ => "assessed",
    }
}

impl<'e> Entry<'e> {
    /// The entry that an event opens, as it came in.
    pub(super) fn new(opening: &'e Value) -> Self {
        let kind = event::opens(opening).unwrap_or_default();
        let item = event::item(opening);
        let (own, item) = match item.as_object() {
            Some(object) => {
                let (own, rest) = fields::split(fields::of_entry(kind), object);
                (own, Value::Object(rest))
            }
            None => (Object::new(), item),
        };
        let ids: Vec<String> = event::text(opening, "id").map(str::to_owned).into_iter().collect();
        Self {
            kind,
            opening,
            state: first_state(kind),
            since: event::clock(opening),
            events: ids.clone(),
            acts: Vec::new(),
            ids: ids.clone(),
            texts: own.get("text").cloned().into_iter().collect(),
            text_ids: own.get("text").map(|_| ids.clone()).into_iter().collect(),
            item,
            own,
            versions: Vec::new(),
            by: None,
            by_text: None,
            is_confirmed: false,
            judgements: Vec::new(),
            judged: BTreeSet::new(),
            left: None,
            causes: Vec::new(),
            succeeds: None,
            gave: None,
            why: None,
            retracted_by: None,
        }
    }

    /// The goal that takes the place of another one.
    ///
    /// It has from that one what it does not say, but for what the one that it aims at takes the place of: a level or a value.
    pub(super) fn successor(opening: &'e Value, before: &Self) -> Self {
        let mut entry = Self::new(opening);
        entry.own.retain(|_, value| !value.is_null());
        let says = |name: &str| opening.get(name).is_some_and(|value| !value.is_null());
        let is_kept =
            |name: &str| !says(name) && !(matches!(name, "level" | "value") && (says("level") || says("value")));
        if let Some((item, own)) = &before.gave {
            let aims =
                ["level", "due_at"].into_iter().filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
            entry.own.extend(own.clone().into_iter().filter(|(name, _)| is_kept(name)));
            if let Some(fields) = entry.item.as_object_mut() {
                fields.extend(aims.filter(|(name, value)| is_kept(name) && !value.is_null()));
            }
        }
        entry.succeeds = before.id().map(str::to_owned);
        entry
    }

    /// The id, by which the entry can be asked for.
    pub(super) fn id(&self) -> Option<&'e str> {
        event::text(self.opening, "id")
    }

    /// Where it stands: a credit whose evidence was retracted is under review by itself.
    pub(super) fn shown(&self) -> &'static str {
        if self.state == "awarded" && !self.causes.is_empty() { "under_review" } else { self.state }
    }

    /// A list of texts among the fields of its kind.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.own.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Takes a field away.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some(fields) = self.item.as_object_mut() {
            fields.remove(name);
        }
    }

    /// What can only be said after the last step: a submission is assessed once all that it is about was judged.
    pub(super) fn settle(&mut self) {
        if self.kind != "submission" {
            return;
        }
        for one in self.judgements.clone() {
            let judged = submission::judges(self, one);
            self.judged.extend(judged);
            if self.state == "submitted" && submission::is_done(self) {
                self.state = "assessed";
                self.since = event::clock(one);
            }
        }
    }

    /// The entry as an object.
    pub(super) fn object(&self) -> Map<String, Value> {
        let mut object = self.item.as_object().cloned().unwrap_or_default();
        object.retain(|_, value| !value.is_null());
        for (name, value) in &mut object {
            let read = value.as_str().filter(|_| name.ends_with("_at")).and_then(instant::parse);
            if let Some(at) = read {
                *value = json!(instant::show(at));
            }
        }
        // what only this kind has stays as it is written
        object.extend(self.own.clone());
        object.insert("id".to_owned(), json!(self.id()));
        let kind = if self.kind == "group" { "group_work" } else { self.kind };
        object.insert("entry".to_owned(), json!(kind));
        object.insert("state".to_owned(), json!(self.shown()));
        object.insert("events".to_owned(), json!(self.events));
        object.extend(self.since.map(|since| ("since".to_owned(), json!(instant::show(since)))));
        for name in ["actor", "reason"] {
            let said = self.opening.get(name).filter(|said| !said.is_null());
            object.extend(said.map(|said| (name.to_owned(), said.clone())));
        }
        if self.kind == "group" {
            object.extend(self.by_text.clone().map(|by| ("by".to_owned(), by)));
            object.extend(self.is_confirmed.then(|| ("confirmed".to_owned(), json!(true))));
        }
        if !self.causes.is_empty() && self.kind == "credit" {
            object.insert("cause".to_owned(), json!(self.causes));
        }
        object.extend(self.succeeds.iter().map(|goal| ("succeeds".to_owned(), json!(goal))));
        if self.kind == "reflection" {
            object.insert("versions".to_owned(), json!(self.texts));
            object.extend(self.texts.last().map(|text| ("text".to_owned(), text.clone())));
        }
        object
    }
}
