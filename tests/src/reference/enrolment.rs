//! What applies to the learner by enrolment (semantics: Log, enrolments).

use std::collections::BTreeSet;

use super::entry::Entry;
use super::instant::{self, Instant};

/// A time in which competencies apply.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    scope: Vec<String>,
    starts: Option<Instant>,
    ends: Option<Instant>,
    /// When the learner left: one who left nobody knows when was never there.
    left: Option<Instant>,
}

/// The enrolments that name competencies and stand.
pub(super) fn stays<'a, 'e: 'a>(entries: impl Iterator<Item = &'a Entry<'e>>) -> Vec<Stay> {
    let stands =
        |entry: &&Entry<'_>| entry.kind == "enrolment" && entry.state != "retracted" && entry.own.contains_key("scope");
    let stay = |entry: &Entry<'_>| {
        let at = |name: &str| instant::parse(entry.own.get(name)?.as_str()?);
        Stay {
            scope: entry.list("scope").into_iter().map(str::to_owned).collect(),
            starts: at("starts_at"),
            ends: at("ends_at"),
            left: (entry.state == "left").then_some(entry.left.unwrap_or(Instant::MIN)),
        }
    };
    entries.filter(stands).map(stay).collect()
}

/// All that applies at an instant; none if no enrolment says what does.
pub(super) fn scope_at(stays: &[Stay], at: Instant) -> Option<Vec<String>> {
    if stays.is_empty() {
        return None;
    }
    let is_in_force = |stay: &&Stay| {
        stay.starts.is_none_or(|starts| starts <= at)
            && stay.ends.is_none_or(|ends| at < ends)
            && stay.left.is_none_or(|left| at < left)
    };
    let scope: BTreeSet<&String> = stays.iter().filter(is_in_force).flat_map(|stay| &stay.scope).collect();
    Some(scope.into_iter().cloned().collect())
}
