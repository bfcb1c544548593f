//! Goals: whether a learner reached what they set out to reach, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use crate::engine::{Engine, Live, Status};
use crate::error::Result;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::{EntryState, EventLog, GoalTerms};
use crate::sorting;
use crate::value::{Value, meets};

/// A goal of a learner.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Goal {
    /// The id of the event that opened it.
    pub id: String,
    /// How it stands: `proposed`, `approved`, `met`, `missed`, `renegotiated` or `retracted`.
    pub state: EntryState,
    /// Since when; none if nothing says so.
    pub since: Option<Instant>,
    /// The competencies that were reached when it was met or missed, else those that are now; in byte order.
    pub reached: Vec<String>,
    /// How many have to be.
    pub needed: u32,
    /// The ids of the evidence that counted for those when it was met, in byte order; none before.
    pub evidence: Vec<String>,
    /// Competencies that the framework does not have, in byte order: nobody can reach them.
    pub unknown: Vec<String>,
}

impl Goal {
    /// Canonical JSON: `{"id", "state", "since"?, "reached", "needed", "evidence", "unknown"}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("id").text(&self.id);
        w.key("state").text(self.state.as_str());
        w.optional("since", self.since.map(|since| since.to_string()).as_deref());
        w.all_texts("reached", &self.reached);
        w.key("needed").raw(&self.needed.to_string());
        w.all_texts("evidence", &self.evidence);
        w.all_texts("unknown", &self.unknown);
        w.close('}');
        w.finish()
    }
}

impl Engine {
    /// The goals of a learner as of an instant, in the byte order of their ids.
    ///
    /// A goal that was agreed on is met at the first instant, from then on and up to its `due_at`, at which enough of its
    /// competencies are `met`, or `met` or `not_met` at the `level` or the `value` that it names. It stays met. If there is no such instant it is
    /// missed once the time is up. What a person decided (`met`, `missed`, `renegotiated`, `retracted`) holds instead.
    ///
    /// ```
    /// use lrm_core::{Engine, EventLog, EntryState, Instant};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let log = EventLog::from_json(r#"[
    ///   {"id": "g", "event": "proposed", "competencies": ["a", "b"], "at_least": 1, "due_at": "2026-12-18T23:59:59Z"},
    ///   {"id": "g-ok", "event": "approved", "of": "g", "observed_at": "2026-09-01T08:00:00Z"},
    ///   {"id": "e1", "competency": "a", "score": 3, "observed_at": "2026-12-17T10:00:00Z"},
    ///   {"id": "e2", "competency": "a", "score": 2, "observed_at": "2026-12-19T10:00:00Z"}]"#)?;
    /// let goals = engine.goals(&log, Instant::parse("2026-12-20T00:00:00Z")?)?;
    /// assert_eq!((goals[0].state, goals[0].evidence.as_slice()), (EntryState::Met, ["e1".to_owned()].as_slice()));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::evaluate`].
    ///
    /// # Complexity
    /// One evaluation, then of each instant at which something comes into its time or becomes too old what it changes, and each
    /// goal that is open there for each of its competencies that changes.
    pub fn goals(&self, log: &EventLog, as_of: Instant) -> Result<Vec<Goal>> {
        let mut open = Vec::new();
        let mut goals: Vec<Goal> = Vec::new();
        for terms in log.goals(as_of) {
            let mut goal = self.stated(&terms);
            if goal.state == EntryState::Approved {
                // agreed on before anything was observed, if nothing says when
                let from = goal.since.unwrap_or(Instant::FIRST);
                let due = terms.due_at.filter(|due| *due < as_of);
                if due.is_some() {
                    // unless it is met before
                    (goal.state, goal.since) = (EntryState::Missed, due);
                }
                let times = from..=due.unwrap_or(as_of);
                open.push(Open { goal: goals.len(), times, is_met: false, wanted: Wanted::of(&terms, self) });
            }
            goals.push(goal);
        }
        self.follow(log, as_of, open, &mut goals)?;
        Ok(goals)
    }

    /// A goal as the log has it.
    fn stated(&self, terms: &GoalTerms) -> Goal {
        let unknown = terms.competencies.iter().filter(|id| self.compiled().node(id).is_err());
        Goal {
            id: terms.id.clone(),
            state: terms.state,
            since: terms.since,
            reached: Vec::new(),
            needed: terms.at_least.unwrap_or_else(|| u32::try_from(terms.competencies.len()).unwrap_or(u32::MAX)),
            evidence: Vec::new(),
            unknown: unknown.cloned().collect(),
        }
    }

    /// Moves the clock over everything that happened and looks at the open goals: at all of a goal where it begins, then at
    /// what changes.
    fn follow(&self, log: &EventLog, as_of: Instant, mut open: Vec<Open>, goals: &mut [Goal]) -> Result<()> {
        let Some(last) = open.iter().map(|open| *open.times.end()).max() else { return Ok(()) };
        sorting::sort_by(&mut open, |one, other| one.times.start().cmp(other.times.start()));
        let mut asking = BTreeMap::<u32, Vec<(usize, usize)>>::new();
        for (at, open) in open.iter().enumerate() {
            for (place, target) in open.wanted.competencies.iter().enumerate() {
                asking.entry(target.node).or_default().push((at, place));
            }
        }
        let mut live = self.start(&log.record(), Instant::FIRST)?;
        let (mut begun, mut left, mut changed) = (0, open.len(), Vec::new());
        loop {
            let at = live.as_of();
            let mut seen = Vec::new();
            for (place, one) in open.iter_mut().enumerate().skip(begun).take_while(|(_, one)| *one.times.start() <= at)
            {
                let all = 0..one.wanted.competencies.len();
                if one.look(all, &live) {
                    seen.push(place);
                }
            }
            for (place, target) in changed.iter().filter_map(|node| asking.get(node)).flatten() {
                let one = open.get_mut(*place).filter(|_| *place < begun);
                if one.is_some_and(|one| one.look(*target..*target + 1, &live)) {
                    seen.push(*place);
                }
            }
            begun = open.partition_point(|one| *one.times.start() <= at);
            // only where all that changed was looked at
            for place in seen {
                if let Some(one) = open.get_mut(place) {
                    left -= usize::from(one.conclude(&live, goals));
                }
            }
            let starts = open.get(begun).map(|next| *next.times.start());
            let next = starts.into_iter().chain(live.next_wake()).min();
            let Some(next) = next.filter(|next| *next <= as_of.min(last) && left > 0) else { break };
            let results = live.advance(next)?;
            changed = results.iter().filter_map(|result| self.compiled().node(&result.competency).ok()).collect();
        }
        for one in open {
            if let Some(goal) = goals.get_mut(one.goal) {
                let reached = one.wanted.competencies.into_iter().filter(|target| target.is_reached);
                goal.reached = reached.map(|target| target.id).collect();
            }
        }
        Ok(())
    }
}

/// A goal that can still be met.
struct Open {
    /// Its place among the goals.
    goal: usize,
    /// From when on it can be met, and until when.
    times: RangeInclusive<Instant>,
    is_met: bool,
    wanted: Wanted,
}

impl Open {
    /// Looks at some of its competencies, while it is open; true if it is.
    fn look(&mut self, places: Range<usize>, live: &Live) -> bool {
        let is_open = !self.is_met && self.times.contains(&live.as_of());
        if is_open {
            self.wanted.look(places, live);
        }
        is_open
    }

    /// True if what was looked at makes it met, which it was not before.
    fn conclude(&mut self, live: &Live, goals: &mut [Goal]) -> bool {
        let Some(goal) = goals.get_mut(self.goal).filter(|_| !self.is_met) else { return false };
        // an empty goal is never reached
        self.is_met = self.wanted.reached > 0 && self.wanted.reached >= goal.needed as usize;
        if self.is_met {
            let at = live.as_of();
            (goal.state, goal.since) = (EntryState::Met, Some(at).filter(|at| *at > Instant::FIRST));
            let reached = self.wanted.competencies.iter().filter(|target| target.is_reached);
            let evidence: BTreeSet<String> = reached.flat_map(|target| live.evidence_of(target.node)).collect();
            goal.evidence = evidence.into_iter().collect();
        }
        self.is_met
    }
}

/// What has to be reached.
struct Wanted {
    /// The distinct competencies that the framework has, in the byte order of their ids.
    competencies: Vec<Target>,
    /// How many of them are reached.
    reached: usize,
    value: Option<Value>,
    level: bool,
}

/// One of the competencies.
struct Target {
    id: String,
    node: u32,
    /// The place of the level on its scale; none if the scale has no such level, or if the goal names none.
    level: Option<usize>,
    /// When it was last looked at.
    is_reached: bool,
}

impl Wanted {
    fn of(terms: &GoalTerms, engine: &Engine) -> Self {
        let compiled = engine.compiled();
        let target = |id: &String| {
            let node = compiled.node(id).ok()?;
            let levels = compiled.set(node).scale.levels();
            let level = terms.level.as_ref().and_then(|wanted| levels.iter().position(|level| level.id == *wanted));
            Some(Target { id: id.clone(), node, level, is_reached: false })
        };
        let competencies = terms.competencies.iter().filter_map(target).collect();
        Self { competencies, reached: 0, value: terms.value, level: terms.level.is_some() }
    }

    /// Notes which of some competencies are reached now.
    fn look(&mut self, places: Range<usize>, live: &Live) {
        for target in self.competencies.get_mut(places).into_iter().flatten() {
            let result = live.result(target.node);
            // what is provisional or stale is not settled
            let is_settled = matches!(result.status, Status::Met | Status::NotMet);
            let is_enough = match self.value {
                Some(cut) => result.value.is_some_and(|value| meets(value, cut)),
                None if self.level => target.level.is_some() && result.level >= target.level,
                None => result.status == Status::Met,
            };
            self.reached -= usize::from(target.is_reached);
            target.is_reached = is_settled && is_enough;
            self.reached += usize::from(target.is_reached);
        }
    }
}
