//! `exponential`: d₁ = s₁; dₖ = (1 − p %)·dₖ₋₁ + p %·sₖ. The state is on the grid, so one more score costs one step.

use crate::error::Result;
use crate::policy::HUNDRED;
use crate::value::Value;

/// The state after the last of scores, oldest first; none without scores.
#[inline]
pub(super) fn of_scores(mut scores: impl Iterator<Item = Value>, latest_percent: u32) -> Result<Option<Value>> {
    let Some(first) = scores.next() else { return Ok(None) };
    scores.try_fold(first, |state, score| next(state, score, latest_percent)).map(Some)
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
