//! Makes the cases of `data/rollups.json`: drawn as for the other laws, answered by the reference model. `LRM_BLESS=1` writes
//! the file anew.

use std::collections::{BTreeMap, BTreeSet};

use lrm_tests::corpus::Case;
use lrm_tests::reference::{self, Outcome};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::combined::{combined, estimates, missing};
use crate::draw::{Draw, METHODS, Says, draws};
use crate::plan::{FAULTS_OF_ROWS, case};
use crate::replay::{Replay, Results, file, replays};

const CASES: usize = 500;

/// The file is the same for every run, whatever the environment asks of the other laws.
const SEED: [u8; 32] = *b"rollups for all three languages.";

/// Learners in the order of results, by the type of their column.
fn learners(kind: usize) -> Vec<Value> {
    match kind {
        0 => vec![Value::Null],
        1 => vec![json!(3), json!(7), json!(u32::MAX)],
        // the first is no double
        2 => vec![json!(-9_007_199_254_740_993_i64), json!(-1), json!(7)],
        _ => vec![json!("10"), json!("9"), json!("Zoé")],
    }
}

/// Whose row it is: learners have unequally many, and their rows lie apart.
const PLACES: [usize; 5] = [1, 0, 1, 1, 2];

/// A draw and the kind of its learners. In some, every row has a score and an instant, so that these columns are without nulls.
fn drawn() -> impl Strategy<Value = (Draw, usize)> {
    let whole = |(mut draw, kind, whole): (Draw, usize, bool)| {
        for (row, item) in (0_u8..).zip(&mut draw.items) {
            item.fault = item.fault.filter(|fault| *fault < FAULTS_OF_ROWS && !whole);
            if whole && !matches!(item.says, Says::Score(_)) {
                item.says = Says::Score(row % 17);
            }
            if whole {
                item.instants[0].get_or_insert(usize::from(row) % 12);
            }
        }
        (draw, kind)
    };
    (draws(), 0..4_usize, prop::bool::weighted(0.3)).prop_map(whole)
}

/// The draw without what no rule of a combination asks for, unless it is small: the file shall not be large.
fn lean(mut draw: Draw) -> Draw {
    draw.nodes.iter_mut().for_each(|node| (node.kind, node.tags) = (0, 0));
    draw.items.truncate(18);
    if draw.items.len() > 8 {
        for item in &mut draw.items {
            (item.kind, item.assistance, item.texts) = (None, None, [0; 5]);
        }
    }
    draw
}

/// The rules of the case of that number; without them the draw keeps its own.
fn combinations() -> Vec<(Value, Value)> {
    let mut found = Vec::new();
    for estimate in estimates() {
        for method in METHODS {
            found.extend(missing().map(|missing| (estimate.clone(), json!({"method": method, "missing": missing}))));
        }
    }
    found
}

/// Columns by name, fields inside a field with a dot, without columns of nulls.
fn columns(items: &[Value]) -> BTreeMap<String, Vec<Value>> {
    let mut columns = BTreeMap::new();
    let mut set = |row: usize, name: String, cell: &Value| {
        if !cell.is_null() {
            columns.entry(name).or_insert_with(|| vec![Value::Null; items.len()])[row] = cell.clone();
        }
    };
    for (row, item) in items.iter().enumerate() {
        for (name, value) in item.as_object().expect("no other fault fits a row") {
            match value {
                Value::Object(fields) => {
                    fields.iter().for_each(|(inner, cell)| set(row, format!("{name}.{inner}"), cell));
                }
                cell => set(row, name.clone(), cell),
            }
        }
    }
    columns
}

/// The same document without the fields that are null, which say nothing.
fn brief(document: &Value) -> Value {
    match document {
        Value::Object(fields) => {
            let given = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(given.map(|(name, value)| (name.clone(), brief(value))).collect())
        }
        Value::Array(values) => values.iter().map(brief).collect(),
        other => other.clone(),
    }
}

fn push(results: &mut Results, learner: &Value, outcome: &Outcome) {
    for (competency, found) in &outcome.results {
        if !learner.is_null() {
            results.learner.push(learner.clone());
        }
        results.competency.push(competency.clone());
        results.value.push(found.value.map(reference::Grid::units));
        results.level.push(found.level.clone());
        results.status.push(found.status.as_str().to_owned());
        results.evidence.push(found.evidence);
        results.newest.push(found.newest);
        results.valued.push(found.coverage.0);
        results.covered.push(found.coverage.1);
    }
}

/// The case with the answers of the model; none if the model refuses it.
fn answered(number: usize, case: &Case, kind: usize) -> Option<Replay> {
    let learners = learners(kind);
    let learner = |row: usize| &learners[PLACES[row % PLACES.len()] % learners.len()];
    let as_of = case.as_of.clone().unwrap_or_else(|| case.as_of().expect("an instant").to_string());
    let (mut expect, mut findings) = (Results::default(), Vec::new());
    for one in &learners {
        let own = case.evidence.iter().enumerate().filter(|(row, _)| learner(*row) == one);
        let own: Vec<&Value> = own.map(|(_, item)| item).collect();
        if own.is_empty() {
            continue;
        }
        let outcome = reference::evaluate(&json!({
            "framework": case.framework, "policy": case.policy, "evidence": own, "as_of": as_of, "scope": case.scope,
        }));
        let outcome = outcome.ok()?;
        push(&mut expect, one, &outcome);
        findings.extend(outcome.findings);
    }
    findings.sort_unstable();
    let mut columns = columns(&case.evidence);
    if kind > 0 {
        columns.insert("learner".to_owned(), (0..case.evidence.len()).map(|row| learner(row).clone()).collect());
    }
    let framework = brief(case.framework.as_ref()?);
    let (policy, scope) = (brief(&case.policy), case.scope.clone());
    Some(Replay { case: number, as_of, scope, framework, policy, columns, findings, expect })
}

/// Whether somewhere evidence is rolled up over several leaves.
fn rolls_up(replay: &Replay) -> bool {
    let expect = &replay.expect;
    expect.covered.iter().zip(&expect.evidence).any(|(covered, evidence)| *covered > 1 && *evidence > 0)
}

fn made() -> Vec<Replay> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
    let (strategy, combinations) = (drawn(), combinations());
    let mut draw = |number: usize| {
        let (draw, kind) = strategy.new_tree(&mut runner).expect("a draw").current();
        let case = match combinations.get(number - 1) {
            Some((estimate, rollup)) => combined(lean(draw), estimate, rollup),
            None => case(&draw),
        };
        answered(number, &case, kind).filter(rolls_up)
    };
    (1..=CASES).map(|number| std::iter::repeat_with(|| draw(number)).flatten().next().expect("some case")).collect()
}

#[test]
fn the_file_is_what_the_model_answers() {
    let lines: Vec<String> = made().iter().map(|replay| serde_json::to_string(replay).expect("JSON")).collect();
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    if std::env::var("LRM_BLESS").is_ok() {
        std::fs::write(file(), format!("[\n{}\n]\n", lines.join(",\n"))).expect("a file that can be written");
    }
    let committed = std::fs::read_to_string(file()).unwrap_or_default();
    let committed: Vec<&str> = committed.lines().collect();
    assert_eq!(committed.len(), CASES + 2, "lines: run the test with LRM_BLESS=1");
    for (number, (line, committed)) in (1..).zip(lines.iter().zip(&committed[1..])) {
        let committed = committed.trim_end_matches(',');
        assert!(line == committed, "case {number} is out of date: run the test with LRM_BLESS=1\n{committed}\n{line}");
    }
}

#[test]
fn every_combination_is_in_the_file() {
    let (mut rules, mut statuses) = (BTreeSet::new(), BTreeSet::new());
    for replay in replays() {
        rules.insert(format!("{} {}", replay.policy["estimate"], replay.policy["rollup"]));
        statuses.extend(replay.expect.status);
    }
    for (estimate, rollup) in combinations() {
        assert!(rules.contains(&format!("{estimate} {rollup}")), "no case of {estimate} {rollup}");
    }
    let all = ["insufficient", "met", "not_applicable", "not_assessed", "not_met", "provisional", "stale"];
    assert_eq!(Vec::from_iter(statuses), all);
}
