//! Bounds that no result leaves.

use lrm_core::{Mastery, Status, Value};
use proptest::prelude::*;

use crate::plan::cases;
use crate::support::{config, evaluated, shown};

/// A sum may pass the scale, and so may extra credit where a policy keeps it.
fn may_pass_the_scale(policy: &serde_json::Value) -> bool {
    let text = policy.to_string();
    text.contains("\"sum\"") || text.contains("\"keep\"")
}

fn has_value(status: Status) -> bool {
    !matches!(status, Status::NotApplicable | Status::NotAssessed | Status::Insufficient)
}

fn decimal(number: &serde_json::Value) -> Value {
    number.to_string().parse().expect("a number")
}

fn check(mastery: &Mastery) -> Result<(), String> {
    let (valued, covered) = mastery.coverage;
    let laws = [
        (valued <= covered, "no more leaves with a value than leaves"),
        (mastery.value.is_some() == has_value(mastery.status), "a value exactly where the status has one"),
        (mastery.level.is_none() || mastery.value.is_some(), "no level without a value"),
        (mastery.newest.is_none() || mastery.value.is_some(), "no newest instant without a value"),
        (mastery.value.is_none() || mastery.evidence > 0, "no value without evidence"),
        (mastery.value.is_none() || valued > 0, "a value covers a leaf with a value"),
        (mastery.status != Status::NotApplicable || mastery.coverage == (0, 0), "nothing covered that does not apply"),
    ];
    laws.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, law)| Err(format!("{law}: {}", mastery.to_json())))
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn results_stay_within_bounds(case in cases()) {
        let Ok((_, record, state)) = evaluated(&case) else { return Ok(()) };
        for mastery in state.iter() {
            prop_assert_eq!(check(&mastery), Ok(()), "{}", shown(&case));
            prop_assert!(mastery.evidence as usize <= record.len());
            prop_assert!(mastery.newest.is_none_or(|newest| newest <= state.as_of()));
        }
        let scales = case.policy["rules"].as_array().into_iter().flatten().any(|rule| rule.get("scale").is_some());
        if !scales && !may_pass_the_scale(&case.policy) {
            let bound = |name: &str| case.policy["scale"].get(name).map_or(Value::ZERO, decimal);
            for value in state.iter().filter_map(|mastery| mastery.value) {
                prop_assert!(bound("min") <= value && value <= bound("max"), "{value} in {}", shown(&case));
            }
        }
    }
}
