//! The log is a set: however its events come, it is the same, and so is the record that follows. The model folds it alike.

use std::collections::BTreeSet;

use lrm_core::{Engine, EntryState, Event, EventLog, Evidence, Instant};
use lrm_tests::reference::{canonical_item, contents, fold};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::draw::draws;
use crate::plan::case;
use crate::support::{config, evaluated, options, shown as support_shown};

/// The third is the second in another place, the last but one a microsecond before the last.
const INSTANTS: [&str; 7] = [
    "2026-09-01T12:00:00Z",
    "2026-09-02T12:00:00Z",
    "2026-09-02T14:00:00+02:00",
    "2026-09-03T12:00:00Z",
    "2026-09-04T12:00:00Z",
    "2026-09-05T11:59:59.999999Z",
    "2026-09-05T12:00:00Z",
];
/// Those of evidence come first.
const IDS: [&str; 12] = ["e1", "e2", "e3", "x4", "a5", "c6", "c7", "d8", "e9", "z10", "é", "\"\n"];
const EVIDENCE_IDS: usize = 4;

/// A field of an event, at most.
fn maybe(
    name: &'static str,
    chance: f64,
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Option<(&'static str, Value)>> {
    weighted(chance, value).prop_map(move |value| Some((name, value?)))
}

fn one_of(name: &'static str, chance: f64, values: Vec<Value>) -> impl Strategy<Value = Option<(&'static str, Value)>> {
    maybe(name, chance, select(values))
}

/// What evidence says; in events about evidence, what a correction says.
fn says() -> impl Strategy<Value = Vec<Option<(&'static str, Value)>>> {
    let instants = || INSTANTS.map(Value::from).to_vec();
    let judgement = prop_oneof![
        4 => (0..5_u8).prop_map(|score| Some(("score", json!(score)))),
        1 => Just(Some(("score", json!(2.50)))),
        1 => select(vec!["none", "mastery"]).prop_map(|level| Some(("level", json!(level)))),
        1 => any::<bool>().prop_map(|passed| Some(("passed", json!(passed)))),
        1 => Just(Some(("absence", json!("missed")))),
        2 => Just(None),
    ];
    let times = (
        one_of("observed_at", 0.5, instants()),
        one_of("assessed_at", 0.2, instants()),
        one_of("received_at", 0.5, instants()),
    );
    let rest = (
        one_of("context", 0.2, vec![json!("lab"), json!("field"), Value::Null]),
        one_of("assessor", 0.1, vec![json!({"role": "teacher", "id": "t"}), json!({"id": "t"})]),
        one_of("source", 0.1, vec![json!({"system": "s"})]),
        one_of("mood", 0.2, vec![json!("good"), json!([1, {"b": 1, "a": 2.0}]), Value::Null]),
        one_of("extra", 0.1, vec![json!({"k": 1}), json!({"k": 2, "a": null}), Value::Null]),
        one_of("learner", 0.2, vec![json!("ana"), Value::Null]),
    );
    let fault = prop_oneof![
        30 => Just(None),
        1 => Just(Some(("observed_at", json!("yesterday")))),
        1 => Just(Some(("possible", json!(0)))),
        1 => Just(Some(("context", json!(1)))),
        1 => Just(Some(("kind", json!("guess")))),
    ];
    (judgement, times, rest, fault).prop_map(|(judgement, times, rest, fault)| {
        vec![judgement, times.0, times.1, times.2, rest.0, rest.1, rest.2, rest.3, rest.4, rest.5, fault]
    })
}

fn object(fields: impl IntoIterator<Item = Option<(&'static str, Value)>>) -> Value {
    // of a name the last stays
    Value::Object(fields.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn evidence(ids: std::ops::Range<usize>) -> impl Strategy<Value = Value> {
    let id = maybe("id", 0.95, select(IDS[ids].to_vec()).prop_map(Value::from));
    let competency = maybe("competency", 0.95, select(vec![json!("c"), json!("d")]));
    let kind = one_of("event", 0.2, vec![json!("assessed"), Value::Null]);
    let reason = one_of("reason", 0.1, vec![json!("so"), Value::Null]);
    let strange = weighted(0.02, select(vec![json!(5)])).prop_map(|of| Some(("of", of?)));
    (id, competency, kind, reason, strange, says()).prop_map(|(id, competency, kind, reason, strange, mut says)| {
        says.extend([id, competency, kind, reason, strange]);
        object(says)
    })
}

fn about(ids: std::ops::Range<usize>) -> impl Strategy<Value = Value> {
    let kinds = ["corrected", "corrected", "corrected", "retracted", "disputed", "verified"];
    let kind =
        prop_oneof![40 => select(kinds.to_vec()).prop_map(Value::from), 1 => Just(json!("moved")), 1 => Just(json!(3))];
    let id = maybe("id", 0.95, select(IDS[ids].to_vec()).prop_map(Value::from));
    let target = prop_oneof![3 => 0..EVIDENCE_IDS, 2 => 0..IDS.len()];
    let target = prop_oneof![40 => target.prop_map(|place| Some(("of", json!(IDS[place])))), 1 => Just(None)];
    let competency = one_of("competency", 0.1, vec![json!("c"), json!("d")]);
    let actor = one_of("actor", 0.1, vec![json!({"role": "r", "id": "t"}), json!("t"), json!({"id": 1})]);
    let reason = one_of("reason", 0.2, vec![json!("so"), json!("because")]);
    (kind, id, target, competency, actor, reason, says()).prop_map(
        |(kind, id, target, competency, actor, reason, mut says)| {
            says.extend([Some(("event", kind)), id, target, competency, actor, reason]);
            object(says)
        },
    )
}

/// Some dozens of events, any of which may have the id of any other, and which may stand there again.
pub(crate) fn events() -> impl Strategy<Value = Vec<Value>> {
    let all = || 0..IDS.len();
    let event = prop_oneof![
        8 => evidence(0..EVIDENCE_IDS),
        1 => evidence(all()),
        10 => about(EVIDENCE_IDS..IDS.len()),
        1 => about(all()),
    ];
    let event = prop_oneof![100 => event, 1 => select(vec![json!(5), json!([]), json!({}), Value::Null])];
    (vec(event, 0..40), vec(any::<prop::sample::Index>(), 0..6)).prop_map(|(mut events, again)| {
        if !events.is_empty() {
            let again: Vec<Value> = again.iter().map(|place| place.get(&events).clone()).collect();
            events.extend(again);
        }
        events
    })
}

pub(crate) fn log(events: &[Value]) -> EventLog {
    EventLog::from_json(Value::Array(events.to_vec()).to_string()).expect("a log")
}

/// All that can be seen of a log.
pub(crate) fn seen(log: &EventLog) -> [String; 4] {
    [log.to_json(), log.hash(), log.record().to_json(), log.report().to_json()]
}

fn merged(one: &EventLog, other: &EventLog) -> EventLog {
    let mut log = one.clone();
    log.merge(other).expect("one learner");
    log
}

fn at(place: usize) -> Instant {
    Instant::parse(INSTANTS[place]).expect("an instant")
}

pub(crate) fn shown(events: &[Value]) -> String {
    Value::Array(events.to_vec()).to_string()
}

/// Ids of all kinds of entries, each of which any event may have or be about.
const ENTRIES: [&str; 14] = ["e1", "e2", "s1", "s2", "a1", "a2", "g1", "g2", "w1", "r1", "n1", "i1", "c1", "c2"];

/// One event of any kind. Whatever it is about need not be there, or may be something else.
fn of_any_kind() -> impl Strategy<Value = Value> {
    let someone = json!({"id": "t", "role": "teacher"});
    let openings = vec![
        json!({"competency": "c", "score": 3}),
        json!({"competency": "d", "score": 2, "assessor": {"role": "self"}}),
        json!({"event": "submitted", "competency": "c", "context": "lab"}),
        json!({"event": "submitted", "competencies": ["c", "d", "c"]}),
        json!({"event": "submitted", "criteria": [{"criterion": "k", "competency": "d"}]}),
        json!({"event": "overridden", "competency": "c", "score": 4, "reason": "seen", "actor": someone}),
        json!({"event": "overridden", "competency": "c"}),
        json!({"event": "reflected", "text": "so", "about": "e1"}),
        json!({"event": "group_assessed", "competency": "c", "score": 3, "members": ["ana", "bo"]}),
        json!({"event": "group_assessed", "competency": "d", "passed": true, "members": ["bo"]}),
        json!({"event": "proposed", "competencies": ["c"], "level": "mastery"}),
        json!({"event": "awarded", "credit": "x", "evidence": ["e1", "a1", "w1"]}),
        json!({"event": "subdivided", "competency": "c.1", "under": ["c"]}),
        json!({"event": "identified", "other": "zed", "reason": "one", "actor": someone}),
        json!({"event": "enrolled", "scope": ["c", "d"], "starts_at": INSTANTS[1]}),
        json!({"event": "published", "results": [{"value": 2.50}], "as_of": INSTANTS[2]}),
        json!({"event": "held", "reason": "a claim", "actor": someone}),
    ];
    let acts = vec![
        json!({"score": 4}),
        json!({"score": 1, "competency": "d", "assessor": {"role": "peer"}}),
        json!({"criterion": "k", "level": "mastery"}),
        json!({"event": "corrected", "score": 1}),
        json!({"event": "corrected", "text": "thus", "scope": ["d"], "evidence": ["e2"], "members": ["ana"]}),
        json!({"event": "corrected", "members": 5}),
        json!({"event": "retracted"}),
        json!({"event": "disputed"}),
        json!({"event": "verified"}),
        json!({"event": "reflected", "text": "no, so"}),
        json!({"event": "adjusted", "by": -1}),
        json!({"event": "adjusted"}),
        json!({"event": "confirmed"}),
        json!({"event": "approved"}),
        json!({"event": "met"}),
        json!({"event": "missed"}),
        json!({"event": "renegotiated", "competencies": ["d"]}),
        json!({"event": "renegotiated", "value": 3}),
        json!({"event": "reviewed"}),
        json!({"event": "upheld"}),
        json!({"event": "revoked", "reason": "why", "actor": someone}),
        json!({"event": "separated"}),
        json!({"event": "left"}),
        json!({"event": "released"}),
    ];
    let of = || select(ENTRIES.to_vec()).prop_map(Value::from);
    let opening = (select(openings), weighted(0.05, of()));
    let act = (select(acts), weighted(0.95, of()));
    let instants = || select(INSTANTS.to_vec()).prop_map(Value::from);
    let times = (weighted(0.4, instants()), weighted(0.3, instants()), weighted(0.3, instants()));
    let learner = select(vec![None, None, None, Some("ana"), Some("zoe"), Some("zed")]);
    (prop_oneof![2 => opening, 3 => act], weighted(0.95, of()), times, learner).prop_map(
        |((event, of), id, (observed, assessed, received), learner)| {
            let mut event = event;
            let fields = [("of", of), ("id", id), ("observed_at", observed), ("assessed_at", assessed)];
            let learner = ("learner", learner.map(Value::from));
            for (name, value) in fields.into_iter().chain([("received_at", received), learner]) {
                if let Some(value) = value {
                    event[name] = value;
                }
            }
            event
        },
    )
}

/// What lets the events of another learner in. It need not stand: another event may have its id, separate or retract it.
fn identified(other: &str) -> Value {
    json!({"id": "i1", "event": "identified", "other": other, "reason": "one", "actor": {"id": "t"}})
}

/// A log of ana, which takes the events of the other two learners.
fn log_of_ana(events: &[Value]) -> EventLog {
    let events = [events, &[identified("zoe"), identified("zed")]].concat();
    let document = json!({"format": "lrm-log/1", "learner": "ana", "events": events});
    EventLog::from_json(document.to_string()).expect("a log")
}

/// All that can be seen of a log of any kind of entries.
fn all_seen(log: &EventLog) -> Vec<String> {
    let mut all = seen(log).to_vec();
    all.extend([log.entries_json(None), log.pending_json(), format!("{:?}", log.scope_at(at(3)))]);
    all.extend(["ana", "zoe", "zed"].map(|learner| log.of(learner).to_json()));
    all
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_log_of_all_kinds_is_a_set(events in vec(of_any_kind(), 0..40), parts in vec(0..3_usize, 40), again in any::<prop::sample::Index>()) {
        let all = log_of_ana(&events);
        let mut reversed: Vec<Value> = events.iter().rev().cloned().collect();
        if !events.is_empty() {
            reversed.push(again.get(&events).clone());
        }
        prop_assert_eq!(all_seen(&all), all_seen(&log_of_ana(&reversed)), "{}", shown(&events));
        let part = |wanted: usize| {
            let chosen = events.iter().zip(&parts).filter(|(_, part)| **part == wanted);
            log_of_ana(&chosen.map(|(event, _)| event.clone()).collect::<Vec<_>>())
        };
        let [a, b, c] = [part(0), part(1), part(2)];
        let (ab, ba) = (merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(all_seen(&ab), all_seen(&ba), "{}", shown(&events));
        let (left, right) = (merged(&ab, &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(all_seen(&left), all_seen(&all), "{}", shown(&events));
        prop_assert_eq!(left.clone().merge(&all).expect("one learner"), 0);
        let again = EventLog::from_json(all.to_json()).expect("a log");
        prop_assert_eq!(all_seen(&again), all_seen(&all), "{}", shown(&events));
    }

    #[test]
    fn entries_of_all_kinds_are_sound(events in vec(of_any_kind(), 0..40), one in 0..INSTANTS.len(), other in 0..INSTANTS.len()) {
        let all = log_of_ana(&events);
        let ids: BTreeSet<&str> = all.events().filter_map(Event::id).collect();
        let entries = all.entries();
        prop_assert!(entries.windows(2).all(|pair| pair[0].id() < pair[1].id()));
        for entry in &entries {
            prop_assert_eq!(all.state_of(entry.id()), Some(entry.state()), "{}", shown(&events));
            prop_assert_eq!(entry.events().first().map(String::as_str), Some(entry.id()));
            prop_assert!(entry.events().iter().all(|id| ids.contains(id.as_str())));
            let json: Value = serde_json::from_str(entry.to_json()).expect("JSON");
            prop_assert_eq!(&json["entry"], entry.kind().as_str());
        }
        for pending in all.pending() {
            prop_assert!(entries.iter().any(|entry| entry.id() == pending.id), "{}", shown(&events));
        }
        // of an item that stands, the entry is not retracted, unless another event has its id
        let count = |id: &str| all.events().filter(|event| event.id() == Some(id)).count();
        let record: Value = serde_json::from_str(&all.record().to_json()).expect("JSON");
        for item in record["evidence"].as_array().expect("a list").iter().filter(|item| item["withdrawn"].is_null()) {
            let state = item["id"].as_str().filter(|id| count(id) == 1).and_then(|id| all.state_of(id));
            prop_assert!(state != Some(EntryState::Retracted), "{}", shown(&events));
        }
        // what is known only grows, and nobody's events are lost on the way
        let (early, late) = (at(one).min(at(other)), at(one).max(at(other)));
        let (before, after) = (all.known_at(early), all.known_at(late));
        prop_assert_eq!(all_seen(&after.known_at(early)), all_seen(&before), "{}", shown(&events));
        let theirs: usize = ["ana", "zoe", "zed"].iter().map(|learner| all.of(learner).len()).sum();
        prop_assert_eq!(theirs, all.len());
    }

    #[test]
    fn what_is_refused_of_any_kind_leaves_no_trace(events in vec(of_any_kind(), 0..25)) {
        let mut found = EventLog::from_json(r#"{"format": "lrm-log/1", "learner": "ana", "events": []}"#).expect("a log");
        for event in &events {
            let before = all_seen(&found);
            match found.push_json(event.to_string()) {
                Ok(new) => prop_assert!(new || all_seen(&found) == before),
                Err(error) => {
                    prop_assert!(["illegal-transition", "invalid-value"].contains(&error.code().as_str()), "{}", error);
                    prop_assert_eq!(all_seen(&found), before, "{}", shown(&events));
                }
            }
        }
    }

    #[test]
    fn subgoals_change_no_result_of_what_is_shared(draw in draws(), under in vec(any::<prop::sample::Index>(), 1..4)) {
        let Ok((engine, record, state)) = evaluated(&case(&draw)) else { return Ok(()) };
        let shared: Vec<String> = state.iter().map(|mastery| mastery.competency).collect();
        let under: BTreeSet<&String> = under.iter().map(|place| place.get(&shared)).collect();
        let own = json!([
            {"id": "u0", "event": "subdivided", "competency": "own.0", "under": under},
            {"id": "u1", "event": "subdivided", "competency": "own.1", "under": ["own.0", shared[0]]},
            {"id": "u2", "event": "subdivided", "competency": shared[0], "under": []},
            {"id": "u3", "event": "retracted", "of": "u2"},
        ]);
        let log = EventLog::from_json(own.to_string()).expect("a log");
        let framework = log.framework_with_subgoals(engine.framework()).expect("a framework");
        let engine = Engine::new(framework, engine.policy().clone()).expect("an engine");
        let mut record = record.clone();
        record.push(Evidence::passed("own.1", true)).expect("an item");
        let again = engine.evaluate_with(&record, state.as_of(), &options(&case(&draw))).expect("a state");
        for mastery in state.iter() {
            let found = again.mastery(&mastery.competency).expect("a result");
            prop_assert_eq!(found.to_json(), mastery.to_json(), "{}", support_shown(&case(&draw)));
        }
        prop_assert!(again.mastery("own.1").is_ok());
    }

    #[test]
    fn two_learners_who_are_one_are_told_apart_again(theirs in vec(of_any_kind(), 0..20), ours in vec(of_any_kind(), 0..20)) {
        let only = |events: &[Value], learner: &str| {
            let mut events = events.to_vec();
            for event in &mut events {
                event["learner"] = json!(learner);
            }
            events.retain(|event| event["event"] != "identified");
            EventLog::from_json(json!({"format": "lrm-log/1", "learner": learner, "events": events}).to_string()).expect("a log")
        };
        let (theirs, ours) = (only(&theirs, "zoe"), only(&ours, "ana"));
        let mut both = ours.clone();
        prop_assert!(both.merge(&theirs).is_err());
        prop_assert_eq!(all_seen(&both), all_seen(&ours));
        let id = json!({"id": "identity", "event": "identified", "other": "zoe", "reason": "one", "actor": {"id": "t"}});
        both.push_json(id.to_string()).expect("an event");
        prop_assert_eq!(both.merge(&theirs).expect("one person"), theirs.len());
        prop_assert_eq!(both.merge(&theirs).expect("one person"), 0);
        prop_assert_eq!(all_seen(&both.of("zoe")), all_seen(&theirs));
        both.push_json(r#"{"id": "apart", "event": "separated", "of": "identity"}"#).expect("an event");
        prop_assert_eq!(both.record().to_json(), ours.record().to_json());
        prop_assert_eq!(both.pending_json(), ours.pending_json());
        prop_assert_eq!(all_seen(&both.of("zoe")), all_seen(&theirs));
    }

    #[test]
    fn a_log_is_a_set((events, shuffled) in events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())), parts in vec(0..3_usize, 50)) {
        let all = log(&events);
        prop_assert_eq!(seen(&all), seen(&log(&shuffled)), "{}", shown(&events));
        let part = |wanted: usize| {
            let chosen = shuffled.iter().zip(&parts).filter(|(_, part)| **part == wanted);
            log(&chosen.map(|(event, _)| event.clone()).collect::<Vec<_>>())
        };
        let [a, b, c] = [part(0), part(1), part(2)];
        let (ab, ba) = (merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(&ab, &ba);
        prop_assert_eq!(seen(&ab), seen(&ba), "{}", shown(&events));
        let (left, right) = (merged(&ab, &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(seen(&left), seen(&right), "{}", shown(&events));
        prop_assert_eq!(&left, &all);
        prop_assert_eq!(seen(&left), seen(&all), "{}", shown(&events));
        prop_assert_eq!(left.clone().merge(&all).expect("one learner"), 0);
        prop_assert_eq!(merged(&all, &b), all);
    }

    #[test]
    fn a_log_that_is_written_and_read_again_is_the_same(events in events()) {
        let all = log(&events);
        let again = EventLog::from_json(all.to_json()).expect("a log");
        prop_assert_eq!(&again, &all);
        prop_assert_eq!(seen(&again), seen(&all), "{}", shown(&events));
        let distinct: BTreeSet<&str> = all.events().map(Event::to_json).collect();
        prop_assert_eq!(distinct.len(), all.len());
        let model = contents(&events);
        prop_assert_eq!(distinct, model.iter().map(String::as_str).collect(), "{}", shown(&events));
    }

    #[test]
    fn later_nothing_is_forgotten(events in events(), one in 0..INSTANTS.len(), other in 0..INSTANTS.len()) {
        let (early, late) = (at(one).min(at(other)), at(one).max(at(other)));
        let all = log(&events);
        let (before, after) = (all.known_at(early), all.known_at(late));
        let texts = |log: &EventLog| -> BTreeSet<String> { log.events().map(|event| event.to_json().to_owned()).collect() };
        prop_assert!(texts(&before).is_subset(&texts(&after)), "{}", shown(&events));
        prop_assert!(texts(&after).is_subset(&texts(&all)));
        prop_assert_eq!(after.known_at(early), before);
    }

    #[test]
    fn the_model_folds_alike(events in events(), known_at in of(0..INSTANTS.len())) {
        let mut found = log(&events);
        if let Some(place) = known_at {
            found = found.known_at(at(place));
        }
        let expected = fold(&events, known_at.map(|place| at(place).micros()));
        let record: Value = serde_json::from_str(&found.record().to_json()).expect("JSON");
        let mut items: Vec<String> = record["evidence"].as_array().expect("a list").iter().map(canonical_item).collect();
        let mut model: Vec<String> = expected.items.iter().map(canonical_item).collect();
        items.sort_unstable();
        model.sort_unstable();
        prop_assert_eq!(items, model, "{}", shown(&events));
        let report = found.report();
        let mut codes: Vec<&str> = report.findings().iter().map(|finding| finding.code.as_str()).collect();
        let mut model = expected.findings;
        codes.sort_unstable();
        model.sort_unstable();
        prop_assert_eq!(codes, model, "{}", shown(&events));
        for id in IDS {
            let state = found.state_of(id).map(EntryState::as_str);
            prop_assert_eq!(state, expected.states.get(id).copied(), "{} in {}", id, shown(&events));
        }
    }

    #[test]
    fn what_was_retracted_stays_so(events in events(), one in 0..INSTANTS.len(), other in 0..INSTANTS.len()) {
        // one event of each id, so that no other takes its place later
        let mut ids = BTreeSet::new();
        let mut events = events;
        events.retain(|event| event["id"].as_str().is_none_or(|id| ids.insert(id.to_owned())));
        let all = log(&events);
        let (before, after) = (all.known_at(at(one).min(at(other))), all.known_at(at(one).max(at(other))));
        for id in IDS.iter().filter(|id| before.state_of(id) == Some(EntryState::Retracted)) {
            // a correction without a date comes last, and never came about if an earlier retraction becomes known
            let state = after.state_of(id);
            prop_assert!(state.is_none_or(|state| state == EntryState::Retracted), "{} in {}", id, shown(&events));
        }
        let record: Value = serde_json::from_str(&after.record().to_json()).expect("JSON");
        for item in record["evidence"].as_array().expect("a list") {
            let state = item["id"].as_str().and_then(|id| after.state_of(id));
            let stands = item["withdrawn"].is_null();
            prop_assert!(!stands || state != Some(EntryState::Retracted), "{}", shown(&events));
        }
    }

    #[test]
    fn what_is_refused_leaves_no_trace(events in events()) {
        let mut found = EventLog::default();
        for event in &events {
            let Ok(event) = Event::from_json(event.to_string()) else { continue };
            let (before, text) = (seen(&found), event.to_json().to_owned());
            match found.push(event) {
                Ok(true) => prop_assert!(found.events().any(|event| event.to_json() == text)),
                Ok(false) => prop_assert_eq!(seen(&found), before),
                Err(error) => {
                    prop_assert_eq!(error.code().as_str(), "illegal-transition");
                    prop_assert_eq!(seen(&found), before, "{}", shown(&events));
                }
            }
        }
    }
}
