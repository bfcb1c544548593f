//! From events to items: which event is about which evidence, and what they make of it one after the other.

use std::collections::BTreeMap;

use super::event::{Event, EventKind, EvidenceState};
use super::overlay::{corrected, withdrawn};
use crate::error::{Code, Finding, quote};
use crate::instant::Instant;
use crate::record::{Item, Withdrawal};

/// What follows from a set of events.
#[derive(Debug, Default)]
pub(super) struct Folded<'l> {
    /// Every item in every version.
    pub(super) items: Vec<Item>,
    /// What is wrong, each with the content of the event.
    pub(super) findings: Vec<(&'l String, Finding)>,
    /// Of each id of evidence, its state.
    pub(super) states: BTreeMap<&'l str, EvidenceState>,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    /// The evidence at this place.
    At(usize),
    /// Not known so far.
    Missing,
    /// Itself, by way of others.
    Circle,
}

pub(super) fn fold(events: &BTreeMap<String, Event>) -> Folded<'_> {
    let list: Vec<(&String, &Event)> = events.iter().collect();
    // of one id the least content stays: the first, since contents ascend
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut folded = Folded::default();
    let mut stays = Vec::with_capacity(list.len());
    for (place, (content, event)) in list.iter().enumerate() {
        let first = event.id().is_none_or(|id| *ids.entry(id).or_insert(place) == place);
        stays.push(first);
        if first || event.is_item() {
            folded.findings.extend(event.problems.iter().map(|problem| (*content, problem.clone())));
        }
        if !event.is_item() {
            folded.findings.extend(event.item_problems().map(|problem| (*content, problem.clone())));
            if let Some(id) = event.id().filter(|_| !first) {
                let message = format!("another event has the id {} and other content, and stays", quote(id));
                folded.findings.push((*content, Finding::new(Code::DuplicateId, "/id", message).with("id", id)));
            }
        }
    }
    let effective = |place: usize| {
        let event = list.get(place).map(|(_, event)| *event)?;
        let stays = stays.get(place).copied().unwrap_or(false);
        (stays && event.problems.is_empty() && !event.is_item() && event.item_problems().next().is_none())
            .then_some(event)
    };
    let ways = ways(&list, &ids);
    let mut threads: Vec<(usize, Turn, usize)> = Vec::new();
    for (place, (root, turn)) in ways.into_iter().enumerate() {
        let Some(event) = effective(place) else { continue };
        let Some((content, of)) = list.get(place).map(|(content, _)| *content).zip(event.of()) else { continue };
        match root {
            Root::At(root) => threads.push((root, turn, place)),
            Root::Missing => {
                let message = format!("there is no evidence with the id {} so far", quote(of));
                let finding = Finding::new(Code::DanglingReference, "/of", message).with("id", of);
                folded.findings.push((content, finding));
            }
            Root::Circle => {
                let message = format!("by way of {} the event is about itself", quote(of));
                folded.findings.push((content, Finding::new(Code::Cycle, "/of", message).with("id", of)));
            }
        }
    }
    // what was known first comes first, what does not say when after all that does
    threads.sort_unstable();
    let mut threads = threads.chunk_by(|(a, ..), (b, ..)| a == b).peekable();
    // what became of items as they came in; the least content of an id comes before the others
    let mut fates: BTreeMap<usize, Withdrawal> = BTreeMap::new();
    for (place, (_, event)) in list.iter().enumerate().filter(|(_, (_, event))| event.is_item()) {
        if stays.get(place) != Some(&true) {
            // it is the evidence of its id in other words, and must not stand where that no longer does
            let why = event.id().and_then(|id| ids.get(id)).and_then(|stays| fates.get(stays));
            folded.items.push(why.map_or_else(|| event.item.clone(), |why| withdrawn(&event.item, *why)));
            continue;
        }
        let own = threads.next_if(|thread| thread.first().is_some_and(|(root, ..)| *root == place)).unwrap_or_default();
        let about = own.iter().filter_map(|(.., place)| list.get(*place).copied());
        let (state, fate) = evidence(event, about, &mut folded);
        fates.extend(fate.map(|why| (place, why)));
        folded.states.extend(event.id().map(|id| (id, state)));
    }
    folded
}

/// One item of evidence through all that happened to it; gives where it ends, and why the item as it came in no longer stands.
fn evidence<'l>(
    event: &'l Event,
    about: impl Iterator<Item = (&'l String, &'l Event)>,
    folded: &mut Folded<'l>,
) -> (EvidenceState, Option<Withdrawal>) {
    let mut state = EvidenceState::Assessed;
    let mut fate = None;
    let mut item = event.item.clone();
    let mut corrections = Vec::new();
    for (content, event) in about {
        let Some((kind, of)) = event.kind().zip(event.of()) else { continue };
        let Some(next) = state.after(kind) else {
            let (from, to) = (state.as_str(), kind.as_str());
            let message = format!("the evidence of {} is {from} and cannot be {to}", quote(of));
            let finding = Finding::new(Code::IllegalTransition, "/event", message);
            folded.findings.push((content, finding.with("id", of).with("from", from).with("to", to)));
            continue;
        };
        match kind {
            EventKind::Corrected => {
                fate.get_or_insert(Withdrawal::Superseded);
                let right = corrected(&item, &event.item, of);
                folded.items.push(withdrawn(&item, Withdrawal::Superseded));
                item = right;
                corrections.extend(event.id());
            }
            EventKind::Retracted => {
                fate.get_or_insert(Withdrawal::Retracted);
                item = withdrawn(&item, Withdrawal::Retracted);
            }
            EventKind::Assessed | EventKind::Disputed | EventKind::Verified => {}
        }
        state = next;
    }
    folded.items.push(item);
    folded.states.extend(corrections.into_iter().map(|id| (id, state)));
    (state, fate)
}

/// When an event has its turn among those about the same evidence: since when it is known, and by way of how many others it
/// is about the evidence. It comes after the one that it is about, even if it is known since the same time or its clock was slow.
type Turn = (Known, usize);

/// Since when an event is known: what does not say stands last.
type Known = (bool, Option<Instant>);

/// The turn of evidence itself.
const START: Turn = ((false, None), 0);

/// What each event is about in the end, since events may be about corrections of corrections, and its turn. Each is followed
/// once.
fn ways(list: &[(&String, &Event)], ids: &BTreeMap<&str, usize>) -> Vec<(Root, Turn)> {
    let itself = |(place, (_, event)): (usize, &(&String, &Event))| event.is_item().then_some((Root::At(place), START));
    let mut ways: Vec<Option<(Root, Turn)>> = list.iter().enumerate().map(itself).collect();
    let mut way = Vec::new();
    // the way on which an event was met, so that a circle is seen
    let mut met = vec![usize::MAX; list.len()];
    for start in 0..list.len() {
        let mut at = start;
        let (root, (mut known, mut others)) = loop {
            if let Some(found) = ways.get(at).copied().flatten() {
                break found;
            }
            match met.get_mut(at) {
                Some(met) if *met != start => *met = start,
                _ => break (Root::Circle, START),
            }
            way.push(at);
            let of = list.get(at).and_then(|(_, event)| event.of());
            match of.and_then(|of| ids.get(of)) {
                Some(next) => at = *next,
                None => break (Root::Missing, START),
            }
        };
        for place in way.drain(..).rev() {
            let own = list.get(place).and_then(|(_, event)| event.known());
            known = known.max((own.is_none(), own));
            others += 1;
            if let Some(slot) = ways.get_mut(place) {
                *slot = Some((root, (known, others)));
            }
        }
    }
    ways.into_iter().map(|way| way.unwrap_or((Root::Missing, START))).collect()
}
