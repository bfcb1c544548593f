//! `linear_trend`: the least-squares line through (k, sₖ), read at n or n + 1, exact, clamped to the scale.
//!
//! With k = 1…n the line at t is [Σs·(n²−1) + 3·(2t−n−1)·(2Σk·s − (n+1)Σs)] / [n·(n²−1)], all integers.

use super::power_law::clamped;
use super::{Estimated, Judgement, count, sum};
use crate::error::{Code, Error, Result};
use crate::limits::TREND_ITEMS;
use crate::policy::Predict;
use crate::scale::Scale;
use crate::value::{Value, plus, times};

pub(super) fn estimate(judgements: &[Judgement], predict: Predict, scale: &Scale) -> Result<Estimated> {
    if let [only] = judgements {
        return Ok(Estimated::all(only.value));
    }
    // so that the integers stay within 128 bits
    if judgements.len() > TREND_ITEMS {
        return Err(Error::new(Code::LimitExceeded, "", format!("`linear_trend` takes at most {TREND_ITEMS} items")));
    }
    let (n, total) = (count(judgements), sum(judgements));
    let mut moments = 0_i128;
    for (k, judgement) in (1_i128..).zip(judgements) {
        moments += k * i128::from(judgement.value.grid());
    }
    let at = if predict == Predict::Next { n + 1 } else { n };
    let slope = times(3 * (2 * at - n - 1), 2 * moments - (n + 1) * total)?;
    let numerator = plus(times(total, n * n - 1)?, slope)?;
    let raw = Value::ratio_saturating(numerator, n * (n * n - 1));
    Ok(clamped(raw, scale))
}
