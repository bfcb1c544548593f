//! Every case of the corpus, one test each, on every path of the engine. `LRM_CORPUS` names a folder of private cases,
//! `LRM_DUMP` a file for the canonical results, which the other languages' are compared with.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a test runner talks to its environment")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use lrm_core::{
    Award, Calendar, Clock, Derivation, Detail, Engine, EntryState, Error, EventLog, Finding, Framework, Instant,
    LearnerRecord, LearningPath, Mastery, Options, PathStep, Policy, Programme, Result, Retention, Simulation,
    SimulationOptions, Standing, State, Value,
};
use lrm_tests::corpus::{
    Case, Expected, ExpectedError, ExpectedFault, ExpectedLocal, ExpectedProgramme, ExpectedRefusal, ExpectedStep,
    LocalCutoff, LocalInstant, SchoolDays, alike, alike_in, is_nothing, load,
};

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
                    Ok((_, _, state)) => match log {
                        Some(log) => format!("{}\n{}\n{}", state.to_json(), log.hash(), log.record().to_json()),
                        None => state.to_json(),
                    },
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

/// What another policy would change, if the case has one.
fn simulate(case: &Case, engine: &Engine) -> Result<Option<Simulation>> {
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
fn compare_policy(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
    let mut differences = Vec::new();
    if let Some(layers) = &case.layers {
        let layered = Policy::from_layers(layers.iter().map(serde_json::Value::to_string)).map_err(fail)?;
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

/// What a log tells of, what waits for a person, and what applies.
fn compare_log(case: &Case, log: &EventLog) -> Result<Vec<String>, Failed> {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
    let mut differences = Vec::new();
    let entries = log.entries();
    for (id, expected) in case.expect_entries.iter().flatten() {
        let found = entries.iter().find(|entry| entry.id() == id).map(|entry| json(entry.to_json())).transpose()?;
        let (Some(found), Some(expected)) = (&found, expected) else {
            if found.is_some() || expected.is_some() {
                differences.push(format!("the entry {id} is {found:?}, expected {expected:?}"));
            }
            continue;
        };
        for (name, expected) in expected {
            let field = &found[name];
            if !alike(field, expected) {
                differences.push(format!("{name} of the entry {id} is {field}, expected {expected}"));
            }
        }
    }
    if let Some(expected) = &case.expect_pending {
        let (found, expected) = (json(&log.pending_json())?, serde_json::Value::Array(expected.clone()));
        if !alike(&found, &expected) {
            differences.push(format!("{found} waits, expected {expected}"));
        }
    }
    if let Some(expected) = &case.expect_scope_at {
        let at = Instant::parse(&expected.at).map_err(|error| error.to_string())?;
        let found = log.scope_at(at);
        if found != expected.scope {
            differences.push(format!("the scope is {found:?}, expected {:?}", expected.scope));
        }
    }
    Ok(differences)
}

/// What is erased, what stays of it, and what is due.
fn compare_erasure(case: &Case, given: &EventLog, after: &EventLog) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let mut differences = Vec::new();
    if let Some(erase) = &case.erase {
        let mut log = given.clone();
        let found = refusal_of(erase.from(&mut log), erase.expect_error.as_ref());
        if found != Ok(erase.expect) {
            differences.push(format!("{found:?} erased, expected {:?} or {:?}", erase.expect, erase.expect_error));
        }
        if erase.expect.is_none() {
            same_log("after a refusal", given, &log)?;
        }
    }
    if let Some(expected) = case.expect_hash.as_ref().filter(|expected| **expected != after.hash()) {
        differences.push(format!("the hash is {}, expected {expected}", after.hash()));
    }
    if let Some(expected) = &case.expect_hash_at {
        let found = after.hash_at(Instant::parse(&expected.at).map_err(fail)?);
        if found != expected.hash {
            differences.push(format!("the hash at {} is {found}, expected {}", expected.at, expected.hash));
        }
    }
    if let Some(expected) = &case.expect_due {
        let [left, at] = [&expected.left_at, &expected.at].map(|at| Instant::parse(at));
        let (left, at) = (left.map_err(fail)?, at.map_err(fail)?);
        let rules = Retention::from_json(serde_json::Value::Object(expected.rules.clone()).to_string());
        let due = rules.map(|rules| after.due_for_erasure(&rules, left, at));
        let found = refusal_of(due, expected.expect_error.as_ref());
        if found != Ok(expected.due.clone()) {
            differences.push(format!("{found:?} is due, expected {:?} or {:?}", expected.due, expected.expect_error));
        }
    }
    Ok(differences)
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

/// What the learner says of themselves.
fn compare_self_ratings(case: &Case, engine: &Engine, record: &LearnerRecord) -> Result<Vec<String>, Failed> {
    let Some(expected) = &case.expect_self_ratings else { return Ok(Vec::new()) };
    let ratings = case.as_of().and_then(|as_of| engine.self_ratings_with(record, as_of, &options(case)));
    let ratings = ratings.map_err(|error| error.to_string())?;
    let found: Result<Vec<serde_json::Value>, _> =
        ratings.iter().map(|rating| serde_json::from_str(&rating.to_json())).collect();
    let found = serde_json::Value::Array(found.map_err(|error| error.to_string())?);
    let expected = serde_json::Value::Array(expected.iter().cloned().map(serde_json::Value::Object).collect());
    Ok(if alike(&found, &expected) { Vec::new() } else { vec![format!("rated {found}, expected {expected}")] })
}

/// What a calendar says, and how a learner stands in it.
fn compare_pace(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let Some(calendar) = case.calendar().map_err(fail)? else { return Ok(Vec::new()) };
    let (log, as_of, options) = (case.any_log().map_err(fail)?, case.as_of().map_err(fail)?, options(case));
    let answers = |calendar: &Calendar| -> Result<[Vec<String>; 2]> {
        let pace = engine.pace_with(&log, calendar, as_of, &options)?;
        let deadlines = engine.deadlines(&log, calendar, as_of)?;
        Ok([
            pace.iter().map(lrm_core::Pace::to_json).collect(),
            deadlines.iter().map(lrm_core::Deadline::to_json).collect(),
        ])
    };
    let [pace, deadlines] = answers(&calendar).map_err(fail)?;
    let again = Calendar::from_json(calendar.to_json()).map_err(fail)?;
    same("after a round trip of the calendar", &calendar.to_json(), &again.to_json())?;
    if answers(&again).map_err(fail)? != [pace.clone(), deadlines.clone()] {
        return Err("another answer after a round trip of the calendar".into());
    }
    let mut differences = Vec::new();
    for (all, name, expected) in [(pace, "course", &case.expect_pace), (deadlines, "activity", &case.expect_deadlines)]
    {
        let all: Result<Vec<serde_json::Value>, _> = all.iter().map(|json| serde_json::from_str(json)).collect();
        let all = all.map_err(|error| error.to_string())?;
        for (id, fields) in expected.iter().flatten() {
            match all.iter().find(|found| found[name] == *id.as_str()) {
                Some(found) => differences.extend(unlike(found, fields, id)),
                None => differences.push(format!("there is no {name} {id}")),
            }
        }
    }
    for expected in case.expect_local.iter().flatten() {
        let (found, expected) = match expected {
            ExpectedLocal::Instant(LocalInstant { local, instant }) => (calendar.instant(local), instant.clone()),
            ExpectedLocal::Cutoff(LocalCutoff { local, grace_days, school_days, cutoff }) => {
                (calendar.cutoff(local, *grace_days, *school_days), cutoff.clone())
            }
            ExpectedLocal::Days(SchoolDays { from, until, school_days }) => {
                let found = calendar.school_days(from, until).map_err(fail)?;
                if found != *school_days {
                    differences.push(format!("{found} school days from {from} to {until}, expected {school_days}"));
                }
                continue;
            }
        };
        let found = found.map_err(fail)?;
        if found != Instant::parse(&expected).map_err(fail)? {
            differences.push(format!("the instant is {found}, expected {expected}"));
        }
    }
    Ok(differences)
}

/// What differs in the named fields, and in those of the objects among them.
fn unlike(found: &serde_json::Value, fields: &serde_json::Map<String, serde_json::Value>, place: &str) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, expected) in fields {
        let (found, place) = (found.get(name).unwrap_or(&serde_json::Value::Null), format!("{place}.{name}"));
        match expected.as_object().filter(|_| found.is_object()) {
            Some(fields) => differences.extend(unlike(found, fields, &place)),
            None if !alike(found, expected) => differences.push(format!("{place} is {found}, expected {expected}")),
            None => {}
        }
    }
    differences
}

/// How programmes stand, and what becomes of an award.
fn compare_programmes(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let mut differences = Vec::new();
    if case.expect_programmes.is_none() && case.expect_award.is_none() {
        return Ok(differences);
    }
    let log = case.log_or_evidence().map_err(fail)?;
    if let Some(expected) = &case.expect_programmes {
        let programmes = engine.programmes_with(&log, case.as_of().map_err(fail)?, &options(case)).map_err(fail)?;
        for (id, expected) in expected {
            let found = programmes.iter().find(|programme| programme.id == *id).map(Programme::to_json);
            let found = found.ok_or_else(|| format!("there is no programme {id}"))?;
            let found: serde_json::Value = serde_json::from_str(&found).map_err(|error| error.to_string())?;
            differences.extend(compare_programme(id, expected, &found));
        }
    }
    if let Some(expected) = &case.expect_award {
        let award = Award::new(&expected.id, &expected.by, Instant::parse(&expected.at).map_err(fail)?);
        match engine.award_with(&log, &expected.programme, &award, &options(case)) {
            Ok(event) => {
                let text: serde_json::Value =
                    serde_json::from_str(event.to_json()).map_err(|error| error.to_string())?;
                let named = expected.evidence.as_ref().map(|ids| serde_json::json!(ids));
                let evidence = text.pointer("/extra/evidence");
                if named.is_none_or(|named| evidence != Some(&named)) || event.id() != Some(&expected.id) {
                    differences.push(format!("awarded {text}, expected {expected:?}"));
                }
                let mut log = log;
                let added = log.push(event).map_err(fail)?;
                if !added || log.state_of(&expected.id) != Some(EntryState::Awarded) {
                    differences.push("the credit is not in the log".to_owned());
                }
            }
            Err(error) if expected.error.as_deref() == Some(error.code().as_str()) => {}
            Err(error) => differences.push(format!("{error}, expected {expected:?}")),
        }
    }
    Ok(differences)
}

fn compare_programme(id: &str, expected: &ExpectedProgramme, found: &serde_json::Value) -> Option<String> {
    let trace = found["trace"].as_array().map(Vec::as_slice).unwrap_or_default();
    let won = trace.iter().filter(|one| one["won"] == true).filter_map(|one| one["at"].as_str());
    let texts = [
        ("title", &expected.title),
        ("kind", &expected.kind),
        ("credit", &expected.credit),
        ("verdict", &expected.verdict),
    ];
    let same = texts.iter().all(|(name, wanted)| wanted.as_ref().is_none_or(|wanted| found[*name] == **wanted))
        && expected.missing.as_ref().is_none_or(|missing| alike_in(missing, &found["missing"]))
        && expected.unreachable.is_none_or(|expected| expected == (found["unreachable"] == true))
        && expected.exact.is_none_or(|expected| expected == (found["exact"] != false))
        && expected.won.as_ref().is_none_or(|expected| expected.iter().eq(won))
        && expected.trace.as_ref().is_none_or(|trace| alike_in(trace, &found["trace"]));
    (!same).then(|| format!("the programme {id} is {found}, expected {expected:?}"))
}

/// How results came to be what they are, and how goals stand.
fn compare_course(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let Some(log) = case.log().map_err(fail)? else { return Ok(Vec::new()) };
    let mut differences = Vec::new();
    for expected in case.expect_history.iter().flatten() {
        let until = Instant::parse(&expected.until).map_err(fail)?;
        let clock = if expected.clock.as_deref() == Some("observed") { Clock::Observed } else { Clock::Known };
        let changes = engine.history(&log, &expected.competency, until, clock).map_err(fail)?;
        let found = changes.iter().map(|change| {
            let value = change.after.value.map_or_else(|| "null".to_owned(), |value| value.to_string());
            format!("{} {:?} {value} {}", change.at, change.events, change.after.status)
        });
        let wanted = expected.changes.iter().map(|change| {
            let value = change.value.as_ref().map_or_else(|| "null".to_owned(), ToString::to_string);
            format!("{} {:?} {value} {}", change.at, change.events, change.status)
        });
        let (found, wanted): (Vec<String>, Vec<String>) = (found.collect(), wanted.collect());
        if found != wanted {
            differences.push(format!("the history of {} is {found:#?}, expected {wanted:#?}", expected.competency));
        }
    }
    if let Some(expected) = &case.expect_goals {
        let goals = engine.goals(&log, Instant::parse(&expected.at).map_err(fail)?).map_err(fail)?;
        for (id, fields) in &expected.goals {
            let found = goals.iter().find(|goal| goal.id == *id).map(|goal| serde_json::from_str(&goal.to_json()));
            let found: serde_json::Value = found.transpose().map_err(|error| error.to_string())?.unwrap_or_default();
            for (name, expected) in fields {
                let found = found.get(name).unwrap_or(&serde_json::Value::Null);
                if !alike(found, expected) {
                    differences.push(format!("{name} of the goal {id} is {found}, expected {expected}"));
                }
            }
        }
    }
    Ok(differences)
}

/// What is learned, ready and blocked, and the way to a target.
fn compare_prerequisites(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let Some(log) = case.log().map_err(fail)? else { return Ok(Vec::new()) };
    let mut differences = Vec::new();
    if let Some(expected) = &case.expect_frontier {
        let at = Instant::parse(&expected.at).map_err(fail)?;
        let frontier = engine.frontier_with(&log, at, &options(case)).map_err(fail)?;
        for (id, fields) in &expected.standings {
            let found = frontier.standings.iter().find(|one| one.competency == *id).map(Standing::to_json);
            let (Some(found), Some(fields)) = (&found, fields) else {
                if found.is_some() || fields.is_some() {
                    differences.push(format!("{id} is {found:?}, expected {fields:?}"));
                }
                continue;
            };
            let found: serde_json::Value = serde_json::from_str(found).map_err(|error| error.to_string())?;
            for (name, expected) in fields {
                let same = found.get(name).map_or_else(|| is_nothing(expected), |found| alike(found, expected));
                if !same {
                    differences.push(format!("{name} of {id} is {:?}, expected {expected}", found.get(name)));
                }
            }
        }
        if let Some(unknown) = expected.unknown.as_ref().filter(|unknown| **unknown != frontier.unknown) {
            differences.push(format!("{:?} are unknown, expected {unknown:?}", frontier.unknown));
        }
    }
    if let Some(expected) = &case.expect_path {
        let at = Instant::parse(&expected.at).map_err(fail)?;
        let path = engine.path_with(&log, &expected.target, at, &options(case));
        let steps = |path: LearningPath| -> Vec<ExpectedStep> {
            let step = |step: PathStep| ExpectedStep { competency: step.competency, alternatives: step.alternatives };
            path.steps.into_iter().map(step).collect()
        };
        let found = refusal_of(path.map(steps), expected.expect_error.as_ref());
        if found != Ok(expected.steps.clone()) {
            differences.push(format!("the way is {found:#?}, expected {:#?}", expected.steps));
        }
    }
    Ok(differences)
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
