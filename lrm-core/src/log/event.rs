//! [`Event`]: something that happened in a learner's record, with who, when and why.

use std::borrow::Cow;

use super::transitions::opened;
use crate::error::{Code, Error, Finding, Result};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::{Evidence, Item, words};

words! {
    /// What happened. Some kinds open an entry of the log (see [`EntryKind`](crate::EntryKind)), the others act on one.
    EventKind, EVENT_KINDS {
        /// Evidence came in. An event that does not say its kind is of this one. With `of`, it judges a submission.
        Assessed = "assessed",
        /// An entry said something wrong; the event says what is right.
        Corrected = "corrected",
        /// An entry was taken back.
        Retracted = "retracted",
        /// Somebody doubts evidence. It counts until it is corrected or retracted.
        Disputed = "disputed",
        /// Somebody stands by evidence, which settles a dispute.
        Verified = "verified",
        /// Work was handed in that nobody has judged.
        Submitted = "submitted",
        /// A person put a judgement of their own in the place of what follows from evidence.
        Overridden = "overridden",
        /// The learner thought about something. With `of`, it is the next version of a reflection.
        Reflected = "reflected",
        /// A group was judged by one piece of work.
        GroupAssessed = "group_assessed",
        /// What the group got is more or less for this learner.
        Adjusted = "adjusted",
        /// Somebody confirms that this learner took part in the work of a group.
        Confirmed = "confirmed",
        /// A goal was proposed.
        Proposed = "proposed",
        /// A goal was agreed on.
        Approved = "approved",
        /// A goal was reached.
        Met = "met",
        /// A goal was not reached in time.
        Missed = "missed",
        /// A goal gave way to another, which this event opens.
        Renegotiated = "renegotiated",
        /// A credit was given.
        Awarded = "awarded",
        /// A credit is looked at again.
        Reviewed = "reviewed",
        /// A credit that was looked at again stands.
        Upheld = "upheld",
        /// A credit was taken away.
        Revoked = "revoked",
        /// The learner got a competency of their own below shared ones.
        Subdivided = "subdivided",
        /// Another learner id is the same person.
        Identified = "identified",
        /// Another learner id is not the same person after all.
        Separated = "separated",
        /// The learner joined a course or a section.
        Enrolled = "enrolled",
        /// The learner left it.
        Left = "left",
        /// A person does not ask for a prerequisite.
        Waived = "waived",
        /// The learner planned how to go through a course.
        Planned = "planned",
        /// Some days do not count for pace.
        Paused = "paused",
        /// A person said how a learner's pace is.
        Paced = "paced",
        /// Results were shown to somebody.
        Published = "published",
        /// Nothing may be erased.
        Held = "held",
        /// What was held may be erased again.
        Released = "released",
        /// Events are gone, for good.
        Erased = "erased",
    }
}

/// Who caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// An opaque id.
    pub id: Option<String>,
    /// In what role: free text.
    pub role: Option<String>,
}

/// One event. It opens an entry of the log, as an item of evidence does, or is about an event that came before.
///
/// ```
/// use lrm_core::{Event, EventKind, Evidence};
/// let mistake = Event::from(Evidence::scored("NF.1", 1).id("e1"));
/// let right = Event::from_json(r#"{"id": "e2", "event": "corrected", "of": "e1", "score": 4}"#)?;
/// assert_eq!((mistake.kind(), right.kind()), (Some(EventKind::Assessed), Some(EventKind::Corrected)));
/// assert_eq!(right.of(), Some("e1"));
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    /// None if it cannot be read.
    pub(super) kind: Option<EventKind>,
    pub(super) of: Option<String>,
    pub(super) actor: Option<Actor>,
    pub(super) reason: Option<String>,
    /// Evidence, or what a correction says, with the id, the instants, the source and the learner of the event.
    pub(super) item: Item,
    /// Of an event that is no item: what cannot be read.
    pub(super) problems: Vec<Finding>,
    /// The event as canonical JSON, without the learner.
    pub(super) content: String,
}

impl Event {
    /// Reads one event.
    ///
    /// # Errors
    /// `invalid-json`; everything that keeps the event from having an effect: `missing-field`, `invalid-value`,
    /// `parameter-out-of-range`, `limit-exceeded`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        let event = super::read::event(crate::json::read::document(json.as_ref())?);
        let problems: Vec<Finding> = event.problems.iter().chain(event.item_problems()).cloned().collect();
        if problems.is_empty() { Ok(event) } else { Err(Error::from_findings(problems)) }
    }

    /// What happened; none for a kind that this version does not know.
    pub const fn kind(&self) -> Option<EventKind> {
        self.kind
    }

    /// The id.
    pub fn id(&self) -> Option<&str> {
        self.item.evidence.id.as_deref()
    }

    /// The id of the event that this one is about.
    pub fn of(&self) -> Option<&str> {
        self.of.as_deref()
    }

    /// Who caused it.
    pub const fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// Why, in words.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Since when it is known: received, else assessed, else observed; none: always. When a correction, a retraction, a doubt
    /// or a confirmation says that something was observed it speaks of the item, and that is no news of itself.
    pub fn known(&self) -> Option<Instant> {
        let evidence = &self.item.evidence;
        evidence.received_at.or(evidence.assessed_at).or(evidence.observed_at.filter(|_| !self.speaks_of_an_item()))
    }

    /// When it happened: observed, else assessed, else received.
    pub(super) fn clock(&self) -> Option<Instant> {
        let evidence = &self.item.evidence;
        let observed = evidence.observed_at.filter(|_| !self.speaks_of_an_item());
        observed.or(evidence.assessed_at).or(evidence.received_at)
    }

    /// True if its fields of evidence are those of the item that it is about.
    fn speaks_of_an_item(&self) -> bool {
        use EventKind::{Corrected, Disputed, Retracted, Verified};
        // and nobody knows what an event of an unknown kind speaks of
        matches!(self.kind, None | Some(Corrected | Retracted | Disputed | Verified))
    }

    /// Canonical JSON, without the learner whose log it is.
    pub fn to_json(&self) -> &str {
        &self.content
    }

    /// True if it has to say which event it is about.
    pub(super) fn is_about(&self) -> bool {
        match self.kind {
            // what judges a submission is evidence in any case
            None | Some(EventKind::Assessed) => false,
            // without `of` it is the first version
            Some(EventKind::Reflected) => self.of.is_some(),
            Some(EventKind::Renegotiated) => true,
            Some(kind) => opened(kind).is_none(),
        }
    }

    /// True if it opens an entry, however that came about.
    pub(super) fn is_opening(&self) -> bool {
        let opens = self.kind.is_some_and(|kind| opened(kind).is_some());
        opens && !(self.kind == Some(EventKind::Reflected) && self.of.is_some())
    }

    /// True if it is an item of evidence itself.
    pub(super) fn is_item(&self) -> bool {
        self.kind == Some(EventKind::Assessed)
    }

    /// True if it is one that judges no submission.
    pub(super) fn is_plain_item(&self) -> bool {
        self.is_item() && self.of.is_none()
    }

    /// True if its item comes into the record as it is, so that the evaluation reports what is wrong with it.
    pub(super) fn is_evidence(&self) -> bool {
        matches!(self.kind, Some(EventKind::Assessed | EventKind::GroupAssessed))
    }

    /// The learner it names, if that is another one than the log's.
    pub(super) fn learner(&self) -> Option<&str> {
        self.item.evidence.learner.as_deref()
    }

    /// The item that it brings. A record says once whom it is about.
    pub(super) fn item(&self) -> Item {
        let mut item = self.item.clone();
        item.evidence.learner = None;
        item
    }

    /// What is wrong with the fields of evidence that it brings.
    pub(super) fn item_problems(&self) -> impl Iterator<Item = &Finding> {
        // what is about an event has its competency, the only field that an item must have, from there
        let needs = |finding: &&Finding| self.is_evidence() || finding.code != Code::MissingField;
        self.item.problems.iter().filter(needs)
    }
}

impl From<Evidence> for Event {
    fn from(evidence: Evidence) -> Self {
        Self::of_item(Item::from(evidence))
    }
}

impl Event {
    /// An item of evidence as an event.
    pub(super) fn of_item(item: Item) -> Self {
        let content = item.content();
        let kind = Some(EventKind::Assessed);
        Self { kind, of: None, actor: None, reason: None, item, problems: Vec::new(), content }
    }

    /// The event in a log of this learner: one that is about the same learner does not say so, others do.
    pub(super) fn in_log_of(mut self, learner: Option<&str>) -> Self {
        if self.learner().is_none() {
            return self;
        }
        let own = self.own_content().into_owned();
        let other = self.learner().filter(|other| Some(*other) != learner);
        if let Some(other) = other {
            let mut w = Writer::new();
            w.open('{').key("learner").text(other);
            self.content = before(w, &own);
        } else {
            self.content = own;
            self.item.evidence.learner = None;
        }
        self
    }

    /// The event with the learner that it is about, who may be the one of the log that it comes from.
    pub(super) fn labelled(&self, learner: Option<&str>) -> Self {
        let mut event = self.clone();
        if let Some(learner) = learner.filter(|_| self.learner().is_none()) {
            event.item.evidence.learner = Some(learner.to_owned());
        }
        event
    }

    /// The content without the learner.
    pub(super) fn own_content(&self) -> Cow<'_, str> {
        let Some(learner) = self.learner() else { return Cow::Borrowed(&self.content) };
        let mut w = Writer::new();
        w.open('{').key("learner").text(learner);
        match self.content.strip_prefix(&w.finish()) {
            Some(rest) => Cow::Owned(format!("{{{}", rest.strip_prefix(',').unwrap_or(rest))),
            None => Cow::Borrowed(&self.content),
        }
    }
}

/// Puts members before those of an object, both canonical.
pub(super) fn before(members: Writer, object: &str) -> String {
    let mut text = members.finish();
    if text == "{" {
        return object.to_owned();
    }
    match object.strip_prefix('{') {
        Some("}") | None => text.push('}'),
        Some(rest) => {
            text.push(',');
            text.push_str(rest);
        }
    }
    text
}
