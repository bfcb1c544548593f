//! As little as possible of each piece: what it need not say it does not say, and its score is the lowest that does.

use super::trial::Trial;
use crate::engine::Demand;
use crate::record::{Evidence, Outcome};
use crate::scale::Scale;
use crate::value::Value;

/// What a piece may do without, in this order.
const LESS: [fn(&mut Evidence); 5] = [
    |piece| piece.assessor = None,
    |piece| piece.context = None,
    |piece| piece.artifact = None,
    |piece| piece.transfer = None,
    |piece| piece.kind = None,
];

/// Trims the pieces that lie there, with which a demand is met, and gives them.
pub(super) fn trim(trial: &mut Trial<'_>, demand: &Demand) -> Vec<Evidence> {
    for slot in 0..trial.len() {
        let Some((mut piece, candidate)) = trial.said(slot).zip(trial.slots().get(slot).copied().flatten()) else {
            continue;
        };
        for less in LESS {
            attempt(trial, demand, slot, &mut piece, less);
        }
        let scale = &trial.compiled.set(candidate.node).scale;
        if !candidate.low {
            // the first that does
            scores(scale)
                .into_iter()
                .find(|score| attempt(trial, demand, slot, &mut piece, |piece| piece.outcome = scored(*score)));
        }
        trial.say(slot, Some(&piece));
    }
    // where less of one piece is more for another, it may not be needed any longer
    let mut again = true;
    while std::mem::take(&mut again) {
        for slot in (0..trial.len()).rev() {
            let Some(piece) = trial.said(slot) else { continue };
            trial.say(slot, None);
            if trial.reached(demand) {
                trial.put(slot, None);
                again = true;
            } else {
                trial.say(slot, Some(&piece));
            }
        }
    }
    (0..trial.len()).filter_map(|slot| trial.said(slot)).collect()
}

/// Has a piece say less, and keeps it so if the demand is met all the same.
fn attempt(
    trial: &mut Trial<'_>,
    demand: &Demand,
    slot: usize,
    piece: &mut Evidence,
    less: impl Fn(&mut Evidence),
) -> bool {
    let mut other = piece.clone();
    less(&mut other);
    if other == *piece {
        return true;
    }
    if trial.is_tired() {
        return false;
    }
    trial.say(slot, Some(&other));
    let does = trial.reached(demand);
    if does {
        *piece = other;
    }
    does
}

fn scored(score: Value) -> Outcome {
    Outcome::Score { score, possible: None }
}

/// The cuts of a scale and its greatest value, the least first.
fn scores(scale: &Scale) -> Vec<Value> {
    let mut scores: Vec<Value> = scale.levels().iter().map(|level| level.from).collect();
    scores.extend([scale.proficient(), scale.max()]);
    scores.sort_unstable();
    scores.dedup();
    scores
}
