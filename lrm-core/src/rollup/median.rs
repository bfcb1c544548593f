//! `median`: the middle child; of an even number the mean of the two middles.

use super::Weighted;
use crate::error::Result;
use crate::value::Value;

pub(super) fn roll_up(inputs: impl Iterator<Item = Weighted>) -> Result<Value> {
    crate::estimate::median::of(inputs.map(|(value, _)| value))
}
