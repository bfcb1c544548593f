//! Where there are too many sets to try: more than enough at first, then nothing that is not needed.

use super::candidates::Candidate;
use super::trial::Trial;
use crate::engine::Demand;
use crate::limits::PIECES;

/// Pieces that are laid down before those are left out that are not needed.
pub(super) const PLENTY: usize = 10 * PIECES;

/// Lays down a set with which a demand is met, and of which no piece can be left out: one piece of each candidate, or two, four,
/// and so on, less what is not needed. False if nothing was found.
pub(super) fn plenty(trial: &mut Trial<'_>, demand: &Demand, candidates: &[Candidate]) -> bool {
    // high and low scores may stand in each other's way
    let (high, low): (Vec<Candidate>, Vec<Candidate>) = candidates.iter().partition(|one| !one.low);
    let mut heaps = vec![high.as_slice()];
    if !low.is_empty() {
        heaps.extend([low.as_slice(), candidates]);
    }
    heaps.into_iter().any(|candidates| heap(trial, demand, candidates)) && spare(trial, demand)
}

fn heap(trial: &mut Trial<'_>, demand: &Demand, candidates: &[Candidate]) -> bool {
    let mut each = 1;
    while each < 2 * PIECES && each.saturating_mul(candidates.len()) <= PLENTY && !trial.is_tired() {
        trial.lay(candidates.iter().flat_map(|one| std::iter::repeat_n(Some(*one), each)));
        if trial.reached(demand) {
            return true;
        }
        each *= 2;
    }
    false
}

/// Leaves out what is not needed of a set with which a demand is met: the last first, whole nodes and then single pieces. False if
/// more is needed than may be, or if it took too long to find out.
pub(super) fn spare(trial: &mut Trial<'_>, demand: &Demand) -> bool {
    let node = |piece: &Option<Candidate>| piece.map(|piece| piece.node);
    let laid = trial.slots().to_vec();
    let mut first = laid.len();
    for group in laid.chunk_by(|one, next| node(one) == node(next)).rev() {
        first -= group.len();
        if group.len() < laid.len() {
            leave_out(trial, demand, first, group);
        }
    }
    loop {
        let before = trial.count();
        for slot in (0..trial.len()).rev() {
            if let Some(piece @ Some(_)) = trial.slots().get(slot).copied() {
                leave_out(trial, demand, slot, &[piece]);
            }
        }
        let left = trial.slots().to_vec();
        let count = trial.count();
        // the names follow on each other, unless a name decides in which order pieces count
        trial.lay(left.iter().copied().flatten().map(Some));
        if !trial.reached(demand) {
            trial.lay(left);
            return trial.reached(demand) && count <= PIECES && !trial.is_tired();
        }
        if count == before || trial.is_tired() {
            return count <= PIECES && !trial.is_tired();
        }
    }
}

/// Takes pieces away, and puts them back if the demand is not met without them.
fn leave_out(trial: &mut Trial<'_>, demand: &Demand, first: usize, pieces: &[Option<Candidate>]) {
    if trial.is_tired() {
        return;
    }
    for slot in first..first + pieces.len() {
        trial.put(slot, None);
    }
    if !trial.reached(demand) {
        for (slot, piece) in (first..).zip(pieces) {
            trial.put(slot, *piece);
        }
    }
}
