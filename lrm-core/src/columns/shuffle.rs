//! Rows by learner: a first pass deals the rows out to groups of learners that fit the processor's cache, a second one
//! sorts the rows of a group. What is written once is 24 bytes a row, until the group is done.

use std::ops::Range;
use std::sync::Mutex;

use super::admit::Reader;
use super::learners::{Coded, NOBODY};
use super::progress::Progress;
use super::threads;
use super::worker::Own;
use crate::dense::{NONE, RARE, Record};
use crate::value::Value;

/// Rows of a group, more or less, and most groups.
const GROUP_ROWS: usize = 1 << 14;
const GROUPS: usize = 1 << 10;

/// A row on its way: its value, its order; its number and, in the lower half, the learner's place in the group with the node.
type Packed = [u64; 3];

/// Rows of a part of a table.
pub(super) struct Chunk<'t> {
    pub(super) table: usize,
    pub(super) first: u32,
    pub(super) rows: Range<usize>,
    pub(super) reader: &'t Reader<'t, 't>,
}

/// Rows that are read at once: few enough to stay near the processor.
const BLOCK: usize = 1 << 9;

impl Chunk<'_> {
    /// Its rows in blocks, each with the number of its first row among those of all tables.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        let blocks = self.rows.clone().step_by(BLOCK).map(|from| from..self.rows.end.min(from + BLOCK));
        blocks.map(|rows| (self.number(rows.start), rows))
    }

    /// The number of a row of its table among those of all tables.
    pub(super) fn number(&self, row: usize) -> u32 {
        self.first.saturating_add(u32::try_from(row).unwrap_or(u32::MAX))
    }
}

/// How learners are grouped and packed.
#[derive(Clone, Copy)]
pub(super) struct Grouping {
    /// A group has this many learners: a power of two.
    shift: u32,
    node_bits: u32,
    pub(super) groups: usize,
}

impl Grouping {
    pub(super) fn new(rows: usize, learners: u32, nodes: u32) -> Self {
        // three numbers more: for rows that do not count, for bad ones and for rare ones
        let node_bits = (u32::BITS - nodes.saturating_add(2).leading_zeros()).min(u32::BITS - 1);
        let wanted = (rows / GROUP_ROWS).clamp(1, GROUPS);
        let each = u32::try_from((learners as usize).div_ceil(wanted)).unwrap_or(u32::MAX).max(1);
        let shift = (u32::BITS - (each - 1).leading_zeros()).min(u32::BITS - node_bits);
        Self { shift, node_bits, groups: (learners as usize >> shift) + 1 }
    }

    /// How many learners a group has at most.
    pub(super) const fn learners(self) -> usize {
        1 << self.shift
    }

    /// The first learner of a group.
    pub(super) fn first(self, group: usize) -> u32 {
        u32::try_from(group << self.shift).unwrap_or(u32::MAX)
    }

    /// All bits of a node, which stand for none.
    #[inline]
    const fn nothing(self) -> u32 {
        u32::MAX >> (u32::BITS - self.node_bits)
    }

    #[inline]
    fn pack(self, learner: u32, record: &Record) -> Packed {
        // none, bad and rare are the highest three numbers of a node in either form
        let node = if record.node < RARE { record.node } else { self.nothing() - (NONE - record.node) };
        let local = learner & !(u32::MAX << self.shift);
        let who = local.wrapping_shl(self.node_bits) | node;
        [
            record.value.grid().cast_unsigned(),
            record.order.cast_unsigned(),
            u64::from(record.row) << 32 | u64::from(who),
        ]
    }

    /// The learner's place in the group.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    fn local(self, packed: &Packed) -> usize {
        let [_, _, who] = packed;
        (*who as u32).wrapping_shr(self.node_bits) as usize
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the halves are meant")]
    fn unpack(self, packed: &Packed) -> Record {
        let [value, order, who] = packed;
        let (nothing, node) = (self.nothing(), *who as u32 & self.nothing());
        let node = if node < nothing - 2 { node } else { NONE - (nothing - node) };
        Record { value: Value::again(value.cast_signed()), order: order.cast_signed(), row: (who >> 32) as u32, node }
    }
}

/// The rows of some chunk by group, and the rows without a learner.
struct Dealt {
    /// Taken, and their memory given back, when the turn of the group comes.
    groups: Vec<Mutex<Vec<Packed>>>,
    nobody: Vec<u32>,
}

/// All rows by group.
pub(super) struct Shuffled {
    dealt: Vec<Dealt>,
    grouping: Grouping,
}

impl Shuffled {
    pub(super) fn new(
        chunks: &[Chunk<'_>],
        coded: &Coded<'_>,
        grouping: Grouping,
        threads: usize,
        progress: &Progress,
    ) -> Self {
        let deal = |(): &mut (), at: usize| match chunks.get(at).filter(|_| !progress.is_cancelled()) {
            Some(chunk) => Dealt::new(chunk, coded, grouping),
            None => Dealt { groups: Vec::new(), nobody: Vec::new() },
        };
        Self { dealt: threads::map(chunks.len(), threads, || (), deal), grouping }
    }

    /// The rows without a learner.
    pub(super) fn nobody(&self) -> impl Iterator<Item = u32> {
        self.dealt.iter().flat_map(|dealt| dealt.nobody.iter().copied())
    }

    /// Sorts the rows of a group by learner, each learner's in the order given, into `records`, which may have more room.
    /// Gives the number of rows.
    pub(super) fn sort(&self, group: usize, records: &mut Vec<Record>, learners: &mut Vec<Own>) -> usize {
        let grouping = self.grouping;
        learners.clear();
        learners.extend((grouping.first(group)..).take(grouping.learners()).map(|place| (place, 0)));
        let parts: Vec<Vec<Packed>> = self.dealt.iter().map(|dealt| dealt.take(group)).collect();
        for part in &parts {
            for packed in part {
                if let Some((_, count)) = learners.get_mut(grouping.local(packed)) {
                    *count += 1;
                }
            }
        }
        let mut total = 0;
        for (_, count) in learners.iter_mut() {
            total += std::mem::replace(count, total);
        }
        // from here on this is where the next row of each learner goes: in the end, where they end
        if records.len() < total {
            records.resize(total, Record::default());
        }
        for part in parts {
            for packed in &part {
                let Some((_, next)) = learners.get_mut(grouping.local(packed)) else { continue };
                if let Some(slot) = records.get_mut(*next) {
                    *slot = grouping.unpack(packed);
                }
                *next += 1;
            }
        }
        let mut before = 0;
        learners.retain(|(_, end)| std::mem::replace(&mut before, *end) < *end);
        total
    }
}

impl Dealt {
    fn new(chunk: &Chunk<'_>, coded: &Coded<'_>, grouping: Grouping) -> Self {
        let mut nobody = Vec::new();
        let mut places = Vec::new();
        let mut counts = vec![0_usize; grouping.groups];
        for (first, rows) in chunk.blocks() {
            coded.read(chunk.table, rows, &mut places);
            for place in &places {
                if let Some(count) = counts.get_mut((place >> grouping.shift) as usize).filter(|_| *place != NOBODY) {
                    *count += 1;
                }
            }
            if places.contains(&NOBODY) {
                nobody.extend((first..).zip(&places).filter(|(_, place)| **place == NOBODY).map(|(row, _)| row));
            }
        }
        let mut groups: Vec<Vec<Packed>> = counts.into_iter().map(Vec::with_capacity).collect();
        let mut records = Vec::new();
        for (first, block) in chunk.blocks() {
            coded.read(chunk.table, block.clone(), &mut places);
            records.clear();
            chunk.reader.read(block, first, &mut records);
            for (place, record) in places.iter().zip(&records) {
                if let Some(group) = groups.get_mut((place >> grouping.shift) as usize).filter(|_| *place != NOBODY) {
                    group.push(grouping.pack(*place, record));
                }
            }
        }
        Self { groups: groups.into_iter().map(Mutex::new).collect(), nobody }
    }

    /// The rows of a group, which are gone then.
    fn take(&self, group: usize) -> Vec<Packed> {
        let group = self.groups.get(group).and_then(|group| group.lock().ok());
        group.map(|mut group| std::mem::take(&mut *group)).unwrap_or_default()
    }
}
