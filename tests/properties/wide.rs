//! Wide frameworks whose leaves have several parents: there a warm learner corrects sums instead of making them anew.

use lrm_core::Options;
use lrm_tests::corpus::Case;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::draw::METHODS;
use crate::live::step_by_step;
use crate::plan::INSTANTS;
use crate::support::config;

const MIDDLES: usize = 6;

/// One top above some middles, above leaves with one to three parents each, a weight each, and few items anywhere.
fn wide() -> impl Strategy<Value = Case> {
    let leaves = vec((vec((0..MIDDLES, 0..4_u8), 1..4), 0..4_u8), 12..40);
    let methods = vec((proptest::sample::select(METHODS.to_vec()), weighted(0.3, 0..40_u32)), MIDDLES + 1);
    // an inner node is a rare target, so that most learners have no evidence of inner nodes
    let target = prop_oneof![20 => 0..40_usize, 1 => 40..40 + MIDDLES];
    let items = vec((target, 0..17_u8, weighted(0.8, 0..INSTANTS.len()), weighted(0.3, 0..6_u8)), 8..40);
    (leaves, methods, items).prop_map(|(leaves, methods, items)| {
        let node = |id: String, weight: u8| json!({"id": id, "statement": id, "weight": weight});
        let edge = |from: String, to: String, weight: u8| {
            json!({"type": "is_child_of", "from": from, "to": to, "weight": weight})
        };
        let mut competencies = vec![node("top".to_owned(), 1)];
        let mut associations = Vec::new();
        for middle in 0..MIDDLES {
            competencies.push(node(format!("m{middle}"), 1));
            associations.push(edge(format!("m{middle}"), "top".to_owned(), 1));
        }
        for (leaf, (parents, weight)) in leaves.iter().enumerate() {
            competencies.push(node(format!("l{leaf}"), *weight));
            let mut parents = parents.clone();
            parents.sort_unstable();
            parents.dedup_by_key(|(parent, _)| *parent);
            associations.extend(parents.iter().map(|(to, weight)| edge(format!("l{leaf}"), format!("m{to}"), *weight)));
        }
        let rule = |(place, (method, age)): (usize, &(&str, Option<u32>))| {
            let id = place.checked_sub(1).map_or("top".to_owned(), |middle| format!("m{middle}"));
            // a sum would need a scale of its own
            let method = if *method == "sum" { "children_mean" } else { method };
            json!({"match": {"id": id}, "rollup": {"method": method}, "sufficiency": {"max_age_days": age}})
        };
        let rules: Vec<Value> = methods.iter().enumerate().map(rule).collect();
        let item = |(target, score, at, id): &(usize, u8, Option<usize>, Option<u8>)| {
            let inner = target.checked_sub(40).map(|middle| format!("m{middle}"));
            let mut item = json!({
                "competency": inner.unwrap_or_else(|| format!("l{}", target % leaves.len())),
                "score": f64::from(*score) / 4.0});
            if let Some(at) = at {
                item["observed_at"] = json!(INSTANTS[*at]);
            }
            if let Some(id) = id {
                item["id"] = json!(format!("e{id}"));
            }
            item
        };
        let case = json!({
            "id": "wide",
            "framework": {"competencies": competencies, "associations": associations},
            "policy": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}, "rules": rules,
                       "sufficiency": {"max_age_days": 20}},
            "evidence": items.iter().map(item).collect::<Vec<_>>()});
        serde_json::from_value(case).expect("a case")
    })
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_step_on_a_wide_framework_equals_an_evaluation(case in wide(), clock in vec(0..12_usize, 1..6)) {
        prop_assert!(crate::support::engine(&case).is_ok(), "{:?}", crate::support::engine(&case).err());
        step_by_step(&case, &clock, &Options::new())?;
    }
}
