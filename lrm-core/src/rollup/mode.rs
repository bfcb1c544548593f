//! `mode`: the most frequent value among the children; of equally frequent ones the higher.

use super::Weighted;
use crate::policy::Tie;
use crate::value::Value;

pub(super) fn roll_up(inputs: impl Iterator<Item = Weighted>) -> Value {
    crate::estimate::most_frequent(inputs.map(|(value, _)| value), Tie::Higher)
}
