//! What each competency needs before it, and what of that is missing for one learner.

use std::collections::BTreeMap;

use super::too_large;
use crate::engine::{Board, Compiled, Engine, NodeResult, Options, Status};
use crate::error::Result;
use crate::framework::{Association, AssociationType, Strength};
use crate::graph::Rows;
use crate::instant::Instant;
use crate::limits::FRONTIER;
use crate::log::{EventLog, WaiverTerms};

/// The prerequisites of a framework as they stand for a learner. Rows are by dependant, and what stands in them is distinct and
/// in byte order.
#[derive(Debug)]
pub(super) struct Needs<'e> {
    pub(super) compiled: &'e Compiled,
    statuses: Vec<Status>,
    /// All hard prerequisites.
    pub(super) hard: Rows<u32>,
    /// Of what is not learned, the hard prerequisites that are neither satisfied nor waived.
    pub(super) missing: Rows<u32>,
    /// Of what is not learned, the soft prerequisites that are not satisfied.
    pub(super) advised: Rows<u32>,
    /// The hard prerequisites that are not satisfied and waived, each with the place of the waiver.
    pub(super) waived: Rows<(u32, u32)>,
    /// Those in force, in the byte order of their names.
    pub(super) waivers: Vec<WaiverTerms>,
    /// The names of waivers that name what the framework does not have.
    pub(super) unknown: Vec<String>,
}

/// What waives a prerequisite of a competency, or, with none, all of them.
type Waiving = BTreeMap<(u32, Option<u32>), Vec<u32>>;

impl<'e> Needs<'e> {
    /// As of an instant.
    ///
    /// # Errors
    /// Those of the evaluation; `closure-too-large` where waivers waive too much.
    pub(super) fn of(engine: &'e Engine, log: &EventLog, as_of: Instant, options: &Options) -> Result<Self> {
        let record = log.record();
        let board = engine.board(&record, as_of, options)?;
        options.check(|| board.report(engine.compiled()))?;
        let compiled = engine.compiled();
        let (hard, soft) = (edges(compiled, &board, Strength::Hard), edges(compiled, &board, Strength::Soft));
        let waivers = log.waivers(as_of);
        let (waiving, unknown) = waiving(&waivers, compiled);
        let statuses: Vec<Status> = board.cells.iter().map(|cell| cell.result.status).collect();
        let is_learned = |node: u32| statuses.get(node as usize) == Some(&Status::Met);
        let (mut missing, mut waived) = (Vec::new(), Vec::new());
        for (to, from, _) in hard.iter().filter(|(.., satisfied)| !satisfied) {
            let by = [Some(*from), None].into_iter().filter_map(|named| waiving.get(&(*to, named)));
            let mut by: Vec<u32> = by.flatten().copied().collect();
            by.sort_unstable();
            if by.is_empty() && !is_learned(*to) {
                missing.push((*to, *from));
            }
            if waived.len() + by.len() > FRONTIER {
                return Err(too_large(FRONTIER as u64, "prerequisites that waivers waive"));
            }
            waived.extend(by.into_iter().map(|waiver| (*to, (*from, waiver))));
        }
        let advised = soft.iter().filter(|(to, _, satisfied)| !satisfied && !is_learned(*to));
        let nodes = statuses.len();
        let needs = Self {
            compiled,
            hard: Rows::of(nodes, hard.iter().map(|(to, from, _)| (*to, *from))),
            missing: Rows::of(nodes, missing.iter().copied()),
            advised: Rows::of(nodes, advised.map(|(to, from, _)| (*to, *from))),
            waived: Rows::of(nodes, waived.iter().copied()),
            waivers,
            unknown,
            statuses,
        };
        Ok(needs)
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

    pub(super) fn id(&self, node: u32) -> String {
        self.compiled.framework.id_of(node).to_owned()
    }

    pub(super) fn ids(&self, nodes: &[u32]) -> Vec<String> {
        nodes.iter().map(|node| self.id(*node)).collect()
    }

    /// What lacks a prerequisite and the prerequisite, of all that lack one.
    pub(super) fn lacking(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        let nodes = u32::try_from(self.len()).unwrap_or(u32::MAX);
        (0..nodes).flat_map(|to| self.missing.row(to).iter().map(move |from| (to, *from)))
    }
}

/// The prerequisites of a strength: the dependant, the prerequisite, and whether it is satisfied, whatever it is asked for. Each
/// pair stands once, dependant after dependant.
fn edges(compiled: &Compiled, board: &Board<'_>, strength: Strength) -> Vec<(u32, u32, bool)> {
    let framework = &compiled.framework;
    let all = framework.associations.iter();
    let of_strength = all.filter(|edge| edge.kind == AssociationType::Precedes && edge.strength == strength);
    let edge = |edge: &Association| {
        let (from, to) = (framework.rank.get(&edge.from)?, framework.rank.get(&edge.to)?);
        let result = board.cells.get(from as usize).map(|cell| cell.result).unwrap_or_default();
        Some((to, from, is_satisfied(edge, &result, from, compiled)))
    };
    let mut edges: Vec<(u32, u32, bool)> = of_strength.filter_map(edge).collect();
    // what is asked for twice, at two levels, is satisfied if both are
    edges.sort_unstable();
    edges.dedup_by_key(|(to, from, _)| (*to, *from));
    edges
}

/// Whether a prerequisite with that result is satisfied.
fn is_satisfied(edge: &Association, result: &NodeResult, from: u32, compiled: &Compiled) -> bool {
    let Some(wanted) = &edge.level else {
        return matches!(result.status, Status::Met | Status::NotApplicable);
    };
    // the level that is shown, as for goals; nobody reaches one that the scale does not have
    let levels = compiled.set(from).scale.levels();
    match result.status {
        Status::NotApplicable => true,
        Status::Met | Status::NotMet => {
            let wanted = levels.iter().position(|level| level.id == *wanted);
            wanted.is_some() && result.level >= wanted
        }
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
            (Some(to), None) => waiving.entry((to, None)).or_default().push(place),
            (Some(to), Some(Some(from))) => waiving.entry((to, Some(from))).or_default().push(place),
            _ => unknown.push(waiver.name.clone()),
        }
    }
    (waiving, unknown)
}
