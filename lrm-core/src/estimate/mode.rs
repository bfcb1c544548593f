//! `mode`: the most frequent value; `tie` says which of several equally frequent ones.

use std::collections::BTreeMap;

use super::{Estimated, Judgement};
use crate::policy::Tie;
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement], tie: Tie) -> Estimated {
    Estimated::all(most_frequent(judgements.iter().map(|judgement| judgement.value), tie))
}

/// The most frequent of values, oldest first; zero without values.
pub(crate) fn most_frequent(values: impl Iterator<Item = Value>, tie: Tie) -> Value {
    // per value: how often, and where last
    let mut seen = BTreeMap::<Value, (usize, usize)>::new();
    for (place, value) in values.enumerate() {
        let entry = seen.entry(value).or_default();
        *entry = (entry.0 + 1, place);
    }
    let best = match tie {
        Tie::MostRecent => seen.iter().max_by_key(|(_, (times, last))| (*times, *last)),
        Tie::Higher => seen.iter().max_by_key(|(value, (times, _))| (*times, **value)),
        Tie::Lower => seen.iter().max_by_key(|(value, (times, _))| (*times, std::cmp::Reverse(**value))),
    };
    best.map_or(Value::ZERO, |(value, _)| *value)
}
