//! Fields and identifiers as servers in the wild write them.

use lrm_core::{Detail, Framework};
use serde_json::{Value, json};

use crate::support::{
    child, edge, edge_with, edges, findings, head, item, item_with, link, load, native, package, silent, with,
};

#[test]
fn links_to_the_own_document_are_not_kept() {
    let own = json!({"CFDocumentURI": link("doc")});
    let other = json!({"CFDocumentURI": link("elsewhere")});
    let mut package = package(
        &[item_with("a", &own), item_with("b", &other), item_with("c", &own)],
        &[edge_with("isChildOf", "a", "b", &own), child("c", "b")],
    );
    package["CFDocument"]["CFPackageURI"] = link("doc");
    let framework = load(&package);
    silent(&framework);
    let kept = |id| framework.competency(id).and_then(|one| one.extra("CFDocumentURI"));
    assert!(kept("a").is_none() && kept("c").is_none());
    assert!(kept("b").is_some_and(|link| link.contains("elsewhere")));
    assert_eq!(head(&framework, "CFPackageURI")["identifier"], "doc");
}

#[test]
fn null_is_absent() {
    let nulls = json!({"humanCodingScheme": null, "CFItemType": null, "listEnumeration": null, "subject": null,
        "conceptKeywords": null, "licenseURI": null, "statusEndDate": null, "CFDocumentURI": null, "extensions": null});
    let mut package = package(
        &[item("b"), item_with("a", &nulls)],
        &[edge_with("isChildOf", "a", "b", &json!({"sequenceNumber": null, "notes": null}))],
    );
    for name in ["version", "adoptionStatus", "subject", "frameworkType", "CFPackageURI"] {
        package["CFDocument"][name] = Value::Null;
    }
    for name in ["CFDefinitions", "CFRubrics", "extensions"] {
        package[name] = Value::Null;
    }
    let framework = load(&package);
    silent(&framework);
    let mut same = load(&self::package(&[item("b"), item("a")], &[child("a", "b")]));
    assert_eq!(framework.to_json(), same.to_json());
    package["CFItems"] = json!([null, item("a"), null]);
    package["CFAssociations"] = Value::Null;
    same = load(&self::package(&[item("a")], &[]));
    assert_eq!(load(&package).to_json(), same.to_json());
}

#[test]
fn definitions_without_what_is_required_are_told_and_kept() {
    let definitions = json!({
        "CFConcepts": [{"identifier": "c", "uri": "u", "title": "t", "hierarchyCode": "1", "lastChangeDateTime": "2024-01-01T00:00:00Z"}],
        "CFItemTypes": [{"identifier": "T", "uri": "u", "title": "Standard", "hierarchyCode": null, "lastChangeDateTime": "2024-01-01T00:00:00Z"}],
        "CFLicenses": null});
    let framework = load(&with(package(&[item("a")], &[]), &json!({ "CFDefinitions": definitions })));
    assert_eq!(findings(&framework), [("missing-field", "/CFDefinitions/CFItemTypes/0")]);
    let fields = framework.report().findings()[0].context.get("fields").cloned();
    assert_eq!(fields, Some(Detail::List(vec!["description".to_owned(), "hierarchyCode".to_owned()])));
    assert_eq!(head(&framework, "CFDefinitions"), definitions);
}

#[test]
fn the_type_may_stand_in_the_definitions_only() {
    let definitions = json!({"CFItemTypes": [{"identifier": "AAAAAAAA-0000-0000-0000-000000000001", "uri": "u", "title": "Standard",
        "description": "d", "hierarchyCode": "1", "lastChangeDateTime": "2024-01-01T00:00:00Z"}]});
    let by_link = json!({"CFItemTypeURI": link("aaaaaaaa-0000-0000-0000-000000000001")});
    let items = [item_with("a", &by_link), item_with("b", &with(by_link.clone(), &json!({"CFItemType": "Domain"})))];
    let framework = load(&with(package(&items, &[]), &json!({ "CFDefinitions": definitions })));
    silent(&framework);
    let kinds: Vec<_> = framework.competencies().iter().map(|one| one.kind.as_deref()).collect();
    // the link's own title says `Destination Node` and is no data
    assert_eq!(kinds, [Some("Standard"), Some("Domain")]);
}

#[test]
fn ends_may_be_any_text() {
    let urn = "urn:fdc:example.org:2016:cfr:CCSS-M:MP.5";
    let uri = "local:0a84e0ba-0000-4000-8000-00000000abcd";
    let to = |identifier, uri| json!({"title": "Destination Node", "identifier": identifier, "uri": uri});
    let framework = load(&package(
        &[item("a")],
        &[
            edge_with("exactMatchOf", "a", "x", &json!({"destinationNodeURI": to(urn, urn)})),
            edge_with(
                "exactMatchOf",
                "a",
                "x",
                &json!({"destinationNodeURI": to("0a84e0ba-0000-4000-8000-00000000abcd", uri)}),
            ),
        ],
    ));
    silent(&framework);
    assert_eq!(edges(&framework)[0], ("exact_match_of", "a", urn));
    assert_eq!(edges(&framework)[1].2, "0a84e0ba-0000-4000-8000-00000000abcd");
    let kept = |at: usize| native(&framework)["associations"][at]["extra"]["destinationNodeURI"]["uri"].clone();
    assert_eq!((kept(0), kept(1)), (json!(urn), json!(uri)));
}

#[test]
fn titles_of_links_are_no_data_but_other_fields_are() {
    let typed = json!({"originNodeURI": with(link("a"), &json!({"targetType": "CASE"}))});
    let moved = json!({"originNodeURI": {"identifier": "a", "uri": "https://elsewhere.example.org/a"}});
    let items = [item("a"), item("b"), item("c"), item("d")];
    let framework = load(&package(
        &items,
        &[child("a", "b"), edge_with("isChildOf", "a", "c", &typed), edge_with("isChildOf", "a", "d", &moved)],
    ));
    silent(&framework);
    let associations = &native(&framework)["associations"];
    assert_eq!(associations[0].get("extra"), None);
    assert_eq!(associations[1]["extra"]["originNodeURI"]["targetType"], "CASE");
    assert_eq!(associations[2]["extra"]["originNodeURI"]["uri"], "https://elsewhere.example.org/a");
}

#[test]
fn an_item_that_stands_twice_is_one_with_the_later_values() {
    let id = "abcdef00-0000-4000-8000-000000000001";
    let first = item_with(id, &json!({"notes": "first", "humanCodingScheme": "X.1", "CFItemType": "Standard"}));
    let second = json!({"identifier": id.to_uppercase(), "fullStatement": "Second", "notes": "second", "humanCodingScheme": null});
    let third = json!({"identifier": id, "notes": null, "language": "en"});
    let framework = load(&package(&[first, item("b"), second, third], &[child(id, "b")]));
    assert_eq!(findings(&framework), [("duplicate-id", "/CFItems/2"), ("duplicate-id", "/CFItems/3")]);
    assert_eq!(framework.len(), 2);
    let merged = framework.competency(id).expect("as first written");
    assert_eq!(merged.statement, "Second");
    assert_eq!(merged.code.as_deref(), Some("X.1"));
    assert_eq!(merged.kind.as_deref(), Some("Standard"));
    assert_eq!((merged.extra("notes"), merged.extra("language")), (Some(r#""second""#), Some(r#""en""#)));
}

#[test]
fn codes_are_no_keys() {
    let code = |id| item_with(id, &json!({"humanCodingScheme": "DUP"}));
    let framework = load(&package(&[code("a"), code("b"), item("c")], &[]));
    silent(&framework);
    let codes: Vec<_> = framework.competencies().iter().map(|one| one.code.as_deref()).collect();
    assert_eq!(codes, [Some("DUP"), Some("DUP"), None]);
}

#[test]
fn statements_are_kept_as_written() {
    for statement in [
        "  Trailing \n- *markdown* ",
        "<p>Uses <em>ratios</em> &amp; rates</p>",
        "a\r\nb\t\u{1F600}",
        &"x".repeat(3165),
    ] {
        let framework = load(&package(&[item_with("a", &json!({"fullStatement": statement}))], &[]));
        silent(&framework);
        assert_eq!(framework.competencies()[0].statement, statement);
    }
}

#[test]
fn an_item_without_a_statement_borrows_one() {
    let short = json!({"fullStatement": "", "abbreviatedStatement": "Short", "humanCodingScheme": "C.1"});
    let coded = json!({"fullStatement": null, "humanCodingScheme": "C.2"});
    let framework = load(&package(&[item_with("a", &short), item_with("b", &coded)], &[]));
    assert_eq!(findings(&framework), [("missing-field", "/CFItems/0"), ("missing-field", "/CFItems/1")]);
    let statements: Vec<_> = framework.competencies().iter().map(|one| one.statement.as_str()).collect();
    assert_eq!(statements, ["Short", "C.2"]);
}

#[test]
fn one_value_stands_for_a_list_of_one() {
    let more = json!({"subject": "Math", "educationLevel": "06", "conceptKeywords": "ratio, rate ,",
        "conceptKeywordsURI": [link("k")], "subjectURI": link("s"), "CFItemType": ["Standard"], "humanCodingScheme": 7});
    let mut package = package(&[], &[]);
    package["CFItems"] = item_with("a", &more);
    package["CFAssociations"] = with(child("a", "doc"), &json!({"destinationNodeURI": [link("doc")]}));
    package["CFDocument"]["subject"] = json!("Math");
    let framework = load(&package);
    silent(&framework);
    let one = &framework.competencies()[0];
    assert_eq!((one.kind.as_deref(), one.code.as_deref()), (Some("Standard"), Some("7")));
    assert_eq!(one.extra("subject"), Some(r#"["Math"]"#));
    assert_eq!(one.extra("educationLevel"), Some(r#"["06"]"#));
    assert_eq!(one.extra("conceptKeywords"), Some(r#"["ratio","rate"]"#));
    assert!(one.extra("conceptKeywordsURI").is_some_and(|links| links.starts_with("[{")));
    assert!(one.extra("subjectURI").is_some_and(|links| links.starts_with("[{")));
    assert_eq!(head(&framework, "subject"), json!(["Math"]));
}

#[test]
fn uuids_are_compared_without_regard_to_capitals() {
    let (upper, lower) = ("ABCDEF00-0000-0000-0000-00000000000A", "abcdef00-0000-0000-0000-00000000000b");
    let outside = "FEDCBA00-0000-0000-0000-00000000000C";
    let framework = load(&package(
        &[item(upper), item(lower), item("Name"), item("name")],
        &[
            child(&upper.to_lowercase(), &lower.to_uppercase()),
            edge("isRelatedTo", upper, outside),
            edge("isRelatedTo", &upper.to_lowercase(), &outside.to_lowercase()),
        ],
    ));
    // the second relation is the first one in other capitals; names are no UUIDs
    assert_eq!(findings(&framework), [("duplicate-id", "/CFAssociations/2")]);
    assert_eq!(edges(&framework), [("is_child_of", upper, lower), ("is_related_to", upper, outside)]);
    assert_eq!(framework.len(), 4);
}

#[test]
fn the_package_may_have_an_identifier_of_its_own() {
    let mut package = package(&[item("a"), item("b")], &[child("a", "pack"), child("b", "doc")]);
    package["CFDocument"]["CFPackageURI"] = link("pack");
    let framework = load(&package);
    silent(&framework);
    assert_eq!(framework.id(), Some("doc"));
    assert_eq!(framework.roots(), ["a", "b"]);
}

#[test]
fn documents_may_come_as_a_bare_list() {
    let document = package(&[], &[])["CFDocument"].clone();
    for (text, place) in [
        (json!([document]), "/0/CFItems"),
        (json!({"CFDocuments": [document]}), "/CFDocuments/0/CFItems"),
        (document.clone(), "/CFItems"),
    ] {
        let framework = load(&text);
        assert_eq!(findings(&framework), [("notice", place)]);
        assert_eq!((framework.id(), framework.title(), framework.len()), (Some("doc"), Some("Test"), 0));
    }
    let mut within = package(&[item("a")], &[child("a", "doc")]);
    let plain = load(&within).to_json();
    within["CFDocument"] = json!([document]);
    assert_eq!(load(&within).to_json(), plain);
    assert_eq!(load(&json!([{ "CFPackage": within }])).to_json(), plain);
}

#[test]
fn of_several_documents_the_first_is_read_and_the_others_are_kept() {
    let (first, second) = (package(&[item("a")], &[]), json!({"CFDocument": {"identifier": "other"}}));
    let framework = load(&json!([first, second]));
    assert_eq!(findings(&framework), [("notice", "")]);
    assert_eq!(framework.id(), Some("doc"));
    assert_eq!(head(&framework, "dropped_documents"), json!([second]));
}

#[test]
fn capitals_of_field_names_do_not_matter() {
    let text = r#"{"cfDocument": {"Identifier": "doc", "Title": "Test", "AdoptionStatus": "Draft"},
        "CFITEMS": [{"Identifier": "a", "FullStatement": "A", "HumanCodingScheme": "1"}, {"identifier": "b", "fullStatement": "B"}],
        "cfAssociations": [{"AssociationType": "IsChildOf", "OriginNodeURI": {"Identifier": "a"},
            "DestinationNodeURI": {"Identifier": "b"}, "SequenceNumber": 3}]}"#;
    let framework = Framework::from_case(text).expect("a package");
    silent(&framework);
    assert_eq!((framework.title(), framework.status()), (Some("Test"), Some("Draft")));
    assert_eq!(framework.competencies()[0].code.as_deref(), Some("1"));
    assert_eq!(edges(&framework), [("is_child_of", "a", "b")]);
    assert_eq!(framework.associations()[0].sequence, Some(3));
}

#[test]
fn the_version_of_the_standard_is_never_asked_for() {
    for version in [json!(null), json!("1.0"), json!("1.1"), json!("9.9"), json!(1.1)] {
        let mut package = package(&[item("a")], &[]);
        package["CFDocument"]["caseVersion"] = version;
        silent(&load(&package));
    }
}

#[test]
fn everything_else_is_kept_under_its_own_name() {
    let more =
        json!({"notes": "n", "licenseURI": {"z": 1, "a": [1.50, "é"]}, "extensions": {"x": null}, "language": "en"});
    let mut package = package(&[item_with("a", &more), item("b")], &[edge_with("isPartOf", "a", "b", &more)]);
    package["CFDocument"]["publisher"] = json!("P");
    package["extensions"] = json!({"vendor": true});
    let framework = load(&package);
    silent(&framework);
    let one = framework.competency("a").expect("the item");
    assert_eq!(one.extra("licenseURI"), Some(r#"{"a":[1.5,"é"],"z":1}"#));
    assert_eq!(one.extra("extensions"), Some(r#"{"x":null}"#));
    assert_eq!(one.extra("uri"), Some(r#""https://case.example.org/CFItems/a""#));
    assert_eq!(native(&framework)["associations"][0]["extra"], more);
    assert_eq!(head(&framework, "creator"), "Us");
    assert_eq!(head(&framework, "publisher"), "P");
    assert_eq!(head(&framework, "CFPackage"), json!({"extensions": {"vendor": true}}));
}

#[test]
fn a_field_of_the_wrong_type_is_told_and_kept() {
    let framework = load(&package(
        &[item_with("a", &json!({"CFItemType": {"title": "T"}})), item("b")],
        &[
            edge_with("isChildOf", "a", "b", &json!({"sequenceNumber": 1.5})),
            edge_with("precedes", "a", "b", &json!({"sequenceNumber": "2"})),
            edge_with("isRelatedTo", "a", "b", &json!({"sequenceNumber": "second"})),
        ],
    ));
    assert_eq!(
        findings(&framework),
        [
            ("invalid-value", "/CFItems/0/CFItemType"),
            ("invalid-value", "/CFAssociations/0/sequenceNumber"),
            ("invalid-value", "/CFAssociations/2/sequenceNumber"),
        ]
    );
    assert_eq!(framework.competency("a").and_then(|one| one.extra("CFItemType")), Some(r#"{"title":"T"}"#));
    let sequences: Vec<_> = framework.associations().iter().map(|edge| edge.sequence).collect();
    assert_eq!(sequences, [None, Some(2), None]);
    assert_eq!(native(&framework)["associations"][2]["extra"], json!({"sequenceNumber": "second"}));
}

#[test]
fn identifiers_may_be_taken_from_uris() {
    let uuid = "10000000-0000-0000-0000-000000000001";
    let uri = format!("https://case.example.org/CFItems/{uuid}");
    let by_uri = json!({"uri": uri, "fullStatement": "A"});
    let package = package(
        &[by_uri, item("b"), json!({"fullStatement": "nameless"}), json!(17)],
        &[
            edge_with("isChildOf", "x", "b", &json!({"originNodeURI": {"uri": uri}})),
            edge_with("isRelatedTo", "b", "x", &json!({"destinationNodeURI": uri})),
        ],
    );
    let framework = load(&package);
    assert_eq!(
        findings(&framework),
        [
            ("missing-field", "/CFItems/0"),
            ("missing-field", "/CFItems/2"),
            ("invalid-value", "/CFItems/3"),
            ("missing-field", "/CFAssociations/0/originNodeURI"),
            ("invalid-value", "/CFAssociations/1/destinationNodeURI"),
        ]
    );
    assert_eq!(edges(&framework), [("is_child_of", uuid, "b"), ("is_related_to", "b", uuid)]);
    assert_eq!(head(&framework, "dropped_items"), json!([{"fullStatement": "nameless"}, 17]));
}
