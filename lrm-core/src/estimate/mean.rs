//! `mean`: Σ wᵢ·sᵢ / Σ wᵢ with the evidence weights, exact and rounded once. Items of weight 0 do not come this far.

use super::{Estimated, Judgement};
use crate::error::Result;
use crate::value::{Value, plus, times};

pub(super) fn estimate(judgements: &[Judgement]) -> Result<Estimated> {
    let mut weighted = 0_i128;
    let mut weights = 0_i128;
    for judgement in judgements {
        let weight = judgement.weight.millionths();
        weighted = plus(weighted, times(i128::from(judgement.value.grid()), weight)?)?;
        weights += weight;
    }
    Value::ratio(weighted, weights).map(Estimated::all)
}
