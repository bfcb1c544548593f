//! Requirements: one answer on all paths where they roll up, what is missing is enough and the least, what won is enough.

use std::cell::Cell;
use std::collections::BTreeSet;

use lrm_core::{Award, Engine, EventLog, Instant, Options, Programme, Verdict};
use lrm_tests::corpus::Case;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::combined::{combined, estimates, one_answer};
use crate::derivations::{follow_from_derivations, tampered};
use crate::draw::draws;
use crate::live::{step_by_step, what_if};
use crate::plan::cases;
use crate::support::{config, engine, options};

/// A requirement as drawn: numbers become competencies once it is known which there are.
#[derive(Clone, Debug)]
enum Drawn {
    Group(u8, u8, Vec<(Drawn, u8)>),
    Condition(u8, u8, u8),
    Selector(u8, u8, u8, u8),
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let condition = (0..12_u8, 0..6_u8, 0..8_u8).prop_map(|(about, asks, much)| Drawn::Condition(about, asks, much));
    let selector = (0..5_u8, 1..101_u8, 0..4_u8, 0..4_u8);
    let selector = selector.prop_map(|(rule, much, each, whom)| Drawn::Selector(rule, much, each, whom));
    let leaf = prop_oneof![8 => condition, 1 => selector];
    leaf.prop_recursive(3, 14, 4, |member| {
        let members = vec((member, 0..8_u8), 1..5);
        (0..5_u8, 1..101_u8, members).prop_map(|(rule, much, members)| Drawn::Group(rule, much, members))
    })
}

impl Drawn {
    /// The document of a requirement about some of these competencies, of which a selector takes those below the first. That of a
    /// rollup may name none.
    fn document(&self, ids: &[String], under: &str, of_rollup: bool) -> Value {
        match self {
            Self::Condition(about, asks, much) => {
                let id = &ids[usize::from(*about) % ids.len()];
                let value = f64::from(*much) / 2.0;
                match asks {
                    0..=2 => json!({"competency": id}),
                    3 => json!({"competency": id, "value": value}),
                    4 => json!({"competency": id, "below": value}),
                    _ => {
                        json!({"competency": id, "evidence": {"min_evidence": much % 3 + 1, "min_independent": much % 2}})
                    }
                }
            }
            Self::Selector(rule, much, each, whom) => {
                let whom = match whom {
                    0 if of_rollup => json!({"leaves": true}),
                    1 if of_rollup => json!({"children": true}),
                    _ => json!({"under": under, "leaves": each % 2 == 0}),
                };
                let mut group = group(*rule, *much, 1, &whom);
                if *each > 1 {
                    group["each"] = json!({"evidence": {"min_evidence": each}});
                }
                group
            }
            Self::Group(4, much, members) => {
                let worth = |(member, worth): &(Self, u8)| {
                    let required = *worth == 0 || *worth == 7;
                    json!({"points": worth, "required": required, "of": member.document(ids, under, of_rollup)})
                };
                let sum: u32 = members.iter().map(|(_, worth)| u32::from(*worth)).sum();
                let points = (sum * u32::from(*much)).div_ceil(100).max(1);
                // members that are worth nothing together are no group of points
                let of: Vec<Value> = members.iter().map(worth).collect();
                if sum == 0 {
                    members[0].0.document(ids, under, of_rollup)
                } else {
                    json!({"points": points, "of": of})
                }
            }
            Self::Group(rule, much, members) => {
                let of: Vec<Value> = members.iter().map(|(member, _)| member.document(ids, under, of_rollup)).collect();
                group(*rule, *much, members.len(), &Value::Array(of))
            }
        }
    }
}

fn group(rule: u8, much: u8, members: usize, of: &Value) -> Value {
    match rule {
        0 => json!({"all": of}),
        1 => json!({"any": of}),
        2 => json!({"at_least": usize::from(much) % members + 1, "of": of}),
        _ => json!({"percent": much, "of": of}),
    }
}

/// The case with requirements deciding about some of its inner nodes.
fn with_requirements(mut case: Case, trees: &[(u8, Drawn, u8)]) -> Case {
    let framework = case.framework.clone().unwrap_or_default();
    let edges: Vec<(String, String)> = framework["associations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|edge| edge["type"] == "is_child_of")
        .filter_map(|edge| Some((edge["from"].as_str()?.to_owned(), edge["to"].as_str()?.to_owned())))
        .collect();
    let inner: Vec<&String> = edges.iter().map(|(_, parent)| parent).collect::<BTreeSet<_>>().into_iter().collect();
    let mut rules = case.policy["rules"].as_array().cloned().unwrap_or_default();
    for (node, tree, own) in trees.iter().filter(|_| !inner.is_empty()) {
        let node = inner[usize::from(*node) % inner.len()];
        let mut below = BTreeSet::new();
        let mut stack = vec![node.clone()];
        while let Some(at) = stack.pop() {
            for (child, _) in edges.iter().filter(|(_, parent)| *parent == at) {
                if below.insert(child.clone()) {
                    stack.push(child.clone());
                }
            }
        }
        let ids: Vec<String> = below.into_iter().collect();
        let own = ["as_child", "overrides", "ignored"][usize::from(*own) % 3];
        let requirement = tree.document(&ids, node, true);
        rules.push(json!({"match": {"id": node},
            "rollup": {"method": "requirement", "requirement": requirement, "own_evidence": own}}));
    }
    case.policy["rules"] = Value::Array(rules);
    case
}

fn trees() -> impl Strategy<Value = Vec<(u8, Drawn, u8)>> {
    vec((0..10_u8, drawn(), 0..3_u8), 1..4)
}

/// A learner who knows some of eight competencies: 0 is not assessed, 1 not met, 2 met.
fn log_of(scores: &[u8]) -> EventLog {
    let events: Vec<Value> = (0..)
        .zip(scores)
        .filter(|(_, score)| **score > 0)
        .map(|(place, score): (usize, &u8)| json!({"id": format!("e{place}"), "competency": format!("c{place}"), "score": score + 1}))
        .collect();
    EventLog::from_json(Value::Array(events).to_string()).expect("a log")
}

const COMPETENCIES: usize = 8;

fn engine_of(tree: &Drawn) -> Option<Engine> {
    let ids: Vec<String> = (0..COMPETENCIES).map(|place| format!("c{place}")).collect();
    let all = ids.iter().map(String::as_str).chain(["root"]);
    let competencies: Vec<Value> = all.map(|id| json!({"id": id, "statement": id})).collect();
    let edges: Vec<Value> = ids.iter().map(|id| json!({"type": "is_child_of", "from": id, "to": "root"})).collect();
    let framework = json!({"competencies": competencies, "associations": edges});
    let policy = json!({"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
        "programmes": [{"id": "p", "requirement": tree.document(&ids, "root", false)}]});
    Engine::from_json(framework.to_string(), policy.to_string()).ok()
}

/// That all conditions are that a competency is met.
fn plain(tree: Drawn) -> Drawn {
    match tree {
        Drawn::Group(rule, much, members) => {
            Drawn::Group(rule, much, members.into_iter().map(|(member, worth)| (plain(member), worth)).collect())
        }
        Drawn::Condition(about, _, _) => Drawn::Condition(about, 0, 0),
        Drawn::Selector(rule, much, _, whom) => Drawn::Selector(rule, much, 0, whom),
    }
}

fn stands(engine: &Engine, scores: &[u8]) -> Programme {
    let mut programmes = engine.programmes(&log_of(scores), Instant::EPOCH).expect("programmes");
    programmes.pop().expect("a programme")
}

/// The places of competencies, each once.
fn places<'p>(ids: impl Iterator<Item = &'p Option<String>>) -> BTreeSet<usize> {
    ids.flatten().filter_map(|id| id.trim_start_matches('c').parse().ok()).collect()
}

/// Laws about what is refused would say nothing.
#[test]
fn most_of_what_is_drawn_fits() {
    let (fits, programmes) = (Cell::new(0_u32), Cell::new(0_u32));
    let mut runner = TestRunner::new(config(200));
    let outcome = runner.run(&(cases(), trees(), drawn()), |(case, trees, tree)| {
        let deciding =
            !trees.is_empty() && case.framework.as_ref().is_some_and(|one| one["associations"][0].is_object());
        fits.set(fits.get() + u32::from(deciding && engine(&with_requirements(case, &trees)).is_ok()));
        programmes.set(programmes.get() + u32::from(engine_of(&plain(tree)).is_some()));
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    let cases = runner.config().cases;
    assert!(fits.get() * 5 > cases && programmes.get() * 2 > cases, "{fits:?} and {programmes:?} of {cases}");
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn every_way_leads_to_one_answer(draw in draws(), which in 0..12_usize, trees in trees()) {
        let case = combined(draw, &estimates()[which], &json!({"method": "unique_leaves"}));
        one_answer(&with_requirements(case, &trees))?;
    }

    #[test]
    fn every_step_equals_an_evaluation(case in cases(), trees in trees(), clock in vec(0..12_usize, 1..6), cut in 0..31_usize) {
        let case = with_requirements(case, &trees);
        step_by_step(&case, &clock, &options(&case))?;
        what_if(&case, cut)?;
    }

    #[test]
    fn every_result_follows_from_its_derivation(case in cases(), trees in trees()) {
        follow_from_derivations(&with_requirements(case, &trees))?;
    }

    #[test]
    fn nothing_is_changed_unnoticed(case in cases(), trees in trees(), node in any::<usize>(), top in any::<usize>(), choice in 0..8_usize) {
        tampered(&with_requirements(case, &trees), node, top, choice)?;
    }

    #[test]
    fn what_is_missing_is_enough_and_the_least(tree in drawn(), scores in vec(0..3_u8, COMPETENCIES)) {
        let Some(engine) = engine_of(&plain(tree)) else { return Ok(()) };
        let programme = stands(&engine, &scores);
        prop_assert_eq!(programme.missing.is_empty(), programme.verdict == Verdict::Met);
        let missing = places(programme.missing.iter().map(|one| &one.competency));
        let with = |more: &BTreeSet<usize>| {
            let score = |(place, score): (usize, &u8)| if more.contains(&place) { 2 } else { *score };
            stands(&engine, &scores.iter().enumerate().map(score).collect::<Vec<_>>()).verdict
        };
        prop_assert_eq!(with(&missing), Verdict::Met, "{}", programme.to_json());
        let open: Vec<usize> = (0..COMPETENCIES).filter(|place| scores[*place] != 2).collect();
        let least = (0..1_usize << open.len())
            .map(|some| open.iter().enumerate().filter(|(at, _)| some >> at & 1 == 1).map(|(_, place)| *place).collect::<BTreeSet<_>>())
            .filter(|more| with(more) == Verdict::Met)
            .map(|more| more.len())
            .min();
        if programme.exact {
            prop_assert_eq!(least, Some(programme.missing.len()), "{}", programme.to_json());
        }
        prop_assert!(least <= Some(missing.len()));
    }

    #[test]
    fn what_won_is_enough(tree in drawn(), scores in vec(prop_oneof![1 => 0..2_u8, 3 => Just(2_u8)], COMPETENCIES)) {
        let Some(engine) = engine_of(&plain(tree)) else { return Ok(()) };
        let programme = stands(&engine, &scores);
        let award = Award::new("a", "t", Instant::EPOCH);
        let awarded = engine.award(&log_of(&scores), "p", &award);
        prop_assert_eq!(awarded.is_ok(), programme.verdict == Verdict::Met);
        prop_assert_eq!(programme.trace[0].won, programme.verdict == Verdict::Met);
        if !programme.trace[0].won {
            prop_assert!(programme.trace.iter().all(|one| !one.won));
            return Ok(());
        }
        let won = places(programme.trace.iter().filter(|one| one.won).map(|one| &one.competency));
        let alone: Vec<u8> = (0..COMPETENCIES).map(|place| if won.contains(&place) { 2 } else { 0 }).collect();
        prop_assert_eq!(stands(&engine, &alone).verdict, Verdict::Met, "{}", programme.to_json());
        let event: Value = serde_json::from_str(awarded.expect("an award").to_json()).expect("JSON");
        let evidence: Vec<String> = won.iter().map(|place| format!("e{place}")).collect();
        prop_assert_eq!(&event["extra"]["evidence"], &json!(evidence));
    }

    #[test]
    fn what_is_not_known_settles_nothing_that_it_could_change(tree in drawn(), scores in vec(0..3_u8, COMPETENCIES), places in vec(weighted(0.5, any::<bool>()), COMPETENCIES)) {
        // a verdict that is settled stays the same however the unknown turns out
        let Some(engine) = engine_of(&plain(tree)) else { return Ok(()) };
        let before = stands(&engine, &scores).verdict;
        let turned = scores.iter().zip(&places).map(|(score, turns)| match (score, turns) {
            (0, Some(met)) => if *met { 2 } else { 1 },
            (score, _) => *score,
        });
        let after = stands(&engine, &turned.collect::<Vec<_>>()).verdict;
        prop_assert!(before == Verdict::Undetermined || before == after, "{before:?} {after:?}");
    }

    #[test]
    fn documents_stay_what_they_are(tree in drawn()) {
        let Some(engine) = engine_of(&tree) else { return Ok(()) };
        let text = engine.policy().to_json();
        let again = lrm_core::Policy::from_json(&text).expect("a policy");
        prop_assert_eq!(again.to_json(), text);
        prop_assert!(engine.programmes_with(&EventLog::default(), Instant::EPOCH, &Options::new().scope(["c0"])).is_ok());
    }
}
