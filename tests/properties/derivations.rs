//! A derivation reproduces its results from itself alone, and nothing in it can be changed unnoticed.

use lrm_core::{Code, Derivation, Engine, Instant, LearnerRecord};
use lrm_tests::corpus::Case;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plan::cases;
use crate::support::{config, evaluated, options, shown};

/// Changes one thing of a node's result, or the score of an item it used; tells what it changed.
fn tamper(node: &mut Value, choice: usize) -> Option<&'static str> {
    let result = &mut node["result"];
    match choice {
        0 => {
            result["value"] = if result["value"].is_null() { json!(3) } else { json!(result["value"].as_f64()? + 0.5) };
            Some("value")
        }
        1 => {
            result["level"] = if result["level"].is_null() { json!("mastery") } else { Value::Null };
            Some("level")
        }
        2 => {
            let words = ["not_applicable", "not_assessed", "insufficient", "stale", "provisional", "met", "not_met"];
            // one that nothing here brings about is changed, too
            let place = words.iter().position(|word| result["status"] == *word).unwrap_or(0);
            result["status"] = json!(words[(place + 1) % words.len()]);
            Some("status")
        }
        3 => {
            result["evidence"] = json!(result["evidence"].as_u64()? + 1);
            Some("evidence")
        }
        4 | 5 => {
            let part = choice - 4;
            result["coverage"][part] = json!(result["coverage"][part].as_u64()? + 1);
            Some("coverage")
        }
        6 => {
            result["newest"] = if result["newest"].is_null() { json!("2026-01-01T00:00:00Z") } else { Value::Null };
            Some("newest")
        }
        // whatever it was, it is not that any more
        8 => {
            result["modified"] = json!(!result["modified"].as_bool().unwrap_or(false));
            Some("modified")
        }
        _ => {
            let used = node["used"].as_array_mut()?;
            // above what is possible all scores are worth the same
            let counts =
                |item: &Value| item["score"].as_f64().zip(item["possible"].as_f64()).is_none_or(|(a, b)| a <= b);
            let scored = |item: &Value| item["score"].is_number() && counts(item);
            let item = used.iter_mut().find(|item| scored(&item["evidence"]))?;
            let score = &mut item["evidence"]["score"];
            *score = json!(score.as_f64()? - 0.125);
            Some("score")
        }
    }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn every_result_follows_from_its_derivation(case in cases()) {
        follow_from_derivations(&case)?;
    }

    #[test]
    fn nothing_is_changed_unnoticed(case in cases(), node in any::<usize>(), top in any::<usize>(), choice in 0..8_usize) {
        tampered(&case, node, top, choice)?;
    }
}

/// Every result of a case, from its derivation alone.
pub(crate) fn follow_from_derivations(case: &Case) -> Result<(), TestCaseError> {
    let Ok((engine, record, state)) = evaluated(case) else { return Ok(()) };
    for mastery in state.iter() {
        let derivation = engine.explain_with(&record, &mastery.competency, state.as_of(), &options(case));
        let derivation = derivation.expect("a derivation");
        prop_assert_eq!(derivation.result().to_json(), mastery.to_json());
        let read = Derivation::from_json(derivation.to_json()).expect("a derivation");
        prop_assert_eq!(read.verify(), Ok(()), "{}\n{}", derivation.to_json(), shown(case));
        prop_assert!(!derivation.text().is_empty());
    }
    Ok(())
}

/// A derivation in which one thing was changed does not verify.
pub(crate) fn tampered(case: &Case, node: usize, top: usize, choice: usize) -> Result<(), TestCaseError> {
    let Ok((engine, record, state)) = evaluated(case) else { return Ok(()) };
    let top = state.iter().nth(top % state.len()).expect("a node").competency;
    let derivation = engine.explain_with(&record, &top, state.as_of(), &options(case)).expect("a derivation");
    let mut document: Value = serde_json::from_str(&derivation.to_json()).expect("JSON");
    let nodes = document["nodes"].as_array_mut().expect("nodes");
    let count = nodes.len();
    let Some(what) = tamper(&mut nodes[node % count], choice) else { return Ok(()) };
    // a score may have become one that no scale has
    let Ok(read) = Derivation::from_json(document.to_string()) else { return Ok(()) };
    let code = read.verify().map_err(|error| error.code());
    prop_assert_eq!(code, Err(Code::DerivationMismatch), "{} changed in {}\n{}", what, document, shown(case));
    Ok(())
}

/// The items of a pool are those of its inputs: a score cannot be changed in one of the two places.
#[test]
fn a_pool_is_that_of_its_inputs() {
    let engine = Engine::from_json(
        r#"{"competencies": [{"id": "P", "statement": ""}, {"id": "a", "statement": ""}],
            "associations": [{"type": "is_child_of", "from": "a", "to": "P"}]}"#,
        r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "highest"}, "rollup": {"method": "pooled"}}"#,
    );
    let record = LearnerRecord::from_json(r#"[{"competency": "a", "score": 2}, {"competency": "a", "score": 3}]"#);
    let derivation = engine.expect("an engine").explain(&record.expect("a record"), "P", Instant::EPOCH);
    let document: Value = serde_json::from_str(&derivation.expect("a derivation").to_json()).expect("JSON");
    for (place, list) in [(0, "used"), (0, "ignored"), (1, "used"), (1, "ignored")] {
        let mut tampered = document.clone();
        let item = &mut tampered["nodes"][place][list][0];
        item["evidence"]["score"] = json!(1);
        let score_alone = Derivation::from_json(tampered.to_string()).expect("a derivation").verify();
        assert_eq!(score_alone.map_err(|error| error.code()), Err(Code::DerivationMismatch), "{list} of node {place}");
        tampered["nodes"][place][list][0]["value"] = json!(1);
        let with_value = Derivation::from_json(tampered.to_string()).expect("a derivation").verify();
        assert_eq!(with_value.map_err(|error| error.code()), Err(Code::DerivationMismatch), "{list} of node {place}");
    }
}
