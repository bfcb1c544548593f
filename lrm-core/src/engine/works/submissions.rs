//! Which items are about one submission: those of one activity and attempt, or, where an item names no attempt, of one activity
//! and instant. What names no attempt joins an attempt of that instant, if there is only one.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Body;
use crate::instant::Instant;
use crate::record::Attempt;
use crate::sorting;

/// The submissions of each activity, each with the places of its items, ascending.
pub(super) fn by_activity(body: &Body<'_>) -> Vec<Vec<Vec<usize>>> {
    let activity = |place: usize| body.item(place)?.evidence.activity.as_deref();
    let mut places = body.left(&body.all(), true);
    places.retain(|place| activity(*place).is_some());
    grouped(&places, activity).iter().map(|places| of_activity(places, body)).collect()
}

/// The submissions of one activity, in the order of their first items.
fn of_activity(places: &[usize], body: &Body<'_>) -> Vec<Vec<usize>> {
    if let [_] = places {
        return vec![places.to_vec()];
    }
    let evidence = |place: usize| body.item(place).map(|item| &item.evidence);
    let attempt = |place: usize| Some(named(evidence(place)?.attempt.as_ref()?));
    let observed = |place: usize| evidence(place).and_then(|evidence| evidence.observed_at);
    let (with, without): (Vec<usize>, Vec<usize>) = places.iter().partition(|place| attempt(**place).is_some());
    let mut submissions = grouped(&with, attempt);
    // which attempts there are at which instants
    let of_attempt = |(number, places): (usize, &Vec<usize>)| {
        places.iter().filter_map(|place| Some((observed(*place)?, number))).collect::<Vec<_>>()
    };
    let mut instants: Vec<(Instant, usize)> = submissions.iter().enumerate().flat_map(of_attempt).collect();
    sorting::sort(&mut instants);
    instants.dedup();
    for group in grouped(&without, observed) {
        let at = group.first().and_then(|place| observed(*place));
        let from = instants.partition_point(|(instant, _)| Some(*instant) < at);
        let mut there = instants.iter().skip(from).take_while(|(instant, _)| Some(*instant) == at);
        match (there.next(), there.next(), at) {
            (_, _, None) => submissions.extend(group.into_iter().map(|place| vec![place])),
            (Some((_, one)), None, _) => submissions.get_mut(*one).into_iter().for_each(|to| to.extend(&group)),
            _ => submissions.push(group),
        }
    }
    for submission in &mut submissions {
        sorting::sort(submission);
    }
    sorting::sort(&mut submissions);
    submissions
}

/// The places with equal keys, each group in the order given.
pub(super) fn grouped<K: Ord>(places: &[usize], key: impl Fn(usize) -> K) -> Vec<Vec<usize>> {
    let keys: Vec<K> = places.iter().map(|place| key(*place)).collect();
    alike(places, &|one, other| keys.get(one).cmp(&keys.get(other)))
}

/// The same by what compares where two of them stand in the list.
fn alike(places: &[usize], compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<Vec<usize>> {
    let order = sorting::places(places.len(), compare);
    let groups = order.chunk_by(|one, other| compare(*one, *other).is_eq());
    groups.map(|group| group.iter().filter_map(|at| places.get(*at).copied()).collect()).collect()
}

/// An attempt by name: the number 2 and the text 2 are one.
fn named(attempt: &Attempt) -> Cow<'_, str> {
    match attempt {
        Attempt::Number(number) => Cow::Owned(number.to_string()),
        Attempt::Name(name) => Cow::Borrowed(name),
    }
}
