//! The engine and the reference model, written apart from each other, agree on everything.

use lrm_core::Instant;
use lrm_tests::corpus::Case;
use lrm_tests::reference::{self, Outcome};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plan::cases;
use crate::support::{codes, config, engine, evaluated, options, record, shown};

/// A case as the model reads it.
pub(crate) fn document(case: &Case, strict: bool) -> Value {
    json!({
        "framework": case.framework, "policy": case.policy, "evidence": case.evidence, "as_of": case.as_of,
        "scope": case.scope, "strict": strict,
    })
}

/// The model's results, written as the engine writes them.
fn written(outcome: &Outcome) -> Vec<String> {
    let line = |(id, result): (&String, &reference::NodeResult)| {
        let value = result.value.map(|value| lrm_core::Value::from_grid(value.units()).expect("a result"));
        let mut fields = vec![
            format!("\"competency\":{}", json!(id)),
            format!("\"value\":{}", value.map_or_else(|| "null".to_owned(), |value| value.to_string())),
            format!("\"level\":{}", json!(result.level)),
            format!("\"status\":\"{}\"", result.status.as_str()),
            format!("\"evidence\":{}", result.evidence),
        ];
        fields.extend(result.newest.map(|newest| format!("\"newest\":\"{}\"", reference::show_instant(newest))));
        fields.push(format!("\"coverage\":[{},{}]", result.coverage.0, result.coverage.1));
        fields.extend(result.modified.then(|| "\"modified\":true".to_owned()));
        format!("{{{}}}", fields.join(","))
    };
    outcome.results.iter().map(line).collect()
}

fn code<T>(found: &lrm_core::Result<T>) -> Result<(), &'static str> {
    found.as_ref().map(|_| ()).map_err(|error| error.code().as_str())
}

/// The model wants the level of `independent_from_level` on every scale; the engine not where nothing is decided by it: where
/// own evidence is ignored, and where a later rule replaces what a rule that names a leaf says.
fn is_stricter<T>(case: &Case, expected: &Result<T, String>) -> bool {
    let names =
        |rule: &Value| !rule["match"]["id"].is_null() && rule["sufficiency"]["independent_from_level"].is_string();
    let names = case.policy["rules"].as_array().is_some_and(|rules| rules.iter().any(names));
    let ignores = case.policy.to_string().contains("\"ignored\"");
    (names || ignores) && matches!(expected, Err(code) if code == "unknown-level")
}

/// The engine says of a case what the model says.
pub(crate) fn agree(case: &Case) -> Result<(), TestCaseError> {
    let expected = reference::evaluate(&document(case, false));
    let found = evaluated(case);
    if is_stricter(case, &expected) {
        return Ok(());
    }
    match (&expected, &found) {
        (Err(code), Err(error)) => {
            let faults = reference::requirement_faults(&document(case, false)).unwrap_or_default();
            // of several faults of requirements, which is the first hangs on when each is looked for
            if !faults.iter().any(|fault| fault.code == error.code().as_str()) {
                prop_assert_eq!(error.code().as_str(), code, "{}", shown(case));
            }
        }
        (Ok(outcome), Ok((_, _, state))) => {
            let results: Vec<String> = state.iter().map(|mastery| mastery.to_json()).collect();
            prop_assert_eq!(results, written(outcome), "{}", shown(case));
            let mut findings = outcome.findings.clone();
            findings.sort_unstable();
            prop_assert_eq!(codes(state), findings, "{}", shown(case));
            prop_assert_eq!(state.as_of(), Instant::from_micros(outcome.as_of).expect("an instant"));
        }
        _ => prop_assert!(false, "{expected:?}\n{:?}\n{}", found.map(|found| found.2.to_json()), shown(case)),
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(700))]

    #[test]
    fn the_engine_agrees_with_the_model(case in cases()) {
        agree(&case)?;
    }

    #[test]
    fn strict_has_the_code_of_the_first_finding(case in cases()) {
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let as_of = case.as_of().expect("an instant");
        let relaxed = engine.evaluate_with(&record(&case), as_of, &options(&case));
        let Ok(relaxed) = relaxed else { return Ok(()) };
        let strict = engine.evaluate_with(&record(&case), as_of, &options(&case).strict());
        let expected = reference::evaluate(&document(&case, true)).map(|_| ());
        if is_stricter(&case, &expected) {
            return Ok(());
        }
        prop_assert_eq!(code(&strict).map_err(str::to_owned), expected, "{}", shown(&case));
        if let Err(error) = strict {
            prop_assert_eq!(error.findings(), relaxed.report().findings());
        }
    }
}
