//! Logs of very many events, in chains and circles, and events that are none. Nothing is lost, whatever it is.

use std::collections::BTreeSet;

use lrm_core::{Engine, Entry, EntryState, Event, EventLog, Evidence, Instant};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::support::in_time;

const MANY: usize = 100_000;
/// Where each of them is read and hashed several times.
const FEWER: usize = 40_000;

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
    assert_eq!(in_time(|| log.state_of("c500")), Some(EntryState::Assessed));
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

const FIELDS: &str = r#"{"id": "x", "actor": {"id": "t"}, "reason": "asked for"}"#;

#[test]
fn many_erased_at_once_and_one_after_the_other() {
    let item = |place: usize| format!(r#"{{"id": "e{place}", "competency": "c", "score": 1}}"#);
    let corrected =
        |place: usize| format!(r#"{{"id": "c{place}", "event": "corrected", "of": "e{place}", "score": 2}}"#);
    let log = read(&list((0..FEWER / 2).map(item).chain((0..FEWER / 2).map(corrected))), FEWER);
    let ids: Vec<String> = (0..FEWER / 2).map(|place| format!("e{place}")).collect();
    let mut all = log.clone();
    assert_eq!(in_time(|| all.erase(ids.iter().map(String::as_str), FIELDS).expect("erased")), FEWER);
    let noted = all.hash();
    assert_eq!((in_time(|| all.merge(&log).expect("one learner")), all.len(), all.hash()), (0, 1, noted));
    // what a hold keeps back is looked at as a whole, not once for each erasure
    let erasures = log.events().map(|event| {
        format!(
            r#"{{"event": "erased", "erased": [{{"digest": "{}"}}], "actor": {{"id": "t"}}, "reason": "r"}}"#,
            event.digest()
        )
    });
    let held = r#"{"id": "h", "event": "held", "actor": {"id": "t"}, "reason": "r"}"#.to_owned();
    let many = EventLog::from_json(list(erasures.chain([held]))).expect("a log");
    let mut kept = log;
    assert_eq!(in_time(|| kept.merge(&many).expect("one learner")), FEWER + 1);
    assert_eq!(findings(&kept), [("legal-hold", FEWER)]);
    let released = EventLog::from_json(r#"[{"event": "released", "of": "h", "actor": {"id": "t"}, "reason": "r"}]"#)
        .expect("a log");
    assert_eq!(in_time(|| kept.merge(&released).expect("one learner")), 1);
    assert_eq!(kept.len(), FEWER + 2);
}

#[test]
fn an_endless_list_of_digests() {
    let digests = (0..MANY).map(|place| format!(r#"{{"digest": "{place:064x}"}}"#));
    let wrong = (0..MANY).map(|place| format!(r#"{{"digest": "{place}", "known": 5}}"#));
    let erased = |digests: String| {
        format!(r#"[{{"event": "erased", "erased": {digests}, "actor": {{"id": "t"}}, "reason": "r"}}]"#)
    };
    let log = read(&erased(list(digests)), 1);
    assert_eq!(findings(&log), []);
    assert_eq!(findings(&read(&erased(list(wrong)), 1)), [("invalid-value", 2 * MANY)]);
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
    assert!(ids.iter().all(|id| log.state_of(id) == Some(EntryState::Retracted)));
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
            assert_eq!(log.state_of("e"), Some(EntryState::Assessed), "{event}");
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
        assert_eq!(log.state_of("e"), Some(EntryState::Assessed), "{event}");
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

/// A goal, which goes on in others.
fn goals(count: usize, of: impl Fn(usize) -> usize) -> Vec<String> {
    (0..count)
        .map(|place| {
            format!(r#"{{"id": "n{place}", "event": "renegotiated", "of": "n{}", "competencies": ["c"]}}"#, of(place))
        })
        .collect()
}

#[test]
fn chains_and_circles_of_goals() {
    let first = r#"{"id": "n0", "event": "proposed", "competencies": ["c"]}"#.to_owned();
    let chain = goals(MANY, |place| place.saturating_sub(1)).into_iter().skip(1);
    let log = read(&list(std::iter::once(first).chain(chain)), MANY);
    let entries = in_time(|| log.entries());
    assert_eq!(entries.len(), MANY);
    let open: Vec<&str> = entries.iter().filter(|entry| entry.state() == EntryState::Proposed).map(Entry::id).collect();
    assert_eq!(open, [format!("n{}", MANY - 1)]);
    assert_eq!(findings(&log), []);
    let circle = read(&list(goals(MANY, |place| (place + 1) % MANY).into_iter()), MANY);
    assert_eq!(findings(&circle), [("cycle", MANY)]);
    assert!(in_time(|| circle.entries()).is_empty());
    let small = read(&list(goals(MANY, |place| place ^ 1).into_iter()), MANY);
    assert_eq!(findings(&small), [("cycle", MANY)]);
    // all that lead into a circle of two
    let into = read(&list(goals(MANY, |place| usize::from(place == 0)).into_iter()), MANY);
    assert_eq!(findings(&into), [("cycle", 2), ("dangling-reference", MANY - 2)]);
}

#[test]
fn many_goals_are_followed_through_many_instants() {
    const MANY: usize = 2_000;
    let ids: Vec<String> = (0..MANY).map(|place| format!(r#"{{"id": "k{place}", "statement": "k"}}"#)).collect();
    let engine = Engine::from_json(
        format!(r#"{{"competencies": [{}]}}"#, ids.join(",")),
        r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    );
    let names = |from: usize| -> String {
        (from..from + 10).map(|place| format!("\"k{}\"", place % MANY)).collect::<Vec<_>>().join(",")
    };
    let goals = (0..MANY).flat_map(|place| {
        let from = "2026-01-01T00:00:00Z";
        [
            format!(r#"{{"id": "g{place}", "event": "proposed", "competencies": [{}]}}"#, names(place)),
            format!(r#"{{"id": "a{place}", "event": "approved", "of": "g{place}", "observed_at": "{from}"}}"#),
        ]
    });
    let at = |place: usize| format!("2026-01-02T{:02}:{:02}:00Z", place / 60 % 24, place % 60);
    let item = |place: usize| {
        let score = if place == 5 { 2 } else { 3 };
        let at = at(place % 1_440);
        format!(r#"{{"id": "e{place}", "competency": "k{place}", "score": {score}, "observed_at": "{at}"}}"#)
    };
    let text = list(goals.chain((0..MANY).map(item)));
    let log = EventLog::from_json(text).expect("a log");
    let now = Instant::parse("2026-02-01T00:00:00Z").expect("an instant");
    let goals = in_time(|| engine.expect("an engine").goals(&log, now)).expect("goals");
    let met = goals.iter().filter(|goal| goal.state == EntryState::Met).count();
    // ten of them want the one that is not met
    assert_eq!((goals.len(), met), (MANY, MANY - 10));
    let open = goals.iter().find(|goal| goal.id == "g5").expect("a goal");
    assert_eq!((open.state, open.reached.len()), (EntryState::Approved, 9));
    let done = goals.iter().find(|goal| goal.id == "g6").expect("a goal");
    assert_eq!(done.since.map(|at| at.to_string()).as_deref(), Some("2026-01-02T00:15:00Z"));
}

#[test]
fn work_about_very_much() {
    let ids = (0..MANY).map(|place| format!("\"k{place}\"")).collect::<Vec<_>>().join(",");
    let work = format!(r#"{{"id": "s", "event": "submitted", "competencies": [{ids}], "context": "lab"}}"#);
    let judged =
        (0..MANY).map(|place| format!(r#"{{"id": "a{place}", "of": "s", "competency": "k{place}", "score": 3}}"#));
    let log = read(&list(std::iter::once(work).chain(judged)), MANY + 1);
    assert_eq!(in_time(|| log.state_of("s")), Some(EntryState::Assessed));
    let record = in_time(|| log.record());
    let live = record.evidence().filter(|item| !item.to_json().contains("\"withdrawn\""));
    assert_eq!((record.len(), live.count()), (2 * MANY, MANY));
    assert!(in_time(|| log.pending()).is_empty());
    assert_eq!(findings(&log), []);
}

#[test]
fn corrections_that_grow() {
    let item = format!(r#"{{"id": "e", "competency": "c", "score": 1, "blob": "{}"}}"#, "x".repeat(1_000_000));
    let all = (0..1000).map(|place| corrected(place, "e"));
    let log = read(&list(std::iter::once(item.clone()).chain(all)), 1001);
    let limit = lrm_core::limits::VERSIONS / 1_000_100;
    let [("limit-exceeded", refused)] = findings(&log)[..] else { panic!("{:?}", findings(&log)) };
    assert!((1000 - limit..=1001 - limit).contains(&refused), "{refused}");
    assert_eq!(in_time(|| log.record()).len(), 1001 - refused);
    // what others have from an entry counts with its versions
    let work = item.replace("\"score\": 1", "\"event\": \"submitted\"");
    let judged = (0..1000).map(|place| format!(r#"{{"id": "a{place}", "of": "e", "score": 3}}"#));
    let log = read(&list(std::iter::once(work).chain(judged)), 1001);
    assert!(matches!(findings(&log)[..], [("limit-exceeded", refused)] if refused > 900));
    let goal =
        item.replace("\"score\": 1", "\"event\": \"proposed\", \"competencies\": [\"c\"]").replace("blob", "title");
    let goal = goal.replace("\"id\": \"e\"", "\"id\": \"n0\"");
    let chain = goals(1000, |place| place.saturating_sub(1)).into_iter().skip(1);
    let log = read(&list(std::iter::once(goal).chain(chain)), 1000);
    assert!(findings(&log).contains(&("limit-exceeded", 1)), "{:?}", findings(&log));
    assert!(in_time(|| log.entries()).len() < 100);
}

#[test]
fn a_credit_for_very_much_that_was_retracted_and_upheld() {
    let evidence = (0..MANY).map(|place| format!(r#"{{"id": "e{place}", "competency": "c", "score": 3}}"#));
    let retracted = (0..MANY).map(|place| format!(r#"{{"event": "retracted", "of": "e{place}"}}"#));
    let ids = (0..MANY).map(|place| format!("\"e{place}\"")).collect::<Vec<_>>().join(",");
    let credit = format!(r#"{{"id": "w", "event": "awarded", "credit": "x", "evidence": [{ids}]}}"#);
    let upheld = (0..MANY).map(|place| format!(r#"{{"id": "u{place}", "event": "upheld", "of": "w"}}"#));
    let log = read(&list(evidence.chain(retracted).chain([credit]).chain(upheld)), 3 * MANY + 1);
    assert_eq!(in_time(|| log.state_of("w")), Some(EntryState::Awarded));
    assert_eq!(findings(&log), [("illegal-transition", MANY - 1)]);
}

#[test]
fn very_many_ids_of_one_person() {
    let next = |place: usize| {
        format!(
            r#"{{"id": "i{place}", "learner": "p{place}", "event": "identified", "other": "p{}", "reason": "one", "actor": {{"id": "t"}}}}"#,
            place + 1
        )
    };
    let item = |place: usize| format!(r#"{{"id": "e{place}", "learner": "p{place}", "competency": "c", "score": 1}}"#);
    let events: Vec<String> = (0..MANY / 10).flat_map(|place| [next(place), item(place)]).collect();
    let log = read(&list(events.into_iter()), MANY / 5);
    assert_eq!(log.learner(), Some("p0"));
    assert_eq!(in_time(|| log.record()).len(), MANY / 10);
    assert_eq!(in_time(|| log.of("p17")).len(), 2);
    let apart = r#"{"event": "separated", "of": "i0"}"#;
    let mut log = log;
    assert!(in_time(|| log.push_json(apart)).expect("an event"));
    assert_eq!(in_time(|| log.record()).len(), 1);
}

#[test]
fn strangers_who_vouch_for_each_other() {
    let log = |learner: &str, other: &str| {
        let id = json!({"id": format!("i-{learner}"), "event": "identified", "other": other, "reason": "one", "actor": {"id": "t"}});
        let item = json!({"id": format!("e-{learner}"), "competency": "c", "score": 1});
        EventLog::from_json(json!({"format": "lrm-log/1", "learner": learner, "events": [id, item]}).to_string())
            .expect("a log")
    };
    let (mut ana, mut zoe, zed) = (log("ana", "bo"), log("zoe", "zed"), log("zed", "zoe"));
    assert_eq!(zoe.merge(&zed).expect("one person"), 2);
    let before = ana.hash();
    assert!(ana.merge(&zoe).is_err() && ana.merge(&zed).is_err());
    assert_eq!(ana.hash(), before);
    let vouched = r#"{"event": "identified", "other": "zoe", "reason": "one", "actor": {"id": "t"}}"#;
    assert!(ana.push_json(vouched).expect("an event"));
    assert_eq!(ana.merge(&zoe).expect("one person"), 4);
    assert_eq!(ana.record().len(), 3);
    assert!(ana.of("zed") == zed && EventLog::from_json(ana.to_json()).expect("a log") == ana);
    // nobody is another one than themselves
    assert!(
        zed.clone()
            .push_json(
                json!({"event": "identified", "other": "zed", "reason": "one", "actor": {"id": "t"}}).to_string()
            )
            .is_err()
    );
    // of two who vouch for each other nobody knows whose log it is
    let both: Vec<Event> = [("ana", "bo"), ("bo", "ana")]
        .map(|(learner, other)| json!({"learner": learner, "event": "identified", "other": other, "reason": "one", "actor": {"id": "t"}}))
        .iter()
        .map(|event| Event::from_json(event.to_string()).expect("an event"))
        .collect();
    assert!(EventLog::from_events(both).is_err());
}

#[test]
fn fields_of_the_wrong_kind() {
    let kinds = [
        ("submitted", r#""competency": "c""#),
        ("overridden", r#""competency": "c", "reason": "r", "actor": {"id": "t"}"#),
        ("reflected", r#""text": "t""#),
        ("group_assessed", r#""competency": "c", "score": 1, "members": []"#),
        ("proposed", r#""competencies": []"#),
        ("awarded", r#""credit": "x", "evidence": []"#),
        ("subdivided", r#""competency": "c.1", "under": []"#),
        ("identified", r#""other": "b", "reason": "r", "actor": {"id": "t"}"#),
        ("enrolled", r#""section": "s""#),
        ("waived", r#""competency": "c", "reason": "r", "actor": {"id": "t"}"#),
        ("published", r#""results": [], "as_of": "2026-09-01T12:00:00Z""#),
        ("held", r#""reason": "r", "actor": {"id": "t"}"#),
    ];
    let names = [
        "competencies",
        "criteria",
        "expires_at",
        "prerequisite",
        "text",
        "members",
        "title",
        "under",
        "at_least",
        "value",
        "credit",
        "evidence",
        "statement",
        "other",
        "section",
        "scope",
        "starts_at",
        "people",
        "results",
        "as_of",
    ];
    let values = ["null", "0", "-1", "1e400", "\"\"", "[]", "[null]", "[[]]", "{}", "[{}]", "[{\"id\": 5}]", "true"];
    for (kind, fields) in kinds {
        let sound = read(&format!(r#"[{{"id": "x", "event": "{kind}", {fields}}}]"#), 1);
        assert_eq!(findings(&sound), [], "{kind}");
        assert!(sound.state_of("x").is_some(), "{kind}");
        for name in names {
            for value in values {
                let given = fields.split(", \"").map(|field| field.trim_start_matches('"'));
                let others: Vec<String> = given
                    .filter(|field| !field.starts_with(&format!("{name}\"")))
                    .map(|field| format!("\"{field}"))
                    .collect();
                let event = [format!(r#""id": "x", "event": "{kind}", "{name}": {value}"#)].into_iter().chain(others);
                let event = format!("[{{{}}}]", event.collect::<Vec<_>>().join(", "));
                let log = read(&event, 1);
                // either it has an effect or it is said why not
                assert_eq!(log.state_of("x").is_some(), log.report().is_empty(), "{event}");
                in_time(|| log.record().to_json());
            }
        }
    }
}
