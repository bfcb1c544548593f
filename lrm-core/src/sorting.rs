//! Sorting where a little speed matters less than size.
//!
//! The standard library's sorts are compiled anew for each type and each comparison, some 4 KB of WebAssembly a time, and
//! collecting into its maps and sets sorts too. Here all callers share one. What sorts for each learner, or a million
//! competencies, uses the standard library.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The places of a list in the order of what stands there; equal ones keep theirs.
pub(crate) fn places(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Sorts a list; equal elements keep their order.
pub(crate) fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
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

/// A map of these; of equal keys the last counts.
pub(crate) fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
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
