//! [`Entry`] and [`Pending`]: where things stand in a log, and what waits for a person.

use std::collections::BTreeSet;

use super::fields;
use super::fold::Course;
use super::kinds::Own;
use super::overlay::Parts;
use super::transitions::{EntryKind, EntryState};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::words;

/// One thing that a log tells of: evidence, a submission, a goal, … with its state.
///
/// ```
/// use lrm_core::{EntryKind, EntryState, EventLog};
/// let log = EventLog::from_json(r#"[
///   {"id": "g1", "event": "proposed", "title": "Fractions by May", "competencies": ["NF.1", "NF.2"]},
///   {"id": "g2", "event": "approved", "of": "g1", "actor": {"id": "ms-lee"}}]"#)?;
/// let goal = &log.entries()[0];
/// assert_eq!((goal.kind(), goal.state()), (EntryKind::Goal, EntryState::Approved));
/// assert_eq!(goal.events(), ["g1", "g2"]);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    id: String,
    kind: EntryKind,
    state: EntryState,
    since: Option<Instant>,
    events: Vec<String>,
    json: String,
}

impl Entry {
    /// The id of the event that opened it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is.
    pub const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// Where it stands.
    pub const fn state(&self) -> EntryState {
        self.state
    }

    /// Since when it stands there, by the clock of the event that brought it there (observed, else assessed, else received).
    pub const fn since(&self) -> Option<Instant> {
        self.since
    }

    /// The ids of the events that made it, in turn. Those that had no effect are not among them.
    pub fn events(&self) -> &[String] {
        &self.events
    }

    /// Canonical JSON: `{"id", "entry", "state", "since"?, "events", …}` and the fields of the entry, as last corrected.
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// The entry of a course; none if the event that opened it has no id.
    pub(super) fn of(course: &Course<'_>) -> Option<Self> {
        let (kind, state, since) = (course.kind, course.state(), course.since());
        let events: Vec<String> = course.events.iter().map(|id| (*id).to_owned()).collect();
        let id = course.id?.to_owned();
        let mut w = Writer::new();
        w.open('{').key("id").text(&id);
        w.key("entry").text(kind.as_str()).key("state").text(state.as_str());
        w.optional("since", since.map(|at| at.to_string()).as_deref());
        w.all_texts("events", &events);
        course.own.write(&mut w);
        write_fields(course, &mut w);
        w.close('}');
        Some(Self { id, kind, state, since, events, json: w.finish() })
    }
}

/// What the opening event says, as last corrected.
fn write_fields(course: &Course<'_>, w: &mut Writer) {
    if let Some(actor) = course.opening.actor() {
        w.key("actor").open('{');
        w.optional("id", actor.id.as_deref()).optional("role", actor.role.as_deref());
        w.close('}');
    }
    w.optional("reason", course.opening.reason());
    let mut parts = Parts::of(&course.body);
    for (key, json) in parts.fields.iter().filter(|(key, json)| key != "id" && json != "null") {
        w.key(key).raw(json);
    }
    parts.take_extra("corrects");
    for name in fields::names(course.kind) {
        let Some(json) = parts.take_extra(name).filter(|json| json != "null") else { continue };
        match course.own.text().filter(|_| name == "text") {
            Some(text) => w.key(name).text(text),
            None => w.key(name).raw(&json),
        };
    }
    if !parts.extra.is_empty() {
        crate::sorting::sort(&mut parts.extra);
        w.key("extra").open('{');
        for (key, json) in &parts.extra {
            w.key(key).raw(json);
        }
        w.close('}');
    }
}

words! {
    /// What an entry waits for.
    WaitsFor, _WAITS {
        /// Work that nobody has judged.
        Assessment = "assessment",
        /// The work of a group, of which nobody says that the learner took part.
        Confirmation = "confirmation",
        /// Evidence that is disputed.
        Decision = "decision",
        /// A credit under review.
        Review = "review",
    }
}

/// An entry that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// The id of the entry.
    pub id: String,
    /// What for.
    pub waits_for: WaitsFor,
    /// Of a submission, the competencies that nobody has judged.
    pub competencies: Vec<String>,
}

impl Pending {
    /// Canonical JSON: `{"id", "waits_for", "competencies"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("id").text(&self.id).key("waits_for").text(self.waits_for.as_str());
        w.texts("competencies", &self.competencies).close('}');
        w.finish()
    }

    /// What a course waits for.
    pub(super) fn of(course: &Course<'_>, learners: &BTreeSet<&str>) -> Vec<Self> {
        let Some(id) = course.id else { return Vec::new() };
        let state = course.state();
        let wait = |waits_for, competencies| Self { id: id.to_owned(), waits_for, competencies };
        let plain = |waits_for| wait(waits_for, Vec::new());
        let mut all = Vec::new();
        match &course.own {
            Own::Submission(submission) if state == EntryState::Submitted => {
                all.push(wait(WaitsFor::Assessment, submission.waiting(&course.body)));
            }
            Own::Group(group) if state != EntryState::Retracted && !group.is_confirmed(&course.body, learners) => {
                all.push(plain(WaitsFor::Confirmation));
            }
            _ => {}
        }
        match state {
            EntryState::Disputed => all.push(plain(WaitsFor::Decision)),
            EntryState::UnderReview => all.push(plain(WaitsFor::Review)),
            _ => {}
        }
        all
    }
}
