//! Documents with mistakes: each is named with its code and its place, and all of them at once.

use lrm_core::{Catalogue, Code, Detail, Evidence, Framework, LearnerRecord, Policy};
use serde_json::{Value, json};

use crate::support::{framework, good, good_engine, instant, places, refused};

/// A good document with one value replaced.
fn with(reader: &str, pointer: &str, value: Value) -> Value {
    let mut document = good(reader);
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent).expect("a place");
    match parent {
        Value::Array(list) => list[key.parse::<usize>().expect("a place")] = value,
        _ => parent[key] = value,
    }
    document
}

fn check(reader: &str, pointer: &str, value: Value, code: &str, place: &str) {
    let change = format!("{reader}{pointer} = {value}");
    assert_eq!(refused(reader, &with(reader, pointer, value)), [(code, place.to_owned())], "{change}");
}

/// Where one mistake leads to others.
fn check_first(reader: &str, pointer: &str, value: Value, code: &str, place: &str) {
    let found = refused(reader, &with(reader, pointer, value));
    assert_eq!(found.first(), Some(&(code, place.to_owned())), "{reader}{pointer}");
}

#[test]
fn unknown_fields_are_refused_with_their_place() {
    for place in [
        "/x",
        "/competencies/1/x",
        "/associations/2/x",
        "/rubrics/0/x",
        "/rubrics/0/criteria/0/x",
        "/rubrics/0/criteria/0/levels/0/x",
    ] {
        check("framework", place, json!(1), "unknown-field", place);
    }
    for place in [
        "/x",
        "/scale/x",
        "/scale/levels/0/x",
        "/evidence/x",
        "/estimate/x",
        "/rounding/x",
        "/sufficiency/x",
        "/rollup/x",
        "/rollup/missing/x",
        "/rules/0/x",
        "/rules/0/match/x",
        "/rules/0/estimate/x",
        "/programmes/0/x",
        "/programmes/0/requirement/all/0/any/0/x",
        "/programmes/0/requirement/all/1/x",
        "/programmes/0/requirement/all/1/of/x",
        "/programmes/0/requirement/all/1/each/x",
        "/programmes/0/requirement/all/2/of/0/x",
        "/programmes/0/requirement/all/2/of/1/of/evidence/x",
    ] {
        let found = refused("policy", &with("policy", place, json!(1)));
        assert!(found.contains(&("unknown-field", place.to_owned())), "{place}: {found:?}");
    }
    check("record", "/x", json!(1), "unknown-field", "/x");
    for place in ["/x", "/nodes/0/x", "/nodes/0/result/x", "/nodes/0/rules/x", "/nodes/0/inputs/0/x"] {
        check("derivation", place, json!(1), "unknown-field", place);
    }
    // a place names a key as JSON Pointer does
    check("framework", "/a~b", json!(1), "unknown-field", "/a~0b");
}

#[test]
fn unknown_fields_of_evidence_are_kept() {
    let item = with("evidence", "/unheard", json!({"of": [1]}));
    let read = Evidence::from_json(item.to_string()).expect("an item").to_json();
    assert!(read.contains(r#""extra":{"unheard":{"of":[1]},"x":{"y":[]}}"#), "{read}");
}

#[test]
fn missing_fields_have_a_place() {
    check_first("framework", "/competencies", Value::Null, "missing-field", "");
    check_first("framework", "/competencies/1/id", Value::Null, "missing-field", "/competencies/1");
    check_first("framework", "/competencies/1/statement", Value::Null, "missing-field", "/competencies/1");
    check("framework", "/associations/0/to", Value::Null, "missing-field", "/associations/0");
    check("policy", "/scale", Value::Null, "missing-field", "");
    check("policy", "/scale/max", Value::Null, "missing-field", "/scale");
    check_first("policy", "/estimate/latest_percent", Value::Null, "missing-field", "/estimate");
    check("policy", "/rounding/digits", Value::Null, "missing-field", "/rounding");
    check("policy", "/rules/0/match", Value::Null, "missing-field", "/rules/0");
    check("record", "/evidence", Value::Null, "missing-field", "");
    check("evidence", "/competency", Value::Null, "missing-field", "");
    check("derivation", "/as_of", Value::Null, "missing-field", "");
    check("derivation", "/nodes/0/result", Value::Null, "missing-field", "/nodes/0");
}

#[test]
fn messages_list_what_may_stand_there() {
    for (section, field, wrong, listed) in [
        ("estimate", "method", json!("foo"), "linear_trend"),
        ("evidence", "raters", json!("x"), "adjacent"),
        ("evidence", "raters", json!(true), "separate"),
        ("evidence", "sources", json!("x"), "priority"),
        ("evidence", "sources", json!(5), "newest"),
        ("rollup", "missing", json!("x"), "require_at_least_percent"),
        ("rollup", "missing", json!(1), "require_all"),
    ] {
        let mut policy = json!({"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}});
        policy[section][field] = wrong.clone();
        let error = Policy::from_json(policy.to_string()).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::InvalidValue, &*format!("/{section}/{field}")));
        let found = wrong.to_string().replace('"', "");
        assert!(error.message().contains(&found) && error.message().contains(listed), "{}", error.message());
    }
    let catalogue = |sentence: &str| {
        let error = Catalogue::english().with_json(json!({"status.met": sentence}).to_string()).unwrap_err();
        error.message().to_owned()
    };
    assert!(catalogue("{x}").ends_with("it has: none"), "{}", catalogue("{x}"));
}

#[test]
fn formats_of_others_are_refused() {
    for reader in ["framework", "policy", "record", "derivation"] {
        check(reader, "/format", json!("lrm-other/2"), "unsupported-format", "/format");
    }
}

#[test]
fn references_must_lead_somewhere() {
    check("framework", "/associations/0/from", json!("gone"), "dangling-reference", "/associations/0/from");
    check("framework", "/associations/2/to", json!("gone"), "dangling-reference", "/associations/2/to");
    let place = "/rubrics/0/criteria/0/competency";
    check("framework", place, json!("gone"), "dangling-reference", place);
    // all at once
    let mut document = with("framework", "/associations/0/from", json!("gone"));
    document["associations"][1]["to"] = json!("lost");
    document["associations"][2]["level"] = json!(7);
    let found: Vec<&str> = refused("framework", &document).into_iter().map(|(code, _)| code).collect();
    assert!(found.len() >= 2 && found.contains(&"invalid-value"), "{found:?}");
}

#[test]
fn duplicates_are_refused() {
    check_first("framework", "/competencies/2/id", json!("NF.1"), "duplicate-id", "/competencies/2");
    check(
        "framework",
        "/associations/1",
        good("framework")["associations"][0].clone(),
        "duplicate-id",
        "/associations/1",
    );
    let mut rules = good("policy")["rules"].clone();
    let first = rules[0].clone();
    rules.as_array_mut().expect("a list").push(first);
    check("policy", "/rules", rules, "duplicate-id", "/rules/1");
    check("policy", "/scale/levels/1/id", json!("none"), "duplicate-id", "/scale/levels/1");
}

#[test]
fn circles_are_named_with_their_path() {
    for (kind, length) in [("is_child_of", 2), ("is_child_of", 7), ("precedes", 3)] {
        let circle = (0..length).map(|node| (node, (node + 1) % length));
        let text = framework(length + 2, circle).replace("is_child_of", kind);
        let error = Framework::from_json(text).expect_err("a circle");
        assert_eq!(error.code(), Code::Cycle);
        let mut expected: Vec<String> = (0..length).map(|node| format!("n{node}")).collect();
        expected.push("n0".to_owned());
        assert_eq!(error.context().get("path"), Some(&Detail::List(expected)));
        assert_eq!(error.context().get("type"), Some(&Detail::Text(kind.to_owned())));
    }
    // a circle of soft prerequisites is none
    let text = framework(2, [(0, 1), (1, 0)].into_iter()).replace("is_child_of\"", "precedes\",\"strength\":\"soft\"");
    assert!(Framework::from_json(text).is_ok());
    let looped = json!({"type": "is_child_of", "from": "NF", "to": "NF"});
    check("framework", "/associations/1", looped, "self-loop", "/associations/1");
}

#[test]
fn parameters_have_ranges() {
    for (place, value) in [
        ("/estimate/latest_percent", json!(0)),
        ("/estimate/latest_percent", json!(100)),
        ("/estimate/latest_percent", json!(50.5)),
        ("/estimate/latest_percent", json!(-1)),
        ("/rounding/digits", json!(7)),
        ("/rounding/digits", json!(-1)),
        ("/rules/0/estimate/n", json!(0)),
        ("/rules/0/estimate/n", json!(101)),
        ("/rollup/missing/require_at_least", json!(0)),
        ("/sufficiency/min_evidence", json!(-1)),
        ("/sufficiency/max_age_days", json!(0.5)),
        ("/sufficiency/max_age_days", json!(5_000_000_000_u64)),
    ] {
        check("policy", place, value, "parameter-out-of-range", place);
    }
    for (place, value) in [("/scale/max", json!(0)), ("/scale/proficient", json!(5)), ("/scale/max", json!(1_000_001))]
    {
        let found = refused("policy", &with("policy", place, value));
        assert_eq!(found[0], ("parameter-out-of-range", "/scale".to_owned()), "{found:?}");
    }
    check("policy", "/scale/levels/1/from", json!(0), "parameter-out-of-range", "/scale/levels/1");
    for weight in [json!(-1), json!(1_000_001), json!(0.000_000_1)] {
        for place in ["/competencies/1/weight", "/associations/0/weight"] {
            check("framework", place, weight.clone(), "parameter-out-of-range", place);
        }
        check("evidence", "/weight", weight, "parameter-out-of-range", "/weight");
    }
}

#[test]
fn types_are_checked_everywhere() {
    for reader in ["framework", "policy", "record", "derivation", "evidence"] {
        for wrong in [json!(null), json!(1), json!("x"), json!(true)] {
            let found = refused(reader, &wrong);
            assert_eq!(found, [("invalid-value", String::new())], "{reader} {wrong}");
        }
        // a value of the wrong type anywhere is refused, never a panic
        let document = good(reader);
        let mut places = Vec::new();
        collect(&document, String::new(), &mut places);
        for place in places {
            let inside_extra = place.contains("extra");
            for wrong in [json!([[]]), json!({"?": {}}), json!(1e300), json!(false)] {
                let found = std::panic::catch_unwind(|| read(reader, &with(reader, &place, wrong.clone())));
                let found = found.unwrap_or_else(|_| panic!("{reader}{place} = {wrong}"));
                assert!(
                    found.is_err() || inside_extra || may_be_anything(reader, &place, &wrong),
                    "{reader}{place} = {wrong}"
                );
            }
        }
    }
}

fn read(reader: &str, document: &Value) -> lrm_core::Result<String> {
    let (_, read) = crate::support::READERS.iter().find(|(name, _)| *name == reader).expect("a reader");
    read(document.to_string().as_bytes())
}

/// Where several types are good.
fn may_be_anything(reader: &str, place: &str, wrong: &Value) -> bool {
    // a record keeps items that cannot be read, a derivation keeps those that did not count, a step has any numbers
    let items = reader == "record" && (place.starts_with("/evidence/") || (place == "/evidence" && wrong.is_array()));
    let kept = items || place.contains("/ignored/") || place.contains("/steps/");
    // nested objects of an item keep their unknown fields too
    let nested =
        ["artifact", "assessor", "override", "source"].iter().any(|name| place.ends_with(name)) && wrong.is_object();
    kept || nested
        || (wrong.is_boolean()
            && ["/transfer", "/own", "/modified", "/leaves", "/required"].iter().any(|name| place.ends_with(name)))
}

/// The places of all that stands below a value, as JSON Pointers; what stands in something comes before it.
pub(crate) fn collect(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| collect(value, format!("{place}/{key}"), places));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| collect(value, format!("{place}/{at}"), places));
        }
        _ => {}
    }
    if !place.is_empty() {
        places.push(place);
    }
}

#[test]
fn bad_items_are_findings_with_their_place() {
    let items = json!([
        {"competency": "NF.1", "score": 5}, {"competency": "NF.1", "score": -1, "possible": 4}, {"competency": "gone", "score": 1},
        {"competency": "NF.1", "level": "gone"}, {"competency": "NF.1", "score": 1, "passed": true}, {"score": 1}, 7,
        {"competency": "NF.1", "score": 1, "possible": 0}, {"competency": "NF.1", "observed_at": "yesterday", "score": 1},
        {"competency": "NF.1", "score": 1_000_001}, {"id": "a", "competency": "NF.1", "score": 1},
        {"id": "a", "competency": "NF.1", "score": 2}, {"competency": "NF.1", "assessor": {"role": "cat"}, "score": 3},
        {"competency": "NF.1", "score": 4}
    ]);
    let record = LearnerRecord::from_json(items.to_string()).expect("a record");
    let state = good_engine().evaluate(&record, instant("2026-01-01T00:00:00Z")).expect("a state");
    let found: Vec<(&str, &str)> =
        state.report().findings().iter().map(|finding| (finding.code.as_str(), finding.path.as_str())).collect();
    assert_eq!(
        found,
        [
            ("score-off-scale", "/evidence/0/score"),
            ("score-off-scale", "/evidence/1/score"),
            ("unknown-competency", "/evidence/2/competency"),
            ("unknown-level", "/evidence/3/level"),
            ("invalid-value", "/evidence/4"),
            ("missing-field", "/evidence/5"),
            ("invalid-value", "/evidence/6"),
            ("invalid-value", "/evidence/7/possible"),
            ("invalid-value", "/evidence/8/observed_at"),
            ("limit-exceeded", "/evidence/9/score"),
            ("duplicate-id", "/evidence/11/id"),
            ("invalid-value", "/evidence/12/assessor/role"),
        ]
    );
    assert_eq!(state.mastery("NF.1").expect("a node").evidence, 2);
    let strict = lrm_core::Options::new().strict();
    let error = good_engine().evaluate_with(&record, instant("2026-01-01T00:00:00Z"), &strict).expect_err("strict");
    assert_eq!(places(&error).len(), 12);
    let scope = lrm_core::Options::new().scope(["NF.1", "gone"]);
    let error = good_engine().evaluate_with(&record, instant("2026-01-01T00:00:00Z"), &scope).expect_err("a scope");
    assert_eq!(places(&error), [("unknown-competency", "/scope/1".to_owned())]);
}
