//! From a node to the nodes above it, for all learners at once.

use super::adding::declined_by;
use super::order::NONE;
use super::pass::Pass;
use super::plan::{Enters, Node};

impl Pass<'_> {
    /// Brings the results of a leaf to the nodes above.
    pub(super) fn rise_from_leaf(&mut self, leaf: u32) {
        let Some(node) = self.plan.node(leaf) else { return };
        self.rise(leaf, node);
        if self.wanted.counts {
            self.cover(leaf);
        }
        if node.sums_up != NONE {
            self.add_leaf(leaf, node.weight, node.sums_up);
        }
    }

    /// Brings results to the parents, and learners whose sums pass 64 bits to the board.
    #[inline]
    pub(super) fn rise(&mut self, number: u32, node: &Node) {
        let Self { plan, reached, inputs, cells, declined, wanted, .. } = self;
        let Some(below) = cells.get(number) else { return };
        for up in plan.up(node) {
            reached.add(up.slot, below.row.by());
            if up.enters == Enters::Nothing {
                continue;
            }
            let Some(mut above) = inputs.row(up.slot) else { continue };
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
}
