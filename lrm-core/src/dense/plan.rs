//! A framework and a policy as arrays: what the pass over a learner looks at, compiled once.

use std::sync::Arc;

use super::adding::Adding;
use super::levels::{Levels, NO_LEVEL};
use super::order::NONE;
use crate::engine::Compiled;
use crate::graph::Rows;
use crate::policy::{Estimate, Missing, RollupMethod, RuleSet};
use crate::sorting;
use crate::value::{Rounding, Value, Weight};

/// The plan of an engine.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Plan {
    rules: Vec<Rule>,
    nodes: Vec<Node>,
    /// The inner nodes, every child before its parents: a node's place here is its slot.
    inner: Vec<Inner>,
    /// The parents whose rule takes in children, node by node.
    up: Vec<Up>,
    /// By slot: the leaves that it adds to its sums itself.
    apart: Rows<u32>,
    /// By leaf: the slots above more than a tree whose rule over children covers it.
    covers: Rows<u32>,
    levels: Arc<Levels>,
    /// True if some node pools the items below it.
    pub(super) pools: bool,
    /// True if some rule asks how old a result is.
    pub(super) ages: bool,
    /// True if some rule over leaves has sums to add up.
    pub(super) sums: bool,
    /// True if some rule asks for the weights of leaves that are met.
    pub(super) shares: bool,
    /// True if weights may pass 64 bits.
    pub(super) heavy: bool,
}

/// A node as the pass sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) rule: u32,
    /// The slot of the parent that goes on with this node's sums over leaves.
    pub(super) sums_up: u32,
    /// Where its parents are among the plan's.
    up: (u32, u32),
    /// The weight of a leaf, as a multiple of what all weights of leaves have in common.
    pub(super) weight: i64,
    pub(super) leaf: bool,
}

/// An inner node with its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inner {
    pub(super) number: u32,
    pub(super) node: Node,
}

/// How a value enters a parent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Up {
    /// The parent's slot.
    pub(super) slot: u32,
    /// The weight of the edge, as a multiple of what the parent's edges have in common.
    pub(super) weight: i64,
    pub(super) enters: Enters,
    /// True where everything below the parent hangs on one parent only.
    pub(super) tree: bool,
}

/// What a parent keeps of its children's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enters {
    Sum,
    Lowest,
    Highest,
    /// Its last one: the parent looks at its children itself.
    List,
    /// Nothing: the rule is one over leaves, or the edge has no weight. The parent learns that there is something below.
    Nothing,
}

/// A rule set as the pass sees it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(super) struct Rule {
    /// The least steps that meet the proficient cut.
    met_from: i64,
    /// The least steps of each level, ascending, and the places among all: of no level, then of each.
    levels: Vec<i64>,
    places: Vec<u32>,
    pub(super) estimate: Estimate,
    /// True if one score stands for itself.
    pub(super) single: bool,
    /// True if scores in the order of the clock are all that the estimator looks at.
    pub(super) scores: bool,
    pub(super) method: RollupMethod,
    pub(super) missing: Missing,
    /// What leaves, and inner nodes, declare.
    pub(super) leaf: Declared,
    pub(super) inner: Declared,
    /// True if leaves, or inner nodes, ask for more about the items than the pass knows.
    pub(super) leaf_declines: bool,
    pub(super) inner_declines: bool,
    /// True if an inner node is the mean of its inputs, whatever is missing.
    pub(super) plain_mean: bool,
    /// True if an item's clock instant is what orders it.
    pub(super) clock_orders: bool,
}

/// What becomes of a raw value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) rounding: Option<Rounding>,
    pub(super) max_age: Option<u32>,
}

impl Rule {
    fn of(set: &RuleSet, levels: &Levels) -> Self {
        let asks = |sufficiency: &crate::policy::Sufficiency| {
            sufficiency.minima().iter().any(|(_, least)| *least > 0) || sufficiency.independent_from_level.is_some()
        };
        let declared = set.scale.levels();
        let places = (0..declared.len()).map(|at| levels.place(set.scale_class, at));
        let needs_more = matches!(set.estimate, Estimate::NMastery { .. });
        let clock_orders = set.evidence.order_by == crate::record::OrderBy::ObservedAt;
        let inner_declines = asks(&set.inner_sufficiency) || set.rollup.method == RollupMethod::Requirement;
        Self {
            met_from: set.scale.proficient().least_meeting(),
            levels: declared.iter().map(|level| level.from.least_meeting()).collect(),
            places: std::iter::once(NO_LEVEL).chain(places).collect(),
            estimate: set.estimate,
            single: !needs_more,
            scores: clock_orders && set.estimate.rests_on_scores(),
            method: set.rollup.method,
            missing: set.rollup.missing,
            leaf: Declared { rounding: set.rounding, max_age: set.sufficiency.max_age_days },
            inner: Declared { rounding: set.inner_rounding, max_age: set.inner_sufficiency.max_age_days },
            leaf_declines: asks(&set.sufficiency),
            inner_declines,
            plain_mean: matches!(set.rollup.method, RollupMethod::ChildrenMean | RollupMethod::UniqueLeaves)
                && set.rollup.missing == Missing::Ignore
                && !inner_declines,
            clock_orders,
        }
    }

    /// True of a value that meets the proficient cut.
    #[inline]
    pub(super) fn meets(&self, value: Value) -> bool {
        value.grid() >= self.met_from
    }

    /// The place of a value's level among all, or none's: levels ascend.
    #[inline]
    pub(super) fn level(&self, value: Value) -> u32 {
        let reached = self.levels.partition_point(|from| value.grid() >= *from);
        self.places.get(reached).copied().unwrap_or(NO_LEVEL)
    }
}

impl Plan {
    /// Compiles the plan. Linear in nodes and edges, and in what nodes above more than a tree take in.
    pub(crate) fn new(compiled: &Compiled) -> Self {
        let graph = &compiled.framework.graph;
        let count = graph.len();
        let mut up = Vec::new();
        let mut covers = Vec::<(u32, u32)>::new();
        let mut pools = false;
        let inner = || graph.order().iter().copied().filter(|node| !graph.is_leaf(*node));
        let mut slots = vec![NONE; count as usize];
        for (slot, node) in (0..).zip(inner()) {
            if let Some(place) = slots.get_mut(node as usize) {
                *place = slot;
            }
        }
        let slot_of = |node: u32| slots.get(node as usize).copied().unwrap_or(NONE);
        for node in inner() {
            let method = compiled.set(node).rollup.method;
            pools |= method == RollupMethod::Pooled;
            if !graph.is_tree_below(node) && !method.over_leaves() {
                covers.extend(compiled.leaves(node).iter().map(|leaf| (*leaf, slot_of(node))));
            }
            up.extend(edges_up(node, slot_of(node), compiled));
        }
        let mut adding = Adding::new(compiled);
        for (node, _) in &mut adding.apart {
            *node = slot_of(*node);
        }
        let common = (0..count)
            .filter(|node| graph.is_leaf(*node))
            .map(|leaf| steps(weight_of(leaf, compiled)))
            .fold(0, greatest_common_divisor);
        sorting::sort_by(&mut up, |(a, _), (b, _)| a.cmp(b));
        let mut next = 0;
        let node = |node: u32| {
            let first = next;
            while up.get(next).is_some_and(|(child, _)| *child == node) {
                next += 1;
            }
            let place = |at: usize| u32::try_from(at).unwrap_or(NONE);
            let leaf = graph.is_leaf(node);
            Node {
                rule: compiled.set_number(node),
                sums_up: adding.parents.get(node as usize).map_or(NONE, |parent| slot_of(*parent)),
                weight: if leaf { steps(weight_of(node, compiled)) / common.max(1) } else { 0 },
                leaf,
                up: (place(first), place(next)),
            }
        };
        let nodes: Vec<Node> = (0..count).map(node).collect();
        let levels = Arc::new(Levels::new(compiled));
        let rules: Vec<Rule> = compiled.sets().iter().map(|set| Rule::of(set, &levels)).collect();
        let weights = up.iter().map(|(_, up)| up.weight).chain(nodes.iter().map(|node| node.weight));
        Self {
            heavy: i64::try_from(weights.map(i128::from).sum::<i128>()).is_err(),
            shares: rules.iter().any(|rule| rule.method == RollupMethod::ShareMet),
            ages: rules.iter().any(|rule| rule.leaf.max_age.or(rule.inner.max_age).is_some()),
            levels,
            sums: adding.any,
            rules,
            inner: inner().filter_map(|number| Some(Inner { number, node: *nodes.get(number as usize)? })).collect(),
            nodes,
            up: up.into_iter().map(|(_, up)| up).collect(),
            apart: Rows::of(count as usize, adding.apart.iter().copied()),
            covers: Rows::of(count as usize, covers.iter().copied()),
            pools,
        }
    }

    /// The levels of all scales in use.
    pub(crate) const fn levels(&self) -> &Arc<Levels> {
        &self.levels
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    #[inline]
    pub(super) fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    #[inline]
    pub(super) fn rule(&self, number: u32) -> Option<&Rule> {
        self.rules.get(number as usize)
    }

    #[inline]
    pub(super) fn rule_of(&self, node: u32) -> Option<&Rule> {
        self.rule(self.node(node)?.rule)
    }

    /// How many inner nodes there are.
    pub(super) fn slots(&self) -> usize {
        self.inner.len()
    }

    /// The inner node of a slot.
    #[inline]
    pub(super) fn at(&self, slot: u32) -> Option<&Inner> {
        self.inner.get(slot as usize)
    }

    #[inline]
    pub(super) fn up(&self, node: &Node) -> &[Up] {
        self.up.get(node.up.0 as usize..node.up.1 as usize).unwrap_or_default()
    }

    pub(super) fn apart(&self, slot: u32) -> &[u32] {
        self.apart.row(slot)
    }

    pub(super) fn covers(&self, leaf: u32) -> &[u32] {
        self.covers.row(leaf)
    }
}

/// The edges by which children enter a node, by child.
fn edges_up(node: u32, slot: u32, compiled: &Compiled) -> Vec<(u32, Up)> {
    let method = compiled.set(node).rollup.method;
    let enters = match method {
        RollupMethod::Lowest => Enters::Lowest,
        RollupMethod::Highest => Enters::Highest,
        RollupMethod::Median | RollupMethod::Mode => Enters::List,
        RollupMethod::ChildrenMean | RollupMethod::Sum => Enters::Sum,
        RollupMethod::UniqueLeaves | RollupMethod::ShareMet | RollupMethod::Pooled | RollupMethod::Requirement => {
            Enters::Nothing
        }
    };
    let weighs = method == RollupMethod::ChildrenMean;
    let graph = &compiled.framework.graph;
    // what a node over leaves covers, its sums say
    let tree = graph.is_tree_below(node) && enters != Enters::Nothing;
    let edges = || graph.children(node);
    let common = edges().map(|edge| steps(edge.weight)).fold(0, greatest_common_divisor);
    let up = |edge: &crate::graph::ChildEdge| {
        let weight = if weighs { steps(edge.weight) / common.max(1) } else { 1 };
        if weighs && edge.weight.is_zero() {
            return (edge.node, Up { slot, weight: 0, enters: Enters::Nothing, tree: false });
        }
        (edge.node, Up { slot, weight, enters, tree })
    };
    edges().map(up).collect()
}

fn weight_of(leaf: u32, compiled: &Compiled) -> Weight {
    compiled.framework.node(leaf).map_or(Weight::ONE, |competency| competency.weight)
}

/// A weight in millionths: at most 10¹².
fn steps(weight: Weight) -> i64 {
    i64::try_from(weight.millionths()).unwrap_or(i64::MAX)
}

/// Means stay the same if all weights are divided by what they have in common.
fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
