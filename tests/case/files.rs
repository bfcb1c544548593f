//! Whole files, with what is known of them.

use lrm_core::{AssociationType, Code, Framework};

use crate::support::{assert_round_trip, edges, findings, head, native, silent};

fn file(path: &str) -> Framework {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let framework = Framework::from_case(std::fs::read(&path).expect("the file")).expect("a package");
    assert_round_trip(&framework);
    framework
}

fn fixture(name: &str) -> Framework {
    file(&format!("data/case/{name}.json"))
}

/// Items, associations, rubrics, depth, roots.
fn sizes(framework: &Framework) -> [usize; 5] {
    [
        framework.len(),
        framework.associations().len(),
        framework.rubrics().len(),
        framework.depth(),
        framework.roots().len(),
    ]
}

#[test]
fn common_core_mathematics() {
    let framework = file("../examples/data/ccss/ccss-math.json");
    silent(&framework);
    assert_eq!(sizes(&framework), [739, 707 + 388 + 84, 0, 5, 32]);
    let count = |kind| framework.associations().iter().filter(|edge| edge.kind == kind).count();
    assert_eq!(count(AssociationType::IsChildOf), 707);
    assert_eq!(count(AssociationType::Precedes), 388);
    assert_eq!(count(AssociationType::IsRelatedTo), 84);
    assert_eq!(head(&framework, "root_associations").as_array().map(Vec::len), Some(32));
    let coded = |code: &str| {
        let mut found = framework.competencies().iter().filter(|one| one.code.as_deref() == Some(code));
        found.next().expect("the code").id.as_str()
    };
    let in_words = |ids: Vec<&str>| -> Vec<String> {
        ids.into_iter().filter_map(|id| framework.competency(id)?.code.clone()).collect()
    };
    assert_eq!(in_words(framework.children(coded("3.NF.A"))), ["3.NF.A.1", "3.NF.A.2", "3.NF.A.3"]);
    assert_eq!(in_words(framework.parents(coded("3.NF.A.1"))), ["3.NF.A"]);
    let unit = framework.competency(coded("3.NF.A.1")).expect("the standard");
    assert_eq!(unit.kind.as_deref(), Some("Standard"));
    assert_eq!(unit.extra("educationLevel"), Some(r#"["03"]"#));
}

#[test]
fn opensalt_markdown() {
    let framework = fixture("opensalt_MarkdownFramework");
    silent(&framework);
    assert_eq!(sizes(&framework), [2, 0, 0, 1, 2]);
    assert!(
        framework.competencies()[0].statement.starts_with("This contains a _table_ in markdown:\r\n\r\n| Column 1")
    );
}

#[test]
fn opensalt_sequence_numbers() {
    let framework = fixture("opensalt_SequenceNumberFramework");
    silent(&framework);
    assert_eq!(sizes(&framework), [2, 0, 0, 1, 2]);
    let roots = head(&framework, "root_associations");
    let numbers: Vec<_> = roots.as_array().expect("a list").iter().map(|edge| edge["sequenceNumber"].clone()).collect();
    assert_eq!(numbers, [2, 1]);
}

#[test]
fn opensalt_levels() {
    let framework = fixture("opensalt_SmartLevelFramework");
    silent(&framework);
    assert_eq!(sizes(&framework), [14, 12, 0, 2, 2]);
    assert!(framework.associations().iter().all(|edge| edge.sequence.is_none()));
}

#[test]
fn opensalt_unicode() {
    let framework = fixture("opensalt_Utf8TestFramework");
    silent(&framework);
    assert_eq!(sizes(&framework), [1, 0, 0, 1, 1]);
    assert_eq!(framework.title(), Some("UTF8 𝑑 Test"));
    assert_eq!(framework.competencies()[0].statement, "Item 𝑑 1");
}

#[test]
fn opencase_with_rubrics() {
    let framework = fixture("compeito_opencase_round_trip_baseline");
    assert_eq!(sizes(&framework), [36, 31, 2, 3, 5]);
    assert_eq!(framework.report().counts(), [(Code::MissingField, 8)]);
    assert!(findings(&framework).iter().all(|(_, path)| path.starts_with("/CFDefinitions/")));
    assert_eq!(framework.version(), Some("2.0"));
    assert_eq!(framework.status(), Some("Adopted"));
    assert_eq!(head(&framework, "publisher"), "池之端大学");
    assert_eq!(head(&framework, "officialSourceURL"), serde_json::Value::Null);

    let rubric = &framework.rubrics()[0];
    assert_eq!(rubric.title.as_deref(), Some("プログラミング基礎 評価ルーブリック"));
    let weights: Vec<String> = rubric.criteria.iter().map(|row| row.weight.value().to_string()).collect();
    assert_eq!(weights, ["0.3", "0.2", "0.2", "0.3"]);
    let row = &rubric.criteria[0];
    assert_eq!(row.competency.as_deref(), Some("10000000-0000-0000-0000-000000000021"));
    assert_eq!(row.description.as_deref(), Some("プログラムの正確性"));
    let levels: Vec<_> = row.levels.iter().map(|level| (level.level.as_deref(), level.score)).collect();
    let expected = [("Excellent", 4), ("Good", 3), ("Adequate", 2), ("Needs Improvement", 1)];
    assert_eq!(levels, expected.map(|(word, score)| (Some(word), Some(score.into()))));
    let kept = &native(&framework)["rubrics"][0]["criteria"][0];
    assert_eq!(kept["extra"]["category"], "コード品質");
    assert_eq!(kept["levels"][0]["extra"]["feedback"], "仕様通りの動作を確認できている");
}

#[test]
fn synthetic_quirks() {
    let framework = fixture("synthetic_quirks");
    assert_eq!(sizes(&framework), [13, 20, 0, 2, 5]);
    let id = |tail: u32| format!("00000000-0000-4000-8000-{tail:012}");
    assert_eq!(
        findings(&framework),
        [
            ("duplicate-id", "/CFItems/13"),
            ("dangling-reference", "/CFAssociations/6"),
            ("duplicate-id", "/CFAssociations/13"),
            ("self-loop", "/CFAssociations/14"),
            ("cycle", "/CFAssociations/8"),
            ("cycle", "/CFAssociations/16"),
            ("notice", "/CFItems/5"),
        ]
    );
    assert_eq!(framework.parents(&id(14)), [id(10), id(13)]);
    assert_eq!(framework.children(&id(10)), [id(11), id(14), id(12)]);
    assert_eq!(framework.roots(), [id(10), id(13), id(15), id(16), id(18)]);
    assert_eq!(framework.competency(&id(11)).expect("the item").statement, "duplicate identifier, different text");
    let outside = edges(&framework).into_iter().filter(|(_, _, to)| framework.competency(to).is_none());
    let outside: Vec<_> = outside.map(|(kind, _, to)| (kind, to.to_owned())).collect();
    assert_eq!(
        outside,
        [
            ("exact_match_of", "urn:x:ccss:6.RP.A.1".to_owned()),
            ("is_related_to", id(998)),
            ("is_translation_of", id(997)),
            ("replaced_by", id(996)),
            ("exemplar", "https://example.org/video".to_owned()),
        ]
    );
    assert_eq!(head(&framework, "dropped_associations").as_array().map(Vec::len), Some(5));
}

#[test]
fn a_wrapper_changes_nothing_but_the_places() {
    let (bare, wrapped) = (fixture("synthetic_quirks"), fixture("synthetic_quirks_wrapped"));
    assert_eq!(bare.to_json(), wrapped.to_json());
    let places = findings(&bare).into_iter().map(|(code, path)| (code, format!("/CFPackage{path}")));
    let wrapped: Vec<_> = findings(&wrapped).into_iter().map(|(code, path)| (code, path.to_owned())).collect();
    assert_eq!(places.collect::<Vec<_>>(), wrapped);
}
