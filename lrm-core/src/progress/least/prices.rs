//! What it costs to look at a learner once more, so that the search is bounded whatever is large: the record, the framework or
//! the requirements.

use crate::engine::{Board, Compiled, Demand};
use crate::policy::{Asks, RollupMethod, Test};

/// Looks at items and nodes that it takes, at most.
pub(super) struct Prices {
    /// To compute a node.
    nodes: Vec<u64>,
    /// To walk over all that stands below a node, and the items there.
    below: Vec<u64>,
}

impl Prices {
    pub(super) fn of(board: &Board<'_>, compiled: &Compiled) -> Self {
        let graph = &compiled.framework.graph;
        let len = compiled.framework.len();
        let most = (len + board.items.len()) as u64;
        let mut prices = Self { nodes: vec![0; len], below: vec![0; len] };
        for node in graph.order() {
            let items = board.bodies.placed(*node).map_or(0, <[_]>::len) as u64;
            // what stands there on several ways is counted on each, but never more than there is
            let below = graph.children(*node).fold(1 + items, |sum, edge| sum.saturating_add(prices.below(edge.node)));
            let below = below.min(most);
            let set = compiled.set(*node);
            let walks = !graph.is_tree_below(*node)
                || set.origin.named_sufficiency.is_some()
                || set.rollup.method == RollupMethod::Pooled;
            let demand = compiled.demands.of(*node).map_or(0, |demand| prices.of_demand(demand) + below);
            let inputs = if walks { below } else { graph.children(*node).len() as u64 };
            let price = 1 + items + if graph.is_leaf(*node) { 0 } else { inputs + demand };
            for (list, number) in [(&mut prices.nodes, price), (&mut prices.below, below)] {
                list.get_mut(*node as usize).into_iter().for_each(|slot| *slot = number);
            }
        }
        prices
    }

    fn below(&self, node: u32) -> u64 {
        self.below.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn of_node(&self, node: u32) -> u64 {
        self.nodes.get(node as usize).copied().unwrap_or_default()
    }

    /// To decide a demand.
    pub(super) fn of_demand(&self, demand: &Demand) -> u64 {
        let conditions = demand.tree.list().iter().enumerate().map(|(place, this)| match &this.asks {
            Asks::Competency(_, Test::Evidence(_)) => demand.node(place).map_or(1, |node| 1 + self.below(node)),
            _ => 1,
        });
        conditions.sum()
    }
}
