//! How goals stand: at every instant the question is asked anew whether enough is reached.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Code;
use super::document::{Object, grid, whole};
use super::entry::Entry;
use super::erasure::LogCopy;
use super::event;
use super::history::instants;
use super::instant::{self, Instant};
use super::log::{Log, folded};
use super::setup::{Answer, Setup};
use super::status::Status;
use super::value::{Grid, meets};

/// The goals of a learner by id, as of an instant.
pub(super) fn goals(setup: &Setup, copy: &LogCopy, at: Instant) -> Result<BTreeMap<String, Object>, Code> {
    // what people say later is not said yet
    let events = copy.counting();
    let said = events.iter().filter(|one| event::clock(one).is_none_or(|clock| clock <= at));
    let entries = Log::of(said, copy.learner.as_deref()).entries(&mut Vec::new());
    let record = folded(copy).items;
    let mut goals = BTreeMap::new();
    for entry in entries.values().filter(|entry| entry.kind == "goal") {
        if let Some(id) = entry.id() {
            goals.insert(id.to_owned(), goal(setup, copy, &record, entry, at)?);
        }
    }
    Ok(goals)
}

fn goal(setup: &Setup, copy: &LogCopy, record: &[Value], entry: &Entry<'_>, at: Instant) -> Result<Object, Code> {
    let wanted: BTreeSet<&str> = entry.list("competencies").into_iter().collect();
    let (known, unknown): (BTreeSet<&str>, BTreeSet<&str>) =
        wanted.iter().partition(|id| setup.framework.competencies.contains_key(**id));
    let needed = whole(&entry.own, "at_least", 1, u32::MAX.into())?;
    let needed = needed.and_then(|needed| usize::try_from(needed).ok()).unwrap_or(wanted.len());
    let due = event::text(&entry.item, "due_at").and_then(instant::parse);
    let mut goal = Goal { state: entry.state, since: entry.since, reached: BTreeSet::new(), evidence: BTreeSet::new() };
    if entry.state == "approved" {
        let aim = Aim::of(entry)?;
        let from = entry.since.unwrap_or(Instant::MIN);
        let last = due.map_or(at, |due| due.min(at));
        let times = instants(setup, copy).into_iter().chain([from]).collect::<BTreeSet<Instant>>();
        for time in times.into_iter().filter(|time| from <= *time && *time <= last) {
            let answer = setup.answer(record, time, false)?;
            let reached = aim.reached(setup, &answer, &known);
            if !wanted.is_empty() && reached.len() >= needed {
                let evidence = evidence(setup, &answer, &reached);
                goal = Goal { state: "met", since: Some(time), reached, evidence };
                break;
            }
        }
        if goal.state != "met" {
            let is_late = due.is_some_and(|due| due < at);
            goal.reached = aim.reached(setup, &setup.answer(record, last, false)?, &known);
            if is_late {
                (goal.state, goal.since) = ("missed", due);
            }
        }
    }
    let mut object = Object::new();
    object.insert("state".to_owned(), json!(goal.state));
    object.extend(goal.since.map(|since| ("since".to_owned(), json!(instant::show(since)))));
    object.insert("reached".to_owned(), json!(goal.reached));
    object.insert("needed".to_owned(), json!(needed));
    object.insert("evidence".to_owned(), json!(goal.evidence));
    object.insert("unknown".to_owned(), json!(unknown));
    Ok(object)
}

/// How a goal stands.
struct Goal {
    state: &'static str,
    since: Option<Instant>,
    reached: BTreeSet<String>,
    evidence: BTreeSet<String>,
}

/// What is to be reached.
enum Aim {
    /// The proficient cut.
    Met,
    /// A value.
    Value(Grid),
    /// A level.
    Level(String),
}

impl Aim {
    fn of(entry: &Entry<'_>) -> Result<Self, Code> {
        if let Some(value) = grid(&entry.own, "value")? {
            return Ok(Self::Value(value));
        }
        Ok(event::text(&entry.item, "level").map_or(Self::Met, |level| Self::Level(level.to_owned())))
    }

    /// Those of the competencies that are reached.
    fn reached(&self, setup: &Setup, answer: &Answer, among: &BTreeSet<&str>) -> BTreeSet<String> {
        let is_reached = |id: &&&str| {
            let Some(result) = answer.results.get(**id) else { return false };
            let is_settled = matches!(result.status, Status::Met | Status::NotMet);
            match self {
                Self::Met => result.status == Status::Met,
                Self::Value(cut) => is_settled && result.value.is_some_and(|value| meets(value, *cut)),
                Self::Level(level) => {
                    // the level that is shown, which may be lower than the value's own
                    let scale = setup.sections.get(**id).map(|sections| &sections.scale);
                    let place = |level: &String| scale.and_then(|scale| scale.place_of(level));
                    let (wanted, shown) = (place(level), result.level.as_ref().and_then(place));
                    is_settled && wanted.is_some() && shown >= wanted
                }
            }
        };
        among.iter().filter(is_reached).map(|id| (*id).to_owned()).collect()
    }
}

/// The ids of the evidence of some competencies, and of those below them.
fn evidence(setup: &Setup, answer: &Answer, reached: &BTreeSet<String>) -> BTreeSet<String> {
    let below = reached.iter().flat_map(|id| setup.framework.down(id));
    let items = below.filter_map(|id| answer.sorted.settled.get(id)).flat_map(|settled| &settled.items);
    items.filter_map(|item| item.id.clone()).collect()
}
