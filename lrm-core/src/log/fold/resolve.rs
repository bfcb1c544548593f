//! Which events stay, which have an effect, and which is about which.

use std::collections::BTreeMap;

use super::Folded;
use super::turns::{Turn, ways};
use crate::error::{Code, Finding, quote};
use crate::log::event::Event;

/// An event with its content.
pub(in crate::log) type Logged<'l> = (&'l String, &'l Event);

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// What the event at this place opens.
    At(usize),
    /// Not known so far.
    Missing,
    /// Itself, by way of others.
    Circle,
}

/// Events in the order of their contents, and how they hang together.
#[derive(Debug)]
pub(super) struct Resolved<'l> {
    pub(super) list: Vec<Logged<'l>>,
    /// Of each id, the place of the event that stays.
    ids: BTreeMap<&'l str, usize>,
    stays: Vec<bool>,
    /// Of each event, what it is about in the end, and its turn; of one that opens an entry, itself.
    ways: Vec<(Root, Turn)>,
}

impl<'l> Resolved<'l> {
    pub(super) fn of(list: Vec<Logged<'l>>) -> Self {
        // of one id the least content stays: the first, since contents ascend; but nothing takes the place of what is never erased
        let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
        for kept in [true, false] {
            for (place, (_, event)) in list.iter().enumerate().filter(|(_, (_, event))| event.is_kept() == kept) {
                event.id().map(|id| ids.entry(id).or_insert(place));
            }
        }
        let stays = |(place, (_, event)): (usize, &Logged<'_>)| event.id().is_none_or(|id| ids.get(id) == Some(&place));
        let stays = list.iter().enumerate().map(stays).collect();
        let ways = ways(&list, &ids);
        Self { list, ids, stays, ways }
    }

    pub(super) fn event(&self, place: usize) -> Option<&'l Event> {
        self.list.get(place).map(|(_, event)| *event)
    }

    pub(super) fn place_of(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    pub(super) fn stays(&self, place: usize) -> bool {
        self.stays.get(place).copied().unwrap_or(false)
    }

    /// What the event at a place opens or acts on in the end, and its turn there.
    pub(super) fn way(&self, place: usize) -> Option<(Root, Turn)> {
        self.ways.get(place).copied()
    }

    /// Of an event that opens an entry and is about another one, what that is in the end, and the turn there.
    pub(super) fn link(&self, place: usize) -> Option<(Root, Turn)> {
        let event = self.event(place).filter(|event| event.is_opening())?;
        let of = event.of()?;
        let Some((root, turn)) = self.place_of(of).and_then(|of| self.way(of)) else {
            return Some((Root::Missing, Turn::default()));
        };
        Some((root, turn.then(event)))
    }

    /// True if nothing keeps the event from having an effect. What is wrong with evidence as such does not: it comes into
    /// the record as it is.
    pub(super) fn is_sound(&self, place: usize) -> bool {
        let Some(event) = self.event(place).filter(|_| self.stays(place)) else { return false };
        event.is_item() || event.problems.is_empty() && (event.is_evidence() || event.item_problems().next().is_none())
    }

    /// What is wrong with each event alone, and with several of one id.
    pub(super) fn report(&self, folded: &mut Folded<'l>) {
        for (place, (content, event)) in self.list.iter().enumerate() {
            let stays = self.stays(place);
            if stays || event.is_item() {
                folded.findings.extend(event.problems.iter().map(|problem| (*content, problem.clone())));
            }
            if !event.is_evidence() {
                folded.findings.extend(event.item_problems().map(|problem| (*content, problem.clone())));
            }
            // of evidence the evaluation says so, if it sees both
            let is_said = event.is_plain_item() && self.first(place).is_some_and(Event::is_plain_item);
            if let Some(id) = event.id().filter(|_| !stays && !is_said && !self.is_known(place)) {
                let message = format!("another event has the id {} and other content, and stays", quote(id));
                folded.findings.push((*content, Finding::new(Code::DuplicateId, "/id", message).with("id", id)));
            }
        }
    }

    /// The event that stays of those with the id of this one.
    fn first(&self, place: usize) -> Option<&'l Event> {
        self.event(place)?.id().and_then(|id| self.place_of(id)).and_then(|place| self.event(place))
    }

    /// True if the event that stays says the same of another id of the same person.
    fn is_known(&self, place: usize) -> bool {
        let pair = self.first(place).zip(self.event(place));
        pair.is_some_and(|(first, event)| first.own_content() == event.own_content())
    }
}
