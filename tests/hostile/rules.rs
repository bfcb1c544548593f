//! Policies of very many rules.

use std::fmt::Write;

use lrm_core::{Code, Engine, Policy, RollupOptions};
use serde_json::json;

use crate::support::{framework, in_time, instant};

fn policy(rules: usize, rule: impl Fn(usize) -> String) -> String {
    let mut text = String::from(r#"{"scale":{"max":4,"proficient":3},"estimate":{"method":"latest"},"rules":["#);
    for place in 0..rules {
        let comma = if place > 0 { "," } else { "" };
        write!(text, "{comma}{}", rule(place)).expect("a string grows");
    }
    text + "]}"
}

fn chain(nodes: usize) -> String {
    framework(nodes, (1..nodes).map(|node| (node, node - 1)))
}

#[test]
fn a_million_rules_that_match_nothing() {
    let text = policy(1_000_000, |_| r#"{"match":{"id":"gone"}}"#.to_owned());
    let engine = in_time(|| Engine::from_json(chain(2), &text)).expect("an engine");
    assert_eq!(engine.lint().len(), 1_000_000);
}

#[test]
fn an_unknown_level_is_found_once_where_it_is_written() {
    const MANY: usize = 2_000;
    let rules = r#"[{"match": {"tag": "odd"}, "sufficiency": {"independent_from_level": "x"}},
                    {"match": {"tag": "three"}, "rounding": {"digits": 1}}]"#;
    let policy = format!(
        r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "latest"}}, "sufficiency": {{"independent_from_level": "y"}},
            "rules": {rules}}}"#
    );
    let tags = |node: usize| [(2, "odd"), (3, "three")].map(|(by, tag)| if node % by == 1 { tag } else { "" });
    let competency = |node: usize| json!({"id": format!("n{node}"), "statement": "", "tags": tags(node)});
    let competencies: Vec<_> = (0..MANY).map(competency).collect();
    let error = Engine::from_json(json!({"competencies": competencies}).to_string(), policy).unwrap_err();
    let paths: Vec<&str> = error.findings().iter().map(|finding| finding.path.as_str()).collect();
    let level = "sufficiency/independent_from_level";
    assert_eq!(paths, [format!("/{level}"), format!("/rules/0/{level}")]);
}

#[test]
fn rules_times_competencies_are_bounded() {
    for (rule, nodes) in [
        (r#"{"match":{"type":"Standard"}}"#, 100_000),
        // looks up the whole chain for each rule
        (r#"{"match":{"id":"n99999","under":"n0"}}"#, 100_000),
        (r#"{"match":{"id":"n99999","under":"gone"}}"#, 100_000),
    ] {
        let text = policy(100_000, |_| rule.to_owned());
        let outcome = in_time(|| Engine::from_json(chain(nodes), &text));
        match outcome {
            Ok(_) => assert!(rule.contains("gone"), "{rule}"),
            Err(error) => assert_eq!((error.code(), error.path()), (Code::LimitExceeded, "/rules"), "{rule}"),
        }
    }
}

#[test]
fn rules_times_edges_are_bounded() {
    // three layers: few competencies and many edges below the first
    let up = |node: usize| (0..300).map(move |parent| (node, parent + if node < 600 { 0 } else { 300 }));
    let dense = framework(900, (300..900).flat_map(up));
    for rule in [r#"{"match":{"under":"n0"}}"#, r#"{"match":{"id":"n899","under":"n898"}}"#] {
        let outcome = in_time(|| Engine::from_json(&dense, policy(300_000, |_| rule.to_owned())));
        assert_eq!(outcome.map(|_| ()).map_err(|error| error.code()), Err(Code::LimitExceeded), "{rule}");
    }
}

#[test]
fn rules_times_tags_are_bounded() {
    let tags: Vec<String> = (0..100_000).map(|tag| format!("\"t{tag}\"")).collect();
    let text = format!(r#"{{"competencies": [{{"id": "a", "statement": "", "tags": [{}]}}]}}"#, tags.join(","));
    let rules = policy(100_000, |_| r#"{"match":{"tag":"none"}}"#.to_owned());
    let outcome = in_time(|| Engine::from_json(&text, &rules));
    assert_eq!(outcome.map(|_| ()).map_err(|error| error.code()), Err(Code::LimitExceeded));
}

#[test]
fn a_rule_and_a_scale_for_every_competency() {
    let nodes = 20_000;
    let text = policy(nodes, |place| {
        format!(
            r#"{{"match":{{"id":"n{place}"}},"scale":{{"max":{},"proficient":1,"levels":[{{"id":"x{place}","from":0}}]}}}}"#,
            place + 1
        )
    });
    let flat = framework(nodes, std::iter::empty());
    let engine = in_time(|| Engine::from_json(&flat, &text)).expect("an engine");
    let record = lrm_core::LearnerRecord::from_json(r#"[{"competency": "n5", "score": 6}]"#).expect("a record");
    let state = in_time(|| engine.evaluate(&record, instant("2026-01-01T00:00:00Z"))).expect("a state");
    assert_eq!(state.mastery("n5").expect("a node").level.as_deref(), Some("x5"));
    let mut columns = lrm_core::EvidenceColumns::new(1);
    columns.add("competency", lrm_core::Column::texts([Some("n5")])).expect("a column");
    columns.add("score", lrm_core::Column::numbers(&[6.0])).expect("a column");
    let rollup = in_time(|| engine.rollup(&columns, instant("2026-01-01T00:00:00Z"), &RollupOptions::new()));
    assert_eq!(rollup.expect("a table").len(), 1);
    // a chain of different scales does not fit together, and each node says so once
    let error = in_time(|| Engine::from_json(chain(nodes), &text)).expect_err("scales that differ");
    assert_eq!((error.code(), error.findings().len()), (Code::IncompatibleScales, nodes - 1));
}

#[test]
fn levels_are_bounded() {
    let text = |levels: usize| {
        let levels: Vec<String> = (0..levels).map(|level| format!(r#"{{"id":"l{level}","from":{level}}}"#)).collect();
        let scale = format!(r#"{{"max":1000000,"proficient":1,"levels":[{}]}}"#, levels.join(","));
        format!(r#"{{"scale":{scale},"estimate":{{"method":"latest"}}}}"#)
    };
    let error = in_time(|| Policy::from_json(text(100_000))).expect_err("too many levels");
    assert_eq!((error.code(), error.path()), (Code::LimitExceeded, "/scale/levels"));
    let engine = in_time(|| Engine::from_json(chain(1_000), text(1_000))).expect("an engine");
    let record = lrm_core::LearnerRecord::from_json(r#"[{"competency": "n999", "level": "l777"}]"#).expect("a record");
    let state = in_time(|| engine.evaluate(&record, instant("2026-01-01T00:00:00Z"))).expect("a state");
    assert_eq!(state.mastery("n0").expect("a node").level.as_deref(), Some("l777"));
}
