//! Graphs of shapes that invite recursion and squares.

use lrm_core::{Code, Derivation, Engine, Framework, Instant, LearnerRecord, Policy};

use crate::support::{PLAIN, framework, in_time};

const MANY: usize = 100_000;

fn record(items: &[(usize, u8)]) -> LearnerRecord {
    let items: Vec<String> =
        items.iter().map(|(node, score)| format!(r#"{{"competency": "n{node}", "score": {score}}}"#)).collect();
    LearnerRecord::from_json(format!("[{}]", items.join(","))).expect("a record")
}

/// A policy with another rollup.
fn policy(rollup: &str) -> String {
    format!(r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "latest"}}, "rollup": {rollup}}}"#)
}

#[test]
fn a_chain_of_a_hundred_thousand() {
    let text = framework(MANY, (1..MANY).map(|node| (node, node - 1)));
    let record = record(&[(MANY - 1, 3)]);
    for rollup in [r#"{"method": "unique_leaves"}"#, r#"{"method": "children_mean"}"#] {
        let engine = in_time(|| Engine::from_json(&text, policy(rollup))).expect("an engine");
        assert_eq!(engine.framework().depth(), MANY);
        let state = in_time(|| engine.evaluate(&record, Instant::EPOCH)).expect("a state");
        assert_eq!(
            state.mastery("n0").expect("the top").to_string(),
            "n0: 3 (proficient), met, evidence 1, coverage 1 of 1"
        );
        let derivation = in_time(|| engine.explain(&record, "n0", Instant::EPOCH)).expect("a derivation");
        let written = in_time(|| derivation.to_json());
        let read = in_time(|| Derivation::from_json(&written)).expect("a derivation");
        assert!(in_time(|| read.to_json()) == written, "the derivation comes back");
        in_time(|| read.verify()).expect("a derivation that holds");
        assert!(!in_time(|| read.text()).is_empty());
        let mut live = in_time(|| engine.start(&record, Instant::EPOCH)).expect("a learner");
        let item = lrm_core::Evidence::scored(format!("n{}", MANY - 1), 1).id("z");
        assert_eq!(in_time(|| live.apply(item, Instant::EPOCH)).expect("changes").len(), MANY);
    }
    // own evidence on every node of a shorter chain
    let depth = 2_000;
    let text = framework(depth, (1..depth).map(|node| (node, node - 1)));
    let everywhere: Vec<(usize, u8)> = (0..depth).map(|node| (node, 2)).collect();
    let everywhere = self::record(&everywhere);
    for rollup in [r#"{"method": "unique_leaves"}"#, r#"{"method": "pooled"}"#, r#"{"method": "median"}"#] {
        let engine = Engine::from_json(&text, policy(rollup)).expect("an engine");
        let state = in_time(|| engine.evaluate(&everywhere, Instant::EPOCH)).expect("a state");
        assert_eq!(state.mastery("n0").expect("the top").value.map(|value| value.to_string()), Some("2".to_owned()));
    }
}

#[test]
fn inputs_that_are_required_are_counted_up_to_a_limit() {
    let ladder = |rungs: usize| {
        let below = (0..2 * rungs - 2).flat_map(|node| [2, 3].map(|next| (node / 2 * 2 + next, node)));
        Framework::from_json(framework(2 * rungs, below)).expect("a framework")
    };
    let policy = |n: u32| Policy::from_json(policy(&format!(r#"{{"missing": {{"require_at_least": {n}}}}}"#)));
    let lint = |n: u32, rungs: usize| in_time(|| policy(n).expect("a policy").lint(&ladder(rungs))).expect("a report");
    // at the end of all these ways are two leaves
    let small = lint(3, 10);
    assert_eq!(small.len(), 18);
    assert!(small.findings().iter().all(|finding| finding.message.ends_with("has 2")), "{small:?}");
    assert!(lint(2, 10).is_empty());
    let large = lint(1_000, 8_000);
    let codes: Vec<Code> = large.findings().iter().map(|finding| finding.code).collect();
    assert!(codes.iter().rev().skip(1).all(|code| *code == Code::ParameterOutOfRange));
    assert_eq!(codes.last(), Some(&Code::ClosureTooLarge));
}

#[test]
fn a_hundred_thousand_parents() {
    let text = framework(MANY + 1, (1..=MANY).map(|parent| (0, parent)));
    let record = record(&[(0, 3)]);
    for rollup in [r#"{"method": "unique_leaves"}"#, r#"{"method": "lowest"}"#] {
        let engine = in_time(|| Engine::from_json(&text, policy(rollup))).expect("an engine");
        let state = in_time(|| engine.evaluate(&record, Instant::EPOCH)).expect("a state");
        assert_eq!(state.mastery("n77777").expect("a parent").status.as_str(), "met");
        let mut live = in_time(|| engine.start(&record, Instant::EPOCH)).expect("a learner");
        let item = lrm_core::Evidence::scored("n0", 1).id("z");
        assert_eq!(in_time(|| live.apply(item, Instant::EPOCH)).expect("changes").len(), MANY + 1);
    }
}

#[test]
fn a_hundred_thousand_children() {
    let text = framework(MANY + 1, (1..=MANY).map(|child| (child, 0)));
    let engine = in_time(|| Engine::from_json(&text, PLAIN)).expect("an engine");
    let record = record(&[(1, 4), (77_777, 2)]);
    let derivation = in_time(|| engine.explain(&record, "n0", Instant::EPOCH)).expect("a derivation");
    assert_eq!(derivation.result().coverage, (2, 100_000));
    let read = in_time(|| Derivation::from_json(derivation.to_json())).expect("a derivation");
    in_time(|| read.verify()).expect("a derivation that holds");
}

#[test]
fn a_long_circle_is_named() {
    let text = framework(MANY, (0..MANY).map(|node| (node, (node + 1) % MANY)));
    let error = in_time(|| Framework::from_json(&text)).expect_err("a circle");
    assert_eq!(error.code(), Code::Cycle);
    assert!(error.message().len() < 500);
}

/// Layers of which each node is a child of every node above: squares of pairs, and of ways.
fn layers(count: usize, width: usize) -> String {
    let edges = (1..count).flat_map(move |layer| {
        (0..width)
            .flat_map(move |child| (0..width).map(move |parent| (layer * width + child, (layer - 1) * width + parent)))
    });
    framework(count * width, edges)
}

#[test]
fn dense_layers_are_refused_or_counted_once() {
    // more ways than atoms, few pairs
    let few = layers(50, 10);
    let engine = in_time(|| Engine::from_json(&few, PLAIN)).expect("an engine");
    let state = in_time(|| engine.evaluate(&record(&[(499, 3)]), Instant::EPOCH)).expect("a state");
    assert_eq!(state.mastery("n0").expect("a top").coverage, (1, 10));
    let derivation = in_time(|| engine.explain(&record(&[(499, 3)]), "n0", Instant::EPOCH)).expect("a derivation");
    in_time(|| derivation.verify()).expect("a derivation that holds");
    // too many pairs
    let many = layers(1_000, 20);
    let refused = in_time(|| Engine::from_json(&many, PLAIN)).expect_err("too many pairs");
    assert_eq!(refused.code(), Code::ClosureTooLarge);
    assert_eq!(refused.context().get("limit"), Some(&lrm_core::Detail::Number(50_000_000)));
    // the limit is a parameter
    let framework = Framework::from_json(&few).expect("a framework");
    let policy = Policy::from_json(PLAIN).expect("a policy");
    let refused = Engine::with_closure_limit(framework, policy.clone(), 1_000).expect_err("a lower limit");
    assert_eq!(refused.code(), Code::ClosureTooLarge);
    // few pairs, but many edges to walk again and again
    let wide = Framework::from_json(layers(3, 200)).expect("a framework");
    let refused = Engine::with_closure_limit(wide, policy, 1_000_000).expect_err("too many edges");
    assert_eq!(refused.code(), Code::ClosureTooLarge);
}
