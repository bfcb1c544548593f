//! Order, chunks and threads change nothing.

use lrm_core::{Instant, LearnerRecord};
use proptest::prelude::*;
use serde_json::Value;

use crate::plan::cases;
use crate::support::{codes, config, engine, evaluated, options, results, shown};

/// The items in an order that the keys decide.
fn shuffled(items: &[Value], keys: &[u32]) -> Vec<Value> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|place| keys.get(*place).copied().unwrap_or_default());
    order.into_iter().map(|place| items[place].clone()).collect()
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn order_changes_nothing(case in cases(), keys in proptest::collection::vec(any::<u32>(), 24)) {
        let Ok((engine, _, state)) = evaluated(&case) else { return Ok(()) };
        let other = Value::Array(shuffled(&case.evidence, &keys)).to_string();
        let other = LearnerRecord::from_json(other).expect("a list of items");
        let other = engine.evaluate_with(&other, state.as_of(), &options(&case)).expect("the same state");
        prop_assert_eq!(results(&state), results(&other), "{}", shown(&case));
        prop_assert_eq!(codes(&state), codes(&other), "{}", shown(&case));
    }

    #[test]
    fn chunks_change_nothing(case in cases(), cut in 0..25_usize) {
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
