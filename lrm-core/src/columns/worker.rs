//! What a thread does with one learner after the other: settle duplicates, compute, write down.

use std::borrow::Cow;

use super::options::{ResultColumn, RollupOptions};
use super::output::{Levels, RollupBatch, Row};
use super::scopes::{Counted, Scopes};
use super::shuffle::BAD;
use super::tables::Tables;
use crate::dense::{Cell, NONE, Pass, Record, Statics, Wanted};
use crate::engine::{Board, Compiled, NodeResult, Standing, Status, settle};
use crate::error::Finding;
use crate::instant::Instant;

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
    rows: usize,
}

impl<'r> Worker<'r> {
    pub(super) fn new(shared: Shared<'r>) -> Self {
        let wants = |column| shared.options.wants(column);
        let counts =
            [ResultColumn::Evidence, ResultColumn::Valued, ResultColumn::Covered].into_iter().any(wants);
        Self {
            shared,
            pass: Pass::new(shared.compiled, shared.as_of, Wanted { counts, newest: wants(ResultColumn::Newest) }),
            counted: Counted::default(),
            records: Vec::new(),
            ends: Vec::new(),
            kept: Vec::new(),
            hashes: Vec::new(),
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
        let Self { shared, pass, .. } = self;
        let row = |node: u32, cell: &Cell| {
            let (covered, applies) = statics.leaf_count(node);
            Row {
                learner,
                competency: node,
                value: cell.has_value().then_some(cell.value),
                level: if cell.level == NONE { None } else { shared.level(node, cell.level as usize) },
                status: if applies { cell.status } else { Status::NotApplicable },
                evidence: cell.evidence,
                newest: (cell.has_value() && cell.newest != i64::MIN).then_some(cell.newest),
                valued: cell.valued,
                covered,
            }
        };
        if let Some(nodes) = shared.nodes {
            nodes.iter().for_each(|node| shared.push(row(*node, &pass.result(*node)), batch));
        } else if shared.options.unassessed {
            (0..shared.compiled.framework.graph.len())
                .for_each(|node| shared.push(row(node, &pass.result(node)), batch));
        } else {
            pass.results(|node, cell| shared.push(row(node, cell), batch));
        }
    }

    /// The long way, for what the pass declines.
    fn by_board(
        &self,
        learner: u32,
        records: &[Record],
        statics: &Statics,
        batch: &mut RollupBatch,
        faults: &mut Faults,
    ) {
        let shared = &self.shared;
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
        let mut one = |node: u32| {
            let result: NodeResult = board.cells.get(node as usize).map(|cell| cell.result).unwrap_or_default();
            let row = Row {
                learner,
                competency: node,
                value: result.value,
                level: result.level.and_then(|level| shared.level(node, level)),
                status: result.status,
                evidence: result.cover.evidence,
                newest: result.newest.map(Instant::micros),
                valued: result.cover.valued,
                covered: result.cover.leaves,
            };
            shared.push(row, batch);
        };
        match shared.nodes {
            Some(nodes) => nodes.iter().copied().for_each(&mut one),
            None => (0..shared.compiled.framework.graph.len()).for_each(&mut one),
        }
    }
}

impl Shared<'_> {
    fn level(&self, node: u32, level: usize) -> Option<u32> {
        self.levels.place(self.compiled.set(node).scale_class, level)
    }

    #[inline]
    fn push(&self, row: Row, batch: &mut RollupBatch) {
        if self.options.unassessed || !matches!(row.status, Status::NotAssessed | Status::NotApplicable) {
            batch.push(row, self.options);
        }
    }
}

/// A number for an id: equal ids have equal numbers, and where two numbers are equal the ids themselves are compared.
fn fingerprint(bytes: &[u8]) -> u64 {
    // FNV-1a
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
