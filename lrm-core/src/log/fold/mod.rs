//! From events to entries: which event is about which entry, when each has its turn, and what they make of it.

mod course;
mod resolve;
mod threads;
mod turns;

pub(super) use course::{Course, Retracted};
pub(super) use resolve::Logged;
pub(super) use threads::fold;
pub(super) use turns::Known;

use std::collections::{BTreeMap, BTreeSet};

use super::kinds;
use super::transitions::EntryState;
use crate::error::Finding;
use crate::record::{Item, Withdrawal};

/// What follows from a set of events.
#[derive(Debug, Default)]
pub(super) struct Folded<'l> {
    /// At the place of each event the entry that it opened.
    courses: Vec<Option<Course<'l>>>,
    /// Evidence of an id of which other evidence stays: the same in other words.
    again: Vec<Item>,
    /// What is wrong, each with the content of the event.
    pub(super) findings: Vec<(&'l String, Finding)>,
}

impl<'l> Folded<'l> {
    /// The entries that were opened, in the order of the contents of their opening events.
    pub(super) fn courses(&self) -> impl Iterator<Item = &Course<'l>> + Clone {
        self.courses.iter().flatten()
    }

    /// Every item in every version.
    pub(super) fn items(&self, learners: &BTreeSet<&str>) -> Vec<Item> {
        let mut fates: BTreeMap<&str, Withdrawal> = BTreeMap::new();
        let mut items = Vec::new();
        for course in self.courses() {
            kinds::items(course, learners, &mut items);
            fates.extend(course.id.zip(course.fate));
        }
        // what no longer stands does so in other words neither
        let again = self.again.iter().map(|item| {
            let why = item.evidence.id.as_deref().and_then(|id| fates.get(id));
            why.map_or_else(|| item.clone(), |why| super::overlay::withdrawn(item, *why))
        });
        items.extend(again);
        items
    }

    /// The state of the entry that the event of this id opened or corrected.
    pub(super) fn state_of(&self, id: &str) -> Option<EntryState> {
        let of = |course: &&Course<'_>| course.id == Some(id) || course.corrections.contains(&id);
        self.courses().find(of).map(Course::state)
    }
}
