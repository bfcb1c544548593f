//! Pace: what a learner has done of a course, beside what was to be done by now, by their own plan and by the calendar's.

use super::by_course::ByCourse;
use super::counted::{Counted, Expected, expected};
use super::room::Room;
use crate::calendar::{Benchmark, Calendar, Course, Measure, date_text, dated};
use crate::engine::{Board, Engine, Options, Status};
use crate::error::{Code, Error, Result, quote};
use crate::graph::Marks;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::limits::PACE;
use crate::log::{EnrolledTerms, EventLog, PaceStatus, PauseTerms, PlanTerms, SetPaceTerms};
use crate::sorting::{sort, sort_by};
use crate::value::Value;

/// The pace of a learner in a course. It changes no value, level or status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// The id of the course.
    pub course: String,
    /// Its title.
    pub title: Option<String>,
    /// What is counted.
    pub measure: Measure,
    /// How much is done: points of the scales, or competencies.
    pub done: Value,
    /// How much there is to do.
    pub of: Value,
    /// How much is done, in percent; none if there is nothing to do.
    pub percent: Option<Value>,
    /// The leaves that are `met` or `not_met`.
    pub assessed: u32,
    /// The leaves that apply to the learner.
    pub leaves: u32,
    /// By the learner's own time.
    pub own: PacePeriod,
    /// By the calendar's.
    pub calendar: PacePeriod,
    /// The pauses within the learner's own time, by their days.
    pub pauses: Vec<Pause>,
    /// What a person has said of the pace, and still holds. It stands beside the others and replaces none.
    pub set: Option<SetPace>,
    /// How far on pace reaches, in percentage points.
    pub buffer_percent: u32,
    /// The time zone by which days begin.
    pub zone: String,
    /// The version of the rules of time zones.
    pub zone_rules: String,
    /// The id of the calendar.
    pub calendar_id: Option<String>,
    /// The version of the calendar.
    pub calendar_version: Option<String>,
    /// Competencies of the course that the framework does not have; they are left aside.
    pub unknown: Vec<String>,
}

/// A time, what was to be done by now in it, and how that compares with what is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PacePeriod {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Its school days; of the learner's own time without those in pauses.
    pub days: u32,
    /// Those that have come so far, today included.
    pub elapsed: u32,
    /// What was to be done by the end of today, in percent; none without a school day.
    pub expected: Option<Value>,
    /// How that compares with what is done; none if there is nothing to compare.
    pub pace: Option<PaceStatus>,
    /// The id of the plan or the enrolment that it is by; none if it is by the calendar.
    pub source: Option<String>,
}

/// Days that do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pause {
    /// The id of the event.
    pub id: Option<String>,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// The school days among them that lie in the learner's own time.
    pub days: u32,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

/// A pace that a person has set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetPace {
    /// The id of the event.
    pub id: Option<String>,
    /// The pace.
    pub pace: PaceStatus,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until before when it holds.
    pub until: Option<Instant>,
}

impl Pace {
    /// Canonical JSON: `{"course", "title"?, "measure", "done", "of", "percent"?, "assessed", "leaves", "own", "calendar", "pauses",
    /// "set"?, "buffer_percent", "zone", "zone_rules", "calendar_id"?, "calendar_version"?, "unknown"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("course").text(&self.course).optional("title", self.title.as_deref());
        w.key("measure").text(self.measure.as_str());
        w.optional_raw("done", Some(self.done)).optional_raw("of", Some(self.of));
        w.optional_raw("percent", self.percent);
        w.optional_raw("assessed", Some(self.assessed)).optional_raw("leaves", Some(self.leaves));
        self.own.write(w.key("own"));
        self.calendar.write(w.key("calendar"));
        w.list("pauses", &self.pauses, |w, pause| {
            w.optional("id", pause.id.as_deref());
            w.key("from").text(&pause.from).key("until").text(&pause.until);
            w.optional_raw("days", Some(pause.days)).key("reason").text(&pause.reason).key("by").text(&pause.by);
        });
        if let Some(set) = &self.set {
            w.key("set").open('{').optional("id", set.id.as_deref()).key("pace").text(set.pace.as_str());
            w.key("by").text(&set.by).key("reason").text(&set.reason);
            w.optional("until", set.until.map(|until| until.to_string()).as_deref()).close('}');
        }
        w.optional_raw("buffer_percent", Some(self.buffer_percent));
        w.key("zone").text(&self.zone).key("zone_rules").text(&self.zone_rules);
        w.optional("calendar_id", self.calendar_id.as_deref());
        w.optional("calendar_version", self.calendar_version.as_deref());
        w.texts("unknown", &self.unknown);
        w.close('}');
        w.finish()
    }
}

impl PacePeriod {
    fn write(&self, w: &mut Writer) {
        w.open('{').key("from").text(&self.from).key("until").text(&self.until);
        w.optional_raw("days", Some(self.days)).optional_raw("elapsed", Some(self.elapsed));
        w.optional_raw("expected", self.expected).optional("pace", self.pace.map(PaceStatus::as_str));
        w.optional("source", self.source.as_deref()).close('}');
    }
}

impl Engine {
    /// The pace of a learner in every course of a calendar as of an instant, in the order of the document: what is done, and what
    /// was to be done by the end of the day, both by the learner's own time and by the calendar's. It changes no result.
    ///
    /// The own time is that of the learner's plan (`planned`); what that does not say is that of the latest enrolment in the course
    /// (`enrolled` with its id as `section`), as far as it began after the course; the rest is that of the course. School days in
    /// pauses (`paused`) do not count in it. What a person has said of the pace (`paced`) stands beside both.
    ///
    /// ```
    /// use lrm_core::{Calendar, Engine, EventLog, Instant, PaceStatus};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}, {"id": "NF.2", "statement": "Number lines"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let calendar = Calendar::from_json(r#"{"zone": "America/New_York",
    ///   "courses": [{"id": "math", "competencies": ["NF.1", "NF.2"], "from": "2026-09-07", "until": "2026-09-18"}]}"#)?;
    /// let log = EventLog::from_json(r#"[
    ///   {"id": "e1", "competency": "NF.1", "score": 4, "observed_at": "2026-09-09T15:00:00Z"},
    ///   {"id": "p1", "event": "paused", "course": "math", "starts_on": "2026-09-08", "ends_on": "2026-09-11",
    ///    "actor": {"id": "ms-lee"}, "reason": "flu", "observed_at": "2026-09-08T08:00:00Z"}]"#)?;
    /// let pace = &engine.pace(&log, &calendar, Instant::parse("2026-09-17T20:00:00Z")?)?[0];
    /// // 3 of 6 points; 9 of 10 days have come, of her own 5 of 6
    /// assert_eq!((pace.percent.map(|percent| percent.to_string()), pace.calendar.pace), (Some("50".to_owned()), Some(PaceStatus::Behind)));
    /// assert_eq!((pace.own.elapsed, pace.own.days), (5, 6));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::evaluate`]; `limit-exceeded` beyond ±9·10⁹ points, where courses have more competencies and pauses than
    /// [`limits::PACE`](crate::limits::PACE) in all, and where the answer has more text than
    /// [`limits::ANSWER`](crate::limits::ANSWER).
    ///
    /// # Complexity
    /// One evaluation, and for every course the competencies below it and the pauses that concern it.
    pub fn pace(&self, log: &EventLog, calendar: &Calendar, as_of: Instant) -> Result<Vec<Pace>> {
        self.pace_with(log, calendar, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`] and [`Engine::pace`].
    pub fn pace_with(
        &self,
        log: &EventLog,
        calendar: &Calendar,
        as_of: Instant,
        options: &Options,
    ) -> Result<Vec<Pace>> {
        let record = log.record();
        let board = self.checked_board(&record, as_of, options)?;
        let pacing = log.pacing(as_of);
        let mut ask = Asking {
            engine: self,
            board: &board,
            calendar,
            plans: ByCourse::new(&pacing.plans, |plan| Some(&plan.course)),
            pauses: ByCourse::new(&pacing.pauses, |pause| pause.course.as_deref()),
            paces: ByCourse::new(&pacing.paces, |set| Some(&set.course)),
            enrolments: ByCourse::new(&pacing.enrolments, |enrolled| Some(&enrolled.section)),
            today: calendar.day(as_of),
            marks: Marks::new(self.compiled().framework.graph.len()),
            left: PACE,
            room: Room::new("/courses"),
        };
        (0..).zip(&calendar.courses).map(|(place, course)| ask.pace(place, course)).collect()
    }
}

/// What is known when the courses are asked for, one after the other.
struct Asking<'a> {
    engine: &'a Engine,
    board: &'a Board<'a>,
    calendar: &'a Calendar,
    plans: ByCourse<'a, PlanTerms>,
    pauses: ByCourse<'a, PauseTerms>,
    paces: ByCourse<'a, SetPaceTerms>,
    enrolments: ByCourse<'a, EnrolledTerms>,
    today: i64,
    marks: Marks,
    /// How much work may still be done.
    left: usize,
    room: Room,
}

/// What is done, in grid steps.
#[derive(Default)]
struct Sums {
    done: i128,
    of: i128,
    assessed: u32,
    leaves: u32,
    unknown: Vec<String>,
}

/// The learner's own time.
struct Own<'a> {
    days: (i64, i64),
    benchmarks: &'a [Benchmark],
    source: Option<String>,
}

impl<'a> Asking<'a> {
    fn pace(&mut self, place: usize, course: &Course) -> Result<Pace> {
        let Sums { done, of, assessed, leaves, unknown } = self.done(course)?;
        let points = |sum: i128| Value::ratio(sum, 1).map_err(|_| too_many_points(place, course));
        let (done, of) = (points(done)?, points(of)?);
        let percent = if of == Value::ZERO { None } else { Some(percent_of(done, of)?) };
        let (of_all, of_course) = (self.pauses.of(None), self.pauses.of(Some(&course.id)));
        self.spend(of_all.len() + of_course.len())?;
        let own = self.own(course);
        let (from, until) = own.days;
        let touches = |pause: &&PauseTerms| pause.from <= until && from <= pause.until;
        let mut pauses: Vec<&PauseTerms> = of_all.into_iter().chain(of_course).filter(touches).collect();
        sort_by(&mut pauses, |a, b| (a.from, a.until, &a.id).cmp(&(b.from, b.until, &b.id)));
        let spans = pauses.iter().map(|pause| (pause.from, pause.until)).collect();
        let learned = (done, of, course.buffer_percent);
        let plain = Counted::new(self.calendar, Vec::new());
        let by_calendar = self.period(&plain, (course.from, course.until), &course.benchmarks, learned)?;
        let mut by_own = self.period(&Counted::new(self.calendar, spans), own.days, own.benchmarks, learned)?;
        by_own.source = own.source;
        let in_own = |pause: &PauseTerms| count(self.calendar.taught(pause.from.max(from) - 1, pause.until.min(until)));
        let room = &mut self.room;
        let pauses = pauses.into_iter().map(|pause| {
            Ok(Pause {
                id: room.maybe(pause.id.as_deref())?,
                from: room.text(&date_text(pause.from))?,
                until: room.text(&date_text(pause.until))?,
                days: in_own(pause),
                reason: room.text(&pause.reason)?,
                by: room.text(&pause.by)?,
            })
        });
        Ok(Pace {
            course: course.id.clone(),
            title: course.title.clone(),
            measure: course.measure,
            done,
            of,
            percent,
            assessed,
            leaves,
            own: by_own,
            calendar: by_calendar,
            pauses: pauses.collect::<Result<_>>()?,
            set: self.set(course),
            buffer_percent: course.buffer_percent,
            zone: self.room.text(self.calendar.zone())?,
            zone_rules: self.room.text(self.calendar.zone_rules())?,
            calendar_id: self.room.maybe(self.calendar.id())?,
            calendar_version: self.room.maybe(self.calendar.version())?,
            unknown,
        })
    }

    fn spend(&mut self, work: usize) -> Result<()> {
        self.left = self.left.checked_sub(work).ok_or_else(|| {
            let message =
                format!("the courses have more than {PACE} competencies, associations below them and pauses in all");
            Error::new(Code::LimitExceeded, "/courses", message)
        })?;
        Ok(())
    }

    /// What is done of the distinct leaves below the competencies of a course, those that apply.
    fn done(&mut self, course: &Course) -> Result<Sums> {
        let compiled = self.engine.compiled();
        let graph = &compiled.framework.graph;
        let mut sums = Sums::default();
        let mark = self.marks.start();
        for id in &course.competencies {
            let Ok(top) = compiled.node(id) else {
                sums.unknown.push(id.clone());
                continue;
            };
            let mut stack = if self.marks.set(top, mark) { vec![top] } else { Vec::new() };
            while let Some(node) = stack.pop() {
                let children = graph.children(node);
                self.spend(1 + children.len())?;
                if graph.is_leaf(node) {
                    self.add(node, course.measure, &mut sums);
                }
                stack.extend(children.map(|edge| edge.node).filter(|below| self.marks.set(*below, mark)));
            }
        }
        sort(&mut sums.unknown);
        sums.unknown.dedup();
        Ok(sums)
    }

    fn add(&self, leaf: u32, measure: Measure, sums: &mut Sums) {
        let result = self.board.cells.get(leaf as usize).map(|cell| cell.result).unwrap_or_default();
        if result.status == Status::NotApplicable {
            return;
        }
        sums.leaves += 1;
        let settled = result.value.filter(|_| matches!(result.status, Status::Met | Status::NotMet));
        sums.assessed += u32::from(settled.is_some());
        let one = i128::from(Value::literal(1).grid());
        match measure {
            Measure::Points => {
                let scale = &self.engine.compiled().set(leaf).scale;
                let above = |value: Value| i128::from(value.grid()) - i128::from(scale.min().grid());
                sums.of += above(scale.proficient());
                sums.done += settled.map_or(0, |value| above(value.min(scale.proficient())).max(0));
            }
            Measure::Met => {
                sums.of += one;
                sums.done += if result.status == Status::Met { one } else { 0 };
            }
        }
    }

    /// From when to when the learner goes through the course.
    fn own<'c>(&self, course: &'c Course) -> Own<'c>
    where
        'a: 'c,
    {
        let plan = self.plans.last(&course.id);
        let enrolled = self.enrolments.last(&course.id);
        let day = |at: Instant| self.calendar.day(at);
        let begun = enrolled.and_then(|enrolled| enrolled.starts_at).map(day).filter(|begun| *begun > course.from);
        // on the day of the end it no longer holds
        let ended = enrolled
            .and_then(|enrolled| enrolled.ends_at)
            .map(|at| dated(day(at) - 1))
            .filter(|end| *end != course.until);
        let from = plan.and_then(|plan| plan.from).or(begun).unwrap_or(course.from);
        let until = plan.and_then(|plan| plan.until).or(ended).unwrap_or(course.until);
        match (plan, enrolled) {
            // who plans does without the course's benchmarks
            (Some(plan), _) => Own { days: (from, until), benchmarks: &plan.benchmarks, source: plan.id.clone() },
            // whoever has another time than the course cannot keep to its days
            (None, Some(enrolled)) if begun.or(ended).is_some() => {
                Own { days: (from, until), benchmarks: &[], source: enrolled.id.clone() }
            }
            _ => Own { days: (from, until), benchmarks: &course.benchmarks, source: None },
        }
    }

    /// How what is done compares with what was to be done in a time.
    fn period(
        &self,
        counted: &Counted<'_>,
        (from, until): (i64, i64),
        benchmarks: &[Benchmark],
        (done, of, buffer): (Value, Value, u32),
    ) -> Result<PacePeriod> {
        let days = if from <= until { counted.between(from - 1, until) } else { 0 };
        let elapsed = if days > 0 { counted.between(from - 1, self.today.min(until)) } else { 0 };
        let wanted = (days > 0).then(|| expected(counted, (from, until), benchmarks, self.today));
        Ok(PacePeriod {
            from: date_text(from),
            until: date_text(until),
            days: count(days),
            elapsed: count(elapsed),
            expected: wanted.map(|wanted| Value::ratio(wanted.steps, wanted.of)).transpose()?,
            pace: wanted.filter(|_| of > Value::ZERO).map(|wanted| compared(done, of, wanted, buffer)),
            source: None,
        })
    }

    /// What a person says of the pace.
    fn set(&self, course: &Course) -> Option<SetPace> {
        let SetPaceTerms { id, pace, until, reason, by, .. } = self.paces.last(&course.id)?;
        Some(SetPace { id: id.clone(), pace: *pace, by: by.clone(), reason: reason.clone(), until: *until })
    }
}

fn too_many_points(place: usize, course: &Course) -> Error {
    let message = format!("the points of the course {} lie beyond ±9000000000", quote(&course.id));
    Error::new(Code::LimitExceeded, format!("/courses/{place}"), message)
}

fn count(days: i64) -> u32 {
    u32::try_from(days).unwrap_or_default()
}

/// How much one is of another, in percent.
fn percent_of(done: Value, of: Value) -> Result<Value> {
    Value::ratio(i128::from(done.grid()) * i128::from(Value::literal(100).grid()), i128::from(of.grid()))
}

/// Compares fractions as they are. Sums lie within 64 bits, percentages within 37 and days within 22: products within 127.
fn compared(done: Value, of: Value, wanted: Expected, buffer: u32) -> PaceStatus {
    let (done, of) = (i128::from(done.grid()), i128::from(of.grid()));
    let all = i128::from(Value::literal(100).grid());
    let buffer = i128::from(buffer) * (all / 100) * wanted.of;
    // done / of · 100 % ∘ wanted ∓ buffer
    let has = done * all * wanted.of;
    if has < (wanted.steps - buffer) * of {
        PaceStatus::Behind
    } else if has > (wanted.steps + buffer) * of {
        PaceStatus::Ahead
    } else {
        PaceStatus::On
    }
}
