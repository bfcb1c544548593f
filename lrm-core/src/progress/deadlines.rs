//! Deadlines: whether what was due came in time.

use crate::calendar::{Calendar, Due};
use crate::engine::{Engine, Standing, settle};
use crate::error::Result;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::EventLog;
use crate::record::{Absence, Item, Outcome, words};
use crate::sorting;

words! {
    /// How a deadline stands.
    DeadlineState, _DEADLINE_STATES {
        /// The work came when it was due, or before.
        OnTime = "on_time",
        /// It came in the days of grace.
        InGrace = "in_grace",
        /// It came after them.
        Late = "late",
        /// There is none so far, and there is time.
        Open = "open",
        /// There is none, and the time is up.
        Missed = "missed",
        /// There need not be any.
        Excused = "excused",
    }
}

/// A deadline of a calendar, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline {
    /// The activity.
    pub activity: String,
    /// When it is due.
    pub due: Instant,
    /// The last instant that is in time, days of grace included.
    pub cutoff: Instant,
    /// How it stands.
    pub state: DeadlineState,
    /// When the work came; of what is excused, when that was.
    pub at: Option<Instant>,
    /// The id of the item that it was; none if it has none.
    pub by: Option<String>,
}

impl Deadline {
    /// Canonical JSON: `{"activity", "due", "cutoff", "state", "at"?, "by"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("activity").text(&self.activity);
        w.key("due").text(&self.due.to_string()).key("cutoff").text(&self.cutoff.to_string());
        w.key("state").text(self.state.as_str());
        w.optional("at", self.at.map(|at| at.to_string()).as_deref()).optional("by", self.by.as_deref());
        w.close('}');
        w.finish()
    }
}

impl Engine {
    /// The deadlines of a calendar as of an instant, in the order of the document. They change no result.
    ///
    /// What counts is the first work for the activity: a submission, by when it was observed, else received, or an item that has a
    /// score, a level, `passed` or a judgement that is withheld, and says when it was observed. What was taken back or is ignored
    /// as a duplicate does not count.
    ///
    /// ```
    /// use lrm_core::{Calendar, DeadlineState, Engine, EventLog, Instant};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let calendar = Calendar::from_json(r#"{"zone": "America/New_York",
    ///   "deadlines": [{"activity": "essay", "due": "2026-11-01T23:59"}]}"#)?;
    /// let log = EventLog::from_json(r#"[
    ///   {"id": "s1", "event": "submitted", "competency": "NF.1", "activity": "essay", "observed_at": "2026-11-02T04:30:00Z"}]"#)?;
    /// let deadlines = engine.deadlines(&log, &calendar, Instant::parse("2026-11-03T00:00:00Z")?)?;
    /// assert_eq!(deadlines[0].state, DeadlineState::OnTime);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// None so far.
    ///
    /// # Complexity
    /// O(n log n) in the events and the deadlines.
    pub fn deadlines(&self, log: &EventLog, calendar: &Calendar, as_of: Instant) -> Result<Vec<Deadline>> {
        let record = log.record();
        let mut came = AllCame::of(calendar);
        for submitted in log.submitted() {
            if let Some(came) = came.get(&submitted.activity).filter(|_| submitted.at <= as_of) {
                came.work.note(Some(submitted.at), submitted.id);
            }
        }
        let items = record.items();
        for (item, _) in items.iter().zip(settle(items)).filter(|(_, standing)| *standing == Standing::Kept) {
            let activity = item.evidence.activity.as_deref();
            let Some(came) = activity.and_then(|activity| came.get(activity)) else { continue };
            let evidence = &item.evidence;
            let is_known = evidence.clock().is_none_or(|clock| clock <= as_of);
            if evidence.withdrawn.is_some() || evidence.overriding.is_some() || !item.problems.is_empty() {
                continue;
            }
            if is_work(item) && evidence.observed_at.is_some_and(|at| at <= as_of) {
                came.work.note(evidence.observed_at, evidence.id.clone());
            } else if matches!(evidence.outcome, Outcome::Absence(Absence::Excused)) && is_known {
                came.excused.note(evidence.observed_at, evidence.id.clone());
            }
        }
        let mut deadline = |due: &Due| {
            let came = came.get(&due.activity).map(std::mem::take).unwrap_or_default();
            let (state, (at, by)) = came.state((due.due, due.cutoff), as_of);
            Deadline { activity: due.activity.clone(), due: due.due, cutoff: due.cutoff, state, at, by }
        };
        Ok(calendar.deadlines.iter().map(&mut deadline).collect())
    }
}

/// True if the item shows that something was handed in.
const fn is_work(item: &Item) -> bool {
    match item.evidence.outcome {
        Outcome::Nothing => false,
        Outcome::Absence(absence) => matches!(absence, Absence::Withheld),
        _ => true,
    }
}

/// The first of some items: when it was observed, and its id.
#[derive(Debug, Default)]
struct First(Option<(Option<Instant>, Option<String>)>);

impl First {
    fn note(&mut self, at: Option<Instant>, id: Option<String>) {
        let found = (at, id);
        if self.0.as_ref().is_none_or(|first| found < *first) {
            self.0 = Some(found);
        }
    }
}

/// What came for an activity.
#[derive(Debug, Default)]
struct Came {
    work: First,
    excused: First,
}

/// What came for each activity, in the order of their ids.
struct AllCame<'c>(Vec<(&'c str, Came)>);

impl<'c> AllCame<'c> {
    fn of(calendar: &'c Calendar) -> Self {
        let mut all: Vec<(&str, Came)> =
            calendar.deadlines.iter().map(|due| (due.activity.as_str(), Came::default())).collect();
        sorting::sort_by(&mut all, |a, b| a.0.cmp(b.0));
        Self(all)
    }

    fn get(&mut self, activity: &str) -> Option<&mut Came> {
        let place = self.0.binary_search_by(|(known, _)| (*known).cmp(activity)).ok()?;
        self.0.get_mut(place).map(|(_, came)| came)
    }
}

impl Came {
    fn state(
        self,
        (due, cutoff): (Instant, Instant),
        as_of: Instant,
    ) -> (DeadlineState, (Option<Instant>, Option<String>)) {
        match (self.work.0, self.excused.0) {
            (Some(work), _) => {
                let state = match work.0 {
                    Some(at) if at > cutoff => DeadlineState::Late,
                    Some(at) if at > due => DeadlineState::InGrace,
                    _ => DeadlineState::OnTime,
                };
                (state, work)
            }
            (None, Some(excused)) => (DeadlineState::Excused, excused),
            (None, None) if as_of <= cutoff => (DeadlineState::Open, (None, None)),
            (None, None) => (DeadlineState::Missed, (None, None)),
        }
    }
}
