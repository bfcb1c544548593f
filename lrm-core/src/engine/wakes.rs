//! Who has to be looked at again when the clock passes an instant: nodes of a learner, learners of a class.

use std::collections::{BTreeMap, BTreeSet};

use crate::instant::Instant;

/// At most one instant for each key.
#[derive(Clone, Debug)]
pub(crate) struct Wakes<K> {
    order: BTreeSet<(Instant, K)>,
    of: BTreeMap<K, Instant>,
}

impl<K> Default for Wakes<K> {
    fn default() -> Self {
        Self { order: BTreeSet::new(), of: BTreeMap::new() }
    }
}

impl<K: Clone + Ord> Wakes<K> {
    /// Sets or clears the instant of a key.
    pub(crate) fn set(&mut self, key: &K, at: Option<Instant>) {
        let before = self.of.get(key).copied();
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.order.remove(&(before, key.clone()));
            self.of.remove(key);
        }
        if let Some(at) = at {
            self.order.insert((at, key.clone()));
            self.of.insert(key.clone(), at);
        }
    }

    /// The first instant of all.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(at, _)| *at)
    }

    /// The keys whose instant the clock has reached, earliest first.
    pub(crate) fn due(&self, as_of: Instant) -> impl Iterator<Item = &K> {
        self.order.iter().take_while(move |(at, _)| *at <= as_of).map(|(_, key)| key)
    }
}
