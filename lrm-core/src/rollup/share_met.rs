//! `share_met`: min + share·(max − min), where share is the weight of the leaves that are met among those with a value.

use super::Tally;
use crate::error::Result;
use crate::scale::Scale;
use crate::value::{Value, plus, times};

pub(super) fn roll_up(tally: &Tally, scale: &Scale) -> Result<Value> {
    let (min, max) = (i128::from(scale.min().grid()), i128::from(scale.max().grid()));
    let base = times(min, tally.weight_valued)?;
    Value::ratio(plus(base, times(tally.weight_met, max - min)?)?, tally.weight_valued)
}
