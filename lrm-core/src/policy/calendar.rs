//! School days: the days of the week on which there is school, without holidays, by local dates.

use crate::error::{Code, Error, Result, quote};
use crate::instant::Instant;

/// The days of the week in documents.
pub(super) const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Holidays, at most.
pub(super) const HOLIDAYS: usize = 10_000;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A calendar. Days are counted from Thursday, 1 January 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    /// From Monday on.
    week: [bool; 7],
    /// Ascending, each once.
    holidays: Vec<i64>,
    /// What is added to universal time, in minutes.
    offset: i64,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { week: [true, true, true, true, true, false, false], holidays: Vec::new(), offset: 0 }
    }
}

impl Calendar {
    pub(super) fn new(week: [bool; 7], mut holidays: Vec<i64>, offset: i64) -> Self {
        holidays.sort_unstable();
        holidays.dedup();
        Self { week, holidays, offset }
    }

    pub(super) const fn week(&self) -> &[bool; 7] {
        &self.week
    }

    pub(super) fn holidays(&self) -> impl ExactSizeIterator<Item = String> {
        self.holidays.iter().map(|day| date_text(*day))
    }

    pub(super) const fn offset(&self) -> i64 {
        self.offset
    }

    /// The local date of an instant.
    pub(crate) fn day(&self, at: Instant) -> i64 {
        (at.micros() + self.offset * MINUTE).div_euclid(DAY)
    }

    /// How many school days there are after one day, up to and including another.
    pub(crate) fn school_days(&self, after: i64, until: i64) -> i64 {
        let holidays = |day: i64| self.holidays.partition_point(|holiday| *holiday <= day);
        let (from, to) = (holidays(after), holidays(until.max(after)));
        let lost = self.holidays.get(from..to).unwrap_or_default().iter().filter(|day| self.is_taught(**day)).count();
        self.taught(until.max(after)) - self.taught(after) - i64::try_from(lost).unwrap_or(i64::MAX)
    }

    /// How many days of the school week there are from a Monday long ago up to and including a day.
    fn taught(&self, day: i64) -> i64 {
        let since_monday = day + 3;
        let count = |days: usize| self.week.iter().take(days).map(|taught| i64::from(*taught)).sum::<i64>();
        since_monday.div_euclid(7) * count(7) + count(weekday(day) + 1)
    }

    fn is_taught(&self, day: i64) -> bool {
        self.week.get(weekday(day)).copied().unwrap_or(false)
    }
}

/// Days since Monday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}

/// The day of a date such as `2026-11-25`.
pub(super) fn date(text: &str) -> Result<i64> {
    let midnight = if text.len() == 10 { Instant::parse(&format!("{text}T00:00:00Z")).ok() } else { None };
    let day = midnight.map(|midnight| midnight.micros().div_euclid(DAY));
    day.ok_or_else(|| Error::new(Code::InvalidValue, "", format!("{} is not a date such as 2026-11-25", quote(text))))
}

fn date_text(day: i64) -> String {
    let midnight = Instant::from_micros(day * DAY).map(|midnight| midnight.to_string()).unwrap_or_default();
    midnight.chars().take(10).collect()
}

/// The minutes of an offset such as `-05:00`.
pub(super) fn offset(text: &str) -> Result<i64> {
    let local = if text.len() == 6 { Instant::parse(&format!("2000-01-02T00:00:00{text}")).ok() } else { None };
    let midnight = Instant::parse("2000-01-02T00:00:00Z")?;
    let minutes = local.map(|local| (midnight.micros() - local.micros()) / MINUTE);
    minutes
        .ok_or_else(|| Error::new(Code::InvalidValue, "", format!("{} is not an offset such as -05:00", quote(text))))
}

pub(super) fn offset_text(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    format!("{sign}{hours:02}:{minutes:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_school_days_over_holidays_end_on_friday() {
        let holidays = ["2026-11-25", "2026-11-26", "2026-11-27"].map(|day| date(day).unwrap());
        let calendar = Calendar::new(*Calendar::default().week(), holidays.to_vec(), 0);
        let days = |until| calendar.school_days(date("2026-11-24").unwrap(), date(until).unwrap());
        assert_eq!([days("2026-11-24"), days("2026-11-29"), days("2026-11-30")], [0, 0, 1]);
        assert_eq!([days("2026-12-03"), days("2026-12-04"), days("2026-12-06"), days("2026-12-07")], [4, 5, 5, 6]);
        assert_eq!(days("2026-01-01"), 0);
    }

    #[test]
    fn days_are_counted_one_by_one() {
        let calendar = Calendar::new([true, false, true, false, false, true, false], vec![-3, -2, 0, 5, 17], 0);
        let mut counted = 0;
        for day in -40..=40_i64 {
            let taught = calendar.is_taught(day) && ![-3, -2, 0, 5, 17].contains(&day);
            counted += i64::from(taught);
            assert_eq!(calendar.school_days(-41, day), counted, "day {day}");
        }
    }

    #[test]
    fn dates_and_offsets_are_read_as_they_are_written() {
        assert_eq!((date("1970-01-02").unwrap(), date_text(-1)), (1, "1969-12-31".to_owned()));
        for bad in ["2026-02-30", "2026-2-3", "26-02-03", "2026-02-03Z", "", "2026-13-01"] {
            assert_eq!(date(bad).unwrap_err().code(), Code::InvalidValue, "{bad}");
        }
        for text in ["-05:00", "+05:30", "+00:00"] {
            assert_eq!(offset_text(offset(text).unwrap()), text);
        }
        assert_eq!(offset("-05:00").unwrap(), -300);
        for bad in ["Z", "05:00", "+5:00", "+25:00", "+05:60"] {
            assert_eq!(offset(bad).unwrap_err().code(), Code::InvalidValue, "{bad}");
        }
    }
}
