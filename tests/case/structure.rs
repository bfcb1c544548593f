//! Associations and rubrics: what becomes the graph, and what is left out of it.

use lrm_core::Detail;
use serde_json::{Value, json};

use crate::support::{
    child, edge, edge_with, edges, findings, head, item, item_with, link, load, native, package, silent, with,
};

#[test]
fn roots_may_be_named_or_not() {
    let items = [item("a"), item("b"), item("c")];
    let named = load(&package(&items, &[child("a", "doc"), child("b", "a"), child("c", "doc")]));
    silent(&named);
    assert_eq!(named.roots(), ["a", "c"]);
    assert_eq!(edges(&named), [("is_child_of", "b", "a")]);
    assert_eq!(head(&named, "root_associations"), json!([child("a", "doc"), child("c", "doc")]));

    let unnamed = load(&package(&items, &[child("b", "a")]));
    silent(&unnamed);
    assert_eq!(unnamed.roots(), ["a", "c"]);
}

#[test]
fn an_item_that_hangs_nowhere_is_told_where_roots_are_named() {
    let framework = load(&package(&[item("a"), item("b"), item("c")], &[child("a", "doc"), child("b", "a")]));
    assert_eq!(findings(&framework), [("notice", "/CFItems/2")]);
    assert_eq!(framework.report().findings()[0].context.get("id"), Some(&Detail::Text("c".to_owned())));
    assert_eq!(framework.roots(), ["a", "c"]);
}

#[test]
fn a_missing_parent_makes_a_root() {
    let framework = load(&package(&[item("a"), item("b")], &[child("a", "doc"), child("b", "gone")]));
    assert_eq!(findings(&framework), [("dangling-reference", "/CFAssociations/1")]);
    assert_eq!(framework.roots(), ["a", "b"]);
    assert_eq!(head(&framework, "dropped_associations"), json!([child("b", "gone")]));
    assert!(framework.competency("gone").is_none());
}

#[test]
fn only_hierarchy_and_prerequisites_must_stay_inside() {
    let kinds = [
        "isPartOf",
        "isPeerOf",
        "exactMatchOf",
        "isRelatedTo",
        "replacedBy",
        "exemplar",
        "hasSkillLevel",
        "isTranslationOf",
    ];
    let mut all: Vec<Value> = kinds.iter().map(|kind| edge(kind, "a", "outside")).collect();
    all.push(edge("ext:assesses", "a", "outside"));
    let framework = load(&package(&[item("a")], &all));
    silent(&framework);
    let words = [
        "is_part_of",
        "is_peer_of",
        "exact_match_of",
        "is_related_to",
        "replaced_by",
        "exemplar",
        "has_skill_level",
        "is_translation_of",
        "ext:assesses",
    ];
    assert_eq!(edges(&framework), words.map(|word| (word, "a", "outside")));
    assert_eq!(framework.len(), 1);

    let framework = load(&package(&[item("a")], &[edge("precedes", "a", "outside"), edge("precedes", "a", "doc")]));
    assert_eq!(
        findings(&framework),
        [("dangling-reference", "/CFAssociations/0"), ("dangling-reference", "/CFAssociations/1")]
    );
    assert_eq!(edges(&framework), []);
}

#[test]
fn a_foreign_origin_is_told() {
    let all = [
        edge("isRelatedTo", "outside", "a"),
        child("outside", "a"),
        edge("isRelatedTo", "doc", "a"),
        edge("isPartOf", "a", "doc"),
    ];
    let framework = load(&package(&[item("a")], &all));
    assert_eq!(
        findings(&framework),
        [
            ("dangling-reference", "/CFAssociations/0"),
            ("dangling-reference", "/CFAssociations/1"),
            ("notice", "/CFAssociations/2"),
        ]
    );
    assert_eq!(edges(&framework), [("is_part_of", "a", "doc")]);
    assert_eq!(head(&framework, "dropped_associations").as_array().map(Vec::len), Some(3));
}

#[test]
fn repeated_associations_count_once() {
    let first = edge_with("isChildOf", "a", "b", &json!({"identifier": "e1", "sequenceNumber": 4}));
    let again = edge_with("isChildOf", "a", "b", &json!({"identifier": "e2", "sequenceNumber": 5}));
    let framework = load(&package(&[item("a"), item("b")], &[first, again.clone(), edge("precedes", "a", "b")]));
    assert_eq!(findings(&framework), [("duplicate-id", "/CFAssociations/1")]);
    assert_eq!(edges(&framework), [("is_child_of", "a", "b"), ("precedes", "a", "b")]);
    assert_eq!(framework.associations()[0].sequence, Some(4));
    assert_eq!(native(&framework)["associations"][0]["extra"]["identifier"], "e1");
    assert_eq!(head(&framework, "dropped_associations"), json!([again]));
}

#[test]
fn loops_are_left_out() {
    let framework = load(&package(&[item("a")], &[child("a", "a"), edge("isPeerOf", "a", "a")]));
    assert_eq!(findings(&framework), [("self-loop", "/CFAssociations/0"), ("self-loop", "/CFAssociations/1")]);
    assert_eq!((edges(&framework), framework.roots()), (vec![], vec!["a"]));
}

#[test]
fn several_parents_are_legal() {
    let framework = load(&package(&[item("a"), item("b"), item("c")], &[child("c", "a"), child("c", "b")]));
    silent(&framework);
    assert_eq!(framework.parents("c"), ["a", "b"]);
}

#[test]
fn circles_lose_their_greatest_association() {
    let items = ["a", "b", "c", "d", "e"].map(item);
    // a → b → c → a and d ⇄ e; the same as prerequisites, and once more as relations, which may run in circles
    let ring = [("b", "c"), ("a", "b"), ("c", "a"), ("e", "d"), ("d", "e"), ("c", "d")];
    let all: Vec<Value> = ["isChildOf", "precedes", "isRelatedTo"]
        .iter()
        .flat_map(|kind| ring.map(|(from, to)| edge(kind, from, to)))
        .collect();
    let framework = load(&package(&items, &all));
    let cycles = ["/CFAssociations/2", "/CFAssociations/3", "/CFAssociations/8", "/CFAssociations/9"];
    assert_eq!(findings(&framework), cycles.map(|path| ("cycle", path)));
    let context = &framework.report().findings()[0].context;
    let text = |text: &str| Some(Detail::Text(text.to_owned()));
    assert_eq!(context.get("type").cloned(), text("is_child_of"));
    assert_eq!((context.get("from").cloned(), context.get("to").cloned()), (text("c"), text("a")));
    assert_eq!(context.get("path"), Some(&Detail::List(["c", "a", "b", "c"].map(str::to_owned).to_vec())));
    assert_eq!(edges(&framework).len(), 3 * ring.len() - cycles.len());
    assert_eq!(framework.parents("e"), Vec::<&str>::new());
    assert_eq!(
        head(&framework, "dropped_associations"),
        json!([child("c", "a"), child("e", "d"), edge("precedes", "c", "a"), edge("precedes", "e", "d")])
    );
}

#[test]
fn siblings_are_ordered_as_the_publisher_numbers_them() {
    let numbered = |id, enumeration: Option<&str>, code: Option<&str>| {
        item_with(id, &json!({"listEnumeration": enumeration, "humanCodingScheme": code}))
    };
    let items = [
        item("p"),
        numbered("a", None, None),
        numbered("b", Some("10"), Some("Z")),
        numbered("c", Some("9"), Some("Z")),
        numbered("d", None, Some("M.1.10")),
        numbered("e", None, Some("M.1.9")),
        numbered("f", None, None),
        numbered("g", None, None),
        item("q"),
        numbered("h", None, None),
        numbered("i", None, None),
    ];
    let mut all: Vec<Value> = ["a", "b", "c", "d", "e", "f"].map(|id| child(id, "p")).to_vec();
    all.push(edge_with("isChildOf", "g", "p", &json!({"sequenceNumber": 7})));
    all.extend(["i", "h"].map(|id| child(id, "q")));
    let framework = load(&package(&items, &all));
    silent(&framework);
    assert_eq!(framework.children("p"), ["g", "c", "b", "e", "d", "a", "f"]);
    let sequences: Vec<_> = framework.associations().iter().map(|edge| edge.sequence).collect();
    let expected = [Some(12), Some(9), Some(8), Some(11), Some(10), Some(13), Some(7), None, None];
    assert_eq!(sequences, expected);
    assert_eq!(framework.children("q"), ["h", "i"]);
}

#[test]
fn types_outside_the_standard_become_extensions() {
    let framework = load(&package(
        &[item("a"), item("b")],
        &[edge("isStandardAlignedTo", "a", "b"), edge("ext:own", "a", "b"), edge("ext:", "b", "a")],
    ));
    let path = |at: usize| format!("/CFAssociations/{at}/associationType");
    assert_eq!(
        findings(&framework),
        [("unknown-association", path(0).as_str()), ("unknown-association", path(2).as_str())]
    );
    assert_eq!(
        edges(&framework),
        [("ext:isStandardAlignedTo", "a", "b"), ("ext:own", "a", "b"), ("ext:ext:", "b", "a")]
    );
}

#[test]
fn associations_without_type_or_ends_are_left_out() {
    let broken = [
        json!({"associationType": "precedes", "originNodeURI": link("a")}),
        json!({"associationType": "precedes", "originNodeURI": {}, "destinationNodeURI": link("a")}),
        with(child("a", "b"), &json!({"associationType": null})),
        json!("precedes"),
    ];
    let framework = load(&package(&[item("a"), item("b")], &broken));
    let codes: Vec<_> = findings(&framework);
    assert_eq!(
        codes,
        [
            ("missing-field", "/CFAssociations/0"),
            ("missing-field", "/CFAssociations/1/originNodeURI"),
            ("missing-field", "/CFAssociations/2"),
            ("invalid-value", "/CFAssociations/3"),
        ]
    );
    assert_eq!(head(&framework, "dropped_associations"), json!(broken));
}

#[test]
fn a_hierarchy_upside_down_is_told_and_left_as_it_is() {
    let items = ["top", "a", "b", "a1", "a2"].map(item);
    let right = [("a", "top"), ("b", "top"), ("a1", "a"), ("a2", "a")];
    silent(&load(&package(&items, &right.map(|(from, to)| child(from, to)))));
    let reversed = load(&package(&items, &right.map(|(from, to)| child(to, from))));
    assert_eq!(findings(&reversed), [("notice", "/CFAssociations")]);
    assert_eq!(reversed.parents("top"), ["a", "b"]);

    let mut all = right.map(|(from, to)| child(to, from)).to_vec();
    all.push(child("doc", "top"));
    let reversed = load(&package(&items, &all));
    assert_eq!(findings(&reversed), [("notice", "/CFAssociations/4"), ("notice", "/CFAssociations")]);
}

#[test]
fn rubrics_are_ordered_by_position_and_keep_what_does_not_fit() {
    let level = |quality: &str, position: Value| json!({"identifier": quality, "quality": quality, "score": "1.5", "position": position});
    let rubric = json!({"identifier": "r", "title": "R", "CFRubricCriteria": [
        {"identifier": "late", "position": 10, "weight": -1, "CFItemURI": link("gone")},
        {"identifier": "open", "CFItemURI": null, "weight": 0.333_333_333},
        {"identifier": "first", "position": 2, "CFItemURI": link("a"), "description": "D", "category": "C",
            "CFRubricCriterionLevels": [level("low", json!(null)), level("high", json!(1))]},
        {"identifier": "first", "description": "again"},
    ]});
    let again = json!({"identifier": "r"});
    let framework = load(&with(package(&[item("a")], &[]), &json!({"CFRubrics": [rubric, again, null]})));
    assert_eq!(
        findings(&framework),
        [
            ("duplicate-id", "/CFRubrics/1"),
            ("duplicate-id", "/CFRubrics/0/CFRubricCriteria/3"),
            ("dangling-reference", "/CFRubrics/0/CFRubricCriteria/0/CFItemURI"),
            ("parameter-out-of-range", "/CFRubrics/0/CFRubricCriteria/0/weight"),
            ("parameter-out-of-range", "/CFRubrics/0/CFRubricCriteria/1/weight"),
        ]
    );
    let criteria = &framework.rubrics()[0].criteria;
    let rows: Vec<_> = criteria.iter().map(|row| (row.id.as_str(), row.weight.value().to_string())).collect();
    assert_eq!(rows, [("first", "1".to_owned()), ("late", "1".to_owned()), ("open", "0.333333".to_owned())]);
    assert_eq!(criteria[0].competency.as_deref(), Some("a"));
    assert_eq!(criteria[1].competency, None);
    let levels: Vec<_> = criteria[0].levels.iter().map(|level| level.level.as_deref()).collect();
    assert_eq!(levels, [Some("high"), Some("low")]);
    assert_eq!(criteria[0].levels[0].score.map(|score| score.to_string()).as_deref(), Some("1.5"));
    let rubric = &native(&framework)["rubrics"][0];
    assert_eq!(rubric["criteria"][1]["extra"]["weight"], -1);
    assert_eq!(rubric["extra"]["dropped_criteria"], json!([{"identifier": "first", "description": "again"}]));
    assert_eq!(head(&framework, "dropped_rubrics"), json!([again]));
}
