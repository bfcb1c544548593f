//! What persons, systems and assessors have to do with a result.

use lrm_core::{Code, Derivation};
use serde_json::{Value, json};

use crate::given::{alone, explained, policy};

#[track_caller]
fn says(derivation: &Derivation, lines: &[&str]) {
    let text = derivation.text();
    for line in lines {
        assert!(text.lines().any(|found| found.trim() == *line), "no line {line:?} in\n{text}");
    }
}

#[track_caller]
fn refused(derivation: &Derivation, what: &str, change: impl FnOnce(&mut Value)) {
    let mut changed: Value = serde_json::from_str(&derivation.to_json()).expect("JSON");
    let before = changed.clone();
    change(&mut changed);
    assert_ne!(changed, before, "{what} changes nothing");
    let read = Derivation::from_json(changed.to_string()).expect("a derivation");
    assert_eq!(read.verify().map_err(|error| error.code()), Err(Code::DerivationMismatch), "{what}\n{changed}");
}

/// Two overrides and newer evidence.
fn decided() -> Derivation {
    let by = |id: &str, score: f64, at: &str| {
        json!({"id": id, "competency": "a", "score": score, "observed_at": at, "assessor": {"id": "ms-lee", "role": "teacher"},
            "override": {"reason": "oral exam", "expires_at": "2026-12-01T00:00:00Z"}})
    };
    let record = json!([
        by("o1", 1.0, "2026-02-01T00:00:00Z"), by("o2", 3.0, "2026-03-01T00:00:00Z"), by("o3", 4.0, "2027-03-01T00:00:00Z"),
        {"id": "e1", "competency": "a", "score": 2, "observed_at": "2026-04-01T00:00:00Z"}]);
    explained(&alone(), &policy("latest", &json!({"rounding": {"digits": 0}})), &record, "a")
}

#[test]
fn who_decided_is_told_and_why() {
    let derivation = decided();
    says(
        &derivation,
        &[
            "Result: 3, level mastery, met. Evidence: 1. Coverage: 1 of 1.",
            "Set to 3 by ms-lee, on 2026-03-01T00:00:00Z, because: oral exam (until 2026-12-01T00:00:00Z)",
            "o1: 1, on 2026-02-01T00:00:00Z (a person decided otherwise)",
            "o3: 4, on 2027-03-01T00:00:00Z (it lies after the day in question)",
            "e1: 2 gives 2, on 2026-04-01T00:00:00Z (a person decided otherwise)",
            "A person decided here, in place of the rules.",
            "There is evidence since then, which does not change the value.",
        ],
    );
    refused(&derivation, "the other override", |all| {
        let node = &mut all["nodes"][0];
        let other = node["ignored"].as_array_mut().expect("items").iter_mut().find(|one| one["evidence"]["id"] == "o1");
        let other = std::mem::take(&mut other.expect("an item")["evidence"]);
        let first = std::mem::replace(&mut node["override"], json!({"evidence": other, "value": 1}));
        let gone = node["ignored"].as_array_mut().expect("items").iter_mut().find(|one| one["evidence"].is_null());
        gone.expect("an item")["evidence"] = first["evidence"].clone();
        node["result"]["value"] = json!(1);
    });
    refused(&derivation, "no override", |all| {
        all["nodes"][0].as_object_mut().expect("a node").remove("override");
    });
    refused(&derivation, "an override of nobody's", |all| {
        all["nodes"][0]["override"]["evidence"]["assessor"]["role"] = json!("self");
    });
    refused(&derivation, "an override that has ended", |all| {
        all["nodes"][0]["override"]["evidence"]["override"]["expires_at"] = json!("2026-05-01T00:00:00Z");
    });
    refused(&derivation, "another value", |all| {
        all["nodes"][0]["override"]["value"] = json!(2.5);
        all["nodes"][0]["result"]["value"] = json!(2.5);
    });
    refused(&derivation, "no newer evidence", |all| {
        all["nodes"][0]["notes"].as_array_mut().expect("notes").pop();
    });
}

#[test]
fn evidence_that_is_taken_as_enough_decides() {
    let record = json!([{"id": "e1", "competency": "a", "score": 4},
        {"id": "o", "competency": "a", "override": {"reason": "came late"}, "assessor": {"id": "ms-lee"}}]);
    let sections = json!({"sufficiency": {"min_evidence": 4}});
    let derivation = explained(&alone(), &policy("latest", &sections), &record, "a");
    says(&derivation, &["Taken as enough by ms-lee, because: came late", "e1: 4 gives 4"]);
    refused(&derivation, "no override", |all| {
        all["nodes"][0].as_object_mut().expect("a node").remove("override");
    });
}

fn reported(score: f64, sections: &Value) -> Derivation {
    let by = |id: &str, score: f64, system: &str| {
        json!({"id": id, "competency": "a", "score": score, "observed_at": "2026-02-01T00:00:00Z", "activity": "quiz",
            "source": {"system": system}, "assessor": {"id": "ms-lee"}})
    };
    let record = json!([by("e1", 2.0, "lms"), by("e2", score, "sis"),
        {"id": "e3", "competency": "a", "score": 4, "observed_at": "2026-02-02T00:00:00Z", "activity": "quiz"}]);
    explained(&alone(), &policy("mean", sections), &record, "a")
}

#[test]
fn what_disagrees_is_told_with_its_systems() {
    let derivation = reported(3.0, &json!({}));
    says(
        &derivation,
        &[
            "Result: no value, in conflict. Evidence: 2. Coverage: 0 of 1.",
            "e1: 2 gives 2, on 2026-02-01T00:00:00Z, from lms, judged by ms-lee (the judgements of this submission disagree, and a person has to decide)",
            "e2: 3 gives 3, on 2026-02-01T00:00:00Z, from sis, judged by ms-lee (another report of the same submission counts)",
            "Submissions that a person has to decide about: 1.",
        ],
    );
    refused(&derivation, "what the other system says", |all| {
        let other = all["nodes"][0]["ignored"]
            .as_array_mut()
            .expect("items")
            .iter_mut()
            .find(|one| one["evidence"]["id"] == "e2");
        let other = other.expect("an item");
        (other["evidence"]["score"], other["value"]) = (json!(2), json!(2));
    });
    let agreed = reported(2.0, &json!({}));
    says(&agreed, &["Result: 3, level mastery, met. Evidence: 2. Coverage: 1 of 1."]);
    refused(&agreed, "the other source", |all| all["nodes"][0]["ignored"][0]["reason"] = json!("not_selected"));
}

#[test]
fn a_capped_value_is_told_with_the_one_before() {
    let sections = json!({"evidence": {"sources": "newest", "reassessment": {"keep": "higher", "cap_percent": 70}}});
    let derivation = reported(2.0, &sections);
    says(
        &derivation,
        &[
            "e3: 4 gives 2.8 (held to the cap, 4 before), on 2026-02-02T00:00:00Z",
            "e1: 2 gives 2, on 2026-02-01T00:00:00Z (another submission of the same activity counts)",
            "What was handed in again counts up to a cap, and some of it was worth more.",
        ],
    );
    assert!(derivation.to_json().contains(r#""value":2.8,"uncapped":4}"#), "{}", derivation.to_json());
    refused(&derivation, "no cap", |all| {
        all["nodes"][0]["used"][0].as_object_mut().expect("an item").remove("uncapped");
    });
}

#[test]
fn a_modified_standard_is_told() {
    let record = json!([{"id": "e1", "competency": "a", "score": 3, "adaptation": "modification"}]);
    let derivation = explained(&alone(), &policy("latest", &json!({})), &record, "a");
    says(
        &derivation,
        &[
            "It rests on a standard that was modified for the learner.",
            "Some of what counts was judged by a modified standard, not by that of all others.",
        ],
    );
    refused(&derivation, "the mark", |all| {
        all["nodes"][0]["result"].as_object_mut().expect("a result").remove("modified");
    });
}

#[test]
fn what_was_restored_is_told_with_what_it_replaces() {
    let report =
        |id: &str, score: f64, source: Value| json!({"id": id, "competency": "a", "score": score, "source": source});
    let record = json!([
        report("e1", 2.0, json!({"system": "lms", "id": "a1"})),
        report("e2", 4.0, json!({"system": "lms", "id": "a2", "replaces": "a1"})),
        report("e3", 3.0, json!({"system": "lms", "id": "a3", "replaces": "a2"}))
    ]);
    let derivation = explained(&alone(), &policy("mean", &json!({})), &record, "a");
    says(
        &derivation,
        &[
            "Result: 3, level mastery, met. Evidence: 1. Coverage: 1 of 1.",
            "e3: 3 gives 3",
            "e1: 2 gives 2, from lms (another report of the same submission counts)",
            "e2: 4 gives 4, from lms, in place of a1 there (another report of the same submission counts)",
        ],
    );
    refused(&derivation, "what it replaces", |all| {
        all["nodes"][0]["used"][0]["evidence"]["source"]["replaces"] = json!("a9");
    });
    refused(&derivation, "the reason", |all| all["nodes"][0]["ignored"][0]["reason"] = json!("not_selected"));
}
