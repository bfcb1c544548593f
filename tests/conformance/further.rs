//! What further evidence would do, and what is left to learn.

use libtest_mimic::Failed;
use lrm_core::{Engine, Error, EventLog, Instant, LearnerRecord, Options, PathStep, Policy, Result, Target, Verdict};
use lrm_tests::corpus::{Case, ExpectedLeast, ExpectedRecovery, ExpectedStep, ExpectedTarget, alike};
use serde_json::{Map, Value, json};

use crate::{options, same};

/// A field of an answer, or nothing.
fn field<'v>(answer: &'v Value, name: &str) -> &'v Value {
    answer.get(name).unwrap_or(&Value::Null)
}

/// What is asked for, as the engine takes it.
fn target(asked: &ExpectedTarget) -> Result<Target> {
    let target = match (&asked.competency, &asked.programme) {
        (_, Some(programme)) => Target::programme(programme),
        (competency, None) => Target::competency(competency.as_deref().unwrap_or_default()),
    };
    let target = asked.level.iter().fold(target, Target::level);
    let value = asked.value.as_ref().map(|value| value.to_string().parse::<lrm_core::Value>()).transpose()?;
    Ok(value.into_iter().fold(target, Target::value))
}

/// Instant and options of a question, which are those of the case where it does not say them.
fn setting(case: &Case, at: Option<&String>, scope: Option<&Vec<String>>) -> Result<(Instant, Options)> {
    let at = at.map_or_else(|| case.as_of(), |at| Instant::parse(at))?;
    Ok((at, scope.iter().fold(options(case), |options, scope| options.scope(scope.iter().cloned()))))
}

fn least(case: &Case, engine: &Engine, log: &EventLog, asked: &ExpectedLeast) -> Result<Value> {
    let (at, options) = setting(case, asked.at.as_ref(), asked.scope.as_ref())?;
    let least = engine.least_evidence_with(log, &target(&asked.target)?, at, &options)?;
    Ok(serde_json::from_str(&least.to_json()).unwrap_or_default())
}

fn recovery(case: &Case, engine: &Engine, log: &EventLog, asked: &ExpectedRecovery) -> Result<Value> {
    let (at, options) = setting(case, asked.at.as_ref(), asked.scope.as_ref())?;
    let plan = engine.recovery_plan_with(log, &asked.of, at, &options)?;
    let step = |step: &PathStep| json!({"competency": step.competency, "alternatives": step.alternatives});
    let steps: Vec<Value> = plan.steps.iter().map(step).collect();
    let found: Value = serde_json::from_str(&plan.to_json()).unwrap_or_default();
    // what the steps are does not hang on how they are written
    Ok(json!({"found": found, "of": plan.of, "unmet": plan.unmet, "steps": steps}))
}

/// The answers of a case as text, which is the same in every language.
pub(crate) fn further(case: &Case, engine: &Engine) -> std::result::Result<String, Failed> {
    let log = case.log_or_evidence().map_err(|error| error.to_string())?;
    let line = |answer: Result<Value>| match answer {
        Ok(answer) => format!("\n{answer}"),
        Err(error) => format!("\n{}", error.code().as_str()),
    };
    let plan = |asked| recovery(case, engine, &log, asked).map(|answer| field(&answer, "found").clone());
    let leasts = case.expect_least_evidence.iter().flatten().map(|asked| line(least(case, engine, &log, asked)));
    Ok(leasts.chain(case.expect_recovery_plan.iter().flatten().map(|asked| line(plan(asked)))).collect())
}

/// The least evidence, and that it does what it says.
pub(crate) fn compare_least(case: &Case, engine: &Engine) -> std::result::Result<Vec<String>, Failed> {
    let fail = |error: Error| Failed::from(error.to_string());
    let mut differences = Vec::new();
    if case.expect_least_evidence.is_none() {
        return Ok(differences);
    }
    let log = case.log_or_evidence().map_err(fail)?;
    for asked in case.expect_least_evidence.iter().flatten() {
        let answer = match (least(case, engine, &log, asked), asked.error.as_deref()) {
            (Err(error), Some(code)) if error.code().as_str() == code => continue,
            (Ok(answer), None) => answer,
            (answer, _) => {
                differences.push(format!("{answer:?}, expected {asked:?}"));
                continue;
            }
        };
        let pieces = field(&answer, "pieces").as_array().cloned().unwrap_or_default();
        let agrees = asked.reached.is_none_or(|reached| field(&answer, "reached") == reached)
            && asked.exact.is_none_or(|exact| field(&answer, "exact") == exact)
            && asked.count.is_none_or(|count| pieces.len() == count)
            && asked.pieces.as_ref().is_none_or(|expected| are_as_expected(expected, &pieces));
        if !agrees {
            differences.push(format!("{answer}, expected {asked:?}"));
        }
        differences.extend(does_what_it_says(case, engine, &log, asked, &answer, &pieces).map_err(fail)?);
    }
    Ok(differences)
}

/// True if pieces have the expected fields, and none of those that are to be absent.
fn are_as_expected(expected: &[Map<String, Value>], pieces: &[Value]) -> bool {
    let agrees = |(expected, piece): (&Map<String, Value>, &Value)| {
        let mut fields = expected.iter();
        fields.all(|(name, wanted)| match name.as_str() {
            "absent" => wanted.as_array().is_some_and(|absent| {
                absent.iter().all(|name| name.as_str().is_some_and(|name| piece.get(name).is_none()))
            }),
            name => piece.get(name).is_some_and(|found| alike(found, wanted)),
        })
    };
    expected.len() == pieces.len() && expected.iter().zip(pieces).all(agrees)
}

/// With exactly these pieces the target is met, through the log and through the record; with one left out it is not.
fn does_what_it_says(
    case: &Case,
    engine: &Engine,
    log: &EventLog,
    asked: &ExpectedLeast,
    answer: &Value,
    pieces: &[Value],
) -> Result<Option<String>> {
    let (at, options) = setting(case, asked.at.as_ref(), asked.scope.as_ref())?;
    let asking = as_programme(engine, &asked.target)?;
    let is_met = |pieces: &mut dyn Iterator<Item = &Value>| -> Result<bool> {
        let mut then = log.clone();
        for piece in pieces {
            then.push_json(piece.to_string())?;
        }
        let programmes = asking.programmes_with(&then, at, &options)?;
        let id = asked.target.programme.as_deref().unwrap_or(TARGET);
        Ok(programmes.iter().any(|programme| programme.id == id && programme.verdict == Verdict::Met))
    };
    if field(answer, "reached") != true {
        let is_silent = pieces.is_empty() && field(answer, "exact") == false && !is_met(&mut [].iter())?;
        return Ok((!is_silent).then(|| format!("not reached, but {answer}")));
    }
    if !is_met(&mut pieces.iter())? {
        return Ok(Some(format!("not met with {answer}")));
    }
    for (place, left_out) in pieces.iter().enumerate() {
        let mut others = pieces.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, piece)| piece);
        if is_met(&mut others)? {
            return Ok(Some(format!("met without {left_out} of {answer}")));
        }
    }
    let mut then = log.clone();
    let mut record: Value = serde_json::from_str(&log.record().to_json()).unwrap_or_default();
    for piece in pieces {
        then.push_json(piece.to_string())?;
        if let Some(items) = record.get_mut("evidence").and_then(Value::as_array_mut) {
            items.push(piece.clone());
        }
    }
    let record = LearnerRecord::from_json(record.to_string())?;
    let of_log = engine.evaluate_with(&then.record(), at, &options)?;
    let of_record = engine.evaluate_with(&record, at, &options)?;
    let differs = crate::results(&of_log) != crate::results(&of_record);
    Ok(differs.then(|| format!("{answer} in the log and in the record are not the same")))
}

/// The programme that asks for what a target does.
const TARGET: &str = "the target";

/// The engine with a programme for a target about a competency.
fn as_programme(engine: &Engine, target: &ExpectedTarget) -> Result<Engine> {
    let mut policy: Value = serde_json::from_str(&engine.policy().to_json()).unwrap_or_default();
    if let Some((competency, policy)) = target.competency.as_ref().zip(policy.as_object_mut()) {
        let requirement = json!({"competency": competency, "level": target.level, "value": target.value});
        let programmes = policy.entry("programmes").or_insert_with(|| json!([]));
        programmes.as_array_mut().into_iter().for_each(|all| {
            all.push(json!({"id": TARGET, "requirement": requirement}));
        });
    }
    Engine::new(engine.framework().clone(), Policy::from_json(policy.to_string())?)
}

/// What is not learned, and the way there.
pub(crate) fn compare_recovery(case: &Case, engine: &Engine) -> std::result::Result<Vec<String>, Failed> {
    let mut differences = Vec::new();
    if case.expect_recovery_plan.is_none() {
        return Ok(differences);
    }
    let log = case.log_or_evidence().map_err(|error| error.to_string())?;
    for asked in case.expect_recovery_plan.iter().flatten() {
        let answer = match (recovery(case, engine, &log, asked), asked.error.as_deref()) {
            (Err(error), Some(code)) if error.code().as_str() == code => {
                let paths: Vec<&str> = error.findings().iter().map(|finding| finding.path.as_str()).collect();
                if asked.paths.as_ref().is_some_and(|expected| *expected != paths) {
                    differences.push(format!("{paths:?}, expected {asked:?}"));
                }
                continue;
            }
            (Ok(answer), None) => answer,
            (answer, _) => {
                differences.push(format!("{answer:?}, expected {asked:?}"));
                continue;
            }
        };
        let step = |step: &ExpectedStep| json!({"competency": step.competency, "alternatives": step.alternatives});
        let steps = asked.steps.as_ref().map(|steps| steps.iter().map(step).collect::<Vec<_>>());
        let agrees = *field(&answer, "of") == json!(asked.of)
            && asked.unmet.as_ref().is_none_or(|unmet| *field(&answer, "unmet") == json!(unmet))
            && steps.is_none_or(|steps| *field(&answer, "steps") == json!(steps));
        if !agrees {
            differences.push(format!("{answer}, expected {asked:?}"));
        }
        let found = field(&answer, "found");
        same("the lists of a plan", &field(found, "of").to_string(), &field(&answer, "of").to_string())?;
        same("the lists of a plan", &field(found, "unmet").to_string(), &field(&answer, "unmet").to_string())?;
    }
    Ok(differences)
}
