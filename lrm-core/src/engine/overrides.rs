//! Overrides: what a person decided about a competency. Of several that hold the last one counts.

use super::bodies::NO_VALUE;
use super::judge::Overriding;
use super::order::sort;
use crate::estimate::Judgement;
use crate::record::{Item, OrderBy};

/// The override that counts, of those that hold on one node.
pub(crate) fn last(overrides: &mut [Judgement], items: &[Item], by: OrderBy) -> Option<Overriding> {
    sort(overrides, items, by);
    let one = overrides.last()?;
    let value = (one.value != NO_VALUE).then_some(one.value);
    Some(Overriding { value, clock: one.clock, item: one.item, modified: one.modified })
}
