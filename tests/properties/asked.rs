//! Random requirements: what is missing is what would do, by the model, which the engine is compared with elsewhere.

use std::collections::BTreeSet;

use lrm_tests::reference::{evaluate, requirement_faults};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::support::config;

/// The competencies, inner ones first. `d` hangs on both of them.
pub(crate) const IDS: [&str; 8] = ["P", "Q", "a", "b", "d", "e", "f", "g"];
const EDGES: [(&str, &str); 5] = [("a", "P"), ("b", "P"), ("d", "P"), ("d", "Q"), ("e", "Q")];
const LEVELS: [&str; 5] = ["none", "below", "near", "mastery", "exceeds"];
const KINDS: [&str; 6] = ["product", "performance", "observation", "test", "experience", "credential"];
/// The instant of the question lies between the second and the third.
pub(crate) const INSTANTS: [&str; 4] =
    ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-04-01T00:00:00+02:00", "2026-05-01T00:00:00Z"];
pub(crate) const AS_OF: &str = "2026-03-01T00:00:00Z";
const MINIMA: [&str; 7] =
    ["min_evidence", "min_assessors", "min_contexts", "min_kinds", "min_artifacts", "min_transfer", "min_independent"];

/// What a requirement may be of, where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    /// The competencies that may be named.
    pub(crate) ids: Vec<&'static str>,
    /// Whether credits and instants have a meaning.
    pub(crate) outside: bool,
    /// Whether only what more evidence can bring about is asked for.
    pub(crate) growing: bool,
}

fn asking(growing: bool) -> BoxedStrategy<Value> {
    let minima = vec((0..7_usize, 1..4_u8), 1..3).prop_map(|minima| {
        let minima = minima.into_iter().map(|(name, least)| (MINIMA[name].to_owned(), json!(least)));
        json!({ "evidence": minima.collect::<Map<_, _>>() })
    });
    let narrow = (minima.clone(), weighted(0.5, vec(select(KINDS.to_vec()), 1..3)), weighted(0.5, 0..5_usize));
    let narrow = narrow.prop_map(|(mut evidence, kinds, level)| {
        if let Some(kinds) = kinds {
            evidence["evidence"]["kinds"] = json!(kinds);
        }
        if let Some(level) = level {
            evidence["evidence"]["level"] = json!(LEVELS[level]);
        }
        evidence
    });
    let value = (0..9_u8).prop_map(|value| f64::from(value) / 2.0);
    let grows = prop_oneof![
        5 => Just(json!({})),
        2 => select(LEVELS.to_vec()).prop_map(|level| json!({ "level": level })),
        2 => value.clone().prop_map(|value| json!({ "value": value })),
        2 => minima,
    ];
    if growing {
        return grows.boxed();
    }
    prop_oneof![5 => grows, 2 => value.prop_map(|value| json!({ "below": value })), 1 => narrow].boxed()
}

fn condition(allowed: &Allowed) -> BoxedStrategy<Value> {
    let about = (select(allowed.ids.clone()), asking(allowed.growing)).prop_map(|(id, mut asked)| {
        asked["competency"] = json!(id);
        asked
    });
    if !allowed.outside {
        return about.boxed();
    }
    let credential = select(vec!["x", "y", "z"]).prop_map(|name| json!({ "credential": name }));
    let not_before = select(INSTANTS.to_vec()).prop_map(|at| json!({ "not_before": at }));
    if allowed.growing {
        return prop_oneof![8 => about, 1 => credential].boxed();
    }
    prop_oneof![8 => about, 1 => credential, 1 => not_before].boxed()
}

/// A group without its members: its operator, and a number for it.
#[derive(Clone, Debug)]
struct Rule {
    operator: u8,
    number: u16,
}

fn rule() -> impl Strategy<Value = Rule> {
    (0..5_u8, any::<u16>()).prop_map(|(operator, number)| Rule { operator, number })
}

/// What a member of a list says beside its requirement.
#[derive(Clone, Debug)]
struct Beside {
    until: Option<&'static str>,
    points: u8,
    required: bool,
}

fn beside(until: bool) -> impl Strategy<Value = Beside> {
    let drawn = (weighted(0.1, select(INSTANTS.to_vec())), 1..6_u8, proptest::bool::weighted(0.2));
    drawn.prop_map(move |(at, points, required)| Beside { until: at.filter(|_| until), points, required })
}

fn group(rule: &Rule, members: Vec<(Value, Beside)>) -> Value {
    let count = u16::try_from(members.len()).expect("few members");
    if rule.operator == 4 {
        let sum: u16 = members.iter().map(|(_, beside)| u16::from(beside.points)).sum();
        let of = members.into_iter().map(|(requirement, beside)| {
            let mut member = json!({"points": beside.points, "required": beside.required, "of": requirement});
            if let Some(until) = beside.until {
                member["until"] = json!(until);
            }
            member
        });
        return json!({"points": 1 + rule.number % (sum + sum / 8), "of": of.collect::<Vec<_>>()});
    }
    let of = members.into_iter().map(|(mut requirement, beside)| {
        if let Some(until) = beside.until {
            requirement["until"] = json!(until);
        }
        requirement
    });
    of_members(rule, &of.collect(), count)
}

fn of_members(rule: &Rule, members: &Value, count: u16) -> Value {
    match rule.operator {
        0 => json!({ "all": members }),
        1 => json!({ "any": members }),
        // now and then more than there are
        2 => json!({"at_least": 1 + rule.number % (count + u16::from(rule.number.is_multiple_of(16))), "of": members}),
        _ => json!({"percent": 1 + rule.number % 100, "of": members}),
    }
}

/// A group over competencies that fit.
fn selected(growing: bool) -> impl Strategy<Value = Value> {
    let selectors = vec![
        json!({"under": "P"}),
        json!({"under": "Q", "leaves": true}),
        json!({"tag": "core"}),
        json!({"type": "Standard", "leaves": true}),
        json!({"id": "a"}),
        json!({"under": "P", "tag": "core"}),
    ];
    let rule = (0..4_u8, any::<u16>()).prop_map(|(operator, number)| Rule { operator, number });
    (rule, select(selectors), asking(growing)).prop_map(|(rule, selector, asked)| {
        let mut group = of_members(&rule, &selector, 3);
        if asked != json!({}) {
            group["each"] = asked;
        }
        group
    })
}

/// A random requirement.
pub(crate) fn requirements(allowed: &Allowed) -> impl Strategy<Value = Value> + use<> {
    let (until, growing) = (allowed.outside && !allowed.growing, allowed.growing);
    let leaf = if allowed.outside {
        prop_oneof![6 => condition(allowed), 1 => selected(growing)].boxed()
    } else {
        condition(allowed)
    };
    leaf.prop_recursive(4, 24, 5, move |inner| {
        (rule(), vec((inner, beside(until)), 1..6)).prop_map(|(rule, members)| group(&rule, members))
    })
}

/// What is known of a learner: items on leaves with a score in halves, a context, an assessor, and maybe a kind.
fn items() -> impl Strategy<Value = Vec<Value>> {
    let item = (2..8_usize, 0..9_u8, (0..3_u8, 0..3_u8), weighted(0.5, 0..6_usize), any::<bool>(), 0..4_usize);
    vec(item, 0..14).prop_map(|items| {
        let items = items.into_iter().enumerate();
        let items = items.map(|(place, (id, half, (context, assessor), kind, transfer, at))| {
            json!({"id": format!("e{place:02}"), "competency": IDS[id], "score": f64::from(half) / 2.0,
                "context": format!("c{context}"), "assessor": {"id": format!("t{assessor}")}, "transfer": transfer,
                "kind": kind.map(|kind| KINDS[kind]), "observed_at": INSTANTS[at]})
        });
        items.collect()
    })
}

/// Credits that the learner has, some from later on, and some of whose evidence was retracted.
fn credits() -> impl Strategy<Value = Vec<Value>> {
    vec((0..3_usize, 0..4_usize, proptest::bool::weighted(0.3)), 0..3).prop_map(|credits| {
        let mut events = Vec::new();
        for (place, (name, at, revoked)) in credits.into_iter().enumerate() {
            let (id, at, name) = (format!("a{place}"), INSTANTS[at], ["x", "y", "z"][name]);
            events.push(json!({"id": id, "event": "awarded", "credit": name, "evidence": ["e00"],
                "received_at": at, "actor": {"id": "p1"}}));
            if revoked {
                events.push(json!({"id": format!("v{place}"), "event": "revoked", "of": id, "received_at": at,
                    "actor": {"id": "p1"}, "reason": "by mistake"}));
            }
        }
        events
    })
}

/// The framework of all cases here.
pub(crate) fn framework() -> Value {
    let competencies = IDS.into_iter().enumerate().map(|(place, id)| {
        let kind = if place < 2 { "Cluster" } else { "Standard" };
        let tags: &[&str] = if place % 3 == 0 { &["core"] } else { &[] };
        json!({"id": id, "statement": id, "type": kind, "tags": tags})
    });
    let edges = EDGES.into_iter().map(|(from, to)| json!({"type": "is_child_of", "from": from, "to": to}));
    json!({"competencies": competencies.collect::<Vec<_>>(), "associations": edges.collect::<Vec<_>>()})
}

/// A policy with a programme for each requirement, `p0`, `p1`, …
pub(crate) fn policy(requirements: &[Value], sufficient: u8) -> Value {
    let programmes = requirements.iter().enumerate();
    let programmes = programmes.map(|(place, one)| json!({"id": format!("p{place}"), "requirement": one}));
    json!({"scale": {"max": 4, "proficient": 3, "levels": [{"id": "none", "from": 0}, {"id": "below", "from": 1},
            {"id": "near", "from": 2}, {"id": "mastery", "from": 3}, {"id": "exceeds", "from": 4}]},
        "estimate": {"method": "latest"},
        "rules": [{"match": {"id": "a"}, "sufficiency": {"min_evidence": sufficient}}],
        "programmes": programmes.collect::<Vec<_>>()})
}

/// Random programmes of a random learner.
pub(crate) fn cases(allowed: &Allowed) -> impl Strategy<Value = Value> + use<> {
    let scope = weighted(0.3, vec(select(IDS.to_vec()), 1..5));
    let drawn = (vec(requirements(allowed), 1..4), items(), credits(), scope, 0..3_u8);
    drawn.prop_map(|(requirements, items, credits, scope, sufficient)| {
        let events = [items, credits].concat();
        json!({"framework": framework(), "policy": policy(&requirements, sufficient), "events": events, "as_of": AS_OF, "scope": scope})
    })
}

/// Everything that may stand in a programme.
pub(crate) fn all() -> Allowed {
    Allowed { ids: IDS.to_vec(), outside: true, growing: false }
}

/// What more evidence and more credits can only make better.
fn growing() -> Allowed {
    Allowed { ids: IDS.to_vec(), outside: true, growing: true }
}

/// What the programmes of a case come to, by whoever answers.
pub(crate) type Answer = Result<Vec<Value>, String>;

fn by_model(case: &Value) -> Answer {
    let outcome = evaluate(case)?;
    Ok(outcome.programmes.into_iter().map(Value::Object).collect())
}

/// The leaves of a competency.
fn leaves(id: &str) -> Vec<&str> {
    let below: Vec<&str> = EDGES.into_iter().filter(|(_, to)| *to == id).map(|(from, _)| from).collect();
    if below.is_empty() { vec![id] } else { below }
}

/// The events that bring about one entry of what is missing: the best scores by several assessors in several contexts.
fn remedy(entry: &Value, into: &mut Vec<Value>) {
    if entry["needs"] == "credential" {
        let id = format!("new{}", into.len());
        into.push(json!({"id": id, "event": "awarded", "credit": entry["credential"], "evidence": ["e00"],
            "received_at": AS_OF, "actor": {"id": "p1"}}));
        return;
    }
    for leaf in leaves(entry["competency"].as_str().expect("a competency")) {
        for kind in KINDS {
            let id = format!("new{}", into.len());
            into.push(json!({"id": id, "competency": leaf, "score": 4, "context": id, "assessor": {"id": id},
                "artifact": {"uri": id}, "transfer": true, "kind": kind, "observed_at": AS_OF}));
        }
    }
}

/// Adding what is missing makes the programme met; adding nothing does not.
pub(crate) fn flips(case: &Value, ask: impl Fn(&Value) -> Answer) -> Result<(), TestCaseError> {
    let Ok(before) = ask(case) else { return Ok(()) };
    for (place, programme) in before.iter().enumerate() {
        let missing = programme["missing"].as_array().expect("a list");
        prop_assert_eq!(missing.is_empty() && programme["unreachable"] != true, programme["verdict"] == "met");
        if programme["verdict"] == "met" || programme["unreachable"] == true {
            continue;
        }
        let verdict = |entries: &[Value]| -> Result<Value, TestCaseError> {
            let mut events = Vec::new();
            for entry in entries {
                remedy(entry, &mut events);
            }
            let mut then = case.clone();
            then["events"].as_array_mut().expect("a list").extend(events);
            let after = ask(&then).map_err(TestCaseError::fail)?;
            Ok(after[place]["verdict"].clone())
        };
        prop_assert_eq!(verdict(missing)?, "met", "{}\n{}", programme, case);
        // nothing in the list can be spared, where each entry is about another leaf
        let about: BTreeSet<String> = missing.iter().map(|entry| entry["competency"].to_string()).collect();
        let alone = about.len() == missing.len() && !about.contains("\"P\"") && !about.contains("\"Q\"");
        if programme["exact"] != false && alone && !tells_of_inner(&case["policy"]["programmes"][place]) {
            for spared in 0..missing.len() {
                let mut rest = missing.clone();
                rest.remove(spared);
                prop_assert_ne!(verdict(&rest)?, "met", "without {} of {}\n{}", missing[spared], programme, case);
            }
        }
    }
    Ok(())
}

/// True if what is done for one leaf can be of use elsewhere: inner nodes, selectors, and several askings about one.
fn tells_of_inner(programme: &Value) -> bool {
    let text = programme.to_string();
    let once = |id: &str| text.matches(&format!("\"competency\":\"{id}\"")).count() < 2;
    ["\"P\"", "\"Q\"", "tag", "type", "\"id\":\"a\""].iter().any(|word| text.contains(word))
        || !IDS.into_iter().all(once)
}

proptest! {
    #![proptest_config(config(300))]

    /// By the model: what is missing is what would do, and none of it can be spared.
    #[test]
    fn what_is_missing_would_do(case in cases(&growing())) {
        flips(&case, by_model)?;
    }

    /// What the model refuses it can tell the place of.
    #[test]
    fn faults_have_places(case in cases(&all())) {
        let faults = requirement_faults(&case).expect("sound documents");
        match evaluate(&case) {
            Ok(_) => prop_assert!(faults.is_empty(), "{faults:?}"),
            Err(code) => prop_assert_eq!(Some(code.as_str()), faults.first().map(|fault| fault.code)),
        }
    }
}

/// The draws are worth something: many are met, many lack several things, some cannot be reached, some are refused.
#[test]
fn the_draws_tell_programmes_apart() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(config(1));
    let mut counts = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..800 {
        let case = cases(&all()).new_tree(&mut runner).expect("a case").current();
        match by_model(&case) {
            Err(code) => *counts.entry(code).or_default() += 1,
            Ok(programmes) => {
                for programme in programmes {
                    let word = programme["verdict"].as_str().expect("a word").to_owned();
                    *counts.entry(word).or_default() += 1;
                    let several = programme["missing"].as_array().is_some_and(|list| list.len() > 1);
                    *counts.entry("several".to_owned()).or_default() += u32::from(several);
                    *counts.entry("cannot".to_owned()).or_default() += u32::from(programme["unreachable"] == true);
                    *counts.entry("inexact".to_owned()).or_default() += u32::from(programme["exact"] == false);
                }
            }
        }
    }
    for word in ["met", "not_met", "undetermined", "several", "cannot", "inexact", "unreachable", "contradiction"] {
        assert!(counts.get(word).is_some_and(|count| *count > 5), "{word}: {counts:?}");
    }
}
