//! How one result came to be what it is: every change with the events that caused it, in one pass over the log.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::state::Mastery;
use super::{Engine, Live};
use crate::error::Result;
use crate::graph::Marks;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::{EventLog, Span};
use crate::record::{Item, LearnerRecord};
use crate::sorting;

/// Which of the two clocks a history follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// What was believed at each instant: from what was known by then, as of then.
    #[default]
    Known,
    /// What was so at each instant: from all that is known today, as of then.
    Observed,
}

/// One change of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryChange {
    /// The instant of the clock that the history follows.
    pub at: Instant,
    /// The ids of the events that caused it, in byte order. Empty if only time passed (evidence became too old), or if the
    /// events have no ids.
    pub events: Vec<String>,
    /// The result until then.
    pub before: Mastery,
    /// The result from then on.
    pub after: Mastery,
}

impl HistoryChange {
    /// Canonical JSON: `{"at", "events", "before", "after"}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("at").text(&self.at.to_string());
        w.all_texts("events", &self.events);
        w.key("before").raw(&self.before.to_json());
        w.key("after").raw(&self.after.to_json());
        w.close('}');
        w.finish()
    }
}

impl Engine {
    /// Every change of one result up to an instant, oldest first. What stands before the first change comes from evidence
    /// that does not say when it was known (or, by the other clock, observed).
    ///
    /// ```
    /// use lrm_core::{Clock, Engine, EventLog, Instant};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let log = EventLog::from_json(r#"[
    ///   {"id": "e1", "competency": "NF.1", "score": 1, "received_at": "2026-01-15T09:00:00Z"},
    ///   {"id": "e2", "event": "corrected", "of": "e1", "score": 4, "received_at": "2026-01-16T08:00:00Z"}]"#)?;
    /// let changes = engine.history(&log, "NF.1", Instant::parse("2026-02-01T00:00:00Z")?, Clock::Known)?;
    /// let values: Vec<_> = changes.iter().map(|change| change.after.value.map(|value| value.to_string())).collect();
    /// assert_eq!(values, [Some("1".to_owned()), Some("4".to_owned())]);
    /// assert_eq!(changes[1].events, ["e2"]);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-competency`; as [`Engine::evaluate`] otherwise.
    ///
    /// # Complexity
    /// Of each event the items of its competency and its ancestors, after O(n log n) for their order.
    pub fn history(&self, log: &EventLog, id: &str, until: Instant, clock: Clock) -> Result<Vec<HistoryChange>> {
        let node = self.compiled().node(id)?;
        let mut way = Way::new(self, node, spans(log, clock, until)?)?;
        let mut changes = Vec::new();
        let mut before = way.live.mastery(id)?;
        while let Some(at) = way.next().filter(|at| *at <= until) {
            let events = way.go(at)?;
            let after = way.live.mastery(id)?;
            if after != before {
                changes.push(HistoryChange { at, events, before, after: after.clone() });
                before = after;
            }
        }
        Ok(changes)
    }
}

/// The items and when they stand, by a clock.
fn spans(log: &EventLog, clock: Clock, until: Instant) -> Result<Vec<Span>> {
    Ok(match clock {
        Clock::Known => log.spans(until)?,
        // what stands today stood always; its own clock tells since when it counts
        Clock::Observed => {
            let record = log.record();
            record.items().iter().filter(|item| item.evidence.withdrawn.is_none()).map(Span::always).collect()
        }
    })
}

/// A learner on the way through the instants at which something came, went, or came into its time.
struct Way {
    live: Live,
    /// What comes and goes, the earliest last.
    edges: Vec<Edge>,
    /// Where the item of each span stands on the board.
    places: Vec<Option<u32>>,
    /// When evidence on or below the competency comes into its time, and the event that brought it, the earliest last.
    clocks: Vec<(Instant, usize, String)>,
}

/// An item comes or goes.
struct Edge {
    at: Instant,
    span: usize,
    /// The item that comes; none if it goes.
    comes: Option<Item>,
    /// The events that did it, if it is about the competency or one below.
    events: Vec<String>,
}

impl Way {
    /// At the beginning of time, with what does not say since when it stands.
    fn new(engine: &Engine, node: u32, spans: Vec<Span>) -> Result<Self> {
        let framework = &engine.compiled().framework;
        let mut below = vec![false; framework.graph.len() as usize];
        let mut marks = Marks::new(framework.graph.len());
        let note = |one: u32| below.get_mut(one as usize).into_iter().for_each(|slot| *slot = true);
        framework.graph.below(node, &mut marks, |_, _| true, note);
        let live = engine.start(&LearnerRecord::default(), Instant::FIRST)?;
        let mut way = Self { live, edges: Vec::new(), places: vec![None; spans.len()], clocks: Vec::new() };
        for (place, span) in spans.into_iter().enumerate() {
            let node = framework.rank.get(span.item.evidence.competency());
            let concerned = node.is_some_and(|node| below.get(node as usize) == Some(&true));
            let [came, gone] = [span.came, span.gone].map(|events| if concerned { events } else { Vec::new() });
            let evidence = &span.item.evidence;
            let clock = evidence.clock().zip(evidence.id.clone().filter(|_| concerned));
            way.clocks.extend(clock.map(|(clock, event)| (clock, place, event)));
            let from = span.from.unwrap_or(Instant::FIRST);
            way.edges.push(Edge { at: from, span: place, comes: Some(span.item), events: came });
            way.edges.extend(span.until.map(|at| Edge { at, span: place, comes: None, events: gone }));
        }
        way.edges.sort_by_key(|edge| Reverse((edge.at, edge.span, edge.comes.is_none())));
        sorting::sort(&mut way.clocks);
        way.clocks.reverse();
        way.go(Instant::FIRST)?;
        Ok(way)
    }

    /// The next instant at which something may change.
    fn next(&self) -> Option<Instant> {
        self.edges.last().map(|edge| edge.at).into_iter().chain(self.live.next_wake()).min()
    }

    /// Goes to an instant; gives the events that have their effect there.
    fn go(&mut self, at: Instant) -> Result<Vec<String>> {
        let mut events = BTreeSet::new();
        let mut touched = BTreeSet::new();
        while let Some(edge) = self.edges.pop_if(|edge| edge.at <= at) {
            match (edge.comes, self.places.get_mut(edge.span)) {
                (Some(item), Some(place)) => *place = Some(self.live.come(item, &mut touched)),
                (None, Some(place)) => place.take().into_iter().for_each(|place| self.live.leave(place, &mut touched)),
                (_, None) => {}
            }
            events.extend(edge.events);
        }
        while let Some((clock, span, event)) = self.clocks.pop_if(|(clock, ..)| *clock <= at) {
            // what is known later than it was observed has its effect when it comes
            let stands = self.places.get(span).is_some_and(Option::is_some);
            events.extend(Some(event).filter(|_| stands && clock == at));
        }
        self.live.recompute(touched, at)?;
        Ok(events.into_iter().collect())
    }
}
