//! What was erased: the payload is gone from the log, its digest stays.
//!
//! An `erased` event lists digests. The events that have them are not in the log any more and do not come back, but their lines
//! stay in its hash, so that what was noted of the log before can still be checked.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::EventLog;
use super::event::{Event, EventKind};
use super::fields;
use super::identity;
use super::transitions::{EntryKind, EntryState};
use crate::error::{Code, Error, Finding, quote};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::sorting;

/// What was erased, by the learner whom the event named if that was another one than the log's, and since when it was known.
#[derive(Clone, Debug, Default)]
pub(super) struct Erased {
    digests: BTreeMap<(Option<String>, String), Option<Instant>>,
    /// False while something that was erased may be here, because a hold keeps it.
    settled: bool,
    /// True while more is to come that may hold it.
    waiting: bool,
}

impl Erased {
    /// What events say that was erased.
    pub(super) fn said<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut erased = Self::default();
        for event in events.into_iter().filter(|event| event.erases()) {
            for (digest, known) in fields::erased(&event.item) {
                erased.note((event.learner().map(str::to_owned), digest), known);
            }
        }
        erased
    }

    /// Of what several say, the first instant counts.
    fn note(&mut self, key: (Option<String>, String), known: Option<Instant>) {
        let first = self.digests.entry(key).or_insert(known);
        *first = known.min(*first);
    }

    /// Takes up what others said; gives whether all events have to be looked at again.
    pub(super) fn take(&mut self, said: Self) -> bool {
        self.settled = self.is_settled() && said.digests.is_empty();
        for (key, known) in said.digests {
            self.note(key, known);
        }
        !self.is_settled()
    }

    /// The digests of what was erased.
    pub(super) fn digests(&self) -> impl Iterator<Item = &str> {
        self.digests.keys().map(|(_, digest)| digest.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// Says whether all that was erased is gone.
    pub(super) const fn settle(&mut self, settled: bool) {
        self.settled = settled;
    }

    /// True if nothing that was erased is here.
    pub(super) fn is_settled(&self) -> bool {
        self.settled || self.digests.is_empty()
    }

    /// True for an event that was erased.
    pub(super) fn has(&self, event: &Event) -> bool {
        !event.is_kept() && self.digests.contains_key(&(event.learner().map(str::to_owned), event.digest()))
    }
}

impl Event {
    /// SHA-256 of the event as canonical JSON without a learner, as 64 hexadecimal digits: what stays of an event that was
    /// erased, and what tells it from others.
    pub fn digest(&self) -> String {
        digits(&Sha256::digest(self.own_content().as_bytes()))
    }

    /// What it is called when it is to be erased: its id or, without one, its digest.
    pub(super) fn name(&self) -> String {
        self.id().map_or_else(|| self.digest(), str::to_owned)
    }

    /// True for an `erased` event with nothing wrong about it.
    pub(super) fn erases(&self) -> bool {
        self.kind() == Some(EventKind::Erased) && self.is_kept()
    }

    /// True for the kinds that cannot be erased: who erased or held what, what was published, and what says who is the same
    /// person, without which the rest could not be read. What is wrong with an event makes it none of them.
    pub(super) fn is_kept(&self) -> bool {
        use EventKind::{Erased, Held, Identified, Published, Released, Separated};
        let is_kept = matches!(self.kind(), Some(Erased | Held | Released | Published | Identified | Separated));
        is_kept && self.problems.is_empty() && self.item_problems().next().is_none()
    }
}

impl EventLog {
    /// A hash of the whole log, equal if and only if the same was ever known, as 64 hexadecimal digits. What was erased counts
    /// in it as before.
    ///
    /// It is SHA-256 over the head of the log as JSON (`format` and, if known, `learner`) and a line for each event, erased
    /// ones included: a line break and the event's digest; if the event is of another learner, a space and that learner as
    /// JSON. The lines are sorted and each stands once.
    ///
    /// # Complexity
    /// O(n log n) in the events.
    pub fn hash(&self) -> String {
        self.hash_of(|_, _| true, true)
    }

    /// The hash that the log had when only what was known at an instant had come in. What was erased since then is in it: so a
    /// hash that was noted on a day can be checked on any later one.
    ///
    /// ```
    /// use lrm_core::{EventLog, Instant};
    /// let mut log = EventLog::from_json(r#"[
    ///   {"id": "e1", "competency": "NF.1", "score": 3, "received_at": "2026-01-15T09:00:00Z"}]"#)?;
    /// let noted = log.hash();
    /// log.erase(["e1"], r#"{"id": "x1", "received_at": "2026-07-01T09:00:00Z",
    ///   "actor": {"id": "registrar"}, "reason": "five years after leaving"}"#)?;
    /// assert!(log.hash() != noted);
    /// assert_eq!(log.hash_at(Instant::parse("2026-06-30T00:00:00Z")?), noted);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Complexity
    /// O(n log n) in the events.
    pub fn hash_at(&self, at: Instant) -> String {
        let is_known = |known: Option<Instant>| known.is_none_or(|known| known <= at);
        let said = identity::said(self.events.values().filter(|event| is_known(event.known())), self.learner());
        let others = identity::others(&said);
        self.hash_of(|learner, known| is_known(known) && learner.is_none_or(|other| others.contains(other)), false)
    }

    /// The hash of the events, present and erased, that a learner and an instant let in; an erasure that does not say when it was
    /// only today.
    fn hash_of(&self, counts: impl Fn(Option<&str>, Option<Instant>) -> bool, today: bool) -> String {
        let is_past = |event: &&Event| today || !event.erases() || event.known().is_some();
        let here = self.events.values().filter(|event| counts(event.learner(), event.known())).filter(is_past);
        let erased = self.erased.digests.iter().filter(|((learner, _), known)| counts(learner.as_deref(), **known));
        let mut lines: Vec<String> = here.map(|event| line(event.digest(), event.learner())).collect();
        lines.extend(erased.map(|((learner, digest), _)| line(digest.clone(), learner.as_deref())));
        sorting::sort(&mut lines);
        lines.dedup();
        let mut hasher = Sha256::new();
        hasher.update(self.head());
        for line in lines {
            hasher.update("\n");
            hasher.update(line);
        }
        digits(&hasher.finalize())
    }

    /// The hold that keeps everything, if there is one: the one of the least id.
    pub(super) fn hold(&self) -> Option<Hold> {
        if !self.events.values().any(|event| event.kind() == Some(EventKind::Held)) {
            return None;
        }
        let (folded, _) = self.folded();
        let holds = folded.courses().filter(|course| course.kind == EntryKind::Hold);
        let held = holds.filter(|course| course.state() == EntryState::Held);
        held.map(|course| Hold(course.id.map(str::to_owned))).min()
    }

    /// Takes up events that belong together piece by piece, dropping what they say is erased only at the end.
    pub(super) fn together<T>(&mut self, take: impl FnOnce(&mut Self) -> T) -> T {
        self.erased.waiting = true;
        let result = take(self);
        self.erased.waiting = false;
        if !self.erased.is_empty() {
            self.drop_erased(None);
        }
        result
    }

    /// Drops the events that were erased, of these or of all, unless a hold keeps them; gives their contents.
    pub(super) fn drop_erased(&mut self, of: Option<&[String]>) -> Vec<String> {
        if self.erased.waiting {
            return Vec::new();
        }
        let is_erased = |content: &&String| self.events.get(*content).is_some_and(|event| self.erased.has(event));
        let gone: Vec<String> = match of {
            Some(contents) => contents.iter().filter(is_erased).cloned().collect(),
            None => self.events.keys().filter(is_erased).cloned().collect(),
        };
        let held = !gone.is_empty() && self.hold().is_some();
        if of.is_none() || held {
            self.erased.settle(!held);
        }
        if held {
            return Vec::new();
        }
        for content in &gone {
            self.events.remove(content);
        }
        gone
    }

    /// For each `erased` event that has no effect since a hold keeps what it lists, what to say about it.
    pub(super) fn kept_back(&self) -> Vec<Finding> {
        if self.erased.is_settled() {
            return Vec::new();
        }
        let Some(hold) = self.hold() else { return Vec::new() };
        let here = self.events.values().filter(|event| self.erased.has(event));
        let here: BTreeSet<(Option<&str>, String)> = here.map(|event| (event.learner(), event.digest())).collect();
        let waits = |event: &&Event| {
            let mut listed = fields::erased(&event.item).into_iter();
            event.erases() && listed.any(|(digest, _)| here.contains(&(event.learner(), digest)))
        };
        let finding = |event: &Event| hold.finding("/event").with("id", event.id().unwrap_or_default());
        self.events.values().filter(waits).map(finding).collect()
    }
}

/// A hold in force, by its id.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hold(Option<String>);

impl Hold {
    pub(super) fn finding(&self, path: &str) -> Finding {
        let id = self.0.as_deref().unwrap_or_default();
        let message = format!("nothing is erased while the hold {} is in force", quote(id));
        Finding::new(Code::LegalHold, path, message).with("hold", id)
    }
}

impl From<Hold> for Error {
    fn from(hold: Hold) -> Self {
        hold.finding("").into()
    }
}

fn line(digest: String, learner: Option<&str>) -> String {
    let Some(learner) = learner else { return digest };
    let mut w = Writer::new();
    w.text(learner);
    format!("{digest} {}", w.finish())
}

fn digits(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'));
    bytes.iter().flat_map(digits).collect()
}
