//! Histories are what anybody would find who asked again at every instant, and so are goals.

use std::collections::BTreeSet;

use lrm_core::{Clock, Engine, EntryState, EventLog, Instant, LearnerRecord, Mastery};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::kinds::{INSTANTS, events};
use crate::support::config;

/// A policy under which evidence becomes old within the time that is drawn, or never.
fn engine(ages: bool, competencies: &[String]) -> Engine {
    let nodes: Vec<Value> = competencies.iter().map(|id| json!({"id": id, "statement": id})).collect();
    let edges: Vec<Value> = competencies
        .iter()
        .skip(1)
        .map(|id| json!({"type": "is_child_of", "from": id, "to": competencies[0]}))
        .collect();
    let framework = json!({"competencies": nodes, "associations": edges});
    let age = if ages { json!({"max_age_days": 2}) } else { json!({}) };
    let policy = json!({
        "scale": {"max": 4, "proficient": 3, "levels": [{"id": "none", "from": 0}, {"id": "mastery", "from": 3}]},
        "estimate": {"method": "exponential", "latest_percent": 65}, "sufficiency": age,
    });
    Engine::from_json(framework.to_string(), policy.to_string()).expect("an engine")
}

/// The top, and what the items and the goals of a log are about.
fn competencies(log: &EventLog) -> Vec<String> {
    let record: Value = serde_json::from_str(&log.record().to_json()).expect("JSON");
    let items = record["evidence"].as_array().into_iter().flatten().filter_map(|item| item["competency"].as_str());
    let below: BTreeSet<&str> = items.filter(|id| !id.is_empty() && *id != "TOP").collect();
    std::iter::once("TOP").chain(below).map(str::to_owned).collect()
}

/// Every instant at which something can change: those of events, and those at which evidence has become old.
fn instants() -> BTreeSet<Instant> {
    let drawn = INSTANTS.iter().map(|text| Instant::parse(text).expect("an instant"));
    drawn
        .flat_map(|at| {
            let old = Instant::from_micros(at.micros() + 2 * 24 * 3_600 * 1_000_000 + 1).expect("in range");
            [at, old]
        })
        .collect()
}

fn ask(engine: &Engine, record: &LearnerRecord, id: &str, at: Instant) -> Mastery {
    engine.evaluate(record, at).expect("results").mastery(id).expect("a result")
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn a_history_is_what_was_believed_at_every_instant(events in events(), ages in any::<bool>(), known in any::<bool>()) {
        let Ok(log) = EventLog::from_json(Value::Array(events).to_string()) else { return Ok(()) };
        let ids = competencies(&log);
        let engine = engine(ages, &ids);
        let first = Instant::parse("0000-01-01T00:00:00Z").expect("an instant");
        let until = *instants().last().expect("instants");
        let records: Vec<(Instant, LearnerRecord)> = std::iter::once(first)
            .chain(instants())
            .map(|at| (at, if known { log.known_at(at).record() } else { log.record() }))
            .collect();
        for id in ids.iter().take(4) {
            let clock = if known { Clock::Known } else { Clock::Observed };
            let changes = engine.history(&log, id, until, clock).expect("a history");
            let mut expected = Vec::new();
            let mut before: Option<Mastery> = None;
            for (at, record) in &records {
                let after = ask(&engine, record, id, *at);
                if let Some(before) = before.filter(|before| *before != after) {
                    expected.push((*at, before, after.clone()));
                }
                before = Some(after);
            }
            let found: Vec<_> = changes.into_iter().map(|one| (one.at, one.before, one.after)).collect();
            prop_assert_eq!(found, expected, "{} in {}", id, log.to_json());
        }
    }

    #[test]
    fn a_goal_is_met_at_the_first_instant_at_which_enough_is_reached(events in events(), ages in any::<bool>()) {
        let Ok(log) = EventLog::from_json(Value::Array(events).to_string()) else { return Ok(()) };
        let engine = engine(ages, &competencies(&log));
        let (record, now) = (log.record(), *instants().last().expect("instants"));
        let goals = engine.goals(&log, now).expect("goals");
        let entries = log.entries();
        for goal in goals {
            let entry = entries.iter().find(|entry| entry.id() == goal.id).expect("its entry");
            let said: Value = serde_json::from_str(entry.to_json()).expect("JSON");
            if said["state"] != "approved" {
                prop_assert_eq!(said["state"].as_str(), Some(goal.state.as_str()));
                continue;
            }
            let from = said["since"].as_str().map(|at| Instant::parse(at).expect("an instant"));
            let due = said["due_at"].as_str().map(|at| Instant::parse(at).expect("an instant"));
            let is_reached = |id: &Value, at| {
                let Some(id) = id.as_str().filter(|id| engine.framework().competency(id).is_some()) else { return false };
                let result = ask(&engine, &record, id, at);
                let cut = |number: &Value| number.to_string().parse::<lrm_core::Value>().expect("a number");
                let settled = ["met", "not_met"].contains(&result.status.as_str());
                match (&said["value"], &said["level"]) {
                    (number @ Value::Number(_), _) => settled && result.value.is_some_and(|value| value >= cut(number)),
                    (_, Value::String(level)) => match level.as_str() {
                        "mastery" => settled && result.level.as_deref() == Some("mastery"),
                        "none" => settled && result.level.is_some(),
                        _ => false,
                    },
                    _ => result.status.as_str() == "met",
                }
            };
            let wanted: BTreeSet<String> =
                said["competencies"].as_array().expect("a list").iter().map(|id| id.as_str().expect("an id").to_owned()).collect();
            let needed = said["at_least"].as_u64().map_or(wanted.len(), |n| usize::try_from(n).expect("small"));
            let is_met = |at: &Instant| {
                let reached = wanted.iter().filter(|id| is_reached(&json!(id), *at)).count();
                reached > 0 && reached >= needed
            };
            let first = Instant::parse("0000-01-01T00:00:00Z").expect("an instant");
            let start = from.unwrap_or(first);
            let asked = std::iter::once(start).chain(instants()).filter(|at| *at >= start);
            let met = asked.filter(|at| due.is_none_or(|due| *at <= due) && *at <= now).find(is_met);
            let expected = match (met, due.filter(|due| *due < now)) {
                (Some(at), _) => (EntryState::Met, Some(at).filter(|at| *at > first)),
                (None, Some(due)) => (EntryState::Missed, Some(due)),
                (None, None) => (EntryState::Approved, from),
            };
            prop_assert_eq!((goal.state, goal.since), expected, "{} in {}", goal.id, log.to_json());
        }
    }
}
