//! Rows by number, made when somebody asks for them, so that there is room only for what is touched.

use super::order::NONE;
use super::rows::{Counts, New, Rest};

/// The rows, each with more if that is kept.
#[derive(Debug)]
pub(super) struct Held<R> {
    /// Which numbers have a row: one bit each.
    words: Vec<u64>,
    /// By number, where its row is; [`NONE`] without one.
    places: Vec<u32>,
    /// By place in use, its number.
    numbers: Vec<u32>,
    /// The rows in use, and those that were used before.
    rows: Vec<R>,
    counts: Vec<Counts>,
    rest: Vec<Rest>,
    keeps: Keeps,
}

/// What is kept beside rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keeps {
    pub(super) counts: bool,
    pub(super) rest: bool,
}

/// A row, to look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'h, R> {
    pub(super) row: &'h R,
    pub(super) counts: Option<&'h Counts>,
    pub(super) rest: Option<&'h Rest>,
}

/// A row, to write to.
#[derive(Debug)]
pub(super) struct Open<'h, R> {
    pub(super) row: &'h mut R,
    pub(super) counts: Option<&'h mut Counts>,
    pub(super) rest: Option<&'h mut Rest>,
}

impl<R: New> Held<R> {
    /// Rows for so many numbers.
    pub(super) fn new(len: usize, keeps: Keeps) -> Self {
        let (words, places) = (vec![0; len.div_ceil(64)], vec![NONE; len]);
        let (numbers, rows, counts, rest) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { words, places, numbers, rows, counts, rest, keeps }
    }

    /// The row of a number, new if need be; none beyond the numbers.
    #[inline]
    pub(super) fn row(&mut self, at: u32) -> Option<Open<'_, R>> {
        let place = match self.place(at) {
            Some(place) => place as usize,
            None => self.make(at)? as usize,
        };
        let (counts, rest) = (self.counts.get_mut(place), self.rest.get_mut(place));
        Some(Open { row: self.rows.get_mut(place)?, counts, rest })
    }

    // apart, so that the rest is small enough for the loops
    #[inline(never)]
    fn make(&mut self, at: u32) -> Option<u32> {
        let used = self.numbers.len();
        let place = u32::try_from(used).ok()?;
        *self.places.get_mut(at as usize)? = place;
        *self.words.get_mut(at as usize / 64)? |= 1 << (at % 64);
        self.numbers.push(at);
        anew(&mut self.rows, used, true);
        anew(&mut self.counts, used, self.keeps.counts);
        anew(&mut self.rest, used, self.keeps.rest);
        Some(place)
    }

    /// The row of a number, if it has one.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<Seen<'_, R>> {
        self.place(at).and_then(|place| self.at(place))
    }

    #[inline]
    fn place(&self, at: u32) -> Option<u32> {
        self.places.get(at as usize).copied().filter(|place| *place != NONE)
    }

    /// The number that a place is of.
    #[inline]
    pub(super) fn number(&self, place: u32) -> u32 {
        self.numbers.get(place as usize).copied().unwrap_or(NONE)
    }

    /// The row at a place.
    #[inline]
    pub(super) fn at(&self, place: u32) -> Option<Seen<'_, R>> {
        let place = place as usize;
        Some(Seen { row: self.rows.get(place)?, counts: self.counts.get(place), rest: self.rest.get(place) })
    }

    /// The rows of two different numbers that have one.
    pub(super) fn two(&mut self, one: u32, other: u32) -> Option<[Open<'_, R>; 2]> {
        fn both<T>(rows: &mut [T], places: [usize; 2]) -> [Option<&mut T>; 2] {
            rows.get_disjoint_mut(places).map_or([None, None], |rows| rows.map(Some))
        }
        let places = [self.place(one)? as usize, self.place(other)? as usize];
        let [a, b] = both(&mut self.rows, places);
        let [a_counts, b_counts] = both(&mut self.counts, places);
        let [a_rest, b_rest] = both(&mut self.rest, places);
        Some([Open { row: a?, counts: a_counts, rest: a_rest }, Open { row: b?, counts: b_counts, rest: b_rest }])
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
        for number in self.numbers.drain(..) {
            if let Some(place) = self.places.get_mut(number as usize) {
                *place = NONE;
            }
        }
        self.words.fill(0);
    }
}

/// Makes what stands at a place new, if it is kept.
#[inline]
fn anew<T: New>(rows: &mut Vec<T>, place: usize, kept: bool) {
    match rows.get_mut(place) {
        Some(row) => *row = T::NEW,
        None if kept => rows.push(T::NEW),
        None => {}
    }
}
