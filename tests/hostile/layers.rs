//! Layers with mistakes, and many of them: never a panic, and an answer in time.

use lrm_core::{Code, Policy, limits};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::documents::collect;
use crate::mutations::{config, damage, damaged};
use crate::support::in_time;

fn platform() -> Value {
    json!({"format": "lrm-policy-layer/1", "layer": "platform", "id": "base", "version": "1",
        "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "exponential", "latest_percent": 65},
                "rules": [{"id": "a", "match": {}, "rounding": {"digits": 1}}]},
        "locks": [{"parameter": "/scale/proficient", "min": 2, "max": 4, "reason": "so"}, {"parameter": "/estimate"}]})
}

fn school() -> Value {
    json!({"layer": "school", "set": {"scale": {"proficient": 2.5, "min": null}, "rounding": null,
            "estimate": {"method": "mode", "tie": "higher"}, "evidence": {"sources": {"priority": ["a"]}},
            "rules": [{"id": "a", "match": {"id": "x"}, "scale": {"max": 4, "proficient": 1}, "sufficiency": {"min_evidence": 2}}]},
        "locks": [{"parameter": "/rollup/method", "allowed": ["unique_leaves", "lowest"]}], "extra": {"x": [1]}})
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn damaged_layers_are_never_a_panic(
        which in 0..2_usize,
        places in proptest::collection::vec((any::<usize>(), damage()), 1..4),
    ) {
        let mut texts = [platform(), school()].map(|layer| layer.to_string().into_bytes());
        texts[which] = damaged(texts[which].clone(), &places);
        match Policy::from_layers(&texts) {
            Ok(layered) => {
                let policy = layered.policy().to_json();
                prop_assert_eq!(Policy::from_json(&policy).expect("a policy").to_json(), policy);
                for text in [layered.trace_json(), layered.refused_json()] {
                    prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
                }
                prop_assert!(!layered.policy().words().is_empty());
            }
            Err(error) => {
                prop_assert!(!error.message().is_empty());
                prop_assert!(serde_json::from_str::<Value>(&error.to_json()).is_ok());
            }
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_anywhere_is_never_a_panic() {
    for (at, good) in [platform(), school()].into_iter().enumerate() {
        let mut places = Vec::new();
        collect(&good, String::new(), &mut places);
        // the document itself
        places.push(String::new());
        for place in places {
            for wrong in [json!([[]]), json!({"?": {}}), json!(1e300), json!(false), json!(null)] {
                let mut layers = [platform(), school()];
                *layers[at].pointer_mut(&place).expect("a place") = wrong;
                let _ = Policy::from_layers(layers.iter().map(Value::to_string));
            }
        }
    }
}

#[test]
fn many_layers_rules_and_locks_are_put_together_in_time() {
    let locks = |at: usize| -> Vec<Value> {
        let min: Value = serde_json::from_str(&format!("1.5{at:03}")).expect("a number");
        (0..limits::LOCKS / limits::LAYERS).map(|_| json!({"parameter": "/scale/proficient", "min": min})).collect()
    };
    let rules = |at: usize| -> Vec<Value> {
        let rule = |number: usize| json!({"id": format!("{}", number * (1 + at % 2)), "match": {"id": "x"}, "scale": {"max": 4, "proficient": 1}, "rounding": {"digits": 1}});
        (0..200).map(rule).collect()
    };
    let layer =
        |at: usize| json!({"layer": at.to_string(), "set": {"rules": rules(at)}, "locks": locks(at)}).to_string();
    let mut layers: Vec<String> = (0..limits::LAYERS).map(layer).collect();
    layers[0] = json!({"layer": "0", "set": platform()["set"], "locks": locks(0)}).to_string();
    let layered = in_time(|| Policy::from_layers(&layers)).expect("a policy");
    assert_eq!(layered.refused().len(), (limits::LAYERS - 1) * 200);

    let faulty: Vec<Value> = (0..20_000).map(|_| json!({"match": {"x": 1}})).collect();
    let faulty = json!({"layer": "0", "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mean"}, "rules": faulty}});
    let error = in_time(|| Policy::from_layers([faulty.to_string()])).unwrap_err();
    assert_eq!((error.findings().len(), error.findings()[19_999].path.as_str()), (20_000, "/set/rules/19999/match/x"));
}

#[test]
fn names_that_no_policy_has_are_found_in_time() {
    let keys = |from: usize| -> Value { (from..from + 20_000).map(|at| (format!("k{at}"), json!(1))).collect() };
    let layers =
        [0, 10_000].map(|from| json!({"layer": from.to_string(), "set": {"estimate": keys(from)}}).to_string());
    let error = in_time(|| Policy::from_layers(&layers)).unwrap_err();
    assert_eq!((error.code(), error.findings().len()), (Code::UnknownField, 40_000));
}

#[test]
fn more_than_the_limits_is_refused() {
    let locks: Vec<Value> = (0..=limits::LOCKS).map(|_| json!({"parameter": "/rounding"})).collect();
    let error = Policy::from_layers([json!({"layer": "a", "locks": locks}).to_string()]).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::LimitExceeded, "/locks"));
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let error =
        Policy::from_layers([format!(r#"{{"layer": "a", "set": {{"scale": {{"levels": {deep}}}}}}}"#)]).unwrap_err();
    assert_eq!(error.code(), Code::InvalidJson);
}
