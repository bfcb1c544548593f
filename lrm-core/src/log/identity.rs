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

/// Who says that who is the same person: the learner whose event it is, none for the log's own, and the other one.
pub(super) type Said = BTreeSet<(Option<String>, String)>;

/// What events in the log of a learner say about who is the same person.
pub(super) fn said<'e>(events: impl IntoIterator<Item = &'e Event>, learner: Option<&str>) -> Said {
    let of = |event: &Event| event.learner().filter(|of| Some(*of) != learner).map(str::to_owned);
    events.into_iter().filter_map(|event| Some((of(event), named(event)?))).collect()
}

/// Everybody whom a log says to be the same person, maybe by way of others.
pub(super) fn others<'s>(said: impl IntoIterator<Item = &'s (Option<String>, String)>) -> BTreeSet<&'s str> {
    let mut named: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for (of, other) in said {
        named.entry(of.as_deref()).or_default().push(other);
    }
    let mut others = BTreeSet::new();
    let mut next = vec![None];
    while let Some(learner) = next.pop() {
        let new = named.remove(&learner).unwrap_or_default().into_iter();
        next.extend(new.filter(|other| others.insert(*other)).map(Some));
    }
    others
}

/// Whose log it is with events that name these learners besides the one whose it was. `said` is what all events say about who is
/// the same person.
///
/// # Errors
/// `invalid-value` if some of them are neither that learner nor said to be the same person.
pub(super) fn owner(learner: Option<&str>, named: &BTreeSet<&str>, said: &Said) -> Result<Option<String>> {
    // a log that is nobody's so far is of the one who is nobody's other
    let is_other = |named: &&str| !said.iter().any(|(_, other)| other == named);
    let owner = learner.or_else(|| named.iter().copied().find(is_other));
    let own: Said =
        said.iter().map(|(of, other)| (of.clone().filter(|of| Some(of.as_str()) != owner), other.clone())).collect();
    let others = others(&own);
    let Some(stranger) = named.iter().copied().find(|named| Some(*named) != owner && !others.contains(named)) else {
        return Ok(owner.map(str::to_owned));
    };
    let first = owner.or_else(|| named.iter().copied().find(|named| *named != stranger)).unwrap_or(stranger);
    let message = format!(
        "a log is about one learner, this one names {} and {}, and does not say that they are one",
        quote(first),
        quote(stranger)
    );
    let finding = Finding::new(Code::InvalidValue, "/events", message);
    Err(Error::from(finding.with_list("learners", [first, stranger].map(clip).to_vec())))
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
        let stand = folded.courses().filter(|course| course.kind == EntryKind::Identity);
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
