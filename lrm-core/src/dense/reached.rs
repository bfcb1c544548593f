//! Which inner nodes have evidence below, and whose.

use super::lanes::Lanes;

/// The nodes by slot, until they are taken.
#[derive(Debug)]
pub(super) struct Reached {
    /// Which there are: one bit each.
    words: Vec<u64>,
    by: Vec<Lanes>,
}

impl Reached {
    pub(super) fn new(slots: usize) -> Self {
        Self { words: vec![0; slots.div_ceil(64)], by: vec![Lanes::NONE; slots] }
    }

    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// Adds those who have evidence there.
    #[inline]
    pub(super) fn add(&mut self, slot: u32, by: Lanes) {
        if let (Some(word), Some(own)) = (self.words.get_mut(slot as usize / 64), self.by.get_mut(slot as usize)) {
            *word |= 1 << (slot % 64);
            own.add(by);
        }
    }

    /// Takes the first slot of a word out; none if the word is empty.
    #[inline]
    pub(super) fn take(&mut self, word: usize) -> Option<(u32, Lanes)> {
        let bits = self.words.get_mut(word).filter(|bits| **bits != 0)?;
        let slot = u32::try_from(word * 64).unwrap_or(u32::MAX).saturating_add(bits.trailing_zeros());
        *bits &= *bits - 1;
        Some((slot, std::mem::take(self.by.get_mut(slot as usize)?)))
    }
}
