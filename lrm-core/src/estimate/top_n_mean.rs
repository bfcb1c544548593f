//! `top_n_mean`: the mean of the n best scores, or of all if there are fewer; of equal scores the more recent is selected.

use super::{Estimated, Judgement, Selected, plain_mean};
use crate::error::Result;
use crate::sorting;

pub(super) fn estimate(judgements: &[Judgement], n: u32) -> Result<Estimated> {
    let mut ranked: Vec<(usize, Judgement)> = judgements.iter().copied().enumerate().collect();
    sorting::sort_by(&mut ranked, |(a, one), (b, other)| other.value.cmp(&one.value).then(b.cmp(a)));
    ranked.truncate(n as usize);
    let best: Vec<Judgement> = ranked.iter().map(|(_, judgement)| *judgement).collect();
    let mut places: Vec<usize> = ranked.into_iter().map(|(place, _)| place).collect();
    sorting::sort(&mut places);
    Ok(Estimated::of(plain_mean(&best)?, Selected::Places(places)))
}
