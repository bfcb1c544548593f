//! Numbers on the grid and the one comparison (semantics: Values).

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{FromPrimitive, ToPrimitive, Zero};
use serde_json::Number;

use super::Code;

/// A number without any rounding.
pub type Exact = BigRational;

/// Grid units in one.
const UNITS: i64 = 1_000_000_000;

/// Grid units: a result may not lie further from zero.
const RESULT_LIMIT: i64 = 9_000_000_000 * UNITS;

/// A number on the grid, counted in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grid(i64);

impl Grid {
    /// The number of billionths.
    pub fn units(self) -> i64 {
        self.0
    }

    /// The same number, exactly.
    pub fn exact(self) -> Exact {
        Exact::new(BigInt::from(self.0), BigInt::from(UNITS))
    }

    /// The nearest number on the grid, half away from zero.
    ///
    /// # Errors
    ///
    /// `limit-exceeded` beyond the limit of results.
    pub fn nearest(exact: &Exact) -> Result<Self, Code> {
        let units = (exact * integer(UNITS)).round().to_integer().to_i64();
        units.filter(|units| units.abs() <= RESULT_LIMIT).map(Self).ok_or("limit-exceeded")
    }

    /// The same number as the nearest binary float.
    pub fn float(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "real functions work on floats")]
        let units = self.0 as f64;
        units / 1e9
    }
}

/// A whole number, exactly.
pub(super) fn integer(number: i64) -> Exact {
    Exact::from_integer(BigInt::from(number))
}

/// A share of a hundred, exactly.
pub(super) fn percent(number: i64) -> Exact {
    integer(number) / integer(100)
}

/// The exact value of a float.
pub(super) fn float(number: f64) -> Option<Exact> {
    Exact::from_f64(number)
}

/// The arithmetic mean; `None` of nothing.
pub(super) fn mean(numbers: &[Exact]) -> Option<Exact> {
    let count = i64::try_from(numbers.len()).ok()?;
    (count > 0).then(|| numbers.iter().sum::<Exact>() / integer(count))
}

/// The weighted mean; `None` if the weights sum to zero.
pub(super) fn weighted_mean(numbers: &[(Exact, Exact)]) -> Option<Exact> {
    let total: Exact = numbers.iter().map(|(_, weight)| weight).sum();
    (!total.is_zero()).then(|| numbers.iter().map(|(value, weight)| value * weight).sum::<Exact>() / total)
}

/// The middle one, or the mean of the two middles; `None` of nothing.
pub(super) fn median(numbers: &[Exact]) -> Option<Exact> {
    let mut sorted = numbers.to_vec();
    sorted.sort();
    let upper = sorted.get(sorted.len() / 2)?.clone();
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get(sorted.len() / 2 - 1)?.clone();
    Some((lower + upper) / integer(2))
}

/// The exact value of a JSON number: the decimal that its text shows.
///
/// A fraction is held as a float by then, and its shortest text is the text that was read as long
/// as that had at most fifteen digits.
pub fn number(number: &Number) -> Exact {
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap_or_default();
    let places = i64::try_from(fraction.len()).unwrap_or_default();
    let exponent = exponent.parse::<i64>().unwrap_or_default() - places;
    let power = BigInt::from(10).pow(u32::try_from(exponent.unsigned_abs()).unwrap_or_default());
    if exponent < 0 { Exact::new(digits, power) } else { Exact::from_integer(digits * power) }
}

/// Whether a value reaches a cut: both at six decimals, half away from zero, and inclusive.
pub(super) fn meets(value: Grid, cut: Grid) -> bool {
    let millionths = |Grid(units): Grid| units.signum() * ((units.abs() + 500) / 1000);
    millionths(value) >= millionths(cut)
}

/// How a declared rounding stage treats what it cuts off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoundingMode {
    /// To the nearest, a half away from zero.
    HalfAwayFromZero,
    /// To the nearest, a half to the even digit.
    HalfEven,
    /// Towards minus infinity.
    Floor,
}

/// A declared rounding stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rounding {
    /// Decimals that stay.
    pub(super) digits: u32,
    /// What happens to the others.
    pub(super) mode: RoundingMode,
}

impl Rounding {
    /// The rounded value.
    pub(super) fn apply(self, value: Grid) -> Result<Grid, Code> {
        let shift = integer(10_i64.pow(self.digits));
        let scaled = value.exact() * &shift;
        let rounded = match self.mode {
            RoundingMode::HalfAwayFromZero => scaled.round(),
            RoundingMode::Floor => scaled.floor(),
            RoundingMode::HalfEven => half_even(&scaled),
        };
        Grid::nearest(&(rounded / shift))
    }
}

/// The nearest whole number, a half to the even one.
fn half_even(number: &Exact) -> Exact {
    let below = number.floor();
    let rest = number - &below;
    let half = Exact::new(BigInt::from(1), BigInt::from(2));
    let below_is_even = (below.to_integer() % BigInt::from(2)).is_zero();
    if rest < half || (rest == half && below_is_even) { below } else { below + integer(1) }
}
