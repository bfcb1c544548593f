//! `latest_vs_mean`: p %·sₙ + (1 − p %)·mean(s₁…sₙ₋₁); one score stands for itself.

use crate::error::Result;
use crate::policy::HUNDRED;
use crate::value::{Value, plus, times};

/// The value of scores, oldest first; none without scores.
#[inline]
pub(super) fn of_scores(
    mut scores: impl DoubleEndedIterator<Item = Value> + ExactSizeIterator,
    latest_percent: u32,
) -> Result<Option<Value>> {
    let Some(latest) = scores.next_back() else { return Ok(None) };
    let before = scores.len() as i128;
    if before == 0 {
        return Ok(Some(latest));
    }
    let percent = i128::from(latest_percent);
    let of_latest = times(percent * before, i128::from(latest.grid()))?;
    let of_rest = times(HUNDRED - percent, scores.map(|score| i128::from(score.grid())).sum())?;
    Value::ratio(plus(of_latest, of_rest)?, HUNDRED * before).map(Some)
}
