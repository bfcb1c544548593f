//! `lowest`: the lowest child.

use super::Weighted;
use crate::value::Value;

pub(super) fn roll_up(inputs: &[Weighted]) -> Option<Value> {
    inputs.iter().map(|(value, _)| *value).min()
}
