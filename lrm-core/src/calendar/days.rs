//! School days: the days of the week on which there is school, without holidays, by local dates.

use serde_json::value::RawValue;

use crate::error::{Code, Error, Result, quote};
use crate::instant::Instant;
use crate::json::read::{Fields, Sink, text, word};
use crate::json::write::Writer;

/// The days of the week in documents.
pub(crate) const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Where nothing else is said.
const WORKING: [bool; 7] = [true, true, true, true, true, false, false];
/// Dates of one list, at most.
const DATES: usize = 10_000;

const MINUTE: i64 = 60_000_000;
/// 0000-01-01 and 9999-12-31.
#[cfg(feature = "zones")]
const FIRST: i64 = -719_528;
#[cfg(feature = "zones")]
const LAST: i64 = 2_932_896;
/// The microseconds of a day without change of the clocks.
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;

/// Which days are school days. Days are counted from Thursday, 1 January 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// From Monday on.
    week: [bool; 7],
    /// Ascending, each once.
    holidays: Vec<i64>,
    /// The days on which there is school all the same; ascending, each once.
    extra: Vec<i64>,
    /// The days that are not as the week has them, each with how many school days more there are up to it than by the week.
    moved: Vec<(i64, i64)>,
    /// What is added to universal time, in minutes.
    offset: i64,
}

impl Default for Days {
    fn default() -> Self {
        Self::new(WORKING, Vec::new(), Vec::new(), 0)
    }
}

impl Days {
    pub(crate) fn new(week: [bool; 7], holidays: Vec<i64>, extra: Vec<i64>, offset: i64) -> Self {
        let (holidays, extra) = (ascending(holidays), ascending(extra));
        let mut moved: Vec<(i64, i64)> =
            holidays.iter().map(|day| (*day, -1)).chain(extra.iter().map(|day| (*day, 1))).collect();
        moved.retain(|(day, more)| is_taught(week, *day) == (*more < 0));
        crate::sorting::sort(&mut moved);
        let mut sum = 0;
        for (_, more) in &mut moved {
            sum += *more;
            *more = sum;
        }
        Self { week, holidays, extra, moved, offset }
    }

    /// The days of the week on which there is school, from Monday on.
    pub(crate) const fn week(&self) -> &[bool; 7] {
        &self.week
    }

    pub(crate) fn holidays(&self) -> impl ExactSizeIterator<Item = String> {
        self.holidays.iter().map(|day| date_text(*day))
    }

    pub(crate) const fn offset(&self) -> i64 {
        self.offset
    }

    /// The local date of an instant.
    pub(crate) fn day(&self, at: Instant) -> i64 {
        (at.micros() + self.offset * MINUTE).div_euclid(DAY)
    }

    /// How many school days there are after one day, up to and including another.
    pub(crate) fn school_days(&self, after: i64, until: i64) -> i64 {
        self.taught(until.max(after)) - self.taught(after)
    }

    /// How many school days there are from a Monday long ago up to and including a day, but for a constant.
    fn taught(&self, day: i64) -> i64 {
        let since_monday = day + 3;
        let count = |days: usize| self.week.iter().take(days).map(|taught| i64::from(*taught)).sum::<i64>();
        let moved = self.moved.partition_point(|(moved, _)| *moved <= day).checked_sub(1);
        let more = moved.and_then(|at| self.moved.get(at)).map_or(0, |(_, more)| *more);
        since_monday.div_euclid(7) * count(7) + count(weekday(day) + 1) + more
    }

    /// The n-th school day after a day; the day itself for 0.
    #[cfg(any(feature = "zones", test))]
    pub(crate) fn nth_after(&self, day: i64, n: u32) -> i64 {
        let n = i64::from(n);
        // every week has a school day that is not a holiday, once there are no more holidays
        let moved = i64::try_from(self.moved.len()).unwrap_or(i64::MAX / 8);
        let (mut least, mut most) = (day, day + 7 * (n + moved + 1));
        while least < most {
            let middle = least + (most - least) / 2;
            if self.school_days(day, middle) < n {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        least
    }

    /// Writes the days of the week and the holidays.
    pub(crate) fn write(&self, w: &mut Writer) {
        w.key("school_days").open('[');
        for (day, _) in WEEK.iter().zip(&self.week).filter(|(_, taught)| **taught) {
            w.item().text(day);
        }
        w.close(']').key("holidays");
        write_dates(w, &self.holidays);
    }

    /// Writes the days on which there is school all the same.
    #[cfg(feature = "zones")]
    pub(crate) fn write_extra(&self, w: &mut Writer) {
        write_dates(w.key("extra_days"), &self.extra);
    }
}

fn write_dates(w: &mut Writer, days: &[i64]) {
    w.open('[');
    for day in days {
        w.item().text(&date_text(*day));
    }
    w.close(']');
}

fn ascending(mut days: Vec<i64>) -> Vec<i64> {
    days.sort_unstable();
    days.dedup();
    days
}

/// Days since Monday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}

fn is_taught(week: [bool; 7], day: i64) -> bool {
    week.get(weekday(day)).copied().unwrap_or(false)
}

/// Reads `school_days`: the days of the week.
pub(crate) fn read_week(fields: &mut Fields<'_, '_>, sink: &Sink) -> [bool; 7] {
    let Some(list) = fields.list("school_days") else { return WORKING };
    let path = fields.path.key("school_days");
    let mut week = [false; 7];
    let known = [0, 1, 2, 3, 4, 5, 6].map(|day| (WEEK.get(day).copied().unwrap_or_default(), day));
    for (at, raw) in list.iter().enumerate() {
        if let Some(taught) = sink.ok(word(raw, &known), &path.index(at)).and_then(|day| week.get_mut(day)) {
            *taught = true;
        }
    }
    if list.is_empty() {
        sink.add(Code::InvalidValue, &path, "expected at least one day");
    }
    week
}

/// Reads a list of dates, each with its place.
pub(crate) fn read_dates(fields: &mut Fields<'_, '_>, name: &str, sink: &Sink) -> Vec<(usize, i64)> {
    let list = fields.list(name).unwrap_or_default();
    let path = fields.path.key(name);
    if list.len() > DATES {
        sink.add(Code::ParameterOutOfRange, &path, format!("{} dates, expected at most {DATES}", list.len()));
    }
    let day = |(at, raw): (usize, &&RawValue)| Some((at, sink.ok(read_date(raw), &path.index(at))?));
    list.iter().enumerate().take(DATES).filter_map(day).collect()
}

/// Reads a date.
pub(crate) fn read_date(raw: &RawValue) -> Result<i64> {
    date(&text(raw)?)
}

/// The day of a date such as `2026-11-25`.
pub(crate) fn date(text: &str) -> Result<i64> {
    let midnight = if text.len() == 10 { Instant::parse(&format!("{text}T00:00:00Z")).ok() } else { None };
    let day = midnight.map(|midnight| midnight.micros().div_euclid(DAY));
    day.ok_or_else(|| Error::new(Code::InvalidValue, "", format!("{} is not a date such as 2026-11-25", quote(text))))
}

pub(crate) fn date_text(day: i64) -> String {
    let midnight = Instant::from_micros(day * DAY).map(|midnight| midnight.to_string()).unwrap_or_default();
    midnight.chars().take(10).collect()
}

/// The nearest day that has a date.
#[cfg(feature = "zones")]
pub(crate) fn dated(day: i64) -> i64 {
    day.clamp(FIRST, LAST)
}

/// The minutes of an offset such as `-05:00`.
pub(crate) fn offset(text: &str) -> Result<i64> {
    let local = if text.len() == 6 { Instant::parse(&format!("2000-01-02T00:00:00{text}")).ok() } else { None };
    let midnight = Instant::parse("2000-01-02T00:00:00Z")?;
    let minutes = local.map(|local| (midnight.micros() - local.micros()) / MINUTE);
    minutes
        .ok_or_else(|| Error::new(Code::InvalidValue, "", format!("{} is not an offset such as -05:00", quote(text))))
}

pub(crate) fn offset_text(minutes: i64) -> String {
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
        let calendar = Days::new(WORKING, holidays.to_vec(), Vec::new(), 0);
        let days = |until| calendar.school_days(date("2026-11-24").unwrap(), date(until).unwrap());
        assert_eq!([days("2026-11-24"), days("2026-11-29"), days("2026-11-30")], [0, 0, 1]);
        assert_eq!([days("2026-12-03"), days("2026-12-04"), days("2026-12-06"), days("2026-12-07")], [4, 5, 5, 6]);
        assert_eq!(days("2026-01-01"), 0);
    }

    #[test]
    fn days_are_counted_one_by_one() {
        let (holidays, extra) = ([-3, -2, 0, 5, 17], [-1, 1, 2, 9, 30]);
        let week = [true, false, true, false, false, true, false];
        let calendar = Days::new(week, holidays.to_vec(), extra.to_vec(), 0);
        let mut counted = 0;
        for day in -40..=40_i64 {
            let planned = week[weekday(day)] && !holidays.contains(&day);
            counted += i64::from(planned || extra.contains(&day));
            assert_eq!(calendar.school_days(-41, day), counted, "day {day}");
            for n in 1..9 {
                let found = (day + 1..).filter(|day| calendar.school_days(day - 1, *day) == 1).nth(n - 1).unwrap();
                assert_eq!(calendar.nth_after(day, u32::try_from(n).unwrap()), found, "{n} after {day}");
            }
            assert_eq!(calendar.nth_after(day, 0), day);
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
