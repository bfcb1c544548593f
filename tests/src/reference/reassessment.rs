//! Works that were done again (semantics: Works, reassessment).

use std::collections::BTreeSet;

use super::evidence::Item;
use super::instant::{DAY, Instant};
use super::scale::Scale;
use super::submissions::Submission;
use super::value::{Grid, percent};
use super::works::Fate;
use super::works_rules::{Keep, Reassessment};

/// Decides over all the submissions of one activity, in the node's order. A conflict has its place among them and stays one.
pub(super) fn decide(items: &mut [Item], fates: &mut [Fate], works: &[Submission], rule: &Reassessment, scale: &Scale) {
    let Some((original, again)) = works.split_first() else { return };
    let deadline = original.first().and_then(|place| items.get(*place)).and_then(|item| deadline(item, rule));
    for (number, work) in (1..).zip(again) {
        for place in work {
            let (Some(item), Some(fate)) = (items.get_mut(*place), fates.get_mut(*place)) else { continue };
            if *fate != Fate::Stays {
                continue;
            }
            if deadline.is_some_and(|last| item.clock().is_some_and(|clock| local_day(clock, rule) > last)) {
                *fate = Fate::Ignored("late_reassessment");
            } else if rule.at_most.is_some_and(|most| number > most) {
                *fate = Fate::Ignored("reassessment_limit");
            } else {
                cap(item, rule, scale);
            }
        }
    }
    let stays = |place: &usize| fates.get(*place) == Some(&Fate::Stays);
    let accepted: Vec<Submission> = works.iter().map(|work| work.iter().copied().filter(stays).collect()).collect();
    let accepted: Vec<&Submission> = accepted.iter().filter(|work: &&Submission| !work.is_empty()).collect();
    let greatest = |work: &&&Submission| work.iter().filter_map(|place| items.get(*place)?.value()).max();
    let kept: BTreeSet<usize> = match rule.keep {
        Keep::All => accepted.iter().flat_map(|work| work.iter().copied()).collect(),
        Keep::Newest => accepted.last().into_iter().flat_map(|work| work.iter().copied()).collect(),
        // of equal ones the last is the greatest
        Keep::Higher => {
            accepted.iter().max_by_key(greatest).into_iter().flat_map(|work| work.iter().copied()).collect()
        }
    };
    for place in accepted.into_iter().flatten().filter(|place| !kept.contains(place)) {
        if let Some(fate) = fates.get_mut(*place) {
            *fate = Fate::Ignored("replaced");
        }
    }
}

/// The last day for a reassessment: so many school days after the original was judged.
fn deadline(original: &Item, rule: &Reassessment) -> Option<i64> {
    let mut left = rule.within_school_days?;
    let mut day = local_day(original.assessed_at.or(original.clock())?, rule);
    while left > 0 {
        day += 1;
        left -= i64::from(rule.is_school_day(day));
    }
    Some(day)
}

/// The date of an instant where the school is.
fn local_day(instant: Instant, rule: &Reassessment) -> i64 {
    (instant + rule.utc_offset * 1_000_000).div_euclid(DAY)
}

/// Lowers a value that lies above what a reassessment can reach.
fn cap(item: &mut Item, rule: &Reassessment, scale: &Scale) {
    let most = rule.cap_percent.and_then(|share| Grid::nearest(&scale.at_share(&percent(share))).ok());
    if item.value() > most && most.is_some() {
        item.capped = most;
    }
}
