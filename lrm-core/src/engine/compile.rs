//! Compiling a framework and a policy into one checked whole.

use std::sync::{Arc, OnceLock};

use super::coverage::Walks;
use super::requirements::{Demand, Demands};
use crate::dense::Plan;
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::framework::Framework;
use crate::graph::{ChildEdge, Marks};
use crate::policy::{Policy, Resolved, RollupMethod, RuleSet, Tree, resolve};
use crate::scale::Scale;
use crate::sorting;

/// A framework and a policy that fit together.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) framework: Arc<Framework>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) lint: Report,
    /// True if some inner node has a rule over leaves, which asks for the sums over them.
    pub(crate) sums: bool,
    /// The requirement trees of the policy.
    pub(crate) demands: Demands,
    resolved: Resolved,
    /// Of inner nodes above more than a tree: what a rule of theirs takes in while nothing below has evidence of its own.
    /// For rules over leaves the distinct leaves below, for rules over children the leaves that are covered.
    leaves: Vec<Box<[u32]>>,
    /// For tables of many learners; made when the first comes.
    plan: OnceLock<Plan>,
}

impl Compiled {
    /// `demands` gives the requirements of the policy.
    pub(crate) fn new(
        framework: Arc<Framework>,
        policy: Arc<Policy>,
        closure_limit: u64,
        demands: &dyn Fn(&Policy, &Framework, &Resolved) -> Result<Demands>,
    ) -> Result<Self> {
        let resolved = resolve(&policy, &framework)?;
        let lint = policy.lint_resolved(&framework, &resolved);
        let (leaves, plan) = (Vec::new(), OnceLock::new());
        let demands = demands(&policy, &framework, &resolved)?;
        let mut compiled = Self { framework, policy, lint, sums: false, demands, resolved, leaves, plan };
        let inner = |node: &u32| !compiled.framework.graph.is_leaf(*node);
        compiled.sums = (0..compiled.framework.graph.len())
            .filter(inner)
            .any(|node| compiled.set(node).rollup.method.over_leaves());
        compiled.check_scales()?;
        compiled.check_closure(closure_limit)?;
        compiled.leaves = compiled.close();
        Ok(compiled)
    }

    /// The requirements of rollups as numbers.
    pub(crate) fn requirements(&self) -> Vec<i64> {
        self.demands.numbers(&self.resolved)
    }

    /// A requirement that the policy does not have.
    ///
    /// # Errors
    /// What does not fit the framework.
    pub(crate) fn demand(&self, tree: &Tree) -> Result<Demand> {
        Demand::of(tree, &self.framework, &self.resolved)
    }

    /// The rule set of a node.
    pub(crate) fn set(&self, node: u32) -> &RuleSet {
        let set = self.resolved.of(node);
        // every node has a set: the fallback only spares a panic
        set.unwrap_or(&self.resolved.fallback)
    }

    /// The number of a node's rule set among [`Compiled::sets`].
    pub(crate) fn set_number(&self, node: u32) -> u32 {
        self.resolved.of_node.get(node as usize).copied().unwrap_or_default()
    }

    /// The rule sets in use.
    pub(crate) fn sets(&self) -> &[RuleSet] {
        &self.resolved.sets
    }

    /// The plan of the dense pass.
    pub(crate) fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::new(self))
    }

    /// The scales in use, each class once.
    pub(crate) fn scales(&self) -> Vec<(u32, &Scale)> {
        let mut scales = Vec::new();
        for set in &self.resolved.sets {
            // classes are numbered in the order of the sets
            let entry = (set.scale_class, &*set.scale);
            match scales.get_mut(set.scale_class as usize) {
                Some(slot) => *slot = entry,
                None => scales.push(entry),
            }
        }
        scales
    }

    /// The node of an id.
    ///
    /// # Errors
    /// `unknown-competency`.
    pub(crate) fn node(&self, id: &str) -> Result<u32> {
        self.framework.rank.get(id).ok_or_else(|| {
            let message = format!("the framework has no competency {}", quote(id));
            Finding::new(Code::UnknownCompetency, "", message).with("competency", id).into()
        })
    }

    /// A node and its inputs must be measured on one scale, `sum` excepted.
    fn check_scales(&self) -> Result<()> {
        let graph = &self.framework.graph;
        // the scale that all leaves below a node share, if they share one
        let mut below: Vec<Option<u32>> = vec![None; self.framework.len()];
        let mut report = Report::default();
        for node in graph.order() {
            let set = self.set(*node);
            let shared = if graph.is_leaf(*node) {
                Some(set.scale_class)
            } else {
                let mut children = graph.children(*node).map(|edge| below.get(edge.node as usize).copied().flatten());
                let first = children.next().flatten();
                first.filter(|class| children.all(|other| other == Some(*class)))
            };
            if let Some(slot) = below.get_mut(*node as usize) {
                *slot = shared;
            }
            let compatible = match set.rollup.method {
                _ if graph.is_leaf(*node) => true,
                RollupMethod::Sum | RollupMethod::Requirement => true,
                method if method.over_leaves() => shared == Some(set.scale_class),
                _ => graph.children(*node).all(|edge| self.set(edge.node).scale_class == set.scale_class),
            };
            // what is at that level is looked for among the evidence of leaves
            let looks = !graph.is_leaf(*node) && set.inner_sufficiency.independent_from_level.is_some();
            if !compatible || (looks && shared != Some(set.scale_class)) {
                report.push(incompatible(self.framework.id_of(*node)));
            }
        }
        report.into_result()
    }

    /// Where a rule names a node above a tree and asks for minima, or a requirement decides, its descendants are walked too.
    fn named_walks(&self) -> u64 {
        let graph = &self.framework.graph;
        let mut below = vec![0_u64; self.framework.len()];
        let mut walks = 0_u64;
        for node in graph.order().iter().filter(|node| graph.is_tree_below(**node)) {
            let size = graph.children(*node).filter_map(|edge| below.get(edge.node as usize)).sum::<u64>() + 1;
            if let Some(slot) = below.get_mut(*node as usize) {
                *slot = size;
            }
            let set = self.set(*node);
            let walked = set.origin.named_sufficiency.is_some() || set.rollup.method == RollupMethod::Requirement;
            if !graph.is_leaf(*node) && walked {
                walks = walks.saturating_add(size);
            }
        }
        walks
    }

    /// The ways down from all nodes above more than a tree: at least as many as there are pairs, and quick to count.
    fn paths(&self) -> u64 {
        let graph = &self.framework.graph;
        let mut below = vec![0_u64; self.framework.len()];
        let mut sum = 0_u64;
        for node in graph.order() {
            let ways = |edge: &ChildEdge| below.get(edge.node as usize).map_or(1, |ways| ways.saturating_add(1));
            let ways = graph.children(*node).map(ways).fold(0, u64::saturating_add);
            if let Some(slot) = below.get_mut(*node as usize) {
                *slot = ways;
            }
            if !graph.is_tree_below(*node) {
                sum = sum.saturating_add(ways);
            }
        }
        sum
    }

    /// Where the graph is no tree, rules walk the descendants of every node: the walks are counted beforehand.
    fn check_closure(&self, limit: u64) -> Result<()> {
        let graph = &self.framework.graph;
        let mut marks = Marks::new(graph.len());
        let (mut pairs, mut steps) = (self.named_walks(), 0_u64);
        if pairs > limit {
            return Err(too_large(limit));
        }
        if pairs.saturating_add(self.paths()) <= limit {
            return Ok(());
        }
        for node in graph.order().iter().rev().filter(|node| !graph.is_tree_below(**node)) {
            // the walk itself is bounded: it stops going down once a limit is passed
            let over = |pairs: u64, steps: u64| pairs > limit || steps > limit.saturating_mul(4);
            let (mut seen, mut walked) = (0_u64, 0_u64);
            graph.below(
                *node,
                &mut marks,
                |_, _| {
                    walked += 1;
                    !over(pairs, steps + walked)
                },
                |_| seen += 1,
            );
            pairs += seen - 1;
            steps += walked;
            if over(pairs, steps) {
                return Err(too_large(limit));
            }
        }
        Ok(())
    }
}

impl Compiled {
    /// The leaves that a node above more than a tree takes in, ascending; see the field.
    pub(crate) fn leaves(&self, node: u32) -> &[u32] {
        self.leaves.get(node as usize).map_or(&[], |leaves| leaves)
    }

    fn close(&self) -> Vec<Box<[u32]>> {
        let graph = &self.framework.graph;
        let mut walks = Walks::new(graph.len());
        let mut close = |node: u32| {
            let mut leaves = Vec::new();
            if graph.is_tree_below(node) {
                // sums along the children do
            } else if self.set(node).rollup.method.over_leaves() {
                graph.below(node, walks.marks(), |_, _| true, |below| leaves.push(below));
                leaves.retain(|below| graph.is_leaf(*below));
            } else {
                walks.covered(node, self, |_| (true, false), |covered| leaves.push(covered.node));
            }
            sorting::nodes(&mut leaves);
            leaves.into_boxed_slice()
        };
        (0..graph.len()).map(&mut close).collect()
    }
}

pub(super) fn too_large(limit: u64) -> Error {
    let message = format!("the hierarchy has more than {limit} pairs of ancestor and descendant outside of trees");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Finding::new(Code::ClosureTooLarge, "", message).with_number("limit", limit).into()
}

/// The finding for a node whose inputs are measured differently.
pub(crate) fn incompatible(id: &str) -> Finding {
    let message = format!("{} and its inputs are measured on different scales", quote(id));
    Finding::new(Code::IncompatibleScales, "", message).with("competency", id)
}

/// The error of a computation, with the competency where it happened.
pub(crate) fn at(error: &Error, id: &str) -> Error {
    let place = |finding: &Finding| {
        let mut finding = finding.clone();
        finding.message = format!("{}: {}", quote(id), finding.message);
        finding.with("competency", id)
    };
    Error::from_findings(error.findings().iter().map(place).collect())
}
