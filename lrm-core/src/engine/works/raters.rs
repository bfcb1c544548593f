//! One submission that several assessors judge: neighbouring levels become one, others need a third assessor or a person.

use super::Body;
use crate::engine::Reason;
use crate::policy::{Adjacent, Raters};
use crate::sorting;

/// Settles what is left of one submission.
pub(super) fn settle(submission: &[usize], body: &mut Body<'_>) {
    let Raters::Adjacent(adjacent) = body.rule.raters else { return };
    let places = body.left(submission, false);
    let assessor = |place: usize| body.item(place)?.evidence.assessor.as_ref()?.id.as_deref();
    let mut assessors: Vec<Option<&str>> = places.iter().map(|place| assessor(*place)).collect();
    sorting::sort(&mut assessors);
    assessors.dedup();
    if assessors.len() < 2 || assessors.contains(&None) {
        return;
    }
    // below the lowest level lies one more
    let level = |place: &usize| body.scale.level_of(body.value(*place)).map_or(0, |level| level + 1);
    let lowest = places.iter().map(level).min().unwrap_or_default();
    let highest = places.iter().map(level).max().unwrap_or_default();
    let stays = if highest - lowest <= 1 {
        let value = |place: &usize| body.value(*place);
        let wanted = match adjacent {
            Adjacent::Lower => places.iter().map(value).min(),
            Adjacent::Higher => places.iter().map(value).max(),
        };
        places.iter().copied().find(|place| Some(body.value(*place)) == wanted)
    } else if assessors.len() > 2 {
        // of equal instants the last in the order of the node
        let judged = |place: &usize| body.item(*place).and_then(|item| item.evidence.assessed_at);
        places.iter().copied().max_by_key(judged)
    } else {
        None
    };
    body.one_of(&places, stays, Reason::OtherRater);
}
