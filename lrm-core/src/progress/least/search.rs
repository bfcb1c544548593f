//! Trying all sets of one size after the other, the smallest first.

use super::candidates::Candidate;
use super::trial::Trial;
use crate::engine::Demand;
use crate::limits::PIECES;

/// Lays down the first of the smallest sets with which a demand is met.
///
/// # Errors
/// The first size of which not all sets were tried, since there are too many of them; all smaller ones do not do.
pub(super) fn search(
    trial: &mut Trial<'_>,
    demand: &Demand,
    candidates: &[Candidate],
    evaluations: &mut usize,
) -> Result<(), usize> {
    if candidates.is_empty() {
        return Err(PIECES + 1);
    }
    let mut sets = 1;
    for size in 1..=PIECES {
        sets = match sets_of(size, candidates.len(), sets).filter(|sets| sets <= evaluations) {
            Some(sets) => sets,
            None => return Err(size),
        };
        *evaluations -= sets;
        let mut chosen = vec![0; size];
        loop {
            trial.lay(chosen.iter().map(|at| candidates.get(*at).copied()));
            if trial.reached(demand) {
                return Ok(());
            }
            if trial.is_tired() {
                return Err(size);
            }
            // the next one in the order of the candidates: a later one in the last place where there is one, and in all after it
            let Some(at) = chosen.iter().rposition(|at| at + 1 < candidates.len()) else { break };
            let next = chosen.get(at).map_or(0, |at| at + 1);
            chosen.iter_mut().skip(at).for_each(|at| *at = next);
        }
    }
    Err(PIECES + 1)
}

/// How many sets of a size there are, in which candidates may stand several times, by how many there are of the size before.
fn sets_of(size: usize, candidates: usize, before: usize) -> Option<usize> {
    // exact at every step: it is a binomial coefficient
    Some(before.checked_mul(candidates.checked_add(size - 1)?)? / size)
}

#[cfg(test)]
mod tests {
    use super::sets_of;

    #[test]
    fn sets_are_counted() {
        let of_three = (1..=4).scan(1, |before, size| {
            *before = sets_of(size, 3, *before)?;
            Some(*before)
        });
        assert_eq!(of_three.collect::<Vec<_>>(), [3, 6, 10, 15]);
        assert_eq!(sets_of(7, 1, 1), Some(1));
        assert_eq!(sets_of(2, usize::MAX, usize::MAX), None);
    }
}
