//! What the tests have in common: readers, small good documents, time.

use std::fmt::Write;
use std::time::{Duration, Instant as Clock};

use lrm_core::{Calendar, Derivation, Engine, Error, Evidence, Framework, Instant, LearnerRecord, Policy, Result};
use serde_json::{Value, json};

/// A question answered within a time that only a wrong order of growth can miss: without optimisation and on a busy machine
/// everything takes its time.
#[expect(clippy::disallowed_methods, reason = "time is what these tests are about")]
pub(crate) fn in_time<T>(ask: impl FnOnce() -> T) -> T {
    let start = Clock::now();
    let answer = ask();
    let most = if cfg!(debug_assertions) { 60 } else { 30 };
    assert!(start.elapsed() < Duration::from_secs(most), "took {:?}", start.elapsed());
    answer
}

/// What a reader says to a text: the document written again, or its error.
pub(crate) type Reader = fn(&[u8]) -> Result<String>;

pub(crate) const READERS: [(&str, Reader); 7] = [
    ("framework", |text| Framework::from_json(text).map(|one| one.to_json())),
    ("case", |text| Framework::from_case(text).map(|one| one.to_json())),
    ("policy", |text| Policy::from_json(text).map(|one| one.to_json())),
    ("evidence", |text| Evidence::from_json(text).map(|one| one.to_json())),
    ("record", |text| LearnerRecord::from_json(text).map(|one| one.to_json())),
    ("calendar", |text| Calendar::from_json(text).map(|one| one.to_json())),
    ("derivation", |text| Derivation::from_json(text).map(|one| one.to_json())),
];

/// A good document for each reader.
pub(crate) fn good(reader: &str) -> Value {
    match reader {
        "framework" => json!({
            "format": "lrm-framework/1", "id": "demo", "version": "1", "title": "Fractions", "status": "adopted",
            "competencies": [
                {"id": "NF", "statement": "Fractions", "code": "3.NF", "type": "Domain", "tags": ["core"]},
                {"id": "NF.1", "statement": "Unit fractions", "weight": 1.5, "extra": {"x": [1, null]}},
                {"id": "NF.2", "statement": "Number line"}],
            "associations": [
                {"type": "is_child_of", "from": "NF.1", "to": "NF", "weight": 1, "sequence": 1},
                {"type": "is_child_of", "from": "NF.2", "to": "NF"},
                {"type": "precedes", "from": "NF.1", "to": "NF.2", "strength": "hard", "level": "mastery"}],
            "rubrics": [{"id": "r1", "criteria": [{"id": "k1", "competency": "NF.1", "weight": 1,
                "levels": [{"level": "near", "description": "…"}]}]}]}),
        "case" => json!({
            "CFDocument": {"identifier": "doc", "uri": "https://example.org/doc", "title": "Fractions", "creator": "x",
                           "lastChangeDateTime": "2026-01-01T00:00:00Z"},
            "CFItems": [
                {"identifier": "i1", "uri": "https://example.org/i1", "fullStatement": "Fractions",
                 "lastChangeDateTime": "2026-01-01T00:00:00Z"},
                {"identifier": "i2", "uri": "https://example.org/i2", "fullStatement": "Unit fractions",
                 "lastChangeDateTime": "2026-01-01T00:00:00Z"}],
            "CFAssociations": [
                {"identifier": "a1", "uri": "https://example.org/a1", "associationType": "isChildOf",
                 "originNodeURI": {"identifier": "i2", "uri": "https://example.org/i2", "title": "two"},
                 "destinationNodeURI": {"identifier": "i1", "uri": "https://example.org/i1", "title": "one"},
                 "lastChangeDateTime": "2026-01-01T00:00:00Z"}]}),
        "policy" => json!({
            "format": "lrm-policy/1", "id": "district", "version": "3",
            "scale": {"min": 0, "max": 4, "proficient": 3,
                      "levels": [{"id": "none", "label": "No evidence", "from": 0}, {"id": "mastery", "from": 3}]},
            "evidence": {"order_by": "observed_at", "purposes": ["summative"], "assessor_roles": ["teacher"],
                         "extra_credit": "clamp", "sources": {"priority": ["lms", "sis"]}, "raters": {"adjacent": "lower"},
                         "reassessment": {"keep": "higher", "within_school_days": 5, "at_most": 1, "cap_percent": 70,
                                          "school_days": ["mon", "fri"], "holidays": ["2026-11-25"], "utc_offset": "-05:00"}},
            "estimate": {"method": "exponential", "latest_percent": 65},
            "rounding": {"digits": 2, "mode": "half_even"},
            "sufficiency": {"min_evidence": 1, "independent_from_level": "mastery", "max_age_days": 730},
            "rollup": {"method": "unique_leaves", "missing": {"require_at_least": 1}, "own_evidence": "as_child"},
            "rules": [{"id": "core", "match": {"under": "NF", "type": "Domain", "tag": "core", "id": "NF"},
                       "estimate": {"method": "n_mastery", "n": 3}}],
            "programmes": [{"id": "p", "title": "P", "kind": "pathway", "credit": "c", "requirement": {"all": [
                {"any": [{"competency": "NF.1", "level": "none"}, {"credential": "k"}, {"not_before": "2026-01-01T00:00:00Z"}]},
                {"at_least": 1, "of": {"under": "NF", "leaves": true}, "each": {"value": 2.5}, "until": "2027-01-01T00:00:00Z"},
                {"points": 3, "of": [{"points": 2, "required": true, "of": {"percent": 50, "of": [{"competency": "NF.2"}]}},
                    {"points": 1, "of": {"competency": "NF", "evidence": {"min_evidence": 1, "min_independent": 1,
                        "kinds": ["test"], "level": "mastery"}}}]},
                {"competency": "NF.2", "below": 4}]}, "extra": {"x": 1}}],
            "sequences": [["c", "d"]]}),
        "evidence" => json!({
            "id": "e01", "learner": "ana", "competency": "NF.1", "score": 3, "possible": 4,
            "observed_at": "2026-01-15T12:00:00Z", "kind": "test", "purpose": "summative",
            "assessor": {"id": "t", "role": "teacher"}, "criterion": "k1", "context": "lab", "transfer": true,
            "assistance": "independent", "adaptation": "modification", "override": {"reason": "seen", "expires_at": "2026-06-01T00:00:00Z"}, "artifact": {"uri": "https://example.org", "sha256": "00", "media_type": "text/plain"},
            "activity": "quiz", "attempt": 1, "source": {"system": "lms", "id": "7"}, "weight": 1, "withdrawn": null, "extra": {"x": {"y": []}}}),
        "calendar" => json!({
            "format": "lrm-calendar/1", "id": "school", "version": "1", "zone": "America/New_York", "school_days": ["mon", "tue"],
            "holidays": ["2026-11-26"], "extra_days": ["2026-11-28"], "buffer_percent": 10, "measure": "met",
            "terms": [{"id": "autumn", "from": "2026-09-01", "until": "2026-12-18"}],
            "courses": [
                {"id": "a", "title": "A", "competencies": ["NF"], "term": "autumn", "benchmarks": [{"on": "2026-10-01", "percent": 12.5}]},
                {"id": "b", "competencies": ["NF.1"], "from": "2026-09-01", "until": "2026-09-30", "measure": "points", "buffer_percent": 0}],
            "deadlines": [{"activity": "quiz", "due": "2026-11-01T23:59", "grace_days": 2, "grace": "school_days"}],
            "extra": {"x": 1}}),
        "record" => json!({"format": "lrm-record/1", "learner": "ana", "evidence": [good("evidence")]}),
        _ => derivation(),
    }
}

fn derivation() -> Value {
    let record = LearnerRecord::from_json(good("record").to_string()).expect("a record");
    let derivation = good_engine().explain(&record, "NF", instant("2026-02-01T00:00:00Z")).expect("a derivation");
    serde_json::from_str(&derivation.to_json()).expect("JSON")
}

pub(crate) fn good_engine() -> Engine {
    Engine::from_json(good("framework").to_string(), good("policy").to_string()).expect("an engine")
}

pub(crate) fn instant(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

/// Code and place of every finding of an error.
pub(crate) fn places(error: &Error) -> Vec<(&'static str, String)> {
    error.findings().iter().map(|finding| (finding.code.as_str(), finding.path.clone())).collect()
}

/// Codes and places of what a reader says to a document.
pub(crate) fn refused(reader: &str, document: &Value) -> Vec<(&'static str, String)> {
    let (_, read) = READERS.iter().find(|(name, _)| *name == reader).expect("a reader");
    match read(document.to_string().as_bytes()) {
        Ok(text) => panic!("read as {text}"),
        Err(error) => places(&error),
    }
}

/// A policy without rules.
pub(crate) const PLAIN: &str = r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#;

/// A framework with competencies `n0`, `n1`, … and edges from child to parent.
pub(crate) fn framework(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> String {
    let mut text = String::from("{\"competencies\":[");
    for node in 0..nodes {
        let comma = if node > 0 { "," } else { "" };
        write!(text, "{comma}{{\"id\":\"n{node}\",\"statement\":\"\"}}").expect("a string grows");
    }
    text.push_str("],\"associations\":[");
    for (place, (child, parent)) in edges.enumerate() {
        let comma = if place > 0 { "," } else { "" };
        write!(text, "{comma}{{\"type\":\"is_child_of\",\"from\":\"n{child}\",\"to\":\"n{parent}\"}}")
            .expect("a string grows");
    }
    text.push_str("]}");
    text
}
