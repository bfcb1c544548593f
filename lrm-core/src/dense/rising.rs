//! From a node to the nodes above it, for all learners at once.

use super::lanes::Lanes;
use super::order::NONE;
use super::pass::Pass;
use super::plan::{Enters, Node};
use super::rows::Results;

impl Pass<'_> {
    /// Brings the results of a leaf to the nodes above.
    pub(super) fn rise_from_leaf(&mut self, leaf: u32) {
        let Some(node) = self.plan.node(leaf) else { return };
        self.rise(leaf, node);
        if self.wanted.counts {
            self.cover(leaf);
        }
        if self.plan.sums && node.weight > 0 {
            self.sum_up(leaf, node);
        }
    }

    /// Brings results to the parents, and learners whose sums pass 64 bits to the board.
    #[inline]
    pub(super) fn rise(&mut self, number: u32, node: &Node) {
        let Self { plan, inputs, cells, declined, wanted, .. } = self;
        let Some(below) = cells.get(number) else { return };
        for up in plan.up(node) {
            let Some(mut above) = inputs.row(up.slot) else { continue };
            above.row.by.add(below.row.by());
            if up.enters == Enters::Nothing {
                continue;
            }
            if up.tree {
                above.count(below.counts);
            }
            if wanted.newest {
                above.renew(below.rest);
            }
            if up.enters == Enters::Sum {
                declined.add(declined_by(above.row.add_up(below.row, up.weight), below.row));
            } else {
                above.row.look_at(below.row, up.enters);
            }
        }
    }

    /// Counts a leaf at the nodes above more than a tree that cover it.
    fn cover(&mut self, leaf: u32) {
        let Some(below) = self.cells.get(leaf) else { return };
        for above in self.plan.covers(leaf) {
            if let Some(mut above) = self.inputs.row(*above) {
                above.count(below.counts);
            }
        }
    }

    /// Brings a leaf to the nodes that add up leaves.
    fn sum_up(&mut self, leaf: u32, node: &Node) {
        let Self { plan, sums, cells, declined, wanted, .. } = self;
        let Some(below) = cells.get(leaf) else { return };
        for taker in plan.takers(leaf).iter().chain((node.sums_up != NONE).then_some(&node.sums_up)) {
            let Some(mut above) = sums.row(*taker) else { continue };
            declined.add(declined_by(above.row.add_up(below.row, node.weight), below.row));
            above.count(below.counts);
            above.meet(below.rest);
            if wanted.newest {
                above.renew(below.rest);
            }
        }
    }

    /// Brings the sums of an inner node to the node that adds them up, as they are.
    pub(super) fn pass_on(&mut self, slot: u32, node: &Node) {
        // made if there is none yet
        if self.sums.get(slot).is_none() || self.sums.row(node.sums_up).is_none() {
            return;
        }
        let Some([own, mut above]) = self.sums.two(slot, node.sums_up) else { return };
        if above.row.join(own.row).is_none() {
            self.declined.add(own.row.valued);
        }
        above.count(own.counts.as_deref());
        above.meet(own.rest.as_deref());
        if self.wanted.newest {
            above.renew(own.rest.as_deref());
        }
    }
}

/// Whom sums beyond 64 bits leave to the board: all that have a value there, since the rest of them was not added.
#[inline]
fn declined_by(added: Option<()>, below: &Results) -> Lanes {
    if added.is_some() { Lanes::NONE } else { below.valued }
}
