//! Some learners at a time, and what they have of nodes.

/// How many learners go through a pass together.
pub(super) const LANES: usize = 8;

/// Some of them: one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lanes(u32);

impl Lanes {
    pub(super) const fn one(lane: usize) -> Self {
        Self(1 << (lane % LANES))
    }

    pub(super) const fn has(self, lane: usize) -> bool {
        self.0 >> (lane % LANES) & 1 == 1
    }

    #[inline]
    pub(super) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    #[inline]
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
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

/// What each learner has of something, and who of them has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<T> {
    pub(super) by: Lanes,
    each: [T; LANES],
}

impl<T> Row<T> {
    #[inline]
    pub(super) const fn each(&self) -> &[T; LANES] {
        &self.each
    }

    #[inline]
    pub(super) const fn each_mut(&mut self) -> &mut [T; LANES] {
        &mut self.each
    }
}

/// Rows by number, made when somebody asks for them, so that there is room only for what is touched.
#[derive(Debug)]
pub(super) struct Held<T> {
    /// Which numbers have a row: one bit each.
    words: Vec<u64>,
    places: Vec<u32>,
    /// The rows in use, and those that were.
    rows: Vec<Row<T>>,
    used: usize,
    empty: T,
    forgets: bool,
}

impl<T: Copy> Held<T> {
    /// Rows for so many numbers. One that `forgets` begins empty; without that, what a learner has counts only where `by` says
    /// so.
    pub(super) fn new(len: usize, empty: T, forgets: bool) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            places: vec![0; len],
            rows: vec![Row { by: Lanes::default(), each: [empty; LANES] }],
            used: 0,
            empty,
            forgets,
        }
    }

    /// The row of a number, new if need be; none beyond the numbers.
    #[inline]
    pub(super) fn row(&mut self, at: u32) -> Option<&mut Row<T>> {
        let word = self.words.get_mut(at as usize / 64)?;
        let place = self.places.get_mut(at as usize)?;
        if *word >> (at % 64) & 1 == 1 {
            return self.rows.get_mut(*place as usize);
        }
        *word |= 1 << (at % 64);
        *place = u32::try_from(self.used).ok()?;
        self.used += 1;
        if self.used > self.rows.len() {
            self.rows.push(Row { by: Lanes::default(), each: [self.empty; LANES] });
        }
        let row = self.rows.get_mut(*place as usize)?;
        row.by = Lanes::default();
        if self.forgets {
            row.each = [self.empty; LANES];
        }
        Some(row)
    }

    /// The row of a number, if it has one.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<&Row<T>> {
        let has_row = self.words.get(at as usize / 64)? >> (at % 64) & 1 == 1;
        self.places.get(at as usize).filter(|_| has_row).and_then(|place| self.rows.get(*place as usize))
    }

    /// The row at a place.
    #[inline]
    pub(super) fn at(&self, place: u32) -> Option<&Row<T>> {
        self.rows.get(place as usize)
    }

    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// Takes the smallest number of a word out, with its row; none if the word is empty.
    #[inline]
    pub(super) fn take(&mut self, word: usize) -> Option<(u32, &mut Row<T>)> {
        let bits = self.words.get_mut(word).filter(|bits| **bits != 0)?;
        let at = u32::try_from(word * 64).unwrap_or(u32::MAX).saturating_add(bits.trailing_zeros());
        *bits &= *bits - 1;
        let place = self.places.get(at as usize)?;
        Some((at, self.rows.get_mut(*place as usize)?))
    }

    /// The numbers that have a row, ascending, each with the row's place.
    pub(super) fn list(&self, into: &mut Vec<(u32, u32)>) {
        into.clear();
        for (word, bits) in (0_u32..).zip(&self.words) {
            let mut bits = *bits;
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros();
                into.extend(self.places.get(at as usize).map(|place| (at, *place)));
                bits &= bits - 1;
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.words.fill(0);
        self.used = 0;
    }
}
