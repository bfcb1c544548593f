//! What the laws have in common.

use lrm_core::{Engine, Framework, LearnerRecord, Options, Policy, Result, State};
use lrm_tests::corpus::Case;
use proptest::test_runner::{Config, RngSeed};

/// So many cases, ten times as many in a full run, unless the environment says how many; the same ones, unless the environment
/// gives a seed.
pub(crate) fn config(cases: u32) -> Config {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let given = |name: &str| std::env::var(name).is_ok();
    // the default reads the environment
    let mut config = Config { failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    if !given("PROPTEST_CASES") {
        config.cases = if given("LRM_FULL") { 10 * cases } else { cases };
    }
    if !given("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(0x1a2b_3c4d);
    }
    config
}

/// The engine of a case.
pub(crate) fn engine(case: &Case) -> Result<Engine> {
    Engine::new(Framework::from_json(case.framework_json())?, Policy::from_json(case.policy_json())?)
}

/// The scope of a case.
pub(crate) fn options(case: &Case) -> Options {
    case.scope.as_ref().map_or_else(Options::new, |scope| Options::new().scope(scope.iter().cloned()))
}

pub(crate) fn record(case: &Case) -> LearnerRecord {
    LearnerRecord::from_json(case.record_json()).expect("a list of items")
}

/// Engine, record and state of a case.
pub(crate) fn evaluated(case: &Case) -> Result<(Engine, LearnerRecord, State)> {
    let engine = engine(case)?;
    let record = record(case);
    let state = engine.evaluate_with(&record, case.as_of()?, &options(case))?;
    Ok((engine, record, state))
}

/// The results without the findings.
pub(crate) fn results(state: &State) -> String {
    state.iter().map(|mastery| mastery.to_json()).collect::<Vec<_>>().join("\n")
}

/// The codes of the findings, sorted.
pub(crate) fn codes(state: &State) -> Vec<&'static str> {
    let mut codes: Vec<&str> = state.report().findings().iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    codes
}

/// A case as the corpus writes it.
pub(crate) fn shown(case: &Case) -> String {
    serde_json::to_string(case).expect("a case")
}
