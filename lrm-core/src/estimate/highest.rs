//! `highest`: the best score; of equal ones the more recent is the selected one.

use super::{Estimated, Judgement, Selected};
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement]) -> Estimated {
    // `max_by_key` gives the last of equal elements
    let best = judgements.iter().enumerate().max_by_key(|(_, judgement)| judgement.value);
    let (place, value) = best.map_or((0, Value::ZERO), |(place, judgement)| (place, judgement.value));
    Estimated::of(value, Selected::One(place))
}
