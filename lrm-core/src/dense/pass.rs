//! Some learners at a time through arrays that are used again for the next: leaves first, then what has evidence below it.
//!
//! What goes up a framework is looked up once for all of them, and they share the processor's cache.

use super::cells::{Cell, Inputs, Sums};
use super::lanes::{Held, LANES, Lanes};
use super::order::{NONE, Record, Rows};
use super::plan::Plan;
use super::statics::Statics;
use crate::engine::{Compiled, Status};
use crate::estimate::Judgement;
use crate::instant::Instant;

/// Which results are wanted beyond value and status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Evidence and coverage.
    pub(crate) counts: bool,
    pub(crate) level: bool,
    pub(crate) newest: bool,
}

/// The arrays, and the results of the learners that went through last.
#[derive(Debug)]
pub(crate) struct Pass<'p> {
    pub(super) plan: &'p Plan,
    pub(super) compiled: &'p Compiled,
    pub(super) as_of: Instant,
    pub(super) wanted: Wanted,
    /// True if it declines all: requirements decide about some nodes, which may have a result without anything below them.
    declines: bool,
    /// How many learners have come.
    came: usize,
    /// Those whom the pass declines.
    pub(super) declined: Lanes,
    /// By leaf, the last row of the learner who is read; each row knows the one before it.
    pub(super) heads: Vec<u32>,
    pub(super) next: Vec<u32>,
    pub(super) leaves: Vec<u32>,
    pub(super) gathered: Vec<Record>,
    /// The judgements of one leaf; or, if some rule pools them, of all, and where those of a place in `leaves` are.
    pub(super) judgements: Vec<Judgement>,
    pub(super) spans: Vec<(usize, usize)>,
    /// By slot, what the inner nodes still to come have got so far.
    pub(super) inputs: Held<Inputs>,
    pub(super) sums: Held<Sums>,
    /// By node, the results.
    pub(super) cells: Held<Cell>,
    nodes: Vec<(u32, u32)>,
    /// By lane, the nodes that are assessed, ascending, with their results.
    assessed: [Vec<(u32, Cell)>; LANES],
}

impl<'p> Pass<'p> {
    pub(crate) fn new(compiled: &'p Compiled, as_of: Instant, wanted: Wanted) -> Self {
        let plan = compiled.plan();
        let (count, slots) = (plan.len(), plan.slots());
        Self {
            plan,
            compiled,
            as_of,
            wanted: Wanted { newest: wanted.newest || plan.ages, ..wanted },
            declines: compiled.demands.decide(),
            came: 0,
            declined: Lanes::default(),
            heads: vec![NONE; count],
            next: Vec::new(),
            leaves: Vec::new(),
            gathered: Vec::new(),
            judgements: Vec::new(),
            spans: Vec::new(),
            inputs: Held::new(slots, Inputs::NONE, true),
            sums: Held::new(if plan.sums { slots } else { 0 }, Sums::NONE, true),
            cells: Held::new(count, Cell::EMPTY, false),
            nodes: Vec::new(),
            assessed: Default::default(),
        }
    }

    /// How many learners go through together at most.
    pub(crate) fn lanes(&self) -> usize {
        // the judgements of one learner are kept at a time
        if self.plan.pools { 1 } else { LANES }
    }

    /// Forgets the last learners.
    pub(crate) fn begin(&mut self) {
        self.inputs.clear();
        self.sums.clear();
        self.cells.clear();
        (self.came, self.declined) = (0, Lanes::default());
    }

    /// Reads the rows of the next learner, those that stay after duplicates are settled.
    pub(crate) fn read(&mut self, records: &[Record], statics: &Statics, rows: &impl Rows) {
        let lane = self.came;
        self.came += 1;
        if self.declines || self.leaves(lane, records, statics, rows).is_none() {
            self.declined.add(Lanes::one(lane));
            for record in records {
                if let Some(head) = self.heads.get_mut(record.node as usize) {
                    *head = NONE;
                }
            }
        }
    }

    /// Leaves the next learner to the board.
    pub(crate) fn refuse(&mut self) {
        self.declined.add(Lanes::one(self.came));
        self.came += 1;
    }

    /// Computes what stands above the leaves of the learners that were read; the same applies to all of them.
    pub(crate) fn finish(&mut self, statics: &Statics, rows: &impl Rows) {
        let mut nodes = std::mem::take(&mut self.nodes);
        self.cells.list(&mut nodes);
        for (leaf, _) in &nodes {
            self.rise_from_leaf(*leaf);
        }
        for word in 0..self.inputs.words() {
            // new ones are parents, which stand later
            while self.inner_node(word, statics, rows).is_some() {}
        }
        self.nodes = nodes;
    }

    /// Copies the results out by learner, for [`Pass::assessed`].
    pub(crate) fn copy_out(&mut self) {
        self.cells.list(&mut self.nodes);
        self.assessed.iter_mut().for_each(Vec::clear);
        for (node, place) in &self.nodes {
            let Some(row) = self.cells.at(*place) else { continue };
            for lane in row.by.list() {
                if let (Some(cell), Some(assessed)) = (row.each().get(lane), self.assessed.get_mut(lane))
                    && cell.status != Status::NotAssessed
                {
                    assessed.push((*node, *cell));
                }
            }
        }
    }

    /// True of a learner whom the board must compute.
    pub(crate) const fn declines(&self, lane: usize) -> bool {
        self.declined.has(lane)
    }

    /// The nodes of a learner that are assessed, ascending, with their results, once they were copied out.
    pub(crate) fn assessed(&self, lane: usize) -> &[(u32, Cell)] {
        self.assessed.get(lane).map(Vec::as_slice).unwrap_or_default()
    }

    /// The result of a node.
    pub(crate) fn cell(&self, node: u32, lane: usize) -> &Cell {
        let row = self.cells.get(node).filter(|row| row.by.has(lane));
        row.and_then(|row| row.each().get(lane % LANES)).unwrap_or(&Cell::EMPTY)
    }
}
