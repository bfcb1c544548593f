//! How long what is kept, by class.

use std::collections::{BTreeMap, BTreeSet};

use super::EventLog;
use super::event::Event;
use super::fields;
use super::fold::{Course, Logged};
use super::identity;
use super::spans::parts;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::json::read::{Fields, Path, Sink, document, whole};
use crate::record::Item;

/// The most years that a rule may name.
const YEARS: u32 = 1_000;

/// For how many years after a learner has left each class of events is kept. An event names its class in the field `retention`;
/// one that names none is of the class `""`. What the rules do not name is kept for good.
///
/// ```
/// use lrm_core::{EventLog, Instant, Retention};
/// let rules = Retention::from_json(r#"{"": 5, "transcript": null}"#)?;
/// let log = EventLog::from_json(r#"[
///   {"id": "e1", "competency": "NF.1", "score": 3},
///   {"id": "c1", "event": "awarded", "credit": "algebra-1", "evidence": ["e1"], "retention": "transcript"}]"#)?;
/// let (left, now) = (Instant::parse("2026-06-30T12:00:00Z")?, Instant::parse("2031-07-01T12:00:00Z")?);
/// assert_eq!(log.due_for_erasure(&rules, left, now), ["e1"]);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention(BTreeMap<String, Option<u32>>);

impl Retention {
    /// Reads rules: `{"class": years | null}`. Null: for good.
    ///
    /// # Errors
    /// `invalid-json`, `invalid-value` for anything but an object, `parameter-out-of-range` for years that are not a whole number
    /// from 0 to 1,000.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        let (sink, path) = (Sink::default(), Path::ROOT);
        let members = Fields::of(document(json.as_ref())?, &path, &sink).map_or_else(Vec::new, Fields::rest);
        let mut rules = BTreeMap::new();
        for (class, raw) in members {
            let years = (raw.get() != "null").then(|| whole(raw, 0, YEARS)).transpose();
            if let Some(years) = sink.ok(years, &path.key(&class)) {
                rules.insert(class.into_owned(), years);
            }
        }
        sink.into_report().into_result()?;
        Ok(Self(rules))
    }

    /// The same with another rule: so many years, or for good.
    ///
    /// # Errors
    /// `parameter-out-of-range` for more than 1,000 years.
    pub fn keep(mut self, class: impl Into<String>, years: impl Into<Option<u32>>) -> Result<Self> {
        let (class, years) = (class.into(), years.into());
        if years.is_some_and(|years| years > YEARS) {
            let message = format!("at most {YEARS} years");
            return Err(Error::new(Code::ParameterOutOfRange, "", message));
        }
        self.0.insert(class, years);
        Ok(self)
    }

    /// True for an item whose time is over.
    fn is_over(&self, item: &Item, left: Instant, at: Instant) -> bool {
        // a class that is no text is none that a rule could name
        let class = fields::retention(item);
        let years = class.and_then(|class| self.0.get(&class).copied().flatten());
        years.and_then(|years| left.plus_years(years)).is_some_and(|end| end <= at)
    }
}

impl EventLog {
    /// What is past its time at an instant, if the learner left at another one: for [`EventLog::erase`], in byte order. Of everything
    /// that hangs together it names the event that opened it, by its id or, without one, its digest; it is there once all of it is past
    /// its time. An entry is of the class that its opening event names, as last corrected.
    ///
    /// A year ends on the same date at the same time; from 29 February on 1 March where there is no such day. What is never erased is
    /// not listed, nor what hangs on it, nor retracted evidence because of which a credit is under review. A hold does not change the
    /// list.
    ///
    /// # Complexity
    /// O(n log n) in the events.
    #[must_use]
    pub fn due_for_erasure(&self, rules: &Retention, left: Instant, at: Instant) -> Vec<String> {
        let (events, _) = identity::counting(&self.events);
        let (kept, events): (Vec<_>, Vec<_>) = events.into_iter().partition(|(_, event)| event.is_kept());
        let kept: BTreeSet<&str> = kept.into_iter().filter_map(|(_, event)| event.id()).collect();
        let (folded, _) = self.folded();
        let reviewed: BTreeSet<String> = folded.courses().flat_map(Course::causes).collect();
        let bodies: BTreeMap<&String, &Item> =
            folded.courses().map(|course| (&course.opening.content, &*course.body)).collect();
        let mut due = Vec::new();
        for part in parts(events.iter().copied()) {
            let names = |id: &str| kept.contains(id) || reviewed.contains(id);
            if part
                .iter()
                .any(|(_, event)| event.id().is_some_and(names) || event.of().is_some_and(|of| kept.contains(of)))
            {
                continue;
            }
            // what another event of its id keeps from opening an entry says for itself how long it is kept
            let entries = part.iter().filter_map(|(content, event)| {
                let opens = event.is_opening().then_some(&event.item);
                bodies.get(*content).copied().or(opens)
            });
            let entries: Vec<&Item> = entries.collect();
            let is_over = |item: &&Item| rules.is_over(item, left, at);
            let all = match entries.as_slice() {
                [] => part.iter().map(|(_, event)| &event.item).all(|item| is_over(&item)),
                entries => entries.iter().all(is_over),
            };
            if all {
                due.extend(openings(&part));
            }
        }
        crate::sorting::sort(&mut due);
        due.dedup();
        due
    }
}

/// The names of the events of a part that are about no other one of it; of all, if each is about another.
fn openings(part: &[Logged<'_>]) -> Vec<String> {
    let ids: BTreeSet<&str> = part.iter().filter_map(|(_, event)| event.id()).collect();
    let stands = |event: &Event| !event.of().is_some_and(|of| ids.contains(of));
    let opening: Vec<String> = part.iter().filter(|(_, event)| stands(event)).map(|(_, event)| event.name()).collect();
    if opening.is_empty() { part.iter().map(|(_, event)| event.name()).collect() } else { opening }
}
