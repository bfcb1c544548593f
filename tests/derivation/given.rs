//! Small frameworks, policies and records, and their derivations.

use lrm_core::{Derivation, Engine, Instant, LearnerRecord};
use serde_json::{Value, json};

/// A framework of these children and parents.
pub(crate) fn framework(children: &[(&str, &str)]) -> Value {
    let mut ids: Vec<&str> = children.iter().flat_map(|(child, parent)| [*child, *parent]).collect();
    ids.sort_unstable();
    ids.dedup();
    let competencies: Vec<Value> = ids.iter().map(|id| json!({"id": id, "statement": id})).collect();
    let associations =
        children.iter().map(|(child, parent)| json!({"type": "is_child_of", "from": child, "to": parent}));
    json!({"competencies": competencies, "associations": associations.collect::<Vec<_>>()})
}

/// One competency, `a`.
pub(crate) fn alone() -> Value {
    json!({"competencies": [{"id": "a", "statement": "Unit fractions"}]})
}

/// The leaves `a` and `b` of `P`.
pub(crate) fn pair() -> Value {
    framework(&[("a", "P"), ("b", "P")])
}

/// A policy of this estimator, with more sections.
pub(crate) fn policy(method: &str, sections: &Value) -> Value {
    let levels = json!([{"id": "starting", "from": 0}, {"id": "near", "from": 2}, {"id": "mastery", "from": 3},
        {"id": "exceeds", "from": 4}]);
    let mut policy = json!({"scale": {"max": 4, "proficient": 3, "levels": levels}, "estimate": {"method": method}});
    for (name, section) in sections.as_object().expect("sections") {
        policy[name] = section.clone();
    }
    policy
}

/// A derivation that follows, before and after it is written.
pub(crate) fn explained(framework: &Value, policy: &Value, record: &Value, id: &str) -> Derivation {
    let engine = Engine::from_json(framework.to_string(), policy.to_string()).expect("an engine");
    let record = LearnerRecord::from_json(record.to_string()).expect("a record");
    let as_of = Instant::parse("2026-06-01T00:00:00Z").expect("an instant");
    let derivation = engine.explain(&record, id, as_of).expect("a derivation");
    assert_eq!(derivation.verify(), Ok(()), "{}", derivation.to_json());
    let read = Derivation::from_json(derivation.to_json()).expect("a derivation");
    assert_eq!(read, derivation);
    assert_eq!(read.verify(), Ok(()), "{}", derivation.to_json());
    assert_eq!(derivation.competency(), id);
    assert_eq!(derivation.as_of(), as_of);
    assert_eq!(derivation.to_string(), derivation.text());
    derivation
}
