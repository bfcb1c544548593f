//! `median`: the middle child; of an even number the mean of the two middles.

use super::Weighted;
use crate::error::Result;
use crate::value::Value;

pub(super) fn roll_up(inputs: &[Weighted]) -> Result<Value> {
    crate::estimate::median::of(inputs.iter().map(|(value, _)| *value).collect())
}
