//! The order of evidence: by instant, items without one first; ties by id, then value, then canonical JSON.

use std::cmp::Ordering;

use crate::estimate::Judgement;
use crate::record::{Item, OrderBy};
use crate::sorting;

/// Sorts judgements into the canonical order, oldest first.
pub(crate) fn sort(judgements: &mut [Judgement], items: &[Item], by: OrderBy) {
    sorting::sort_by(judgements, |a, b| compare(a, b, items, by));
    // the last tie is the content, which is made once per item and only where it decides
    for tied in
        judgements.chunk_by_mut(|a, b| compare(a, b, items, by) == Ordering::Equal).filter(|tied| tied.len() > 1)
    {
        let content = |judgement: &Judgement| items.get(judgement.item as usize).map(Item::content);
        let mut known: Vec<_> = tied.iter().map(|judgement| (content(judgement), *judgement)).collect();
        sorting::sort_by(&mut known, |(a, _), (b, _)| a.cmp(b));
        for (slot, (_, judgement)) in tied.iter_mut().zip(known) {
            *slot = judgement;
        }
    }
}

fn compare(a: &Judgement, b: &Judgement, items: &[Item], by: OrderBy) -> Ordering {
    let item = |judgement: &Judgement| items.get(judgement.item as usize);
    let (Some(one), Some(other)) = (item(a), item(b)) else { return Ordering::Equal };
    let instants = one.evidence.order(by).cmp(&other.evidence.order(by));
    let ids = || one.evidence.id.cmp(&other.evidence.id);
    instants.then_with(ids).then_with(|| a.value.cmp(&b.value))
}
