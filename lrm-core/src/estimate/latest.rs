//! `latest`: the last score in the order of the evidence.

use super::{Estimated, Judgement, Selected};
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement]) -> Estimated {
    let value = judgements.last().map_or(Value::ZERO, |judgement| judgement.value);
    Estimated::of(value, Selected::One(judgements.len().saturating_sub(1)))
}
