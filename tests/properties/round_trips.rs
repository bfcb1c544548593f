//! Documents that are written and read again are the same documents.

use lrm_core::{Derivation, Evidence, Framework, LearnerRecord, Policy};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plan::cases;
use crate::support::{config, engine, evaluated, options, record, shown};

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn documents_come_back(case in cases(), extra in kept()) {
        let mut framework = case.framework.clone().expect("a framework");
        framework["extra"] = extra.clone();
        framework["competencies"][0]["extra"] = extra.clone();
        let framework = Framework::from_json(framework.to_string()).expect("a framework").to_json();
        prop_assert_eq!(Framework::from_json(&framework).expect("a framework").to_json(), framework);

        let mut policy: Value = serde_json::from_str(&case.policy_json()).expect("a policy");
        policy["extra"] = extra;
        let policy = Policy::from_json(policy.to_string()).expect("a policy").to_json();
        prop_assert_eq!(Policy::from_json(&policy).expect("a policy").to_json(), policy);
    }

    #[test]
    fn records_come_back(case in cases(), extra in kept(), learner in proptest::option::of("\\PC{0,5}")) {
        let mut items = case.evidence.clone();
        for (place, item) in items.iter_mut().enumerate().filter(|(_, item)| item.is_object()) {
            item["learner"] = json!(learner);
            if place % 2 == 0 {
                item["unknown"] = extra.clone();
            } else {
                item["extra"] = extra.clone();
            }
        }
        let record = LearnerRecord::from_json(Value::Array(items).to_string()).expect("a list of items");
        let again = LearnerRecord::from_json(record.to_json()).expect("a record");
        prop_assert_eq!(again.to_json(), record.to_json());
        prop_assert_eq!(again.len(), case.evidence.len());
        let items: Vec<Evidence> = record.evidence().cloned().collect();
        for item in &items {
            prop_assert_eq!(&Evidence::from_json(item.to_json()).expect("an item"), item);
        }
        prop_assert_eq!(LearnerRecord::from_events(items.clone()).expect("a record").evidence().count(), items.len());
        // what was written counts as what was read
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let as_of = case.as_of().expect("an instant");
        let state = |record: &LearnerRecord| {
            engine.evaluate_with(record, as_of, &options(&case)).map(|state| state.to_json()).map_err(|error| error.code())
        };
        prop_assert_eq!(state(&record), state(&again), "{}", shown(&case));
    }

    #[test]
    fn derivations_come_back(case in cases()) {
        let Ok((engine, record, state)) = evaluated(&case) else { return Ok(()) };
        for mastery in state.iter() {
            let derivation = engine.explain_with(&record, &mastery.competency, state.as_of(), &options(&case));
            let text = derivation.expect("a derivation").to_json();
            prop_assert_eq!(Derivation::from_json(&text).expect("a derivation").to_json(), text, "{}", shown(&case));
        }
    }

    #[test]
    fn a_round_trip_changes_no_result(case in cases()) {
        let Ok((engine, _, state)) = evaluated(&case) else { return Ok(()) };
        let again = lrm_core::Engine::from_json(engine.framework().to_json(), engine.policy().to_json());
        let again = again.and_then(|engine| engine.evaluate_with(&record(&case), state.as_of(), &options(&case)));
        prop_assert_eq!(again.expect("a state").to_json(), state.to_json());
    }
}

/// What may stand in an `extra` object.
fn kept() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array), object(inner)]
    });
    object(value)
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    // no key that an item has of its own
    proptest::collection::btree_map("[x-z\"é\u{1}]{0,3}", value, 0..4)
        .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (format!("x{key}"), value)).collect()))
}
