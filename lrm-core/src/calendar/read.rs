//! Reading the calendar, `lrm-calendar/1`.

use serde_json::value::RawValue;

use super::Calendar;
use super::benchmarks::benchmarks;
use super::days::{Days, read_date, read_dates, read_week};
use super::document::{Course, Deadline, GRACE, MEASURES, Measure, Term, cutoff};
use super::zone::{Zone, read_local};
use crate::error::{Code, Error, Result, quote};
use crate::framework::{check_format, extra};
use crate::json::read::{Fields, Path, Sink, document, text};
use crate::sorting;

pub(super) const FORMAT: &str = "lrm-calendar/1";

pub(super) fn calendar(json: &[u8]) -> Result<Calendar> {
    let sink = Sink::default();
    let read = read(document(json)?, &sink);
    let report = sink.into_report();
    match read {
        Some(calendar) if report.is_empty() => Ok(calendar),
        _ => Err(Error::from_findings(report.findings().to_vec())),
    }
}

fn read(raw: &RawValue, sink: &Sink) -> Option<Calendar> {
    let path = Path::ROOT;
    let mut fields = Fields::of(raw, &path, sink)?;
    check_format(&mut fields, sink, FORMAT);
    let (id, version) = (fields.string("id"), fields.string("version"));
    let zone = fields.required("zone").and_then(|raw| {
        let zone = text(raw).and_then(|name| Zone::find(&name));
        sink.ok(zone, &path.key("zone"))
    });
    let days = read_days(&mut fields, sink);
    let buffer_percent = fields.whole("buffer_percent", 0, 100).unwrap_or_default();
    let measure = fields.word("measure", &MEASURES).unwrap_or(Measure::Points);
    let terms = list(&mut fields, "terms", |raw, path| term(raw, path, sink));
    check_once(&path.key("terms"), "term", terms.iter().map(|(at, (id, _))| (*at, id.as_str())), sink);
    let mut by_id: Vec<(&str, Option<Span>)> = terms.iter().map(|(_, (id, span))| (id.as_str(), *span)).collect();
    sorting::sort_by(&mut by_id, |a, b| a.0.cmp(b.0));
    let standard = Standard { terms: by_id, buffer_percent, measure };
    let courses = list(&mut fields, "courses", |raw, path| course(raw, path, &standard, sink));
    check_once(&path.key("courses"), "course", courses.iter().map(|(at, course)| (*at, course.id.as_str())), sink);
    let courses = courses.into_iter().map(|(_, course)| course).collect();
    let place = zone.as_ref().map(|zone| (zone, &days));
    let deadlines = list(&mut fields, "deadlines", |raw, path| deadline(raw, path, place, sink));
    let activities = deadlines.iter().map(|(at, deadline)| (*at, deadline.activity.as_str()));
    check_once(&path.key("deadlines"), "activity", activities, sink);
    let deadlines = deadlines.into_iter().map(|(_, deadline)| deadline).collect();
    let terms = terms.into_iter().filter_map(|(_, (id, span))| span.map(|(from, until)| Term { id, from, until }));
    let terms = terms.collect();
    let extra = extra(&mut fields, sink);
    fields.finish();
    Some(Calendar { id, version, zone: zone?, days, buffer_percent, measure, terms, courses, deadlines, extra })
}

fn read_days(fields: &mut Fields<'_, '_>, sink: &Sink) -> Days {
    let week = read_week(fields, sink);
    let holidays: Vec<i64> = read_dates(fields, "holidays", sink).into_iter().map(|(_, day)| day).collect();
    let extra = read_dates(fields, "extra_days", sink);
    let mut free = holidays.clone();
    sorting::sort(&mut free);
    for (at, _) in extra.iter().filter(|(_, day)| free.binary_search(day).is_ok()) {
        let path = fields.path.key("extra_days");
        sink.add(Code::InvalidValue, &path.index(*at), "the day is a holiday too");
    }
    Days::new(week, holidays, extra.into_iter().map(|(_, day)| day).collect(), 0)
}

/// What can be read of a list, with the places.
fn list<T>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    read: impl Fn(&RawValue, &Path<'_>) -> Option<T>,
) -> Vec<(usize, T)> {
    let list = fields.list(name).unwrap_or_default();
    let path = fields.path.key(name);
    list.into_iter().enumerate().filter_map(|(at, raw)| Some((at, read(raw, &path.index(at))?))).collect()
}

/// What may stand only once.
fn check_once<'i>(path: &Path<'_>, what: &str, ids: impl Iterator<Item = (usize, &'i str)>, sink: &Sink) {
    let ids: Vec<(usize, &str)> = ids.collect();
    let id = |at: usize| ids.get(at).map(|(_, id)| *id);
    let twice = sorting::repeated(ids.len(), &|a, b| id(a).cmp(&id(b)));
    for ((at, id), _) in ids.iter().zip(twice).filter(|(_, twice)| *twice) {
        sink.add(Code::DuplicateId, &path.index(*at), format!("the {what} {} stands twice", quote(id)));
    }
}

/// A required date.
fn required_date(fields: &mut Fields<'_, '_>, name: &str, sink: &Sink) -> Option<i64> {
    let raw = fields.required(name)?;
    sink.ok(read_date(raw), &fields.path.key(name))
}

/// The first and the last day.
fn span(fields: &mut Fields<'_, '_>, sink: &Sink) -> Option<Span> {
    let (from, until) = (required_date(fields, "from", sink), required_date(fields, "until", sink));
    let (from, until) = (from?, until?);
    if until < from {
        sink.add(Code::InvalidValue, &fields.path.key("until"), "the last day lies before the first");
        return None;
    }
    Some((from, until))
}

/// A first and a last day.
type Span = (i64, i64);

/// A term that has an id is there, whatever is wrong with its days.
fn term(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<(String, Option<Span>)> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.required_string("id");
    let span = span(&mut fields, sink);
    fields.finish();
    Some((id?, span))
}

/// What holds for courses that do not say otherwise.
struct Standard<'t> {
    /// In the order of their ids.
    terms: Vec<(&'t str, Option<Span>)>,
    buffer_percent: u32,
    measure: Measure,
}

fn course(raw: &RawValue, path: &Path<'_>, standard: &Standard<'_>, sink: &Sink) -> Option<Course> {
    let mut fields = Fields::of(raw, path, sink)?;
    let (id, title) = (fields.required_string("id"), fields.string("title"));
    if !fields.has("competencies") {
        fields.missing("competencies");
    }
    let competencies = fields.list("competencies").map(|list| {
        let below = path.key("competencies");
        if list.is_empty() {
            sink.add(Code::InvalidValue, &below, "expected at least one competency");
        }
        let read = list.into_iter().enumerate().filter_map(|(at, raw)| sink.ok(text(raw), &below.index(at)));
        read.map(std::borrow::Cow::into_owned).collect()
    });
    let has_days = fields.has("from") || fields.has("until");
    let has_term = fields.has("term");
    let (term, days) = match fields.string("term") {
        Some(term) => {
            let found = standard.terms.binary_search_by(|(known, _)| (*known).cmp(&term)).ok();
            let found = found.and_then(|place| standard.terms.get(place)).map(|(_, span)| *span);
            if found.is_none() {
                let message = format!("there is no term {}", quote(&term));
                sink.add(Code::DanglingReference, &path.key("term"), message);
            }
            if has_days {
                let message = "a course has a `term`, or `from` and `until`";
                sink.add(Code::InvalidValue, &path.key("term"), message);
                // named, so that they are not unknown besides
                fields.raw("from");
                fields.raw("until");
            }
            (Some(term), found.flatten())
        }
        None if has_term => {
            fields.raw("from");
            fields.raw("until");
            (None, None)
        }
        None => (None, span(&mut fields, sink)),
    };
    let buffer_percent = fields.whole("buffer_percent", 0, 100).unwrap_or(standard.buffer_percent);
    let measure = fields.word("measure", &MEASURES).unwrap_or(standard.measure);
    let list = fields.list("benchmarks").unwrap_or_default();
    let benchmarks = benchmarks(&list, &path.key("benchmarks"), sink, days.unzip());
    fields.finish();
    let (id, competencies) = (id?, competencies.unwrap_or_default());
    // a course with an id is there, whatever is wrong with it
    let (from, until) = days.unwrap_or_default();
    Some(Course { id, title, competencies, term, from, until, buffer_percent, measure, benchmarks })
}

const GRACES: [(&str, bool); 2] = [("days", false), ("school_days", true)];

fn deadline(raw: &RawValue, path: &Path<'_>, place: Option<(&Zone, &Days)>, sink: &Sink) -> Option<Deadline> {
    let mut fields = Fields::of(raw, path, sink)?;
    let activity = fields.required_string("activity");
    let local = fields.required_string("due");
    let grace_days = fields.whole("grace_days", 0, GRACE).unwrap_or_default();
    let in_school_days = fields.word("grace", &GRACES).unwrap_or_default();
    fields.finish();
    let at = local.as_ref().and_then(|local| sink.ok(read_local(local), &path.key("due")));
    let instants = at.zip(place).and_then(|(at, (zone, days))| {
        let due = sink.ok(zone.instant(at), &path.key("due"))?;
        let cutoff = sink.ok(cutoff((zone, days), at, grace_days, in_school_days), &path.key("grace_days"))?;
        Some((due, cutoff))
    });
    let activity = activity?;
    // an activity is there, whatever is wrong with its times
    let (due, cutoff) = instants.unwrap_or((crate::Instant::EPOCH, crate::Instant::EPOCH));
    let local = local.unwrap_or_default();
    Some(Deadline { activity, local, due, grace_days, in_school_days, cutoff })
}
