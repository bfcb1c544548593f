//! One submission that several assessors judge (semantics: Works, raters).

use std::collections::BTreeSet;

use super::evidence::Item;
use super::scale::Scale;
use super::works::Verdict;
use super::works_rules::Adjacent;

/// What becomes of a submission: the places of the items that are left of it, in the node's order.
pub(super) fn verdict(items: &[Item], left: &[usize], rule: Adjacent, scale: &Scale) -> Option<Verdict> {
    let judgements: Vec<(usize, &Item)> = left.iter().filter_map(|place| Some((*place, items.get(*place)?))).collect();
    let assessors: BTreeSet<Option<&String>> = judgements.iter().map(|(_, item)| item.assessor.as_ref()).collect();
    if assessors.contains(&None) || assessors.len() < 2 {
        return None;
    }
    let stays = if are_adjacent(&judgements, scale) {
        let values = judgements.iter().map(|(_, item)| item.value());
        let value = if rule == Adjacent::Lower { values.min() } else { values.max() };
        judgements.iter().find(|(_, item)| Some(item.value()) == value).map(|(place, _)| *place)
    } else if assessors.len() > 2 {
        // who does not say when judged before those who do
        judgements.iter().max_by_key(|(place, item)| (item.assessed_at, *place)).map(|(place, _)| *place)
    } else {
        None
    };
    Some(Verdict { stays, reports: left.to_vec() })
}

/// Whether no two judgements lie more than one level apart. Below the lowest level there is one more.
fn are_adjacent(judgements: &[(usize, &Item)], scale: &Scale) -> bool {
    let level = |item: &Item| Some(scale.level_of(item.value()?).map_or(0, |place| place + 1));
    let levels: BTreeSet<usize> = judgements.iter().filter_map(|(_, item)| level(item)).collect();
    match (levels.first(), levels.last()) {
        (Some(lowest), Some(highest)) => highest - lowest <= 1,
        _ => true,
    }
}
