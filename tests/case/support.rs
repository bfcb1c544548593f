//! Small packages, and what came of them.

use lrm_core::Framework;
use serde_json::{Value, json};

pub(crate) fn item(id: &str) -> Value {
    json!({"identifier": id, "uri": format!("https://case.example.org/CFItems/{id}"), "fullStatement": format!("Can do {id}")})
}

/// An item with further fields.
pub(crate) fn item_with(id: &str, more: &Value) -> Value {
    with(item(id), more)
}

pub(crate) fn edge(kind: &str, from: &str, to: &str) -> Value {
    json!({"associationType": kind, "originNodeURI": link(from), "destinationNodeURI": link(to)})
}

pub(crate) fn edge_with(kind: &str, from: &str, to: &str, more: &Value) -> Value {
    with(edge(kind, from, to), more)
}

pub(crate) fn child(from: &str, to: &str) -> Value {
    edge("isChildOf", from, to)
}

pub(crate) fn link(id: &str) -> Value {
    json!({"title": "Destination Node", "identifier": id, "uri": format!("https://case.example.org/CFItems/{id}")})
}

pub(crate) fn with(mut object: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().expect("further fields") {
        object[key] = value.clone();
    }
    object
}

pub(crate) fn package(items: &[Value], edges: &[Value]) -> Value {
    json!({
        "CFDocument": {"identifier": "doc", "uri": "https://case.example.org/CFDocuments/doc", "title": "Test", "creator": "Us"},
        "CFItems": items,
        "CFAssociations": edges,
    })
}

pub(crate) fn load(package: &Value) -> Framework {
    let framework = Framework::from_case(package.to_string()).expect("a package");
    assert_round_trip(&framework);
    framework
}

/// What is read from a package is a native document like any other.
pub(crate) fn assert_round_trip(framework: &Framework) {
    let json = framework.to_json();
    let again = Framework::from_json(&json).expect("what was written can be read");
    assert_eq!(again.to_json(), json);
    assert!(again.report().is_empty());
}

/// Codes and places of the findings.
pub(crate) fn findings(framework: &Framework) -> Vec<(&str, &str)> {
    framework.report().findings().iter().map(|finding| (finding.code.as_str(), finding.path.as_str())).collect()
}

pub(crate) fn silent(framework: &Framework) {
    assert_eq!(findings(framework), []);
}

/// The native document.
pub(crate) fn native(framework: &Framework) -> Value {
    serde_json::from_str(&framework.to_json()).expect("JSON")
}

/// An extra field of the framework.
pub(crate) fn head(framework: &Framework, name: &str) -> Value {
    native(framework)["extra"][name].clone()
}

/// (type, from, to) of the associations.
pub(crate) fn edges(framework: &Framework) -> Vec<(&str, &str, &str)> {
    let edges = framework.associations().iter();
    edges.map(|edge| (edge.kind.as_str(), edge.from.as_str(), edge.to.as_str())).collect()
}
