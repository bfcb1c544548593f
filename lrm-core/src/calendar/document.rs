//! [`Calendar`]: the school days, terms, courses and deadlines of a school.

use super::benchmarks::Benchmark;
use super::days::{DAY, Days, date, dated};
use super::zone::{Zone, read_local, version};
use super::{read, write};
use crate::error::{Code, Error, Result};
use crate::framework::Extra;
use crate::instant::Instant;
use crate::record::words;

words! {
    /// What pace counts.
    Measure, MEASURES {
        /// What was gained on the scale, up to proficiency.
        Points = "points",
        /// Competencies that are met.
        Met = "met",
    }
}

/// The calendar of a school: its time zone, the days on which there is school, terms, courses with their competencies, and
/// deadlines. [`Engine::pace`](crate::Engine::pace) and [`Engine::deadlines`](crate::Engine::deadlines) look at it; no value,
/// level or status does.
///
/// Local times have no offset: the rules of the zone, which are part of this program, give it. Of a time that stands twice,
/// since the clocks go back, the later is meant; one that does not exist, since they go forward, is read by the clock of before.
///
/// ```
/// use lrm_core::{Calendar, Instant};
/// let calendar = Calendar::from_json(r#"{"format": "lrm-calendar/1", "zone": "America/New_York",
///   "holidays": ["2026-11-26", "2026-11-27"]}"#)?;
/// // clocks go back on 1 November: midnight is at 05:00Z
/// assert_eq!(calendar.instant("2026-11-01T23:59")?, Instant::parse("2026-11-02T04:59:00Z")?);
/// assert_eq!(calendar.local(Instant::parse("2026-11-02T04:30:00Z")?), "2026-11-01T23:30:00-05:00");
/// // a day of grace is the same time on the next day: here 25 hours
/// assert_eq!(calendar.cutoff("2026-10-31T20:00", 1, false)?, Instant::parse("2026-11-02T01:00:00Z")?);
/// assert_eq!(calendar.cutoff("2026-11-25T20:00", 1, true)?, Instant::parse("2026-12-01T01:00:00Z")?);
/// assert_eq!(calendar.school_days("2026-11-23", "2026-11-29")?, 3);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) zone: Zone,
    pub(super) days: Days,
    pub(super) buffer_percent: u32,
    pub(super) measure: Measure,
    pub(super) terms: Vec<Term>,
    pub(crate) courses: Vec<Course>,
    pub(crate) deadlines: Vec<Deadline>,
    pub(super) extra: Extra,
}

/// A part of the year, from its first to its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) id: String,
    pub(crate) from: i64,
    pub(crate) until: i64,
}

/// What is to be learned in a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Course {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) competencies: Vec<String>,
    pub(crate) term: Option<String>,
    /// Of the term, if it has one.
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) buffer_percent: u32,
    pub(crate) measure: Measure,
    pub(crate) benchmarks: Vec<Benchmark>,
}

/// When an activity is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deadline {
    pub(crate) activity: String,
    /// As it was written.
    pub(crate) local: String,
    pub(crate) due: Instant,
    pub(crate) grace_days: u32,
    pub(crate) in_school_days: bool,
    /// The last instant that is in time.
    pub(crate) cutoff: Instant,
}

/// Days of grace, at most.
pub(super) const GRACE: u32 = 366;

impl Calendar {
    /// Reads a calendar (`lrm-calendar/1`), as bytes or text.
    ///
    /// # Errors
    /// All findings at once: `invalid-json`, `unsupported-format`, `unknown-field`, `missing-field`, `invalid-value`,
    /// `unknown-zone`, `duplicate-id`, `dangling-reference`, `parameter-out-of-range`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        read::calendar(json.as_ref())
    }

    /// Canonical JSON of the document, with every default written out.
    pub fn to_json(&self) -> String {
        write::calendar(self)
    }

    /// The calendar's id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The calendar's version.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The name of its time zone.
    pub fn zone(&self) -> &str {
        self.zone.name()
    }

    /// The version of the rules of time zones, such as `2026a`: countries change their clocks, so answers may differ between two.
    pub fn zone_rules(&self) -> &'static str {
        version()
    }

    /// The instant of a local time such as `2026-11-01T23:59`.
    ///
    /// # Errors
    /// `invalid-value`.
    pub fn instant(&self, local: &str) -> Result<Instant> {
        self.zone.instant(read_local(local)?)
    }

    /// The local time of an instant, with its offset.
    pub fn local(&self, at: Instant) -> String {
        self.zone.text(at)
    }

    /// The last instant that is in time for what is due at a local time: that time itself, or so many days of grace later at
    /// the same time of the day. With `school_days` only those count, from the day after on.
    ///
    /// # Errors
    /// `invalid-value`; `parameter-out-of-range` for more than 366 days.
    pub fn cutoff(&self, due: &str, grace_days: u32, school_days: bool) -> Result<Instant> {
        if grace_days > GRACE {
            let message = format!("{grace_days} days of grace, expected at most {GRACE}");
            return Err(Error::new(Code::ParameterOutOfRange, "", message));
        }
        cutoff((&self.zone, &self.days), read_local(due)?, grace_days, school_days)
    }

    /// How many school days there are from a date such as `2026-11-25` up to and including another.
    ///
    /// # Errors
    /// `invalid-value`.
    pub fn school_days(&self, from: &str, until: &str) -> Result<u32> {
        let (from, until) = (date(from)?, date(until)?);
        Ok(u32::try_from(self.taught(from - 1, until)).unwrap_or_default())
    }

    /// The local date of an instant, or the nearest that there is.
    pub(crate) fn day(&self, at: Instant) -> i64 {
        dated(self.zone.local(at).div_euclid(DAY))
    }

    /// How many school days there are after one day, up to and including another.
    pub(crate) fn taught(&self, after: i64, until: i64) -> i64 {
        self.days.school_days(after, until)
    }
}

/// The instant of a local time, so many days later.
pub(super) fn cutoff((zone, days): (&Zone, &Days), due: i64, grace: u32, in_school_days: bool) -> Result<Instant> {
    let (day, time) = (due.div_euclid(DAY), due.rem_euclid(DAY));
    let last = if in_school_days { days.nth_after(day, grace) } else { day + i64::from(grace) };
    zone.instant(last * DAY + time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(document: &str) -> Vec<(&'static str, String)> {
        let error = Calendar::from_json(document).unwrap_err();
        error.findings().iter().map(|finding| (finding.code.as_str(), finding.path.clone())).collect()
    }

    /// A calendar with these courses.
    fn of_courses(courses: &str) -> String {
        let term = r#"{"id": "t", "from": "2026-09-01", "until": "2026-12-18"}"#;
        format!(r#"{{"zone": "UTC", "terms": [{term}], "courses": [{courses}]}}"#)
    }

    #[test]
    fn defaults_are_written_out() {
        let text = r#"{"courses": [{"id": "c", "competencies": ["a"], "term": "t"},
            {"id": "d", "competencies": ["a", "b"], "from": "2026-09-01", "until": "2026-09-01", "measure": "points",
             "benchmarks": [{"on": "2026-09-01", "percent": 12.50}]}],
          "deadlines": [{"due": "2026-11-01T23:59", "activity": "x"}], "extra": {"b": 1, "a": [2.0]},
          "terms": [{"id": "t", "until": "2026-12-18", "from": "2026-09-01"}], "measure": "met", "buffer_percent": 10,
          "extra_days": ["2026-09-05"], "holidays": ["2026-11-27", "2026-11-26", "2026-11-26"], "zone": "US/Eastern", "version": "2"}"#;
        let calendar = Calendar::from_json(text).unwrap();
        let written = concat!(
            r#"{"format":"lrm-calendar/1","version":"2","zone":"US/Eastern","school_days":["mon","tue","wed","thu","fri"],"#,
            r#""holidays":["2026-11-26","2026-11-27"],"extra_days":["2026-09-05"],"buffer_percent":10,"measure":"met","#,
            r#""terms":[{"id":"t","from":"2026-09-01","until":"2026-12-18"}],"#,
            r#""courses":[{"id":"c","competencies":["a"],"term":"t","buffer_percent":10,"measure":"met","benchmarks":[]},"#,
            r#"{"id":"d","competencies":["a","b"],"from":"2026-09-01","until":"2026-09-01","buffer_percent":10,"measure":"points","#,
            r#""benchmarks":[{"on":"2026-09-01","percent":12.5}]}],"#,
            r#""deadlines":[{"activity":"x","due":"2026-11-01T23:59","grace_days":0,"grace":"days"}],"extra":{"a":[2],"b":1}}"#
        );
        assert_eq!(calendar.to_json(), written);
        assert_eq!(Calendar::from_json(written).unwrap(), calendar);
        assert_eq!((calendar.zone(), calendar.id(), calendar.version()), ("US/Eastern", None, Some("2")));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let found = codes(
            r#"{"format": "lrm-calendar/2", "zone": "Mars/Olympus", "holidays": ["2026-02-30", "2026-05-01"], "extra_days": ["2026-05-01"],
            "school_days": [], "buffer_percent": 101, "measure": "hours", "colour": "red",
            "terms": [{"id": "t", "from": "2026-09-02", "until": "2026-09-01"}, {"id": "t"}],
            "deadlines": [{"activity": "x", "due": "2026-11-01T23:59Z", "grace_days": 367, "grace": "weeks"}, {"activity": "x"}]}"#,
        );
        let expected = [
            ("unsupported-format", "/format"),
            ("unknown-zone", "/zone"),
            ("invalid-value", "/school_days"),
            ("invalid-value", "/holidays/0"),
            ("invalid-value", "/extra_days/0"),
            ("parameter-out-of-range", "/buffer_percent"),
            ("invalid-value", "/measure"),
            ("invalid-value", "/terms/0/until"),
            ("missing-field", "/terms/1"),
            ("missing-field", "/terms/1"),
            ("duplicate-id", "/terms/1"),
            ("parameter-out-of-range", "/deadlines/0/grace_days"),
            ("invalid-value", "/deadlines/0/grace"),
            ("invalid-value", "/deadlines/0/due"),
            ("missing-field", "/deadlines/1"),
            ("duplicate-id", "/deadlines/1"),
            ("unknown-field", "/colour"),
        ];
        assert_eq!(found, expected.map(|(code, path)| (code, path.to_owned())));
        assert_eq!(codes("{}"), [("missing-field", String::new())]);
        assert_eq!(codes("[]")[0].0, "invalid-value");
        let many = vec!["\"2026-01-01\""; 10_001].join(",");
        assert_eq!(codes(&format!(r#"{{"zone": "UTC", "holidays": [{many}]}}"#))[0].0, "parameter-out-of-range");
    }

    #[test]
    fn courses_have_a_term_or_days() {
        let one = |fields: &str| codes(&of_courses(&format!(r#"{{"id": "c", "competencies": ["a"], {fields}}}"#)));
        let at = |code, path: &str| vec![(code, format!("/courses/0{path}"))];
        assert_eq!(one(r#""term": "u""#), at("dangling-reference", "/term"));
        assert_eq!(one(r#""term": "t", "from": "2026-09-01""#), at("invalid-value", "/term"));
        assert_eq!(one(r#""from": "2026-09-01""#), at("missing-field", ""));
        assert_eq!(one(r#""term": "t", "title": 3"#), at("invalid-value", "/title"));
        let benchmarks = |list: &str| one(&format!(r#""term": "t", "benchmarks": [{list}]"#));
        let first = r#"{"on": "2026-10-01", "percent": 30}"#;
        let second =
            |on: &str, percent: &str| benchmarks(&format!(r#"{first}, {{"on": "{on}", "percent": {percent}}}"#));
        assert_eq!(second("2026-10-01", "40"), at("invalid-value", "/benchmarks/1/on"));
        assert_eq!(second("2026-10-02", "29.9"), at("invalid-value", "/benchmarks/1/percent"));
        assert_eq!(second("2026-12-19", "40"), at("invalid-value", "/benchmarks/1/on"));
        assert_eq!(second("2026-12-18", "100.5"), at("parameter-out-of-range", "/benchmarks/1/percent"));
        let empty = codes(&of_courses(r#"{"id": "c", "competencies": [], "term": "t"}"#));
        assert_eq!(empty, at("invalid-value", "/competencies"));
        let twice = codes(&of_courses(
            r#"{"id": "c", "competencies": ["a"], "term": "t"}, {"id": "c", "competencies": ["a"], "term": "t"}"#,
        ));
        assert_eq!(twice, [("duplicate-id", "/courses/1".to_owned())]);
    }

    #[test]
    fn times_beyond_the_years_are_refused() {
        let due = |due: &str, grace: u32| {
            codes(&format!(
                r#"{{"zone": "America/New_York", "deadlines": [{{"activity": "x", "due": "{due}", "grace_days": {grace}}}]}}"#
            ))
        };
        assert_eq!(due("9999-12-31T23:59", 0), [("invalid-value", "/deadlines/0/due".to_owned())]);
        assert_eq!(due("9999-12-30T23:59", 3), [("invalid-value", "/deadlines/0/grace_days".to_owned())]);
        let new_york = Calendar::from_json(r#"{"zone": "America/New_York"}"#).unwrap();
        assert_eq!(
            new_york.instant("9999-12-31T23:59").unwrap_err().to_string(),
            "9999-12-31T23:59:00 in America/New_York lies outside of the years 0 to 9999 of universal time (invalid-value)"
        );
        let calendar = Calendar::from_json(r#"{"zone": "UTC"}"#).unwrap();
        assert_eq!(calendar.cutoff("2026-11-01T23:59", 367, false).unwrap_err().code(), Code::ParameterOutOfRange);
        assert_eq!(calendar.school_days("0000-01-01", "9999-12-31").unwrap(), 2_608_875);
        assert_eq!(calendar.school_days("2026-11-25", "2026-11-24").unwrap(), 0);
        assert_eq!(calendar.school_days("2026-11-25", "today").unwrap_err().code(), Code::InvalidValue);
    }

    #[test]
    fn days_of_grace_are_school_days_if_so_said() {
        let calendar = Calendar::from_json(
            r#"{"zone": "America/New_York", "holidays": ["2026-11-26", "2026-11-27"], "extra_days": ["2026-11-28"]}"#,
        )
        .unwrap();
        let cutoff = |due: &str, grace| calendar.local(calendar.cutoff(due, grace, true).unwrap());
        assert_eq!(cutoff("2026-11-25T20:00", 0), "2026-11-25T20:00:00-05:00");
        assert_eq!(cutoff("2026-11-25T20:00", 1), "2026-11-28T20:00:00-05:00");
        assert_eq!(cutoff("2026-11-25T20:00", 2), "2026-11-30T20:00:00-05:00");
        assert_eq!(cutoff("2026-11-29T20:00", 1), "2026-11-30T20:00:00-05:00");
    }
}
