//! The log of one learner: every event that was ever given, and the record that follows from them.
//!
//! A log is a set that only grows. An event is told from others by its content, so the order in which events come, the
//! sources they come from and how often they come make no difference, and two copies that were merged either way are equal.
//! The record is a pure function of the set: what it says today, or what it said on any day before
//! ([`EventLog::known_at`]).

mod event;
mod fold;
mod overlay;
mod read;

pub use event::{Actor, Event, EventKind, EvidenceState};

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Report, Result};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::limits::ITEMS;
use crate::record::LearnerRecord;
use fold::Folded;

const FORMAT: &str = "lrm-log/1";

/// All events of one learner, each once.
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
    /// By content, which leaves out the learner.
    events: BTreeMap<String, Event>,
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
        let mut log = Self { learner, events: BTreeMap::new() };
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

    /// Adds an event that happens here and now; false if it was there already.
    ///
    /// # Errors
    /// `illegal-transition` with both states if the evidence that it is about cannot go that way, `invalid-value` for an
    /// event of another learner, `limit-exceeded`. After an error the log is as before.
    ///
    /// # Complexity
    /// Logarithmic for evidence; O(n log n) in the events for those about other events.
    pub fn push(&mut self, event: Event) -> Result<bool> {
        let (content, about, learner) = (event.content.clone(), event.of.is_some(), self.learner.clone());
        if self.insert_all(vec![event])? == 0 {
            return Ok(false);
        }
        if about {
            let refused = self
                .folded()
                .findings
                .into_iter()
                .find(|(of, finding)| **of == content && finding.code == Code::IllegalTransition);
            if let Some((_, finding)) = refused {
                self.events.remove(&content);
                self.learner = learner;
                return Err(finding.into());
            }
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
    /// # Errors
    /// `invalid-value` for the log of another learner, `limit-exceeded`. After an error the log is as before.
    pub fn merge(&mut self, other: &Self) -> Result<usize> {
        let learner = read::one_learner([self.learner.as_deref(), other.learner.as_deref()])?;
        let new: Vec<_> = other.events.iter().filter(|(content, _)| !self.events.contains_key(*content)).collect();
        check_len(self.events.len() + new.len())?;
        let count = new.len();
        self.events.extend(new.into_iter().map(|(content, event)| (content.clone(), event.clone())));
        self.learner = learner;
        Ok(count)
    }

    fn insert_all(&mut self, events: Vec<Event>) -> Result<usize> {
        let named = events.iter().map(|event| event.item.evidence.learner.as_deref());
        let learner = read::one_learner(named.chain([self.learner.as_deref()]))?;
        check_len(self.events.len() + events.len())?;
        self.learner = learner;
        let before = self.events.len();
        for mut event in events {
            // the learner is the log's and no content: of two events that differ in it alone either may stay
            event.item.evidence.learner = None;
            self.events.entry(event.content.clone()).or_insert(event);
        }
        Ok(self.events.len() - before)
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
    /// else from `assessed_at`, else, if it is evidence, from `observed_at`; one without any of them was always known.
    #[must_use]
    pub fn known_at(&self, at: Instant) -> Self {
        let known = self.events.iter().filter(|(_, event)| event.known().is_none_or(|known| known <= at));
        let events = known.map(|(content, event)| (content.clone(), event.clone())).collect();
        Self { learner: self.learner.clone(), events }
    }

    /// The record that follows from the events: every item of evidence in every version, those that no longer stand
    /// `withdrawn`. A corrected item has the id of the correction, and the id that was corrected in `extra` as `corrects`.
    ///
    /// Events about the same evidence have their turn when they were known, but each after the one that it is about; where
    /// that does not tell them apart, their contents do.
    ///
    /// # Complexity
    /// O(n log n) in the events.
    pub fn record(&self) -> LearnerRecord {
        LearnerRecord::of_items(self.learner.clone(), self.folded().items)
    }

    /// What is wrong with events that are not items themselves, or about each other: `duplicate-id`, `dangling-reference` (the
    /// event in question may still come), `cycle`, `illegal-transition`, and what cannot be read. What is wrong with items is
    /// reported by the evaluation of the record.
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        self.folded().findings.into_iter().for_each(|(_, finding)| report.push(finding));
        report
    }

    /// The state of the evidence that came with this event id; none if there is no such evidence.
    pub fn state_of(&self, id: &str) -> Option<EvidenceState> {
        self.folded().states.get(id).copied()
    }

    /// A hash of the whole log, equal if and only if the same is known: SHA-256 over the learner and all contents in their
    /// order, as 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.head());
        for content in self.events.keys() {
            // canonical JSON has no line breaks
            hasher.update("\n");
            hasher.update(content);
        }
        let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'));
        hasher.finalize().iter().flat_map(digits).collect()
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

    fn folded(&self) -> Folded<'_> {
        fold::fold(&self.events)
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
