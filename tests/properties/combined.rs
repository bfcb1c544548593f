//! Every estimator with every rollup and every rule for missing inputs: one answer on all paths.

use std::collections::BTreeSet;

use lrm_core::{Instant, LearnerRecord, RollupOptions};
use lrm_tests::corpus::Case;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::columns::columns;
use crate::draw::{Draw, METHODS, draws};
use crate::plan::{FAULTS_OF_ROWS, case};
use crate::support::{config, engine, record, shown};

/// The first instant there is, in microseconds.
pub(crate) const FIRST: i64 = -62_167_219_200_000_000;

pub(crate) fn estimates() -> [Value; 12] {
    [
        json!({"method": "highest"}),
        json!({"method": "lowest"}),
        json!({"method": "latest"}),
        json!({"method": "mean"}),
        json!({"method": "median"}),
        json!({"method": "mode"}),
        json!({"method": "n_mastery", "n": 2}),
        json!({"method": "top_n_mean", "n": 2}),
        json!({"method": "latest_vs_mean", "latest_percent": 65}),
        json!({"method": "exponential", "latest_percent": 65}),
        json!({"method": "power_law"}),
        json!({"method": "linear_trend", "predict": "next"}),
    ]
}

pub(crate) fn missing() -> [Value; 4] {
    [json!("ignore"), json!("require_all"), json!({"require_at_least": 2}), json!({"require_at_least_percent": 50})]
}

/// The draw with these rules alone, and with evidence on leaves, so that it goes the way of plain tables.
pub(crate) fn combined(mut draw: Draw, estimate: &Value, rollup: &Value) -> Case {
    let count = draw.nodes.len();
    let place = |node: u8| usize::from(node) % count;
    let edges = draw.edges.iter().map(|(one, other, _)| (place(*one), place(*other)));
    // an edge from a node to itself is none
    let parents: BTreeSet<usize> =
        edges.filter(|(one, other)| one != other).map(|(one, other)| one.min(other)).collect();
    let leaves: Vec<usize> = (0..count).filter(|node| !parents.contains(node)).collect();
    for item in &mut draw.items {
        item.fault = item.fault.filter(|fault| *fault < FAULTS_OF_ROWS);
        let leaf = leaves[usize::from(item.competency) % leaves.len()];
        item.competency = u8::try_from(leaf).expect("few nodes");
    }
    draw.rules.clear();
    draw.scope = None;
    draw.sections.sufficiency = None;
    draw.sections.estimate = Some(estimate.clone());
    draw.sections.rollup = Some(rollup.clone());
    case(&draw)
}

/// evaluate == apply == rollup == stream.
pub(crate) fn one_answer(case: &Case) -> Result<(), TestCaseError> {
    let Ok(engine) = engine(case) else { return Ok(()) };
    let as_of = case.as_of().expect("an instant");
    let Ok(state) = engine.evaluate(&record(case), as_of) else { return Ok(()) };

    let mut live =
        engine.start(&LearnerRecord::default(), Instant::from_micros(FIRST).expect("an instant")).expect("nothing");
    for item in &case.evidence {
        prop_assert!(live.apply_json(item.to_string(), live.as_of()).is_ok(), "{}", shown(case));
    }
    prop_assert!(live.advance(as_of).is_ok());
    prop_assert_eq!(live.to_json(), state.to_json(), "{}", shown(case));

    let table = columns(&case.evidence);
    let (all, assessed) = (RollupOptions::new().unassessed(), RollupOptions::new());
    let expected = |keep: fn(&str) -> bool| {
        let results: Vec<String> = state.iter().map(|one| one.to_json()).collect();
        let kept = results.iter().filter(|json| !case.evidence.is_empty() && keep(json));
        format!("[{}]", kept.cloned().collect::<Vec<_>>().join(","))
    };
    let whole = engine.rollup(&table, as_of, &all).expect("a table");
    prop_assert_eq!(whole.to_json(), expected(|_| true), "{}", shown(case));
    let short = engine.rollup(&table, as_of, &assessed).expect("a table");
    let is_assessed =
        |json: &str| !json.contains(r#""status":"not_assessed""#) && !json.contains(r#""status":"not_applicable""#);
    prop_assert_eq!(short.to_json(), expected(is_assessed), "{}", shown(case));

    let mut stream = engine.stream(as_of, &all);
    let pushed = stream.push(&table).expect("a batch");
    let last = stream.finish().expect("the rest");
    let streamed = pushed.to_json() + &last.to_json();
    prop_assert_eq!(streamed.replace("[]", ""), whole.to_json().replace("[]", ""), "{}", shown(case));
    Ok(())
}

#[test]
fn every_estimator_with_every_rollup_and_missing_rule() {
    let combinations = u32::try_from(estimates().len() * METHODS.len() * missing().len()).expect("few");
    let config = config(2 * combinations);
    let cases = (config.cases / combinations).max(2);
    for estimate in estimates() {
        for method in METHODS {
            for missing in missing() {
                let rollup = json!({"method": method, "missing": missing});
                let mut runner = TestRunner::new(proptest::test_runner::Config { cases, ..config.clone() });
                let outcome = runner.run(&draws(), |draw| one_answer(&combined(draw, &estimate, &rollup)));
                assert!(outcome.is_ok(), "{estimate} {rollup}: {outcome:?}");
            }
        }
    }
}
