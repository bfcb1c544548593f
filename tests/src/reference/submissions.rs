//! Which items of a node are one submission (semantics: Works).

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Item;
use super::instant::Instant;

/// The items of one submission, by their places in the node's order.
pub(super) type Submission = Vec<usize>;

/// What items of one submission have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Common<'a> {
    /// The activity and the attempt.
    Attempt(&'a str, &'a str),
    /// The activity and when it was seen.
    Seen(&'a str, Instant),
    /// Nothing that another item could have too.
    Alone(usize),
}

/// The submissions of items in the order of their node, ordered by their first items. What names no activity is in none.
pub(super) fn submissions(items: &[Item]) -> Vec<Submission> {
    let mut groups: BTreeMap<Common<'_>, Submission> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        if let Some(activity) = &item.activity {
            groups.entry(common(items, place, item, activity)).or_default().push(place);
        }
    }
    let mut submissions: Vec<Submission> = groups.into_values().collect();
    submissions.sort();
    submissions
}

fn common<'a>(items: &'a [Item], place: usize, item: &'a Item, activity: &'a str) -> Common<'a> {
    if let Some(attempt) = &item.attempt {
        return Common::Attempt(activity, attempt);
    }
    let Some(seen) = item.observed_at else { return Common::Alone(place) };
    let same = |other: &&Item| other.activity.as_deref() == Some(activity) && other.observed_at == Some(seen);
    let attempts: BTreeSet<&str> = items.iter().filter(same).filter_map(|other| other.attempt.as_deref()).collect();
    match attempts.first() {
        Some(only) if attempts.len() == 1 => Common::Attempt(activity, only),
        _ => Common::Seen(activity, seen),
    }
}
