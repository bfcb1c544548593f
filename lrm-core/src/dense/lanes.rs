//! Some learners at a time.

/// How many learners go through a pass together.
pub(super) const LANES: usize = 32;
/// How many of them are looked at together: a part without anybody is left out.
const PART: usize = 8;

/// Something of each of them, side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Each<T>(pub(super) [T; LANES]);

impl<T: Copy> Each<T> {
    /// The same of all.
    pub(super) const fn all(of: T) -> Self {
        Self([of; LANES])
    }

    #[inline]
    pub(super) fn of(&self, lane: usize) -> T {
        let Self([first, ..]) = *self;
        self.0.get(lane % LANES).copied().unwrap_or(first)
    }

    #[inline]
    pub(super) fn set(&mut self, lane: usize, to: T) {
        if let Some(place) = self.0.get_mut(lane % LANES) {
            *place = to;
        }
    }

    /// Part by part.
    #[inline]
    pub(super) fn parts(&self) -> impl Iterator<Item = &[T; PART]> {
        self.0.as_chunks().0.iter()
    }

    #[inline]
    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut [T; PART]> {
        self.0.as_chunks_mut().0.iter_mut()
    }

    /// Brings to each what another has.
    #[inline]
    pub(super) fn add(&mut self, other: &Self, bring: impl Fn(T, T) -> T) {
        for (own, others) in self.0.iter_mut().zip(&other.0) {
            *own = bring(*own, *others);
        }
    }
}

/// Some of them: one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lanes(u32);

impl Lanes {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn one(lane: usize) -> Self {
        Self(1 << (lane % LANES))
    }

    #[inline]
    pub(super) const fn has(self, lane: usize) -> bool {
        self.0 >> (lane % LANES) & 1 == 1
    }

    #[inline]
    pub(super) const fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Adds a learner if this holds of it.
    #[inline]
    pub(super) fn add_if(&mut self, lane: usize, holds: bool) {
        self.0 |= u32::from(holds) << (lane % LANES);
    }

    #[inline]
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Part by part: one bit each.
    #[inline]
    pub(super) fn parts(self) -> impl Iterator<Item = u8> {
        self.0.to_le_bytes().into_iter()
    }

    /// Their numbers, ascending.
    #[inline]
    pub(super) fn list(self) -> impl Iterator<Item = usize> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            let lane = bits.trailing_zeros() as usize;
            bits &= bits.wrapping_sub(1);
            (lane < LANES).then_some(lane)
        })
    }
}
