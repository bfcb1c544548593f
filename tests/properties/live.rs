//! A warm learner is always where an evaluation of the whole record would be, and a question changes nothing.

use lrm_core::{Evidence, Instant, LearnerRecord, Mastery, Options};
use lrm_tests::corpus::Case;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plan::{INSTANTS, cases};
use crate::support::{config, engine, evaluated, options, record, results, shown};

pub(crate) fn instant(place: usize) -> Instant {
    Instant::parse(INSTANTS[place]).expect("an instant")
}

pub(crate) fn record_of(items: &[Value]) -> LearnerRecord {
    LearnerRecord::from_json(Value::Array(items.to_vec()).to_string()).expect("a list of items")
}

/// The masteries that differ, as JSON.
fn differences(before: impl Iterator<Item = Mastery>, after: impl Iterator<Item = Mastery>) -> Vec<(String, String)> {
    before.zip(after).filter(|(one, other)| one != other).map(|(one, other)| (one.to_json(), other.to_json())).collect()
}

/// Items and instants one by one, compared with an evaluation after every step. An item that is refused leaves no trace.
pub(crate) fn step_by_step(case: &Case, clock: &[usize], options: &Options) -> Result<(), TestCaseError> {
    let Ok(engine) = engine(case) else { return Ok(()) };
    let mut instants: Vec<Instant> = clock.iter().map(|place| instant(*place)).collect();
    instants.sort_unstable();
    let first = instants.first().copied().unwrap_or(Instant::EPOCH);
    let Ok(mut live) = engine.start_with(&LearnerRecord::default(), first, options) else { return Ok(()) };
    let mut taken: Vec<Value> = Vec::new();
    for (step, item) in case.evidence.iter().enumerate() {
        let at = instants.get(step * instants.len() / case.evidence.len()).copied().unwrap_or(first);
        let before = live.state();
        let mut with_item = taken.clone();
        with_item.push(item.clone());
        let expected = engine.evaluate_with(&record_of(&with_item), at, options);
        match (live.apply_json(item.to_string(), at), expected) {
            (Ok(changed), Ok(expected)) => {
                taken = with_item;
                prop_assert_eq!(live.to_json(), expected.to_json(), "step {} of {}", step, shown(case));
                let changed: Vec<String> = changed.iter().map(Mastery::to_json).collect();
                let after: Vec<String> =
                    differences(before.iter(), expected.iter()).into_iter().map(|(_, after)| after).collect();
                prop_assert_eq!(changed, after, "changes of step {} of {}", step, shown(case));
            }
            (Err(error), Err(expected)) => {
                prop_assert_eq!(error.code(), expected.code());
                prop_assert_eq!(live.to_json(), before.to_json(), "refused step {} of {}", step, shown(case));
            }
            (found, expected) => {
                let expected = expected.map(|state| state.to_json());
                prop_assert!(false, "{found:?}\n{expected:?}\nstep {step} of {}", shown(case));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn every_step_equals_an_evaluation(case in cases(), clock in proptest::collection::vec(0..12_usize, 1..6)) {
        step_by_step(&case, &clock, &options(&case))?;
        step_by_step(&case, &clock, &options(&case).strict())?;
    }

    #[test]
    fn advancing_equals_an_evaluation_later(case in cases(), clock in proptest::collection::vec(0..12_usize, 1..6)) {
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let mut instants: Vec<Instant> = clock.iter().map(|place| instant(*place)).collect();
        instants.sort_unstable();
        let first = instants.first().copied().expect("an instant");
        let Ok(mut live) = engine.start_with(&record(&case), first, &options(&case)) else { return Ok(()) };
        for at in instants {
            let before = live.state();
            match (live.advance(at), engine.evaluate_with(&record(&case), at, &options(&case))) {
                (Ok(changed), Ok(later)) => {
                    prop_assert_eq!(live.to_json(), later.to_json(), "{} of {}", at, shown(&case));
                    prop_assert_eq!(changed.len(), differences(before.iter(), later.iter()).len());
                }
                (Err(found), Err(expected)) => {
                    prop_assert_eq!(found.code(), expected.code());
                    prop_assert_eq!(live.to_json(), before.to_json());
                }
                (found, expected) => prop_assert!(false, "{found:?}\n{expected:?}"),
            }
            let earlier = Instant::from_micros(live.as_of().micros() - 1);
            if let Ok(earlier) = earlier {
                let code = live.advance(earlier).expect_err("back in time").code();
                prop_assert_eq!(code.as_str(), "clock-moved-back");
            }
        }
    }

    #[test]
    fn what_if_is_the_difference(case in cases(), cut in 0..31_usize) {
        what_if(&case, cut)?;
    }
}

/// What would be if the items from a place on came, compared with an evaluation of all.
pub(crate) fn what_if(case: &Case, cut: usize) -> Result<(), TestCaseError> {
    let Ok((engine, _, after)) = evaluated(case) else { return Ok(()) };
    let (known, new) = case.evidence.split_at(cut.min(case.evidence.len()));
    // what cannot be read is no item to ask about
    let new: Vec<Evidence> = new.iter().filter_map(|item| Evidence::from_json(item.to_string()).ok()).collect();
    let known = record_of(known);
    let Ok(before) = engine.evaluate_with(&known, after.as_of(), &options(case)) else { return Ok(()) };
    let whole = format!("[{}]", known_and_new(&known, &new).join(","));
    let whole = LearnerRecord::from_json(whole).expect("a list of items");
    let Ok(with_new) = engine.evaluate_with(&whole, after.as_of(), &options(case)) else { return Ok(()) };
    let delta = engine.what_if_with(&known, &new, after.as_of(), &options(case)).expect("a difference");
    let found: Vec<(String, String)> =
        delta.changes().iter().map(|change| (change.before.to_json(), change.after.to_json())).collect();
    prop_assert_eq!(found, differences(before.iter(), with_new.iter()), "{}", shown(case));
    let again = engine.evaluate_with(&known, after.as_of(), &options(case)).expect("the state before");
    prop_assert_eq!(results(&again), results(&before));
    Ok(())
}

fn known_and_new(known: &LearnerRecord, new: &[Evidence]) -> Vec<String> {
    let known: Value = serde_json::from_str(&known.to_json()).expect("a record");
    let known = known["evidence"].as_array().cloned().unwrap_or_default();
    known.iter().map(Value::to_string).chain(new.iter().map(Evidence::to_json)).collect()
}

/// A refused event must not stay behind in what other nodes look at.
#[test]
fn a_refused_event_leaves_no_trace() {
    // P rolls up leaves, M is a sum on a scale of its own: evidence of M itself does not fit into P
    let case: Case = serde_json::from_value(json!({
        "id": "refused",
        "framework": {
            "competencies": [{"id": "P", "statement": ""}, {"id": "M", "statement": ""}, {"id": "a", "statement": ""},
                             {"id": "x", "statement": ""}],
            "associations": [{"type": "is_child_of", "from": "M", "to": "P"}, {"type": "is_child_of", "from": "a", "to": "M"},
                             {"type": "is_child_of", "from": "x", "to": "P"}]},
        "policy": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
                   "rules": [{"match": {"id": "M"}, "scale": {"max": 100, "proficient": 60}, "rollup": {"method": "sum"}}]},
        "evidence": [{"competency": "a", "score": 2}, {"competency": "M", "score": 50}, {"competency": "x", "score": 4},
                     {"id": "e", "competency": "nowhere", "score": 4}, {"id": "e", "competency": "M", "score": 50},
                     {"id": "e", "competency": "x", "score": 1}, {"id": "e", "competency": "nowhere", "score": 4}]
    }))
    .expect("a case");
    step_by_step(&case, &[0], &Options::new()).expect("no trace");
}
