//! One case of the corpus, from its documents to its results (formats: corpus).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Code;
use super::calendar::{Calendar, Faults};
use super::deadlines::deadlines;
use super::document::{Object, field, list, object, required, text, texts, truth};
use super::entry::Entry;
use super::erasure::LogCopy;
use super::evidence::clock_of;
use super::frontier::{self, Frontier, Recovery};
use super::goals::goals;
use super::history::history;
use super::instant::{self, Instant};
use super::layers::{Layered, layered};
use super::least::{self, Least};
use super::log::{Log, folded};
use super::pace::paces;
use super::programmes::{Asking, credits};
use super::ready_made::{ready_made, with_base};
use super::requirement::Fault;
use super::retention;
use super::self_ratings::self_ratings;
use super::setup::{Answer, Setup};
use super::simulation::{Asked, simulation};
use super::status::Status;
use super::value::Grid;

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
    /// The hash of the log, if the case has events.
    pub hash: Option<String>,
    /// The hash that it had at the instant that the case asks for.
    pub hash_at: Option<String>,
    /// How many events the case erased, or the codes of what keeps it from that.
    pub erased: Option<Result<usize, Vec<Code>>>,
    /// What is due, or what is wrong with the rules.
    pub due: Option<Result<Vec<String>, Code>>,
    /// What the learner says of themselves.
    pub self_ratings: Vec<Value>,
    /// How the learner is on the way in each course of the calendar.
    pub pace: Vec<Object>,
    /// How each deadline of the calendar stands.
    pub deadlines: Vec<Object>,
    /// The answers to the questions about the calendar: instants, days, or none for what has no answer.
    pub local: Vec<Option<Value>>,
    /// The changes of each result that the case asks for.
    pub history: Vec<Vec<Value>>,
    /// How each goal stands at the instant that the case asks for.
    pub goals: BTreeMap<String, Object>,
    /// What the learner can learn next at the instant that the case asks for.
    pub frontier: Frontier,
    /// The steps to the competency that the case asks for, or why there are none.
    pub path: Option<Result<Vec<Value>, Code>>,
    /// The least evidence for each target that the case asks for, or why there is no answer.
    pub least: Vec<Result<Least, Code>>,
    /// The recovery plans that the case asks for, or what is wrong with each question.
    pub recovery: Vec<Result<Recovery, Vec<(Code, String)>>>,
    /// What the layers of the policy come to, if the case has layers.
    pub layered: Option<Layered>,
    /// What another policy would change, if the case asks.
    pub simulation: Option<Value>,
    /// What the programmes of the policy come to.
    pub programmes: Vec<Object>,
    /// The evidence for the credit that the case asks for, or why it cannot be awarded.
    pub award: Option<Result<BTreeSet<String>, Code>>,
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
    let layered = layered_of(object(case)?)?;
    let mut case = with_ready_made(object(case)?)?;
    if let Some(layered) = &layered {
        case.insert("policy".to_owned(), layered.policy.clone());
    }
    let case = &case;
    let (copy, erased) = copy(case)?.unzip();
    let log = copy.as_ref().map(folded);
    let log = log.as_ref();
    let record = match log {
        Some(log) => log.items.as_slice(),
        None => list(case, "evidence")?,
    };
    let records = list(case, "records")?;
    let in_records = records.iter().filter_map(Value::as_array).flatten();
    let named = named(record.iter().chain(list(case, "events")?).chain(in_records));
    let setup = Setup::read(case, &named, texts(case, "scope")?.as_deref())?;
    let as_of = read_as_of(case, record)?;
    let answer = setup.answer(record, as_of, truth(case, "strict")? == Some(true))?;
    let way = way(case, &setup, &answer, record, copy.as_ref(), as_of)?;
    let has = |at: Instant| copy.as_ref().map(|copy| credits(copy, at)).unwrap_or_default();
    let programmes = Asking { setup: &setup, answer: &answer, credits: has(as_of), as_of }.all();
    let award = award(case, &named, record, has)?;
    let Answer { sorted, results, .. } = answer;
    let of_log = log.iter().flat_map(|log| &log.findings).copied();
    let findings = sorted.findings.into_iter().chain(of_log).map(str::to_owned).collect();
    let self_ratings = self_ratings(record, &setup.setting(as_of), &results);
    let mut outcome = Outcome {
        as_of,
        results,
        findings,
        reasons: sorted.reasons,
        self_ratings,
        programmes,
        award,
        layered,
        simulation: simulated(case, &named, &setup, as_of)?,
        ..way
    };
    further(case, &named, record, copy.as_ref(), &mut outcome)?;
    if let Some(copy) = &copy {
        outcome.hash = Some(copy.hash());
        outcome.hash_at = asked_at(case, "expect_hash_at")?.map(|at| copy.hash_at(at));
        outcome.due = due(case, copy)?;
        outcome.erased = erased.flatten();
        course(case, &named, copy, &mut outcome)?;
    }
    if let Some(log) = log {
        outcome.states.clone_from(&log.states);
        outcome.entries.clone_from(&log.entries);
        outcome.pending.clone_from(&log.pending);
        outcome.scope_at = asked_at(case, "expect_scope_at")?.and_then(|at| log.scope_at(at));
    }
    Ok(outcome)
}

/// What the layers of the case come to, if it has some.
fn layered_of(case: &Object) -> Result<Option<Layered>, Code> {
    field(case, "layers").map(|_| layered(&with_base(case, list(case, "layers")?)?)).transpose()
}

/// The case with the document of the ready-made policy that it names.
fn with_ready_made(case: &Object) -> Result<Object, Code> {
    let mut case = case.clone();
    if let Some(name) = text(&case, "ready_made")?.map(str::to_owned) {
        case.insert("policy".to_owned(), ready_made(&name)?);
    }
    Ok(case)
}

/// What the other policy of the case would change, if it has one.
fn simulated(case: &Object, named: &BTreeSet<String>, setup: &Setup, as_of: Instant) -> Result<Option<Value>, Code> {
    let Some(policy) = field(case, "policy_b") else { return Ok(None) };
    let mut other = case.clone();
    other.insert("policy".to_owned(), policy.clone());
    if let Some(framework) = field(case, "framework_b") {
        other.insert("framework".to_owned(), framework.clone());
    }
    let other = Setup::read(&other, named, texts(case, "scope")?.as_deref())?;
    let competencies =
        field(case, "framework").map(|framework| list(object(framework)?, "competencies")).transpose()?;
    let id = |competency: &Value| competency.get("id").and_then(Value::as_str).map(str::to_owned);
    let order: Vec<String> = match competencies {
        Some(competencies) => competencies.iter().filter_map(id).collect(),
        None => setup.framework.competencies.keys().cloned().collect(),
    };
    let most = field(case, "most_moves").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
    let asked = Asked {
        records: list(case, "records")?,
        as_of,
        is_strict: truth(case, "strict")? == Some(true),
        most_moves: most.unwrap_or(100_000),
        order: &order,
    };
    simulation(setup, &other, &asked).map(Some)
}

/// What is wrong with the requirements of a case whose other documents are sound.
///
/// # Errors
///
/// The code of what is wrong with the other documents.
pub fn requirement_faults(case: &Value) -> Result<Vec<Fault>, String> {
    let faults = || -> Result<Vec<Fault>, Code> {
        let case = &with_ready_made(object(case)?)?;
        let named = named(list(case, "evidence")?.iter().chain(list(case, "events")?));
        Setup::faults(case, &named)
    };
    faults().map_err(str::to_owned)
}

/// The evidence for a credit that is to be awarded, if the case asks. All of the framework applies.
fn award(
    case: &Object,
    named: &BTreeSet<String>,
    record: &[Value],
    credits: impl Fn(Instant) -> BTreeSet<String>,
) -> Result<Option<Result<BTreeSet<String>, Code>>, Code> {
    let Some(asked) = field(case, "expect_award").map(object).transpose()? else { return Ok(None) };
    let setup = Setup::read(case, named, None)?;
    let at = required(instant_of(asked, "at")?)?;
    let (id, by) = (required(text(asked, "id")?)?, required(text(asked, "by")?)?);
    if id.is_empty() || by.is_empty() {
        return Ok(Some(Err("invalid-value")));
    }
    let said = list(case, "evidence")?.iter().chain(list(case, "events")?);
    if said.into_iter().any(|event| event.get("id").and_then(Value::as_str) == Some(id)) {
        return Ok(Some(Err("duplicate-id")));
    }
    let answer = setup.answer(record, at, false)?;
    let asking = Asking { setup: &setup, answer: &answer, credits: credits(at), as_of: at };
    Ok(Some(asking.award(required(text(asked, "programme")?)?)))
}

/// How results came to be what they are, and how goals stand, if the case asks. To both all of the framework applies.
fn course(case: &Object, named: &BTreeSet<String>, copy: &LogCopy, outcome: &mut Outcome) -> Result<(), Code> {
    for asked in list(case, "expect_history")? {
        let asked = object(asked)?;
        let setup = Setup::read(case, named, None)?;
        let competency = required(text(asked, "competency")?)?;
        let until = required(instant_of(asked, "until")?)?;
        let is_observed = text(asked, "clock")? == Some("observed");
        outcome.history.push(history(&setup, copy, competency, until, is_observed)?);
    }
    if let Some(at) = asked_at(case, "expect_goals")? {
        outcome.goals = goals(&Setup::read(case, named, None)?, copy, at)?;
    }
    prerequisites(case, named, copy, outcome)
}

/// What comes next, if the case asks, as far as it applies.
fn prerequisites(case: &Object, named: &BTreeSet<String>, copy: &LogCopy, outcome: &mut Outcome) -> Result<(), Code> {
    let setup = || Setup::read(case, named, texts(case, "scope")?.as_deref());
    if let Some(at) = asked_at(case, "expect_frontier")? {
        outcome.frontier = frontier::frontier(&setup()?, copy, at)?;
    }
    if let Some(at) = asked_at(case, "expect_path")? {
        let asked = object(required(field(case, "expect_path"))?)?;
        let target = required(text(asked, "target")?)?;
        outcome.path = Some(frontier::path(&setup()?, copy, target, at));
    }
    Ok(())
}

/// What further evidence would do, and what is left to learn, if the case asks, each at its instant and as far as it applies.
fn further(
    case: &Object,
    named: &BTreeSet<String>,
    record: &[Value],
    copy: Option<&LogCopy>,
    outcome: &mut Outcome,
) -> Result<(), Code> {
    if field(case, "expect_least_evidence").is_none() && field(case, "expect_recovery_plan").is_none() {
        return Ok(());
    }
    // the log of the evidence, where there are no events
    let copy = copy.map_or_else(|| LogCopy::read(record), |copy| Ok(copy.clone()))?;
    for asked in list(case, "expect_least_evidence")? {
        let asked = object(asked)?;
        outcome.least.push(with_asking(case, named, record, &copy, asked, |asking, target| asking.least(target)));
    }
    for asked in list(case, "expect_recovery_plan")? {
        let asked = object(asked)?;
        let of = required(texts(asked, "of")?)?;
        let setup = Setup::read(case, named, scope_of(case, asked)?.as_deref());
        let at = at_of(case, asked, record)?;
        let plan = setup.map_err(|code| vec![(code, String::new())]);
        outcome.recovery.push(plan.and_then(|setup| frontier::recovery(&setup, &copy, &of, at)));
    }
    Ok(())
}

/// Answers a question about further evidence.
fn with_asking<T>(
    case: &Object,
    named: &BTreeSet<String>,
    record: &[Value],
    copy: &LogCopy,
    asked: &Object,
    answer: impl Fn(least::Asking<'_>, &Object) -> Result<T, Code>,
) -> Result<T, Code> {
    let as_of = at_of(case, asked, record)?;
    // without events there are no credits
    let credits = if field(case, "events").is_some() { credits(copy, as_of) } else { BTreeSet::new() };
    let setup = Setup::read(case, named, scope_of(case, asked)?.as_deref())?;
    let is_strict = truth(case, "strict")? == Some(true);
    let names = least::names(record, &copy.events);
    let sets = least::SETS;
    let asking = least::Asking { setup: &setup, record, names, credits: &credits, as_of, is_strict, sets };
    answer(asking, least::target(asked)?)
}

/// The least evidence for the target of a question, for which so many sets of several candidates are tried at most.
///
/// # Errors
///
/// As [`evaluate`].
pub fn least_evidence(case: &Value, asked: &Value, sets: usize) -> Result<Least, String> {
    let answer = |asking: least::Asking<'_>, target: &Object| least::Asking { sets, ..asking }.least(target);
    asked_with(case, asked, &[], answer).map_err(str::to_owned)
}

/// Whether the target of a question is met once some more events are in the log of a case, or items in its record.
///
/// # Errors
///
/// As [`evaluate`].
pub fn is_reached_with(case: &Value, asked: &Value, more: &[Value]) -> Result<bool, String> {
    let answer = |asking: least::Asking<'_>, target: &Object| asking.is_met(target, &[]);
    asked_with(case, asked, more, answer).map_err(str::to_owned)
}

/// Answers a question about a case with some more events in its log, or items in its record.
fn asked_with<T>(
    case: &Value,
    asked: &Value,
    more: &[Value],
    answer: impl Fn(least::Asking<'_>, &Object) -> Result<T, Code>,
) -> Result<T, Code> {
    let (mut case, asked) = (object(case)?.clone(), object(asked)?);
    if let Some(layered) = layered_of(&case)? {
        case.insert("policy".to_owned(), layered.policy);
    }
    let before = copy(&case)?.map(|(copy, _)| folded(&copy).items);
    // the instant of the question is that of what was there before
    let at = at_of(&case, asked, before.as_deref().map_or_else(|| list(&case, "evidence"), Ok)?)?;
    let key = if field(&case, "events").is_some() { "events" } else { "evidence" };
    let all = [list(&case, key)?, more].concat();
    let named = named(all.iter());
    case.insert(key.to_owned(), Value::Array(all));
    case.insert("as_of".to_owned(), Value::String(instant::show(at)));
    let log = copy(&case)?.map(|(copy, _)| copy);
    let record = log.as_ref().map(|copy| folded(copy).items);
    let record = record.as_deref().map_or_else(|| list(&case, "evidence"), Ok)?;
    let log = log.unwrap_or_default();
    with_asking(&case, &named, record, &log, asked, answer)
}

/// The competencies that apply in a question: its own, else those of the case.
fn scope_of(case: &Object, asked: &Object) -> Result<Option<Vec<String>>, Code> {
    if field(asked, "scope").is_some() { texts(asked, "scope") } else { texts(case, "scope") }
}

/// The instant of a question: its own, else that of the case.
fn at_of(case: &Object, asked: &Object, record: &[Value]) -> Result<Instant, Code> {
    instant_of(asked, "at")?.map_or_else(|| read_as_of(case, record), Ok)
}

/// How the learner is on the way by the calendar of the case, and what it says of time, if there is one.
fn way(
    case: &Object,
    setup: &Setup,
    answer: &Answer,
    record: &[Value],
    copy: Option<&LogCopy>,
    as_of: Instant,
) -> Result<Outcome, Code> {
    let mut way = Outcome::default();
    let Some(document) = field(case, "calendar") else { return Ok(way) };
    let first = |faults: Faults| faults.first().map_or("invalid-value", |(code, _)| *code);
    let calendar = Calendar::read(document).map_err(first)?;
    let events = copy.map(LogCopy::counting).unwrap_or_default();
    let log = Log::of(events.iter(), copy.and_then(|copy| copy.learner.as_deref()));
    let entries: Vec<Entry<'_>> = log.entries(&mut Vec::new()).into_values().collect();
    way.pace = paces(setup, answer, &entries, &calendar, as_of);
    way.deadlines = deadlines(record, &entries, &calendar, as_of);
    for asked in list(case, "expect_local")? {
        way.local.push(calendar.asked(object(asked)?));
    }
    Ok(way)
}

/// What becomes of an erasure: the number of events that are gone, or what is against it.
type Erased = Option<Result<usize, Vec<Code>>>;

/// The log that was known at the instant of the case, if it has events, after what the case erases.
fn copy(case: &Object) -> Result<Option<(LogCopy, Erased)>, Code> {
    if field(case, "events").is_none() {
        return Ok(None);
    }
    let mut copy = LogCopy::read(list(case, "events")?)?;
    let mut erased = None;
    if let Some(erase) = field(case, "erase").map(object).transpose()? {
        let what = required(texts(erase, "what")?)?;
        let fields = object(required(field(erase, "fields"))?)?;
        erased = Some(copy.erase(&what.iter().map(String::as_str).collect::<Vec<_>>(), fields));
    }
    match instant_of(case, "known_at")? {
        Some(at) => Ok(Some((copy.known_at(at), erased))),
        None => Ok(Some((copy, erased))),
    }
}

/// What is due by the rules of the case, if it asks.
fn due(case: &Object, copy: &LogCopy) -> Result<Option<Result<Vec<String>, Code>>, Code> {
    let Some(asked) = field(case, "expect_due").map(object).transpose()? else { return Ok(None) };
    let rules = retention::rules(object(required(field(asked, "rules"))?)?);
    let (left_at, at) = (required(instant_of(asked, "left_at")?)?, required(instant_of(asked, "at")?)?);
    Ok(Some(rules.map(|rules| retention::due(copy, &rules, left_at, at))))
}

/// The instant at which the case asks something.
fn asked_at(case: &Object, what: &str) -> Result<Option<Instant>, Code> {
    let Some(asked) = field(case, what) else { return Ok(None) };
    instant_of(object(asked)?, "at")
}

fn instant_of(object: &Object, name: &str) -> Result<Option<Instant>, Code> {
    text(object, name)?.map(|at| instant::parse(at).ok_or("invalid-value")).transpose()
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
