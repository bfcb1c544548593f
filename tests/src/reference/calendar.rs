//! Calendars: which days are school days, what local times are, and what a document says of courses and deadlines.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Code;
use super::document::{Object, field};
use super::instant::{self, DAY, Instant};
use super::value::{Exact, integer, number};
use super::zones::Zone;

/// The days of a week, from its first.
const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// How many holidays or extra days a document may list.
const DATES: usize = 10_000;

/// How far a learner is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// By the points up to the proficient cut.
    Points,
    /// By what is met.
    Met,
}

/// So many percent at the end of a day.
#[derive(Clone, Debug)]
pub(super) struct Benchmark {
    pub(super) on: i64,
    pub(super) percent: Exact,
}

/// A course.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) competencies: Vec<String>,
    pub(super) from: i64,
    /// The last day.
    pub(super) until: i64,
    pub(super) buffer: i64,
    pub(super) measure: Measure,
    pub(super) benchmarks: Vec<Benchmark>,
}

/// Until when something has to be done.
#[derive(Clone, Debug)]
pub(super) struct Deadline {
    pub(super) activity: String,
    /// Local, as if it were universal.
    pub(super) due: i64,
    pub(super) grace: i64,
    pub(super) by_school_days: bool,
}

/// A calendar.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) zone_name: String,
    zone: Zone,
    week: BTreeSet<usize>,
    holidays: BTreeSet<i64>,
    extra_days: BTreeSet<i64>,
    pub(super) courses: Vec<Course>,
    pub(super) deadlines: Vec<Deadline>,
}

/// What is wrong, and where.
pub type Faults = Vec<(Code, String)>;

impl Calendar {
    /// Reads a document, or all that is wrong with it.
    pub(super) fn read(document: &Value) -> Result<Self, Faults> {
        let mut reader = Reader { faults: Vec::new() };
        let calendar = reader.calendar(document);
        // what nobody asked for is found last
        reader.faults.sort_by_key(|(code, path)| *code == "unknown-field" && path.matches('/').count() == 1);
        match calendar {
            Some(calendar) if reader.faults.is_empty() => Ok(calendar),
            _ => Err(reader.faults),
        }
    }

    /// Whether there is school on a day, counted from the beginning of 1970, a Thursday.
    pub(super) fn is_school_day(&self, day: i64) -> bool {
        let of_week = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        self.extra_days.contains(&day) || (self.week.contains(&of_week) && !self.holidays.contains(&day))
    }

    /// The local date of an instant.
    pub(super) fn day(&self, at: Instant) -> i64 {
        self.local(at).div_euclid(DAY)
    }

    /// What clocks show at an instant, as if it were universal.
    pub(super) fn local(&self, at: Instant) -> i64 {
        at + self.zone.offset(at)
    }

    /// The instant of a local time; none beyond the years that there are.
    pub(super) fn instant(&self, local: i64) -> Option<Instant> {
        let (first, last) = instant::ends();
        Some(self.zone.instant(local)).filter(|at| (first..=last).contains(at))
    }

    /// The last instant of the grace after something was due: the same local time so many days later, counted one by one.
    pub(super) fn cutoff(&self, due: i64, grace: i64, by_school_days: bool) -> Option<Instant> {
        let (mut day, mut left) = (due.div_euclid(DAY), grace);
        // beyond the years that there are no day comes any more, nor does one in a week without school
        let last = instant::ends().1.div_euclid(DAY);
        while left > 0 {
            if day > last {
                return None;
            }
            day += 1;
            left -= i64::from(!by_school_days || self.is_school_day(day));
        }
        self.instant(day * DAY + due.rem_euclid(DAY))
    }
}

impl Calendar {
    /// The answer to a question about time: what instant a local time is, what it is with grace, what clocks show at an
    /// instant, or how many school days there are. None if there is no answer.
    pub(super) fn asked(&self, asked: &Object) -> Option<Value> {
        if let Some(at) = field(asked, "at") {
            let at = instant::parse(at.as_str()?)?;
            return Some(json!(self.show(at)));
        }
        if let Some(from) = field(asked, "from") {
            let (from, until) = (day(from).ok()?, day(field(asked, "until")?).ok()?);
            return Some(json!((from..=until).filter(|day| self.is_school_day(*day)).count()));
        }
        let local = instant::local(field(asked, "local")?.as_str()?)?;
        let grace = field(asked, "grace_days").map_or(Ok(0), |days| within(days, 366)).ok()?;
        let by_school_days = field(asked, "school_days").and_then(Value::as_bool) == Some(true);
        self.cutoff(local, grace, by_school_days).map(|at| json!(instant::show(at)))
    }

    /// Local time with its offset.
    fn show(&self, at: Instant) -> String {
        let local = instant::show(self.local(at));
        let minutes = self.zone.offset(at) / 60_000_000;
        let sign = if minutes < 0 { '-' } else { '+' };
        let offset = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
        format!("{}{offset}", local.trim_end_matches('Z'))
    }
}

/// All that is wrong with a document.
pub fn calendar_faults(document: &Value) -> Faults {
    Calendar::read(document).err().unwrap_or_default()
}

/// Reads a document and remembers what is wrong.
struct Reader {
    faults: Faults,
}

impl Reader {
    fn add(&mut self, code: Code, path: &str) {
        self.faults.push((code, path.to_owned()));
    }

    fn object<'v>(&mut self, value: &'v Value, path: &str, known: &[&str]) -> Option<&'v Object> {
        let Some(object) = value.as_object() else {
            self.add("invalid-value", path);
            return None;
        };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.add("unknown-field", &format!("{path}/{key}"));
        }
        Some(object)
    }

    /// What a field is read as; none if it is not there or wrong.
    fn read<'v, T>(
        &mut self,
        object: &'v Object,
        name: &str,
        path: &str,
        parse: impl FnOnce(&'v Value) -> Result<T, Code>,
    ) -> Option<T> {
        match parse(field(object, name)?) {
            Ok(read) => Some(read),
            Err(code) => {
                self.add(code, &format!("{path}/{name}"));
                None
            }
        }
    }

    fn needed<'v, T>(
        &mut self,
        object: &'v Object,
        name: &str,
        path: &str,
        parse: impl FnOnce(&'v Value) -> Result<T, Code>,
    ) -> Option<T> {
        if field(object, name).is_none() {
            self.add("missing-field", path);
        }
        self.read(object, name, path, parse)
    }

    fn list<'v>(&mut self, object: &'v Object, name: &str, path: &str) -> &'v [Value] {
        let list = |value: &'v Value| value.as_array().map(Vec::as_slice).ok_or("invalid-value");
        self.read(object, name, path, list).unwrap_or_default()
    }

    fn calendar(&mut self, document: &Value) -> Option<Calendar> {
        let known = [
            "format",
            "id",
            "version",
            "zone",
            "school_days",
            "holidays",
            "extra_days",
            "buffer_percent",
            "measure",
            "terms",
            "courses",
            "deadlines",
            "extra",
        ];
        let document = self.object(document, "", &known)?;
        self.read(document, "format", "", |format| match format.as_str() {
            Some("lrm-calendar/1") => Ok(()),
            Some(_) => Err("unsupported-format"),
            None => Err("invalid-value"),
        });
        let id = self.read(document, "id", "", text);
        let version = self.read(document, "version", "", text);
        let zone = self.needed(document, "zone", "", |zone| {
            let name = text(zone)?;
            Zone::named(&name).map(|zone| (name, zone)).ok_or("unknown-zone")
        });
        let week = self.week(document);
        let holidays = self.dates(document, "holidays");
        let extra_days = self.dates(document, "extra_days");
        for (place, day) in extra_days.iter().enumerate() {
            if day.is_some() && holidays.contains(day) {
                self.add("invalid-value", &format!("/extra_days/{place}"));
            }
        }
        let buffer = self.read(document, "buffer_percent", "", percent).unwrap_or(0);
        let measure = self.read(document, "measure", "", measure).unwrap_or(Measure::Points);
        let terms = self.terms(document);
        let mut courses = Vec::new();
        let mut ids = BTreeSet::new();
        for (place, course) in self.list(document, "courses", "").iter().enumerate() {
            let path = format!("/courses/{place}");
            if !names_once(&mut ids, course, "id") {
                self.add("duplicate-id", &path);
            }
            courses.extend(self.course(course, &path, &terms, buffer, measure));
        }
        let mut deadlines = Vec::new();
        let mut activities = BTreeSet::new();
        for (place, deadline) in self.list(document, "deadlines", "").iter().enumerate() {
            let path = format!("/deadlines/{place}");
            if !names_once(&mut activities, deadline, "activity") {
                self.add("duplicate-id", &path);
            }
            deadlines.extend(self.deadline(deadline, &path));
        }
        self.read(document, "extra", "", |extra| extra.as_object().ok_or("invalid-value"));
        let (zone_name, zone) = zone?;
        let calendar = Calendar {
            id,
            version,
            zone_name,
            zone,
            week,
            holidays: holidays.into_iter().flatten().collect(),
            extra_days: extra_days.into_iter().flatten().collect(),
            courses,
            deadlines,
        };
        for (place, deadline) in calendar.deadlines.iter().enumerate() {
            let ends = [
                calendar.instant(deadline.due),
                calendar.cutoff(deadline.due, deadline.grace, deadline.by_school_days),
            ];
            if ends.contains(&None) {
                self.add("invalid-value", &format!("/deadlines/{place}/due"));
            }
        }
        Some(calendar)
    }

    fn week(&mut self, document: &Object) -> BTreeSet<usize> {
        if field(document, "school_days").is_none() {
            return (0..5).collect();
        }
        let days = self.list(document, "school_days", "");
        if days.is_empty() && field(document, "school_days").is_some_and(Value::is_array) {
            self.add("invalid-value", "/school_days");
        }
        let mut week = BTreeSet::new();
        for (place, day) in days.iter().enumerate() {
            match WEEK.iter().position(|known| day.as_str() == Some(known)) {
                Some(day) => {
                    week.insert(day);
                }
                None => self.add("invalid-value", &format!("/school_days/{place}")),
            }
        }
        week
    }

    /// The days of a list, none for what is no date.
    fn dates(&mut self, document: &Object, name: &str) -> Vec<Option<i64>> {
        let list = self.list(document, name, "");
        if list.len() > DATES {
            self.add("parameter-out-of-range", &format!("/{name}"));
        }
        let mut days = Vec::new();
        for (place, date) in list.iter().enumerate().take(DATES) {
            let day = day(date);
            if day.is_err() {
                self.add("invalid-value", &format!("/{name}/{place}"));
            }
            days.push(day.ok());
        }
        days
    }

    /// The terms by id, as far as their days can be read.
    fn terms(&mut self, document: &Object) -> BTreeMap<String, Option<(i64, i64)>> {
        let mut terms = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for (place, term) in self.list(document, "terms", "").iter().enumerate() {
            let path = format!("/terms/{place}");
            if !names_once(&mut ids, term, "id") {
                self.add("duplicate-id", &path);
            }
            let Some(term) = self.object(term, &path, &["id", "from", "until"]) else { continue };
            let id = self.needed(term, "id", &path, text);
            let days = self.days(term, &path);
            if let Some(id) = id {
                terms.entry(id).or_insert(days);
            }
        }
        terms
    }

    /// The first and the last day.
    fn days(&mut self, object: &Object, path: &str) -> Option<(i64, i64)> {
        let from = self.needed(object, "from", path, day);
        let until = self.needed(object, "until", path, day);
        let (from, until) = (from?, until?);
        if until < from {
            self.add("invalid-value", &format!("{path}/until"));
            return None;
        }
        Some((from, until))
    }

    fn course(
        &mut self,
        course: &Value,
        path: &str,
        terms: &BTreeMap<String, Option<(i64, i64)>>,
        buffer: i64,
        standard: Measure,
    ) -> Option<Course> {
        let known = ["id", "title", "competencies", "term", "from", "until", "buffer_percent", "measure", "benchmarks"];
        let course = self.object(course, path, &known)?;
        let id = self.needed(course, "id", path, text);
        let title = self.read(course, "title", path, text);
        if field(course, "competencies").is_none() {
            self.add("missing-field", path);
        }
        let listed = self.list(course, "competencies", path);
        if listed.is_empty() && field(course, "competencies").is_some_and(Value::is_array) {
            self.add("invalid-value", &format!("{path}/competencies"));
        }
        let mut competencies = Vec::new();
        for (place, one) in listed.iter().enumerate() {
            match one.as_str() {
                Some(one) => competencies.push(one.to_owned()),
                None => self.add("invalid-value", &format!("{path}/competencies/{place}")),
            }
        }
        let has = |name: &str| field(course, name).is_some();
        let days = if has("term") {
            let term = self.read(course, "term", path, text);
            if term.is_some() && (has("from") || has("until")) {
                self.add("invalid-value", &format!("{path}/term"));
            }
            let days = term.as_ref().and_then(|term| terms.get(term));
            if term.is_some() && days.is_none() {
                self.add("dangling-reference", &format!("{path}/term"));
            }
            days.copied().flatten()
        } else {
            self.days(course, path)
        };
        let buffer = self.read(course, "buffer_percent", path, percent).unwrap_or(buffer);
        let measure = self.read(course, "measure", path, measure).unwrap_or(standard);
        let benchmarks = self.benchmarks(course, path, days);
        let (from, until) = days?;
        Some(Course { id: id?, title, competencies, from, until, buffer, measure, benchmarks })
    }

    fn benchmarks(&mut self, course: &Object, path: &str, days: Option<(i64, i64)>) -> Vec<Benchmark> {
        let mut benchmarks: Vec<Benchmark> = Vec::new();
        for (place, one) in self.list(course, "benchmarks", path).iter().enumerate() {
            let path = format!("{path}/benchmarks/{place}");
            let Some(one) = self.object(one, &path, &["on", "percent"]) else { continue };
            let on = self.needed(one, "on", &path, day);
            let percent = self.needed(one, "percent", &path, share);
            let (Some(on), Some(percent)) = (on, percent) else { continue };
            let is_outside = days.is_some_and(|(from, until)| on < from || until < on);
            let before = benchmarks.last();
            let (is_early, is_less) =
                (before.is_some_and(|before| on <= before.on), before.is_some_and(|before| percent < before.percent));
            for _ in [is_outside, is_early].into_iter().filter(|is_wrong| *is_wrong) {
                self.add("invalid-value", &format!("{path}/on"));
            }
            if is_less {
                self.add("invalid-value", &format!("{path}/percent"));
            }
            benchmarks.push(Benchmark { on, percent });
        }
        benchmarks
    }

    fn deadline(&mut self, deadline: &Value, path: &str) -> Option<Deadline> {
        let deadline = self.object(deadline, path, &["activity", "due", "grace_days", "grace"])?;
        let activity = self.needed(deadline, "activity", path, text);
        let due =
            self.needed(deadline, "due", path, |due| due.as_str().and_then(instant::local).ok_or("invalid-value"));
        let grace = self.read(deadline, "grace_days", path, |days| within(days, 366)).unwrap_or(0);
        let by_school_days = self.read(deadline, "grace", path, |grace| match grace.as_str() {
            Some("days") => Ok(false),
            Some("school_days") => Ok(true),
            _ => Err("invalid-value"),
        });
        Some(Deadline { activity: activity?, due: due?, grace, by_school_days: by_school_days == Some(true) })
    }
}

/// True if no object before had this name.
fn names_once(seen: &mut BTreeSet<String>, object: &Value, name: &str) -> bool {
    object.get(name).and_then(Value::as_str).is_none_or(|name| seen.insert(name.to_owned()))
}

fn text(value: &Value) -> Result<String, Code> {
    value.as_str().map(str::to_owned).ok_or("invalid-value")
}

/// The day of a date.
pub(super) fn day(value: &Value) -> Result<i64, Code> {
    value.as_str().and_then(instant::days).ok_or("invalid-value")
}

/// A whole number from 0 on.
fn within(value: &Value, most: i64) -> Result<i64, Code> {
    let found = number(value.as_number().ok_or("invalid-value")?);
    let is_good = found.is_integer() && integer(0) <= found && found <= integer(most);
    let found = is_good.then(|| i64::try_from(found.to_integer()).ok()).flatten();
    found.ok_or("parameter-out-of-range")
}

fn percent(value: &Value) -> Result<i64, Code> {
    within(value, 100)
}

/// A share of a hundred, which a benchmark gives.
pub(super) fn share(value: &Value) -> Result<Exact, Code> {
    let found = number(value.as_number().ok_or("invalid-value")?);
    let is_good = integer(0) <= found && found <= integer(100);
    if is_good { Ok(found) } else { Err("parameter-out-of-range") }
}

fn measure(value: &Value) -> Result<Measure, Code> {
    match value.as_str() {
        Some("points") => Ok(Measure::Points),
        Some("met") => Ok(Measure::Met),
        _ => Err("invalid-value"),
    }
}
