//! Each thing that is changed is found.

use lrm_core::{Code, Derivation, Engine, Instant, LearnerRecord};
use serde_json::{Value, json};

use crate::given::{alone, explained, framework, pair, policy};

fn document(derivation: &Derivation) -> Value {
    serde_json::from_str(&derivation.to_json()).expect("JSON")
}

/// The place of a node.
fn node<'v>(document: &'v mut Value, id: &str) -> &'v mut Value {
    let nodes = document["nodes"].as_array_mut().expect("nodes");
    nodes.iter_mut().find(|node| node["result"]["competency"] == id).expect("a node")
}

#[track_caller]
fn refused(derivation: &Derivation, what: &str, change: impl FnOnce(&mut Value)) {
    let mut changed = document(derivation);
    change(&mut changed);
    assert_ne!(changed, document(derivation), "{what} changes nothing");
    let read = Derivation::from_json(changed.to_string()).expect("a derivation");
    let code = read.verify().map_err(|error| error.code());
    assert_eq!(code, Err(Code::DerivationMismatch), "{what}\n{changed}");
}

fn leaf() -> Derivation {
    let record = json!([
        {"id": "e1", "competency": "a", "score": 2, "observed_at": "2026-01-01T00:00:00Z"},
        {"id": "e2", "competency": "a", "score": 4, "observed_at": "2026-02-01T00:00:00Z"},
        {"id": "e3", "competency": "a", "score": 1, "observed_at": "2026-03-01T00:00:00Z", "purpose": "practice"},
        {"id": "e4", "competency": "a", "score": 1, "assessor": {"role": "self"}},
        {"id": "e5", "competency": "a", "score": 9},
        {"id": "e6", "competency": "a", "absence": "missed"},
        {"id": "e7", "competency": "a", "score": 1, "observed_at": "2027-01-01T00:00:00Z"},
        {"id": "e8", "competency": "a", "level": "none"},
        {"id": "e2", "competency": "a", "score": 5},
        {"competency": "a", "score": 1, "purpose": "bogus"},
    ]);
    explained(&alone(), &policy("highest", &json!({})), &record, "a")
}

/// P over a = 4 and b = 1.
fn inner(rollup: &Value) -> Derivation {
    let record = json!([{"id": "e1", "competency": "a", "score": 4}, {"id": "e2", "competency": "b", "score": 1}]);
    explained(&pair(), &policy("mean", &json!({"rollup": rollup})), &record, "P")
}

#[test]
fn a_counted_item_is_about_the_competency() {
    refused(&leaf(), "another competency", |all| all["nodes"][0]["used"][0]["evidence"]["competency"] = json!("b"));
    refused(&leaf(), "an absence of another", |all| {
        all["nodes"][0]["used"][0] = json!({"evidence": {"competency": "b", "absence": "missed"}, "value": 4});
    });
    refused(&leaf(), "an item that does not count", |all| {
        let ignored = all["nodes"][0]["ignored"].as_array_mut().expect("items");
        let missed = ignored.iter_mut().find(|one| one["reason"] == "missed").expect("an item");
        missed["evidence"]["competency"] = json!("b");
    });
}

#[test]
fn a_counted_item_is_eligible() {
    for (field, value) in [
        ("observed_at", json!("2099-01-01T00:00:00Z")),
        ("purpose", json!("practice")),
        ("assessor", json!({"role": "peer"})),
    ] {
        refused(&leaf(), field, |all| all["nodes"][0]["used"][0]["evidence"][field] = value);
    }
    let weighed = explained(&alone(), &policy("mean", &json!({})), &json!([{"competency": "a", "score": 3}]), "a");
    refused(&weighed, "weight", |all| all["nodes"][0]["used"][0]["evidence"]["weight"] = json!(0));
    refused(&leaf(), "value", |all| all["nodes"][0]["used"][0]["value"] = json!(3));
    refused(&leaf(), "score", |all| all["nodes"][0]["used"][0]["evidence"]["score"] = json!(3));
}

#[test]
fn an_item_that_does_not_count_says_why() {
    let derivation = leaf();
    let items = document(&derivation)["nodes"][0]["ignored"].as_array().expect("items").len();
    assert_eq!(items, 9);
    for place in 0..items {
        for reason in ["off_scale", "missed", "in_future", "practice", "self_assessment", "invalid", "out_of_scope"] {
            let same = document(&derivation)["nodes"][0]["ignored"][place]["reason"] == reason;
            let eligible = document(&derivation)["nodes"][0]["ignored"][place]["reason"] == "not_selected";
            if !same && !eligible {
                refused(&derivation, reason, |all| all["nodes"][0]["ignored"][place]["reason"] = json!(reason));
            }
        }
    }
    refused(&derivation, "no reason", |all| {
        let ignored = all["nodes"][0]["ignored"].as_array_mut().expect("items");
        let practised = ignored.iter_mut().find(|one| one["reason"] == "practice").expect("an item");
        practised["evidence"]["purpose"] = json!("summative");
    });
}

#[test]
fn of_one_id_the_least_content_stays() {
    let derivation = leaf();
    refused(&derivation, "no duplicate", |all| {
        let ignored = all["nodes"][0]["ignored"].as_array_mut().expect("items");
        let duplicate = ignored.iter_mut().find(|one| one["reason"] == "duplicate").expect("an item");
        duplicate["reason"] = json!("off_scale");
    });
    refused(&derivation, "the lesser one", |all| {
        let ignored = all["nodes"][0]["ignored"].as_array_mut().expect("items");
        let duplicate = ignored.iter_mut().find(|one| one["reason"] == "duplicate").expect("an item");
        duplicate["evidence"]["score"] = json!(3);
    });
    refused(&derivation, "no id", |all| {
        let ignored = all["nodes"][0]["ignored"].as_array_mut().expect("items");
        let duplicate = ignored.iter_mut().find(|one| one["reason"] == "duplicate").expect("an item");
        duplicate["evidence"].as_object_mut().expect("an item").remove("id");
    });
}

#[test]
fn the_rules_of_evidence_are_those_that_were_used() {
    refused(&leaf(), "purposes", |all| {
        let purposes = json!(["practice", "diagnostic", "summative", "common_task"]);
        all["nodes"][0]["rules"]["evidence"]["purposes"] = purposes;
    });
    refused(&leaf(), "roles", |all| all["nodes"][0]["rules"]["evidence"]["assessor_roles"] = json!(["self"]));
}

#[test]
fn the_split_of_counted_items_follows() {
    refused(&leaf(), "moved", |all| {
        let moved = all["nodes"][0]["used"][0].clone();
        all["nodes"][0]["used"] = json!([]);
        let mut moved = moved;
        moved["reason"] = json!("not_selected");
        all["nodes"][0]["ignored"].as_array_mut().expect("items").push(moved);
    });
    refused(&leaf(), "dropped", |all| {
        let ignored = all["nodes"][0]["ignored"].as_array_mut().expect("items");
        ignored.retain(|one| one["reason"] != "not_selected");
    });
}

#[test]
fn steps_notes_and_what_is_missing_follow() {
    let short = policy("mean", &json!({"sufficiency": {"min_evidence": 3}}));
    let short = explained(&alone(), &short, &json!([{"competency": "a", "score": 3}]), "a");
    refused(&short, "missing", |all| all["nodes"][0]["missing"][0]["missing"] = json!(7));
    refused(&short, "nothing missing", |all| all["nodes"][0]["missing"] = json!([]));
    for derivation in [leaf(), inner(&json!({})), inner(&json!({"method": "pooled"}))] {
        refused(&derivation, "value", |all| all["nodes"][0]["steps"][0]["value"] = json!(3.5));
        refused(&derivation, "id", |all| all["nodes"][0]["steps"][0]["step"] = json!("latest"));
        refused(&derivation, "more", |all| all["nodes"][0]["steps"][0]["more"] = json!(1));
        refused(&derivation, "none", |all| all["nodes"][0]["steps"] = json!([]));
        refused(&derivation, "note", |all| {
            all["nodes"][0]["notes"] = json!([{"note": "clamped", "raw": 7}]);
        });
        refused(&derivation, "missing", |all| {
            all["nodes"][0]["missing"] = json!([{"requirement": "min_evidence", "missing": 7}]);
        });
    }
    refused(&inner(&json!({})), "gap", |all| all["nodes"][0]["next"]["gap"] = json!(0.001));
    refused(&inner(&json!({})), "level", |all| all["nodes"][0]["next"]["level"] = json!("exceeds"));
    refused(&inner(&json!({})), "no next", |all| all["nodes"][0]["next"] = Value::Null);
}

#[test]
fn the_order_of_numbers_in_a_step_does_not_matter() {
    // a store that sorts the members of objects changes nothing
    let sorted = document(&inner(&json!({}))).to_string();
    assert_eq!(Derivation::from_json(sorted).expect("a derivation").verify(), Ok(()));
}

#[test]
fn unknown_notes_and_words_in_steps_are_refused() {
    for (field, value) in [("notes", json!([{"note": "lucky"}])), ("steps", json!([{"step": "mean", "value": "4"}]))] {
        let mut changed = document(&leaf());
        changed["nodes"][0][field] = value;
        let code = Derivation::from_json(changed.to_string()).map_err(|error| error.code());
        assert_eq!(code.err(), Some(Code::InvalidValue), "{field}");
    }
}

#[test]
fn an_input_stands_once() {
    for method in ["unique_leaves", "children_mean", "highest"] {
        refused(&inner(&json!({"method": method})), method, |all| {
            let inputs = all["nodes"][0]["inputs"].as_array_mut().expect("inputs");
            inputs.push(inputs[0].clone());
        });
    }
}

#[test]
fn an_input_is_one_that_the_rule_takes() {
    for derivation in [inner(&json!({})), inner(&json!({"method": "children_mean"}))] {
        refused(&derivation, "out of scope", |all| {
            let nothing = json!({"competency": "b", "value": null, "level": null, "status": "not_applicable",
                "evidence": 0, "coverage": [0, 0]});
            let b = node(all, "b");
            b["basis"] = json!("not_applicable");
            b["result"] = nothing;
            for list in ["used", "ignored", "steps"] {
                b[list] = json!([]);
            }
            b["next"] = Value::Null;
        });
        refused(&derivation, "another scale", |all| node(all, "b")["rules"]["scale"]["levels"][1]["id"] = json!("on"));
        refused(&derivation, "own evidence", |all| node(all, "b")["basis"] = json!("own_evidence"));
        refused(&derivation, "no inputs", |all| all["nodes"][0]["inputs"] = json!([]));
        refused(&derivation, "a stray node", |all| {
            all["nodes"][0]["inputs"].as_array_mut().expect("inputs").pop();
        });
        refused(&derivation, "a node twice", |all| {
            let nodes = all["nodes"].as_array_mut().expect("nodes");
            nodes.push(nodes[1].clone());
        });
    }
    refused(&inner(&json!({"method": "lowest"})), "weight", |all| {
        all["nodes"][0]["inputs"][0]["weight"] = json!(2);
    });
}

#[test]
fn a_leaf_has_one_weight() {
    let framework = framework(&[("a", "P"), ("b", "P"), ("P", "Q"), ("c", "Q")]);
    let record = json!([{"competency": "a", "score": 4}, {"competency": "b", "score": 1}]);
    let rules = json!({"rollup": {}, "rules": [{"match": {"id": "Q"}, "rollup": {"method": "children_mean"}}]});
    let derivation = explained(&framework, &policy("mean", &rules), &record, "Q");
    refused(&derivation, "weight", |all| node(all, "P")["inputs"][0]["weight"] = json!(2));
}

#[test]
fn a_pool_is_that_of_its_inputs() {
    let derivation = inner(&json!({"method": "pooled"}));
    refused(&derivation, "value", |all| all["nodes"][0]["used"][1]["value"] = json!(4));
    refused(&derivation, "left out", |all| {
        all["nodes"][0]["used"].as_array_mut().expect("items").pop();
    });
    refused(&derivation, "twice", |all| {
        let used = all["nodes"][0]["used"].as_array_mut().expect("items");
        used.push(used[0].clone());
    });
    refused(&derivation, "an item instead of another", |all| {
        let used = all["nodes"][0]["used"].as_array_mut().expect("items");
        used[1] = used[0].clone();
    });
}

#[test]
fn only_items_of_a_pool_stand_at_an_inner_node() {
    refused(&inner(&json!({})), "items", |all| {
        all["nodes"][0]["used"] = node(all, "a")["used"].clone();
    });
}

#[test]
fn own_evidence_is_judged_like_a_leaf() {
    let record = json!([{"id": "o", "competency": "P", "score": 2}, {"competency": "a", "score": 4},
        {"id": "p", "competency": "P", "score": 4, "purpose": "practice"}]);
    for own in ["as_child", "overrides"] {
        let policy = policy("latest", &json!({"rollup": {"own_evidence": own}}));
        let derivation = explained(&pair(), &policy, &record, "P");
        let place = document(&derivation)["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .position(|node| node["used"][0]["evidence"]["competency"] == "P");
        let place = place.expect("own evidence");
        refused(&derivation, own, |all| {
            all["nodes"][place]["used"][0]["evidence"]["competency"] = json!("a");
        });
        refused(&derivation, own, |all| {
            all["nodes"][0]["ignored"][0]["reason"] = json!("own_evidence_ignored");
        });
    }
    let policy = policy("latest", &json!({"rollup": {"own_evidence": "ignored"}}));
    let derivation = explained(&pair(), &policy, &record, "P");
    refused(&derivation, "ignored", |all| all["nodes"][0]["rules"]["rollup"]["own_evidence"] = json!("as_child"));
}

#[test]
fn many_repeats_are_refused() {
    let mut changed = document(&inner(&json!({})));
    let input = changed["nodes"][0]["inputs"][0].clone();
    changed["nodes"][0]["inputs"] = Value::Array(vec![input; 70_000]);
    let read = Derivation::from_json(changed.to_string()).expect("a derivation");
    assert_eq!(read.verify().map_err(|error| error.code()), Err(Code::DerivationMismatch));
}

#[test]
fn what_inner_nodes_look_at_is_bounded() {
    let names: Vec<(String, String)> = (0..2_000)
        .map(|place| (format!("n{}", place + 1), format!("n{place}")))
        .chain((0..5_100).map(|leaf| (format!("leaf{leaf}"), "n2000".to_owned())))
        .collect();
    let children: Vec<(&str, &str)> = names.iter().map(|(child, parent)| (child.as_str(), parent.as_str())).collect();
    let policy = policy("mean", &json!({"rollup": {"method": "children_mean"}}));
    let engine = Engine::from_json(framework(&children).to_string(), policy.to_string()).expect("an engine");
    let verified = |id| engine.explain(&LearnerRecord::default(), id, Instant::EPOCH).expect("a derivation").verify();
    assert_eq!(verified("n1900"), Ok(()));
    assert_eq!(verified("n0").map_err(|error| error.code()), Err(Code::LimitExceeded));
}
