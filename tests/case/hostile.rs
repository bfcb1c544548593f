//! Input that nobody should send: refused or read, never slow.

#![expect(clippy::disallowed_methods, reason = "time is what these tests are about")]

use std::time::{Duration, Instant};

use lrm_core::{Code, Detail, Framework};
use serde_json::{Value, json};

use crate::support::{assert_round_trip, child, edge, findings, item, package};

/// Reads within a time that only a wrong order of growth can miss, even on a slow machine without optimisation.
fn in_time(text: &str) -> lrm_core::Result<Framework> {
    let start = Instant::now();
    let read = Framework::from_case(text);
    assert!(start.elapsed() < Duration::from_secs(30), "took {:?}", start.elapsed());
    read
}

fn code(text: &str) -> Code {
    in_time(text).expect_err("no package").code()
}

#[test]
fn what_is_no_package_is_refused() {
    for text in [
        "{}",
        "[]",
        "[[]]",
        "[null]",
        "null",
        "3",
        "\"text\"",
        r#"{"imsx_codeMajor": "failure"}"#,
        r#"{"CFPackage": null}"#,
        r#"{"CFPackage": []}"#,
        r#"[{"identifier": "a", "fullStatement": "A"}]"#,
        r#"{"format": "lrm-framework/1", "competencies": []}"#,
    ] {
        assert_eq!(code(text), Code::UnsupportedFormat, "{text}");
    }
    for text in ["", "{", "{\"CFItems\": [}", "\u{feff}", "{} {}", "{'CFItems': []}", "nul"] {
        assert_eq!(code(text), Code::InvalidJson, "{text}");
    }
    assert_eq!(Framework::from_case(b"{\"CFItems\": \"\xff\"}").expect_err("not UTF-8").code(), Code::InvalidJson);
    assert!(Framework::from_case("\u{feff}{\"CFItems\": []}").is_ok());
}

#[test]
fn truncated_files_are_refused() {
    let text = package(&[item("a"), item("b")], &[child("a", "b")]).to_string();
    for end in 0..text.len() {
        assert_eq!(code(&text[..end]), Code::InvalidJson, "cut at {end}");
    }
}

#[test]
fn repeated_keys_are_refused_with_their_place() {
    for (text, place) in [
        (r#"{"CFItems": [], "CFItems": []}"#, "/CFItems"),
        (r#"{"CFItems": [{"identifier": "a", "identifier": "b"}]}"#, "/CFItems/0/identifier"),
        (r#"{"CFItems": [{"identifier": "a", "extensions": {"x": 1, "x": 2}}]}"#, "/CFItems/0/extensions/x"),
        (r#"{"CFAssociations": [{"originNodeURI": {"uri": "a", "uri": "b"}}]}"#, "/CFAssociations/0/originNodeURI/uri"),
    ] {
        let error = in_time(text).expect_err("a key stands twice");
        assert_eq!((error.code(), error.path()), (Code::InvalidJson, place));
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let kept = |depth: usize| format!(r#"{{"CFItems": [{{"identifier": "a", "extensions": {}}}]}}"#, deep(depth));
    assert!(in_time(&kept(60)).is_ok());
    assert_eq!(code(&kept(100)), Code::InvalidJson);
    assert_eq!(code(&kept(100_000)), Code::InvalidJson);
    assert_eq!(code(&deep(100_000)), Code::UnsupportedFormat);
    let wrapped = format!("{}{{}}{}", r#"{"CFPackage":"#.repeat(1_000), "}".repeat(1_000));
    assert_eq!(code(&wrapped), Code::UnsupportedFormat);
}

#[test]
fn a_circle_of_a_thousand() {
    let id = |at: usize| format!("{:04}", at % 1_000);
    let items: Vec<Value> = (0..1_000).map(|at| item(&id(at))).collect();
    let ring: Vec<Value> = (0..1_000).map(|at| child(&id(at), &id(at + 1))).collect();
    let framework = in_time(&package(&items, &ring).to_string()).expect("a package");
    assert_eq!(findings(&framework), [("cycle", "/CFAssociations/999")]);
    let path = framework.report().findings()[0].context.get("path").cloned();
    assert!(matches!(path, Some(Detail::List(path)) if path.len() == 1_001 && path[0] == "0999" && path[1] == "0000"));
    assert_eq!(framework.depth(), 1_000);
    assert_round_trip(&framework);
}

#[test]
fn everything_before_everything_else() {
    let id = |at: usize| format!("{at:03}");
    let items: Vec<Value> = (0..150).map(|at| item(&id(at))).collect();
    let pairs = (0..150).flat_map(|from| (0..150).map(move |to| (from, to))).filter(|(from, to)| from != to);
    let all: Vec<Value> = pairs.map(|(from, to)| edge("precedes", &id(from), &id(to))).collect();
    let framework = in_time(&package(&items, &all).to_string()).expect("a package");
    assert_eq!(framework.report().counts(), [(Code::Cycle, all.len() / 2)]);
    assert!(framework.associations().iter().all(|edge| edge.from < edge.to));
}

/// A package without the detour through values, which are slow to make.
fn big(items: usize, edges: impl Iterator<Item = (usize, usize)>) -> String {
    let items: Vec<String> =
        (0..items).map(|at| format!(r#"{{"identifier":"i{at:06}","fullStatement":"Can {at}"}}"#)).collect();
    let link = |at| format!(r#"{{"identifier":"i{at:06}"}}"#);
    let edges: Vec<String> = edges
        .map(|(from, to)| {
            let (from, to) = (link(from), link(to));
            format!(r#"{{"associationType":"isChildOf","originNodeURI":{from},"destinationNodeURI":{to}}}"#)
        })
        .collect();
    let document = r#"{"identifier":"doc","title":"Big"}"#;
    format!(r#"{{"CFDocument":{document},"CFItems":[{}],"CFAssociations":[{}]}}"#, items.join(","), edges.join(","))
}

#[test]
fn a_chain_of_a_hundred_thousand() {
    let framework = in_time(&big(100_001, (0..100_000).map(|at| (at, at + 1)))).expect("a package");
    assert_eq!((findings(&framework), framework.depth()), (vec![], 100_001));
}

#[test]
fn a_chain_of_a_hundred_thousand_bitten_into_its_tail() {
    let framework = in_time(&big(100_001, (0..=100_000).map(|at| (at, (at + 1) % 100_001)))).expect("a package");
    assert_eq!((findings(&framework), framework.depth()), (vec![("cycle", "/CFAssociations/100000")], 100_001));
}

#[test]
fn a_hundred_thousand_parents_and_children() {
    let framework = in_time(&big(100_001, (1..=100_000).map(|at| (0, at)))).expect("a package");
    assert_eq!((findings(&framework), framework.parents("i000000").len()), (vec![], 100_000));
    let framework = in_time(&big(100_001, (1..=100_000).map(|at| (at, 0)))).expect("a package");
    assert_eq!((findings(&framework), framework.children("i000000").len()), (vec![], 100_000));
}

#[test]
fn fifty_thousand_circles_of_two() {
    let pairs = (0..50_000).flat_map(|at| [(2 * at, 2 * at + 1), (2 * at + 1, 2 * at)]);
    let framework = in_time(&big(100_000, pairs)).expect("a package");
    assert_eq!(framework.report().counts(), [(Code::Cycle, 50_000)]);
    assert_eq!(framework.associations().len(), 50_000);
}

#[test]
fn one_item_a_hundred_thousand_times() {
    let fields: Vec<String> = (0..20_000).map(|at| format!(r#""f{at}":{at}"#)).collect();
    let again = vec![r#"{"identifier":"a"}"#; 100_000].join(",");
    let text = format!(
        r#"{{"CFDocument":{{"identifier":"d","title":"t"}},"CFItems":[{{"identifier":"a","fullStatement":"A",{}}},{again}]}}"#,
        fields.join(",")
    );
    let framework = in_time(&text).expect("a package");
    assert_eq!((framework.len(), framework.report().len()), (1, 100_000));
}

#[test]
fn long_texts() {
    let long = "é".repeat(5_000_000);
    let text = format!(
        r#"{{"CFDocument":{{"identifier":"{long}"}},"CFItems":[{{"identifier":"{long}2","fullStatement":"{long}"}}],
        "CFAssociations":[{{"associationType":"{long}","originNodeURI":{{"identifier":"{long}2"}},"destinationNodeURI":{{"identifier":"{long}3"}}}}]}}"#
    );
    let framework = in_time(&text).expect("a package");
    assert_eq!(framework.competencies()[0].statement.len(), 10_000_000);
    assert_eq!(framework.associations().len(), 1);
    assert!(framework.report().to_json().len() < 2_000, "findings do not repeat long texts");
}

/// Any value may stand anywhere: what comes out is a framework or an error, and a framework is always a sound one.
#[test]
fn anything_anywhere() {
    let path = format!("{}/data/case", env!("CARGO_MANIFEST_DIR"));
    let file = |name: &str| std::fs::read_to_string(format!("{path}/{name}.json")).expect("the file");
    let mut seed = 1_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("32 bits") % below
    };
    let odd = [
        json!(null),
        json!(true),
        json!(-7),
        json!(2.5e300),
        json!(""),
        json!("isChildOf"),
        json!([]),
        json!({}),
        json!([null, 1]),
        json!("00000000-0000-4000-8000-000000000011"),
        json!({"identifier": "00000000-0000-4000-8000-000000000001"}),
        json!("9"),
    ];
    let mut read = 0;
    for name in ["synthetic_quirks", "compeito_opencase_round_trip_baseline"] {
        let whole: Value = serde_json::from_str(&file(name)).expect("JSON");
        for _ in 0..400 {
            let mut package = whole.clone();
            for _ in 0..=random(6) {
                let mut at = &mut package;
                for _ in 0..=random(7) {
                    let size = at.as_array().map(Vec::len).or(at.as_object().map(serde_json::Map::len)).unwrap_or(0);
                    if size == 0 {
                        break;
                    }
                    let place = random(size);
                    at = match at {
                        Value::Array(list) => &mut list[place],
                        Value::Object(map) => map.values_mut().nth(place).expect("a member"),
                        _ => break,
                    };
                }
                *at = odd[random(odd.len())].clone();
            }
            match Framework::from_case(package.to_string()) {
                Ok(framework) => {
                    assert_round_trip(&framework);
                    read += 1;
                }
                Err(error) => assert!(matches!(error.code(), Code::UnsupportedFormat | Code::InvalidJson), "{error}"),
            }
        }
    }
    assert!(read > 600, "only {read} of 800 were read");
}
