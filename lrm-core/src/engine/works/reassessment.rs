//! The first submission of an activity and what was handed in again: in time or not, how often, held to a cap, and which counts.

use super::Body;
use crate::engine::Reason;
use crate::policy::{HUNDRED, Keep, Reassessment};
use crate::value::Value;

/// Settles the submissions of one activity, after each of them is settled.
pub(super) fn settle(submissions: &[Vec<usize>], body: &mut Body<'_>) {
    let rule = body.rule;
    let Some(reassessment) = rule.reassessment.as_deref() else { return };
    // a submission that a person has to decide about is one, too
    let mut submissions: Vec<Vec<usize>> = submissions.iter().map(|places| body.left(places, true)).collect();
    crate::sorting::sort(&mut submissions);
    let Some((original, again)) = submissions.split_first() else { return };
    let graded = original.first().and_then(|place| body.item(*place));
    let graded = graded.and_then(|item| item.evidence.assessed_at.or_else(|| item.evidence.clock()));
    let mut accepted = vec![body.left(original, false)];
    for (number, submission) in (1_u32..).zip(again) {
        for place in body.left(submission, false) {
            let clock = body.item(place).and_then(|item| item.evidence.clock());
            if graded.zip(clock).is_some_and(|(graded, clock)| reassessment.is_late(graded, clock)) {
                body.set_aside(place, Reason::LateReassessment);
            } else if reassessment.at_most.is_some_and(|most| number > most) {
                body.set_aside(place, Reason::ReassessmentLimit);
            } else if let Some(cap) = cap(reassessment, body) {
                body.hold_to(place, cap);
            }
        }
        accepted.push(body.left(submission, false));
    }
    accepted.retain(|submission| !submission.is_empty());
    let best = |submission: &Vec<usize>| submission.iter().map(|place| body.value(*place)).max();
    let kept = match reassessment.keep {
        Keep::All => return,
        Keep::Newest => accepted.len().checked_sub(1),
        // of equal ones the more recent
        Keep::Higher => (0..accepted.len()).max_by_key(|at| accepted.get(*at).and_then(best)),
    };
    let replaced = accepted.iter().enumerate().filter(|(at, _)| Some(*at) != kept);
    for place in replaced.flat_map(|(_, submission)| submission) {
        body.set_aside(*place, Reason::Replaced);
    }
}

/// The greatest value of what is handed in again: that part of the scale.
fn cap(reassessment: &Reassessment, body: &Body<'_>) -> Option<Value> {
    let percent = i128::from(reassessment.cap_percent?);
    let (min, max) = (i128::from(body.scale.min().grid()), i128::from(body.scale.max().grid()));
    // between the ends of the scale
    Value::ratio(min * HUNDRED + (max - min) * percent, HUNDRED).ok()
}
