//! [`Event`]: something that happened to a learner's evidence, with who, when and why.

use crate::error::{Code, Error, Finding, Result};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::{Evidence, Item, words};

words! {
    /// What happened.
    EventKind, EVENT_KINDS {
        /// Evidence came in. An event that does not say its kind is of this one.
        Assessed = "assessed",
        /// Evidence said something wrong; the event says what is right.
        Corrected = "corrected",
        /// Evidence was taken back.
        Retracted = "retracted",
        /// Somebody doubts the evidence. It counts until it is corrected or retracted.
        Disputed = "disputed",
        /// Somebody stands by the evidence, which settles a dispute.
        Verified = "verified",
    }
}

/// Where evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EvidenceState {
    /// As it came in, or as it was corrected.
    Assessed,
    /// In doubt.
    Disputed,
    /// Confirmed.
    Verified,
    /// Taken back, for good.
    Retracted,
}

impl EvidenceState {
    /// The word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::Disputed => "disputed",
            Self::Verified => "verified",
            Self::Retracted => "retracted",
        }
    }

    /// The state after an event of this kind; none if there is no way.
    pub(super) fn after(self, kind: EventKind) -> Option<Self> {
        match (self, kind) {
            (Self::Retracted, _) | (_, EventKind::Assessed) => None,
            (_, EventKind::Corrected) => Some(Self::Assessed),
            (_, EventKind::Retracted) => Some(Self::Retracted),
            (_, EventKind::Disputed) => Some(Self::Disputed),
            (_, EventKind::Verified) => Some(Self::Verified),
        }
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

/// One event. Evidence itself is one; the others are about an event that came before.
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

    /// Since when it is known: received, else assessed, else, of evidence, observed; none: always. When a correction says
    /// that something was observed is no news of itself.
    pub fn known(&self) -> Option<Instant> {
        let evidence = &self.item.evidence;
        evidence.received_at.or(evidence.assessed_at).or(evidence.observed_at.filter(|_| self.is_item()))
    }

    /// Canonical JSON, without the learner.
    pub fn to_json(&self) -> &str {
        &self.content
    }

    /// True if it is an item of evidence itself.
    pub(super) fn is_item(&self) -> bool {
        self.kind == Some(EventKind::Assessed)
    }

    /// What is wrong with the evidence that it brings.
    pub(super) fn item_problems(&self) -> impl Iterator<Item = &Finding> {
        // what is about an event has its competency, the only field that an item must have, from there
        let needs = |finding: &&Finding| self.is_item() || finding.code != Code::MissingField;
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
