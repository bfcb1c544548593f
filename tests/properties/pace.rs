//! The engine says of calendars, of pace and of deadlines what the model says, which counts days one by one and has the rules
//! of zones from a table of its own.

use lrm_core::{Calendar, Code, Engine, EventLog, Framework, Instant, Options, Policy, Result};
use lrm_tests::reference::{Outcome, calendar_faults, canonical_json, evaluate, parse_instant};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::calendars::{broken, cases};
use crate::support::config;

/// What the engine says of a case: pace and deadlines as they are written.
struct Found {
    pace: Vec<String>,
    deadlines: Vec<String>,
}

fn text<'c>(case: &'c Value, name: &str) -> &'c str {
    case[name].as_str().expect("a text")
}

fn calendar(case: &Value) -> Calendar {
    Calendar::from_json(case["calendar"].to_string()).expect("a calendar")
}

fn found(case: &Value, events: &[Value], calendar: &Calendar) -> Result<Found> {
    let engine = Engine::new(
        Framework::from_json(case["framework"].to_string())?,
        Policy::from_json(case["policy"].to_string())?,
    )?;
    let log = EventLog::from_json(Value::Array(events.to_vec()).to_string())?;
    let as_of = Instant::parse(text(case, "as_of"))?;
    let scope = case["scope"].as_array();
    let options = scope.map_or_else(Options::new, |ids| Options::new().scope(ids.iter().filter_map(Value::as_str)));
    Ok(Found {
        pace: engine.pace_with(&log, calendar, as_of, &options)?.iter().map(lrm_core::Pace::to_json).collect(),
        deadlines: engine.deadlines(&log, calendar, as_of)?.iter().map(lrm_core::Deadline::to_json).collect(),
    })
}

/// Pace without the version of the rules of zones, which a table by hand does not have.
fn pace(json: &str) -> String {
    let mut pace: Value = serde_json::from_str(json).expect("JSON");
    let rules = pace.as_object_mut().and_then(|pace| pace.remove("zone_rules"));
    assert!(rules.is_some_and(|rules| rules.is_string()), "no version of the rules in {json}");
    canonical_json(&pace)
}

/// A deadline. Which excuse is named is nobody's rule.
fn deadline(mut deadline: Map<String, Value>) -> String {
    if deadline.get("state") == Some(&json!("excused")) {
        deadline.remove("at");
        deadline.remove("by");
    }
    canonical_json(&Value::Object(deadline))
}

fn agree(case: &Value, found: &Found, model: &Outcome) -> std::result::Result<(), TestCaseError> {
    let expected = model.pace.iter().map(|pace| canonical_json(&Value::Object(pace.clone())));
    let paces = found.pace.iter().map(|json| pace(json));
    prop_assert_eq!(paces.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", case);
    let expected = model.deadlines.iter().cloned().map(deadline);
    let deadlines = found.deadlines.iter().map(|json| deadline(serde_json::from_str(json).expect("JSON")));
    prop_assert_eq!(deadlines.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", case);
    Ok(())
}

/// The engine's answer to a question about time.
fn answer(calendar: &Calendar, asked: &Value) -> Value {
    if asked["from"].is_string() {
        return json!(calendar.school_days(text(asked, "from"), text(asked, "until")).expect("days"));
    }
    if asked["at"].is_string() {
        return json!(calendar.local(Instant::parse(text(asked, "at")).expect("an instant")));
    }
    let local = text(asked, "local");
    let Some(grace) = asked["grace_days"].as_u64() else {
        return json!(calendar.instant(local).expect("an instant").to_string());
    };
    let grace = u32::try_from(grace).expect("a number");
    json!(calendar.cutoff(local, grace, asked["school_days"] == true).expect("an instant").to_string())
}

/// Local time with an offset: what clocks show, and the instant.
fn shown(answer: &Value) -> (String, Option<i64>) {
    let text = answer.as_str().expect("a text");
    (text[..19].to_owned(), parse_instant(text))
}

fn faults(document: &Value) -> Vec<(String, String)> {
    let Err(error) = Calendar::from_json(document.to_string()) else { return Vec::new() };
    error.findings().iter().map(|finding| (finding.code.as_str().to_owned(), finding.path.clone())).collect()
}

fn expected_faults(document: &Value) -> Vec<(String, String)> {
    calendar_faults(document).into_iter().map(|(code, path)| (code.to_owned(), path)).collect()
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn the_engine_paces_as_the_model(case in cases()) {
        let model = evaluate(&case);
        let calendar = calendar(&case);
        let events = case["events"].as_array().expect("a list");
        let found = found(&case, events, &calendar);
        match (&found, &model) {
            (Ok(found), Ok(model)) => agree(&case, found, model)?,
            (Err(error), Err(code)) => prop_assert_eq!(error.code().as_str(), code, "{}", case),
            (found, model) => prop_assert!(false, "{:?} {:?} {case}", found.as_ref().map(|_| ()), model),
        }
    }

    #[test]
    fn the_engine_tells_time_as_the_model(case in cases()) {
        let model = evaluate(&case).expect("an outcome");
        let calendar = calendar(&case);
        for (asked, expected) in case["expect_local"].as_array().expect("a list").iter().zip(&model.local) {
            let (found, expected) = (answer(&calendar, asked), expected.as_ref().expect("an answer"));
            if asked["at"].is_string() {
                prop_assert_eq!(shown(&found), shown(expected), "{} in {}", asked, calendar.zone());
            } else {
                prop_assert_eq!(&found, expected, "{} in {}", asked, case["calendar"]);
            }
        }
    }

    #[test]
    fn neither_the_order_of_events_nor_a_round_trip_changes_pace(case in cases()) {
        let calendar = calendar(&case);
        let mut events = case["events"].as_array().expect("a list").clone();
        let one = found(&case, &events, &calendar);
        events.reverse();
        let again = Calendar::from_json(calendar.to_json()).expect("a calendar");
        prop_assert_eq!(calendar.to_json(), again.to_json());
        let other = found(&case, &events, &again);
        let seen = |found: Result<Found>| found.map(|found| (found.pace, found.deadlines)).map_err(|error| error.code());
        prop_assert_eq!(seen(one), seen(other), "{}", case);
    }

    #[test]
    fn all_that_is_wrong_with_a_document_is_said(document in broken()) {
        // where nobody knows which days are school days, nobody knows when grace ends
        let told = |faults: Vec<(String, String)>| {
            let is_unknown = faults.iter().any(|(_, path)| path.starts_with("/school_days"));
            sorted(faults.into_iter().filter(|(_, path)| !(is_unknown && path.ends_with("/due"))).collect())
        };
        prop_assert_eq!(told(faults(&document)), told(expected_faults(&document)), "{}", document);
    }
}

#[test]
fn ten_thousand_holidays_are_enough() {
    for name in ["holidays", "extra_days"] {
        let document = |count: usize| json!({"zone": "UTC", name: vec!["2026-12-24"; count]});
        assert!(Calendar::from_json(document(10_000).to_string()).is_ok(), "{name}");
        let error = Calendar::from_json(document(10_001).to_string()).expect_err("too many");
        let path = format!("/{name}");
        assert_eq!((error.code(), error.path()), (Code::ParameterOutOfRange, path.as_str()));
        assert_eq!(expected_faults(&document(10_001)), [("parameter-out-of-range".to_owned(), path)]);
        assert!(calendar_faults(&document(10_000)).is_empty());
    }
}
