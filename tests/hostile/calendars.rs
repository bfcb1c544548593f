//! Calendars and plans that nobody should write: bounded time, whatever the dates, and the limits that are documented.

use std::fmt::Write;

use lrm_core::{Calendar, Code, Engine, EventLog, Pace, PaceStatus};

use crate::support::{PLAIN, framework, in_time, instant, places};

/// Every day of all years, in many courses about everything.
fn calendar(courses: usize) -> Calendar {
    let mut text = String::from("{\"zone\": \"America/New_York\", \"courses\": [");
    for course in 0..courses {
        let comma = if course > 0 { "," } else { "" };
        write!(
            text,
            "{comma}{{\"id\": \"c{course}\", \"competencies\": [\"n0\"], \"from\": \"0000-01-01\", \"until\": \"9999-12-31\"}}"
        )
        .expect("a string grows");
    }
    Calendar::from_json(text + "]}").expect("a calendar")
}

/// A competency with many below it.
fn engine(leaves: usize) -> Engine {
    Engine::from_json(framework(leaves + 1, (1..=leaves).map(|leaf| (leaf, 0))), PLAIN).expect("an engine")
}

/// Pauses of two days of which each begins three days after the one before, so that most weeks have some.
fn pauses(count: usize) -> EventLog {
    let pause = |place: usize| {
        let (year, month, day) = (1000 + place / 336, 1 + place / 28 % 12, 1 + place % 28);
        format!(
            r#"{{"id": "p{place}", "event": "paused", "starts_on": "{year:04}-{month:02}-{day:02}", "ends_on": "{year:04}-{month:02}-28",
                "actor": {{"id": "t"}}, "reason": "r"}}"#
        )
    };
    let all: Vec<String> = (0..count).map(pause).collect();
    EventLog::from_json(format!("[{}]", all.join(","))).expect("a log")
}

#[test]
fn all_years_take_no_longer_than_one() {
    let (engine, calendar) = (engine(10), calendar(500));
    let as_of = |at| in_time(|| engine.pace(&EventLog::default(), &calendar, instant(at))).expect("a pace");
    let first: Vec<Pace> = as_of("0000-01-01T00:00:00Z");
    // in New York it is still the year before
    assert_eq!((first.len(), first[0].own.elapsed, first[0].own.days), (500, 0, 2_608_875));
    let last = as_of("9999-12-31T23:59:59Z");
    assert_eq!((last[0].own.elapsed, last[0].own.pace), (2_608_875, Some(PaceStatus::Behind)));
}

#[test]
fn many_pauses_take_their_time_and_no_more() {
    let (engine, calendar, log) = (engine(2), calendar(3), pauses(20_000));
    let pace = in_time(|| engine.pace(&log, &calendar, instant("2026-01-01T00:00:00Z"))).expect("a pace");
    assert_eq!(pace[2].pauses.len(), 20_000);
    // 59 years of 336 pauses and 176 days more: of each month the first 28 days
    assert!(pace[0].own.days < pace[0].calendar.days - 59 * 12 * 19, "{}", pace[0].own.days);
}

#[test]
fn the_work_for_all_courses_is_bounded() {
    let engine = engine(60_000);
    let ask =
        |courses| in_time(|| engine.pace(&EventLog::default(), &calendar(courses), instant("2026-01-01T00:00:00Z")));
    assert_eq!(ask(400).expect("a pace").len(), 400);
    let error = ask(900).expect_err("too much");
    assert_eq!(places(&error), [(Code::LimitExceeded.as_str(), "/courses".to_owned())]);
}

#[test]
fn sums_beyond_the_limits_are_an_error() {
    let policy = r#"{"scale": {"max": 1000000, "proficient": 1000000}, "estimate": {"method": "latest"}}"#;
    let framework = framework(9_301, (1..=9_300).map(|leaf| (leaf, 0)));
    let engine = Engine::from_json(framework, policy).expect("an engine");
    let courses = r#"{"id": "none", "competencies": ["n1"], "from": "2026-01-01", "until": "2026-01-02"},
        {"id": "all", "competencies": ["n0"], "from": "2026-01-01", "until": "2026-01-02"}"#;
    let calendar = Calendar::from_json(format!(r#"{{"zone": "UTC", "courses": [{courses}]}}"#)).expect("a calendar");
    let error = engine.pace(&EventLog::default(), &calendar, instant("2026-01-01T00:00:00Z")).expect_err("too much");
    assert_eq!(places(&error), [(Code::LimitExceeded.as_str(), "/courses/1".to_owned())]);
    assert!(error.to_string().contains("`all`"), "{error}");
}

#[test]
fn what_is_said_of_other_courses_costs_nothing() {
    const MANY: usize = 20_000;
    let said = |place: usize| {
        let decided = r#""actor": {"id": "t"}, "reason": "r""#;
        let days = r#""starts_on": "2026-01-01", "ends_on": "2026-01-02""#;
        [
            format!(r#"{{"id": "h{place}", "event": "paced", "course": "x{place}", "pace": "on", {decided}}}"#),
            format!(r#"{{"id": "l{place}", "event": "planned", "course": "x{place}"}}"#),
            format!(r#"{{"id": "r{place}", "event": "enrolled", "section": "x{place}"}}"#),
            format!(r#"{{"id": "p{place}", "event": "paused", "course": "x{place}", {days}, {decided}}}"#),
        ]
    };
    let own = [r#"{"id": "h", "event": "paced", "course": "c7", "pace": "on", "actor": {"id": "t"}, "reason": "r"}"#
        .to_owned()];
    let all: Vec<String> = (0..MANY).flat_map(said).chain(own).collect();
    let log = EventLog::from_json(format!("[{}]", all.join(","))).expect("a log");
    let (engine, calendar) = (engine(1), calendar(MANY));
    let pace = in_time(|| engine.pace(&log, &calendar, instant("2026-01-01T00:00:00Z"))).expect("a pace");
    let set: Vec<&str> = pace.iter().filter(|one| one.set.is_some()).map(|one| one.course.as_str()).collect();
    assert_eq!((pace.len(), set), (MANY, vec!["c7"]));
}

#[test]
fn the_text_of_an_answer_is_bounded() {
    let engine = engine(1);
    let ask = |log: &EventLog, calendar: &Calendar| {
        let asked = in_time(|| engine.pace(log, calendar, instant("3026-01-01T00:00:00Z")));
        asked.map(|pace| pace.len()).map_err(|error| places(&error))
    };
    let too_much = Err(vec![(Code::LimitExceeded.as_str(), "/courses".to_owned())]);
    let many = pauses(10_000);
    assert_eq!((ask(&many, &calendar(10)), ask(&many, &calendar(100))), (Ok(10), too_much.clone()));
    let long = "r".repeat(1_000_000);
    let one = |reason: &str| {
        let pause =
            r#""id": "p", "event": "paused", "starts_on": "2026-01-01", "ends_on": "2026-01-02", "actor": {"id": "t"}"#;
        EventLog::from_json(format!(r#"[{{{pause}, "reason": "{reason}"}}]"#)).expect("a log")
    };
    assert_eq!((ask(&one(&long), &calendar(10)), ask(&one(&long), &calendar(100))), (Ok(10), too_much.clone()));
    let named = |courses: usize| {
        let json = calendar(courses).to_json().replacen('{', &format!("{{\"id\":\"{long}\","), 1);
        Calendar::from_json(json).expect("a calendar")
    };
    assert_eq!((ask(&EventLog::default(), &named(10)), ask(&EventLog::default(), &named(100))), (Ok(10), too_much));
}
