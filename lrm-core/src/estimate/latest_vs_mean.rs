//! `latest_vs_mean`: p %·sₙ + (1 − p %)·mean(s₁…sₙ₋₁); one score stands for itself.

use super::{Estimated, Judgement, count, sum};
use crate::error::Result;
use crate::policy::HUNDRED;
use crate::value::{Value, plus, times};

pub(super) fn estimate(judgements: &[Judgement], latest_percent: u32) -> Result<Estimated> {
    let Some((latest, before)) = judgements.split_last() else { return Ok(Estimated::all(Value::ZERO)) };
    if before.is_empty() {
        return Ok(Estimated::all(latest.value));
    }
    let (percent, n) = (i128::from(latest_percent), count(before));
    let of_latest = times(percent * n, i128::from(latest.value.grid()))?;
    let of_rest = times(HUNDRED - percent, sum(before))?;
    Value::ratio(plus(of_latest, of_rest)?, HUNDRED * n).map(Estimated::all)
}
