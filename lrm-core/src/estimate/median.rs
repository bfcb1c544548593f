//! `median`: the middle score; of an even number the mean of the two middles.

use super::{Estimated, Judgement};
use crate::error::Result;
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement]) -> Result<Estimated> {
    of(judgements.iter().map(|judgement| judgement.value)).map(Estimated::all)
}

/// The median of values, which are not empty.
pub(crate) fn of(values: impl Iterator<Item = Value>) -> Result<Value> {
    let mut steps: Vec<i64> = values.map(Value::grid).collect();
    steps.sort_unstable();
    let half = steps.len() / 2;
    let at = |place: usize| steps.get(place).map_or(0, |step| i128::from(*step));
    if steps.len().is_multiple_of(2) {
        Value::ratio(at(half.saturating_sub(1)) + at(half), 2)
    } else {
        Value::ratio(at(half), 1)
    }
}
