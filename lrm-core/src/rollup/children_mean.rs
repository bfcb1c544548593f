//! `children_mean`: Σ wᵢ·vᵢ / Σ wᵢ over the children with a value, by edge weight.

use super::Weighted;
use crate::error::Result;
use crate::value::{Value, plus, times};

pub(super) fn roll_up(inputs: impl Iterator<Item = Weighted>) -> Result<Option<Value>> {
    let (mut weighted, mut weights) = (0, 0);
    for (value, weight) in inputs {
        weighted = plus(weighted, times(i128::from(value.grid()), weight.millionths())?)?;
        weights += weight.millionths();
    }
    if weights == 0 { Ok(None) } else { Value::ratio(weighted, weights).map(Some) }
}
