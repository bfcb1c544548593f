//! Requirements that are very deep, very many, or about very much; and derivations in which they were changed.

use lrm_core::{Code, Derivation, Engine, EventLog, LearnerRecord, Policy};
use serde_json::{Value, json};

use crate::support::{framework, in_time, instant};

fn policy(requirement: &str) -> String {
    let programme = format!(r#"{{"id":"p","requirement":{requirement}}}"#);
    format!(r#"{{"scale":{{"max":4,"proficient":3}},"estimate":{{"method":"latest"}},"programmes":[{programme}]}}"#)
}

fn nested(depth: usize) -> String {
    format!("{}{}{}", r#"{"all":["#.repeat(depth - 1), r#"{"competency":"n0"}"#, "]}".repeat(depth - 1))
}

fn code<T>(outcome: lrm_core::Result<T>) -> Result<(), Code> {
    outcome.map(|_| ()).map_err(|error| error.code())
}

#[test]
fn nesting_is_bounded() {
    let flat = framework(1, std::iter::empty());
    assert_eq!(code(Engine::from_json(&flat, policy(&nested(64)))), Ok(()));
    assert_eq!(code(Policy::from_json(policy(&nested(65)))), Err(Code::LimitExceeded));
    for depth in [1_000, 100_000] {
        assert!(code(in_time(|| Policy::from_json(policy(&nested(depth))))).is_err());
    }
}

#[test]
fn requirements_are_bounded() {
    let flat = framework(1_001, std::iter::empty());
    let list = |count: usize| format!(r#"{{"any":[{}]}}"#, vec![r#"{"competency":"n0"}"#; count].join(","));
    let as_of = instant("2026-01-01T00:00:00Z");
    let engine = in_time(|| Engine::from_json(&flat, policy(&list(99_999)))).expect("an engine");
    let programmes = in_time(|| engine.programmes(&EventLog::default(), as_of)).expect("programmes");
    assert_eq!((programmes[0].trace.len(), programmes[0].missing.len()), (100_000, 1));
    assert_eq!(code(in_time(|| Policy::from_json(policy(&list(1_000_000))))), Err(Code::LimitExceeded));
    // a selector counts as what it stands for
    let selectors =
        |count: usize| format!(r#"{{"any":[{}]}}"#, vec![r#"{"all":{"leaves":true,"under":"n0"}}"#; count].join(","));
    let wide = framework(1_001, (1..1_001).map(|node| (node, 0)));
    assert_eq!(code(in_time(|| Engine::from_json(&wide, policy(&selectors(99))))), Ok(()));
    assert_eq!(code(in_time(|| Engine::from_json(&wide, policy(&selectors(100))))), Err(Code::LimitExceeded));
}

#[test]
fn a_rollup_of_a_chain_is_bounded() {
    // each node looks at all that stands below it
    let chain = framework(20_000, (1..20_000).map(|node| (node, node - 1)));
    let rule = r#"{"match":{},"rollup":{"method":"requirement","requirement":{"competency":"n19999"}}}"#;
    let text = format!(r#"{{"scale":{{"max":4,"proficient":3}},"estimate":{{"method":"latest"}},"rules":[{rule}]}}"#);
    assert_eq!(code(in_time(|| Engine::from_json(&chain, &text))), Err(Code::ClosureTooLarge));
    let short = framework(2_000, (1..2_000).map(|node| (node, node - 1)));
    let text = text.replace("n19999", "n1999");
    let engine = in_time(|| Engine::from_json(&short, &text)).expect("an engine");
    let record = LearnerRecord::from_json(r#"[{"competency":"n1999","score":3}]"#).expect("a record");
    let state = in_time(|| engine.evaluate(&record, instant("2026-01-01T00:00:00Z"))).expect("a state");
    assert_eq!(state.mastery("n0").expect("a node").status.as_str(), "met");
}

#[test]
fn selectors_that_look_at_everything_are_bounded() {
    let flat = framework(100_000, std::iter::empty());
    let selectors = [r#"{"any":{"id":"n1","under":"n1"}}"#; 2].join(",");
    assert_eq!(code(Engine::from_json(&flat, policy(&format!(r#"{{"any":[{selectors}]}}"#)))), Err(Code::EmptyGroup));
    let many = vec![r#"{"any":{"type":"none"}}"#; 10_000].join(",");
    let outcome = in_time(|| Engine::from_json(&flat, policy(&format!(r#"{{"any":[{many}]}}"#))));
    assert_eq!(code(outcome), Err(Code::LimitExceeded));
}

#[test]
fn many_points_are_found_in_time() {
    let flat = framework(3_000, std::iter::empty());
    let member = |place: usize| format!(r#"{{"points":{},"of":{{"competency":"n{place}"}}}}"#, place % 7 + 1);
    for (members, exact) in [(1_000, true), (3_000, false)] {
        let of: Vec<String> = (0..members).map(member).collect();
        let requirement = format!(r#"{{"points":{},"of":[{}]}}"#, members, of.join(","));
        let engine = Engine::from_json(&flat, policy(&requirement)).expect("an engine");
        let as_of = instant("2026-01-01T00:00:00Z");
        let programmes = in_time(|| engine.programmes(&EventLog::default(), as_of)).expect("programmes");
        // those of seven points come first
        assert_eq!((programmes[0].exact, programmes[0].missing.len()), (exact, members.div_ceil(7)));
    }
}

/// A derivation of a node with a requirement.
fn derivation() -> Value {
    let tree = framework(5, [(1, 0), (2, 0), (3, 0), (4, 3)].into_iter());
    let requirement = r#"{"all":[{"competency":"n1"},{"any":[{"competency":"n2","value":4},{"competency":"n3"}]}]}"#;
    let rule = format!(r#"{{"match":{{"id":"n0"}},"rollup":{{"method":"requirement","requirement":{requirement}}}}}"#);
    let text = format!(r#"{{"scale":{{"max":4,"proficient":3}},"estimate":{{"method":"latest"}},"rules":[{rule}]}}"#);
    let engine = Engine::from_json(tree, text).expect("an engine");
    let items = r#"[{"competency":"n1","score":3},{"competency":"n2","score":3},{"competency":"n4","score":4}]"#;
    let record = LearnerRecord::from_json(items).expect("a record");
    let derivation = engine.explain(&record, "n0", instant("2026-01-01T00:00:00Z")).expect("a derivation");
    assert_eq!(derivation.result().status.as_str(), "met");
    let text = derivation.text();
    assert!(text.contains("\n      n3: met\n") || text.contains("n3: met"), "{text}");
    assert!(text.contains("all of 2, of which 2 are met: met"), "{text}");
    serde_json::from_str(&derivation.to_json()).expect("JSON")
}

#[test]
fn a_requirement_cannot_be_changed_unnoticed() {
    let document = derivation();
    let verify = |document: &Value| code(Derivation::from_json(document.to_string()).and_then(|one| one.verify()));
    assert_eq!(verify(&document), Ok(()));
    let changed = |pointer: &str, value: Value| {
        let mut document = document.clone();
        *document.pointer_mut(pointer).expect("a place") = value;
        verify(&document)
    };
    let requirement = "/nodes/0/rules/rollup/requirement";
    for (place, value) in [
        ("/all/0/competency", json!("n2")),
        ("/all/0/competency", json!("n9")),
        ("/all/1/any/1/competency", json!("n4")),
        ("/all/1", json!({"competency": "n2", "value": 4})),
        ("/all", json!({"under": "n0"})),
    ] {
        assert_eq!(changed(&format!("{requirement}{place}"), value), Err(Code::DerivationMismatch), "{place}");
    }
    for (place, value) in
        [("/steps/0/verdict", json!("not_met")), ("/steps/2/met", json!(2)), ("/steps/1/at", json!("/all/1"))]
    {
        assert_eq!(changed(&format!("/nodes/0{place}"), value), Err(Code::DerivationMismatch), "{place}");
    }
    // every input counts: the leaves for the coverage, the others for the requirement
    for place in 0..document["nodes"][0]["inputs"].as_array().expect("inputs").len() {
        let mut document = document.clone();
        document["nodes"][0]["inputs"].as_array_mut().expect("inputs").remove(place);
        assert_eq!(verify(&document), Err(Code::DerivationMismatch), "input {place}");
    }
    assert_eq!(changed(&format!("{requirement}/all/0"), json!({"credential": "k"})), Err(Code::InvalidValue));
    assert_eq!(changed("/nodes/0/rules/rollup", json!({"method": "requirement"})), Err(Code::MissingField));
}
