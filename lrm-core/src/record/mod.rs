//! A learner's record: items of evidence as they were given.
//!
//! Nothing is refused here: an item that cannot be read is kept with what is wrong about it, and the engine reports it.

mod evidence;
mod given;
mod read;
mod write;

pub(crate) use evidence::{
    ABSENCES, ADAPTATIONS, ASSISTANCES, KINDS, OrderBy, Outcome, PURPOSES, ROLES, WITHDRAWALS, words,
};
pub use evidence::{
    Absence, Adaptation, Artifact, Assessor, AssessorRole, Assistance, Attempt, Evidence, EvidenceKind, Override,
    Purpose, Source, Withdrawal,
};
pub(crate) use given::instant;
pub(crate) use read::{item as read_item, of_one_learner, one_learner};

use crate::error::{Finding, Result};

/// One item as JSON, as far as it can be read.
pub(crate) fn item(json: &[u8]) -> Result<Item> {
    Ok(read::item(crate::json::read::document(json)?))
}

/// One item of a record: the evidence as far as it could be read, and what is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) evidence: Evidence,
    /// Not empty for items that cannot count.
    pub(crate) problems: Vec<Finding>,
    /// For items that cannot count: what was given, in canonical form.
    pub(crate) given: Option<Box<str>>,
}

impl Item {
    /// The item as canonical JSON; one that cannot be read stands as it was given.
    pub(crate) fn to_json(&self) -> String {
        self.given.as_ref().map_or_else(|| self.evidence.to_json(), ToString::to_string)
    }

    /// The content that items are compared by: all but the learner, who is the same for all items of a record.
    pub(crate) fn content(&self) -> String {
        match &self.given {
            Some(given) if self.evidence.learner.is_none() => given.to_string(),
            Some(given) => given::of_any_learner(given),
            None if self.evidence.learner.is_none() => self.evidence.to_json(),
            None => Evidence { learner: None, ..self.evidence.clone() }.to_json(),
        }
    }
}

impl From<Evidence> for Item {
    fn from(evidence: Evidence) -> Self {
        let problems = evidence.problems();
        Self { evidence, problems, given: None }
    }
}

/// What is known about one learner.
///
/// ```
/// use lrm_core::LearnerRecord;
/// let record = LearnerRecord::from_json(r#"{"format": "lrm-record/1", "learner": "ana",
///   "evidence": [{"id": "e1", "competency": "NF.1", "score": 3}]}"#)?;
/// assert_eq!(record.len(), 1);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct LearnerRecord {
    learner: Option<String>,
    items: Vec<Item>,
}

impl LearnerRecord {
    /// A record of these items of one learner.
    ///
    /// # Errors
    /// `invalid-value` if the items name several learners.
    pub fn from_events(events: impl IntoIterator<Item = Evidence>) -> Result<Self> {
        read::of_items(None, events.into_iter().map(Item::from).collect())
    }

    /// Reads a record (`lrm-record/1`: `{"format", "learner"?, "evidence": […]}`) or a bare list of items.
    ///
    /// Items that cannot be read are kept and reported by the evaluation; unknown fields of items are kept in `extra`.
    ///
    /// # Errors
    /// `invalid-json`, `unsupported-format`, `missing-field`, `unknown-field` of the envelope, and `invalid-value` if the
    /// items name several learners.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        read::record(json.as_ref())
    }

    /// Adds an item.
    ///
    /// # Errors
    /// `invalid-value` for an item of another learner.
    pub fn push(&mut self, item: Evidence) -> Result<()> {
        let item = Item::from(item);
        self.learner = one_learner(self.learner.as_deref(), std::slice::from_ref(&item))?;
        self.items.push(item);
        Ok(())
    }

    pub(crate) fn of_items(learner: Option<String>, items: Vec<Item>) -> Self {
        Self { learner, items }
    }

    /// The learner, if the record or its items name one.
    pub fn learner(&self) -> Option<&str> {
        self.learner.as_deref()
    }

    /// How many items there are, bad ones included.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// True without items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items that could be read, in the order given.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.items.iter().filter(|item| item.problems.is_empty()).map(|item| &item.evidence)
    }

    /// Canonical JSON of the record; items that could not be read stand as they were given.
    pub fn to_json(&self) -> String {
        write::record(self)
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }
}
