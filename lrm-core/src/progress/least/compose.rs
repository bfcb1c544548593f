//! A set that is put together: of each condition the least evidence of its own, and of the conditions those that take least.

use std::collections::BTreeMap;

use super::candidates::{Candidate, candidates, conditions};
use super::plenty::{PLENTY, plenty, spare};
use super::search::search;
use super::trial::Trial;
use crate::engine::Demand;
use crate::limits::{LEAST_EVIDENCE, PIECES};
use crate::rollup::{Verdict, cheapest};
use crate::sorting;

/// The least evidence of one condition.
struct Own {
    /// None if none was found.
    pieces: Option<Vec<Candidate>>,
    /// True if there is surely none with fewer pieces, or surely none at all.
    exact: bool,
}

/// Lays down a set with which a demand is met, and of which no piece can be left out. None if none was found, else whether there is
/// surely none with fewer pieces.
pub(super) fn compose(trial: &mut Trial<'_>, demand: &Demand, verdicts: &[Verdict]) -> Option<bool> {
    if demand.tree.list().len() < 2 {
        // there is nothing to choose from
        return None;
    }
    let open = conditions(demand, verdicts, Verdict::is_open);
    let mut evaluations = LEAST_EVIDENCE;
    let mut of = BTreeMap::new();
    let mut exact = true;
    let mut shared = vec![false; trial.compiled.framework.len()];
    for (at, place) in open.iter().enumerate() {
        // no evidence brings a credit or an instant
        let Some(only) = demand.only(*place).filter(|only| only.node(0).is_some()) else { continue };
        let candidates = candidates(&only, &[0], trial);
        let mut node = None;
        for candidate in candidates.iter().filter(|one| node.replace(one.node) != Some(one.node)) {
            let seen = shared.get_mut(candidate.node as usize).map(|seen| std::mem::replace(seen, true));
            exact &= seen == Some(false);
        }
        let mut share = evaluations / (open.len() - at);
        evaluations -= share;
        let own = alone(trial, &only, &candidates, &mut share);
        evaluations += share;
        exact &= own.exact;
        of.extend(own.pieces.map(|pieces| (*place, pieces)));
        trial.lay([]);
        if trial.is_tired() {
            return None;
        }
    }
    let choice = cheapest(&demand.tree, verdicts, &|place| of.get(&place).map(Vec::len));
    let mut pieces: Vec<Candidate> = choice.places.iter().filter_map(|place| of.remove(place)).flatten().collect();
    if choice.unreachable || pieces.len() > PLENTY {
        return None;
    }
    sorting::sort(&mut pieces);
    trial.lay(pieces.into_iter().map(Some));
    (trial.reached(demand) && spare(trial, demand)).then_some(exact && choice.exact)
}

/// The least evidence of a condition by itself.
fn alone(trial: &mut Trial<'_>, only: &Demand, candidates: &[Candidate], evaluations: &mut usize) -> Own {
    let (found, exact) = match search(trial, only, candidates, evaluations) {
        Ok(()) => (true, true),
        Err(size) if size > PIECES => (false, true),
        Err(size) => {
            let found = plenty(trial, only, candidates);
            (found, found && trial.count() == size)
        }
    };
    Own { pieces: found.then(|| trial.slots().iter().copied().flatten().collect()), exact }
}
