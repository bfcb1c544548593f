//! What a log says of pace: plans, pauses, paces that a person has set, and enrolments; and work that was handed in.

use crate::calendar::Benchmark;
use crate::instant::Instant;
use crate::log::fold::Course;
use crate::log::transitions::EntryKind;
use crate::log::{EventLog, PaceStatus, fields};
use crate::sorting::sort_by;

/// What a log says of pace as of an instant, each list in its order: by clock, what has none first, then by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pacing {
    pub(crate) plans: Vec<Plan>,
    pub(crate) pauses: Vec<Pause>,
    pub(crate) paces: Vec<Set>,
    pub(crate) enrolments: Vec<Enrolled>,
}

/// How the learner means to go through a course.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) id: Option<String>,
    pub(crate) course: String,
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) benchmarks: Vec<Benchmark>,
}

/// Days that do not count.
#[derive(Clone, Debug)]
pub(crate) struct Pause {
    pub(crate) id: Option<String>,
    /// None: all courses.
    pub(crate) course: Option<String>,
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) reason: String,
    pub(crate) by: String,
}

/// A pace that a person has set, and that is in force.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) id: Option<String>,
    pub(crate) course: String,
    pub(crate) pace: PaceStatus,
    pub(crate) until: Option<Instant>,
    pub(crate) reason: String,
    pub(crate) by: String,
}

/// An enrolment that has begun. The order is that of the beginnings.
#[derive(Clone, Debug)]
pub(crate) struct Enrolled {
    pub(crate) id: Option<String>,
    pub(crate) section: String,
    pub(crate) starts_at: Option<Instant>,
    pub(crate) ends_at: Option<Instant>,
}

/// Work for an activity.
#[derive(Clone, Debug)]
pub(crate) struct Submitted {
    pub(crate) id: Option<String>,
    pub(crate) activity: String,
    pub(crate) at: Instant,
}

impl EventLog {
    /// What stands and has happened by an instant. A correction or a retraction says what was so all the time.
    pub(crate) fn pacing(&self, as_of: Instant) -> Pacing {
        let (folded, _) = self.folded();
        let mut stand: Vec<&Course<'_>> = folded.courses().filter(|course| is_pacing(course)).collect();
        let clock = |course: &Course<'_>| course.body.evidence.clock();
        sort_by(&mut stand, |a, b| (clock(a), a.id).cmp(&(clock(b), b.id)));
        let mut pacing = Pacing::default();
        for course in stand {
            let happened = clock(course).is_none_or(|clock| clock <= as_of);
            match course.kind {
                EntryKind::Plan if happened => pacing.plans.extend(plan(course)),
                EntryKind::Pause if happened => pacing.pauses.extend(pause(course)),
                EntryKind::Pace if happened => {
                    pacing.paces.extend(set(course).filter(|set| set.until.is_none_or(|until| as_of < until)));
                }
                EntryKind::Enrolment => pacing.enrolments.extend(enrolled(course)),
                _ => {}
            }
        }
        pacing.enrolments.retain(|enrolled| enrolled.starts_at.is_none_or(|starts| starts <= as_of));
        sort_by(&mut pacing.enrolments, |a, b| (a.starts_at, &a.id).cmp(&(b.starts_at, &b.id)));
        pacing
    }

    /// The submissions for activities that stand, whoever has judged them, each at its clock: what does not say when it was
    /// handed in was handed in when it came.
    pub(crate) fn submitted(&self) -> Vec<Submitted> {
        let (folded, _) = self.folded();
        let stand = folded.courses().filter(|course| course.kind == EntryKind::Submission && course.stands());
        let of = |course: &Course<'_>| {
            let evidence = &course.body.evidence;
            Some(Submitted { id: evidence.id.clone(), activity: evidence.activity.clone()?, at: evidence.clock()? })
        };
        stand.filter_map(of).collect()
    }
}

fn is_pacing(course: &Course<'_>) -> bool {
    use EntryKind::{Enrolment, Pace, Pause, Plan};
    matches!(course.kind, Plan | Pause | Pace | Enrolment) && course.stands()
}

fn id(course: &Course<'_>) -> Option<String> {
    course.id.map(str::to_owned)
}

fn plan(course: &Course<'_>) -> Option<Plan> {
    let body = &course.body;
    let (from, until) = (fields::date(body, "starts_on"), fields::date(body, "ends_on"));
    let benchmarks = fields::benchmarks(body);
    Some(Plan { id: id(course), course: fields::text(body, "course")?, from, until, benchmarks })
}

fn pause(course: &Course<'_>) -> Option<Pause> {
    let body = &course.body;
    let (from, until) = (fields::date(body, "starts_on")?, fields::date(body, "ends_on")?);
    let (reason, by) = course.decision();
    Some(Pause { id: id(course), course: fields::text(body, "course"), from, until, reason, by })
}

fn set(course: &Course<'_>) -> Option<Set> {
    let body = &course.body;
    let (name, pace) = (fields::text(body, "course")?, fields::pace(body)?);
    let (reason, by) = course.decision();
    Some(Set { id: id(course), course: name, pace, until: fields::instant(body, "expires_at"), reason, by })
}

fn enrolled(course: &Course<'_>) -> Option<Enrolled> {
    let body = &course.body;
    let section = fields::text(body, "section")?;
    let (starts_at, ends_at) = (fields::instant(body, "starts_at"), fields::instant(body, "ends_at"));
    Some(Enrolled { id: id(course), section, starts_at, ends_at })
}

#[cfg(test)]
mod tests {
    use crate::{Code, EntryKind, EventLog, Instant};

    const DECIDED: &str = r#""actor": {"id": "ms-lee"}, "reason": "agreed with the family""#;

    fn log(events: &[String]) -> EventLog {
        EventLog::from_json(format!("[{}]", events.join(","))).unwrap()
    }

    fn found(event: &str) -> Vec<(Code, String)> {
        let report = log(&[event.to_owned()]).report();
        report.findings().iter().map(|finding| (finding.code, finding.path.clone())).collect()
    }

    #[test]
    fn plans_pauses_and_paces_are_entries() {
        let log = log(&[
            r#"{"id": "l1", "event": "planned", "course": "math", "ends_on": "2026-06-30", "observed_at": "2026-01-02T08:00:00Z"}"#.to_owned(),
            r#"{"id": "l2", "event": "corrected", "of": "l1", "ends_on": "2026-07-31"}"#.to_owned(),
            format!(r#"{{"id": "p1", "event": "paused", "starts_on": "2026-02-01", "ends_on": "2026-02-01", {DECIDED}}}"#),
            format!(r#"{{"id": "h1", "event": "paced", "course": "math", "pace": "on", {DECIDED}}}"#),
            r#"{"id": "h2", "event": "retracted", "of": "h1"}"#.to_owned(),
        ]);
        assert!(log.report().is_empty(), "{}", log.report());
        let entries = log.entries_json(None);
        assert_eq!(
            entries,
            concat!(
                r#"[{"id":"h1","entry":"pace","state":"retracted","events":["h1","h2"],"actor":{"id":"ms-lee"},"reason":"agreed with the family","#,
                r#""course":"math","pace":"on"},"#,
                r#"{"id":"l1","entry":"plan","state":"planned","since":"2026-01-02T08:00:00Z","events":["l1","l2"],"#,
                r#""observed_at":"2026-01-02T08:00:00Z","course":"math","ends_on":"2026-07-31"},"#,
                r#"{"id":"p1","entry":"pause","state":"paused","events":["p1"],"actor":{"id":"ms-lee"},"reason":"agreed with the family","#,
                r#""starts_on":"2026-02-01","ends_on":"2026-02-01"}]"#
            )
        );
        assert_eq!(EntryKind::parse("plan").unwrap(), EntryKind::Plan);
        let pacing = log.pacing(Instant::parse("2026-03-01T00:00:00Z").unwrap());
        assert_eq!((pacing.plans.len(), pacing.pauses.len(), pacing.paces.len()), (1, 1, 0));
        let before = log.pacing(Instant::parse("2026-01-01T00:00:00Z").unwrap());
        assert_eq!((before.plans.len(), before.pauses.len()), (0, 1));
    }

    #[test]
    fn bad_fields_are_found_at_their_place() {
        let at = |code, path: &str| vec![(code, path.to_owned())];
        let plan = |fields: &str| found(&format!(r#"{{"id": "a", "event": "planned", "course": "math", {fields}}}"#));
        assert_eq!(found(r#"{"id": "a", "event": "planned"}"#), at(Code::MissingField, ""));
        assert_eq!(plan(r#""starts_on": "2026-02-30""#), at(Code::InvalidValue, "/starts_on"));
        assert_eq!(plan(r#""starts_on": "2026-02-02", "ends_on": "2026-02-01""#), at(Code::InvalidValue, "/ends_on"));
        assert_eq!(plan(r#""benchmarks": 3"#), at(Code::InvalidValue, "/benchmarks"));
        let benchmarks = |rest: &str| {
            plan(&format!(r#""ends_on": "2026-02-02", "benchmarks": [{{"on": "2026-02-01", "percent": 5}}{rest}]"#))
        };
        assert_eq!(benchmarks(""), []);
        let second = |on: &str, percent: &str| benchmarks(&format!(r#", {{"on": "{on}", "percent": {percent}}}"#));
        assert_eq!(second("2026-02-01", "6"), at(Code::InvalidValue, "/benchmarks/1/on"));
        assert_eq!(second("2026-02-02", "4"), at(Code::InvalidValue, "/benchmarks/1/percent"));
        assert_eq!(second("2026-02-02", "101"), at(Code::ParameterOutOfRange, "/benchmarks/1/percent"));
        assert_eq!(second("2026-02-03", "6"), at(Code::InvalidValue, "/benchmarks/1/on"));
        assert_eq!(
            plan(
                r#""ends_on": "2026-02-02", "benchmarks": [{"on": "bad", "percent": 5}, {"on": "2026-02-03", "percent": 6}]"#
            ),
            [at(Code::InvalidValue, "/benchmarks/0/on"), at(Code::InvalidValue, "/benchmarks/1/on")].concat()
        );
        assert_eq!(
            found(r#"{"id": "a", "event": "paused", "starts_on": "2026-02-02"}"#),
            [
                (Code::MissingField, String::new()),
                (Code::MissingField, String::new()),
                (Code::MissingField, "/actor".to_owned())
            ]
        );
        let pace =
            |fields: &str| found(&format!(r#"{{"id": "a", "event": "paced", "course": "math", {fields}, {DECIDED}}}"#));
        assert_eq!(pace(r#""pace": "fast""#), at(Code::InvalidValue, "/pace"));
        assert_eq!(pace(r#""pace": "on", "expires_at": "2026-02-02""#), at(Code::InvalidValue, "/expires_at"));
        assert_eq!(pace(r#""pace": "ahead", "of": "x""#), at(Code::InvalidValue, "/of"));
    }
}
