//! Sorting where a little speed matters less than size.
//!
//! The standard library's sorts are compiled anew for each type and each comparison, some 4 KB of WebAssembly a time, and
//! collecting into its maps and sets sorts too. Here all callers share one. What sorts for each learner, or a million
//! competencies, uses the standard library.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// The places of a list in the order of what stands there; equal ones keep theirs.
pub(crate) fn places(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Sorts a list; equal elements keep their order.
pub(crate) fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    // most lists of one learner
    if list.len() < 2 {
        return;
    }
    let at = |a: usize, b: usize| match (list.get(a), list.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    };
    let mut places = places(list.len(), &at);
    // each element goes to its place along the circle on which it lies
    for start in 0..places.len() {
        let mut at = start;
        while let Some(from) = places.get_mut(at).map(|from| std::mem::replace(from, at)).filter(|from| *from != at) {
            if from == start {
                break;
            }
            list.swap(at, from);
            at = from;
        }
    }
}

/// Sorts a list.
pub(crate) fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// Sorts numbers of nodes as what else is sorted as numbers: wider ones, so that one sort of the standard library is enough.
pub(crate) fn nodes(list: &mut [u32]) {
    let mut wide: Vec<i64> = list.iter().copied().map(i64::from).collect();
    wide.sort_unstable();
    for (node, sorted) in list.iter_mut().zip(wide) {
        *node = u32::try_from(sorted).unwrap_or(u32::MAX);
    }
}

/// A number for a text: equal ones have equal numbers, and where two numbers are equal the texts themselves have to be compared.
pub(crate) fn fingerprint(text: &str) -> i64 {
    // FNV-1a
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step).cast_signed()
}

/// True if no number stands twice; sorts them.
pub(crate) fn are_distinct(numbers: &mut [i64]) -> bool {
    numbers.sort_unstable();
    numbers.windows(2).all(|pair| matches!(pair, [one, other] if one != other))
}

/// Which places of a list hold what stood before them already.
pub(crate) fn repeated(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<bool> {
    let places = places(len, compare);
    let mut repeated = vec![false; len];
    for (before, at) in places.iter().zip(places.iter().skip(1)) {
        if let Some(slot) = repeated.get_mut(*at) {
            *slot = compare(*before, *at) == Ordering::Equal;
        }
    }
    repeated
}

/// A map for what is made once: a sorted list, in which a new key takes its place slowly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table<K, V>(Vec<(K, V)>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Table<K, V> {
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// Adds a value, or replaces the one of the key and gives it.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => self.0.get_mut(place).map(|(_, before)| std::mem::replace(before, value)),
            Err(place) => {
                self.0.insert(place, (key, value));
                None
            }
        }
    }

    /// All of them, in the order of the keys.
    pub(crate) fn entries(&self) -> &[(K, V)] {
        &self.0
    }

    pub(crate) fn into_entries(self) -> Vec<(K, V)> {
        self.0
    }

    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }
}

/// Of equal keys the last counts.
impl<K: Ord, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut list: Vec<(K, V)> = entries.into_iter().collect();
        sort_by(&mut list, |(one, _), (other, _)| one.cmp(other));
        list.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(list)
    }
}

#[cfg(test)]
mod tests {
    use super::{places, sort_by};

    #[test]
    fn a_list_is_sorted_and_equal_elements_keep_their_order() {
        let mut seed = 1_u32;
        for len in 0..200_u32 {
            let mut list: Vec<(u32, u32)> = (0..len)
                .map(|at| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((seed >> 16) % (len / 2 + 1), at)
                })
                .collect();
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            let order: Vec<_> =
                places(list.len(), &|a, b| list[a].0.cmp(&list[b].0)).into_iter().map(|at| list[at]).collect();
            assert_eq!(order, expected);
            sort_by(&mut list, |a, b| a.0.cmp(&b.0));
            assert_eq!(list, expected);
        }
    }
}
