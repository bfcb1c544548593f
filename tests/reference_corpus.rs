//! Every case of the corpus, computed by the reference model.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a corpus that is not in its format shall fail the test at once"
)]

use std::fs;
use std::path::{Path, PathBuf};

use lrm_tests::reference::{
    Grid, NodeResult, Outcome, calendar_faults, canonical_json, evaluate, exact_number, is_reached_with, parse_instant,
    requirement_faults,
};
use serde_json::{Value, json};

/// All the JSON files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What differs between a case's expectation and its outcome.
fn differences(case: &Value, outcome: &Result<Outcome, String>) -> Vec<String> {
    let expected_error = case["expect_error"]["code"].as_str();
    let outcome = match (outcome, expected_error) {
        (Err(code), Some(expected)) if code == expected => {
            // a case is about a calendar or about requirements
            let is_of_calendar = case.get("calendar").is_some();
            return if is_of_calendar { place_differences(case) } else { path_differences(case) };
        }
        (Err(code), expected) => return vec![format!("error {code}, expected {expected:?}")],
        (Ok(_), Some(expected)) => return vec![format!("results, expected error {expected}")],
        (Ok(outcome), None) => outcome,
    };
    let mut found = Vec::new();
    if let Some(expected) = case["expect_findings"].as_array() {
        let mut expected: Vec<&str> = expected.iter().map(|code| code.as_str().unwrap()).collect();
        let mut codes: Vec<&str> = outcome.findings.iter().map(String::as_str).collect();
        expected.sort_unstable();
        codes.sort_unstable();
        if codes != expected {
            found.push(format!("findings {codes:?}, expected {expected:?}"));
        }
    }
    for (id, expected) in case["expect_states"].as_object().into_iter().flatten() {
        let state = outcome.states.get(id).copied();
        if state != expected.as_str() {
            found.push(format!("{id} is {state:?}, expected {expected}"));
        }
    }
    found.extend(log_differences(case, outcome));
    found.extend(erasure_differences(case, outcome));
    found.extend(course_differences(case, outcome));
    found.extend(prerequisite_differences(case, outcome));
    found.extend(way_differences(case, outcome));
    found.extend(programme_differences(case, outcome));
    found.extend(least_differences(case, outcome));
    found.extend(recovery_differences(case, outcome));
    if let Some(expected) = case["expect_self_ratings"].as_array()
        && list(&outcome.self_ratings) != list(expected)
    {
        found.push(format!("self-ratings {:?}, expected {expected:?}", outcome.self_ratings));
    }
    found.extend(policy_differences(case, outcome));
    for (id, fields) in case["expect"].as_object().into_iter().flatten() {
        let Some(result) = outcome.results.get(id) else {
            found.push(format!("{id}: no result"));
            continue;
        };
        for (field, expected) in fields.as_object().unwrap() {
            if !agrees(result, field, expected) {
                found.push(format!("{id}.{field}: expected {expected}, got {result:?}"));
            }
        }
    }
    found
}

/// What differs in the places of what is wrong with a calendar.
fn place_differences(case: &Value) -> Vec<String> {
    let faults = calendar_faults(&case["calendar"]);
    let mut faults: Vec<Value> = faults.iter().map(|(code, path)| json!({"code": code, "path": path})).collect();
    let mut found = Vec::new();
    let error = &case["expect_error"];
    if error.get("path").is_some_and(|path| faults.first().is_none_or(|first| first["path"] != *path)) {
        found.push(format!("faults {faults:?}, expected {error}"));
    }
    if let Some(all) = error["all"].as_array() {
        let mut all = all.clone();
        all.sort_by_key(fault_place);
        faults.sort_by_key(fault_place);
        if all != faults {
            found.push(format!("faults {faults:?}, expected {all:?}"));
        }
    }
    found
}

/// What differs in the pace, in the deadlines, and in what the calendar says of time.
fn way_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (key, name, given) in
        [("expect_pace", "course", &outcome.pace), ("expect_deadlines", "activity", &outcome.deadlines)]
    {
        for (id, fields) in case[key].as_object().into_iter().flatten() {
            let Some(given) = given.iter().find(|given| given[name] == *id) else {
                found.push(format!("{key}: no {id}"));
                continue;
            };
            for (field, expected) in fields.as_object().unwrap() {
                let given = given.get(field).unwrap_or(&Value::Null);
                // of what is inside, too, only what is named
                let parts: Vec<(&Value, &Value)> = match (field.as_str(), expected) {
                    ("own" | "calendar" | "set", Value::Object(expected)) => {
                        expected.iter().map(|(name, expected)| (&given[name], expected)).collect()
                    }
                    _ => vec![(given, expected)],
                };
                if parts.iter().any(|(given, expected)| canonical_json(given) != canonical_json(expected)) {
                    found.push(format!("{field} of {id} is {given}, expected {expected}"));
                }
            }
        }
    }
    for (place, asked) in case["expect_local"].as_array().into_iter().flatten().enumerate() {
        let answer = outcome.local[place].clone().unwrap_or_default();
        let name = if asked.get("from").is_some() { "school_days" } else { "instant" };
        let expected = asked.get("cutoff").unwrap_or(&asked[name]);
        if answer != *expected || answer.is_null() {
            found.push(format!("{asked}: {answer}"));
        }
    }
    found
}

/// What differs in the entries of the log, in what waits, and in what applies by enrolment.
fn log_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (id, fields) in case["expect_entries"].as_object().into_iter().flatten() {
        let (entry, fields) = match (outcome.entries.get(id), fields.as_object()) {
            (Some(entry), Some(fields)) => (entry, fields),
            (None, None) => continue,
            (entry, _) => {
                found.push(format!("entry {id}: expected {fields}, got {entry:?}"));
                continue;
            }
        };
        for (field, expected) in fields {
            let same =
                entry.get(field).map_or(expected.is_null(), |entry| canonical_json(entry) == canonical_json(expected));
            if !same {
                found.push(format!("entry {id}.{field}: expected {expected}, got {entry:?}"));
            }
        }
    }
    if let Some(expected) = case["expect_pending"].as_array()
        && *expected != outcome.pending
    {
        found.push(format!("pending {:?}, expected {expected:?}", outcome.pending));
    }
    if let Some(expected) = case["expect_scope_at"].as_object() {
        let scope = expected["scope"].as_array();
        let scope = scope.map(|scope| scope.iter().map(|id| id.as_str().unwrap().to_owned()).collect());
        if outcome.scope_at != scope {
            found.push(format!("scope {:?}, expected {scope:?}", outcome.scope_at));
        }
    }
    found
}

/// What differs in what is there, what is gone, and what is due.
fn erasure_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (expected, hash) in [(&case["expect_hash"], &outcome.hash), (&case["expect_hash_at"]["hash"], &outcome.hash_at)]
    {
        if !expected.is_null() && expected.as_str() != hash.as_deref() {
            found.push(format!("hash {hash:?}, expected {expected}"));
        }
    }
    if let Some(asked) = case["erase"].as_object() {
        let erased = outcome.erased.as_ref().unwrap();
        let agrees = match erased {
            Ok(count) => asked.get("expect") == Some(&json!(count)),
            Err(codes) => {
                asked.get("expect_error").map(|error| &error["code"]) == codes.first().map(|code| json!(code)).as_ref()
            }
        };
        if !agrees {
            found.push(format!("erased {erased:?}, expected {asked:?}"));
        }
    }
    if let Some(asked) = case["expect_due"].as_object() {
        let due = outcome.due.as_ref().unwrap();
        let agrees = match due {
            Ok(due) => asked.get("due") == Some(&json!(due)),
            Err(code) => asked.get("expect_error").map(|error| &error["code"]) == Some(&json!(code)),
        };
        if !agrees {
            found.push(format!("due {due:?}, expected {asked:?}"));
        }
    }
    found
}

/// What differs in the history of results, and in the goals.
fn course_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (place, asked) in case["expect_history"].as_array().into_iter().flatten().enumerate() {
        let changes = &outcome.history[place];
        if list(changes) != list(asked["changes"].as_array().unwrap()) {
            found.push(format!("the history of {} is {changes:?}, expected {}", asked["competency"], asked["changes"]));
        }
    }
    for (id, fields) in case["expect_goals"]["goals"].as_object().into_iter().flatten() {
        let goal = outcome.goals.get(id);
        for (field, expected) in fields.as_object().unwrap() {
            let given = goal.and_then(|goal| goal.get(field)).unwrap_or(&Value::Null);
            if canonical_json(given) != canonical_json(expected) {
                found.push(format!("{field} of the goal {id} is {given}, expected {expected}"));
            }
        }
    }
    found
}

/// What differs in what can be learned next, and in the way to a competency.
fn prerequisite_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let asked = &case["expect_frontier"];
    for (id, fields) in asked["standings"].as_object().into_iter().flatten() {
        let standing = outcome.frontier.standings.iter().find(|(other, _)| other == id).map(|(_, standing)| standing);
        let (Some(standing), Some(fields)) = (standing, fields.as_object()) else {
            if standing.is_some() || !fields.is_null() {
                found.push(format!("{id} stands {standing:?}, expected {fields}"));
            }
            continue;
        };
        for (field, expected) in fields {
            let given = standing.get(field).unwrap_or(&Value::Null);
            if canonical_json(given) != canonical_json(expected) {
                found.push(format!("{field} of {id} is {given}, expected {expected}"));
            }
        }
    }
    if let Some(expected) = asked["unknown"].as_array()
        && json!(outcome.frontier.unknown) != json!(expected)
    {
        found.push(format!("unknown {:?}, expected {expected:?}", outcome.frontier.unknown));
    }
    if let Some(asked) = case["expect_path"].as_object() {
        let agrees = match outcome.path.as_ref().unwrap() {
            Ok(steps) => asked.get("steps") == Some(&json!(steps)),
            Err(code) => asked.get("expect_error").map(|error| &error["code"]) == Some(&json!(code)),
        };
        if !agrees {
            found.push(format!("path {:?}, expected {asked:?}", outcome.path));
        }
    }
    found
}

/// What differs in the least evidence for targets; and whether it does what it says.
fn least_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (place, asked) in case["expect_least_evidence"].as_array().into_iter().flatten().enumerate() {
        let least = match &outcome.least[place] {
            Ok(least) => least,
            Err(code) if asked["error"] == *code => continue,
            Err(code) => {
                found.push(format!("{code}, expected {asked}"));
                continue;
            }
        };
        let agrees = |name: &str, given: bool| asked.get(name).is_none_or(|expected| *expected == given);
        let mut good = asked.get("error").is_none() && agrees("reached", least.reached) && agrees("exact", least.exact);
        let count = asked["count"].as_u64().map(|count| usize::try_from(count).unwrap());
        good &= match &least.pieces {
            Some(pieces) => {
                count.is_none_or(|count| pieces.len() == count)
                    && asked["pieces"].as_array().is_none_or(|expected| are_pieces(expected, pieces))
            }
            // of what is too much to try it is only known that less does not do
            None => count.is_some_and(|count| count >= least.bound) && asked.get("pieces").is_none(),
        };
        if !good {
            found.push(format!("{least:?}, expected {asked}"));
        }
        if let (Some(pieces), true) = (&least.pieces, least.reached) {
            let is_reached = |pieces: &[Value]| is_reached_with(case, asked, pieces).unwrap();
            let without = |place: usize| {
                let mut others = pieces.clone();
                others.remove(place);
                others
            };
            if !is_reached(pieces) || (0..pieces.len()).any(|place| is_reached(&without(place))) {
                found.push(format!("{pieces:?} are not what {} needs", asked["target"]));
            }
        }
    }
    found
}

/// Whether pieces have the expected fields, and none of those that are to be absent.
fn are_pieces(expected: &[Value], pieces: &[Value]) -> bool {
    let agrees = |(expected, piece): (&Value, &Value)| {
        expected.as_object().unwrap().iter().all(|(name, wanted)| match (name.as_str(), wanted.as_array()) {
            ("absent", Some(absent)) => absent.iter().all(|name| piece.get(name.as_str().unwrap()).is_none()),
            _ => canonical_json(&piece[name]) == canonical_json(wanted),
        })
    };
    expected.len() == pieces.len() && expected.iter().zip(pieces).all(agrees)
}

/// What differs in recovery plans.
fn recovery_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (place, asked) in case["expect_recovery_plan"].as_array().into_iter().flatten().enumerate() {
        let good = match &outcome.recovery[place] {
            Ok(plan) => {
                asked.get("error").is_none()
                    && asked.get("unmet").is_none_or(|unmet| *unmet == json!(plan.unmet))
                    && asked.get("steps").is_none_or(|steps| *steps == json!(plan.steps))
            }
            Err(faults) => {
                let paths: Vec<&str> = faults.iter().map(|(_, path)| path.as_str()).collect();
                faults.first().is_some_and(|(code, _)| asked["error"] == *code)
                    && asked.get("paths").is_none_or(|expected| *expected == json!(paths))
            }
        };
        if !good {
            found.push(format!("{:?}, expected {asked}", outcome.recovery[place]));
        }
    }
    found
}

/// What differs in what layers come to, and in what another policy would change.
fn policy_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(layered) = &outcome.layered {
        for (parameter, expected) in case["expect_trace"].as_object().into_iter().flatten() {
            let traced = layered.trace.get(parameter).unwrap_or(&Value::Null);
            if canonical_json(traced) != canonical_json(expected) {
                found.push(format!("the trace of {parameter} is {traced}, expected {expected}"));
            }
        }
        if let Some(expected) = case["expect_refused"].as_array() {
            let same = |(refused, expected): (&Value, &Value)| {
                let fields = expected.as_object().unwrap();
                fields.iter().all(|(name, expected)| canonical_json(&refused[name]) == canonical_json(expected))
            };
            if layered.refused.len() != expected.len() || !layered.refused.iter().zip(expected).all(same) {
                found.push(format!("refused {:?}, expected {expected:?}", layered.refused));
            }
        }
    }
    for (name, expected) in case["expect_simulation"].as_object().into_iter().flatten() {
        let simulated = outcome.simulation.as_ref().and_then(|simulation| simulation.get(name));
        if simulated.map(canonical_json) != Some(canonical_json(expected)) {
            found.push(format!("{name} of the simulation is {simulated:?}, expected {expected}"));
        }
    }
    found
}

/// What differs in the place of an error, if the case names it.
fn path_differences(case: &Value) -> Vec<String> {
    let is_of_layers = case.get("layers").is_some() || case.get("policy_b").is_some();
    let error = &case["expect_error"];
    if is_of_layers || error.get("path").is_none() {
        return Vec::new();
    }
    // of documents with other faults the model says nothing but the first code
    let Ok(faults) = requirement_faults(case) else { return Vec::new() };
    let mut faults: Vec<Value> = faults.iter().map(|fault| json!({"code": fault.code, "path": fault.path})).collect();
    let mut found = Vec::new();
    if faults.first().is_none_or(|first| first["path"] != error["path"]) {
        found.push(format!("faults {faults:?}, expected {error}"));
    }
    let mut all = error["all"].as_array().cloned().unwrap_or_else(|| faults.iter().take(1).cloned().collect());
    all.sort_by_key(fault_place);
    faults.sort_by_key(fault_place);
    if all != faults {
        found.push(format!("faults {faults:?}, expected {error}"));
    }
    found
}

fn fault_place(fault: &Value) -> (String, String) {
    (fault["path"].to_string(), fault["code"].to_string())
}

/// What differs in the programmes, and in the credit that is awarded.
fn programme_differences(case: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (id, fields) in case["expect_programmes"].as_object().into_iter().flatten() {
        let Some(programme) = outcome.programmes.iter().find(|programme| programme["id"] == **id) else {
            found.push(format!("no programme {id}"));
            continue;
        };
        for (name, expected) in fields.as_object().unwrap() {
            let (given, agrees) = match name.as_str() {
                "missing" | "trace" => (programme[name].clone(), has_fields(&programme[name], expected)),
                "won" => {
                    let trace = programme["trace"].as_array().unwrap().iter();
                    let won = trace.filter(|one| one["won"] == true).map(|one| one["at"].clone()).collect();
                    (won, None)
                }
                "exact" => (programme.get(name).cloned().unwrap_or(json!(true)), None),
                "unreachable" => (programme.get(name).cloned().unwrap_or(json!(false)), None),
                _ => (programme.get(name).cloned().unwrap_or(Value::Null), None),
            };
            if !agrees.unwrap_or_else(|| canonical_json(&given) == canonical_json(expected)) {
                found.push(format!("{name} of {id} is {given}, expected {expected}"));
            }
        }
    }
    if let Some(asked) = case["expect_award"].as_object() {
        let given = match outcome.award.as_ref().unwrap() {
            Ok(evidence) => json!({ "evidence": evidence }),
            Err(code) => json!({ "error": code }),
        };
        let expected: Value = match (asked.get("error"), asked.get("evidence")) {
            (Some(error), None) => json!({ "error": error }),
            (None, Some(evidence)) => json!({ "evidence": evidence }),
            _ => panic!("a credit is awarded or refused"),
        };
        if given != expected {
            found.push(format!("awarding gives {given}, expected {expected}"));
        }
    }
    found
}

/// Whether a list has the named fields, entry by entry.
fn has_fields(given: &Value, expected: &Value) -> Option<bool> {
    let (given, expected) = (given.as_array()?, expected.as_array()?);
    let has = |(given, expected): (&Value, &Value)| {
        let mut fields = expected.as_object().into_iter().flatten();
        fields.all(|(name, expected)| canonical_json(&given[name]) == canonical_json(expected))
    };
    Some(given.len() == expected.len() && given.iter().zip(expected).all(has))
}

fn list(values: &[Value]) -> Vec<String> {
    values.iter().map(canonical_json).collect()
}

/// Whether a field of a result is as expected.
fn agrees(result: &NodeResult, field: &str, expected: &Value) -> bool {
    match field {
        "value" => result.value.map(Grid::exact) == expected.as_number().map(exact_number),
        "level" => result.level.as_deref() == expected.as_str(),
        "status" => Some(result.status.as_str()) == expected.as_str(),
        "evidence" => json!(result.evidence) == *expected,
        "newest" => result.newest == expected.as_str().map(|text| parse_instant(text).unwrap()),
        "modified" => json!(result.modified) == *expected,
        "coverage" => json!([result.coverage.0, result.coverage.1]) == *expected,
        _ => panic!("a result has no field `{field}`"),
    }
}

#[test]
fn the_reference_agrees_with_the_corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let (mut count, mut failures) = (0, Vec::new());
    for file in files(&folder) {
        let corpus: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let topic = corpus["topic"].as_str().unwrap();
        for case in corpus["cases"].as_array().unwrap() {
            count += 1;
            let id = case["id"].as_str().unwrap();
            let found = differences(case, &evaluate(case));
            failures.extend(found.into_iter().map(|difference| format!("{topic}::{id}: {difference}")));
        }
    }
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 0, "no cases in {}", folder.display());
}
