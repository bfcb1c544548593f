//! `power_law`: y = a·k^b fitted to the scores by least squares of the logarithms, read at n or n + 1, clamped to the scale.
//!
//! Formula: Marzano, Transforming Classroom Grading (2000). With x = ln k and y = ln sₖ: b = Σ(x−x̄)(y−ȳ) / Σ(x−x̄)², and the
//! value is exp(ȳ + b·(ln at − x̄)). One score stands for itself; a score of 0 or less has no logarithm, then the mean is
//! taken and a note says so.

use super::{Estimated, Judgement, Note, plain_mean};
use crate::error::Result;
use crate::num;
use crate::policy::Predict;
use crate::scale::Scale;
use crate::value::Value;

pub(super) fn estimate(judgements: &[Judgement], predict: Predict, scale: &Scale) -> Result<Estimated> {
    let n = judgements.len();
    if let [only] = judgements {
        return Ok(Estimated::all(only.value));
    }
    if judgements.iter().any(|judgement| judgement.value <= Value::ZERO) {
        let mean = plain_mean(judgements)?;
        return Ok(Estimated { note: Some(Note::LogOfZero), ..Estimated::all(mean) });
    }
    let points: Vec<(f64, f64)> = (1..)
        .zip(judgements)
        .map(|(k, judgement)| (num::ln(num::count(k)), num::ln(judgement.value.to_f64())))
        .collect();
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / num::count(n);
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / num::count(n);
    let (mut sum_xy, mut sum_xx) = (0.0, 0.0);
    for (x, y) in points {
        sum_xy += (x - mean_x) * (y - mean_y);
        sum_xx += (x - mean_x) * (x - mean_x);
    }
    let at = num::ln(num::count(if predict == Predict::Next { n + 1 } else { n }));
    let logarithm = mean_y + sum_xy / sum_xx * (at - mean_x);
    // far above the largest result, so that the exponential stays finite
    let raw = num::to_value(num::exp(logarithm.min(20.0)))?;
    Ok(clamped(raw, scale))
}

/// A trend's value on the scale, with a note if it had left it.
pub(super) fn clamped(raw: Value, scale: &Scale) -> Estimated {
    let value = scale.clamp(raw);
    Estimated { note: (value != raw).then_some(Note::Clamped(raw)), ..Estimated::all(value) }
}
