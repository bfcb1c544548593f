//! A better score is never worse, where a rule promises that; and what a single child passes up.
//!
//! Not monotone, each by what it is: `mode` (a raised score may break up the most frequent value), `n_mastery` (a score that
//! reaches the cut enters the mean of those that do), `power_law` and `linear_trend` (a better beginning makes the trend flatter).
//! `share_met` neither: `highest` may select an older item for its better score, and what is stale is not met.

use lrm_core::{Engine, Instant, LearnerRecord, Value};
use lrm_tests::corpus::Case;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::draw::{Draw, Says, draws, estimate};
use crate::plan::case;
use crate::support::{config, evaluated, shown};

const ESTIMATORS: [&str; 8] =
    ["highest", "lowest", "mean", "median", "latest", "top_n_mean", "latest_vs_mean", "exponential"];
const ROLLUPS: [&str; 7] = ["unique_leaves", "children_mean", "lowest", "highest", "median", "sum", "pooled"];

/// Replaces a section by one that is monotone, if it is not.
fn restrict(section: &mut Option<Json>, monotone: &[&str], otherwise: &str) {
    if let Some(given) = section {
        let method = given["method"].as_str().unwrap_or(otherwise);
        if !monotone.contains(&method) {
            *given = json!({ "method": otherwise });
        }
    }
}

/// A draw whose rules are all monotone and whose items have ids of their own, so that no tie depends on a score.
fn monotone(mut draw: Draw) -> Draw {
    for sections in std::iter::once(&mut draw.sections).chain(draw.rules.iter_mut().map(|rule| &mut rule.sections)) {
        restrict(&mut sections.estimate, &ESTIMATORS, "mean");
        restrict(&mut sections.rollup, &ROLLUPS, "children_mean");
    }
    for (place, item) in (0..).zip(&mut draw.items) {
        item.id = Some(place);
        item.fault = None;
    }
    draw
}

/// The same draw with one score raised.
fn raised(draw: &Draw, place: usize, by: u8) -> Option<Draw> {
    let mut raised = draw.clone();
    let count = raised.items.len();
    let says = &mut raised.items.get_mut(place % count.max(1))?.says;
    *says = match *says {
        // whole steps of a third of the scale keep the order of parts
        Says::Score(part) => Says::Score(part.saturating_add(by).min(16)),
        Says::ScoreOutOf(score, possible) => Says::ScoreOutOf(score.saturating_add(by), possible),
        Says::Passed(_) => Says::Passed(true),
        Says::Level(_) | Says::Absence(_) | Says::Nothing => return None,
    };
    Some(raised)
}

/// The score of an item without `possible`.
fn score(case: &Case, id: &str) -> Option<f64> {
    let item = case.evidence.iter().find(|item| item["id"] == id)?;
    item["score"].as_f64()
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn a_better_score_is_never_worse(draw in draws().prop_map(monotone), place in any::<usize>(), by in 1..9_u8) {
        let Some(better) = raised(&draw, place, by) else { return Ok(()) };
        let (before, after) = (case(&draw), case(&better));
        // the parts of a scale are thirds and sixteenths, so a greater part may be a smaller score
        let id = format!("e{}", place % draw.items.len());
        prop_assume!(score(&before, &id) <= score(&after, &id));
        let (Ok((_, _, one)), Ok((_, _, other))) = (evaluated(&before), evaluated(&after)) else { return Ok(()) };
        // a score beyond what is possible may become an error of the item, which is no raise
        prop_assume!(one.report().len() == other.report().len());
        for (one, other) in one.iter().zip(other.iter()) {
            prop_assert_eq!(one.value.is_some(), other.value.is_some());
            prop_assert!(one.value <= other.value, "{one} then {other}\n{}\n{}", shown(&before), shown(&after));
        }
    }

    #[test]
    fn a_single_child_passes_through(
        scores in proptest::collection::vec((0..5_i32, 0..6_i64), 0..8),
        estimate in estimate(),
        rollup in proptest::sample::select(vec![
            "unique_leaves", "children_mean", "lowest", "highest", "median", "mode", "sum", "pooled",
        ]),
        depth in 1..5_usize,
    ) {
        // with `pooled` the rounding of a leaf does not reach the node, so there is none here
        let ids = ["leaf", "b", "c", "d", "e"];
        let competencies: Vec<Json> = ids[..=depth].iter().map(|id| json!({"id": id, "statement": id})).collect();
        let edge = |pair: &[&str]| json!({"type": "is_child_of", "from": pair[0], "to": pair[1], "weight": 1});
        let edges: Vec<Json> = ids[..=depth].windows(2).map(edge).collect();
        let engine = Engine::from_json(
            json!({"competencies": competencies, "associations": edges}).to_string(),
            json!({"scale": {"max": 4, "proficient": 3}, "estimate": estimate, "rollup": {"method": rollup}}).to_string(),
        ).expect("an engine");
        let item = |(score, day): &(i32, i64)| {
            let at = Instant::from_micros(day * 86_400_000_000).expect("an instant");
            json!({"competency": "leaf", "score": score, "observed_at": at.to_string()})
        };
        let record = Json::Array(scores.iter().map(item).collect()).to_string();
        let record = LearnerRecord::from_json(record).expect("a list of items");
        let state = engine.evaluate(&record, Instant::from_micros(1 << 50).expect("an instant")).expect("a state");
        let leaf = state.mastery("leaf").expect("the leaf");
        for id in &ids[1..=depth] {
            let above = state.mastery(id).expect("a node above");
            prop_assert_eq!(above.value, leaf.value);
            prop_assert_eq!(&above.level, &leaf.level);
            prop_assert_eq!(above.newest, leaf.newest);
            prop_assert_eq!(above.evidence, leaf.evidence);
            prop_assert_eq!(above.coverage, leaf.coverage);
            // without a value the leaf may be insufficient; the nodes above have nothing to judge by
            if leaf.value.is_some() {
                prop_assert_eq!(above.status, leaf.status);
            }
        }
    }
}

/// The value of scores, oldest first.
fn value(estimate: &Json, scores: &[i32]) -> Option<Value> {
    let policy = json!({"scale": {"max": 10, "proficient": 5}, "estimate": estimate});
    let items = scores.iter().enumerate().map(|(place, score)| {
        json!({"competency": "c", "score": score, "observed_at": format!("2026-01-0{}T00:00:00Z", place + 1)})
    });
    let engine = Engine::from_json(r#"{"competencies": [{"id": "c", "statement": "c"}]}"#, policy.to_string());
    let record = LearnerRecord::from_json(items.collect::<Json>().to_string()).expect("a list of items");
    let as_of = Instant::parse("2026-02-01T00:00:00Z").expect("an instant");
    engine.expect("an engine").evaluate(&record, as_of).expect("a state").mastery("c").expect("a node").value
}

/// Why the other estimators are not on the list.
#[test]
fn some_estimators_may_drop() {
    for (estimate, before, after) in [
        (json!({"method": "mode"}), [1, 9, 9], [1, 9, 10]),
        (json!({"method": "n_mastery", "n": 1}), [4, 10, 10], [5, 10, 10]),
        (json!({"method": "power_law"}), [1, 4, 9], [6, 4, 9]),
        (json!({"method": "linear_trend", "predict": "next"}), [1, 4, 6], [5, 4, 6]),
    ] {
        let tie = json!({"method": "mode", "tie": "lower"});
        let estimate = if estimate["method"] == "mode" { &tie } else { &estimate };
        let (before, after) = (value(estimate, &before), value(estimate, &after));
        assert!(after < before, "{estimate}: {before:?} then {after:?}");
    }
}
