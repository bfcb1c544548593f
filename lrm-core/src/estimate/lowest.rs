//! `lowest`: the worst score; of equal ones the more recent is the selected one.

use super::{Estimated, Judgement, Selected};
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement]) -> Estimated {
    // `min_by_key` gives the first of equal elements, and from the end the first is the last
    let worst = judgements.iter().enumerate().rev().min_by_key(|(_, judgement)| judgement.value);
    let (place, value) = worst.map_or((0, Value::ZERO), |(place, judgement)| (place, judgement.value));
    Estimated::of(value, Selected::One(place))
}
