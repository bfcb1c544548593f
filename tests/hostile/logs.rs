//! Logs of very many events, in chains and circles, and events that are none. Nothing is lost, whatever it is.

use std::collections::BTreeSet;

use lrm_core::{Event, EventLog, Evidence, EvidenceState, Instant};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::support::in_time;

const MANY: usize = 100_000;

/// A log as others read it.
#[derive(Deserialize)]
struct Written {
    events: Vec<IgnoredAny>,
}

/// The log of these events, none of which is lost when it is written and read again.
fn read(events: &str, count: usize) -> EventLog {
    let log = in_time(|| EventLog::from_json(events)).expect("a log");
    assert_eq!(log.len(), count);
    let text = in_time(|| log.to_json());
    let written: Written = in_time(|| serde_json::from_str(&text)).expect("JSON");
    assert_eq!(written.events.len(), count);
    let again = in_time(|| EventLog::from_json(&text)).expect("a log");
    assert!(again == log && again.hash() == log.hash());
    log
}

fn list(events: impl Iterator<Item = String>) -> String {
    format!("[{}]", events.collect::<Vec<_>>().join(","))
}

const ITEM: &str = r#"{"id": "e", "competency": "c", "score": 1}"#;

fn corrected(id: usize, of: &str) -> String {
    format!(r#"{{"id": "c{id}", "event": "corrected", "of": "{of}", "score": 2}}"#)
}

/// How many findings there are of each code.
fn findings(log: &EventLog) -> Vec<(&'static str, usize)> {
    let report = in_time(|| log.report());
    let codes: Vec<&str> = report.findings().iter().map(|finding| finding.code.as_str()).collect();
    let distinct: BTreeSet<&'static str> = codes.iter().copied().collect();
    distinct.into_iter().map(|code| (code, codes.iter().filter(|one| **one == code).count())).collect()
}

#[test]
fn a_chain_of_corrections() {
    let of = |place: usize| if place == 0 { "e".to_owned() } else { format!("c{}", place - 1) };
    let chain = (0..MANY).map(|place| corrected(place, &of(place)));
    let log = read(&list(std::iter::once(ITEM.to_owned()).chain(chain)), MANY + 1);
    let record = in_time(|| log.record());
    assert_eq!(record.len(), MANY + 1);
    let live = record.evidence().filter(|item| !item.to_json().contains("\"withdrawn\""));
    let live: Vec<String> = live.map(Evidence::to_json).collect();
    let last = format!(r#"{{"id":"c{}","competency":"c","score":2,"extra":{{"corrects":"c{}"}}}}"#, MANY - 1, MANY - 2);
    assert_eq!(live, [last]);
    assert_eq!(in_time(|| log.state_of("c500")), Some(EvidenceState::Assessed));
    assert_eq!(findings(&log), []);
}

#[test]
fn a_chain_without_its_item() {
    let chain = (0..MANY).map(|place| corrected(place + 1, &format!("c{place}")));
    let log = read(&list(chain), MANY);
    assert!(in_time(|| log.record()).is_empty());
    assert_eq!(findings(&log), [("dangling-reference", MANY)]);
}

#[test]
fn many_corrections_of_one_item() {
    let all = (0..MANY).map(|place| corrected(place, "e"));
    let log = read(&list(std::iter::once(ITEM.to_owned()).chain(all)), MANY + 1);
    assert_eq!(in_time(|| log.record()).len(), MANY + 1);
    assert_eq!(in_time(|| log.known_at(Instant::EPOCH)).len(), MANY + 1);
}

#[test]
fn many_retractions_of_one_item() {
    let all = (0..MANY).map(|place| format!(r#"{{"id": "r{place}", "event": "retracted", "of": "e"}}"#));
    let log = read(&list(std::iter::once(ITEM.to_owned()).chain(all)), MANY + 1);
    assert_eq!(findings(&log), [("illegal-transition", MANY - 1)]);
    assert_eq!(in_time(|| log.record()).len(), 1);
}

#[test]
fn one_large_circle_and_many_small_ones() {
    let large = (0..MANY).map(|place| corrected(place, &format!("c{}", (place + 1) % MANY)));
    assert_eq!(findings(&read(&list(large), MANY)), [("cycle", MANY)]);
    let small = (0..MANY).map(|place| corrected(place, &format!("c{}", place ^ 1)));
    assert_eq!(findings(&read(&list(small), MANY)), [("cycle", MANY)]);
    // all about one of a circle
    let into = (0..MANY).map(|place| corrected(place, if place == 0 { "c1" } else { "c0" }));
    assert_eq!(findings(&read(&list(into), MANY)), [("cycle", MANY)]);
}

#[test]
fn many_events_of_one_id() {
    let event = |place: usize| format!(r#"{{"id": "x", "event": "corrected", "of": "e", "score": {place}}}"#);
    let log = read(&list(std::iter::once(ITEM.to_owned()).chain((0..MANY).map(event))), MANY + 1);
    assert_eq!(findings(&log), [("duplicate-id", MANY - 1)]);
    assert_eq!(in_time(|| log.record()).len(), 2);
    let item = |place: usize| format!(r#"{{"id": "e", "competency": "c", "score": {place}}}"#);
    let retracted = r#"{"id": "r", "event": "retracted", "of": "e"}"#.to_owned();
    let log = read(&list(std::iter::once(retracted).chain((0..MANY).map(item))), MANY + 1);
    let record = in_time(|| log.record());
    assert_eq!(record.len(), MANY);
    assert!(record.evidence().all(|item| item.to_json().contains("\"withdrawn\":\"retracted\"")));
}

#[test]
fn many_unknown_fields_laid_over_as_many() {
    let fields = |value: u8| (0..MANY).map(|field| format!("\"x{field}\":{value}")).collect::<Vec<_>>().join(",");
    let item = format!(r#"{{"id": "e", "competency": "c", {}}}"#, fields(1));
    let correction = format!(r#"{{"event": "corrected", "of": "e", "score": 2, {}}}"#, fields(2));
    let log = read(&format!("[{item},{correction}]"), 2);
    let record = in_time(|| log.record());
    let texts: Vec<String> = record.evidence().map(Evidence::to_json).collect();
    let count = |text: &String| [text.matches("\":1").count(), text.matches("\":2").count()];
    assert_eq!(texts.iter().map(count).collect::<Vec<_>>(), [[MANY, 0], [0, MANY + 1]]);
}

#[test]
fn hostile_ids() {
    let ids = ["", " ", "\"", "\\", "\n", "\u{0}", "\u{202e}", "e\u{301}", "é", "null", "{\"id\":\"e\"}", "💥"];
    let long = "x".repeat(1_000_000);
    let ids: Vec<&str> = ids.into_iter().chain([long.as_str()]).collect();
    let item = |id: &&str| json!({"id": id, "competency": "c", "score": 1}).to_string();
    let event = |id: &&str| json!({"event": "retracted", "of": id}).to_string();
    let log = read(&list(ids.iter().map(item).chain(ids.iter().map(event))), 2 * ids.len());
    assert_eq!(findings(&log), []);
    assert!(ids.iter().all(|id| log.state_of(id) == Some(EvidenceState::Retracted)));
    assert!(log.record().evidence().all(|item| item.to_json().contains("\"withdrawn\":\"retracted\"")));
    // of those that are not there, findings name the beginning
    let dangling = read(&list(ids.iter().map(event)), ids.len());
    assert_eq!(findings(&dangling), [("dangling-reference", ids.len())]);
    assert!(dangling.report().to_json().len() < 10_000);
}

#[test]
fn events_that_are_none() {
    let none = ["null", "true", "5", "-0.0", "1e400", "\"corrected\"", "[]", "[1,[2]]", "{}"];
    let log = read(&list(none.iter().map(ToString::to_string)), none.len());
    assert_eq!(log.record().len(), none.len());
    assert_eq!(log.record().evidence().count(), 0);
    let all: Vec<Event> = log.events().cloned().collect();
    assert!(EventLog::from_events(all).expect("a log") == log);
    for event in none {
        assert!(Event::from_json(event).is_err(), "{event}");
    }
    let words = ["null", "1", "[]", "{}", "\"\"", "\"Corrected\"", "\"corrected \"", "\"__proto__\""];
    for word in words {
        for of in ["null", "1", "[\"e\"]", "{}", "\"\"", "\"e\""] {
            let event = format!(r#"{{"id": "x", "event": {word}, "of": {of}, "actor": {word}, "reason": {of}}}"#);
            let log = read(&format!("[{ITEM},{event}]"), 2);
            assert_eq!(log.state_of("e"), Some(EvidenceState::Assessed), "{event}");
            assert!(!log.report().is_empty() || word == "null", "{event}");
        }
    }
}

#[test]
fn repeated_keys() {
    let events = [
        r#"{"id": "x", "event": "retracted", "event": "verified", "of": "e"}"#,
        r#"{"id": "x", "event": "retracted", "of": "e", "of": "f"}"#,
        r#"{"id": "x", "id": "y", "event": "retracted", "of": "e"}"#,
        r#"{"id": "x", "event": "retracted", "of": "e", "actor": {"id": "a", "id": "b"}}"#,
        r#"{"id": "x", "event": "retracted", "of": "e", "assessor": {"id": "a", "id": "b"}}"#,
        "{\"id\": \"x\", \"event\": \"retracted\", \"of\": \"e\", \"extra\": {\"a\":\n1, \"a\":\n2}}",
        r#"{"id": "x", "event": "retracted", "\u0065vent": "retracted", "of": "e"}"#,
    ];
    for event in events {
        let log = read(&format!("[{ITEM},{event}]"), 2);
        assert_eq!(log.state_of("e"), Some(EvidenceState::Assessed), "{event}");
        assert!(Event::from_json(event).is_err(), "{event}");
    }
    read(&list(std::iter::once(ITEM).chain(events).map(ToOwned::to_owned)), events.len() + 1);
}

#[test]
fn deep_nesting() {
    for depth in [60, 63, 64, 65, 100, 120] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for place in ["reason", "actor", "of", "event", "x", "extra", "score", "assessor"] {
            let event = if place == "event" {
                format!(r#"{{"id": "x", "of": "e", "event": {deep}}}"#)
            } else {
                format!(r#"{{"id": "x", "event": "corrected", "of": "e", "{place}": {deep}}}"#)
                    .replace(r#""of": "e", "of""#, r#""of""#)
            };
            let log = read(&format!("[{ITEM},{event}]"), 2);
            assert!(log.state_of("e").is_some(), "{place} {depth}");
            in_time(|| log.record().to_json());
        }
    }
    let too_deep = read(&format!(r#"[{{"x": {}{}}}]"#, "[".repeat(MANY), "]".repeat(MANY)), 1);
    assert_eq!(too_deep.record().evidence().count(), 0);
}

#[test]
fn logs_that_are_none() {
    for text in ["", "null", "5", "\"\"", "{}", r#"{"format": "lrm-log/2", "events": []}"#] {
        assert!(EventLog::from_json(text).is_err(), "{text}");
    }
    for text in [
        r#"{"format": "lrm-log/1", "events": {}}"#,
        r#"{"format": "lrm-log/1", "events": null}"#,
        r#"{"format": "lrm-log/1", "events": [], "more": 1}"#,
        r#"{"format": "lrm-log/1", "events": [], "events": []}"#,
        r#"[{"learner": "ana", "competency": "c"}, {"learner": "ben", "event": "retracted"}]"#,
    ] {
        assert!(EventLog::from_json(text).is_err(), "{text}");
    }
    assert!(EventLog::from_json("[]").expect("a log").is_empty());
}
