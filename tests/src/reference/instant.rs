//! Instants with an offset, to the microsecond (semantics: Evidence, order).

/// Microseconds since the beginning of 1970, UTC.
pub type Instant = i64;

/// Microseconds of a day of twenty-four hours.
pub(super) const DAY: i64 = 86_400_000_000;

/// Reads an RFC 3339 instant; digits finer than a microsecond are cut off.
pub fn parse(text: &str) -> Option<Instant> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = (time.get(..zone_at)?, time.get(zone_at..)?);
    let seconds = days(date)? * 86_400 + seconds_of_day(clock.get(..8)?)? - offset(zone)?;
    Some(seconds * 1_000_000 + micros(clock.get(8..)?)?)
}

/// Writes an instant in UTC, the fraction without trailing zeros.
pub fn show(instant: Instant) -> String {
    let (day, in_day) = (instant.div_euclid(DAY), instant.rem_euclid(DAY));
    let (seconds, micros) = (in_day / 1_000_000, in_day % 1_000_000);
    let (year, month, date) = civil(day);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = match micros {
        0 => String::new(),
        _ => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    };
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The same time of day so many years later; where there is no 29 February it is 1 March. None after the year 9999.
pub(super) fn years_after(instant: Instant, years: i64) -> Option<Instant> {
    let (year, month, date) = civil(instant.div_euclid(DAY));
    let year = year + years;
    let (month, date) = if date > days_of_month(year, month) { (month + 1, 1) } else { (month, date) };
    let day = days_before_year(year) + days_before_month(year, month) + date - 1;
    (year <= 9999).then(|| day * DAY + instant.rem_euclid(DAY))
}

/// A fixed number of digits as a number within bounds.
fn digits(text: &str, count: usize, low: i64, high: i64) -> Option<i64> {
    let good = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = good.then(|| text.parse().ok())??;
    (low..=high).contains(&number).then_some(number)
}

/// Days of a date `YYYY-MM-DD` since the beginning of 1970.
pub(super) fn days(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4, 0, 9999)?;
    let month = digits(parts.next()?, 2, 1, 12)?;
    let day = digits(parts.next()?, 2, 1, days_of_month(year, month))?;
    parts.next().is_none().then(|| days_before_year(year) + days_before_month(year, month) + day - 1)
}

/// The date of a day counted from the beginning of 1970.
fn civil(day: i64) -> (i64, i64, i64) {
    let mut year = 1970 + day / 366;
    while days_before_year(year + 1) <= day {
        year += 1;
    }
    while days_before_year(year) > day {
        year -= 1;
    }
    let in_year = day - days_before_year(year);
    let month = (1..=12).rev().find(|&month| days_before_month(year, month) <= in_year).unwrap_or(1);
    (year, month, in_year - days_before_month(year, month) + 1)
}

/// The day of a date, counted from the beginning of 1970; none if there is no such date.
pub(super) fn day_of(year: i64, month: i64, date: i64) -> Option<i64> {
    let is_date = (1..=days_of_month(year, month)).contains(&date);
    is_date.then(|| days_before_year(year) + days_before_month(year, month) + date - 1)
}

/// The year of an instant, UTC.
pub(super) fn year_of(instant: Instant) -> i64 {
    civil(instant.div_euclid(DAY)).0
}

/// A day as a date.
pub(super) fn date(day: i64) -> String {
    let (year, month, date) = civil(day);
    format!("{year:04}-{month:02}-{date:02}")
}

/// A local time without an offset, to the minute or to the second, counted as if it were universal.
pub(super) fn local(text: &str) -> Option<i64> {
    let (date, clock) = (text.get(..10)?, text.get(10..)?.strip_prefix('T')?);
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    Some((days(date)? * 86_400 + seconds_of_day(&clock)?) * 1_000_000)
}

/// The first and the last instant that there are.
pub(super) fn ends() -> (Instant, Instant) {
    (days_before_year(0) * DAY, days_before_year(10_000) * DAY - 1)
}

/// Whether a year has a 29 February.
fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month.
fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the beginning of 1970 to the beginning of a year.
fn days_before_year(year: i64) -> i64 {
    let leaps = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

/// Days from the beginning of a year to the beginning of a month.
fn days_before_month(year: i64, month: i64) -> i64 {
    (1..month).map(|earlier| days_of_month(year, earlier)).sum()
}

/// Seconds of a time `HH:MM:SS`.
fn seconds_of_day(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2, 0, 23)?;
    let minute = digits(parts.next()?, 2, 0, 59)?;
    let second = digits(parts.next()?, 2, 0, 59)?;
    parts.next().is_none().then_some(hour * 3600 + minute * 60 + second)
}

/// Microseconds of a fraction `.ddd`, or of nothing.
fn micros(fraction: &str) -> Option<i64> {
    if fraction.is_empty() {
        return Some(0);
    }
    let text = fraction.strip_prefix('.').filter(|text| !text.is_empty())?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{text:0<6}").get(..6)?.parse().ok()
}

/// Seconds of an offset `Z`, `+HH:MM` or `-HH:MM`.
pub(super) fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (digits(hours, 2, 0, 23)? * 3600 + digits(minutes, 2, 0, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in
            ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59.000001Z", "1969-12-31T23:59:59.5Z", "0001-01-01T00:00:00Z"]
        {
            assert_eq!(show(parse(text).unwrap()), text);
        }
    }

    #[test]
    fn offsets_and_fine_digits() {
        assert_eq!(parse("2026-09-01T09:00:00-04:00"), parse("2026-09-01T13:00:00Z"));
        assert_eq!(parse("2026-09-01T09:00:00.1234569Z"), parse("2026-09-01T09:00:00.123456Z"));
    }

    #[test]
    fn refused() {
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
