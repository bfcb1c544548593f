//! `mode`: the most frequent value; `tie` says which of several equally frequent ones.

use super::{Estimated, Judgement};
use crate::policy::Tie;
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement], tie: Tie) -> Estimated {
    Estimated::all(most_frequent(judgements.iter().map(|judgement| judgement.value), tie))
}

/// The most frequent of values, oldest first; zero without values.
pub(crate) fn most_frequent(values: impl Iterator<Item = Value>, tie: Tie) -> Value {
    let values: Vec<i64> = values.map(Value::grid).collect();
    let mut sorted = values.clone();
    sorted.sort_unstable();
    let runs = || sorted.chunk_by(|a, b| a == b);
    let longest = runs().map(<[i64]>::len).max();
    // ascending
    let best: Vec<i64> = runs().filter(|run| Some(run.len()) == longest).filter_map(<[i64]>::first).copied().collect();
    let chosen = match tie {
        Tie::MostRecent => values.iter().rev().find(|value| best.binary_search(value).is_ok()),
        Tie::Higher => best.last(),
        Tie::Lower => best.first(),
    };
    chosen.map_or(Value::ZERO, |steps| Value::again(*steps))
}
