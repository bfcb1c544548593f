//! Every case of the corpus, one test each, on every path of the engine. `LRM_CORPUS` names a folder of private cases,
//! `LRM_DUMP` a file for the canonical results, which the other languages' are compared with.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a test runner talks to its environment")]

#[path = "conformance/further.rs"]
mod further;
#[path = "conformance/log.rs"]
mod log;
#[path = "conformance/policy.rs"]
mod policy;
#[path = "conformance/progress.rs"]
mod progress;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use lrm_core::{
    Derivation, Detail, Engine, EntryState, Error, EventLog, Finding, Framework, Instant, LearnerRecord, Mastery,
    Options, Result, State, Value,
};
use lrm_tests::corpus::{Case, Expected, ExpectedError, ExpectedFault, ExpectedRefusal, load};

use crate::further::{compare_least, compare_recovery, further};
use crate::log::{compare_erasure, compare_log};
use crate::policy::{compare_policy, simulate};
use crate::progress::{compare_course, compare_pace, compare_prerequisites, compare_programmes, compare_self_ratings};

type Dump = Arc<Mutex<BTreeMap<String, String>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let corpora = match load() {
        Ok(corpora) => corpora,
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let dump = Dump::default();
    let mut trials = Vec::new();
    for corpus in corpora {
        for case in corpus.cases {
            let (name, dump) = (format!("{}::{}", corpus.topic, case.id), Arc::clone(&dump));
            trials.push(Trial::test(name.clone(), move || {
                let outcome = run(&case);
                let log = case.log().map_err(|error| error.to_string())?;
                let text = match &outcome {
                    Ok((engine, _, state)) => {
                        let log = log.map(|log| format!("\n{}\n{}", log.hash(), log.record().to_json()));
                        format!("{}{}{}", state.to_json(), log.unwrap_or_default(), further(&case, engine)?)
                    }
                    Err(error) => error.code().as_str().to_owned(),
                };
                dump.lock().map_err(|error| error.to_string())?.insert(name, text);
                compare(&case, &outcome)?;
                same_log_on_every_path(&case)?;
                if let Ok((engine, record, _)) = &outcome {
                    let mut differences = compare_course(&case, engine)?;
                    differences.extend(compare_self_ratings(&case, engine, record)?);
                    differences.extend(compare_prerequisites(&case, engine)?);
                    differences.extend(compare_pace(&case, engine)?);
                    differences.extend(compare_policy(&case, engine)?);
                    differences.extend(compare_programmes(&case, engine)?);
                    differences.extend(compare_least(&case, engine)?);
                    differences.extend(compare_recovery(&case, engine)?);
                    if !differences.is_empty() {
                        return Err(differences.join("\n").into());
                    }
                }
                match outcome {
                    Ok((engine, record, state)) => same_on_every_path(&case, &engine, &record, &state),
                    Err(_) => Ok(()),
                }
            }));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let (Ok(file), Ok(dump)) = (std::env::var("LRM_DUMP"), dump.lock()) {
        let written = serde_json::to_string(&*dump).map(|text| std::fs::write(file, text));
        if !matches!(written, Ok(Ok(()))) {
            return ExitCode::FAILURE;
        }
    }
    conclusion.exit_code()
}

fn options(case: &Case) -> Options {
    let options = match &case.scope {
        Some(scope) => Options::new().scope(scope.iter().cloned()),
        None => Options::new(),
    };
    if case.strict { options.strict() } else { options }
}

fn run(case: &Case) -> Result<(Engine, LearnerRecord, State)> {
    let framework = Framework::from_json(case.framework_json())?;
    let engine = Engine::new(framework, case.read_policy()?)?;
    let record = LearnerRecord::from_json(case.record_json())?;
    case.calendar()?;
    let state = engine.evaluate_with(&record, case.as_of()?, &options(case))?;
    // what is wrong with a simulation is wrong with its case
    simulate(case, &engine)?;
    Ok((engine, record, state))
}

fn compare(case: &Case, outcome: &Result<(Engine, LearnerRecord, State)>) -> Result<(), Failed> {
    let state = match (outcome, &case.expect_error) {
        (Err(error), Some(expected)) if is_expected(error, expected) => return Ok(()),
        (Err(error), Some(expected)) => return Err(format!("{error:#?}, expected {expected:#?}").into()),
        (Err(error), _) => return Err(format!("error {error}").into()),
        (Ok(_), Some(expected)) => return Err(format!("results, expected the error {}", expected.code).into()),
        (Ok((_, _, state)), None) => state,
    };
    let mut differences = Vec::new();
    if let Some(expected) = &case.expect_findings {
        let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let log = case.log().map_err(|error| error.to_string())?.map(|log| log.report());
        let reports = [Some(state.report()), log.as_ref()].into_iter().flatten();
        let mut found: Vec<&str> =
            reports.flat_map(lrm_core::Report::findings).map(|finding| finding.code.as_str()).collect();
        expected.sort_unstable();
        found.sort_unstable();
        if expected != found {
            differences.push(format!("findings {found:?}, expected {expected:?}"));
        }
    }
    for (id, expected) in case.expect.iter().flatten() {
        match state.mastery(id) {
            Ok(found) if agrees(&found, expected) => {}
            Ok(found) => differences.push(format!("found {}, expected {expected:?}", found.to_json())),
            Err(error) => differences.push(error.to_string()),
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
}

fn agrees(found: &Mastery, expected: &Expected) -> bool {
    let value = |number: &serde_json::Number| number.to_string().parse::<Value>().ok();
    let instant = |text: &String| Instant::parse(text).ok();
    expected.value.as_ref().is_none_or(|expected| found.value == expected.as_ref().and_then(value))
        && expected.level.as_ref().is_none_or(|level| found.level == *level)
        && expected.status.as_ref().is_none_or(|status| found.status.as_str() == status)
        && expected.evidence.is_none_or(|evidence| found.evidence == evidence)
        && expected.newest.as_ref().is_none_or(|newest| found.newest == newest.as_ref().and_then(instant))
        && expected.coverage.is_none_or(|coverage| found.coverage == coverage)
        && expected.modified.is_none_or(|modified| found.modified == modified)
}

/// Event by event, in any order, and from the derivations alone: always the same bytes.
fn same_on_every_path(case: &Case, engine: &Engine, record: &LearnerRecord, state: &State) -> Result<(), Failed> {
    let as_of = state.as_of();
    let relaxed = match &case.scope {
        Some(scope) => Options::new().scope(scope.iter().cloned()),
        None => Options::new(),
    };
    let fail = |error: Error| Failed::from(error.to_string());

    // one item at a time, the clock moving along with the items
    let start = Instant::from_micros(-62_167_219_200_000_000).map_err(fail)?;
    let mut live = engine.start_with(&LearnerRecord::default(), start, &relaxed).map_err(fail)?;
    let mut clock = start;
    for item in &case.evidence {
        let at = item.get("observed_at").and_then(|at| Instant::parse(at.as_str()?).ok());
        clock = at.map_or(clock, |at| at.min(as_of)).max(clock);
        live.apply_json(item.to_string(), clock).map_err(fail)?;
    }
    live.advance(as_of).map_err(fail)?;
    same("event by event", &state.to_json(), &live.to_json())?;

    let mut reversed = case.evidence.clone();
    reversed.reverse();
    let text = serde_json::Value::Array(reversed).to_string();
    let reversed = LearnerRecord::from_json(text).and_then(|record| engine.evaluate_with(&record, as_of, &relaxed));
    same("in reversed order", &results(state), &results(&reversed.map_err(fail)?))?;

    let again =
        LearnerRecord::from_json(record.to_json()).and_then(|record| engine.evaluate_with(&record, as_of, &relaxed));
    same("after a round trip of the record", &state.to_json(), &again.map_err(fail)?.to_json())?;
    let documents = Engine::from_json(engine.framework().to_json(), engine.policy().to_json());
    let again = documents.and_then(|engine| engine.evaluate_with(record, as_of, &relaxed));
    same("after a round trip of the documents", &state.to_json(), &again.map_err(fail)?.to_json())?;

    for mastery in state.iter() {
        let derivation = engine.explain_with(record, &mastery.competency, as_of, &relaxed).map_err(fail)?;
        let read = Derivation::from_json(derivation.to_json()).map_err(fail)?;
        read.verify()
            .map_err(|error| format!("derivation of {}: {error}\n{}", mastery.competency, derivation.to_json()))?;
        same("derivation", &derivation.to_json(), &read.to_json())?;
        same("derived result", &mastery.to_json(), &derivation.result().to_json())?;
    }
    Ok(())
}

/// The states of a log, and that it is the same whichever way its events come: written and read again, in reversed order,
/// merged from halves, merged with itself.
fn same_log_on_every_path(case: &Case) -> Result<(), Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let (Some(log), Some(events)) = (case.log().map_err(fail)?, &case.events) else { return Ok(()) };
    let (given, erased) =
        (case.given().map_err(fail)?.unwrap_or_default(), case.erased().map_err(fail)?.unwrap_or_default());
    for (id, expected) in case.expect_states.iter().flatten() {
        let found = log.state_of(id).map(EntryState::as_str);
        if found != expected.as_deref() {
            return Err(format!("{id} is {found:?}, expected {expected:?}").into());
        }
    }
    let mut differences = compare_log(case, &log)?;
    differences.extend(compare_erasure(case, &given, &log)?);
    if !differences.is_empty() {
        return Err(differences.join("\n").into());
    }
    for log in [&log, &given, &erased] {
        let again = EventLog::from_json(log.to_json()).map_err(fail)?;
        same_log("after a round trip of the log", log, &again)?;
    }
    let (mut one, mut other) = (erased.clone(), given.clone());
    let new = one.merge(&given).map_err(fail)?;
    other.merge(&erased).map_err(fail)?;
    if new > 0 {
        return Err(format!("{new} events came back").into());
    }
    same_log("merged with what it was before the erasure", &erased, &one)?;
    same_log("erased by merging", &erased, &other)?;

    let read =
        |events: &[serde_json::Value]| EventLog::from_json(serde_json::Value::Array(events.to_vec()).to_string());
    let mut reversed = events.clone();
    reversed.reverse();
    same_log("events in reversed order", &given, &read(&reversed).map_err(fail)?)?;

    let (one, other) = events.split_at(events.len() / 2);
    // a log takes the events of another learner only if it says that they are the same person
    let named: Vec<_> = events.iter().filter(|event| event["event"] == "identified").cloned().collect();
    let (one, other) = ([one, &named].concat(), [other, &named].concat());
    let (one, other) = (read(&one).map_err(fail)?, read(&other).map_err(fail)?);
    for (mut into, from) in [(one.clone(), &other), (other.clone(), &one)] {
        into.merge(from).map_err(fail)?;
        same_log("merged from halves", &given, &into)?;
    }
    let mut twice = log.clone();
    match twice.merge(&log).map_err(fail)? {
        0 => same_log("merged with itself", &log, &twice),
        new => Err(format!("merged with itself it has {new} more events").into()),
    }
}

fn is_expected(error: &Error, expected: &ExpectedError) -> bool {
    let fault = |finding: &Finding| ExpectedFault { code: finding.code.to_string(), path: finding.path.clone() };
    let all_are_named = expected.all.as_ref().is_none_or(|all| {
        let (mut found, mut all) = (error.findings().iter().map(fault).collect::<Vec<_>>(), all.clone());
        found.sort_unstable();
        all.sort_unstable();
        found == all
    });
    let layer = |layer: &String| error.context().get("layer") == Some(&Detail::Text(layer.clone()));
    error.code().as_str() == expected.code
        && expected.path.as_ref().is_none_or(|path| path == error.path())
        && expected.layer.as_ref().is_none_or(layer)
        && all_are_named
}

/// What was given, or nothing if the error is the one that was expected; else the error.
fn refusal_of<T>(given: Result<T>, expected: Option<&ExpectedRefusal>) -> Result<Option<T>, String> {
    let error = match given {
        Ok(given) => return Ok(Some(given)),
        Err(error) => error,
    };
    let is_expected = expected.is_some_and(|expected| {
        expected.code == error.code().as_str() && expected.path.as_ref().is_none_or(|path| path == error.path())
    });
    if is_expected { Ok(None) } else { Err(format!("{} at {:?}: {error}", error.code().as_str(), error.path())) }
}

fn same_log(path: &str, one: &EventLog, other: &EventLog) -> Result<(), Failed> {
    same(path, &one.to_json(), &other.to_json())?;
    same(path, &one.hash(), &other.hash())?;
    same(path, &one.record().to_json(), &other.record().to_json())?;
    let report = |log: &EventLog| log.report().to_json();
    same(path, &report(one), &report(other))?;
    same(path, &one.entries_json(None), &other.entries_json(None))?;
    same(path, &one.pending_json(), &other.pending_json())?;
    if one == other { Ok(()) } else { Err(format!("{path}: the logs are not equal").into()) }
}

fn results(state: &State) -> String {
    state.iter().map(|mastery| mastery.to_json()).collect::<Vec<_>>().join("\n")
}

fn same(path: &str, one: &str, other: &str) -> Result<(), Failed> {
    if one == other { Ok(()) } else { Err(format!("{path}:\n{one}\n{other}").into()) }
}
