//! Whether there is enough evidence to speak (semantics: Sufficiency).

use std::collections::BTreeSet;

use super::evidence::Item;
use super::policy::Sufficiency;

/// Whether eligible items reach all the minima.
pub(super) fn is_enough(items: &[&Item], sufficiency: &Sufficiency) -> bool {
    let distinct =
        |name: fn(&Item) -> Option<&String>| items.iter().filter_map(|item| name(item)).collect::<BTreeSet<_>>().len();
    items.len() >= sufficiency.min_evidence
        && distinct(|item| item.assessor.as_ref()) >= sufficiency.min_assessors
        && distinct(|item| item.context.as_ref()) >= sufficiency.min_contexts
        && distinct(|item| item.kind.as_ref()) >= sufficiency.min_kinds
        && distinct(|item| item.artifact.as_ref()) >= sufficiency.min_artifacts
        && items.iter().filter(|item| item.transfer).count() >= sufficiency.min_transfer
}
