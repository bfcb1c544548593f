//! The log of one learner: every event that was ever given, and the record that follows from them.
//!
//! A log is a set that only grows. An event is told from others by its content, so the order in which events come, the
//! sources they come from and how often they come make no difference, and two copies that were merged either way are equal.
//! What is erased stays in it as a digest ([`EventLog::erase`]).
//! The record is a pure function of the set: what it says today, or what it said on any day before
//! ([`EventLog::known_at`]).

mod encode;
mod entry;
mod erase;
mod erasure;
mod event;
mod fields;
mod fold;
mod identity;
mod kinds;
mod overlay;
mod read;
mod retention;
mod spans;
mod transitions;

pub use entry::{Entry, Pending, WaitsFor};
pub use event::{Actor, Event, EventKind};
pub use fields::PaceStatus;
#[cfg(feature = "zones")]
pub(crate) use kinds::{EnrolledTerms, PauseTerms, PlanTerms, SetPaceTerms};
pub(crate) use kinds::{GoalTerms, WaiverTerms};
pub use retention::Retention;
pub(crate) use spans::Span;
pub use transitions::{EntryKind, EntryState};

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error, Finding, Report, Result};
use crate::framework::Framework;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::limits::ITEMS;
use crate::record::LearnerRecord;
use erasure::Erased;
use fold::Folded;
use identity::Said;

const FORMAT: &str = "lrm-log/1";

/// All events of one learner, each once.
///
/// Some events open an entry: evidence, a submission, a goal, … ([`EntryKind`]). The others act on one; `of` names the event
/// that opened it, or another one about it. Every entry can be corrected and retracted, and has a state ([`EntryState`]).
///
/// ```
/// use lrm_core::{EventLog, Instant};
/// let log = EventLog::from_json(r#"{"format": "lrm-log/1", "learner": "ana", "events": [
///   {"id": "e1", "competency": "NF.1", "score": 1, "observed_at": "2026-01-15T09:00:00Z"},
///   {"id": "e2", "event": "corrected", "of": "e1", "score": 4, "received_at": "2026-01-16T08:00:00Z",
///    "actor": {"id": "ms-lee", "role": "teacher"}, "reason": "1 was typed, 4 was meant"}]}"#)?;
/// assert_eq!(log.record().evidence().count(), 2);
/// let before = log.known_at(Instant::parse("2026-01-15T12:00:00Z")?);
/// assert_eq!(before.record().evidence().count(), 1);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    learner: Option<String>,
    /// By content, which leaves out the learner of the log.
    events: BTreeMap<String, Event>,
    /// What the events say about who is the same person.
    said: Said,
    /// What they say that is gone.
    erased: Erased,
}

impl EventLog {
    /// Reads a log (`lrm-log/1`: `{"format", "learner"?, "events": […]}`) or a bare list of events. An item of evidence is an
    /// event, of kind `assessed`.
    ///
    /// Events that cannot be read are kept and reported by [`EventLog::report`] or, if they are items, by the evaluation of
    /// the record; unknown fields are kept in `extra`.
    ///
    /// # Errors
    /// `invalid-json`, `unsupported-format`, `missing-field`, `unknown-field` of the envelope, `invalid-value` if the events
    /// name several learners, `limit-exceeded`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        let (learner, events) = read::log(json.as_ref())?;
        let mut log = Self { learner, ..Self::default() };
        log.insert_all(events)?;
        Ok(log)
    }

    /// A log of these events.
    ///
    /// # Errors
    /// `invalid-value` if they name several learners, `limit-exceeded`.
    pub fn from_events(events: impl IntoIterator<Item = Event>) -> Result<Self> {
        let mut log = Self::default();
        log.insert_all(events.into_iter().collect())?;
        Ok(log)
    }

    /// Adds an event that happens here and now; false if it was there already, or was erased.
    ///
    /// # Errors
    /// `illegal-transition` with both states if the entry that it is about cannot go that way, `legal-hold` for one that erases
    /// while a hold is in force, `invalid-value` for an
    /// event of another learner of whom the log does not say that they are the same person, `limit-exceeded`. After an error
    /// the log is as before.
    ///
    /// # Complexity
    /// Logarithmic for what opens an entry; O(n log n) in the events for those about other events.
    pub fn push(&mut self, event: Event) -> Result<bool> {
        let learner = self.learner.clone();
        if event.erases()
            && !self.events.contains_key(&event.clone().in_log_of(self.learner()).content)
            && let Some(hold) = self.hold()
        {
            return Err(hold.into());
        }
        if event.of.is_none() {
            return Ok(self.insert_all(vec![event])? > 0);
        }
        if self.insert_all(vec![event.clone()])? == 0 {
            return Ok(false);
        }
        let content = event.in_log_of(self.learner()).content;
        let mut findings = self.folded().0.findings.into_iter();
        let is_refused =
            |(of, finding): &(&String, Finding)| **of == content && finding.code == Code::IllegalTransition;
        if let Some((_, finding)) = findings.find(is_refused) {
            self.events.remove(&content);
            self.learner = learner;
            return Err(finding.into());
        }
        Ok(true)
    }

    /// The same with an event as JSON. One that cannot be read is kept and reported.
    ///
    /// # Errors
    /// `invalid-json`; as [`EventLog::push`] otherwise.
    pub fn push_json(&mut self, json: impl AsRef<[u8]>) -> Result<bool> {
        self.push(read::event(crate::json::read::document(json.as_ref())?))
    }

    /// Adds all events of another log; gives how many were new. Merging is commutative, associative and idempotent: it
    /// refuses no transition, since another copy may have let it pass; such an event is kept, reported and has no effect.
    ///
    /// The log of another learner is taken if this one says that they are the same person (`identified`).
    ///
    /// # Errors
    /// `invalid-value` for the log of another learner, `limit-exceeded`. After an error the log is as before.
    pub fn merge(&mut self, other: &Self) -> Result<usize> {
        if other.learner.is_some() && other.learner != self.learner {
            let said = other.learner.as_deref();
            let events = other.events.values().map(|event| event.labelled(said)).collect();
            return self.insert(events, said);
        }
        let new = || other.events.iter().filter(|(content, _)| !self.events.contains_key(*content));
        check_len(self.events.len() + new().count())?;
        identity::check_others(self.learner(), new().map(|(_, event)| event))?;
        let new = new().map(|(_, event)| event.clone()).collect();
        self.said.extend(other.said.iter().cloned());
        Ok(self.add(new))
    }

    fn insert_all(&mut self, events: Vec<Event>) -> Result<usize> {
        self.insert(events, None)
    }

    /// Adds events, each of which may name a learner, from a log that may be about `said`.
    fn insert(&mut self, events: Vec<Event>, said: Option<&str>) -> Result<usize> {
        check_len(self.events.len() + events.len())?;
        let named = events.iter().filter_map(Event::learner).chain(said);
        let strangers: BTreeSet<&str> = named.filter(|named| Some(*named) != self.learner()).collect();
        let mut says = identity::said(&events, self.learner());
        let learner = if strangers.is_empty() {
            self.learner.clone()
        } else {
            let all = self.said.iter().cloned().chain(says).collect();
            let learner = identity::owner(self.learner(), &strangers, &all)?;
            says = identity::said(&events, learner.as_deref());
            learner
        };
        identity::check_others(learner.as_deref(), &events)?;
        if learner != self.learner {
            identity::check_others(learner.as_deref(), self.events.values())?;
        }
        let events = events.into_iter().map(|event| event.in_log_of(learner.as_deref())).collect();
        self.learner = learner;
        self.said.extend(says);
        Ok(self.add(events))
    }

    /// Adds events of this log's learner, and drops what was erased; gives how many are there that were not.
    fn add(&mut self, events: Vec<Event>) -> usize {
        let said = Erased::said(&events);
        let all = self.erased.take(said);
        let before = self.events.len();
        let mut new = Vec::new();
        for event in events {
            // of two events that differ in the learner of the log alone either may stay
            if let Slot::Vacant(slot) = self.events.entry(event.content.clone()) {
                if !self.erased.is_empty() {
                    new.push(event.content.clone());
                }
                slot.insert(event);
            }
        }
        if self.erased.is_empty() {
            return self.events.len() - before;
        }
        let gone = self.drop_erased(if all { None } else { Some(&new) });
        let gone: BTreeSet<String> = gone.into_iter().collect();
        new.iter().filter(|content| !gone.contains(*content)).count()
    }

    /// The learner, if the log or its events name one.
    pub fn learner(&self) -> Option<&str> {
        self.learner.as_deref()
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// True without events.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events, in the byte order of their contents.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values()
    }

    /// The log as it was known at an instant: the events that had come in by then. An event is known from `received_at` on,
    /// else from `assessed_at`, else from `observed_at`, which of events about evidence is that of the evidence; one without
    /// any of them was always known. Events of another learner come in with what says that they are the same person. What was
    /// erased is not known on any day before.
    #[must_use]
    pub fn known_at(&self, at: Instant) -> Self {
        let is_known = |event: &Event| event.known().is_none_or(|known| known <= at);
        let said = identity::said(self.events.values().filter(|event| is_known(event)), self.learner());
        let others = identity::others(&said);
        let is_known = |event: &Event| is_known(event) && event.learner().is_none_or(|other| others.contains(other));
        let known = self.events.iter().filter(|(_, event)| is_known(event));
        let events: BTreeMap<String, Event> = known.map(|(content, event)| (content.clone(), event.clone())).collect();
        Self::settled(self.learner.clone(), events, said)
    }

    /// The events of a learner whom this log said to be the same person, as a log of their own; the learner's own without them.
    #[must_use]
    pub fn of(&self, learner: &str) -> Self {
        let is_own = self.learner() == Some(learner);
        let theirs = |event: &&Event| event.learner() == (!is_own).then_some(learner);
        let events = self.events.values().filter(theirs).map(|event| {
            let event = event.clone().in_log_of(Some(learner));
            (event.content.clone(), event)
        });
        let events: BTreeMap<String, Event> = events.collect();
        let said = identity::said(events.values(), Some(learner));
        Self::settled(Some(learner.to_owned()), events, said)
    }

    /// A log of some of the events of another one, without what they say is erased.
    fn settled(learner: Option<String>, events: BTreeMap<String, Event>, said: Said) -> Self {
        let erased = Erased::said(events.values());
        let mut log = Self { learner, events, said, erased };
        if !log.erased.is_empty() {
            log.drop_erased(None);
        }
        log
    }

    /// The record that follows from the events: every item in every version, those that no longer stand `withdrawn`. A
    /// corrected item has the id of the correction, and the id that was corrected in `extra` as `corrects`.
    ///
    /// Evidence is an item. So is work that was handed in, without an outcome, for each competency that nobody has judged; what
    /// judges it has all that it does not say from there, and `assesses` in `extra`. An override is an item with a field
    /// `override`, and what a group got is one of this learner's, with their adjustment, once they are known to have taken part.
    ///
    /// Events about the same entry have their turn when they were known, but each after the one that it is about; where
    /// that does not tell them apart, their contents do.
    ///
    /// # Complexity
    /// O(n log n) in the events.
    pub fn record(&self) -> LearnerRecord {
        let (folded, learners) = self.folded();
        LearnerRecord::of_items(self.learner.clone(), folded.items(&learners))
    }

    /// Everything that the log tells of, with its state, in the byte order of the ids. What was opened by an event without an id
    /// is not among it.
    ///
    /// # Complexity
    /// O(n log n) in the events.
    pub fn entries(&self) -> Vec<Entry> {
        let (folded, _) = self.folded();
        let mut entries: Vec<Entry> = folded.courses().filter_map(Entry::of).collect();
        entries.sort_by(|one, other| one.id().cmp(other.id()));
        entries
    }

    /// The entries as canonical JSON: a list.
    pub fn entries_json(&self, kind: Option<EntryKind>) -> String {
        let mut w = Writer::new();
        w.open('[');
        for entry in self.entries().iter().filter(|entry| kind.is_none_or(|kind| entry.kind() == kind)) {
            w.item().raw(entry.to_json());
        }
        w.close(']');
        w.finish()
    }

    /// What waits for a person, in the byte order of the ids: submissions that nobody has judged, the work of a group of which
    /// nobody says that the learner took part, disputed evidence, credits under review.
    pub fn pending(&self) -> Vec<Pending> {
        let (folded, learners) = self.folded();
        let mut pending: Vec<Pending> = folded.courses().flat_map(|course| Pending::of(course, &learners)).collect();
        pending.sort_by(|one, other| one.id.cmp(&other.id));
        pending
    }

    /// The same as canonical JSON: a list.
    pub fn pending_json(&self) -> String {
        let mut w = Writer::new();
        w.open('[');
        for pending in self.pending() {
            w.item().raw(&pending.to_json());
        }
        w.close(']');
        w.finish()
    }

    /// The competencies that apply to the learner at an instant, for [`Options::scope`](crate::Options::scope): those of all
    /// enrolments that have begun and have neither ended nor been left, in byte order. None if no enrolment ever named any:
    /// then everything applies.
    pub fn scope_at(&self, at: Instant) -> Option<Vec<String>> {
        kinds::scope_at(self.folded().0.courses(), at)
    }

    /// The shared framework with the learner's own competencies (`subdivided`). They have the tag `subgoal`, are part of the
    /// shared ones that they stand below and children of other own ones, and change no result of what is shared.
    ///
    /// # Errors
    /// `duplicate-id` for an id that the framework has or that stands twice, `dangling-reference` for an `under` that is
    /// neither in the framework nor the learner's own, `self-loop`, `cycle`.
    pub fn framework_with_subgoals(&self, framework: &Framework) -> Result<Framework> {
        kinds::subgoal::framework(framework, self.folded().0.courses())
    }

    /// What is wrong with events that are not items themselves, or about each other: `duplicate-id`, `dangling-reference` (the
    /// event in question may still come), `cycle`, `illegal-transition`, `limit-exceeded`, `legal-hold` (a hold keeps what is to be
    /// erased), and what cannot be read or is not
    /// complete. What is wrong with items is reported by the evaluation of the record.
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        self.folded().0.findings.into_iter().for_each(|(_, finding)| report.push(finding));
        self.kept_back().into_iter().for_each(|finding| report.push(finding));
        report
    }

    /// The state of the entry that the event of this id opened or corrected; none if there is no such entry.
    pub fn state_of(&self, id: &str) -> Option<EntryState> {
        self.folded().0.state_of(id)
    }

    fn head(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("format").text(FORMAT);
        w.optional("learner", self.learner());
        w.close('}');
        w.finish()
    }

    /// Canonical JSON of the log.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("format").text(FORMAT);
        w.optional("learner", self.learner());
        w.key("events").open('[');
        for content in self.events.keys() {
            w.item().raw(content);
        }
        w.close(']').close('}');
        w.finish()
    }

    /// What follows from the events that count, and the ids of the learner.
    fn folded(&self) -> (Folded<'_>, BTreeSet<&str>) {
        let (events, mut learners) = identity::counting(&self.events);
        learners.extend(self.learner());
        (fold::fold(events), learners)
    }

    /// What follows from the events that count, without those steps that had not happened by an instant.
    fn folded_by(&self, as_of: Option<Instant>, is_step: fn(&Event) -> bool) -> Folded<'_> {
        let later = |clock: Instant| as_of.is_some_and(|as_of| clock > as_of);
        let happened = |event: &Event| !(is_step(event) && event.clock().is_some_and(later));
        let (events, _) = identity::counting(&self.events);
        fold::fold(events.into_iter().filter(|(_, event)| happened(event)).collect())
    }
}

impl PartialEq for EventLog {
    fn eq(&self, other: &Self) -> bool {
        self.learner == other.learner && self.events.keys().eq(other.events.keys())
    }
}

impl Eq for EventLog {}

fn check_len(len: usize) -> Result<()> {
    if len > ITEMS {
        return Err(Error::new(Code::LimitExceeded, "/events", format!("more than {ITEMS} events")));
    }
    Ok(())
}
