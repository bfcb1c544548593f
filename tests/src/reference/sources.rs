//! One submission that several systems report (semantics: Works, sources).

use std::collections::BTreeSet;

use super::evidence::Item;
use super::value::Grid;
use super::works::Verdict;
use super::works_rules::Sources;

/// What becomes of a submission: the places of the items that are about it, in the node's order.
pub(super) fn verdict(items: &[Item], submission: &[usize], rule: &Sources) -> Option<Verdict> {
    let reports: Vec<usize> = submission.iter().copied().filter(|place| system(items, *place).is_some()).collect();
    if *rule == Sources::Separate || systems(items, &reports).len() < 2 {
        return None;
    }
    let agree = values(items, &reports).len() == 1;
    let stays = match rule {
        Sources::Priority(listed) => {
            let best = best_listed(items, &reports, listed);
            let is_one = agree || systems(items, &best).len() == 1;
            undisputed(items, &best).filter(|_| is_one)
        }
        _ if agree => reports.first().copied(),
        Sources::Newest => undisputed(items, &known_last(items, &reports)),
        Sources::Person | Sources::Separate => None,
    };
    Some(Verdict { stays, reports })
}

/// The first of items that have one value; none of items that differ.
pub(super) fn undisputed(items: &[Item], places: &[usize]) -> Option<usize> {
    places.first().copied().filter(|_| values(items, places).len() == 1)
}

/// The system that an item names.
fn system(items: &[Item], place: usize) -> Option<&str> {
    items.get(place)?.system.as_deref()
}

/// The distinct systems of items.
fn systems<'i>(items: &'i [Item], places: &[usize]) -> BTreeSet<&'i str> {
    places.iter().filter_map(|place| system(items, *place)).collect()
}

/// The distinct values of items.
pub(super) fn values(items: &[Item], places: &[usize]) -> BTreeSet<Option<Grid>> {
    places.iter().filter_map(|place| items.get(*place)).map(Item::value).collect()
}

/// The reports that came last, of those that say when; none if no report says so.
pub(super) fn known_last(items: &[Item], reports: &[usize]) -> Vec<usize> {
    let known = |place: &usize| {
        let item = items.get(*place)?;
        item.received_at.or(item.assessed_at).or(item.observed_at)
    };
    let last = reports.iter().filter_map(known).max();
    reports.iter().copied().filter(|place| last.is_some() && known(place) == last).collect()
}

/// The reports of the system that is listed first; all those that are not listed come after those that are.
fn best_listed(items: &[Item], reports: &[usize], listed: &[String]) -> Vec<usize> {
    let rank = |place: &usize| {
        let system = system(items, *place);
        listed.iter().position(|one| Some(one.as_str()) == system).unwrap_or(listed.len())
    };
    let best = reports.iter().map(rank).min();
    reports.iter().copied().filter(|place| Some(rank(place)) == best).collect()
}
