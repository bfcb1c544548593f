//! Several ids of one person: whose events a log takes, and whose count.
//!
//! A log is about one learner. Once it says that another id is the same person (`identified`) it takes the events of that one
//! too; they keep their `learner`. They count while that stands, and can be given back as a log of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Event, EventKind};
use super::fields;
use super::fold::{Logged, fold};
use super::transitions::{EntryKind, EntryState};
use crate::error::{Code, Error, Finding, Result, clip, quote};

/// The learner whom an event says to be the same person.
fn named(event: &Event) -> Option<String> {
    let says = event.kind() == Some(EventKind::Identified) && event.problems.is_empty();
    if says { fields::text(&event.item, "other") } else { None }
}

/// Everybody whom events say to be the same person.
pub(super) fn others<'e>(events: impl IntoIterator<Item = &'e Event>) -> BTreeSet<String> {
    events.into_iter().filter_map(named).collect()
}

/// Whose log it is with events that name these learners. `said` is whose it was.
///
/// # Errors
/// `invalid-value` if some of them are neither that learner nor said to be the same person.
pub(super) fn owner(
    said: Option<&str>,
    learners: &BTreeSet<&str>,
    others: &BTreeSet<String>,
) -> Result<Option<String>> {
    let mut unknown = learners.iter().copied().filter(|learner| Some(*learner) != said && !others.contains(*learner));
    let (first, second) = (unknown.next(), unknown.next());
    let pair = match (said, first, second) {
        (_, None, _) => return Ok(said.map(str::to_owned)),
        (None, Some(only), None) => return Ok(Some(only.to_owned())),
        (Some(said), Some(other), _) => [said, other],
        (None, Some(one), Some(other)) => [one, other],
    };
    let [one, other] = pair.map(quote);
    let message =
        format!("a log is about one learner, this one names {one} and {other}, and nothing says that they are one");
    let finding = Finding::new(Code::InvalidValue, "/events", message);
    Err(Error::from(finding.with_list("learners", pair.map(clip).to_vec())))
}

/// A learner is not another one than themselves.
///
/// # Errors
/// `invalid-value` if one of the learner's own events says so.
pub(super) fn check_others<'e>(learner: Option<&str>, events: impl IntoIterator<Item = &'e Event>) -> Result<()> {
    let Some(learner) = learner else { return Ok(()) };
    let own = |event: &&Event| event.learner().is_none_or(|named| named == learner);
    if events.into_iter().filter(own).any(|event| named(event).is_some_and(|other| other == learner)) {
        let message = format!("the log is about {}, who is no other learner", quote(learner));
        return Err(Error::new(Code::InvalidValue, "/events", message));
    }
    Ok(())
}

/// The events that count, and the other ids whose events do: the learner's own, and those of everybody who is known to be the
/// same person, maybe by way of others.
pub(super) fn counting<'l>(events: &'l BTreeMap<String, Event>) -> (Vec<Logged<'l>>, BTreeSet<&'l str>) {
    if events.values().all(|event| event.learner().is_none()) {
        return (events.iter().collect(), BTreeSet::new());
    }
    let mut by_learner: BTreeMap<Option<&str>, Vec<Logged<'l>>> = BTreeMap::new();
    for (content, event) in events {
        by_learner.entry(event.learner()).or_default().push((content, event));
    }
    let names: BTreeSet<&str> = by_learner.keys().copied().flatten().collect();
    let mut counted: BTreeSet<Option<&str>> = BTreeSet::from([None]);
    let mut next = vec![None];
    while let Some(learner) = next.pop() {
        let Some(list) = by_learner.get(&learner) else { continue };
        let folded = fold(list.clone());
        let stand = folded.courses.iter().filter(|course| course.kind == EntryKind::Identity);
        for course in stand.filter(|course| course.state() == EntryState::Identified) {
            let Some(other) = fields::text(&course.body, "other") else { continue };
            // as the events name them
            if let Some(other) = names.get(other.as_str())
                && counted.insert(Some(other))
            {
                next.push(Some(other));
            }
        }
    }
    let list = events.iter().filter(|(_, event)| counted.contains(&event.learner())).collect();
    (list, counted.into_iter().flatten().collect())
}
