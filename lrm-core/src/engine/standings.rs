//! How the requirements of a demand stand for a learner. The items behind conditions about evidence are gathered once for each
//! competency, and counted: there may be very many of both.

use super::board::Board;
use super::compile::Compiled;
use super::judge::{NodeResult, with_items};
use super::requirements::Demand;
use super::status::Status;
use super::sufficiency::{Shortfall, independent, shortfalls};
use crate::error::{Code, Error, Result};
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::limits::REQUIREMENT_ITEMS;
use crate::policy::{Asks, EvidenceTest, Test};
use crate::record::Item;
use crate::rollup::{Count, Verdict, verdicts};
use crate::scale::Scale;
use crate::sorting;
use crate::value::meets;

/// How a condition about a competency stands; `lacks` are the minima of evidence that are not reached.
pub(crate) fn standing(test: &Test, scale: &Scale, result: &NodeResult, lacks: &[Shortfall]) -> Verdict {
    let shown = result.value;
    match (test, result.status) {
        (_, Status::NotApplicable) => Verdict::LeftOut,
        (Test::Evidence(_), _) => Verdict::of(lacks.is_empty()),
        (_, status @ (Status::Met | Status::NotMet)) => Verdict::of(match test {
            Test::Level(level) => result.shows(level, scale),
            Test::Value(value) => shown.is_some_and(|shown| meets(shown, *value)),
            Test::Below(value) => shown.is_some_and(|shown| !meets(shown, *value)),
            _ => status == Status::Met,
        }),
        _ => Verdict::Undetermined,
    }
}

/// The minima of a condition about evidence that are not reached, by the eligible items of the competency, or of the leaves
/// that it covers.
pub(crate) fn lacks(test: &EvidenceTest, scale: &Scale, items: &[(Judgement, &Item)]) -> Vec<Shortfall> {
    let cut = test.cut(scale);
    let counts = |(judgement, item): &&(Judgement, &Item)| {
        let kind = |kinds: &Vec<_>| item.evidence.kind.is_some_and(|kind| kinds.contains(&kind));
        test.kinds.as_ref().is_none_or(kind) && cut.is_none_or(|cut| meets(judgement.value, cut))
    };
    let items: Vec<(Judgement, &Item)> = items.iter().filter(counts).copied().collect();
    let mut lacks = shortfalls(&test.minima, &items);
    let independent = independent(&items);
    if independent < test.min_independent {
        lacks.push(Shortfall { name: "min_independent", missing: test.min_independent - independent });
    }
    lacks
}

/// How the requirements of a demand stand.
pub(crate) struct Standings {
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) counts: Vec<Count>,
    /// By requirement, what is not reached; empty for all but conditions about evidence.
    pub(crate) lacks: Vec<Vec<Shortfall>>,
}

impl Board<'_> {
    /// How a demand stands now. `holds` says whether the learner has a credit.
    ///
    /// # Errors
    /// `limit-exceeded` if conditions about evidence look at too many items.
    pub(crate) fn standings(
        &mut self,
        demand: &Demand,
        holds: &dyn Fn(&str) -> bool,
        compiled: &Compiled,
    ) -> Result<Standings> {
        let lacks = self.lacking(demand, compiled)?;
        let as_of = self.as_of;
        let (verdicts, counts) = verdicts(&demand.tree, as_of, &mut |place, asks| match asks {
            Asks::Credential(name) => Verdict::of(holds(name)),
            Asks::NotBefore(at) => Verdict::of(as_of >= *at),
            Asks::Competency(_, test) => {
                let Some(node) = demand.node(place) else { return Verdict::LeftOut };
                let result = self.cells.get(node as usize).map(|cell| cell.result).unwrap_or_default();
                let lacks = lacks.get(place).map(Vec::as_slice).unwrap_or_default();
                standing(test, &compiled.set(node).scale, &result, lacks)
            }
            Asks::Group(..) => Verdict::LeftOut,
        });
        Ok(Standings { verdicts, counts, lacks })
    }

    /// What the conditions about evidence lack. The items of a node are gathered once for all conditions about it.
    fn lacking(&mut self, demand: &Demand, compiled: &Compiled) -> Result<Vec<Vec<Shortfall>>> {
        let mut tests = Vec::new();
        for (place, this) in demand.tree.list().iter().enumerate() {
            if let (Asks::Competency(_, Test::Evidence(test)), Some(node)) = (&this.asks, demand.node(place)) {
                tests.push((node, place, test));
            }
        }
        let mut lacking = vec![Vec::new(); if tests.is_empty() { 0 } else { demand.nodes.len() }];
        sorting::sort_by(&mut tests, |one, other| (one.0, one.1).cmp(&(other.0, other.1)));
        for of_node in tests.chunk_by(|one, other| one.0 == other.0) {
            let Some((node, ..)) = of_node.first() else { continue };
            let covered = self.covered(*node, compiled);
            let items = covered.iter().map(|covered| 1 + self.eligible(covered.node).len()).sum::<usize>();
            self.items_left =
                self.items_left.checked_sub(items.saturating_mul(of_node.len())).ok_or_else(too_many_items)?;
            let items: Vec<_> =
                covered.iter().flat_map(|covered| with_items(self.eligible(covered.node), &self.items)).collect();
            for (_, place, test) in of_node {
                let lacks = lacks(test, &compiled.set(*node).scale, &items);
                if let Some(slot) = lacking.get_mut(*place) {
                    *slot = lacks;
                }
            }
        }
        Ok(lacking)
    }

    /// The newest instant on which a leaf below a node rests, whatever the leaf weighs.
    pub(crate) fn newest_below(&mut self, node: u32, compiled: &Compiled) -> Option<Instant> {
        let tally = self.tally_of(node);
        if tally.all.leaves == tally.weighed.leaves {
            return tally.newest;
        }
        let leaves = self.leaf_inputs(node, compiled);
        leaves.into_iter().filter_map(|leaf| self.covered_result(leaf).newest).max()
    }
}

/// The error where conditions look at more than [`REQUIREMENT_ITEMS`].
pub(crate) fn too_many_items() -> Error {
    let message = format!(
        "conditions about evidence look at more than {REQUIREMENT_ITEMS} items, each counted for every condition"
    );
    Error::new(Code::LimitExceeded, "", message)
}
