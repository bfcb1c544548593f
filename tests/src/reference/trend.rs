//! The estimators that follow a trend (semantics: Estimators, `power_law` and `linear_trend`).

use super::Code;
use super::policy::Predict;
use super::scale::Scale;
use super::value::{Exact, Grid, float, integer, mean};

/// The power law through the scores, read at the last or one later.
///
/// The float operations stand in one order, oldest first: sums of x and y, their means, then the
/// sums of products of differences.
pub(super) fn power_law(values: &[Grid], predict: Predict, scale: &Scale) -> Result<Exact, Code> {
    let exacts: Vec<Exact> = values.iter().map(|value| value.exact()).collect();
    if let [only] = exacts.as_slice() {
        return Ok(only.clone());
    }
    if exacts.iter().any(|value| *value <= integer(0)) {
        return mean(&exacts).ok_or("invalid-value");
    }
    let places = || (1..).map(count).zip(values);
    let n = count(values.len());
    let at = match predict {
        Predict::AtN => n,
        Predict::Next => n + 1.0,
    };
    let (mut sum_x, mut sum_y) = (0.0, 0.0);
    for (place, value) in places() {
        sum_x += libm::log(place);
        sum_y += libm::log(value.float());
    }
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let (mut products, mut squares) = (0.0, 0.0);
    for (place, value) in places() {
        let (x, y) = (libm::log(place) - mean_x, libm::log(value.float()) - mean_y);
        products += x * y;
        squares += x * x;
    }
    let slope = products / squares;
    let predicted = libm::exp(mean_y + slope * (libm::log(at) - mean_x));
    // Beyond all numbers is beyond the scale too.
    let predicted = float(predicted).unwrap_or_else(|| scale.max.exact());
    Ok(scale.clamp(predicted))
}

/// The least-squares line through the scores, read at the last or one later.
pub(super) fn linear(values: &[Exact], predict: Predict, scale: &Scale) -> Exact {
    if let [only] = values {
        return only.clone();
    }
    let places: Vec<Exact> = (1..).map(integer).take(values.len()).collect();
    let (Some(mean_x), Some(mean_y), Some(last)) = (mean(&places), mean(values), places.last()) else {
        return integer(0);
    };
    let at = match predict {
        Predict::AtN => last.clone(),
        Predict::Next => last + integer(1),
    };
    let products: Exact = places.iter().zip(values).map(|(x, y)| (x - &mean_x) * (y - &mean_y)).sum();
    let squares: Exact = places.iter().map(|x| (x - &mean_x) * (x - &mean_x)).sum();
    scale.clamp(mean_y + products / squares * (at - mean_x))
}

/// A number of items as a float.
fn count(number: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a record has at most 10⁸ items")]
    let number = number as f64;
    number
}
