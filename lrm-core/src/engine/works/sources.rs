//! One submission that several systems report: it counts once, and where they disagree the policy or a person decides.

use super::Body;
use crate::engine::Reason;
use crate::policy::{Priority, Sources};

/// Settles the items of one submission. Items that name no system are left alone.
pub(super) fn settle(submission: &[usize], body: &mut Body<'_>) {
    let system = |place: usize| body.item(place)?.evidence.source.as_ref()?.system.as_deref();
    let mut reported = body.left(submission, false);
    reported.retain(|place| system(*place).is_some());
    let first = reported.first().and_then(|place| system(*place));
    if body.rule.sources == Sources::Separate || reported.iter().all(|place| system(*place) == first) {
        return;
    }
    let stays = match &body.rule.sources {
        Sources::Priority(priority) => listed_first(&reported, priority, body),
        _ if body.agree(&reported) => reported.first().copied(),
        Sources::Newest => known_last(&reported, body),
        Sources::Person | Sources::Separate => None,
    };
    body.one_of(&reported, stays, Reason::OtherSource);
}

/// The item of the system that the policy lists first; none where that is not one system or it says different things.
/// Where all systems agree it does not matter that the first is not one.
fn listed_first(reported: &[usize], priority: &Priority, body: &Body<'_>) -> Option<usize> {
    let system = |place: usize| body.item(place)?.evidence.source.as_ref()?.system.as_deref();
    let rank = |place: usize| system(place).map(|system| priority.rank(system));
    let best = reported.iter().map(|place| rank(*place)).min()?;
    let best: Vec<usize> = reported.iter().copied().filter(|place| rank(*place) == best).collect();
    let first = *best.first()?;
    let one = best.iter().all(|place| system(*place) == system(first));
    (body.agree(reported) || (one && body.agree(&best))).then_some(first)
}

/// The item that was known last; none where that is not known, or different things are known since then.
pub(super) fn known_last(reported: &[usize], body: &Body<'_>) -> Option<usize> {
    let known = |place: usize| {
        let evidence = &body.item(place)?.evidence;
        evidence.received_at.or(evidence.assessed_at).or(evidence.observed_at)
    };
    let last = reported.iter().filter_map(|place| known(*place)).max()?;
    let last: Vec<usize> = reported.iter().copied().filter(|place| known(*place) == Some(last)).collect();
    last.first().copied().filter(|_| body.agree(&last))
}
