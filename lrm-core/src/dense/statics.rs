//! What is the same for every learner of one scope: which nodes apply, and how many inputs and leaves each has.

use crate::engine::{Applies, Compiled};
use crate::policy::RollupMethod;

/// Counts that no evidence changes.
#[derive(Clone, Debug)]
pub(crate) struct Statics {
    pub(crate) applies: Applies,
    /// By inner node: the inputs of weight above 0 that apply.
    inputs: Vec<u32>,
    /// By node: the leaves it covers, and whether it applies itself.
    leaves: Vec<(u32, bool)>,
}

/// Leaves below a node that apply: all, and those of weight above 0.
#[derive(Clone, Copy, Default)]
struct Below {
    all: u32,
    weighed: u32,
}

impl Statics {
    /// Counts once. Linear in nodes and edges, and in what nodes above more than a tree take in.
    pub(crate) fn new(applies: Applies, compiled: &Compiled) -> Self {
        let graph = &compiled.framework.graph;
        let count = compiled.framework.len();
        let mut below = vec![Below::default(); count];
        let mut statics = Self { applies, inputs: vec![0; count], leaves: vec![(0, false); count] };
        let weightless = |leaf: u32| compiled.framework.node(leaf).is_some_and(|leaf| leaf.weight.is_zero());
        for node in graph.order() {
            let mut here = Below::default();
            let (mut inputs, mut leaves, mut applies) = (0_u32, 0_u32, false);
            let rollup = compiled.set(*node).rollup;
            if graph.is_leaf(*node) {
                applies = statics.applies.to(*node);
                here = Below { all: applies.into(), weighed: (applies && !weightless(*node)).into() };
                leaves = applies.into();
            } else {
                let weighs = rollup.method == RollupMethod::ChildrenMean;
                for edge in graph.children(*node) {
                    let (covered, child_applies) = statics.leaf_count(edge.node);
                    let child = below.get(edge.node as usize).copied().unwrap_or_default();
                    applies |= child_applies;
                    here.all = here.all.saturating_add(child.all);
                    here.weighed = here.weighed.saturating_add(child.weighed);
                    if child_applies && !(weighs && edge.weight.is_zero()) {
                        inputs += 1;
                        leaves = leaves.saturating_add(covered);
                    }
                }
                if !graph.is_tree_below(*node) {
                    // its leaves are counted one by one, since they hang on several parents
                    here = Below::default();
                    for leaf in compiled.leaves(*node).iter().filter(|leaf| statics.applies.to(**leaf)) {
                        here.all += 1;
                        here.weighed += u32::from(!weightless(*leaf));
                    }
                    leaves = here.all;
                }
                if rollup.method.over_leaves() {
                    inputs = if rollup.method.any_weight() { here.all } else { here.weighed };
                    leaves = inputs;
                }
            }
            let at = *node as usize;
            if let (Some(b), Some(i), Some(l)) =
                (below.get_mut(at), statics.inputs.get_mut(at), statics.leaves.get_mut(at))
            {
                (*b, *i, *l) = (here, inputs, (leaves, applies));
            }
        }
        statics
    }

    /// How many inputs an inner node has.
    pub(super) fn inputs(&self, node: u32) -> u32 {
        self.inputs.get(node as usize).copied().unwrap_or_default()
    }

    /// How many leaves a node covers, and whether it applies.
    pub(crate) fn leaf_count(&self, node: u32) -> (u32, bool) {
        self.leaves.get(node as usize).copied().unwrap_or_default()
    }
}
