//! The JSON Schema of the corpus is made from the types that read it; `LRM_BLESS=1` writes it anew.

use std::fs;
use std::path::Path;

use lrm_tests::corpus::{Corpus, files, folder};

/// The schema as the types have it, and as it stands in the repository.
#[test]
fn the_schema_is_that_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus.schema.json");
    let schema = schemars::schema_for!(Corpus);
    let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    if std::env::var("LRM_BLESS").is_ok() {
        fs::write(&file, &text).expect("a file that can be written");
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "{} is out of date: run the test with LRM_BLESS=1", file.display());
}

/// Every file is in the format, and every case has a name of its own and something to compare.
#[test]
fn every_file_is_in_the_format() {
    let mut names = std::collections::BTreeSet::new();
    for file in files(&folder()).expect("the corpus") {
        let text = fs::read_to_string(&file).expect("a file");
        let corpus: Corpus = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(!corpus.cases.is_empty(), "{} has no cases", file.display());
        for case in corpus.cases {
            let name = format!("{}::{}", corpus.topic, case.id);
            let compares = case.expect.is_some() || case.expect_error.is_some() || case.expect_findings.is_some();
            let of_log = [
                case.expect_states.is_some(),
                case.expect_entries.is_some(),
                case.expect_pending.is_some(),
                case.expect_scope_at.is_some(),
                case.expect_history.is_some(),
                case.expect_goals.is_some(),
                case.expect_frontier.is_some(),
                case.expect_path.is_some(),
                case.erase.is_some(),
                case.expect_hash.is_some(),
                case.expect_hash_at.is_some(),
                case.expect_due.is_some(),
            ];
            let of_policy = [
                case.expect_trace.is_some(),
                case.expect_refused.is_some(),
                case.expect_words.is_some(),
                case.expect_simulation.is_some(),
            ];
            let of_engine = [
                case.expect_self_ratings.is_some(),
                case.expect_programmes.is_some(),
                case.expect_award.is_some(),
                case.expect_least_evidence.is_some(),
                case.expect_recovery_plan.is_some(),
            ];
            let compares = compares || of_log.contains(&true) || of_engine.contains(&true);
            let of_calendar =
                [case.expect_pace.is_some(), case.expect_deadlines.is_some(), case.expect_local.is_some()];
            let of_calendar = of_calendar.contains(&true);
            assert!(case.calendar.is_some() || !of_calendar, "{name} asks for a calendar and has none");
            let compares = compares || of_calendar;
            let compares = compares || of_policy.contains(&true);
            let elsewhere = case.layers.is_some() || case.ready_made.is_some();
            assert!(elsewhere == case.policy.is_null(), "{name} has a policy, layers or a ready-made one");
            let asks = case.records.is_some() || case.expect_simulation.is_some() || case.framework_b.is_some();
            assert!(case.policy_b.is_some() || !asks, "{name} asks for a simulation and has no other policy");
            let either = |one: bool, other: bool| assert!(one != other, "{name} expects an answer or an error");
            case.erase.iter().for_each(|erase| either(erase.expect.is_some(), erase.expect_error.is_some()));
            case.expect_due.iter().for_each(|due| either(due.due.is_some(), due.expect_error.is_some()));
            case.expect_path.iter().for_each(|path| either(path.steps.is_some(), path.expect_error.is_some()));
            case.expect_award.iter().for_each(|award| either(award.evidence.is_some(), award.error.is_some()));
            case.expect_least_evidence
                .iter()
                .flatten()
                .for_each(|least| either(least.reached.is_some(), least.error.is_some()));
            for plan in case.expect_recovery_plan.iter().flatten() {
                either(plan.unmet.is_some() || plan.steps.is_some(), plan.error.is_some());
                assert!(plan.paths.is_none() || plan.error.is_some(), "{name} expects places without an error");
            }
            assert!(compares, "{name} expects nothing");
            assert!(case.expect_error.is_none() || case.expect.is_none(), "{name} expects results and an error");
            let of_log = case.known_at.is_some() || of_log.contains(&true);
            assert!(case.events.is_some() || !of_log, "{name} asks for a log and has no events");
            assert!(case.events.is_none() || case.evidence.is_empty(), "{name} has evidence and events");
            assert!(names.insert(name.clone()), "{name} stands twice");
        }
    }
    assert!(names.len() > 2000, "only {} cases", names.len());
}

/// A field that the format does not know is refused, in the schema and in the types.
#[test]
fn unknown_fields_are_refused() {
    let schema = serde_json::to_value(schemars::schema_for!(Corpus)).expect("JSON");
    assert_eq!(schema["additionalProperties"], false);
    let kinds = [
        "Case",
        "Erase",
        "Expected",
        "ExpectedAward",
        "ExpectedChange",
        "ExpectedDue",
        "ExpectedError",
        "ExpectedFault",
        "ExpectedFrontier",
        "ExpectedGoals",
        "ExpectedHash",
        "ExpectedHistory",
        "ExpectedLeast",
        "ExpectedPath",
        "ExpectedProgramme",
        "ExpectedRecovery",
        "ExpectedRefusal",
        "ExpectedScope",
        "ExpectedStep",
        "LocalCutoff",
        "LocalInstant",
        "SchoolDays",
        "ExpectedTarget",
        "ExpectedTrace",
    ];
    for kind in kinds {
        assert_eq!(schema["$defs"][kind]["additionalProperties"], false, "{kind}");
    }
    let text = r#"{"format": "lrm-corpus/1", "topic": "t", "cases": [{"id": "a", "policy": {}, "expected": {}}]}"#;
    assert!(serde_json::from_str::<Corpus>(text).is_err());
}
