//! When each event has its turn.

use std::collections::BTreeMap;

use super::resolve::{Logged, Root};
use crate::instant::Instant;
use crate::log::event::Event;

/// Since when an event is known: what was known first comes first, what does not say when after all that does.
pub(in crate::log) type Known = (bool, Option<Instant>);

/// When an event has its turn among those about the same entry: since when it is known, and by way of how many others it is
/// about the entry. It comes after the one that it is about, even if it is known since the same time or its clock was slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    pub(super) known: Known,
    others: usize,
}

impl Turn {
    /// The turn of an event that is about the one that has this turn.
    pub(super) fn then(self, event: &Event) -> Self {
        let known = event.known();
        Self { known: self.known.max((known.is_none(), known)), others: self.others + 1 }
    }
}

/// What each event is about in the end, since events may be about corrections of corrections, and its turn. Each is followed
/// once.
pub(super) fn ways(list: &[Logged<'_>], ids: &BTreeMap<&str, usize>) -> Vec<(Root, Turn)> {
    let itself =
        |(place, (_, event)): (usize, &Logged<'_>)| event.is_opening().then_some((Root::At(place), Turn::default()));
    let mut ways: Vec<Option<(Root, Turn)>> = list.iter().enumerate().map(itself).collect();
    let mut way = Vec::new();
    // the way on which an event was met, so that a circle is seen
    let mut met = vec![usize::MAX; list.len()];
    for start in 0..list.len() {
        let mut at = start;
        let (root, mut turn) = loop {
            if let Some(found) = ways.get(at).copied().flatten() {
                break found;
            }
            match met.get_mut(at) {
                Some(met) if *met != start => *met = start,
                _ => break (Root::Circle, Turn::default()),
            }
            way.push(at);
            let of = list.get(at).and_then(|(_, event)| event.of());
            match of.and_then(|of| ids.get(of)) {
                Some(next) => at = *next,
                None => break (Root::Missing, Turn::default()),
            }
        };
        for place in way.drain(..).rev() {
            if let Some((_, event)) = list.get(place) {
                turn = turn.then(event);
            }
            if let Some(slot) = ways.get_mut(place) {
                *slot = Some((root, turn));
            }
        }
    }
    ways.into_iter().map(|way| way.unwrap_or((Root::Missing, Turn::default()))).collect()
}
