//! What a log says: the states of its events, its entries, and what erasing leaves.

use libtest_mimic::Failed;
use lrm_core::{Error, EventLog, Instant, Retention};
use lrm_tests::corpus::{Case, alike};

use crate::{refusal_of, same_log};

/// What a log tells of, what waits for a person, and what applies.
pub(crate) fn compare_log(case: &Case, log: &EventLog) -> Result<Vec<String>, Failed> {
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
pub(crate) fn compare_erasure(case: &Case, given: &EventLog, after: &EventLog) -> Result<Vec<String>, Failed> {
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
