//! Records of a million items.

use lrm_core::{Engine, Evidence, Instant, LearnerRecord};

use crate::support::in_time;

const MILLION: usize = 1_000_000;

fn engine(estimate: &str) -> Engine {
    Engine::from_json(
        r#"{"competencies": [{"id": "c", "statement": ""}]}"#,
        format!(r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "{estimate}"}}}}"#),
    )
    .expect("an engine")
}

fn evaluated(items: impl Iterator<Item = Evidence>, estimate: &str) -> String {
    let record = in_time(|| LearnerRecord::from_events(items)).expect("a record");
    assert_eq!(record.len(), MILLION);
    let state = in_time(|| engine(estimate).evaluate(&record, Instant::EPOCH)).expect("a state");
    state.mastery("c").expect("a node").to_string()
}

#[test]
fn a_million_items_at_different_times() {
    let item = |at: i64| {
        let at = Instant::from_micros(-at).expect("an instant");
        Evidence::scored("c", 3).observed_at(at)
    };
    let found = evaluated((0..).take(MILLION).map(item), "linear_trend");
    assert_eq!(found, "c: 3 (proficient), met, evidence 1000000, coverage 1 of 1");
}

#[test]
fn a_million_items_that_all_tie() {
    let found = evaluated(std::iter::repeat_n(Evidence::scored("c", 3), MILLION), "latest");
    assert_eq!(found, "c: 3 (proficient), met, evidence 1000000, coverage 1 of 1");
}

#[test]
fn a_million_items_of_one_id() {
    let item = |place: i64| Evidence::scored("c", 3).id("e").context(place.to_string());
    let found = evaluated((0..).take(MILLION).map(item), "latest");
    assert_eq!(found, "c: 3 (proficient), met, evidence 1, coverage 1 of 1");
}

#[test]
fn a_million_bad_items_are_a_million_findings() {
    let text = format!("[{}1]", "1,".repeat(MILLION - 1));
    let record = in_time(|| LearnerRecord::from_json(text)).expect("a record");
    let state = in_time(|| engine("latest").evaluate(&record, Instant::EPOCH)).expect("a state");
    assert_eq!(state.report().len(), MILLION);
    assert!(in_time(|| record.to_json()).len() >= 2 * MILLION);
}

#[test]
fn an_item_of_very_many_unknown_fields() {
    let fields: Vec<String> = (0..300_000).map(|field| format!("\"x{field}\":{field}")).collect();
    let text = format!(r#"{{"competency": "c", "score": 3, {}}}"#, fields.join(","));
    let item = in_time(|| Evidence::from_json(&text)).expect("an item");
    assert!(in_time(|| item.to_json()).len() > text.len() / 2);
}

#[test]
fn an_item_of_very_many_unknown_fields_that_come_before_as_many_kept_ones() {
    let fields = |start: &str| -> String {
        (0..300_000).map(|field| format!("\"{start}{field}\":{field}")).collect::<Vec<_>>().join(",")
    };
    let text = format!(r#"{{"competency": "c", "score": 3, {}, "extra": {{{}}}}}"#, fields("x"), fields("y"));
    let item = in_time(|| Evidence::from_json(&text)).expect("an item");
    assert_eq!(item.extra("x299999"), Some("299999"));
    assert_eq!(item.extra("y0"), Some("0"));
}
