//! What a learner is on the way to: goals and the history of results, prerequisites, pace, programmes and their credits.

use libtest_mimic::Failed;
use lrm_core::{
    Award, Calendar, Clock, Engine, EntryState, Error, Instant, LearnerRecord, LearningPath, PathStep, Programme,
    Result, Standing,
};
use lrm_tests::corpus::{
    Case, ExpectedLocal, ExpectedProgramme, ExpectedStep, LocalCutoff, LocalInstant, SchoolDays, alike, alike_in,
    is_nothing,
};

use crate::{options, refusal_of, same};

/// How results came to be what they are, and how goals stand.
pub(crate) fn compare_course(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
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

/// What the learner says of themselves.
pub(crate) fn compare_self_ratings(
    case: &Case,
    engine: &Engine,
    record: &LearnerRecord,
) -> Result<Vec<String>, Failed> {
    let Some(expected) = &case.expect_self_ratings else { return Ok(Vec::new()) };
    let ratings = case.as_of().and_then(|as_of| engine.self_ratings_with(record, as_of, &options(case)));
    let ratings = ratings.map_err(|error| error.to_string())?;
    let found: Result<Vec<serde_json::Value>, _> =
        ratings.iter().map(|rating| serde_json::from_str(&rating.to_json())).collect();
    let found = serde_json::Value::Array(found.map_err(|error| error.to_string())?);
    let expected = serde_json::Value::Array(expected.iter().cloned().map(serde_json::Value::Object).collect());
    Ok(if alike(&found, &expected) { Vec::new() } else { vec![format!("rated {found}, expected {expected}")] })
}

/// What is learned, ready and blocked, and the way to a target.
pub(crate) fn compare_prerequisites(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
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

/// What a calendar says, and how a learner stands in it.
pub(crate) fn compare_pace(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
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
pub(crate) fn compare_programmes(case: &Case, engine: &Engine) -> Result<Vec<String>, Failed> {
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
