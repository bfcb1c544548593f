//! `unique_leaves`: Σ wᵢ·vᵢ / Σ wᵢ over the distinct descendant leaves with a value, by competency weight.

use super::Tally;
use crate::error::Result;
use crate::value::Value;

pub(super) fn roll_up(tally: &Tally) -> Result<Value> {
    Value::ratio(tally.weighted, tally.weight_valued)
}
