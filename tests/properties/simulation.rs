//! Simulations of random policies and records: the engine says what the model says, in any order of the records.

use lrm_core::{Engine, Instant, LearnerRecord, SimulationOptions};
use lrm_tests::corpus::Case;
use lrm_tests::reference::{self, canonical_json};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plan::cases;
use crate::support::{config, engine, shown};

/// The items of a case, dealt out to learners.
fn records(case: &Case, learners: usize) -> Vec<Vec<Value>> {
    let mut records = vec![Vec::new(); learners];
    for (at, item) in case.evidence.iter().enumerate() {
        let mut item = item.clone();
        if let Some(fields) = item.as_object_mut() {
            // one learner has no name
            match at % learners {
                0 => fields.remove("learner"),
                number => fields.insert("learner".to_owned(), json!(format!("n{number}"))),
            };
        }
        records[at % learners].push(item);
    }
    records
}

fn read(records: &[Vec<Value>]) -> Option<Vec<LearnerRecord>> {
    records.iter().map(|items| LearnerRecord::from_json(json!(items).to_string()).ok()).collect()
}

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn the_engine_agrees_with_the_model_on_simulations(case in cases(), other in cases(), learners in 1..4_usize, most in 0..30_usize) {
        let mut changed = case.clone();
        changed.policy = other.policy.clone();
        let (Ok(one), Ok(two)) = (engine(&case), engine(&changed)) else { return Ok(()) };
        let items = records(&case, learners);
        let Some(read) = read(&items) else { return Ok(()) };
        let Ok(as_of) = case.as_of() else { return Ok(()) };
        let document = json!({
            "framework": case.framework, "policy": case.policy, "policy_b": other.policy, "records": items,
            "as_of": as_of.to_string(), "scope": case.scope, "most_moves": most,
        });
        let options = case.scope.as_ref().map_or_else(SimulationOptions::new, |scope| SimulationOptions::new().scope(scope.clone()));
        let simulate = |records: &[LearnerRecord], one: &Engine, two: &Engine, as_of: Instant| {
            one.simulate_with(two, records, as_of, &options.clone().most_moves(most))
        };
        match (reference::evaluate(&document), simulate(&read, &one, &two, as_of)) {
            (Ok(expected), Ok(found)) => {
                let json: Value = serde_json::from_str(&found.to_json()).expect("JSON");
                let expected = expected.simulation.expect("a simulation");
                prop_assert_eq!(canonical_json(&json), canonical_json(&expected), "{} {}", shown(&case), other.policy);
                // several without a name are told apart by their places
                if read.iter().filter(|record| record.learner().is_none()).count() < 2 {
                    let reversed: Vec<_> = read.iter().rev().cloned().collect();
                    let reversed = simulate(&reversed, &one, &two, as_of).expect("a simulation");
                    prop_assert_eq!(reversed.to_json(), found.to_json());
                }
            }
            (Err(_), Err(_)) => {}
            // the model is stricter about levels that nothing decides by
            (Err(code), Ok(_)) => prop_assert_eq!(code, "unknown-level"),
            (Ok(_), Err(error)) => prop_assert!(false, "{error}: {} {}", shown(&case), other.policy),
        }
    }
}
