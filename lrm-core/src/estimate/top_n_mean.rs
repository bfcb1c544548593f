//! `top_n_mean`: the mean of the n best scores, or of all if there are fewer; of equal scores the more recent is selected.

use super::{Estimated, Judgement, Selected, plain_mean};
use crate::error::Result;

pub(super) fn estimate(judgements: &[Judgement], n: u32) -> Result<Estimated> {
    let mut ranked: Vec<(usize, Judgement)> = judgements.iter().copied().enumerate().collect();
    ranked.sort_unstable_by(|(a, one), (b, other)| other.value.cmp(&one.value).then(b.cmp(a)));
    ranked.truncate(n as usize);
    let best: Vec<Judgement> = ranked.iter().map(|(_, judgement)| *judgement).collect();
    let mut places: Vec<usize> = ranked.into_iter().map(|(place, _)| place).collect();
    places.sort_unstable();
    Ok(Estimated::of(plain_mean(&best)?, Selected::Places(places)))
}
