//! What is erased is gone and stays gone, on whatever way it comes back; and the hash of every day before is what it was.

use lrm_core::{Event, EventLog, Instant};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::Value;

use crate::kinds::{INSTANTS, events, ids};
use crate::support::config;

const FIELDS: &str =
    r#"{"id": "erasure", "actor": {"id": "registrar"}, "reason": "asked for", "received_at": "2027-01-01T00:00:00Z"}"#;

fn log_of(events: &[Value]) -> EventLog {
    EventLog::from_json(Value::Array(events.to_vec()).to_string()).expect("a log")
}

/// Those whose events are about no other one, so that they may be erased, and some that may not.
fn what() -> impl Strategy<Value = Vec<&'static str>> {
    let mut opening = ids();
    opening.retain(|id| !id.starts_with(['i', 'p', 'h', 'x', 'y', 'z', 'é']));
    prop_oneof![9 => subsequence(opening, 1..5), 1 => vec(select(ids()), 1..3)]
}

fn without_holds(events: Vec<Value>) -> Vec<Value> {
    events.into_iter().filter(|event| event["event"] != "held").collect()
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn what_is_erased_stays_gone(drawn in events(), what in what(), halves in vec(any::<bool>(), 200)) {
        let old = log_of(&without_holds(drawn));
        let what: Vec<&str> = what.into_iter().filter(|id| old.events().any(|event| event.id() == Some(id))).collect();
        let mut log = old.clone();
        let Ok(gone) = log.erase(what, FIELDS) else {
            prop_assert!(log == old && log.hash() == old.hash());
            return Ok(());
        };
        let stays: Vec<&Event> = log.events().filter(|event| event.kind().is_none_or(|kind| kind.as_str() != "erased")).collect();
        prop_assert_eq!(stays.len() + gone, old.len());
        let of = |text: &str| Instant::parse(text).expect("an instant");
        prop_assert_eq!(log.hash_at(of("2026-12-31T00:00:00Z")), old.hash());
        for day in INSTANTS {
            prop_assert_eq!(log.hash_at(of(day)), old.known_at(of(day)).hash());
            prop_assert_eq!(old.hash_at(of(day)), old.known_at(of(day)).hash());
        }
        // an old copy, or parts of it, bring nothing back, on whichever way
        let part = |which: bool| {
            let part = old.events().zip(&halves).filter(|(_, half)| **half == which).map(|(event, _)| event.to_json());
            let learner = old.learner().map_or_else(String::new, |learner| format!(r#""learner":"{learner}","#));
            format!(r#"{{"format":"lrm-log/1",{learner}"events":[{}]}}"#, part.collect::<Vec<_>>().join(","))
        };
        let mut again = log.clone();
        prop_assert_eq!(again.merge(&old).expect("one learner"), 0);
        prop_assert_eq!(&again, &log);
        let mut other = old.clone();
        other.merge(&log).expect("one learner");
        prop_assert_eq!(&other, &log);
        if let (Ok(one), Ok(mut two)) = (EventLog::from_json(part(true)), EventLog::from_json(part(false))) {
            two.merge(&log).expect("one learner");
            two.merge(&one).expect("one learner");
            prop_assert_eq!(&two, &log);
            prop_assert_eq!(two.hash(), log.hash());
        }
        for event in old.events().cloned() {
            if stays.iter().all(|one| one.to_json() != event.to_json()) {
                prop_assert_eq!(again.push(event).ok(), Some(false));
            }
        }
        // and it is the same log for those who read it
        let read = EventLog::from_json(log.to_json()).expect("a log");
        prop_assert_eq!((&read, read.hash()), (&log, log.hash()));
        prop_assert_eq!(&EventLog::from_bytes(log.to_bytes().expect("bytes")).expect("a log"), &log);
    }

    /// A copy that knew of a hold before it knew of the erasure has what another one has not; their hashes are equal.
    #[test]
    fn hashes_agree_with_holds_too(drawn in events(), what in what(), order in vec(0..3_usize, 6)) {
        let erased = without_holds(drawn.clone());
        let mut log = log_of(&erased);
        let what: Vec<&str> = what.into_iter().filter(|id| log.events().any(|event| event.id() == Some(id))).collect();
        if log.erase(what, FIELDS).is_err() {
            return Ok(());
        }
        let copies = [log_of(&drawn), log, log_of(&erased)];
        let mut all = copies.clone();
        for at in order.into_iter().chain([0, 1, 2]) {
            for one in &mut all {
                one.merge(&copies[at]).expect("one learner");
            }
        }
        prop_assert_eq!(all[0].hash(), all[1].hash());
        prop_assert_eq!(all[0].hash(), all[2].hash());
        for one in &all {
            let read = EventLog::from_json(one.to_json()).expect("a log");
            prop_assert_eq!(read.hash(), one.hash());
        }
    }
}
