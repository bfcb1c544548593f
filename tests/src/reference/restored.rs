//! Items that a system gave in the place of others, after it had deleted them (semantics: Works, restored items).

use std::collections::BTreeSet;

use super::evidence::Item;
use super::sources::{known_last, undisputed, values};
use super::works::Verdict;

/// What becomes of each group of items that replace each other.
pub(super) fn verdicts(items: &[Item]) -> Vec<Verdict> {
    let mut left: Vec<usize> = (0..items.len()).collect();
    let mut verdicts = Vec::new();
    while let Some(first) = left.first().copied() {
        let mut group = BTreeSet::from([first]);
        let joins = |group: &BTreeSet<usize>, place: usize| {
            group.iter().any(|other| replaces(items, place, *other) || replaces(items, *other, place))
        };
        while let Some(place) = left.iter().copied().find(|place| !group.contains(place) && joins(&group, *place)) {
            group.insert(place);
        }
        left.retain(|place| !group.contains(place));
        if group.len() > 1 {
            verdicts.push(verdict(items, group.into_iter().collect()));
        }
    }
    verdicts
}

/// Which of a group stays: of those that nothing replaces, if they agree the first, else the one that came last.
fn verdict(items: &[Item], group: Vec<usize>) -> Verdict {
    let is_last = |place: &usize| !group.iter().any(|other| replaces(items, *other, *place));
    let mut candidates: Vec<usize> = group.iter().copied().filter(is_last).collect();
    if candidates.is_empty() {
        candidates.clone_from(&group);
    }
    let stays = if values(items, &candidates).len() == 1 {
        candidates.first().copied()
    } else {
        undisputed(items, &known_last(items, &candidates))
    };
    Verdict { stays, reports: group }
}

/// Whether an item says that it stands in the place of another one of its system.
fn replaces(items: &[Item], one: usize, other: usize) -> bool {
    let (Some(one_item), Some(other_item)) = (items.get(one), items.get(other)) else { return false };
    one != other
        && one_item.system.is_some()
        && one_item.system == other_item.system
        && one_item.replaces.is_some()
        && one_item.replaces == other_item.source_id
}
