//! The only file that touches floating-point transcendentals, through `libm`: the standard library's differ between
//! native code and WebAssembly in the last bit of 7–10 % of calls.

use crate::error::Result;
use crate::value::Value;

/// Natural logarithm.
pub(crate) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// eˣ.
pub(crate) fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// A count as a floating-point number; exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "counts are limited to 10⁸ items")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Puts the result of a real function on the grid, once.
pub(crate) fn to_value(x: f64) -> Result<Value> {
    Value::from_f64(x)
}
