//! One step of a warm learner: the nodes it recomputes, children first, and how they were before.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::board::{Board, Cell};
use super::bodies::Admitted;
use super::compile::Compiled;
use super::judge::Cover;
use crate::error::Result;
use crate::instant::Instant;
use crate::limits::REQUIREMENT_ITEMS;
use crate::rollup::Tally;

/// A node as it was.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    pub(crate) node: u32,
    pub(crate) cell: Cell,
    tally: Tally,
    admitted: Option<Admitted>,
}

/// A leaf that a step has recomputed, and what its ancestors have counted of it so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved {
    pub(crate) leaf: u32,
    pub(crate) cover: Cover,
    pub(crate) tally: Tally,
}

/// What a step did, so that it can be taken back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    /// The recomputed nodes, children first.
    pub(crate) saved: Vec<Saved>,
    pub(crate) moved: Vec<Moved>,
    /// Places in the order of the graph that are still to be looked at.
    queue: BinaryHeap<Reverse<u32>>,
    /// The clock before.
    as_of: Option<Instant>,
    /// True if inner nodes had evidence of their own before.
    had_owners: bool,
}

impl Step {
    /// Empties it, but keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.saved.clear();
        self.moved.clear();
        self.queue.clear();
        self.as_of = None;
    }

    /// The moved leaves, if sums over leaves can be corrected by them: evidence of inner nodes changes what is summed.
    pub(crate) fn corrections(&self) -> Option<&[Moved]> {
        (!self.had_owners).then_some(self.moved.as_slice())
    }
}

impl Board<'_> {
    /// Moves the clock, and recomputes the touched nodes and all their ancestors. After an error [`Board::take_back`] puts
    /// everything back, as it does after a step that is not to be.
    pub(crate) fn go(
        &mut self,
        touched: impl Iterator<Item = u32>,
        as_of: Instant,
        step: &mut Step,
        compiled: &Compiled,
    ) -> Result<()> {
        let graph = &compiled.framework.graph;
        step.as_of = Some(std::mem::replace(&mut self.as_of, as_of));
        step.had_owners = self.bodies.has_owners();
        self.items_left = REQUIREMENT_ITEMS;
        step.queue.extend(touched.map(|node| Reverse(graph.place(node))));
        let mut last = None;
        // a parent stands behind its children, so whoever comes twice comes twice in a row
        while let Some(Reverse(place)) = step.queue.pop() {
            if last.replace(place) == Some(place) {
                continue;
            }
            let Some(node) = graph.order().get(place as usize).copied() else { continue };
            self.save(node, step, compiled);
            self.compute(node, step.corrections(), compiled)?;
            step.queue.extend(graph.parents(node).map(|parent| Reverse(graph.place(parent))));
        }
        Ok(())
    }

    /// Admits what counts on a node now, and remembers how the node was.
    fn save(&mut self, node: u32, step: &mut Step, compiled: &Compiled) {
        let cell = self.cells.get(node as usize).copied().unwrap_or_default();
        let tally = self.tally_of(node);
        let admitted = self.admit(node, compiled);
        step.saved.push(Saved { node, cell, tally, admitted });
        if compiled.framework.graph.is_leaf(node) {
            step.moved.push(Moved { leaf: node, cover: cell.result.cover, tally });
        }
    }

    /// Puts back what a step changed.
    pub(crate) fn take_back(&mut self, step: &mut Step, compiled: &Compiled) {
        for saved in step.saved.drain(..) {
            if let Some(admitted) = saved.admitted {
                self.bodies.admit(saved.node, compiled.framework.graph.is_leaf(saved.node), admitted);
            }
            if let Some(slot) = self.tallies.get_mut(saved.node as usize) {
                *slot = saved.tally;
            }
            if let Some(slot) = self.cells.get_mut(saved.node as usize) {
                *slot = saved.cell;
            }
        }
        if let Some(as_of) = step.as_of.take() {
            self.as_of = as_of;
        }
    }
}
