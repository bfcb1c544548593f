//! Pace: how far a learner is, and how far they would be by their own plan and by the calendar. Days are counted one by one.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::calendar::{self, Benchmark, Calendar, Course, Measure};
use super::canonical::exact_decimal;
use super::document::Object;
use super::entry::Entry;
use super::event;
use super::instant::{self, Instant};
use super::setup::{Answer, Setup};
use super::status::Status;
use super::value::{Exact, integer};

/// The pace of a learner in each course, in the order of the document.
pub(super) fn paces(
    setup: &Setup,
    answer: &Answer,
    entries: &[Entry<'_>],
    calendar: &Calendar,
    as_of: Instant,
) -> Vec<Object> {
    calendar.courses.iter().map(|course| pace(setup, answer, entries, calendar, course, as_of)).collect()
}

fn pace(
    setup: &Setup,
    answer: &Answer,
    entries: &[Entry<'_>],
    calendar: &Calendar,
    course: &Course,
    as_of: Instant,
) -> Object {
    let today = calendar.day(as_of);
    let progress = Progress::of(setup, answer, course);
    let standing = Standing { calendar, today, progress: progress.percent(), buffer: course.buffer };
    let own = Own::of(entries, calendar, course, as_of);
    let touching: Vec<&Pause> =
        own.pauses.iter().filter(|pause| pause.from <= own.until && own.from <= pause.until).collect();

    let mut pace = Object::new();
    put(&mut pace, "course", json!(course.id));
    put_some(&mut pace, "title", course.title.as_deref());
    put(&mut pace, "measure", json!(if course.measure == Measure::Met { "met" } else { "points" }));
    put(&mut pace, "done", decimal(&progress.done));
    put(&mut pace, "of", decimal(&progress.of));
    if let Some(percent) = progress.percent() {
        put(&mut pace, "percent", decimal(&percent));
    }
    put(&mut pace, "assessed", json!(progress.assessed));
    put(&mut pace, "leaves", json!(progress.leaves));
    let is_paused = |day: i64| own.pauses.iter().any(|pause| pause.from <= day && day <= pause.until);
    let mut shown = standing.object(own.from, own.until, &own.benchmarks, is_paused);
    put_some(&mut shown, "source", own.source.as_deref());
    put(&mut pace, "own", Value::Object(shown));
    let by_calendar = standing.object(course.from, course.until, &course.benchmarks, |_| false);
    put(&mut pace, "calendar", Value::Object(by_calendar));
    let listed = touching.iter().map(|pause| {
        let mut listed = pause.said.clone();
        let lost =
            (pause.from.max(own.from)..=pause.until.min(own.until)).filter(|day| calendar.is_school_day(*day)).count();
        put(&mut listed, "from", json!(instant::date(pause.from)));
        put(&mut listed, "until", json!(instant::date(pause.until)));
        put(&mut listed, "days", json!(lost));
        Value::Object(listed)
    });
    put(&mut pace, "pauses", listed.collect());
    if let Some(set) = hand_set(entries, course, as_of) {
        put(&mut pace, "set", Value::Object(set));
    }
    put(&mut pace, "buffer_percent", json!(course.buffer));
    put(&mut pace, "zone", json!(calendar.zone_name));
    put_some(&mut pace, "calendar_id", calendar.id.as_deref());
    put_some(&mut pace, "calendar_version", calendar.version.as_deref());
    let unknown: BTreeSet<&String> =
        course.competencies.iter().filter(|id| !setup.framework.competencies.contains_key(*id)).collect();
    if !unknown.is_empty() {
        put(&mut pace, "unknown", json!(unknown));
    }
    pace
}

/// How far a learner is.
struct Progress {
    done: Exact,
    of: Exact,
    assessed: usize,
    leaves: usize,
}

impl Progress {
    /// Over the distinct leaves of a course that apply. What is not settled is no progress yet.
    fn of(setup: &Setup, answer: &Answer, course: &Course) -> Self {
        let below: BTreeSet<&str> = course.competencies.iter().flat_map(|id| setup.framework.down(id)).collect();
        let is_leaf = |id: &&&str| setup.framework.is_leaf(id) && setup.applying.contains(**id);
        let mut progress = Self { done: integer(0), of: integer(0), assessed: 0, leaves: 0 };
        for id in below.iter().filter(is_leaf) {
            let (Some(sections), Some(result)) = (setup.sections.get(*id), answer.results.get(*id)) else { continue };
            let (min, proficient) = (sections.scale.min.exact(), sections.scale.proficient.exact());
            let is_settled = matches!(result.status, Status::Met | Status::NotMet);
            progress.leaves += 1;
            progress.assessed += usize::from(is_settled);
            match course.measure {
                Measure::Met => {
                    progress.of += integer(1);
                    progress.done += integer(i64::from(result.status == Status::Met));
                }
                Measure::Points => {
                    let value = result.value.filter(|_| is_settled);
                    let points = value.map(|value| value.exact().min(proficient.clone()) - &min);
                    progress.done += points.unwrap_or_else(|| integer(0)).max(integer(0));
                    progress.of += proficient - min;
                }
            }
        }
        progress
    }

    fn percent(&self) -> Option<Exact> {
        (self.of > integer(0)).then(|| &self.done * integer(100) / &self.of)
    }
}

/// What a learner is compared with.
struct Standing<'c> {
    calendar: &'c Calendar,
    today: i64,
    progress: Option<Exact>,
    buffer: i64,
}

impl Standing<'_> {
    /// A learner in a period whose days in pauses do not count.
    fn object(&self, from: i64, until: i64, benchmarks: &[Benchmark], is_paused: impl Fn(i64) -> bool) -> Object {
        let days: Vec<i64> =
            (from..=until).filter(|day| self.calendar.is_school_day(*day) && !is_paused(*day)).collect();
        let mut object = Object::new();
        put(&mut object, "from", json!(instant::date(from)));
        put(&mut object, "until", json!(instant::date(until)));
        put(&mut object, "days", json!(days.len()));
        put(&mut object, "elapsed", json!(counted(&days, self.today)));
        let Some(expected) = expected(&days, from, until, benchmarks, self.today) else { return object };
        put(&mut object, "expected", decimal(&expected));
        if let Some(percent) = &self.progress {
            let buffer = integer(self.buffer);
            let pace = if *percent < &expected - &buffer {
                "behind"
            } else if *percent > &expected + &buffer {
                "ahead"
            } else {
                "on"
            };
            put(&mut object, "pace", json!(pace));
        }
        object
    }
}

/// How many of some days there are up to the end of a day.
fn counted(days: &[i64], until: i64) -> usize {
    days.iter().filter(|day| **day <= until).count()
}

/// How many percent are expected at the end of a day: on the line from the last benchmark to the next. None without days.
fn expected(days: &[i64], from: i64, until: i64, benchmarks: &[Benchmark], today: i64) -> Option<Exact> {
    if days.is_empty() {
        return None;
    }
    if today < from {
        return Some(integer(0));
    }
    // all is to be done by the end of the last day, but for what a benchmark says of that day
    if today > until || (today == until && benchmarks.iter().all(|one| one.on != until)) {
        return Some(integer(100));
    }
    let whole = |count: usize| integer(i64::try_from(count).unwrap_or_default());
    let point = |one: &Benchmark| (whole(counted(days, one.on)), one.percent.clone());
    // what lies outside of the period says nothing
    let inside = || benchmarks.iter().filter(|one| from <= one.on && one.on <= until);
    let (x, y) = inside().rfind(|one| one.on <= today).map_or((integer(0), integer(0)), point);
    let (to_x, to_y) = inside().find(|one| one.on > today).map_or((whole(days.len()), integer(100)), point);
    if to_x == x {
        return Some(y);
    }
    let way = (whole(counted(days, today)) - &x) / (to_x - x);
    Some(&y + (to_y - &y) * way)
}

/// A time that does not count.
struct Pause {
    from: i64,
    until: i64,
    /// Its id, why, and by whom.
    said: Object,
}

/// The learner's own period.
struct Own {
    from: i64,
    until: i64,
    benchmarks: Vec<Benchmark>,
    source: Option<String>,
    pauses: Vec<Pause>,
}

impl Own {
    fn of(entries: &[Entry<'_>], calendar: &Calendar, course: &Course, as_of: Instant) -> Self {
        let day = |entry: &Entry<'_>, name: &str| entry.own.get(name).and_then(|date| calendar::day(date).ok());
        let at = |entry: &Entry<'_>, name: &str| {
            event::text(&Value::Object(entry.own.clone()), name).and_then(instant::parse)
        };
        let mut own = Self {
            from: course.from,
            until: course.until,
            benchmarks: course.benchmarks.clone(),
            source: None,
            pauses: pauses(entries, course, as_of),
        };
        // who left nobody knows when was never there
        let was_there = |entry: &&&Entry<'_>| entry.state != "left" || entry.left.is_some();
        let began = |entry: &&&Entry<'_>| at(entry, "starts_at").is_none_or(|starts| starts <= as_of);
        let enrolment = standing(entries, "enrolment")
            .filter(|entry| entry.own.get("section") == Some(&json!(course.id)))
            .collect::<Vec<_>>();
        let enrolment = enrolment.iter().filter(|entry| was_there(entry) && began(entry));
        let enrolment = enrolment.max_by_key(|entry| (at(entry, "starts_at"), order(entry)));
        if let Some(enrolment) = enrolment {
            let starts = at(enrolment, "starts_at").map(|at| calendar.day(at)).filter(|day| *day > course.from);
            // on the day on which it ends it no longer holds
            let ends = at(enrolment, "ends_at").map(|at| calendar.day(at) - 1);
            own.from = starts.unwrap_or(own.from);
            own.until = ends.unwrap_or(own.until);
            if starts.is_some() || ends.is_some() {
                own.benchmarks = Vec::new();
                own.source = enrolment.id().map(str::to_owned);
            }
        }
        let plans = standing(entries, "plan").filter(|entry| is_said(entry, as_of) && is_of(entry, course));
        if let Some(plan) = plans.max_by_key(|entry| order(entry)) {
            own.from = day(plan, "starts_on").unwrap_or(own.from);
            own.until = day(plan, "ends_on").unwrap_or(own.until);
            let list = plan.own.get("benchmarks").and_then(Value::as_array);
            let benchmark = |one: &Value| {
                Some(Benchmark {
                    on: calendar::day(one.get("on")?).ok()?,
                    percent: calendar::share(one.get("percent")?).ok()?,
                })
            };
            own.benchmarks = list.into_iter().flatten().filter_map(benchmark).collect();
            own.source = plan.id().map(str::to_owned);
        }
        own
    }
}

/// The entries of a kind that were not taken back.
fn standing<'l, 'e>(entries: &'l [Entry<'e>], kind: &'static str) -> impl Iterator<Item = &'l Entry<'e>> {
    entries.iter().filter(move |entry| entry.kind == kind && entry.state != "retracted")
}

/// Which came first: by the clock, then by the id.
fn order(entry: &Entry<'_>) -> (Option<Instant>, Option<String>) {
    (event::clock(entry.opening), entry.id().map(str::to_owned))
}

/// True for what was said by an instant.
fn is_said(entry: &Entry<'_>, as_of: Instant) -> bool {
    event::clock(entry.opening).is_none_or(|clock| clock <= as_of)
}

fn is_of(entry: &Entry<'_>, course: &Course) -> bool {
    entry.own.get("course") == Some(&json!(course.id))
}

/// The pauses in a course, by their days.
fn pauses(entries: &[Entry<'_>], course: &Course, as_of: Instant) -> Vec<Pause> {
    let is_meant = |entry: &&Entry<'_>| entry.own.get("course").is_none_or(Value::is_null) || is_of(entry, course);
    let mut found: Vec<(Option<String>, Pause)> = Vec::new();
    for entry in standing(entries, "pause").filter(|entry| is_said(entry, as_of)).filter(is_meant) {
        let day = |name: &str| entry.own.get(name).and_then(|date| calendar::day(date).ok());
        let (Some(from), Some(until)) = (day("starts_on"), day("ends_on")) else { continue };
        let mut said = Object::new();
        put_some(&mut said, "id", entry.id());
        put_some(&mut said, "reason", event::text(entry.opening, "reason"));
        put_some(&mut said, "by", event::actor(entry.opening, "id"));
        found.push((entry.id().map(str::to_owned), Pause { from, until, said }));
    }
    found.sort_by_key(|(id, pause)| (pause.from, pause.until, id.clone()));
    found.into_iter().map(|(_, pause)| pause).collect()
}

/// What a person set, as long as it is in force.
fn hand_set(entries: &[Entry<'_>], course: &Course, as_of: Instant) -> Option<Object> {
    let expires = |entry: &Entry<'_>| entry.own.get("expires_at").and_then(Value::as_str).and_then(instant::parse);
    let in_force = standing(entries, "pace")
        .filter(|entry| is_said(entry, as_of) && is_of(entry, course))
        .filter(|entry| expires(entry).is_none_or(|expires| as_of < expires));
    let entry = in_force.max_by_key(|entry| order(entry))?;
    let mut set = Object::new();
    put_some(&mut set, "id", entry.id());
    put_some(&mut set, "pace", entry.own.get("pace").and_then(Value::as_str));
    put_some(&mut set, "by", event::actor(entry.opening, "id"));
    put_some(&mut set, "reason", event::text(entry.opening, "reason"));
    put_some(&mut set, "until", expires(entry).map(instant::show).as_deref());
    Some(set)
}

fn put(object: &mut Object, name: &str, value: Value) {
    object.insert(name.to_owned(), value);
}

fn put_some(object: &mut Object, name: &str, text: Option<&str>) {
    object.extend(text.map(|text| (name.to_owned(), json!(text))));
}

fn decimal(exact: &Exact) -> Value {
    serde_json::from_str(&exact_decimal(exact)).unwrap_or_default()
}
