//! Reading logs and events.

use serde_json::value::RawValue;

use super::FORMAT;
use super::event::{Actor, EVENT_KINDS, Event, before};
use super::transitions::{EntryKind, opened};
use super::{EventKind, fields};
use crate::error::{Code, Result};
use crate::json::read::{Fields, Kind, Member, Path, Sink, kind, members};
use crate::json::write::{Writer, canonical};
use crate::record::{of_one_learner, read_item};

/// The fields of an event that evidence does not have, in canonical order.
const ENVELOPE: [&str; 4] = ["event", "of", "actor", "reason"];

pub(super) fn log(json: &[u8]) -> Result<(Option<String>, Vec<Event>)> {
    let (learner, list) = of_one_learner(json, FORMAT, "events")?;
    Ok((learner, list.into_iter().map(event).collect()))
}

/// One event, as far as it can be read.
pub(super) fn event(raw: &RawValue) -> Event {
    let all = members(raw, &Path::ROOT).unwrap_or_default();
    let (envelope, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(key, _)| ENVELOPE.contains(&key.as_ref()));
    if envelope.is_empty() {
        let event = Event::of_item(read_item(raw));
        // what cannot be read stands as it was given, with the learner
        if event.item.given.is_none() || event.item.evidence.learner.is_none() {
            return event;
        }
    }
    let is_learner = |(key, raw): &Member<'_>| key == "learner" && matches!(kind(raw), Kind::Text(_));
    let (learner, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_learner);
    match (object(&[envelope, learner].concat()), object(&rest)) {
        (Some(envelope), Some(rest)) => of_parts(&envelope, &rest),
        _ => Event::of_item(read_item(raw)),
    }
}

/// An event of the fields that only events have, with the learner, and of the others.
fn of_parts(envelope: &RawValue, rest: &RawValue) -> Event {
    let (sink, path) = (Sink::default(), Path::ROOT);
    let mut event = Event::of_item(read_item(rest));
    let mut written = Writer::new();
    written.open('{');
    let said = members(envelope, &path).unwrap_or_default();
    for name in ENVELOPE {
        let raw = said.iter().find(|(key, _)| key == name);
        if let Some((_, raw)) = raw.filter(|(_, raw)| raw.get() != "null") {
            let text = canonical(raw, &path).map_or_else(|_| raw.get().to_owned(), |raw| raw.get().to_owned());
            written.key(name).raw(&text);
        }
    }
    if let Some(mut fields) = Fields::of(envelope, &path, &sink) {
        event.kind = if fields.has("event") { fields.word("event", &EVENT_KINDS) } else { event.kind };
        event.item.evidence.learner = fields.string("learner");
        event.of = fields.string("of");
        event.reason = fields.string("reason");
        event.actor = fields.raw("actor").and_then(|raw| {
            let path = path.key("actor");
            let mut fields = Fields::of(raw, &path, &sink)?;
            Some(Actor { id: fields.string("id"), role: fields.string("role") })
        });
        if event.is_about() && event.of.is_none() {
            fields.missing("of");
        }
    }
    if let Some(kind) = event.kind {
        check(kind, &event, &sink);
    }
    event.content = before(written, &event.content);
    event.problems = sink.into_report().findings().to_vec();
    event
}

/// What keeps an event of a kind that is known from having an effect.
fn check(kind: EventKind, event: &Event, sink: &Sink) {
    match opened(kind) {
        _ if event.is_about() => fields::check_act(kind, &event.item, sink),
        Some((entry, _)) => {
            fields::check_opening(entry, &event.item, sink);
            // nothing could be below it, and nobody could release it
            if matches!(entry, EntryKind::Subgoal | EntryKind::Hold) && event.id().is_none() {
                sink.add(Code::MissingField, &Path::ROOT, "the field `id` is missing");
            }
            if event.of.is_some() && !event.is_item() {
                sink.add(Code::InvalidValue, &Path::ROOT.key("of"), "an event of this kind is about no other event");
            }
        }
        None => {}
    }
    fields::check_decision(kind, event.actor.as_ref(), event.reason.as_deref(), sink);
}

/// An object of some members.
fn object(members: &[Member<'_>]) -> Option<Box<RawValue>> {
    let mut w = Writer::new();
    w.open('{');
    for (key, raw) in members {
        w.key(key).raw(raw.get());
    }
    w.close('}');
    RawValue::from_string(w.finish()).ok()
}
