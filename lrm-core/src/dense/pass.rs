//! Some learners at a time through arrays that are used again for the next: leaves first, then what has evidence below it.
//!
//! What goes up a framework is looked up once for all of them, and they share the processor's cache.

use super::cells::Cell;
use super::held::{Held, Keeps};
use super::lanes::{LANES, Lanes};
use super::levels::NO_LEVEL;
use super::order::{NONE, Record, Rows};
use super::plan::Plan;
use super::reached::Reached;
use super::rows::{Inputs, Results};
use super::statics::Statics;
use crate::engine::Compiled;
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
    /// True if it declines all: requirements decide about some nodes, which may have a result without anything below them; or
    /// weights may pass 64 bits.
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
    /// The inner nodes still to come.
    pub(super) reached: Reached,
    /// By slot, what has come up to inner nodes so far.
    pub(super) inputs: Held<Inputs>,
    /// Likewise what rules over leaves have got.
    pub(super) sums: Held<Inputs>,
    /// By node, the results.
    pub(super) cells: Held<Results>,
    /// Nodes that have some, ascending, each with the place of its results: leaves, until results are told apart.
    nodes: Vec<(u32, u32)>,
    /// By learner, with room for all nodes for each, the results that there are; and where those of each end.
    told: Vec<Told>,
    ends: [usize; LANES],
}

/// A result of one learner.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    /// Where it is among the results.
    place: u32,
    level: u32,
}

impl<'p> Pass<'p> {
    pub(crate) fn new(compiled: &'p Compiled, as_of: Instant, wanted: Wanted) -> Self {
        let plan = compiled.plan();
        let (count, slots) = (plan.len(), plan.slots());
        let wanted = Wanted { newest: wanted.newest || plan.ages, ..wanted };
        let keeps = Keeps { counts: wanted.counts, rest: wanted.newest || plan.shares };
        Self {
            plan,
            compiled,
            as_of,
            wanted,
            declines: compiled.demands.decide() || plan.heavy,
            came: 0,
            declined: Lanes::default(),
            heads: vec![NONE; count],
            next: Vec::new(),
            leaves: Vec::new(),
            gathered: Vec::new(),
            judgements: Vec::new(),
            spans: Vec::new(),
            reached: Reached::new(slots),
            inputs: Held::new(slots, keeps),
            sums: Held::new(if plan.sums { slots } else { 0 }, keeps),
            cells: Held::new(count, keeps),
            nodes: Vec::new(),
            told: Vec::new(),
            ends: [0; LANES],
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
        for word in 0..self.reached.words() {
            // new ones are parents, which stand later
            while let Some((slot, by)) = self.reached.take(word) {
                self.inner_node(slot, by, statics, rows);
            }
        }
        self.nodes = nodes;
    }

    /// True of a learner whom the board must compute.
    pub(crate) const fn declines(&self, lane: usize) -> bool {
        self.declined.has(lane)
    }

    /// Tells the results apart by learner, for [`Pass::assessed`].
    pub(crate) fn tell_apart(&mut self) {
        let Self { plan, cells, nodes, told, ends, .. } = self;
        cells.list(nodes);
        let room = nodes.len();
        if told.len() < LANES * room {
            told.resize(LANES * room, Told::default());
        }
        *ends = std::array::from_fn(|lane| lane * room);
        for (node, place) in nodes {
            let Some(row) = cells.at(*place).map(|seen| seen.row) else { continue };
            let rule = plan.rule_of(*node).filter(|_| self.wanted.level);
            for lane in row.assessed().list() {
                let level = match rule {
                    Some(rule) if row.valued.has(lane) => rule.level(row.value(lane)),
                    _ => NO_LEVEL,
                };
                if let Some(end) = ends.get_mut(lane)
                    && let Some(told) = told.get_mut(*end)
                {
                    *told = Told { place: *place, level };
                    *end += 1;
                }
            }
        }
    }

    /// The nodes of a learner that are assessed, ascending, with their results, once they were told apart.
    #[inline]
    pub(crate) fn assessed(&self, lane: usize) -> impl ExactSizeIterator<Item = (u32, Cell)> + Clone {
        let own = self.ends.get(lane).and_then(|end| self.told.get(lane * self.nodes.len()..*end));
        own.unwrap_or_default().iter().map(move |told| {
            let cell = self.cells.at(told.place).map_or(Cell::EMPTY, |seen| seen.of(lane));
            (self.cells.number(told.place), Cell { level: told.level, ..cell })
        })
    }

    /// The result of a node.
    pub(crate) fn cell(&self, node: u32, lane: usize) -> Cell {
        self.cells.get(node).map_or(Cell::EMPTY, |seen| self.with_level(node, seen.of(lane)))
    }

    #[inline]
    fn with_level(&self, node: u32, cell: Cell) -> Cell {
        if self.wanted.level
            && cell.has_value()
            && let Some(rule) = self.plan.rule_of(node)
        {
            return Cell { level: rule.level(cell.value), ..cell };
        }
        cell
    }
}
