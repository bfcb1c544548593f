//! Where further evidence could come in, and what of it could matter.

use super::trial::Trial;
use crate::engine::{Compiled, Demand};
use crate::policy::{Asks, OwnEvidence, Test};
use crate::record::{EvidenceKind, KINDS};
use crate::rollup::{Verdict, within};
use crate::sorting;

/// A piece of evidence that could come in. Candidates stand in the order of the framework, then of the kinds, then the greatest
/// score of the scale before the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// The place of its competency in the framework.
    place: usize,
    pub(super) kind: Option<EvidenceKind>,
    /// True for the least score instead of the greatest.
    pub(super) low: bool,
    pub(super) node: u32,
}

/// The places of the conditions of a demand that stand like that, as do the groups that they are in.
pub(super) fn conditions(demand: &Demand, verdicts: &[Verdict], stands: impl Fn(Verdict) -> bool) -> Vec<usize> {
    let all = demand.tree.list().iter().zip(within(&demand.tree, verdicts, stands)).enumerate();
    let conditions = all.filter(|(_, (this, within))| *within && !matches!(this.asks, Asks::Group(..)));
    conditions.map(|(place, _)| place).collect()
}

/// The candidates for these conditions of a demand, in order.
pub(super) fn candidates(demand: &Demand, conditions: &[usize], trial: &mut Trial<'_>) -> Vec<Candidate> {
    let compiled = trial.compiled;
    let below = trial.below(conditions.iter().filter_map(|place| demand.node(*place)));
    let decide = || below.iter().filter_map(|node| compiled.demands.of(*node));
    let asked = conditions.iter().filter_map(|place| demand.tree.list().get(*place));
    let asks_for_kinds = asked.map(|this| &this.asks).any(kinds_matter)
        || decide().any(|demand| demand.tree.list().iter().any(|this| kinds_matter(&this.asks)))
        || below.iter().any(|node| {
            let set = compiled.set(*node);
            set.sufficiency.min_kinds > 0 || set.inner_sufficiency.min_kinds > 0
        });
    let asks_for_less = std::iter::once(demand)
        .chain(decide())
        .any(|demand| demand.tree.list().iter().any(|this| matches!(this.asks, Asks::Competency(_, Test::Below(_)))));
    let kinds: Vec<_> = if asks_for_kinds { KINDS.iter().map(|(_, kind)| Some(*kind)).collect() } else { vec![None] };
    let scores = if asks_for_less { &[false, true][..] } else { &[false] };
    let mut candidates = Vec::new();
    for node in below.into_iter().filter(|node| trial.takes(*node)) {
        let Some(place) = compiled.framework.nodes.get(node as usize).copied() else { continue };
        for kind in &kinds {
            candidates.extend(scores.iter().map(|low| Candidate { place, kind: *kind, low: *low, node }));
        }
    }
    sorting::sort(&mut candidates);
    candidates
}

fn kinds_matter(asks: &Asks) -> bool {
    match asks {
        Asks::Competency(_, Test::Evidence(test)) => test.minima.min_kinds > 0 || test.kinds.is_some(),
        _ => false,
    }
}

/// True if the rule of an inner node lets evidence of its own count.
pub(super) fn counts_own(node: u32, compiled: &Compiled) -> bool {
    compiled.set(node).rollup.own_evidence != OwnEvidence::Ignored
}
