//! What a thread does with one learner after the other: settle duplicates, compute, write down.

use std::borrow::Cow;

use super::options::{ResultColumn, RollupOptions};
use super::output::{Levels, Results, RollupBatch};
use super::scopes::{Counted, Scopes};
use super::tables::Tables;
use crate::dense::{BAD, Pass, Record, Statics, Wanted};
use crate::engine::{Board, Compiled, NodeResult, Standing, Status, settle};
use crate::error::Finding;
use crate::instant::Instant;
use crate::value::Value;

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
    pub(super) levels: &'r Levels,
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

/// One thread's arrays.
pub(super) struct Worker<'r> {
    shared: Shared<'r>,
    pass: Pass<'r>,
    counted: Counted,
    pub(super) records: Vec<Record>,
    pub(super) ends: Vec<u32>,
    kept: Vec<Record>,
    hashes: Vec<(u64, u32)>,
    nodes: Vec<u32>,
    rows: usize,
}

impl<'r> Worker<'r> {
    pub(super) fn new(shared: Shared<'r>) -> Self {
        let wants = |column| shared.options.wants(column);
        let counts = [ResultColumn::Evidence, ResultColumn::Valued, ResultColumn::Covered].into_iter().any(wants);
        Self {
            shared,
            pass: Pass::new(shared.compiled, shared.as_of, Wanted { counts, newest: wants(ResultColumn::Newest) }),
            counted: Counted::default(),
            records: Vec::new(),
            ends: Vec::new(),
            kept: Vec::new(),
            hashes: Vec::new(),
            nodes: Vec::new(),
            rows: 0,
        }
    }

    /// An empty batch, with as much room as the last one needed.
    pub(super) fn batch(&self) -> RollupBatch {
        RollupBatch::with_room(self.rows + self.rows / 16, self.shared.options)
    }

    /// Computes one learner from rows in the order given.
    pub(super) fn learner(
        &mut self,
        place: u32,
        first: u32,
        records: &[Record],
        batch: &mut RollupBatch,
        faults: &mut Faults,
    ) {
        let mut kept = std::mem::take(&mut self.kept);
        let records = if self.shared.tables.has_ids() {
            self.settle(records, &mut kept, faults);
            kept.as_slice()
        } else {
            records
        };
        faults.bad.extend(records.iter().filter(|record| record.node == BAD).map(|record| record.row));
        let statics = self.shared.scopes.of(place, &mut self.counted, self.shared.compiled);
        let code = first.saturating_add(place);
        if self.pass.run(records, &statics, &self.shared.tables).is_some() {
            self.write(code, &statics, batch);
        } else {
            self.by_board(code, records, &statics, batch, faults);
        }
        self.rows = batch.len();
        self.kept = kept;
    }

    /// Leaves out the items that another item of the same id stands for.
    fn settle(&mut self, records: &[Record], kept: &mut Vec<Record>, faults: &mut Faults) {
        kept.clear();
        self.hashes.clear();
        for record in records {
            let hash = self.shared.tables.id(record.row, |id| fingerprint(id.as_bytes()));
            self.hashes.extend(hash.map(|hash| (hash, record.row)));
        }
        self.hashes.sort_unstable();
        if self.hashes.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a != b)) {
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
    fn write(&mut self, learner: u32, statics: &Statics, batch: &mut RollupBatch) {
        let Self { shared, pass, nodes, .. } = self;
        let results = Passed { pass, statics, shared };
        if shared.nodes.is_none() && !shared.options.unassessed {
            pass.found(nodes);
        } else {
            shared.choose(&results, nodes);
        }
        batch.extend(learner, nodes, &results, shared.options);
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
        let Self { shared, nodes, .. } = self;
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
        let results = Boarded { board: &board, shared };
        shared.choose(&results, nodes);
        batch.extend(learner, nodes, &results, shared.options);
    }
}

impl Shared<'_> {
    fn level(&self, node: u32, level: usize) -> Option<u32> {
        self.levels.place(self.compiled.set(node).scale_class, level)
    }

    /// The nodes that are given: those that were asked for, or all, as far as they are assessed.
    fn choose(&self, results: &impl Results, into: &mut Vec<u32>) {
        into.clear();
        match self.nodes {
            Some(asked) => into.extend_from_slice(asked),
            None => into.extend(0..self.compiled.framework.graph.len()),
        }
        if !self.options.unassessed {
            into.retain(|node| !matches!(results.status(*node), Status::NotAssessed | Status::NotApplicable));
        }
    }
}

/// Results of the dense pass.
struct Passed<'w, 'r> {
    pass: &'w Pass<'r>,
    statics: &'w Statics,
    shared: &'w Shared<'r>,
}

impl Results for Passed<'_, '_> {
    #[inline]
    fn value(&self, node: u32) -> Option<Value> {
        let cell = self.pass.result(node);
        cell.has_value().then_some(cell.value)
    }

    #[inline]
    fn level(&self, node: u32) -> Option<u32> {
        let (class, level) = self.pass.level(node, self.value(node)?)?;
        self.shared.levels.place(class, level)
    }

    #[inline]
    fn status(&self, node: u32) -> Status {
        match self.pass.result(node).status {
            Status::NotAssessed if !self.statics.leaf_count(node).1 => Status::NotApplicable,
            status => status,
        }
    }

    #[inline]
    fn evidence(&self, node: u32) -> u32 {
        self.pass.result(node).evidence
    }

    fn newest(&self, node: u32) -> Option<i64> {
        let cell = self.pass.result(node);
        (cell.has_value() && cell.newest != i64::MIN).then_some(cell.newest)
    }

    fn valued(&self, node: u32) -> u32 {
        self.pass.result(node).valued
    }

    fn covered(&self, node: u32) -> u32 {
        self.statics.leaf_count(node).0
    }
}

/// Results of a board.
struct Boarded<'w, 'r> {
    board: &'w Board<'r>,
    shared: &'w Shared<'r>,
}

impl Boarded<'_, '_> {
    fn result(&self, node: u32) -> NodeResult {
        self.board.cells.get(node as usize).map(|cell| cell.result).unwrap_or_default()
    }
}

impl Results for Boarded<'_, '_> {
    fn value(&self, node: u32) -> Option<Value> {
        self.result(node).value
    }

    fn level(&self, node: u32) -> Option<u32> {
        self.shared.level(node, self.result(node).level?)
    }

    fn status(&self, node: u32) -> Status {
        self.result(node).status
    }

    fn evidence(&self, node: u32) -> u32 {
        self.result(node).cover.evidence
    }

    fn newest(&self, node: u32) -> Option<i64> {
        self.result(node).newest.map(Instant::micros)
    }

    fn valued(&self, node: u32) -> u32 {
        self.result(node).cover.valued
    }

    fn covered(&self, node: u32) -> u32 {
        self.result(node).cover.leaves
    }
}

/// A number for an id: equal ids have equal numbers, and where two numbers are equal the ids themselves are compared.
fn fingerprint(bytes: &[u8]) -> u64 {
    // FNV-1a
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
