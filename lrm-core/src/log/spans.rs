//! When each item of the record stood: from which instant on it was known, and until when it was not taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::EventLog;
use super::event::Event;
use super::fold::{Logged, fold};
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::limits::FOLDED;
use crate::record::Item;

/// An item in one version, and when it stood.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) item: Item,
    /// None: always.
    pub(crate) from: Option<Instant>,
    /// None: to this day.
    pub(crate) until: Option<Instant>,
    /// The ids of the events that brought it.
    pub(crate) came: Vec<String>,
    /// The ids of the events that took it away.
    pub(crate) gone: Vec<String>,
}

impl Span {
    /// An item that stood at all times.
    pub(crate) fn always(item: &Item) -> Self {
        let came = item.evidence.id.iter().cloned().collect();
        Self { item: item.clone(), from: None, until: None, came, gone: Vec::new() }
    }
}

impl EventLog {
    /// Every item in every version that stood at some instant up to the last one, and when.
    ///
    /// Only what hangs together is folded again when something of it becomes known, so that this costs little unless very many
    /// events are about the same.
    ///
    /// # Errors
    /// `limit-exceeded` if they are too many.
    pub(crate) fn spans(&self, last: Instant) -> Result<Vec<Span>> {
        let mut spans = Vec::new();
        let parts = self.parts();
        let mut work = 0_usize;
        for part in &parts {
            let times: BTreeSet<Instant> = part.iter().filter_map(|(_, event)| event.known()).collect();
            work = work.saturating_add(part.len().saturating_mul(times.len()));
            if work > FOLDED {
                let message = "too many events are about the same entries to tell when each of them stood";
                return Err(Error::new(Code::LimitExceeded, "/events", message));
            }
        }
        for part in parts {
            self.of_part(&part, last, &mut spans);
        }
        Ok(spans)
    }

    /// The events in groups that have nothing to do with each other.
    fn parts(&self) -> Vec<Vec<Logged<'_>>> {
        // who is the same person decides over all, and so does a hold over what was erased
        if self.is_one_whole(self.events.values()) {
            return vec![self.events.iter().collect()];
        }
        parts(self.events.iter())
    }

    /// True if events that are not about each other may decide over each other.
    fn is_one_whole<'e>(&self, mut events: impl Iterator<Item = &'e Event>) -> bool {
        !self.erased.is_settled() || events.any(|event| event.learner().is_some())
    }

    /// The items that follow from some of the events.
    fn items_of(&self, known: Vec<Logged<'_>>) -> Vec<Item> {
        if !self.is_one_whole(known.iter().map(|(_, event)| *event)) {
            return fold(known).items(&self.learner().into_iter().collect());
        }
        let events = known.into_iter().map(|(content, event)| (content.clone(), event.clone())).collect();
        let log = Self::settled(self.learner.clone(), events, self.said.clone());
        let (folded, learners) = log.folded();
        folded.items(&learners)
    }

    /// What stood of one group, instant by instant.
    fn of_part(&self, part: &[Logged<'_>], last: Instant, spans: &mut Vec<Span>) {
        let mut times: BTreeMap<Option<Instant>, Vec<String>> = BTreeMap::from([(None, Vec::new())]);
        for (_, event) in part {
            times.entry(event.known()).or_default().extend(event.id().map(str::to_owned));
        }
        let mut standing: BTreeMap<String, Span> = BTreeMap::new();
        for (at, ids) in times.into_iter().filter(|(at, _)| at.is_none_or(|at| at <= last)) {
            let known = part.iter().filter(|(_, event)| event.known() <= at).copied().collect();
            let mut items: BTreeMap<String, Item> = BTreeMap::new();
            for item in self.items_of(known).into_iter().filter(|item| item.evidence.withdrawn.is_none()) {
                items.insert(item.to_json(), item);
            }
            let (still, gone) = standing.into_iter().partition(|(content, _)| items.contains_key(content));
            standing = still;
            let gone: BTreeMap<String, Span> = gone;
            spans.extend(gone.into_values().map(|span| Span { until: at, gone: ids.clone(), ..span }));
            for (content, item) in items {
                let span = || Span { item, from: at, until: None, came: ids.clone(), gone: Vec::new() };
                standing.entry(content).or_insert_with(span);
            }
        }
        spans.extend(standing.into_values());
    }
}

/// Events in groups that are about each other.
pub(super) fn parts<'l>(events: impl Iterator<Item = Logged<'l>> + Clone) -> Vec<Vec<Logged<'l>>> {
    let mut parts = Parts::default();
    for (_, event) in events.clone() {
        parts.join(event);
    }
    let mut groups: BTreeMap<usize, Vec<Logged<'l>>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (content, event) in events {
        match event.id().or(event.of()).and_then(|id| parts.of(id)) {
            Some(part) => groups.entry(part).or_default().push((content, event)),
            None => alone.push(vec![(content, event)]),
        }
    }
    groups.into_values().chain(alone).collect()
}

/// Ids that are about each other, joined.
#[derive(Default)]
struct Parts<'l> {
    places: BTreeMap<&'l str, usize>,
    /// Of each place another one of its part; of one of them itself.
    joined: Vec<usize>,
}

impl<'l> Parts<'l> {
    fn join(&mut self, event: &'l Event) {
        let places = [event.id(), event.of()].map(|id| id.map(|id| self.place(id)));
        if let [Some(one), Some(other)] = places {
            let (one, other) = (self.root(one), self.root(other));
            if let Some(slot) = self.joined.get_mut(one) {
                *slot = other;
            }
        }
    }

    fn of(&mut self, id: &str) -> Option<usize> {
        let place = *self.places.get(id)?;
        Some(self.root(place))
    }

    fn place(&mut self, id: &'l str) -> usize {
        let next = self.joined.len();
        let place = *self.places.entry(id).or_insert(next);
        if place == next {
            self.joined.push(next);
        }
        place
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(next) = self.joined.get(at).copied().filter(|next| *next != at) {
            // the way is half as long for the next one
            let after = self.joined.get(next).copied().unwrap_or(next);
            if let Some(slot) = self.joined.get_mut(at) {
                *slot = after;
            }
            at = after;
        }
        at
    }
}
