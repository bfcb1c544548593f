//! `highest`: the highest child.

use super::Weighted;
use crate::value::Value;

pub(super) fn roll_up(inputs: impl Iterator<Item = Weighted>) -> Option<Value> {
    inputs.map(|(value, _)| value).max()
}
