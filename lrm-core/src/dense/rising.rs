//! From a node to the nodes above it, for all learners that have it.

use super::cells::{Cell, Inputs, Sums};
use super::lanes::{LANES, Lanes, Row};
use super::order::NONE;
use super::pass::Pass;
use super::plan::{Enters, Node};

impl Pass<'_> {
    /// Brings the results of a leaf to the nodes above.
    pub(super) fn rise_from_leaf(&mut self, leaf: u32) {
        let Some(node) = self.plan.node(leaf) else { return };
        let lanes = self.cells.get(leaf).map(|row| row.by.without(self.declined)).unwrap_or_default();
        self.rise(leaf, node, lanes);
        if self.wanted.counts {
            self.cover(leaf, lanes);
        }
        if self.plan.sums {
            self.sum_up(leaf, node, lanes);
        }
    }

    /// Brings results to the parents, and learners whose sums pass 64 bits to the board.
    #[inline]
    pub(super) fn rise(&mut self, number: u32, node: &Node, lanes: Lanes) {
        let Self { plan, inputs, cells, declined, wanted, .. } = self;
        let Some(below) = cells.get(number).map(Row::each) else { return };
        for up in plan.up(node) {
            let Some(row) = inputs.row(up.slot) else { continue };
            row.by.add(lanes);
            let counts = up.tree && wanted.counts;
            match up.enters {
                Enters::Sum => declined.add(each(row, lanes, below, |inputs, below| {
                    enter(inputs, below, counts);
                    if below.has_value() {
                        inputs.sum = inputs.sum.checked_add(below.value.grid().checked_mul(up.weight)?)?;
                        inputs.weights = inputs.weights.checked_add(up.weight)?;
                    }
                    Some(())
                })),
                Enters::Nothing => {}
                enters => declined.add(each(row, lanes, below, |inputs, below| {
                    let first = inputs.valued == 0;
                    enter(inputs, below, counts);
                    if below.has_value() {
                        let value = below.value.grid();
                        inputs.sum = match enters {
                            Enters::Lowest if !first => inputs.sum.min(value),
                            Enters::Highest if !first => inputs.sum.max(value),
                            _ => value,
                        };
                    }
                    Some(())
                })),
            }
        }
    }

    /// Counts a leaf at the nodes above more than a tree that cover it.
    fn cover(&mut self, leaf: u32, lanes: Lanes) {
        let Some(below) = self.cells.get(leaf).map(Row::each) else { return };
        for above in self.plan.covers(leaf) {
            if let Some(row) = self.inputs.row(*above) {
                each(row, lanes, below, |inputs, below| {
                    inputs.count(below);
                    Some(())
                });
            }
        }
    }

    /// Brings a leaf to the nodes that add up leaves.
    fn sum_up(&mut self, leaf: u32, node: &Node, lanes: Lanes) {
        let Self { plan, sums, cells, declined, .. } = self;
        let Some(below) = cells.get(leaf).map(Row::each) else { return };
        let mut own = [Sums::NONE; LANES];
        for lane in lanes.list() {
            if let (Some(own), Some(below)) = (own.get_mut(lane), below.get(lane)) {
                match Sums::of(node, below) {
                    Some(sums) => *own = sums,
                    None => declined.add(Lanes::one(lane)),
                }
            }
        }
        for taker in plan.takers(leaf).iter().chain((node.sums_up != NONE).then_some(&node.sums_up)) {
            if let Some(row) = sums.row(*taker) {
                declined.add(each(row, lanes, &own, Sums::add));
            }
        }
    }
}

/// Brings what each of some learners has below to what they have above; gives those for whom that is declined.
#[inline]
pub(super) fn each<A, B>(
    above: &mut Row<A>,
    lanes: Lanes,
    below: &[B; LANES],
    bring: impl Fn(&mut A, &B) -> Option<()>,
) -> Lanes {
    let mut declined = Lanes::default();
    let above = above.each_mut();
    for lane in lanes.list() {
        if let (Some(above), Some(below)) = (above.get_mut(lane), below.get(lane))
            && bring(above, below).is_none()
        {
            declined.add(Lanes::one(lane));
        }
    }
    declined
}

/// Counts a child's result, but for its value.
#[inline]
fn enter(inputs: &mut Inputs, below: &Cell, counts: bool) {
    if counts {
        inputs.count(below);
    }
    if below.has_value() {
        inputs.newest = inputs.newest.max(below.newest);
        // no more than there are children
        inputs.valued = inputs.valued.wrapping_add(1);
        inputs.soft |= below.is_soft();
    }
}
