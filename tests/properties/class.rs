//! A warm class is its warm learners, each of them alone.

use std::collections::BTreeMap;

use lrm_core::{Class, Engine, Instant, LearnerRecord, Live, Mastery, Options};
use lrm_tests::corpus::Case;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::live::instant;
use crate::plan::cases;
use crate::support::{config, engine, options, shown};

/// Not in the order of their bytes; the last one has no record at the start.
const LEARNERS: [&str; 4] = ["ben", "ana", "dan", "cem"];

/// The items, each with a learner if it can have one.
fn with_learners(case: &Case) -> Vec<(&'static str, Value)> {
    let named = |(place, item): (usize, &Value)| {
        let learner = LEARNERS[place % LEARNERS.len()];
        let mut item = item.clone();
        if let Some(fields) = item.as_object_mut() {
            fields.entry("learner").or_insert(json!(null));
            if fields["learner"].is_string() || fields["learner"].is_null() {
                fields["learner"] = json!(learner);
            }
        }
        (learner, item)
    };
    case.evidence.iter().enumerate().map(named).collect()
}

fn records(items: &[(&str, Value)]) -> Vec<LearnerRecord> {
    let of = |learner: &&str| {
        let own: Vec<&Value> = items.iter().filter(|(one, _)| one == learner).map(|(_, item)| item).collect();
        LearnerRecord::from_json(json!({"format": "lrm-record/1", "learner": learner, "evidence": own}).to_string())
    };
    LEARNERS[..3].iter().map(|learner| of(learner).expect("a record")).collect()
}

/// What every learner would do alone: the changes of those who have some, or nothing if one of them fails.
fn alone(
    learners: &mut BTreeMap<String, Live>,
    engine: &Engine,
    event: Option<(&str, &Value)>,
    at: Instant,
    options: &Options,
) -> Option<Vec<(String, Vec<String>)>> {
    let mut after = learners.clone();
    if let Some((learner, item)) = event {
        item.get("learner").filter(|learner| learner.is_string())?;
        let blank = || engine.start_with(&LearnerRecord::default(), at, options).expect("nothing to refuse");
        after.entry(learner.to_owned()).or_insert_with(blank);
    }
    let mut changes = Vec::new();
    for (learner, live) in &mut after {
        let changed = match event.filter(|(about, _)| about == learner) {
            Some((_, item)) => live.apply_json(item.to_string(), at),
            None => live.advance(at),
        };
        let changed: Vec<String> = changed.ok()?.iter().map(Mastery::to_json).collect();
        if !changed.is_empty() {
            changes.push((learner.clone(), changed));
        }
    }
    *learners = after;
    Some(changes)
}

fn states(class: &Class) -> Vec<String> {
    class.learners().map(|learner| class.state(learner).expect("a learner").to_json()).collect()
}

pub(crate) fn every_learner_is_as_alone(case: &Case, clock: &[usize], options: &Options) -> Result<(), TestCaseError> {
    let Ok(engine) = engine(case) else { return Ok(()) };
    let mut instants: Vec<Instant> = clock.iter().map(|place| instant(*place)).collect();
    instants.sort_unstable();
    let first = instants[0];
    let items = with_learners(case);
    let (known, events) = items.split_at(items.len() / 3);
    let known = records(known);
    let Ok(mut class) = engine.start_class_with(known.clone(), first, options) else {
        prop_assert!(known.iter().any(|record| engine.start_with(record, first, options).is_err()));
        return Ok(());
    };
    let mut learners = BTreeMap::new();
    for record in &known {
        let live = engine.start_with(record, first, options).expect("a learner of the class");
        learners.insert(record.learner().expect("a learner").to_owned(), live);
    }
    let last = instants[instants.len() - 1];
    let events = events.iter().map(|(learner, item)| Some((*learner, item))).chain([None]);
    let steps = case.evidence.len() - case.evidence.len() / 3;
    for (step, event) in events.enumerate() {
        let at = instants.get(step * instants.len() / steps.max(1)).copied().unwrap_or(last);
        let before = (class.as_of(), states(&class));
        let found = match event {
            Some((_, item)) => class.apply_json(item.to_string(), at),
            None => class.advance(at),
        };
        match (found, alone(&mut learners, &engine, event, at, options)) {
            (Ok(found), Some(expected)) => {
                let json = |changed: &[Mastery]| changed.iter().map(Mastery::to_json).collect();
                let found: Vec<(String, Vec<String>)> =
                    found.iter().map(|of| (of.learner.clone(), json(&of.changed))).collect();
                prop_assert_eq!(found, expected, "changes of step {} of {}", step, shown(case));
                prop_assert_eq!(class.as_of(), at);
            }
            (Err(_), None) => {
                prop_assert_eq!((class.as_of(), states(&class)), before, "refused step {} of {}", step, shown(case));
                continue;
            }
            (found, expected) => prop_assert!(false, "{found:?}\n{expected:?}\nstep {step} of {}", shown(case)),
        }
        prop_assert_eq!(class.learners().collect::<Vec<_>>(), learners.keys().collect::<Vec<_>>());
        for (learner, live) in &learners {
            let state = class.state(learner).expect("a learner").to_json();
            prop_assert_eq!(&state, &live.to_json(), "{} in step {} of {}", learner, step, shown(case));
            let record = class.record(learner).expect("a learner");
            prop_assert_eq!(record.to_json(), live.record().to_json());
            let evaluated = engine.evaluate_with(&record, at, options).expect("as the class has it");
            prop_assert_eq!(&state, &evaluated.to_json(), "{} in step {} of {}", learner, step, shown(case));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_class_is_its_learners(case in cases(), clock in proptest::collection::vec(0..12_usize, 1..6)) {
        every_learner_is_as_alone(&case, &clock, &options(&case))?;
        every_learner_is_as_alone(&case, &clock, &options(&case).strict())?;
    }
}
