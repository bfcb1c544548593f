//! `exponential`: d₁ = s₁; dₖ = (1 − p %)·dₖ₋₁ + p %·sₖ. The state is on the grid, so one more score costs one step.

use super::{Estimated, Judgement};
use crate::error::Result;
use crate::policy::HUNDRED;
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement], latest_percent: u32) -> Result<Estimated> {
    let mut state = Value::ZERO;
    for (place, judgement) in judgements.iter().enumerate() {
        state = if place == 0 { judgement.value } else { next(state, judgement.value, latest_percent)? };
    }
    Ok(Estimated::all(state))
}

fn next(state: Value, score: Value, latest_percent: u32) -> Result<Value> {
    let percent = i128::from(latest_percent);
    Value::ratio((HUNDRED - percent) * i128::from(state.grid()) + percent * i128::from(score.grid()), HUNDRED)
}

/// The state after each score.
pub(crate) fn states(scores: &[Value], latest_percent: u32) -> Result<Vec<Value>> {
    let mut states: Vec<Value> = Vec::with_capacity(scores.len());
    for score in scores {
        let state = match states.last() {
            None => *score,
            Some(state) => next(*state, *score, latest_percent)?,
        };
        states.push(state);
    }
    Ok(states)
}
