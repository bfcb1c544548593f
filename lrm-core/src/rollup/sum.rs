//! `sum`: the sum of the children, on a scale of its own.

use super::Weighted;
use crate::error::Result;
use crate::value::Value;

pub(super) fn roll_up(inputs: impl Iterator<Item = Weighted>) -> Result<Value> {
    Value::ratio(inputs.map(|(value, _)| i128::from(value.grid())).sum(), 1)
}
