//! Order, chunks and threads change nothing.

use lrm_core::{Engine, Instant, LearnerRecord};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plan::{INSTANTS, cases};
use crate::support::{codes, config, engine, evaluated, options, results, shown};

/// The items in an order that the keys decide.
fn shuffled(items: &[Value], keys: &[u32]) -> Vec<Value> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|place| keys.get(*place).copied().unwrap_or_default());
    order.into_iter().map(|place| items[place].clone()).collect()
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn order_changes_nothing(case in cases(), keys in proptest::collection::vec(any::<u32>(), 30)) {
        let Ok((engine, _, state)) = evaluated(&case) else { return Ok(()) };
        let other = Value::Array(shuffled(&case.evidence, &keys)).to_string();
        let other = LearnerRecord::from_json(other).expect("a list of items");
        let other = engine.evaluate_with(&other, state.as_of(), &options(&case)).expect("the same state");
        prop_assert_eq!(results(&state), results(&other), "{}", shown(&case));
        prop_assert_eq!(codes(&state), codes(&other), "{}", shown(&case));
    }

    /// Items that tie in everything but their content: the content decides which of them is selected, and so what is newest.
    #[test]
    fn the_last_tie_is_the_content(
        observed in proptest::collection::vec(0..12_usize, 2..6),
        keys in proptest::collection::vec(any::<u32>(), 6),
        method in proptest::sample::select(vec!["latest", "highest", "lowest"]),
        rollup in proptest::sample::select(vec!["children_mean", "pooled"]),
    ) {
        let policy = json!({
            "scale": {"max": 4, "proficient": 3}, "estimate": {"method": method},
            "evidence": {"order_by": "due_at"}, "rollup": {"method": rollup},
        });
        let framework = json!({
            "competencies": [{"id": "p", "statement": ""}, {"id": "a", "statement": ""}, {"id": "b", "statement": ""}],
            "associations": [{"type": "is_child_of", "from": "a", "to": "p"}, {"type": "is_child_of", "from": "b", "to": "p"}],
        });
        let engine = Engine::from_json(framework.to_string(), policy.to_string()).expect("an engine");
        let item = |(place, at): (usize, &usize)| {
            let competency = if place % 2 == 0 { "a" } else { "b" };
            json!({"competency": competency, "score": 3, "due_at": INSTANTS[0], "observed_at": INSTANTS[*at]})
        };
        let items: Vec<Value> = observed.iter().enumerate().map(item).collect();
        let as_of = Instant::parse(INSTANTS[11]).expect("an instant");
        let state = |items: Vec<Value>| {
            let record = LearnerRecord::from_json(Value::Array(items).to_string()).expect("a list of items");
            results(&engine.evaluate(&record, as_of).expect("a state"))
        };
        prop_assert_eq!(state(shuffled(&items, &keys)), state(items));
    }

    #[test]
    fn chunks_change_nothing(case in cases(), cut in 0..31_usize) {
        let Ok((engine, _, state)) = evaluated(&case) else { return Ok(()) };
        let (first, rest) = case.evidence.split_at(cut.min(case.evidence.len()));
        let first = LearnerRecord::from_json(Value::Array(first.to_vec()).to_string()).expect("a list of items");
        let mut live = engine.start_with(&first, state.as_of(), &options(&case)).expect("a part of what works");
        for item in rest {
            live.apply_json(item.to_string(), state.as_of()).expect("a part of what works");
        }
        prop_assert_eq!(state.to_json(), live.to_json(), "{}", shown(&case));
    }

    #[test]
    fn threads_change_nothing(case in cases()) {
        let Ok((engine, record, state)) = evaluated(&case) else { return Ok(()) };
        let (options, expected) = (options(&case), state.to_json());
        let found: Vec<String> = std::thread::scope(|scope| {
            let start = |_| scope.spawn(|| engine.evaluate_with(&record, state.as_of(), &options));
            let threads: Vec<_> = (0..4).map(start).collect();
            let texts = threads.into_iter().map(|thread| thread.join().expect("no panic").expect("a state").to_json());
            texts.collect()
        });
        for text in found {
            prop_assert_eq!(&text, &expected, "{}", shown(&case));
        }
    }

    #[test]
    fn two_engines_of_the_same_documents_agree(case in cases()) {
        let Ok((_, record, state)) = evaluated(&case) else { return Ok(()) };
        let again = engine(&case).and_then(|engine| engine.evaluate_with(&record, state.as_of(), &options(&case)));
        prop_assert_eq!(again.expect("a state").to_json(), state.to_json());
    }

    /// Nothing of what an evaluation looks at lies outside its parameters: asking another question in between changes
    /// nothing.
    #[test]
    fn questions_leave_no_trace(case in cases(), at in -62_167_219_200_000_000_i64..253_402_300_799_999_999) {
        let Ok((engine, record, state)) = evaluated(&case) else { return Ok(()) };
        let at = Instant::from_micros(at).expect("an instant");
        let _ = engine.evaluate(&record, at).map(|other| other.to_json());
        let again = engine.evaluate_with(&record, state.as_of(), &options(&case)).expect("the same state");
        prop_assert_eq!(again.to_json(), state.to_json());
    }
}
