//! One case of the corpus, from its documents to its results (formats: corpus).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Code;
use super::document::{Object, field, list, object, text, texts, truth};
use super::evidence::clock_of;
use super::framework::Framework;
use super::identity;
use super::instant::{self, Instant};
use super::log::{Folded, fold};
use super::policy::{self, Method};
use super::record::{Setting, Sorted, sort};
use super::rules::Sections;
use super::scope::applying;
use super::status::Status;
use super::value::Grid;
use super::walk::Walk;

/// The result of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeResult {
    /// The value, if it has one.
    pub value: Option<Grid>,
    /// The level, if it reaches one.
    pub level: Option<String>,
    /// The status.
    pub status: Status,
    /// The number of distinct eligible items.
    pub evidence: u32,
    /// The newest selected instant.
    pub newest: Option<Instant>,
    /// Covered leaves with a value, and covered leaves.
    pub coverage: (u32, u32),
    /// Whether the value stands on something that was done to a changed standard.
    pub modified: bool,
}

/// The results of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The instant that the results hold for.
    pub as_of: Instant,
    /// The results by competency.
    pub results: BTreeMap<String, NodeResult>,
    /// The codes of the record's findings, in input order, and those of the log after them.
    pub findings: Vec<String>,
    /// Why each item is not eligible, in input order; `None` if it is.
    pub reasons: Vec<Option<&'static str>>,
    /// Where the entry of each id stands, if the case has events.
    pub states: BTreeMap<String, &'static str>,
    /// The entries of the log by id, if the case has events.
    pub entries: BTreeMap<String, Object>,
    /// What waits for a person, if the case has events.
    pub pending: Vec<Value>,
    /// What applies by enrolment at the instant that the case asks for; none if all does.
    pub scope_at: Option<Vec<String>>,
}

/// The results of a case, or the code of its error.
///
/// # Errors
///
/// The code of the first error in the framework, the policy, both together, the scope and, if the
/// case is strict, the record.
pub fn evaluate(case: &Value) -> Result<Outcome, String> {
    evaluated(case).map_err(str::to_owned)
}

fn evaluated(case: &Value) -> Result<Outcome, Code> {
    let case = object(case)?;
    let log = folded(case)?;
    let record = match &log {
        Some(log) => log.items.as_slice(),
        None => list(case, "evidence")?,
    };
    let log = log.as_ref();
    let framework = match field(case, "framework") {
        Some(document) => Framework::read(document)?,
        None => Framework::of_ids(&named(record.iter().chain(list(case, "events")?))),
    };
    let layers = policy::read(field(case, "policy").ok_or("missing-field")?)?;
    let sections = framework
        .competencies
        .keys()
        .map(|id| Ok((id.clone(), Sections::of(&layers, &framework, id)?)))
        .collect::<Result<BTreeMap<_, _>, Code>>()?;
    check_scales(&framework, &sections)?;
    let applying = applying(&framework, texts(case, "scope")?.as_deref())?;
    let as_of = read_as_of(case, record)?;
    let inner = framework.competencies.keys().filter(|id| !framework.is_leaf(id)).cloned().collect();
    let setting = Setting { sections: &sections, inner: &inner, applying: &applying, as_of };
    let sorted = sort(record, &setting);
    match sorted.findings.first() {
        Some(code) if truth(case, "strict")? == Some(true) => return Err(code),
        _ => {}
    }
    let results = results(&framework, &sections, &setting, &sorted)?;
    let of_log = log.iter().flat_map(|log| &log.findings).copied();
    let findings = sorted.findings.into_iter().chain(of_log).map(str::to_owned).collect();
    let mut outcome = Outcome { as_of, results, findings, reasons: sorted.reasons, ..Outcome::default() };
    if let Some(log) = log {
        outcome.states.clone_from(&log.states);
        outcome.entries.clone_from(&log.entries);
        outcome.pending.clone_from(&log.pending);
        outcome.scope_at = asked_at(case)?.and_then(|at| log.scope_at(at));
    }
    Ok(outcome)
}

/// What follows from the events that were known at the instant of the case, if it has events.
fn folded(case: &Object) -> Result<Option<Folded>, Code> {
    if field(case, "events").is_none() {
        return Ok(None);
    }
    identity::learner(list(case, "events")?)?;
    let known_at = text(case, "known_at")?.map(|at| instant::parse(at).ok_or("invalid-value")).transpose()?;
    Ok(Some(fold(list(case, "events")?, known_at)))
}

/// The instant at which the case asks what applies.
fn asked_at(case: &Object) -> Result<Option<Instant>, Code> {
    let Some(asked) = field(case, "expect_scope_at") else { return Ok(None) };
    text(object(asked)?, "at")?.map(|at| instant::parse(at).ok_or("invalid-value")).transpose()
}

/// The competencies that evidence names, or any event.
fn named<'v>(items: impl Iterator<Item = &'v Value>) -> BTreeSet<String> {
    items.filter_map(|item| item.get("competency")?.as_str()).map(str::to_owned).collect()
}

/// The instant of the question; without one the newest clock instant of any item.
fn read_as_of(case: &Object, record: &[Value]) -> Result<Instant, Code> {
    match text(case, "as_of")? {
        Some(text) => instant::parse(text).ok_or("invalid-value"),
        None => Ok(record.iter().filter_map(clock_of).max().unwrap_or(0)),
    }
}

/// Refuses a node whose inputs have another scale; a sum may.
fn check_scales(framework: &Framework, sections: &BTreeMap<String, Sections>) -> Result<(), Code> {
    for (id, own) in sections.iter().filter(|(id, _)| !framework.is_leaf(id)) {
        let inputs: BTreeSet<&str> = if own.rollup.method.is_over_leaves() {
            framework.down(id).into_iter().filter(|id| framework.is_leaf(id)).collect()
        } else {
            framework.children(id).map(|(child, _)| child).collect()
        };
        let differs = |input: &&str| sections.get(*input).is_some_and(|input| input.scale != own.scale);
        if own.rollup.method != Method::Sum && inputs.iter().any(differs) {
            return Err("incompatible-scales");
        }
    }
    Ok(())
}

/// The results of all the nodes.
fn results(
    framework: &Framework,
    sections: &BTreeMap<String, Sections>,
    setting: &Setting<'_>,
    sorted: &Sorted,
) -> Result<BTreeMap<String, NodeResult>, Code> {
    let mut walk = Walk {
        framework,
        sections,
        settled: &sorted.settled,
        applying: setting.applying,
        as_of: setting.as_of,
        done: BTreeMap::new(),
        leaves: BTreeMap::new(),
    };
    let mut results = BTreeMap::new();
    for id in framework.competencies.keys() {
        let node = walk.node(id)?;
        let result = NodeResult {
            value: node.value,
            level: node.level,
            status: node.status,
            evidence: u32::try_from(walk.evidence(&node.covered)).map_err(|_| "limit-exceeded")?,
            newest: node.newest,
            coverage: walk.coverage(&node.covered)?,
            modified: node.modified,
        };
        results.insert(id.clone(), result);
    }
    Ok(results)
}
