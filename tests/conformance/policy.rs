//! What layers come to, a policy in words, and what another one would change.

use std::sync::Arc;

use libtest_mimic::Failed;
use lrm_core::{Engine, Error, Framework, LearnerRecord, Policy, Result, Simulation, SimulationOptions};
use lrm_tests::corpus::{Case, alike};

/// What another policy would change, if the case has one.
pub(crate) fn simulate(case: &Case, engine: &Engine) -> Result<Option<Simulation>> {
    let Some(policy) = &case.policy_b else { return Ok(None) };
    let framework = match &case.framework_b {
        Some(framework) => Framework::from_json(framework.to_string())?.into(),
        None => Arc::clone(engine.framework()),
    };
    let other = Engine::new(framework, Policy::from_json(policy.to_string())?)?;
    let read = |items: &Vec<_>| LearnerRecord::from_json(serde_json::Value::Array(items.clone()).to_string());
    let records: Vec<LearnerRecord> = case.records.iter().flatten().map(read).collect::<Result<_>>()?;
    let mut options = SimulationOptions::new();
    if let Some(scope) = &case.scope {
        options = options.scope(scope.iter().cloned());
    }
    if let Some(most) = case.most_moves {
        options = options.most_moves(most);
    }
    let options = if case.strict { options.strict() } else { options };
    engine.simulate_with(&other, &records, case.as_of()?, &options).map(Some)
}

/// What the layers of the policy come to, what it is in words, and what another would change.
pub(crate) fn compare_policy(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
    let mut differences = Vec::new();
    if let Some(layers) = case.layer_documents() {
        let layered = Policy::from_layers(layers).map_err(fail)?;
        let trace = json(&layered.trace_json())?;
        for (parameter, expected) in case.expect_trace.iter().flatten() {
            let found = trace.as_array().into_iter().flatten().find(|traced| traced["parameter"] == parameter.as_str());
            let found = found.cloned().unwrap_or_default();
            let layers = expected.layers.iter().cloned().map(serde_json::Value::Object).collect();
            let same = |name: &str, expected| found.get(name).is_some_and(|found| alike(found, expected));
            if !same("value", &expected.value) || !same("layers", &layers) {
                differences.push(format!("the trace of {parameter} is {found}, expected {expected:?}"));
            }
        }
        if let Some(expected) = &case.expect_refused {
            let refused = json(&layered.refused_json())?;
            let found = refused.as_array().map(Vec::as_slice).unwrap_or_default();
            let same = |(found, expected): (&serde_json::Value, &serde_json::Map<_, _>)| {
                expected.iter().all(|(name, expected)| alike(&found[name], expected))
            };
            if found.len() != expected.len() || !found.iter().zip(expected).all(same) {
                differences.push(format!("refused {refused}, expected {expected:?}"));
            }
        }
    }
    let words = engine.policy().words();
    for expected in case.expect_words.iter().flatten().filter(|expected| !words.contains(expected)) {
        differences.push(format!("{expected:?} is not among {words:#?}"));
    }
    if let Some(simulation) = simulate(case, engine).map_err(fail)? {
        let found = json(&simulation.to_json())?;
        for (name, expected) in case.expect_simulation.iter().flatten() {
            let found = found.get(name).unwrap_or(&serde_json::Value::Null);
            if !alike(found, expected) {
                differences.push(format!("{name} of the simulation is {found}, expected {expected}"));
            }
        }
    }
    Ok(differences)
}
