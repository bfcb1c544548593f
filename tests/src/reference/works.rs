//! What the eligible items of a node come to before anything is estimated (semantics: Works): overrides stand apart, a
//! submission that several systems report or several assessors judge counts once, and what was done again replaces what it may.

use std::collections::BTreeSet;

use super::evidence::Item;
use super::rules::Sections;
use super::submissions::{Submission, submissions};
use super::works_rules::Sources;
use super::{raters, reassessment, restored, sources};

/// What the eligible items of a node come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Settled {
    /// The items that are estimated, in the node's order.
    pub(super) items: Vec<Item>,
    /// One item for each submission that a person has to decide about.
    pub(super) conflicts: Vec<Item>,
    /// The override in force.
    pub(super) overriding: Option<Item>,
    /// By their places in the record the items that are ignored, and why.
    pub(super) ignored: Vec<(usize, &'static str)>,
}

impl Settled {
    /// Whether there is any evidence. An override is none.
    pub(super) fn has_evidence(&self) -> bool {
        !self.items.is_empty() || !self.conflicts.is_empty()
    }
}

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It counts.
    Stays,
    /// It stands for a submission that a person has to decide about.
    Conflict,
    /// It does not count, and why.
    Ignored(&'static str),
}

/// What becomes of several items about one submission.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The one that stays; none if a person has to decide.
    pub(super) stays: Option<usize>,
    /// All of them, in the node's order.
    pub(super) reports: Vec<usize>,
}

impl Verdict {
    /// Writes down what becomes of the items, the others being ignored for a reason.
    fn carry_out(&self, fates: &mut [Fate], reason: &'static str) {
        for place in &self.reports {
            let fate = match self.stays {
                Some(stays) if stays == *place => Fate::Stays,
                None if self.reports.first() == Some(place) => Fate::Conflict,
                _ => Fate::Ignored(reason),
            };
            if let Some(slot) = fates.get_mut(*place) {
                *slot = fate;
            }
        }
    }
}

/// What eligible items in the order of their node come to.
pub(super) fn settle(items: Vec<Item>, sections: &Sections) -> Settled {
    let mut settled = Settled::default();
    let (overrides, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.overriding.is_some());
    for one in overrides {
        if let Some(earlier) = settled.overriding.replace(one) {
            settled.ignored.push((earlier.place, "overridden"));
        }
    }
    let rules = &sections.evidence;
    let mut fates = vec![Fate::Stays; items.len()];
    if rules.sources != Sources::Separate {
        for verdict in restored::verdicts(&items) {
            verdict.carry_out(&mut fates, "other_source");
        }
    }
    // what was replaced is not looked at again
    let (left, replaced): (Vec<_>, Vec<_>) =
        items.into_iter().zip(fates).partition(|(_, fate)| !matches!(fate, Fate::Ignored(_)));
    settled.ignored.extend(replaced.iter().map(|(item, _)| (item.place, "other_source")));
    let (mut items, mut fates): (Vec<Item>, Vec<Fate>) = left.into_iter().unzip();
    let works = submissions(&items);
    for work in &works {
        let stays = |place: &usize| fates.get(*place) == Some(&Fate::Stays);
        let left: Vec<usize> = work.iter().copied().filter(stays).collect();
        if let Some(verdict) = sources::verdict(&items, &left, &rules.sources) {
            verdict.carry_out(&mut fates, "other_source");
        }
    }
    for work in &works {
        let Some(rule) = rules.raters else { break };
        let stays = |place: &usize| fates.get(*place) == Some(&Fate::Stays);
        let left: Vec<usize> = work.iter().copied().filter(stays).collect();
        if let Some(verdict) = raters::verdict(&items, &left, rule, &sections.scale) {
            verdict.carry_out(&mut fates, "other_rater");
        }
    }
    if let Some(rule) = &rules.reassessment {
        let still = |work: &Submission| -> Submission {
            let is_left = |place: &usize| !matches!(fates.get(*place), Some(Fate::Ignored(_)));
            work.iter().copied().filter(is_left).collect()
        };
        let left: Vec<Submission> = works.iter().map(still).collect();
        let activity = |work: &Submission| items.get(*work.first()?)?.activity.clone();
        let activities: BTreeSet<String> = left.iter().filter_map(activity).collect();
        let by_activity: Vec<Vec<Submission>> = activities
            .iter()
            .map(|name| {
                let mut own: Vec<Submission> =
                    left.iter().filter(|work| activity(work).as_ref() == Some(name)).cloned().collect();
                own.sort();
                own
            })
            .collect();
        for works in by_activity {
            reassessment::decide(&mut items, &mut fates, &works, rule, &sections.scale);
        }
    }
    for (item, fate) in items.into_iter().zip(fates) {
        match fate {
            Fate::Stays => settled.items.push(item),
            Fate::Conflict => {
                settled.ignored.push((item.place, "conflict"));
                settled.conflicts.push(item);
            }
            Fate::Ignored(reason) => settled.ignored.push((item.place, reason)),
        }
    }
    settled
}
