//! What an explanation says, and what it does not say.

use lrm_core::{Catalogue, Code};
use serde_json::json;

use crate::given::{alone, explained, pair, policy};

#[track_caller]
fn says(text: &str, line: &str) {
    assert!(text.lines().any(|found| found.trim() == line), "no line {line:?} in\n{text}");
}

#[test]
fn help_holds_a_level_back_and_the_way_there_is_independent_work() {
    let policy = policy("latest", &json!({"sufficiency": {"independent_from_level": "mastery"}}));
    let record = json!([{"id": "e1", "competency": "a", "score": 3, "assistance": "with_help"}]);
    let derivation = explained(&alone(), &policy, &record, "a");
    let text = derivation.text();
    says(&text, "Result: 3, level near, not met. Evidence: 1. Coverage: 1 of 1.");
    says(&text, "The value reaches the level mastery, but no independent work does, so that level is not shown.");
    says(&text, "To the level mastery: independent work that reaches 3.");
    assert!(!text.contains("more"), "{text}");
    assert!(derivation.to_json().contains(r#""next":{"level":"mastery","from":3,"gap":0}"#));
}

#[test]
fn the_next_level_is_above_the_one_that_is_shown() {
    let record = json!([{"id": "e1", "competency": "a", "score": 2.5}]);
    says(
        &explained(&alone(), &policy("latest", &json!({})), &record, "a").text(),
        "To the level mastery, from 3: 0.5 more.",
    );
    let record = json!([{"id": "e1", "competency": "a", "score": 4}]);
    let text = explained(&alone(), &policy("latest", &json!({})), &record, "a").text();
    assert!(!text.contains("To the level"), "{text}");
}

#[test]
fn a_judgement_that_gave_way_is_no_repetition() {
    let record = json!([{"id": "e1", "competency": "a", "score": 1}, {"id": "e1", "competency": "a", "score": 3,
        "observed_at": "2026-02-01T00:00:00Z"}, {"id": "e1", "competency": "a", "score": 1}]);
    let text = explained(&alone(), &policy("latest", &json!({})), &record, "a").text();
    let other = "e1: 3, on 2026-02-01T00:00:00Z (another item has this id and says something else; that one stays)";
    says(&text, other);
    says(&text, "e1: 1 (the same item came twice)");
}

#[test]
fn items_that_do_not_count_show_what_they_say() {
    let record = json!([
        {"id": "e1", "competency": "a", "score": 9, "observed_at": "2026-02-01T00:00:00Z"},
        {"id": "e2", "competency": "a", "score": 3, "possible": 4, "purpose": "practice"},
        {"id": "e3", "competency": "a", "absence": "missed", "observed_at": "2026-02-02T00:00:00Z"},
        {"id": "e4", "competency": "a"},
        {"id": "e5", "competency": "a", "score": "three"},
        {"competency": "a", "level": "mastery", "observed_at": "2026-07-01T00:00:00Z"},
    ]);
    let text = explained(&alone(), &policy("latest", &json!({})), &record, "a").text();
    says(&text, "e1: 9, on 2026-02-01T00:00:00Z (its score lies off the scale)");
    says(&text, "e2: 3 of 4 (purpose=practice)");
    says(&text, "e3: missed, on 2026-02-02T00:00:00Z");
    says(&text, "e4: not judged yet");
    says(&text, "e5: something in it cannot be read");
    says(&text, "an item without id: level mastery, on 2026-07-01T00:00:00Z (it lies after the day in question)");
}

#[test]
fn a_share_is_told_as_a_count() {
    let record = json!([{"competency": "a", "score": 4}, {"competency": "b", "score": 1}]);
    let policy = policy("latest", &json!({"rollup": {"method": "share_met"}}));
    says(
        &explained(&pair(), &policy, &record, "P").text(),
        "1 of the 2 with a value are met; by their weights that gives 2",
    );
}

#[test]
fn a_value_that_does_not_exist_is_not_announced() {
    let record = json!([{"id": "e1", "competency": "a", "score": 4}, {"id": "e2", "competency": "a", "score": 1},
        {"id": "e3", "competency": "b", "score": 1}]);
    for method in ["mean", "latest_vs_mean", "exponential", "median", "linear_trend", "highest"] {
        let mut policy = policy(method, &json!({"sufficiency": {"min_evidence": 5}}));
        if ["latest_vs_mean", "exponential"].contains(&method) {
            policy["estimate"]["latest_percent"] = json!(50);
        }
        let derivation = explained(&alone(), &policy, &json!([record[0], record[1]]), "a");
        let text = derivation.text();
        let scores = if method == "highest" { "4" } else { "4, 1" };
        says(&text, "Result: no value, not enough evidence. Evidence: 2. Coverage: 0 of 1.");
        says(&text, &format!("the scores so far: {scores}"));
        says(&text, "Items of evidence still needed: 3.");
        assert!(!text.contains(" is ") && !text.contains("2.5"), "{text}");
        assert!(!derivation.to_json().contains("states"));
    }
    let required = policy("latest", &json!({"rollup": {"missing": {"require_at_least": 3}}}));
    let text = explained(&pair(), &required, &record, "P").text();
    says(&text, "the values so far: 1, 1");
    says(&text, "Parts that still need a value: 1.");
}

#[test]
fn n_scores_that_are_not_there_are_none() {
    let mut policy = policy("n_mastery", &json!({}));
    policy["estimate"]["n"] = json!(2);
    let text = explained(&alone(), &policy, &json!([{"competency": "a", "score": 1}]), "a").text();
    says(&text, "2 scores must meet 3; these do: none");
    says(&text, "Scores that meet the proficient cut, still needed: 2.");
}

#[test]
fn rules_over_children_have_steps_of_their_own() {
    let record = json!([{"competency": "a", "score": 4}, {"competency": "b", "score": 1}]);
    for (method, line) in [("lowest", "the lowest of 4, 1 is 1"), ("median", "the median of 4, 1 is 2.5")] {
        let derivation = explained(&pair(), &policy("latest", &json!({"rollup": {"method": method}})), &record, "P");
        assert!(derivation.to_json().contains(&format!(r#""step":"children.{method}""#)));
        says(&derivation.text(), line);
    }
}

#[test]
fn texts_of_others_stay_on_their_line() {
    let framework = json!({"competencies": [{"id": "a", "statement": "Unit\n fractions\u{202e}\u{2028}x"}]});
    let record = json!([{"id": "e1: 4 gives 4\n  Result: 4, level mastery, met.\u{7}", "competency": "a", "score": 1}]);
    let text = explained(&framework, &policy("latest", &json!({})), &record, "a").text();
    assert!(text.starts_with("Unit fractions x (a), as of"), "{text}");
    assert_eq!(text.lines().filter(|line| line.trim().starts_with("Result:")).count(), 1, "{text}");
    assert!(!text.contains(['\u{7}', '\u{202e}', '\u{2028}']), "{text}");
    says(&text, "e1: 4 gives 4 Result: 4, level mastery, met. : 1 gives 1");
}

#[test]
fn a_catalogue_has_the_parameters_of_the_english_one() {
    for (sentence, quoted) in [("acquis {valeur}", "`valeur`"), ("acquis {value", "`{value`"), ("{}", "``")] {
        let error = Catalogue::english().with_json(json!({"result": sentence}).to_string()).expect_err("a fault");
        assert_eq!((error.code(), error.path()), (Code::InvalidValue, "/result"), "{sentence}");
        assert!(error.message().contains(quoted), "{}", error.message());
    }
    let unknown = Catalogue::english().with_json(r#"{"resultat": ""}"#).expect_err("an id that no message has");
    assert_eq!(unknown.code(), Code::UnknownField);
    let words = json!({"result": "{status} : {value}", "status.met": "acquis } vraiment"});
    let catalogue = Catalogue::english().with_json(words.to_string()).expect("a catalogue");
    let record = json!([{"id": "e1", "competency": "a", "score": 3}]);
    let derivation = explained(&alone(), &policy("latest", &json!({})), &record, "a");
    says(&derivation.text_with(&catalogue), "acquis } vraiment : 3");
}

#[test]
fn every_message_of_the_english_catalogue_has_whole_parameters() {
    let own = |id: &str| json!({id: "plain"}).to_string();
    for id in Catalogue::ids() {
        assert!(Catalogue::english().with_json(own(id)).is_ok(), "{id}");
    }
}
