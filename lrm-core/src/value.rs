//! [`Value`]: exact fixed-point decimal numbers, and the only place where rounding happens.
//!
//! A value counts billionths (the grid). Sums of values are integer sums, so they do not depend on order. A rule computes
//! an exact fraction of integers and puts it on the grid once, half away from zero ([`Value::ratio`]).

use std::fmt;

use crate::error::{Code, Error, Result};

/// Grid steps in one unit.
pub(crate) const GRID: i64 = 1_000_000_000;
/// Comparisons look at millionths: grid steps in one of them.
const COMPARED: i64 = 1_000;
/// No result lies beyond ±9·10⁹.
const LIMIT: i64 = 9_000_000_000 * GRID;

/// An exact decimal number with nine decimals, between −9·10⁹ and 9·10⁹.
///
/// ```
/// use lrm_core::Value;
/// let third: Value = "0.3333333333".parse()?;
/// assert_eq!(third.to_string(), "0.333333333");
/// assert!(Value::from_f64(8.45)? < Value::from_f64(8.5)?);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(i64);

impl Value {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(GRID);

    /// The value of that many billionths.
    ///
    /// # Errors
    /// `limit-exceeded` beyond ±9·10⁹.
    pub fn from_grid(grid: i64) -> Result<Self> {
        if (-LIMIT..=LIMIT).contains(&grid) { Ok(Self(grid)) } else { Err(beyond()) }
    }

    /// The value of a whole number.
    ///
    /// # Errors
    /// `limit-exceeded` beyond ±9·10⁹.
    pub fn from_integer(integer: i64) -> Result<Self> {
        integer.checked_mul(GRID).ok_or_else(beyond).and_then(Self::from_grid)
    }

    /// A value that is known to lie within the limits.
    pub(crate) const fn literal(units: i32) -> Self {
        Self(units as i64 * GRID)
    }

    /// How many billionths this is.
    pub const fn grid(self) -> i64 {
        self.0
    }

    /// The value nearest to a binary floating-point number, from its exact value, half away from zero.
    ///
    /// # Errors
    /// `invalid-value` for NaN and infinities, `limit-exceeded` beyond ±9·10⁹.
    #[inline]
    pub fn from_f64(number: f64) -> Result<Self> {
        near_step(number).map_or_else(|| Self::from_exact(number), |steps| Ok(Self(steps)))
    }

    /// A value that was one before, of that many billionths.
    #[inline]
    pub(crate) const fn again(grid: i64) -> Self {
        Self(grid)
    }

    /// The nearest value, if there is one: as [`Value::from_f64`] for loops, whose exceptions stay outside of them.
    #[inline]
    pub(crate) fn nearest(number: f64) -> Option<Self> {
        #[cold]
        #[inline(never)]
        fn exact(number: f64) -> Option<Value> {
            Value::from_exact(number).ok()
        }
        match near_step(number) {
            Some(steps) => Some(Self(steps)),
            None => exact(number),
        }
    }

    fn from_exact(number: f64) -> Result<Self> {
        if !number.is_finite() {
            return Err(Error::new(
                Code::InvalidValue,
                "",
                format!("{} is not a number that can be counted", digits(number)),
            ));
        }
        let bits = number.to_bits();
        let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
        let fraction = bits & ((1 << 52) - 1);
        // number = significand · 2^power, exactly
        let (significand, power) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
        if power > 0 && significand != 0 {
            return Err(beyond());
        }
        let scaled = u128::from(significand) * u128::from(GRID.unsigned_abs());
        let shift = power.unsigned_abs();
        // `scaled` has at most 83 bits: a larger shift leaves less than half a step
        let steps = match shift {
            0 => scaled,
            1..=100 => (scaled + (1u128 << (shift - 1))) >> shift,
            _ => 0,
        };
        let steps = i64::try_from(steps).map_err(|_| beyond())?;
        Self::from_grid(if number.is_sign_negative() { -steps } else { steps })
    }

    /// The nearest binary floating-point number: for display and charts, never for decisions.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / GRID as f64
    }

    /// `numerator / denominator` grid steps, rounded once, half away from zero.
    #[inline]
    pub(crate) fn ratio(numerator: i128, denominator: i128) -> Result<Self> {
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            // nearly always
            (Ok(n), Ok(d)) if d > 0 => Self::quotient(n, d).ok_or_else(beyond),
            _ => Self::wide_ratio(numerator, denominator),
        }
    }

    #[inline(never)]
    fn wide_ratio(numerator: i128, denominator: i128) -> Result<Self> {
        let steps = divide_half_away(numerator, denominator).ok_or_else(beyond)?;
        Self::from_grid(i64::try_from(steps).map_err(|_| beyond())?)
    }

    /// The same with small numbers, as the inner loops have them; none beyond the limits or without a positive denominator.
    #[inline]
    pub(crate) fn quotient(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        let denominator = denominator.unsigned_abs();
        let steps = half_away(numerator.unsigned_abs(), denominator);
        if steps > LIMIT.unsigned_abs() {
            return None;
        }
        let steps = steps.cast_signed();
        Some(Self(if numerator < 0 { -steps } else { steps }))
    }

    /// The same, held at the limits: for trends, which are clamped to a scale anyway.
    pub(crate) fn ratio_saturating(numerator: i128, denominator: i128) -> Self {
        let beyond = if (numerator < 0) == (denominator < 0) { Self(LIMIT) } else { Self(-LIMIT) };
        Self::ratio(numerator, denominator).unwrap_or(beyond)
    }

    /// The nearest value with that many decimals.
    pub(crate) fn rounded(self, rounding: Rounding) -> Result<Self> {
        let unit = i128::from(GRID / 10_i64.pow(u32::from(rounding.digits)));
        let steps = i128::from(self.0);
        let units = match rounding.mode {
            RoundingMode::HalfAwayFromZero => divide_half_away(steps, unit),
            RoundingMode::HalfEven => {
                let (floor, rest) = (steps.div_euclid(unit), steps.rem_euclid(unit));
                let up = rest * 2 > unit || (rest * 2 == unit && floor % 2 != 0);
                Some(floor + i128::from(up))
            }
            RoundingMode::Floor => Some(steps.div_euclid(unit)),
        };
        Self::ratio(units.ok_or_else(beyond)? * unit, 1)
    }

    /// The least number of grid steps that meets this cut: `meets` with its half of the work done once.
    pub(crate) const fn least_meeting(self) -> i64 {
        // the first step that is rounded up to the cut: a half is, unless it lies below zero
        let cut = self.compared();
        cut * COMPARED - COMPARED / 2 + (cut <= 0) as i64
    }

    /// The number in millionths, as comparisons see it.
    #[inline]
    pub(crate) const fn compared(self) -> i64 {
        let (half, steps) = (COMPARED / 2, self.0);
        if steps >= 0 { (steps + half) / COMPARED } else { (steps - half) / COMPARED }
    }
}

/// The text of a number that is no value, without an exponent, in the fewest digits that read back as it. The digits are those
/// of `serde_json`: the standard library's ways to find them are large, and needed nowhere else. Of two such texts equally
/// near, this is the even one, as in Python and JavaScript, where `Display` takes the one further from zero.
pub(crate) fn digits(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = serde_json::Number::from_f64(number).map(|number| number.to_string()).unwrap_or_default();
    let Some((significand, exponent)) = text.split_once('e') else {
        return text.strip_suffix(".0").unwrap_or(&text).to_owned();
    };
    let (whole, fraction) = significand.split_once('.').unwrap_or((significand, ""));
    // no value is only what is large: there are no digits behind the point
    let zeros = exponent.parse::<usize>().unwrap_or_default().saturating_sub(fraction.len());
    [whole, fraction, &"0".repeat(zeros)].concat()
}

/// The nearest grid step of a number whose product with the grid is small and far from a half step, so that the error of that
/// product, at most 2⁻⁵³ of it, cannot matter. None for all others, which take the exact way.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "a power of ten")]
const fn near_step(number: f64) -> Option<i64> {
    // doubles from 2⁵² to 2⁵³ are whole numbers: to add this rounds, and the lowest bits of the sum are the number
    const WHOLE: f64 = (3_i64 << 51) as f64;
    let product = number * GRID as f64;
    let sum = product + WHOLE;
    let rest = product - (sum - WHOLE);
    if product.abs() < 1e12 && rest.abs() < 0.499 {
        Some(sum.to_bits().wrapping_sub(WHOLE.to_bits()).cast_signed())
    } else {
        None
    }
}

/// True if `value` reaches `cut`: both are rounded to 10⁻⁶ first, and equal is enough.
///
/// The one comparison of the library. The coarser step absorbs a chain of up to a thousand grid roundings, so that three
/// quizzes of 13/3 sum to 13, while 8.45 does not meet 8.5.
///
/// ```
/// use lrm_core::{Value, meets};
/// let third = Value::from_f64(13.0 / 3.0)?;
/// let sum = Value::from_grid(third.grid() * 3)?;
/// assert!(meets(sum, "13".parse()?));
/// # Ok::<(), lrm_core::Error>(())
/// ```
pub fn meets(value: Value, cut: Value) -> bool {
    value.compared() >= cut.compared()
}

/// Integer division rounded half away from zero; none if the denominator is zero or the sum overflows.
fn divide_half_away(numerator: i128, denominator: i128) -> Option<i128> {
    if denominator == 0 {
        return None;
    }
    let (n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let rounded = match (i64::try_from(n), i64::try_from(d)) {
        // nearly always, and the machine divides such numbers itself
        (Ok(n), Ok(d)) => half_away(n.unsigned_abs(), d.unsigned_abs()).into(),
        _ => i128::try_from(n / d + u128::from(n % d >= d - n % d)).ok()?,
    };
    Some(if (numerator < 0) == (denominator < 0) { rounded } else { -rounded })
}

/// Division of what is not negative by what is not zero, halves up; both at most 2⁶³.
#[inline]
const fn half_away(n: u64, d: u64) -> u64 {
    (n + d / 2) / d
}

/// A sum of exact integers, or `limit-exceeded`.
pub(crate) fn plus(a: i128, b: i128) -> Result<i128> {
    a.checked_add(b).ok_or_else(beyond)
}

/// A product of exact integers, or `limit-exceeded`.
pub(crate) fn times(a: i128, b: i128) -> Result<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        // nearly always, and such a product cannot pass the limits of the type
        (Ok(a), Ok(b)) => Ok(i128::from(a).wrapping_mul(i128::from(b))),
        _ => a.checked_mul(b).ok_or_else(beyond),
    }
}

fn beyond() -> Error {
    Error::new(Code::LimitExceeded, "", "the number lies beyond ±9000000000")
}

impl fmt::Display for Value {
    /// Plain decimal: no exponent, no plus sign, no trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.0.unsigned_abs();
        let unit = GRID.unsigned_abs();
        let mut text = String::new();
        if self.0 < 0 {
            text.push('-');
        }
        text.push_str(&(steps / unit).to_string());
        if !steps.is_multiple_of(unit) {
            let decimals = format!("{:09}", steps % unit);
            text.push('.');
            text.push_str(decimals.trim_end_matches('0'));
        }
        f.pad(&text)
    }
}

impl std::str::FromStr for Value {
    type Err = Error;

    /// Reads a decimal number as JSON writes it, exactly, and takes the nearest value, half away from zero.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::new(Code::InvalidValue, "", format!("{} is not a number", crate::error::quote(text)));
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => {
                let digits = unsigned.get(at + 1..).unwrap_or_default();
                let (sign, digits) = match digits.strip_prefix('-') {
                    Some(rest) => (-1, rest),
                    None => (1, digits.strip_prefix('+').unwrap_or(digits)),
                };
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(wrong());
                }
                // an exponent too long for the type is as good as the largest one
                (
                    unsigned.get(..at).unwrap_or_default(),
                    sign * digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4),
                )
            }
            None => (unsigned, 0),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let well_formed = !whole.is_empty()
            && whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit())
            && (decimals.is_empty() != mantissa.contains('.'));
        if !well_formed {
            return Err(wrong());
        }
        let mut digits = whole.bytes().chain(decimals.bytes()).skip_while(|b| *b == b'0');
        let leading = mantissa.bytes().filter(|b| *b != b'.').take_while(|b| *b == b'0').count();
        let significant = (whole.len() + decimals.len()).saturating_sub(leading);
        if significant == 0 {
            return Ok(Self::ZERO);
        }
        // how many of the significant digits count whole grid steps
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX / 4) - i64::try_from(leading).unwrap_or(i64::MAX / 4)
            + exponent
            + 9;
        if point < 0 {
            return Ok(Self::ZERO);
        }
        if point > 19 {
            return Err(beyond());
        }
        let mut steps: i128 = 0;
        for _ in 0..point {
            steps = steps * 10 + i128::from(digits.next().unwrap_or(b'0') - b'0');
        }
        if digits.next().is_some_and(|digit| digit >= b'5') {
            steps += 1;
        }
        Self::from_grid(i64::try_from(if negative { -steps } else { steps }).map_err(|_| beyond())?)
    }
}

impl From<i32> for Value {
    fn from(units: i32) -> Self {
        Self::literal(units)
    }
}

/// How a declared rounding stage settles halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoundingMode {
    /// 2.5 → 3, −2.5 → −3.
    #[default]
    HalfAwayFromZero,
    /// 2.5 → 2, 3.5 → 4.
    HalfEven,
    /// Towards −∞.
    Floor,
}

/// A declared rounding stage: digits 0–6 and a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// Decimals that stay, 0–6.
    pub digits: u8,
    /// What happens to halves.
    pub mode: RoundingMode,
}

/// A weight from 0 to 10⁶ with at most six decimals, counted in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u64);

impl Weight {
    /// The weight of whatever says nothing about its weight.
    pub const ONE: Self = Self(1_000_000);

    /// The weight of that value.
    ///
    /// # Errors
    /// `parameter-out-of-range` below 0, above 10⁶ or with more than six decimals.
    pub fn new(value: Value) -> Result<Self> {
        let steps = value.grid();
        if !(0..=1_000_000 * GRID).contains(&steps) || steps % COMPARED != 0 {
            return Err(Error::new(
                Code::ParameterOutOfRange,
                "",
                format!("a weight of {value} is not from 0 to 1000000 with at most six decimals"),
            ));
        }
        Ok(Self((steps / COMPARED).unsigned_abs()))
    }

    /// The weight as a value.
    pub fn value(self) -> Value {
        // at most 10¹² millionths, so the product fits
        Value(i64::try_from(self.0).unwrap_or(i64::MAX / COMPARED) * COMPARED)
    }

    /// How many millionths this is.
    /// The weight in millionths, in fewer bits: at most 10¹².
    pub(crate) const fn units(self) -> i64 {
        self.0.cast_signed()
    }

    /// The weight of so many millionths, which another one said of itself.
    pub(crate) const fn of_units(millionths: i64) -> Self {
        Self(millionths.cast_unsigned())
    }

    pub(crate) fn millionths(self) -> i128 {
        i128::from(self.0)
    }

    /// True for the weight 0.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self::ONE
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "doubles near to numbers are what is asked for")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: the nearest integer, half away from zero, without a shorter way for small numbers.
    fn by_definition(numerator: i128, denominator: i128) -> i128 {
        let (n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        let rounded = i128::try_from(n / d + u128::from(n % d >= d - n % d)).expect("a small quotient");
        if (numerator < 0) == (denominator < 0) { rounded } else { -rounded }
    }

    /// Numbers of every length, and those next to the longest that a machine word holds.
    fn number() -> impl Strategy<Value = i128> {
        let edges = [i64::MIN, i64::MAX, -1, 0, 1, 2].map(i128::from).into_iter().chain([u64::MAX.into()]);
        let edge = (proptest::sample::select(edges.collect::<Vec<_>>()), -3..=3_i128).prop_map(|(edge, by)| edge + by);
        prop_oneof![edge, (any::<i128>(), 2..128_u32).prop_map(|(number, shift)| number >> shift)]
    }

    proptest! {
        #[test]
        fn short_numbers_divide_as_long_ones(
            numerator in number(),
            denominator in number().prop_filter("no zero", |number| *number != 0),
        ) {
            prop_assert_eq!(divide_half_away(numerator, denominator), Some(by_definition(numerator, denominator)));
        }

        #[test]
        fn a_quotient_of_small_numbers_is_that_of_long_ones(numerator in any::<i64>(), denominator in any::<i64>(), shift in 0..63_u32) {
            let (numerator, denominator) = (numerator, denominator >> shift);
            let exact = divide_half_away(numerator.into(), denominator.into()).filter(|_| denominator > 0);
            let value = exact.and_then(|steps| Value::from_grid(i64::try_from(steps).ok()?).ok());
            prop_assert_eq!(Value::quotient(numerator, denominator), value);
            prop_assert_eq!(Value::ratio(numerator.into(), denominator.into()).ok().filter(|_| denominator > 0), value);
        }

        #[test]
        fn the_least_value_that_meets_a_cut_is_the_first(cut in -5_000_000_i64..5_000_000, by in -1_500_i64..1_500) {
            let cut = Value(cut);
            let value = Value(cut.compared() * COMPARED + by);
            prop_assert_eq!(meets(value, cut), value.grid() >= cut.least_meeting());
        }

        #[test]
        fn the_short_way_of_doubles_is_exact(billionths in -2_000_000_000_000_i64..2_000_000_000_000, by in -3..=3_i64) {
            // decimals, half steps, and the doubles next to them
            for steps in [billionths as f64, billionths as f64 + 0.5] {
                let number = f64::from_bits((steps / GRID as f64).to_bits().wrapping_add_signed(by));
                if let Some(steps) = near_step(number) {
                    prop_assert_eq!(Value(steps), Value::from_exact(number).expect("in range"));
                }
            }
        }

        #[test]
        fn numbers_that_are_no_values_are_written_as_short_as_by_the_standard_library(
            number in any::<f64>(),
            near in 9e9..1e19_f64,
        ) {
            for number in [number, near, near.floor(), -near] {
                let (ours, standard) = (digits(number), number.to_string());
                if number.is_infinite() || number.abs() >= 9e9 {
                    prop_assert_eq!(ours.parse(), Ok(number));
                    prop_assert_eq!(ours.len(), standard.len());
                }
            }
        }

        #[test]
        fn short_numbers_multiply_as_long_ones(a in number(), b in number()) {
            prop_assert_eq!(times(a, b).ok(), a.checked_mul(b));
        }
    }

    #[test]
    fn the_even_of_two_equally_short_texts_is_written() {
        assert_eq!(digits(-7_467_429_929_795_329.0 / 4.0), "-1866857482448832.2");
        assert_eq!(digits(f64::NAN), "NaN");
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(divide_half_away(1, 0), None);
    }
}
