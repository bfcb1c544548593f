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
fn a_limit_is_told_once() {
    let list = |count: usize| format!(r#"{{"any":[{}]}}"#, vec![r#"{"competency":"n0"}"#; count].join(","));
    let deep = format!("{}{}{}", r#"{"all":["#.repeat(63), list(1_000), "]}".repeat(63));
    for (requirement, message) in [(list(300_000), "requirements"), (deep, "levels of requirements")] {
        let error = in_time(|| Policy::from_json(policy(&requirement))).expect_err("too many");
        assert_eq!((error.code(), error.findings().len()), (Code::LimitExceeded, 1));
        assert!(error.message().ends_with(message), "{error}");
    }
}

/// A leaf `n1` below `n0`, whose rollup is by requirement, and learners with so many items.
fn rollup(requirement: &str, items: usize) -> (Engine, LearnerRecord) {
    let rollup = format!(r#"{{"method":"requirement","requirement":{requirement}}}"#);
    let text = format!(r#"{{"scale":{{"max":4,"proficient":3}},"estimate":{{"method":"latest"}},"rollup":{rollup}}}"#);
    let engine = Engine::from_json(framework(2, [(1, 0)].into_iter()), text).expect("an engine");
    let item = |at: usize| format!(r#"{{"id":"e{at}","competency":"n1","score":2,"kind":"test"}}"#);
    let items: Vec<String> = (0..items).map(item).collect();
    (engine, LearnerRecord::from_json(format!("[{}]", items.join(","))).expect("a record"))
}

#[test]
fn a_kind_counts_once() {
    let kinds = vec![r#""test""#; 100_000].join(",");
    let condition = format!(r#"{{"competency":"n1","evidence":{{"min_evidence":1,"kinds":[{kinds}]}}}}"#);
    let (engine, record) = rollup(&condition, 1);
    let derivation = engine.explain(&record, "n0", instant("2026-01-01T00:00:00Z")).expect("a derivation");
    assert!(derivation.to_json().contains(r#""kinds":["test"]"#));
}

#[test]
fn ids_are_bounded_where_selectors_repeat_them() {
    let framework = framework(1_000, (1..1_000).map(|node| (node, 0)));
    let level = "L".repeat(1_000_000);
    let text = |each: &str| {
        let levels = format!(r#"[{{"id":"{level}","from":1}}]"#);
        policy(&format!(r#"{{"all":{{"under":"n0"}},"each":{each}}}"#))
            .replace(r#""proficient":3"#, &format!(r#""proficient":3,"levels":{levels}"#))
    };
    for each in
        [format!(r#"{{"level":"{level}"}}"#), format!(r#"{{"evidence":{{"min_evidence":1,"level":"{level}"}}}}"#)]
    {
        let error = in_time(|| Engine::from_json(&framework, text(&each))).expect_err("a limit");
        assert_eq!((error.code(), error.path()), (Code::LimitExceeded, "/programmes/0/requirement"));
    }
    assert_eq!(code(Engine::from_json(&framework, text(r#"{"value":1}"#))), Ok(()));
}

#[test]
fn conditions_times_items_are_bounded() {
    let conditions = |count: usize| {
        let condition = |at: usize| format!(r#"{{"competency":"n1","evidence":{{"min_evidence":{}}}}}"#, 20_001 + at);
        format!(r#"{{"any":[{}]}}"#, (0..count).map(condition).collect::<Vec<_>>().join(","))
    };
    let as_of = instant("2026-01-01T00:00:00Z");
    let (engine, record) = rollup(&conditions(600), 20_000);
    assert_eq!(code(in_time(|| engine.evaluate(&record, as_of))), Err(Code::LimitExceeded));
    // what can be evaluated can be explained, and what was explained can be verified
    let (engine, record) = rollup(&conditions(499), 20_000);
    let state = in_time(|| engine.evaluate(&record, as_of)).expect("a state");
    assert_eq!(state.mastery("n0").expect("a node").status.as_str(), "not_met");
    let derivation = in_time(|| engine.explain(&record, "n0", as_of)).expect("a derivation");
    assert_eq!(code(in_time(|| derivation.verify())), Ok(()));
    // a warm learner begins anew with each step
    let mut live = in_time(|| engine.start(&record, as_of)).expect("a learner");
    for at in 0..3 {
        let item = format!(r#"{{"id":"f{at}","competency":"n1","score":3}}"#);
        let item = lrm_core::Evidence::from_json(item).expect("an item");
        assert_eq!(code(in_time(|| live.apply(item, as_of))), Ok(()));
    }
    // programmes count with the rollups
    let flat = framework(2, [(1, 0)].into_iter());
    let engine = Engine::from_json(&flat, policy(&conditions(600))).expect("an engine");
    let events: Vec<String> = record.evidence().map(lrm_core::Evidence::to_json).collect();
    let log = EventLog::from_json(format!("[{}]", events.join(","))).expect("a log");
    assert_eq!(code(in_time(|| engine.programmes(&log, as_of))), Err(Code::LimitExceeded));
}

#[test]
fn a_selector_in_a_rollup_looks_only_at_what_is_below() {
    let nodes = 15_000;
    let text = |selector: &str| {
        let rollup = format!(r#"{{"method":"requirement","requirement":{{"percent":80,"of":{selector}}}}}"#);
        format!(r#"{{"scale":{{"max":4,"proficient":3}},"estimate":{{"method":"latest"}},"rollup":{rollup}}}"#)
    };
    let competency = |at: usize| format!(r#"{{"id":"n{at}","statement":"x","type":"std","tags":["t"]}}"#);
    let edge = |at: usize| format!(r#"{{"type":"is_child_of","from":"n{}","to":"n{at}"}}"#, at + nodes);
    let framework = format!(
        r#"{{"competencies":[{}],"associations":[{}]}}"#,
        (0..2 * nodes).map(competency).collect::<Vec<_>>().join(","),
        (0..nodes).map(edge).collect::<Vec<_>>().join(",")
    );
    for selector in [r#"{"type":"std"}"#, r#"{"tag":"t","leaves":true}"#] {
        assert_eq!(code(in_time(|| Engine::from_json(&framework, text(selector)))), Ok(()), "{selector}");
    }
}

#[test]
fn what_is_met_leaves_the_rest_exact() {
    let flat = framework(3, std::iter::empty());
    let member = |at: usize| {
        let value = format!("{}.{:03}", at / 1_000, at % 1_000 + 1);
        format!(r#"{{"points":{},"of":{{"competency":"n1","value":{value}}}}}"#, at % 3 + 1)
    };
    let points = |members: usize| {
        let of: Vec<String> = (0..members).map(member).collect();
        format!(r#"{{"points":500,"of":[{}]}}"#, of.join(","))
    };
    let requirement =
        format!(r#"{{"all":[{{"any":[{{"competency":"n0"}},{}]}},{{"competency":"n2"}}]}}"#, points(1_100));
    let engine = Engine::from_json(&flat, policy(&requirement)).expect("an engine");
    let log = EventLog::from_json(r#"[{"competency":"n0","score":4}]"#).expect("a log");
    for (log, exact) in [(log, true), (EventLog::default(), false)] {
        let programmes = engine.programmes(&log, instant("2026-01-01T00:00:00Z")).expect("programmes");
        assert_eq!(programmes[0].exact, exact);
    }
}

#[test]
fn errors_say_what_where_and_what_is_expected() {
    let tree = framework(4, [(1, 0), (3, 2)].into_iter());
    let levels = r#""proficient":3,"levels":[{"id":"low","from":1},{"id":"high","from":3}]"#;
    let findings = |text: String| {
        let error = Engine::from_json(&tree, text.replace(r#""proficient":3"#, levels)).expect_err("findings");
        let told = error.findings().iter().map(|one| {
            let competency = one.context.get("competency").map(|id| format!("{id:?}")).unwrap_or_default();
            format!("{} {} {competency}", one.path, one.message)
        });
        told.collect::<Vec<_>>()
    };
    let rollup = |requirement: &str| {
        let rollup = format!(r#""rollup":{{"method":"requirement","requirement":{requirement}}}"#);
        format!(r#"{{"scale":{{"max":4,"proficient":3}},"estimate":{{"method":"latest"}},{rollup}}}"#)
    };
    let at = |path: &str, message: &str, id: &str| format!("{path} {message} Text({id:?})");
    assert_eq!(
        findings(rollup(r#"{"any":{"tag":"gold"}}"#)),
        [
            at("/rollup/requirement/any", "it fits no competency below `n0`", "n0"),
            at("/rollup/requirement/any", "it fits no competency below `n2`", "n2"),
        ]
    );
    assert_eq!(
        findings(rollup(r#"{"competency":"n1"}"#)),
        [at("/rollup/requirement/competency", "`n1` does not stand below `n2`", "n1")]
    );
    let path = "/programmes/0/requirement";
    assert_eq!(
        findings(policy(r#"{"competency":"n1","value":99}"#)),
        [at(&format!("{path}/value"), "99 is not from 0 to 4, as the scale of `n1` is", "n1")]
    );
    assert_eq!(
        findings(policy(r#"{"competency":"n1","level":"top"}"#)),
        [at(&format!("{path}/level"), "the scale of `n1` has no level `top` but `low`, `high`", "n1")]
    );
    let many = framework(50_001, (1..50_001).map(|node| (node, 0)));
    let text = rollup(r#"{"all":[{"any":{"under":"n0"}},{"any":{"under":"n0"}}]}"#);
    let error = Engine::from_json(many, text).expect_err("a limit");
    assert_eq!((error.code(), error.path()), (Code::LimitExceeded, "/rollup/requirement"));
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
