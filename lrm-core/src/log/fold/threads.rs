//! Entry by entry: opened, then led through the events about it, each in its turn.

use std::collections::BTreeMap;

use super::Folded;
use super::course::{Body, Course, Retracted};
use super::resolve::{Logged, Resolved, Root};
use super::turns::Turn;
use crate::error::{Code, Error, Finding, quote};
use crate::log::event::{Event, EventKind};
use crate::log::kinds::Own;
use crate::log::overlay;
use crate::log::transitions::{EntryKind, EntryState, opened};
use crate::record::Item;

/// What follows from events in the order of their contents.
pub(in crate::log) fn fold(list: Vec<Logged<'_>>) -> Folded<'_> {
    let resolved = Resolved::of(list);
    let mut folded = Folded::default();
    resolved.report(&mut folded);
    let mut fold = Fold {
        threads: Vec::new(),
        parents: vec![None; resolved.list.len()],
        granted: BTreeMap::new(),
        courses: resolved.list.iter().map(|_| None).collect(),
        resolved,
        folded,
    };
    fold.gather();
    let (order, circle) = fold.order();
    let is_credit = |place: &usize| fold.kind(*place) == Some(EventKind::Awarded);
    // credits look at what became of other entries
    let (credits, others): (Vec<usize>, Vec<usize>) = order.into_iter().partition(is_credit);
    for place in others.into_iter().chain(credits) {
        fold.lead(place, &circle);
    }
    fold.folded.courses = fold.courses;
    fold.folded
}

struct Fold<'l> {
    resolved: Resolved<'l>,
    folded: Folded<'l>,
    /// The events about each entry in their turn, entry after entry.
    threads: Vec<(usize, Turn, usize)>,
    /// Of an event that opens an entry and acts on another one, the place of that.
    parents: Vec<Option<usize>>,
    /// What an entry that hangs on another is opened with.
    granted: BTreeMap<usize, Grant<'l>>,
    /// Each at the place of the event that opened it.
    courses: Vec<Option<Course<'l>>>,
}

/// How an entry that hangs on another is opened.
enum Grant<'l> {
    /// On its own: what it is about is not there, or something else.
    Alone,
    With(Box<Course<'l>>),
}

impl<'l> Fold<'l> {
    fn kind(&self, place: usize) -> Option<EventKind> {
        self.resolved.event(place).and_then(Event::kind)
    }

    fn find(&mut self, place: usize, finding: Finding) {
        if let Some((content, _)) = self.resolved.list.get(place) {
            self.folded.findings.push((content, finding));
        }
    }

    /// Puts each event that is about another one with the entry that it is about.
    fn gather(&mut self) {
        for place in 0..self.resolved.list.len() {
            let Some(event) = self.resolved.event(place).filter(|_| self.resolved.is_sound(place)) else { continue };
            let Some(of) = event.of() else { continue };
            let link = self.resolved.link(place);
            let Some((root, turn)) = link.or_else(|| self.resolved.way(place)) else { continue };
            match root {
                Root::At(root) if event.is_item() && self.kind(root) != Some(EventKind::Submitted) => {
                    if self.resolved.is_sound(root) {
                        let message = format!("{} is no submission, and evidence is about no other event", quote(of));
                        self.find(place, Finding::new(Code::InvalidValue, "/of", message).with("id", of));
                        self.granted.insert(place, Grant::Alone);
                    } else {
                        self.dangles(place, of);
                    }
                }
                Root::At(root) => {
                    self.threads.push((root, turn, place));
                    if link.is_some()
                        && let Some(slot) = self.parents.get_mut(place)
                    {
                        *slot = Some(root);
                    }
                }
                Root::Missing => self.dangles(place, of),
                Root::Circle => self.circle(place, of),
            }
        }
        self.threads.sort_unstable();
    }

    fn dangles(&mut self, place: usize, of: &str) {
        let message = format!("there is nothing with the id {} so far", quote(of));
        self.find(place, Finding::new(Code::DanglingReference, "/of", message).with("id", of));
        if self.kind(place) == Some(EventKind::Assessed) {
            self.granted.insert(place, Grant::Alone);
        }
    }

    fn circle(&mut self, place: usize, of: &str) {
        let message = format!("by way of {} the event is about itself", quote(of));
        self.find(place, Finding::new(Code::Cycle, "/of", message).with("id", of));
    }

    /// The events that open entries, each after the one that its entry hangs on; and which of them hang on themselves.
    fn order(&mut self) -> (Vec<usize>, Vec<bool>) {
        let len = self.resolved.list.len();
        let (mut order, mut circle, mut way) = (Vec::new(), vec![false; len], Vec::new());
        // the way on which an event was met
        let mut met: Vec<Option<usize>> = vec![None; len];
        for start in 0..len {
            if !self.resolved.event(start).is_some_and(Event::is_opening) {
                continue;
            }
            let mut next = Some(start);
            while let Some(at) = next {
                match met.get_mut(at) {
                    Some(met) if met.is_none() => *met = Some(start),
                    Some(met) if *met == Some(start) => {
                        for place in way.iter().rev().copied() {
                            circle.get_mut(place).into_iter().for_each(|mark: &mut bool| *mark = true);
                            if place == at {
                                break;
                            }
                        }
                        break;
                    }
                    _ => break,
                }
                way.push(at);
                next = self.parents.get(at).copied().flatten();
            }
            order.extend(way.drain(..).rev());
        }
        for place in 0..len {
            if circle.get(place) == Some(&true)
                && let Some(of) = self.resolved.event(place).and_then(Event::of)
            {
                self.circle(place, of);
            }
        }
        (order, circle)
    }

    /// Opens the entry of an event and leads it through all that happened to it.
    fn lead(&mut self, place: usize, circle: &[bool]) {
        let from = self.threads.partition_point(|(root, ..)| *root < place);
        let own = self.threads.iter().skip(from).take_while(|(root, ..)| *root == place);
        let acts: Vec<(Turn, usize)> = own.map(|(_, turn, place)| (*turn, *place)).collect();
        let Some(mut course) = self.open(place) else {
            for (_, act) in acts {
                let of = self.resolved.event(act).and_then(Event::of);
                if let Some(of) = of.filter(|_| circle.get(act) != Some(&true)) {
                    self.dangles(act, of);
                }
            }
            return;
        };
        let mut judgements = Vec::new();
        for (turn, act) in acts {
            let Some((event, of)) = self.resolved.event(act).and_then(|event| Some((event, event.of()?))) else {
                continue;
            };
            match course.act(turn, of, event) {
                Err(error) => self.refused(act, &error),
                Ok(()) if event.is_item() => judgements.push((act, event)),
                Ok(()) if event.kind() == Some(EventKind::Renegotiated) => {
                    let goal = course.another(|body| overlay::renegotiated(body, &event.item()));
                    self.grant(act, event, goal, &course);
                }
                Ok(()) => {}
            }
            if event.kind() == Some(EventKind::Corrected) {
                self.look_at_evidence(&mut course);
            }
        }
        // what judges a submission has its fields as they were corrected, whenever that was
        if let Own::Submission(submission) = &mut course.own {
            let work = submission.wait(&course.body, course.id);
            for (act, event) in judgements {
                let item = course.another(|_| work.judged(&event.item()));
                if let (Ok(item), Own::Submission(submission)) = (&item, &mut course.own) {
                    submission.judged(event, item);
                }
                self.grant(act, event, item, &course);
            }
        }
        if let Some(slot) = self.courses.get_mut(place) {
            *slot = Some(course);
        }
    }

    fn refused(&mut self, act: usize, error: &Error) {
        for finding in error.findings() {
            self.find(act, finding.clone());
        }
    }

    /// Lets an event open an entry that hangs on another one.
    fn grant(&mut self, act: usize, event: &'l Event, body: crate::error::Result<Item>, parent: &Course<'l>) {
        let body = match body {
            Ok(body) => Body::made(body),
            Err(error) => return self.refused(act, &error),
        };
        let Some((kind, state)) = event.kind().and_then(opened) else { return };
        let course = match kind {
            EntryKind::Goal => Course::new(event, (kind, state), body, Own::Goal { succeeds: parent.id }).after(parent),
            _ => Course::new(event, (kind, state), body, Own::Plain),
        };
        self.granted.insert(act, Grant::With(Box::new(course)));
    }

    fn open(&mut self, place: usize) -> Option<Course<'l>> {
        let event = self.resolved.event(place)?;
        if !self.resolved.stays(place) {
            if event.is_plain_item() {
                self.folded.again.push(event.item());
            }
            return None;
        }
        match self.granted.remove(&place) {
            Some(Grant::With(course)) => return Some(*course),
            // what it hangs on did not let it
            None if self.hangs(place) || event.kind() == Some(EventKind::Renegotiated) => return None,
            Some(Grant::Alone) | None => {}
        }
        let (kind, state): (EntryKind, EntryState) = opened(event.kind()?)?;
        if !self.resolved.is_sound(place) {
            return None;
        }
        // a record says once whom it is about
        let body = if event.learner().is_none() { Body::Said(&event.item) } else { Body::made(event.item()) };
        let own = Own::new(kind, &body, event);
        let mut course = Course::new(event, (kind, state), body, own);
        self.look_at_evidence(&mut course);
        Some(course)
    }

    /// True if the entry of the event hangs on another one.
    fn hangs(&self, place: usize) -> bool {
        self.parents.get(place).copied().flatten().is_some()
    }

    /// Tells a credit which of its evidence was retracted, and when.
    fn look_at_evidence(&self, course: &mut Course<'l>) {
        let retracted = |id: &str| -> Option<Retracted> {
            let (root, _) = self.resolved.way(self.resolved.place_of(id)?)?;
            let Root::At(root) = root else { return None };
            self.courses.get(root)?.as_ref()?.retracted
        };
        course.own.look_at_evidence(&course.body, retracted);
    }
}
