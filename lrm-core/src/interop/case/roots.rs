//! Who stands at the top, and whether the hierarchy looks as if it were written upside down.

use super::edges::Edges;
use super::fields::{tell, within};
use super::items::Items;
use crate::error::{Code, quote};
use crate::framework::AssociationType;
use crate::json::read::{Path, Sink};

/// Tells of items that hang nowhere although the document names its roots. Files whose roots have no association at all
/// are as good.
pub(super) fn check(items: &Items<'_>, edges: &Edges<'_>, path: &Path<'_>, sink: &Sink) {
    if items.competencies.is_empty() {
        sink.add(Code::Notice, path, "there are no items; the framework is empty");
    }
    if edges.roots.is_empty() {
        return;
    }
    let facts = items.competencies.iter().zip(&items.facts).zip(&edges.child);
    for ((competency, facts), _) in facts.filter(|(_, child)| !**child) {
        let id = &competency.id;
        let message = format!("{} has no parent, while others are children of the document; it is a root", quote(id));
        tell(sink, Code::Notice, &within(path, facts.at), id, message);
    }
}

/// Tells if `isChildOf` seems to run from parents to children. Nothing is turned round: only the publisher knows.
pub(super) fn check_direction(items: &Items<'_>, edges: &Edges<'_>, path: &Path<'_>, sink: &Sink) {
    let mut parents = vec![0_u32; items.facts.len()];
    let mut children = parents.clone();
    for edge in edges.kept.iter().filter(|edge| edge.association.kind == AssociationType::IsChildOf) {
        for (counts, item) in [(&mut parents, edge.from), (&mut children, edge.to)] {
            if let Some(count) = counts.get_mut(item as usize) {
                *count += 1;
            }
        }
    }
    let seldom = |counts: &[u32]| counts.iter().all(|count| *count <= 1);
    let upside_down = edges.roots.is_empty()
        && (edges.document_below > 0 || (seldom(&children) && parents.iter().filter(|count| **count > 1).count() > 1));
    if upside_down {
        let message = "the hierarchy looks upside down: in CASE the origin of `isChildOf` is the child; it was read so";
        sink.add(Code::Notice, path, message);
    }
}
