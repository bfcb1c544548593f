//! From an engine's board to a derivation.

use std::collections::BinaryHeap;

use super::Derivation;
use super::conclusion::Conclusion;
use super::items::split;
use super::layers::SetBy;
use super::model::{Basis, DerivedInput, DerivedNode, DerivedOverride, IgnoredItem, Rules};
use super::{requirement, steps};
use crate::engine::{
    Board, Compiled, Covered, Door, Engine, Mastery, Options, Reason, Ruling, Standing, Works, door, settle,
};
use crate::error::Result;
use crate::instant::Instant;
use crate::policy::{EvidenceRule, OwnEvidence, RollupMethod};
use crate::record::LearnerRecord;
use crate::rollup::body;
use crate::sorting;
use crate::value::Weight;

impl Engine {
    /// How the result of a competency came about.
    ///
    /// # Errors
    /// `unknown-competency`; as [`Engine::evaluate`] otherwise.
    ///
    /// # Complexity
    /// That of [`Engine::evaluate`], plus the size of what the result rests on.
    pub fn explain(&self, record: &LearnerRecord, id: &str, as_of: Instant) -> Result<Derivation> {
        self.explain_with(record, id, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::explain`] and [`Engine::evaluate_with`].
    pub fn explain_with(
        &self,
        record: &LearnerRecord,
        id: &str,
        as_of: Instant,
        options: &Options,
    ) -> Result<Derivation> {
        let compiled = self.compiled();
        let top = compiled.node(id)?;
        let mut board = self.checked_board(record, as_of, options)?;
        // what could be evaluated can be explained
        board.items_left = usize::MAX;
        let ignored = IgnoredItems::of(&board, compiled);
        let layers = SetBy::of(&compiled.policy);
        let mut nodes = Vec::new();
        // parents first, and the own evidence of a node after the node
        let mut pending = BinaryHeap::from([place(top, false, compiled)]);
        let mut done = None;
        while let Some(next) = pending.pop() {
            if done.replace(next) == Some(next) {
                continue;
            }
            let (_, without_own, node) = next;
            let derived = derive(node, !without_own, &mut board, (&ignored, layers.as_ref()), compiled)?;
            pending.extend(derived.1.into_iter().map(|(input, own)| place(input, own, compiled)));
            nodes.push(derived.0);
        }
        let (framework, policy) = (&compiled.framework, &compiled.policy);
        Ok(Derivation {
            framework: (framework.id().map(Into::into), framework.version().map(Into::into)),
            policy: (policy.id().map(Into::into), policy.version().map(Into::into)),
            as_of,
            nodes,
        })
    }
}

fn place(node: u32, own: bool, compiled: &Compiled) -> (u32, bool, u32) {
    (compiled.framework.graph.place(node), !own, node)
}

/// The items that do not count, by node.
struct IgnoredItems(Vec<(u32, IgnoredItem)>);

impl IgnoredItems {
    fn of(board: &Board<'_>, compiled: &Compiled) -> Self {
        let mut ignored = Vec::new();
        for (place, (item, standing)) in (0_u32..).zip(board.items.iter().zip(settle(&board.items))) {
            let Some(node) = compiled.framework.rank.get(item.evidence.competency()) else { continue };
            let reason = match (standing, door(item, Some(node), compiled)) {
                (Standing::Same | Standing::Other, _) => Reason::Duplicate,
                (Standing::Kept, Door::Ignored(reason, _)) => reason,
                (Standing::Kept, Door::Value(_) | Door::Override(_)) => match board.ignored(item, node, compiled) {
                    Some(reason) => reason,
                    // another override holds
                    None if item.evidence.overriding.is_some()
                        && board.bodies.ruling(node).overriding.is_some_and(|one| one.item != place) =>
                    {
                        Reason::Overridden
                    }
                    None => continue,
                },
            };
            ignored.push((node, IgnoredItem { reason, json: item.to_json(), eligible: None }));
        }
        sorting::sort_by(&mut ignored, |(one, a), (other, b)| {
            (one, a.reason, &a.json).cmp(&(other, b.reason, &b.json))
        });
        Self(ignored)
    }

    fn of_node(&self, node: u32) -> Vec<IgnoredItem> {
        let from = self.0.partition_point(|(other, _)| *other < node);
        self.0.iter().skip(from).take_while(|(other, _)| *other == node).map(|(_, item)| item.clone()).collect()
    }
}

type Derived = (DerivedNode, Vec<(u32, bool)>);

fn derive(
    node: u32,
    own: bool,
    board: &mut Board<'_>,
    (ignored, layers): (&IgnoredItems, Option<&SetBy>),
    compiled: &Compiled,
) -> Result<Derived> {
    let set = compiled.set(node);
    let cell = board.cells.get(node as usize).copied().unwrap_or_default();
    let leaf = compiled.framework.graph.is_leaf(node);
    let overridden = board.bodies.own(node).is_some() && set.rollup.own_evidence == OwnEvidence::Overrides;
    let statement = compiled.framework.node(node).map(|competency| competency.statement.clone()).unwrap_or_default();
    let mut derived = DerivedNode {
        basis: Basis::NotApplicable,
        statement,
        result: Mastery::of(node, &cell.result, compiled),
        rules: rules(node, !leaf && !own && !overridden, layers, compiled),
        overriding: None,
        used: Vec::new(),
        // own evidence that stands beside its node has the node's ignored items
        ignored: if own { Vec::new() } else { ignored.of_node(node) },
        inputs: Vec::new(),
        steps: Vec::new(),
        notes: Vec::new(),
        missing: Vec::new(),
        next: None,
    };
    if !cell.applies {
        return Ok((derived, Vec::new()));
    }
    // what a person decided is about the node, not about evidence that stands beside it
    let ruling = *board.bodies.ruling(node);
    let ruling = if own { ruling.of_evidence() } else { ruling };
    let ruling = Ruling { instead_of_inputs: overridden, ..ruling };
    derived.overriding = ruling.overriding.and_then(|one| {
        let item = board.items.get(one.item as usize)?;
        Some(Box::new(DerivedOverride { evidence: item.evidence.clone(), value: one.value }))
    });
    let mut inputs = Vec::new();
    let mut judged;
    let mut selected = (Vec::new(), Vec::new());
    if leaf || own || overridden {
        derived.basis = match (leaf, own) {
            (true, _) => Basis::Leaf,
            (_, true) => Basis::OwnEvidence,
            _ => Basis::Overrides,
        };
        judged = board.judge_leaf(node, &ruling, compiled)?;
        let works = board.weigh(node, compiled).map(|(works, _)| works).unwrap_or_default();
        selected = split(&works, &board.items, &judged, &ruling);
        derived.steps = steps::of_evidence(&derived.rules, &works.eligible, &judged)?;
    } else {
        derived.basis = Basis::Inner;
        let demand = compiled.demands.of(node);
        inputs = match demand {
            Some(demand) => requirement::inputs(node, demand, board, compiled),
            None => weighted_inputs(node, board, compiled),
        };
        judged = board.judge_inner(node, compiled)?;
        if let Some((demand, tree)) = demand.zip(derived.rules.requirement.as_ref()) {
            let stands = board.standings(demand, &|_| false, compiled)?;
            requirement::count_missing(&mut judged, tree, &stands.verdicts);
            derived.steps = requirement::steps(&derived.rules, tree, &stands.verdicts, &stands.counts, &judged);
        } else if set.rollup.method == RollupMethod::Pooled {
            let pool = Works { eligible: body(set.estimate, board.pool(node, compiled)), ..Works::default() };
            selected = split(&pool, &board.items, &judged, &ruling);
            derived.steps = steps::of_evidence(&derived.rules, &pool.eligible, &judged)?;
        } else {
            let results: Vec<_> =
                inputs.iter().map(|(input, weight)| (board.covered_result(*input), *weight)).collect();
            derived.steps = steps::of_inputs(&derived.rules, &results, &judged);
        }
        let id = |input: &Covered| compiled.framework.id_of(input.node).to_owned();
        derived.inputs = inputs
            .iter()
            .map(|(input, weight)| DerivedInput { competency: id(input), own: input.own, weight: *weight })
            .collect();
    }
    derived.result = Mastery::of(node, &judged.result, compiled);
    derived.used = selected.0;
    derived.ignored.extend(selected.1);
    Conclusion { notes: derived.notes, missing: derived.missing, next: derived.next } =
        Conclusion::of(&judged, &set.scale);
    Ok((derived, inputs.into_iter().map(|(input, _)| (input.node, input.own)).collect()))
}

/// The inputs of an inner node with their weights, those of weight 0 included.
fn weighted_inputs(node: u32, board: &mut Board<'_>, compiled: &Compiled) -> Vec<(Covered, Weight)> {
    let set = compiled.set(node);
    if set.rollup.method.over_leaves() {
        let weight = |input: Covered| match compiled.framework.node(input.node) {
            Some(leaf) if !input.own && set.rollup.method != RollupMethod::Pooled => leaf.weight,
            _ => Weight::ONE,
        };
        let mut inputs = board.leaf_inputs(node, compiled);
        sorting::sort(&mut inputs);
        return inputs.into_iter().map(|input| (input, weight(input))).collect();
    }
    let children = board.child_inputs(node, compiled);
    children.map(|(child, input)| (Covered { node: child, own: child == node }, input.weight)).collect()
}

fn rules(node: u32, inner: bool, layers: Option<&SetBy>, compiled: &Compiled) -> Rules {
    let set = compiled.set(node);
    let sections = if inner { set.as_inner() } else { set.as_leaf() };
    let origin = set.origin;
    let (rounding, sufficiency) =
        if inner { (origin.named_rounding, origin.named_sufficiency) } else { (origin.rounding, origin.sufficiency) };
    let places =
        [origin.scale, origin.evidence, origin.estimate, rounding, sufficiency, origin.rollup.filter(|_| inner)];
    let set_by = Rules::SECTIONS.into_iter().zip(places).filter_map(|(section, place)| {
        let rule = compiled.policy.rules.get(place? as usize)?;
        Some((section, rule.id.clone().unwrap_or_else(|| format!("rules/{}", place.unwrap_or_default()))))
    });
    // inner nodes have these two from a rule that names them, or not at all
    let unsaid = |section: &str, place: Option<u32>| match section {
        "rounding" => sections.rounding.is_none() || (inner && place.is_none()),
        "sufficiency" => inner && place.is_none(),
        "rollup" => !inner,
        _ => false,
    };
    let by_layers = |layers: &SetBy| {
        let said = Rules::SECTIONS.into_iter().zip(places).filter(|(section, place)| !unsaid(section, *place));
        let names = said.map(|(section, place)| (section, layers.of_section(section, place, &compiled.policy)));
        names.filter(|(_, names)| !names.is_empty()).collect()
    };
    Rules {
        layers: layers.map(by_layers).unwrap_or_default(),
        scale: sections.scale.clone(),
        evidence: EvidenceRule::clone(&set.evidence),
        estimate: sections.estimate,
        rounding: sections.rounding,
        sufficiency: sections.sufficiency.clone(),
        rollup: inner.then_some(set.rollup),
        requirement: compiled.demands.of(node).filter(|_| inner).map(|demand| demand.tree.listed()),
        set_by: set_by.collect(),
    }
}
