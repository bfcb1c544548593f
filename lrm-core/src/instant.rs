//! [`Instant`]: a moment in universal time, in microseconds.

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};

use crate::error::{Code, Error, Result, quote};

/// A moment in universal time with microseconds; finer digits are truncated. From year 0 to 9999.
///
/// ```
/// use lrm_core::Instant;
/// let instant = Instant::parse("2026-01-15T12:00:00.25+01:00")?;
/// assert_eq!(instant.to_string(), "2026-01-15T11:00:00.25Z");
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Microseconds of a day of 24 hours.
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
const FIRST: i64 = -62_167_219_200_000_000;
const LAST: i64 = 253_402_300_799_999_999;

impl Instant {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// 0000-01-01T00:00:00Z, before which there is none.
    pub(crate) const FIRST: Self = Self(FIRST);

    /// Reads RFC 3339 with an offset.
    ///
    /// # Errors
    /// `invalid-value` for any other form and outside the years 0–9999 of universal time.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(
                Code::InvalidValue,
                "",
                format!("{} is not an instant with an offset such as `2026-01-15T12:00:00Z`", quote(text)),
            )
        };
        // a valid instant is short; a long text is not worth the parser's time
        if text.len() > 64 {
            return Err(wrong());
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| wrong())?;
        Self::from_micros(moment.timestamp_micros()).map_err(|_| wrong())
    }

    /// The instant that many microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// `invalid-value` outside the years 0–9999.
    pub fn from_micros(micros: i64) -> Result<Self> {
        Self::in_range(micros).ok_or_else(|| {
            Error::new(
                Code::InvalidValue,
                "",
                format!("{micros} microseconds after 1970 is not in the years 0 to 9999"),
            )
        })
    }

    /// The same, none out of range.
    #[inline]
    pub(crate) fn in_range(micros: i64) -> Option<Self> {
        (FIRST..=LAST).contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The last instant at which something of this instant is at most `days` 24-hour days old, if it lies in range.
    pub(crate) fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(i64::from(days).saturating_mul(DAY)))
    }

    /// The same time of the same date so many years later; from 29 February, where there is none, that of 1 March. None after
    /// the last year.
    pub(crate) fn plus_years(self, years: u32) -> Option<Self> {
        let moment = DateTime::<Utc>::from_timestamp_micros(self.0)?;
        let year = moment.year().checked_add(i32::try_from(years).ok()?)?;
        let later = moment.with_year(year).or_else(|| moment.with_month(3)?.with_day(1)?.with_year(year))?;
        Self::in_range(later.timestamp_micros())
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in universal time; a fraction only if there is one, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(moment) = DateTime::<Utc>::from_timestamp_micros(self.0) else {
            return write!(f, "{} µs", self.0);
        };
        if self.0.rem_euclid(1_000_000) == 0 {
            return f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        let text = moment.to_rfc3339_opts(SecondsFormat::Micros, true);
        write!(f, "{}Z", text.trim_end_matches('Z').trim_end_matches('0'))
    }
}

impl std::str::FromStr for Instant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}
