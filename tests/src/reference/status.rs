//! The level and the status of a node that has a value (semantics: Status, lines 4 to 6).

use super::evidence::Item;
use super::instant::{DAY, Instant};
use super::policy::Sufficiency;
use super::scale::Scale;
use super::value::{Grid, meets};

/// The status of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing here applies to the learner.
    NotApplicable,
    /// There is nothing to judge.
    NotAssessed,
    /// Systems or assessors disagree about one submission, and a person decides.
    Conflict,
    /// There is something, but not enough.
    Insufficient,
    /// The newest selected item is too old.
    Stale,
    /// Something below is missing or not firm.
    Provisional,
    /// The value meets the proficient cut.
    Met,
    /// It does not.
    NotMet,
}

impl Status {
    /// The name in a result.
    pub fn as_str(self) -> &'static str {
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

/// What a value is judged with.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    /// The scale of the value.
    pub(super) scale: &'a Scale,
    /// The age limit and the demand for independence.
    pub(super) sufficiency: &'a Sufficiency,
    /// The eligible items behind the value.
    pub(super) items: &'a [&'a Item],
    /// The newest selected instant.
    pub(super) newest: Option<Instant>,
    /// Whether some input is missing, provisional or stale.
    pub(super) provisional: bool,
    /// The instant of the question.
    pub(super) as_of: Instant,
}

impl Judge<'_> {
    /// The level to show and the status.
    pub(super) fn judge(&self, value: Grid) -> (Option<String>, Status) {
        let reached = self.scale.level_of(value);
        let (shown, held_back) = match self.demanded() {
            Some(demanded) if reached >= Some(demanded) && !self.shown_alone(demanded) => {
                (demanded.checked_sub(1), true)
            }
            _ => (reached, false),
        };
        let shown = shown.and_then(|place| self.scale.levels.get(place));
        let shown_is_proficient = shown.is_some_and(|level| level.from >= self.scale.proficient);
        let too_old = |days: i64| self.newest.is_some_and(|newest| self.as_of - newest > days * DAY);
        let status = if self.sufficiency.max_age_days.is_some_and(too_old) {
            Status::Stale
        } else if self.provisional {
            Status::Provisional
        } else if meets(value, self.scale.proficient) && (!held_back || shown_is_proficient) {
            Status::Met
        } else {
            Status::NotMet
        };
        (shown.map(|level| level.id.clone()), status)
    }

    /// The place of the level from which on something must be done without help.
    fn demanded(&self) -> Option<usize> {
        self.scale.place_of(self.sufficiency.independent_from_level.as_ref()?)
    }

    /// Whether some item that reaches a level was done without help.
    fn shown_alone(&self, place: usize) -> bool {
        let Some(level) = self.scale.levels.get(place) else { return true };
        let reaches = |item: &&&Item| item.value().is_some_and(|value| meets(value, level.from));
        self.items.iter().filter(reaches).any(|item| item.is_independent())
    }
}
