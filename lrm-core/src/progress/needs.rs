//! What each competency needs before it, and what of that is missing for one learner.

use super::room::Room;
use super::too_large;
use crate::engine::{Compiled, Engine, NodeResult, Options, Status};
use crate::error::Result;
use crate::framework::{Association, AssociationType, Strength};
use crate::graph::{Marks, Rows};
use crate::instant::Instant;
use crate::limits::FRONTIER;
use crate::log::{EventLog, WaiverTerms};
use crate::sorting;

/// The prerequisites of a framework as they stand for a learner. Rows are by dependant, and what stands in them is distinct and
/// in byte order.
#[derive(Debug)]
pub(super) struct Needs<'e> {
    compiled: &'e Compiled,
    statuses: Vec<Status>,
    /// All hard prerequisites.
    pub(super) hard: Rows<u32>,
    /// Of what is not learned, the hard prerequisites that are neither satisfied nor waived.
    pub(super) missing: Rows<u32>,
    /// Of what is not learned, the soft prerequisites that are not satisfied.
    pub(super) advised: Rows<u32>,
    /// The dependant and its hard prerequisite that is not satisfied and waived, with the place of the waiver.
    waived: Vec<(u32, u32, u32)>,
    /// Those in force, in the byte order of their names.
    waivers: Vec<WaiverTerms>,
    /// The names of waivers that name what the framework does not have.
    pub(super) unknown: Vec<String>,
}

/// A dependant, its prerequisite or all of them, and the place of the waiver; in order.
type Waiving = Vec<(u32, Option<u32>, u32)>;

impl<'e> Needs<'e> {
    /// As of an instant.
    ///
    /// # Errors
    /// Those of the evaluation; `closure-too-large` where waivers waive too much.
    pub(super) fn of(engine: &'e Engine, log: &EventLog, as_of: Instant, options: &Options) -> Result<Self> {
        let record = log.record();
        let board = engine.checked_board(&record, as_of, options)?;
        let compiled = engine.compiled();
        let waivers = log.waivers(as_of);
        let (waiving, unknown) = waiving(&waivers, compiled);
        let statuses: Vec<Status> = board.cells.iter().map(|cell| cell.result.status).collect();
        let is_learned = |node: u32| statuses.get(node as usize) == Some(&Status::Met);
        let (mut hard, mut unsatisfied, mut advised) = (Vec::new(), Vec::new(), Vec::new());
        let framework = &compiled.framework;
        for edge in framework.associations.iter().filter(|edge| edge.kind == AssociationType::Precedes) {
            let ends = framework.rank.get(&edge.to).zip(framework.rank.get(&edge.from));
            let Some((to, from)) = ends else { continue };
            let result = board.cells.get(from as usize).map(|cell| cell.result).unwrap_or_default();
            let satisfied = is_satisfied(edge, &result, from, compiled);
            match edge.strength {
                Strength::Hard => {
                    hard.push((to, from));
                    // what is asked for twice, at two levels, is satisfied if both are
                    unsatisfied.extend((!satisfied).then_some((to, from)));
                }
                Strength::Soft => advised.extend((!satisfied && !is_learned(to)).then_some((to, from))),
            }
        }
        let nodes = framework.graph.len();
        let unsatisfied = ordered(nodes, &unsatisfied);
        let (mut missing, mut waived) = (Vec::new(), Vec::new());
        for to in 0..nodes {
            for from in unsatisfied.row(to) {
                let by = waived_by(&waiving, to, *from);
                if by.is_empty() && !is_learned(to) {
                    missing.push((to, *from));
                }
                if waived.len() + by.len() > FRONTIER {
                    return Err(too_large(FRONTIER as u64, "prerequisites that waivers waive"));
                }
                waived.extend(by.into_iter().map(|waiver| (to, *from, waiver)));
            }
        }
        let (hard, advised) = (ordered(nodes, &hard), ordered(nodes, &advised));
        let missing = Rows::of(statuses.len(), missing.iter().copied());
        Ok(Self { compiled, statuses, hard, missing, advised, waived, waivers, unknown })
    }

    /// How many competencies there are.
    pub(super) fn len(&self) -> usize {
        self.statuses.len()
    }

    /// The numbers of all competencies, in the order of the framework.
    pub(super) fn in_order(&self) -> Vec<u32> {
        let mut numbers = vec![0; self.len()];
        for (node, place) in (0..).zip(&self.compiled.framework.nodes) {
            numbers.get_mut(*place).into_iter().for_each(|number| *number = node);
        }
        numbers
    }

    pub(super) fn applies(&self, node: u32) -> bool {
        self.status(node) != Status::NotApplicable
    }

    pub(super) fn is_learned(&self, node: u32) -> bool {
        self.status(node) == Status::Met
    }

    /// True for what applies and lacks something that has to come before it.
    pub(super) fn is_blocked(&self, node: u32) -> bool {
        self.applies(node) && !self.missing.row(node).is_empty()
    }

    fn status(&self, node: u32) -> Status {
        self.statuses.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn id(&self, node: u32) -> &'e str {
        self.compiled.framework.id_of(node)
    }

    pub(super) fn ids(&self, nodes: &[u32], room: &mut Room) -> Result<Vec<String>> {
        nodes.iter().map(|node| room.text(self.id(*node))).collect()
    }

    /// The waivers in force of hard prerequisites of a competency that are not satisfied, with these.
    pub(super) fn waivers_of(&self, node: u32) -> impl Iterator<Item = (u32, &WaiverTerms)> {
        let first = self.waived.partition_point(|(to, ..)| *to < node);
        let own = self.waived.iter().skip(first).take_while(move |(to, ..)| *to == node);
        own.filter_map(|(_, from, place)| Some((*from, self.waivers.get(*place as usize)?)))
    }

    /// Pairs of a missing prerequisite and what lacks it, of all that lack one and are asked for.
    pub(super) fn upward(&self, wanted: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for to in (0..self.compiled.framework.graph.len()).filter(|to| wanted(*to)) {
            pairs.extend(self.missing.row(to).iter().map(|from| (*from, to)));
        }
        pairs
    }
}

/// Pairs by their first part, each once and in order: counted, not compared.
fn ordered(nodes: u32, pairs: &[(u32, u32)]) -> Rows<u32> {
    let flipped: Vec<(u32, u32)> = pairs.iter().map(|(to, from)| (*from, *to)).collect();
    let by_second = Rows::of(nodes as usize, flipped.iter().copied());
    let mut marks = Marks::new(nodes);
    let mut distinct = Vec::with_capacity(pairs.len());
    for from in 0..nodes {
        let mark = marks.start();
        distinct.extend(by_second.row(from).iter().filter(|to| marks.set(**to, mark)).map(|to| (*to, from)));
    }
    Rows::of(nodes as usize, distinct.iter().copied())
}

/// The places of the waivers of a prerequisite, ascending.
fn waived_by(waiving: &Waiving, to: u32, from: u32) -> Vec<u32> {
    let mut by = Vec::new();
    for wanted in [(to, Some(from)), (to, None)] {
        let first = waiving.partition_point(|(to, from, _)| (*to, *from) < wanted);
        let rest = waiving.iter().skip(first).take_while(|(to, from, _)| (*to, *from) == wanted);
        by.extend(rest.map(|(.., place)| *place));
    }
    if by.len() > 1 {
        sorting::nodes(&mut by);
    }
    by
}

/// Whether a prerequisite with that result is satisfied.
fn is_satisfied(edge: &Association, result: &NodeResult, from: u32, compiled: &Compiled) -> bool {
    let Some(wanted) = &edge.level else {
        return matches!(result.status, Status::Met | Status::NotApplicable);
    };
    match result.status {
        Status::NotApplicable => true,
        Status::Met | Status::NotMet => result.shows(wanted, &compiled.set(from).scale),
        _ => false,
    }
}

/// What is waived by which, and the names of those that name what the framework does not have.
fn waiving(waivers: &[WaiverTerms], compiled: &Compiled) -> (Waiving, Vec<String>) {
    let (mut waiving, mut unknown) = (Waiving::new(), Vec::new());
    for (place, waiver) in (0..).zip(waivers) {
        let number = |id: &String| compiled.framework.rank.get(id);
        let prerequisite = waiver.prerequisite.as_ref().map(number);
        match (number(&waiver.competency), prerequisite) {
            (Some(to), None) => waiving.push((to, None, place)),
            (Some(to), Some(Some(from))) => waiving.push((to, Some(from), place)),
            _ => unknown.push(waiver.name.clone()),
        }
    }
    sorting::sort(&mut waiving);
    (waiving, unknown)
}
