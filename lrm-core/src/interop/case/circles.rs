//! Circles of `isChildOf` and of `precedes`: opened, and told of.

use super::cycles::closing;
use super::edges::{Edges, named};
use super::fields::within;
use super::nodes::Nodes;
use crate::error::{Code, Finding, clip, quote};
use crate::framework::AssociationType;
use crate::json::read::{Path, Sink};

/// Leaves out what closes circles of `isChildOf` and of `precedes`.
pub(super) fn open(edges: &mut Edges<'_>, nodes: &Nodes<'_>, path: &Path<'_>, sink: &Sink) {
    let ranks = nodes.ranks();
    let rank = |item: u32| ranks.get(item as usize).copied().unwrap_or_default();
    let mut names = vec![""; ranks.len()];
    for (item, rank) in (0..).zip(&ranks) {
        if let Some(slot) = names.get_mut(*rank as usize) {
            *slot = nodes.name(item);
        }
    }
    for (kind, word) in [(AssociationType::IsChildOf, "isChildOf"), (AssociationType::Precedes, "precedes")] {
        let places: Vec<usize> = (0..edges.kept.len())
            .filter(|at| edges.kept.get(*at).is_some_and(|edge| edge.association.kind == kind))
            .collect();
        let pairs: Vec<(u32, u32)> =
            places.iter().filter_map(|at| edges.kept.get(*at)).map(|edge| (rank(edge.from), rank(edge.to))).collect();
        let mut out = vec![false; edges.kept.len()];
        for closed in closing(ranks.len(), &pairs) {
            let Some(at) = places.get(closed.at) else { continue };
            let (Some(edge), Some(out)) = (edges.kept.get(*at), out.get_mut(*at)) else { continue };
            *out = true;
            let (from, to) = (nodes.name(edge.from), nodes.name(edge.to));
            let message = format!(
                "`{word}` runs in a circle; the association from {} to {} was left out",
                quote(from),
                quote(to)
            );
            let finding = Finding::new(Code::Cycle, within(path, edge.at).to_string(), message);
            let mut finding = named(finding, &kind, from, to);
            if !closed.path.is_empty() {
                let ids = closed.path.iter().chain(closed.path.first());
                let ids = ids.filter_map(|node| names.get(*node as usize)).map(|id| clip(id)).collect();
                finding = finding.with_list("path", ids);
            }
            sink.push(finding);
            edges.dropped.push((edge.at, edge.raw));
        }
        let mut out = out.into_iter();
        edges.kept.retain(|_| !out.next().unwrap_or(false));
    }
}
