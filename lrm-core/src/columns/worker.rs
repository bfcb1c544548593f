//! What a thread does with one learner after the other: settle duplicates, compute, write down.

use std::borrow::Cow;

use super::options::{ResultColumn, RollupOptions};
use super::output::RollupBatch;
use super::scopes::{Counted, Scopes};
use super::tables::Tables;
use super::works::Activities;
use crate::dense::{BAD, Cell, NO_LEVEL, Pass, Record, Statics, Wanted};
use crate::engine::{Board, Compiled, NodeResult, Standing, Status, settle};
use crate::error::Finding;
use crate::instant::Instant;
use crate::sorting::{self, are_distinct, fingerprint};

/// What all threads share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'r> {
    pub(super) compiled: &'r Compiled,
    pub(super) tables: Tables<'r, 'r>,
    pub(super) as_of: Instant,
    pub(super) options: &'r RollupOptions,
    /// The nodes that were asked for, if not all.
    pub(super) nodes: Option<&'r [u32]>,
    pub(super) scopes: &'r Scopes,
}

/// Rows with something wrong, and what.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Rows that cannot be read, do not fit or name nothing.
    pub(super) bad: Vec<u32>,
    /// Rows whose id another content has.
    pub(super) other: Vec<u32>,
    /// The first row of a learner whose results cannot be given.
    pub(super) failed: Vec<(u32, Vec<Finding>)>,
}

impl Faults {
    pub(super) fn append(&mut self, mut other: Self) {
        self.bad.append(&mut other.bad);
        self.other.append(&mut other.other);
        self.failed.append(&mut other.failed);
    }
}

/// A learner's place, and where its rows end among those of all; they begin where those of the one before end.
pub(super) type Own = (u32, usize);

/// A learner's scope and place, and where the rows are.
type Turn = (u32, u32, usize, usize);

/// One thread's arrays.
pub(super) struct Worker<'r> {
    shared: Shared<'r>,
    pass: Pass<'r>,
    counted: Counted,
    activities: Activities<'r>,
    pub(super) records: Vec<Record>,
    pub(super) learners: Vec<Own>,
    kept: Vec<Record>,
    settled: Vec<Own>,
    turns: Vec<Turn>,
    hashes: Vec<i64>,
    results: Vec<(u32, Cell)>,
    rows: usize,
}

impl<'r> Worker<'r> {
    pub(super) fn new(shared: Shared<'r>) -> Self {
        let wants = |column| shared.options.wants(column);
        let wanted = Wanted {
            counts: [ResultColumn::Evidence, ResultColumn::Valued].into_iter().any(wants),
            level: wants(ResultColumn::Level),
            newest: wants(ResultColumn::Newest),
        };
        Self {
            shared,
            pass: Pass::new(shared.compiled, shared.as_of, wanted),
            counted: Counted::default(),
            activities: Activities::new(shared.compiled, shared.tables),
            records: Vec::new(),
            learners: Vec::new(),
            kept: Vec::new(),
            settled: Vec::new(),
            turns: Vec::new(),
            hashes: Vec::new(),
            results: Vec::new(),
            rows: 0,
        }
    }

    /// Computes learners from their rows, each one's in the order given. `first` is what stands for place 0.
    pub(super) fn compute(
        &mut self,
        first: u32,
        learners: &[Own],
        records: &[Record],
        faults: &mut Faults,
    ) -> RollupBatch {
        // as much room as the last batch needed
        let mut batch = RollupBatch::with_room(self.rows + self.rows / 16, self.shared.options);
        if self.shared.tables.has_ids() {
            let (mut kept, mut settled) = (std::mem::take(&mut self.kept), std::mem::take(&mut self.settled));
            kept.clear();
            settled.clear();
            for ((place, _), own) in each(0, learners, records) {
                self.settle(own, &mut kept, faults);
                settled.push((place, kept.len()));
            }
            self.in_lanes(first, &settled, &kept, &mut batch, faults);
            (self.kept, self.settled) = (kept, settled);
        } else {
            self.in_lanes(first, learners, records, &mut batch, faults);
        }
        self.rows = batch.len();
        batch
    }

    /// As many learners at a time as the pass takes, those together to whom the same applies.
    fn in_lanes(
        &mut self,
        first: u32,
        learners: &[Own],
        records: &[Record],
        batch: &mut RollupBatch,
        faults: &mut Faults,
    ) {
        let scopes = self.shared.scopes;
        let mut turns = std::mem::take(&mut self.turns);
        turns.clear();
        let mut from = 0;
        turns.extend(
            learners
                .iter()
                .map(|(place, end)| (scopes.number(*place), *place, std::mem::replace(&mut from, *end), *end)),
        );
        let apart = !scopes.are_one();
        if apart {
            sorting::sort(&mut turns);
        }
        let mut written = Vec::new();
        let mut rest = turns.as_slice();
        while let Some((scope, ..)) = rest.first() {
            let statics = scopes.of(*scope, &mut self.counted, self.shared.compiled);
            let alike = rest.iter().take_while(|(other, ..)| other == scope);
            let together = alike.take(self.pass.lanes()).count();
            let (now, later) = rest.split_at_checked(together).unwrap_or((rest, &[]));
            let own = |(.., from, end): &Turn| records.get(*from..*end).unwrap_or_default();
            self.pass.begin();
            for records in now.iter().map(own) {
                faults.bad.extend(records.iter().filter(|record| record.node == BAD).map(|record| record.row));
                if self.activities.meet(records) {
                    self.pass.refuse();
                } else {
                    self.pass.read(records, &statics, &self.shared.tables);
                }
            }
            self.pass.finish(&statics, &self.shared.tables);
            if self.shared.takes_assessed() {
                self.pass.tell_apart();
            }
            for (lane, turn) in now.iter().enumerate() {
                let (before, code) = (batch.len(), first.saturating_add(turn.1));
                if self.pass.declines(lane) {
                    self.by_board(code, own(turn), &statics, batch, faults);
                } else {
                    self.write(code, lane, &statics, batch);
                }
                if apart {
                    written.push((code, before..batch.len()));
                }
            }
            rest = later;
        }
        if written.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one > other)) {
            sorting::sort_by(&mut written, |(one, _), (other, _)| one.cmp(other));
            *batch = batch.of_parts(&written);
        }
        self.turns = turns;
    }

    /// Leaves out the items that another item of the same id stands for.
    fn settle(&mut self, records: &[Record], kept: &mut Vec<Record>, faults: &mut Faults) {
        self.hashes.clear();
        for record in records {
            self.hashes.extend(self.shared.tables.id(record.row, fingerprint));
        }
        if are_distinct(&mut self.hashes) {
            kept.extend_from_slice(records);
            return;
        }
        let items: Vec<_> = records.iter().filter_map(|record| self.shared.tables.item(record.row)).collect();
        for (record, standing) in records.iter().zip(settle(&items)) {
            match standing {
                Standing::Kept => kept.push(*record),
                Standing::Same => {}
                Standing::Other => faults.other.push(record.row),
            }
        }
    }

    /// Writes down what the pass found.
    fn write(&mut self, learner: u32, lane: usize, statics: &Statics, batch: &mut RollupBatch) {
        let Self { shared, pass, results, .. } = self;
        let covers = |node| statics.leaf_count(node).0;
        if shared.takes_assessed() {
            return batch.extend(learner, &pass.assessed(lane), covers, shared.options);
        }
        let cell = |node| match pass.cell(node, lane) {
            cell if cell.status == Status::NotAssessed && !statics.leaf_count(node).1 => Cell::NOT_APPLICABLE,
            cell => cell,
        };
        results.clear();
        shared.choose(cell, results);
        batch.extend(learner, &results.iter().copied(), covers, shared.options);
    }

    /// The long way, for what the pass declines.
    fn by_board(
        &mut self,
        learner: u32,
        records: &[Record],
        statics: &Statics,
        batch: &mut RollupBatch,
        faults: &mut Faults,
    ) {
        let Self { shared, results, .. } = self;
        let items = records.iter().filter_map(|record| shared.tables.item(record.row)).collect();
        let board = match Board::new(Cow::Owned(items), shared.as_of, statics.applies.clone(), shared.compiled) {
            Ok(board) => board,
            Err(error) => {
                // a result beyond the limits is this learner's only
                let row = records.first().map_or(0, |record| record.row);
                faults.failed.push((row, error.findings().to_vec()));
                return;
            }
        };
        let covers = |node: u32| board.cells.get(node as usize).map_or(0, |cell| cell.result.cover.leaves);
        let cell =
            |node: u32| board.cells.get(node as usize).map_or(Cell::EMPTY, |cell| shared.cell(node, &cell.result));
        results.clear();
        shared.choose(cell, results);
        batch.extend(learner, &results.iter().copied(), covers, shared.options);
    }
}

impl Shared<'_> {
    /// True if what is given is all that is assessed, and nothing else.
    const fn takes_assessed(&self) -> bool {
        self.nodes.is_none() && !self.options.unassessed
    }

    /// Adds the results that are given: of the nodes that were asked for, or of all, as far as they are assessed.
    fn choose(&self, cell: impl Fn(u32) -> Cell, into: &mut Vec<(u32, Cell)>) {
        let assessed = |cell: &Cell| !matches!(cell.status, Status::NotAssessed | Status::NotApplicable);
        let choose = |node| {
            let cell = cell(node);
            if self.options.unassessed || assessed(&cell) {
                into.push((node, cell));
            }
        };
        match self.nodes {
            Some(asked) => asked.iter().copied().for_each(choose),
            None => (0..self.compiled.framework.graph.len()).for_each(choose),
        }
    }

    /// A board's result as the pass has it.
    fn cell(&self, node: u32, result: &NodeResult) -> Cell {
        let levels = self.compiled.plan().levels();
        let class = self.compiled.set(node).scale_class;
        Cell {
            value: result.value.unwrap_or_default(),
            newest: result.newest.map_or(i64::MIN, Instant::micros),
            evidence: result.cover.evidence,
            valued: result.cover.valued,
            level: result.level.map_or(NO_LEVEL, |level| levels.place(class, level)),
            status: result.status,
            modified: result.modified,
        }
    }
}

/// Learners with their rows, which begin there.
fn each<'l>(mut from: usize, learners: &'l [Own], records: &'l [Record]) -> impl Iterator<Item = (Own, &'l [Record])> {
    learners.iter().map(move |own| (*own, records.get(std::mem::replace(&mut from, own.1)..own.1).unwrap_or_default()))
}
