//! Sums over leaves: up along one parent of each node, and leaf by leaf what lies below a node by another way.
//!
//! A leaf that lies below a node by several ways counts once there. So a node passes its sums on to one parent only, and adds
//! those leaves itself whose way along such parents does not lead to it; these it does not pass on, since its parent does the same.

use super::lanes::Lanes;
use super::order::NONE;
use super::pass::Pass;
use super::plan::Node;
use super::rows::Results;
use crate::engine::Compiled;
use crate::policy::RollupMethod;

/// Who adds up what.
#[derive(Debug)]
pub(super) struct Adding {
    /// By node, the parent that it passes its sums on to, or [`NONE`].
    pub(super) parents: Vec<u32>,
    /// Nodes with the leaves that they add themselves.
    pub(super) apart: Vec<(u32, u32)>,
    /// True if some node adds up leaves at all.
    pub(super) any: bool,
}

impl Adding {
    /// Linear in nodes and edges, and in what nodes above more than a tree take in.
    pub(super) fn new(compiled: &Compiled) -> Self {
        let graph = &compiled.framework.graph;
        let needs = |node: u32| {
            let method = compiled.set(node).rollup.method;
            !graph.is_leaf(node) && matches!(method, RollupMethod::UniqueLeaves | RollupMethod::ShareMet)
        };
        let mut adds: Vec<bool> = (0..graph.len()).map(needs).collect();
        let any = adds.contains(&true);
        let mut parents = vec![NONE; graph.len() as usize];
        let mut apart = Vec::new();
        // parents first: what stands below a node that adds does so, too, as far as it is a tree
        for node in graph.order().iter().rev() {
            let above = graph.parents(*node).find(|parent| adds.get(*parent as usize) == Some(&true));
            let Some(((adds, parent), competency)) =
                adds.get_mut(*node as usize).zip(parents.get_mut(*node as usize)).zip(compiled.framework.node(*node))
            else {
                continue;
            };
            if *adds {
                apart.extend(compiled.leaves(*node).iter().map(|leaf| (*node, *leaf)));
            }
            let leaf = graph.is_leaf(*node);
            let passes = if leaf { !competency.weight.is_zero() } else { *adds || graph.is_tree_below(*node) };
            if let Some(above) = above.filter(|_| passes) {
                *parent = above;
                *adds = !leaf;
            }
        }
        let runs = graph.runs(&parents);
        apart.retain(|(node, leaf)| !runs.holds(*node, *leaf));
        Self { parents, apart, any }
    }
}

impl Pass<'_> {
    /// Adds a leaf to the sums of an inner node, if there is a result.
    #[inline(never)]
    pub(super) fn add_leaf(&mut self, leaf: u32, weight: i64, slot: u32) {
        let Self { sums, cells, declined, wanted, .. } = self;
        let Some(below) = cells.get(leaf) else { return };
        let Some(mut above) = sums.row(slot) else { return };
        declined.add(declined_by(above.row.add_up(below.row, weight), below.row));
        above.take_in(below.counts, below.rest, wanted.newest);
    }

    /// Brings the sums of an inner node to the parent that goes on with them, then adds what the node adds itself.
    pub(super) fn add_below(&mut self, slot: u32, node: &Node) {
        if node.sums_up != NONE {
            self.pass_on(slot, node.sums_up);
        }
        let plan = self.plan;
        for leaf in plan.apart(slot) {
            if let Some(node) = plan.node(*leaf).filter(|node| node.weight > 0) {
                self.add_leaf(*leaf, node.weight, slot);
            }
        }
    }

    fn pass_on(&mut self, slot: u32, to: u32) {
        // made if there is none yet
        if self.sums.get(slot).is_none() || self.sums.row(to).is_none() {
            return;
        }
        let Some([own, mut above]) = self.sums.two(slot, to) else { return };
        if above.row.join(own.row).is_none() {
            self.declined.add(own.row.valued);
        }
        above.take_in(own.counts.as_deref(), own.rest.as_deref(), self.wanted.newest);
    }
}

/// Whom sums beyond 64 bits leave to the board: all that have a value there, since the rest of them was not added.
#[inline]
pub(super) fn declined_by(added: Option<()>, below: &Results) -> Lanes {
    if added.is_some() { Lanes::NONE } else { below.valued }
}
