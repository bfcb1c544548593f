//! Items as numbers, and the order in which they stand.

use std::cmp::Ordering;

use super::cells::NEVER;
use super::plan::Rule;
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::sorting;
use crate::value::{Value, Weight};

/// Stands for no node and no row.
pub(crate) const NONE: u32 = u32::MAX;
/// The node of a row that something is wrong with.
pub(crate) const BAD: u32 = NONE - 1;
/// The node of a row that only the board knows what to do with.
pub(crate) const RARE: u32 = NONE - 2;

/// An item as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record {
    pub(crate) value: Value,
    /// Microseconds of the instant that orders it; the least number if it has none.
    pub(crate) order: i64,
    pub(crate) row: u32,
    /// The node, or [`NONE`] or [`BAD`] for an item that does not count, or [`RARE`].
    pub(crate) node: u32,
}

/// What the pass asks about rows beyond their numbers; only where it matters.
pub(crate) trait Rows {
    /// The order of the ids of two rows, one without an id first.
    fn compare_ids(&self, a: u32, b: u32) -> Ordering;
    /// The evidence weight of a row.
    fn weight(&self, row: u32) -> Weight;
    /// The clock instant of a row.
    fn clock(&self, row: u32) -> Option<Instant>;
}

/// Puts pooled items into the order of evidence. Declines where that is not the order of the clock.
pub(super) fn rows_in_order(body: &mut [Judgement], rule: &Rule, rows: &impl Rows) -> Option<()> {
    if !rule.clock_orders {
        return None;
    }
    sorting::sort_by(body, |a, b| {
        a.clock.cmp(&b.clock).then_with(|| rows.compare_ids(a.item, b.item)).then(a.value.cmp(&b.value))
    });
    let undecided = body.windows(2).any(|pair| matches!(pair, [a, b] if a.clock == b.clock) && are_tied(pair, rows));
    (!undecided).then_some(())
}

/// The clock instant of an item, if it has one.
pub(super) fn clock(rule: &Rule, record: &Record, rows: &impl Rows) -> i64 {
    if rule.clock_orders { record.order } else { rows.clock(record.row).map_or(NEVER, Instant::micros) }
}

/// Sorts the records of a leaf, nearly always few, oldest first.
#[inline]
pub(super) fn sort_few(records: &mut [Record], rows: &impl Rows) {
    const FEW: usize = 24;
    let ties = |a: &Record, b: &Record| rows.compare_ids(a.row, b.row).then(a.value.cmp(&b.value));
    if records.len() > FEW {
        return sorting::sort_by(records, |a, b| a.order.cmp(&b.order).then_with(|| ties(a, b)));
    }
    for end in 1..records.len() {
        let mut at = end;
        while let Some([a, b]) = at.checked_sub(1).and_then(|before| records.get_mut(before..=at)) {
            if a.order < b.order || (a.order == b.order && ties(a, b) != Ordering::Greater) {
                break;
            }
            std::mem::swap(a, b);
            at -= 1;
        }
    }
}

/// True of two neighbours with one instant that only their content could order, where the order can change a result.
pub(super) fn are_tied(pair: &[Judgement], rows: &impl Rows) -> bool {
    let [one, other] = pair else { return false };
    let alike = one.value == other.value && rows.compare_ids(one.item, other.item).is_eq();
    alike && (one.clock, one.weight) != (other.clock, other.weight)
}
