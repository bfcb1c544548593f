//! `requirement`: a requirement tree decides. Met is the proficient cut, not met the least value of the scale.
//!
//! Programmes are decided by the same function.

mod missing;
mod won;

pub(crate) use missing::{cheapest, shortest};
pub(crate) use won::won;

use crate::instant::Instant;
use crate::policy::{Asks, Threshold, Tree};
use crate::record::words;
use crate::scale::Scale;
use crate::value::Value;

words! {
    /// How a requirement stands.
    Verdict, _VERDICTS {
        /// It is met.
        Met = "met",
        /// It is not met.
        NotMet = "not_met",
        /// What is known does not settle it.
        Undetermined = "undetermined",
        /// It asks for nothing: it does not apply to the learner, or its time is over.
        LeftOut = "left_out",
    }
}

impl Verdict {
    pub(crate) const fn of(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }

    /// True where something is still to be met.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::NotMet | Self::Undetermined)
    }
}

/// What the members of a group come to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) members: u32,
    pub(crate) met: u32,
    pub(crate) open: u32,
    /// The points of those that are met, in millionths.
    points: i64,
    /// The points of those that are met or not settled.
    possible: i64,
    /// A required member is not met, or not settled.
    lost: bool,
    waits: bool,
}

impl Count {
    fn verdict(&self, threshold: Threshold) -> Verdict {
        let (enough, possible) = if let Threshold::Points(points) = threshold {
            let points = points.units();
            (!self.lost && !self.waits && self.points >= points, !self.lost && self.possible >= points)
        } else {
            let needed = threshold.needed(self.members);
            (self.met >= needed, self.met + self.open >= needed)
        };
        match (enough, possible) {
            _ if self.members == 0 => Verdict::LeftOut,
            (true, _) => Verdict::Met,
            (_, true) => Verdict::Undetermined,
            _ => Verdict::NotMet,
        }
    }
}

/// How each requirement of a tree stands, and what the members of the groups come to. `look` says how conditions stand.
pub(crate) fn verdicts(
    tree: &Tree,
    as_of: Instant,
    look: &mut dyn FnMut(usize, &Asks) -> Verdict,
) -> (Vec<Verdict>, Vec<Count>) {
    let mut counts = vec![Count::default(); tree.list().len()];
    let mut verdicts = vec![Verdict::LeftOut; counts.len()];
    // members stand behind their groups
    for (place, this) in tree.list().iter().enumerate().rev() {
        let verdict = match &this.asks {
            _ if this.until.is_some_and(|until| as_of >= until) => Verdict::LeftOut,
            Asks::Group(threshold, _) => counts.get(place).copied().unwrap_or_default().verdict(*threshold),
            asks => look(place, asks),
        };
        if let Some(slot) = verdicts.get_mut(place) {
            *slot = verdict;
        }
        let Some(group) = counts.get_mut(this.group as usize).filter(|_| place > 0) else { continue };
        let worth = this.worth.units();
        group.members += u32::from(verdict != Verdict::LeftOut);
        match verdict {
            Verdict::Met => {
                group.met += 1;
                group.points += worth;
                group.possible += worth;
            }
            Verdict::Undetermined => {
                group.open += 1;
                group.possible += worth;
                group.waits |= this.required;
            }
            Verdict::NotMet => group.lost |= this.required,
            Verdict::LeftOut => {}
        }
    }
    (verdicts, counts)
}

/// Which requirements stand like that, and so do the groups that they are in.
pub(crate) fn within(tree: &Tree, verdicts: &[Verdict], stands: impl Fn(Verdict) -> bool) -> Vec<bool> {
    let mut within: Vec<bool> = Vec::with_capacity(verdicts.len());
    for (place, (this, verdict)) in tree.list().iter().zip(verdicts).enumerate() {
        let group = place == 0 || within.get(this.group as usize) == Some(&true);
        within.push(group && stands(*verdict));
    }
    within
}

/// The value of an inner node whose requirement stands like that; none while it is not settled.
pub(crate) fn value(verdict: Verdict, scale: &Scale) -> Option<Value> {
    match verdict {
        Verdict::Met => Some(scale.proficient()),
        Verdict::NotMet => Some(scale.min()),
        Verdict::Undetermined | Verdict::LeftOut => None,
    }
}
