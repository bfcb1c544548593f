//! `median`: the middle score; of an even number the mean of the two middles.

use super::{Estimated, Judgement};
use crate::error::Result;
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement]) -> Result<Estimated> {
    of(judgements.iter().map(|judgement| judgement.value).collect()).map(Estimated::all)
}

/// The median of values, which are not empty.
pub(crate) fn of(mut values: Vec<Value>) -> Result<Value> {
    values.sort_unstable();
    let half = values.len() / 2;
    let at = |place: usize| values.get(place).map_or(0, |value| i128::from(value.grid()));
    if values.len().is_multiple_of(2) {
        Value::ratio(at(half.saturating_sub(1)) + at(half), 2)
    } else {
        Value::ratio(at(half), 1)
    }
}
