//! What each kind of entry has of its own: one file per kind that needs one.

mod credit;
mod enrolment;
mod goal;
mod group;
mod overriding;
#[cfg(feature = "zones")]
mod pacing;
mod reflection;
pub(super) mod subgoal;
mod submission;
mod waiver;

use std::collections::BTreeSet;

use super::event::{Event, EventKind};
use super::fold::{Course, Known, Retracted};
use super::overlay::{Parts, quoted, withdrawn};
use super::transitions::{EntryKind, EntryState};
use crate::error::Result;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::{Item, Withdrawal};

pub(super) use enrolment::scope_at;
pub(crate) use goal::GoalTerms;
#[cfg(feature = "zones")]
pub(crate) use pacing::{Enrolled as EnrolledTerms, Pause as PauseTerms, Plan as PlanTerms, Set as SetPaceTerms};
pub(crate) use waiver::WaiverTerms;

/// When something was, if that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct When(pub(super) Option<Instant>);

/// What only entries of some kind have.
#[derive(Debug)]
pub(super) enum Own<'l> {
    /// Nothing.
    Plain,
    Submission(submission::Submission),
    Reflection(reflection::Reflection<'l>),
    Group(group::Group),
    Goal {
        /// The goal that gave way to this one.
        succeeds: Option<&'l str>,
    },
    Credit(credit::Credit),
    Enrolment(enrolment::Enrolment),
}

impl<'l> Own<'l> {
    /// Of an entry that was just opened.
    pub(super) fn new(kind: EntryKind, body: &Item, opening: &'l Event) -> Self {
        match kind {
            EntryKind::Submission => Self::Submission(submission::Submission::new(When(opening.clock()))),
            EntryKind::Reflection => Self::Reflection(reflection::Reflection::new(opening.id(), body)),
            EntryKind::GroupWork => Self::Group(group::Group::default()),
            EntryKind::Goal => Self::Goal { succeeds: None },
            EntryKind::Credit => Self::Credit(credit::Credit::default()),
            EntryKind::Enrolment => Self::Enrolment(enrolment::Enrolment::default()),
            _ => Self::Plain,
        }
    }

    /// The state to show, and since when that is if not since the last event.
    pub(super) fn shown(&self, stated: EntryState) -> (EntryState, Option<When>) {
        match self {
            Self::Submission(submission) => submission.shown(stated),
            Self::Credit(credit) => credit.shown(stated),
            _ => (stated, None),
        }
    }

    /// The state that an event finds.
    pub(super) fn asked(&self, kind: EventKind, known: Known, stated: EntryState) -> EntryState {
        match self {
            Self::Credit(credit) if kind == EventKind::Upheld => credit.at(known, stated),
            _ => stated,
        }
    }

    /// Takes note of an event that the state allows.
    pub(super) fn act(&mut self, known: Known, event: &'l Event, body: &Item) -> Result<()> {
        match self {
            Self::Reflection(reflection) => reflection.next(event.id(), body),
            Self::Group(group) => group.act(event, body)?,
            Self::Credit(credit) => credit.act(known, event),
            Self::Enrolment(enrolment) => enrolment.act(event),
            _ => {}
        }
        Ok(())
    }

    /// Takes note of a correction.
    pub(super) fn corrected(&mut self, of: &'l str, event: &'l Event, body: &Item) {
        if let Self::Reflection(reflection) = self {
            reflection.corrected(of, event, body);
        }
    }

    /// False for an event that leaves the entry as it is.
    pub(super) fn counts(&self, event: &Event) -> bool {
        !matches!(self, Self::Submission(_)) || submission::judges(event)
    }

    /// Looks which of the evidence of a credit was retracted.
    pub(super) fn look_at_evidence(&mut self, body: &Item, retracted: impl Fn(&str) -> Option<Retracted>) {
        if let Self::Credit(credit) = self {
            credit.look_at_evidence(body, retracted);
        }
    }

    /// Writes what follows from the events.
    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Self::Goal { succeeds } => {
                w.optional("succeeds", *succeeds);
            }
            Self::Credit(credit) => credit.write(w),
            Self::Reflection(reflection) => reflection.write(w),
            Self::Group(group) => group.write(w),
            _ => {}
        }
    }

    /// The text of a reflection: that of its last version.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Reflection(reflection) => reflection.text(),
            _ => None,
        }
    }
}

/// The items of an entry, in every version, those that do not stand withdrawn.
pub(super) fn items(course: &Course<'_>, learners: &BTreeSet<&str>, items: &mut Vec<Item>) {
    let retracted = course.state() == EntryState::Retracted;
    let of = |version: &Item, last: bool| -> Vec<Item> {
        match (course.kind, &course.own) {
            (EntryKind::Evidence, _) => vec![version.clone()],
            (EntryKind::Override, _) => vec![overriding::item(version, course.opening)],
            (_, Own::Submission(submission)) => submission.items(version, last),
            (_, Own::Group(group)) => vec![group.item(version, last, learners)],
            _ => Vec::new(),
        }
    };
    for version in &course.before {
        items.extend(of(version, false).iter().map(|item| withdrawn(item, Withdrawal::Superseded)));
    }
    let last = of(&course.body, true);
    if retracted {
        // what was judged was superseded before
        items.extend(last.into_iter().map(|item| match item.evidence.withdrawn {
            Some(Withdrawal::Superseded) if matches!(course.own, Own::Submission(_)) => item,
            _ => withdrawn(&item, Withdrawal::Retracted),
        }));
    } else {
        items.extend(last);
    }
}

/// An item without the fields of its kind of entry.
fn bare(item: &Item, kind: EntryKind) -> Parts {
    let mut parts = Parts::of(item);
    for name in super::fields::names(kind) {
        parts.take_extra(name);
    }
    parts
}
