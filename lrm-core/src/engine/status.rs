//! Statuses: which of them holds for a value, and the level that is shown.

use super::sufficiency::has_independent;
use crate::estimate::{Judgement, Note};
use crate::instant::Instant;
use crate::policy::Sufficiency;
use crate::record::Item;
use crate::scale::Scale;
use crate::value::{Value, meets};

/// How a node stands. The first that holds, from the top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// Out of scope: no input of any parent.
    NotApplicable,
    /// Nothing eligible to judge by. Not zero.
    #[default]
    NotAssessed,
    /// Systems or assessors disagree about a submission, and a person has to decide.
    Conflict,
    /// Not enough evidence for a value.
    Insufficient,
    /// The newest selected evidence is too old.
    Stale,
    /// Some input is missing, provisional or stale.
    Provisional,
    /// The value meets the proficient cut.
    Met,
    /// The value does not meet the proficient cut.
    NotMet,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::NotApplicable,
        Self::NotAssessed,
        Self::Conflict,
        Self::Insufficient,
        Self::Stale,
        Self::Provisional,
        Self::Met,
        Self::NotMet,
    ];

    /// The word in documents, such as `not_met`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::NotAssessed => "not_assessed",
            Self::Conflict => "conflict",
            Self::Insufficient => "insufficient",
            Self::Stale => "stale",
            Self::Provisional => "provisional",
            Self::Met => "met",
            Self::NotMet => "not_met",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// The level and the status of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    pub(crate) level: Option<usize>,
    pub(crate) status: Status,
    pub(crate) note: Option<Note>,
}

/// What a decision looks at besides the value.
pub(crate) struct Grounds<'a> {
    pub(crate) scale: &'a Scale,
    pub(crate) sufficiency: &'a Sufficiency,
    pub(crate) newest: Option<Instant>,
    pub(crate) as_of: Instant,
    /// True if some input is missing, provisional or stale.
    pub(crate) provisional: bool,
}

/// Decides once. `eligible` gives the distinct eligible items behind the value; it is asked only where the policy wants
/// independent evidence.
pub(crate) fn decide<'i>(
    value: Value,
    grounds: &Grounds<'_>,
    eligible: impl FnOnce() -> Vec<(Judgement, &'i Item)>,
) -> Decision {
    let scale = grounds.scale;
    let mut level = scale.level_of(value);
    let mut met = meets(value, scale.proficient());
    let mut note = None;
    let wanted = grounds.sufficiency.independent_from_level.as_ref();
    let wanted = wanted.and_then(|id| scale.levels().iter().position(|level| level.id == *id));
    if let Some(wanted) = wanted
        && let Some(from) = scale.levels().get(wanted).map(|level| level.from)
        && meets(value, from)
        && !has_independent(&eligible(), from)
    {
        note = Some(Note::IndependenceRequired);
        level = wanted.checked_sub(1);
        let shown = level.and_then(|below| scale.levels().get(below));
        met = shown.is_some_and(|level| meets(level.from, scale.proficient()));
    }
    let status = if is_stale(grounds) {
        Status::Stale
    } else if grounds.provisional {
        Status::Provisional
    } else if met {
        Status::Met
    } else {
        Status::NotMet
    };
    Decision { level, status, note }
}

/// More than `max_age_days` 24-hour days before `as_of`. Without an instant nothing is stale.
fn is_stale(grounds: &Grounds<'_>) -> bool {
    let limit = grounds.sufficiency.max_age_days.zip(grounds.newest).map(|(days, newest)| newest.plus_days(days));
    limit.is_some_and(|limit| grounds.as_of > limit)
}
