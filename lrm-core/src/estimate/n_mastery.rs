//! `n_mastery`: the mean of all scores that meet the proficient cut, once there are n of them.

use super::{Estimated, Judgement, Selected, plain_mean};
use crate::error::Result;
use crate::value::{Value, meets};

pub(super) fn estimate(judgements: &[Judgement], n: u32, cut: Value) -> Result<Estimated> {
    let meeting: Vec<Judgement> = judgements.iter().copied().filter(|judgement| meets(judgement.value, cut)).collect();
    let short = n.saturating_sub(u32::try_from(meeting.len()).unwrap_or(u32::MAX));
    let value = if short == 0 { Some(plain_mean(&meeting)?) } else { None };
    Ok(Estimated { value, selected: Selected::Meeting(cut), note: None, short })
}
