//! Rows by learner: a first pass deals the rows out to groups of learners that fit the processor's cache, a second one
//! sorts the rows of a group. What is written once is 24 bytes a row.

use super::admit::{Admitted, Reader};
use super::learners::{Coded, NOBODY};
use super::progress::Progress;
use super::threads;
use crate::dense::{BAD, NONE, Record};
use crate::value::Value;

/// Rows of a group, more or less, and most groups.
const GROUP_ROWS: usize = 1 << 14;
const GROUPS: usize = 1 << 10;

/// A row on its way: the learner's place in the group and the node share 32 bits.
#[derive(Clone, Copy, Default)]
struct Packed {
    value: Value,
    order: i64,
    row: u32,
    who: u32,
}

/// Rows of a part of a table.
pub(super) struct Chunk<'t> {
    pub(super) table: usize,
    pub(super) first: u32,
    pub(super) rows: std::ops::Range<usize>,
    pub(super) reader: &'t Reader<'t, 't>,
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
        // two numbers more: for rows that do not count and for bad ones
        let node_bits = u32::BITS - nodes.saturating_add(1).leading_zeros();
        let wanted = (rows / GROUP_ROWS).clamp(1, GROUPS);
        let each = u32::try_from((learners as usize).div_ceil(wanted)).unwrap_or(u32::MAX).max(1);
        let shift = (u32::BITS - (each - 1).leading_zeros()).min(u32::BITS - node_bits.min(31));
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
    const fn nothing(self) -> u32 {
        u32::MAX >> (u32::BITS - self.node_bits)
    }

    fn pack(self, learner: u32, node: u32) -> u32 {
        let node = match node {
            NONE => self.nothing(),
            BAD => self.nothing() - 1,
            node => node,
        };
        let local = learner & !(u32::MAX << self.shift);
        local.checked_shl(self.node_bits).unwrap_or(0) | node
    }

    fn unpack(self, who: u32) -> (usize, u32) {
        let nothing = self.nothing();
        let node = match who & nothing {
            node if node == nothing => NONE,
            node if node == nothing - 1 => BAD,
            node => node,
        };
        (who.checked_shr(self.node_bits).unwrap_or(0) as usize, node)
    }
}

/// The rows of some chunk by group, and the rows without a learner.
struct Dealt {
    rows: Vec<Packed>,
    /// Where each group begins; one more than groups.
    starts: Vec<u32>,
    nobody: Vec<u32>,
}

/// All rows by group.
pub(super) struct Shuffled {
    dealt: Vec<Dealt>,
    grouping: Grouping,
}

/// The record of a row.
#[inline]
pub(super) fn record(reader: &Reader<'_, '_>, at: usize, row: u32) -> Record {
    match reader.admit(at) {
        Admitted::Counts { node, value, order } => Record { value, order, row, node },
        Admitted::Ignored => Record { value: Value::ZERO, order: 0, row, node: NONE },
        Admitted::Bad => Record { value: Value::ZERO, order: 0, row, node: BAD },
    }
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
            Some(chunk) => match coded.naturals(chunk.table) {
                Some((numbers, first)) => {
                    let place = |row: usize| numbers.get(row).map_or(NOBODY, |number| number - first);
                    Dealt::new(chunk, place, grouping)
                }
                None => Dealt::new(chunk, |row| coded.place(chunk.table, row), grouping),
            },
            None => Dealt { rows: Vec::new(), starts: vec![0; grouping.groups + 1], nobody: Vec::new() },
        };
        Self { dealt: threads::map(chunks.len(), threads, || (), deal), grouping }
    }

    /// The rows without a learner.
    pub(super) fn nobody(&self) -> impl Iterator<Item = u32> {
        self.dealt.iter().flat_map(|dealt| dealt.nobody.iter().copied())
    }

    /// Sorts the rows of a group by learner, each learner's in the order given, into `records`, which may have more room; the
    /// learners' places in the group end where `ends` says. Gives the number of rows.
    pub(super) fn sort(&self, group: usize, records: &mut Vec<Record>, ends: &mut Vec<u32>) -> usize {
        ends.clear();
        ends.resize(self.grouping.learners() + 1, 0);
        let parts = || self.dealt.iter().filter_map(|dealt| dealt.group(group));
        for packed in parts().flatten() {
            let (local, _) = self.grouping.unpack(packed.who);
            if let Some(count) = ends.get_mut(local + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in ends.iter_mut() {
            total += *end;
            *end = total;
        }
        // from here on `ends[l]` is where the next row of learner l goes: in the end, where they end
        if records.len() < total as usize {
            records.resize(total as usize, Record::default());
        }
        for packed in parts().flatten() {
            let (local, node) = self.grouping.unpack(packed.who);
            let Some(end) = ends.get_mut(local) else { continue };
            if let Some(slot) = records.get_mut(*end as usize) {
                *slot = Record { value: packed.value, order: packed.order, row: packed.row, node };
            }
            *end += 1;
        }
        total as usize
    }
}

impl Dealt {
    #[inline]
    fn new(chunk: &Chunk<'_>, place_of: impl Fn(usize) -> u32, grouping: Grouping) -> Self {
        let mut nobody = Vec::new();
        let mut starts = vec![0_u32; grouping.groups + 1];
        for at in chunk.rows.clone() {
            let learner = place_of(at);
            if learner == NOBODY {
                nobody.push(chunk.first + u32::try_from(at).unwrap_or(0));
            } else if let Some(count) = starts.get_mut((learner >> grouping.shift) as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut rows = vec![Packed::default(); total as usize];
        let mut next = starts.clone();
        for at in chunk.rows.clone() {
            let learner = place_of(at);
            if learner == NOBODY {
                continue;
            }
            let Record { value, order, row, node } =
                record(chunk.reader, at, chunk.first + u32::try_from(at).unwrap_or(0));
            let Some(place) = next.get_mut((learner >> grouping.shift) as usize) else { continue };
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = Packed { value, order, row, who: grouping.pack(learner, node) };
            }
            *place += 1;
        }
        Self { rows, starts, nobody }
    }

    fn group(&self, group: usize) -> Option<&[Packed]> {
        let (from, to) = (*self.starts.get(group)?, *self.starts.get(group + 1)?);
        self.rows.get(from as usize..to as usize)
    }
}
