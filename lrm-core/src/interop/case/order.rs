//! The order of siblings: as numbered, then as the publisher's own numbering has it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::edges::Edge;
use super::items::Items;
use crate::framework::AssociationType;

/// What siblings without a number are ordered by; absent ones come last.
type Key<'k> = (Option<&'k str>, Option<&'k str>, &'k str);

/// Gives children without `sequenceNumber` the numbers after their siblings': by `listEnumeration`, then by
/// `humanCodingScheme`, both in natural order, then by id. Where neither is known among them nothing is numbered.
pub(super) fn number_siblings(edges: &mut [Edge<'_>], items: &Items<'_>) {
    let mut last = BTreeMap::<u32, i64>::new();
    let mut open = Vec::new();
    for (at, edge) in edges.iter().enumerate() {
        if edge.association.kind != AssociationType::IsChildOf {
            continue;
        }
        match edge.association.sequence {
            Some(sequence) => {
                let last = last.entry(edge.to).or_insert(sequence);
                *last = sequence.max(*last);
            }
            None => open.push((edge.to, edge.from, at)),
        }
    }
    let key = |item: u32| -> Key<'_> {
        let enumeration = items.facts.get(item as usize).and_then(|facts| facts.enumeration.as_ref());
        let competency = items.competencies.get(item as usize);
        let code = competency.and_then(|competency| competency.code.as_deref());
        (enumeration.map(Cow::as_ref), code, competency.map_or("", |competency| &competency.id))
    };
    open.sort_by(|(parent, child, _), (other, sibling, _)| {
        parent.cmp(other).then_with(|| {
            let (one, two) = (key(*child), key(*sibling));
            last_if_absent(one.0, two.0).then_with(|| last_if_absent(one.1, two.1)).then(one.2.cmp(two.2))
        })
    });
    for siblings in open.chunk_by(|(parent, ..), (other, ..)| parent == other) {
        if siblings.iter().all(|(_, child, _)| matches!(key(*child), (None, None, _))) {
            continue;
        }
        let mut next = siblings.first().and_then(|(parent, ..)| last.get(parent)).copied().unwrap_or(0);
        for (_, _, at) in siblings {
            next = next.saturating_add(1);
            if let Some(edge) = edges.get_mut(*at) {
                edge.association.sequence = Some(next);
            }
        }
    }
}

fn last_if_absent(one: Option<&str>, two: Option<&str>) -> Ordering {
    match (one, two) {
        (Some(one), Some(two)) => natural(one, two),
        _ => two.is_some().cmp(&one.is_some()),
    }
}

/// Compares texts as people count: `1.9` before `1.10`. Runs of digits count as numbers, all else by bytes.
fn natural(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one.as_bytes(), two.as_bytes());
    loop {
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match (digits(one), digits(two)) {
            (0, _) | (_, 0) => match (one.split_first(), two.split_first()) {
                (Some((a, rest)), Some((b, others))) if a == b => (one, two) = (rest, others),
                (a, b) => return a.map(|(byte, _)| byte).cmp(&b.map(|(byte, _)| byte)),
            },
            (a, b) => {
                let ((number, rest), (other, others)) = (one.split_at(a), two.split_at(b));
                let order = significant(number).cmp(&significant(other));
                if order != Ordering::Equal {
                    return order;
                }
                (one, two) = (rest, others);
            }
        }
    }
}

/// A number's digits without leading zeros, after their count.
fn significant(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let digits = digits.get(zeros..).unwrap_or_default();
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut codes = ["1.10", "1.9", "A.2", "1.09.a", "", "1", "A.10", "A.2.b", "1.9 ", "a"];
        codes.sort_by(|a, b| natural(a, b).then(a.cmp(b)));
        assert_eq!(codes, ["", "1", "1.9", "1.9 ", "1.09.a", "1.10", "A.2", "A.2.b", "A.10", "a"]);
    }
}
