//! Who has to be looked at again when the clock passes an instant: nodes of a learner, learners of a class.

use std::collections::BTreeSet;

use crate::instant::Instant;

/// At most one instant for each number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wakes {
    order: BTreeSet<(Instant, u32)>,
    /// By number; what lies beyond has none.
    of: Vec<Option<Instant>>,
}

impl Wakes {
    /// Sets or clears the instant of a number.
    pub(crate) fn set(&mut self, number: u32, at: Option<Instant>) {
        let place = number as usize;
        let before = self.of.get(place).copied().flatten();
        if before == at {
            return;
        }
        if self.of.len() <= place {
            self.of.resize(place + 1, None);
        }
        if let Some(slot) = self.of.get_mut(place) {
            *slot = at;
        }
        if let Some(before) = before {
            self.order.remove(&(before, number));
        }
        if let Some(at) = at {
            self.order.insert((at, number));
        }
    }

    /// The first instant of all.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(at, _)| *at)
    }

    /// The numbers whose instant the clock has reached, earliest first.
    pub(crate) fn due(&self, as_of: Instant) -> impl Iterator<Item = u32> {
        self.order.iter().take_while(move |(at, _)| *at <= as_of).map(|(_, number)| *number)
    }
}
