//! [`Live`]: one learner kept warm. An event recomputes what it touches and nothing else.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::board::{Board, other_content};
use super::eligibility::{Door, door};
use super::judge::NodeResult;
use super::options::Options;
use super::scope::applies;
use super::state::{Mastery, State};
use super::step::Step;
use super::wakes::Wakes;
use super::{Compiled, Engine};
use crate::error::{Code, Error, Finding, Report, Result};
use crate::graph::Marks;
use crate::instant::Instant;
use crate::limits::ITEMS;
use crate::record::{Evidence, Item, LearnerRecord, one_learner};
use crate::sorting;

/// One learner, kept warm. The clock moves forward only.
///
/// ```
/// use lrm_core::{Engine, Evidence, Instant, LearnerRecord};
/// let engine = Engine::from_json(
///     r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]}"#,
///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
/// )?;
/// let now = Instant::parse("2026-01-15T12:00:00Z")?;
/// let mut live = engine.start(&LearnerRecord::default(), now)?;
/// let changed = live.apply(Evidence::scored("a", 3), now)?;
/// assert_eq!(changed.len(), 1);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Live {
    compiled: Arc<Compiled>,
    board: Board<'static>,
    strict: bool,
    learner: Option<String>,
    /// The item that stays, by id.
    ids: BTreeMap<String, u32>,
    /// When which node may change by time alone.
    wakes: Wakes,
    /// The memory of the last step, for the next one.
    step: Step,
}

/// A step that can still be taken back.
#[derive(Debug)]
pub(super) struct Pending {
    step: Step,
    item: Option<Added>,
}

/// An item that a step took in.
#[derive(Debug)]
struct Added {
    place: u32,
    /// The item of its id that gave way.
    gone: Option<u32>,
}

impl Engine {
    /// Keeps a learner warm from here on.
    ///
    /// # Errors
    /// As [`Engine::evaluate`].
    pub fn start(&self, record: &LearnerRecord, as_of: Instant) -> Result<Live> {
        self.start_with(record, as_of, &Options::new())
    }

    /// The same with a scope or strictness; a strict learner refuses events with findings.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`].
    pub fn start_with(&self, record: &LearnerRecord, as_of: Instant, options: &Options) -> Result<Live> {
        let compiled = Arc::clone(self.compiled());
        let applies = applies(options.scope.as_deref(), &compiled)?;
        // room for the first events: else one of them would wait while all items move
        let mut items = Vec::with_capacity(record.len() + record.len() / 4 + 4);
        items.extend_from_slice(record.items());
        let board = Board::new(Cow::Owned(items), as_of, applies, &compiled)?;
        options.check(|| board.report(&compiled))?;
        let mut live = Live {
            compiled,
            board,
            strict: options.strict,
            learner: record.learner().map(Into::into),
            ids: BTreeMap::new(),
            wakes: Wakes::default(),
            step: Step::default(),
        };
        for place in 0..live.board.items.len() {
            live.settle(u32::try_from(place).unwrap_or(u32::MAX));
        }
        for node in 0..live.compiled.framework.graph.len() {
            live.set_wake(node);
        }
        Ok(live)
    }
}

impl Live {
    /// Adds one item and moves the clock; gives the results that changed, in the byte order of their ids.
    ///
    /// # Errors
    /// `clock-moved-back`, `invalid-value` for an item of another learner; as [`Engine::evaluate`] otherwise. After an error
    /// the learner is as before.
    ///
    /// # Complexity
    /// The items of the competency and of what becomes due, plus the ancestors of what changes.
    pub fn apply(&mut self, event: Evidence, as_of: Instant) -> Result<Vec<Mastery>> {
        self.apply_item(Item::from(event), as_of)
    }

    /// The same with an item as JSON; an item that cannot be read is kept and reported.
    ///
    /// # Errors
    /// `invalid-json`; as [`Live::apply`] otherwise.
    pub fn apply_json(&mut self, event: impl AsRef<[u8]>, as_of: Instant) -> Result<Vec<Mastery>> {
        self.apply_item(crate::record::item(event.as_ref())?, as_of)
    }

    fn apply_item(&mut self, item: Item, as_of: Instant) -> Result<Vec<Mastery>> {
        let pending = self.try_item(item, as_of)?;
        Ok(self.keep(pending))
    }

    /// Moves the clock; gives the results that changed.
    ///
    /// # Errors
    /// `clock-moved-back`; as [`Engine::evaluate`] otherwise. After an error the learner is as before.
    pub fn advance(&mut self, as_of: Instant) -> Result<Vec<Mastery>> {
        let pending = self.try_clock(as_of)?;
        Ok(self.keep(pending))
    }

    /// The result of a competency.
    ///
    /// # Errors
    /// `unknown-competency`.
    pub fn mastery(&self, id: &str) -> Result<Mastery> {
        let node = self.compiled.node(id)?;
        Ok(self.mastery_of(node))
    }

    /// The instant that the clock shows.
    pub const fn as_of(&self) -> Instant {
        self.board.as_of
    }

    /// Everything as it stands now, as `evaluate` of the whole record would give it.
    pub fn state(&self) -> State {
        State {
            compiled: Arc::clone(&self.compiled),
            as_of: self.board.as_of,
            results: self.board.cells.iter().map(|cell| cell.result).collect(),
            report: self.board.report(&self.compiled),
        }
    }

    /// Canonical JSON of [`Live::state`].
    pub fn to_json(&self) -> String {
        self.state().to_json()
    }

    /// What is wrong with the items, in the order in which they came.
    ///
    /// # Complexity
    /// O(n log n) in the items.
    pub fn report(&self) -> Report {
        self.board.report(&self.compiled)
    }

    /// Everything that was taken in, as a record.
    pub fn record(&self) -> LearnerRecord {
        LearnerRecord::of_items(self.learner.clone(), self.board.items.to_vec())
    }

    /// Adds one item and moves the clock, to be kept or taken back.
    pub(super) fn try_item(&mut self, item: Item, as_of: Instant) -> Result<Pending> {
        check_clock(self.board.as_of, as_of)?;
        if item.evidence.learner.is_some() && item.evidence.learner != self.learner {
            one_learner(self.learner.as_deref(), std::slice::from_ref(&item))?;
        }
        let item_count = self.board.items.len();
        if item_count >= ITEMS {
            return Err(Error::new(Code::LimitExceeded, "/evidence", format!("more than {ITEMS} items")));
        }
        if self.strict {
            self.findings_of(&item, item_count).into_result()?;
        }
        let (added, touched) = self.take_in(item);
        self.try_step(touched, Some(added), as_of)
    }

    /// Puts an item on the board; gives the nodes to be recomputed.
    fn take_in(&mut self, item: Item) -> (Added, [Option<u32>; 2]) {
        let place = u32::try_from(self.board.items.len()).unwrap_or(u32::MAX);
        self.board.items.to_mut().push(item);
        let (counts, gone) = self.settle(place);
        let removed = gone.and_then(|item| self.board.remove(item, &self.compiled));
        let placed = if counts { self.board.place(place, &self.compiled) } else { None };
        (Added { place, gone }, [placed, removed])
    }

    /// An item comes, to be computed later with others: notes the nodes, gives its place.
    pub(super) fn come(&mut self, item: Item, touched: &mut BTreeSet<u32>) -> u32 {
        let (added, nodes) = self.take_in(item);
        touched.extend(nodes.into_iter().flatten());
        added.place
    }

    /// The item at a place goes, likewise. Another one of its id does not come back for it.
    pub(super) fn leave(&mut self, place: u32, touched: &mut BTreeSet<u32>) {
        touched.extend(self.board.remove(place, &self.compiled));
        let id = self.board.items.get(place as usize).and_then(|item| item.evidence.id.as_ref());
        if let Some(id) = id.filter(|id| self.ids.get(*id) == Some(&place)).cloned() {
            self.ids.remove(&id);
        }
    }

    /// Computes what came and went, and what time changes.
    pub(super) fn recompute(&mut self, touched: BTreeSet<u32>, as_of: Instant) -> Result<()> {
        let pending = self.try_step(touched.into_iter().map(Some), None, as_of)?;
        self.keep(pending);
        Ok(())
    }

    /// The result of a node.
    pub(crate) fn result(&self, node: u32) -> NodeResult {
        self.board.cells.get(node as usize).map(|cell| cell.result).unwrap_or_default()
    }

    /// The ids of the eligible evidence on a node and below, in byte order.
    pub(crate) fn evidence_of(&self, node: u32) -> BTreeSet<String> {
        let graph = &self.compiled.framework.graph;
        let mut ids = BTreeSet::new();
        graph.below(
            node,
            &mut Marks::new(graph.len()),
            |_, _| true,
            |below| {
                let items = self.board.eligible(below).iter().filter_map(|one| self.board.items.get(one.item as usize));
                ids.extend(items.filter_map(|item| item.evidence.id.clone()));
            },
        );
        ids
    }

    /// Moves the clock, to be kept or taken back.
    pub(super) fn try_clock(&mut self, as_of: Instant) -> Result<Pending> {
        check_clock(self.board.as_of, as_of)?;
        self.try_step([], None, as_of)
    }

    /// Recomputes touched nodes, those whose time has come, and all their ancestors.
    fn try_step(
        &mut self,
        touched: impl IntoIterator<Item = Option<u32>>,
        item: Option<Added>,
        as_of: Instant,
    ) -> Result<Pending> {
        let mut pending = Pending { step: std::mem::take(&mut self.step), item };
        let touched = touched.into_iter().flatten().chain(self.wakes.due(as_of));
        let done = self.board.go(touched, as_of, &mut pending.step, &self.compiled);
        match done {
            Ok(()) => Ok(pending),
            Err(error) => {
                self.take_back(pending);
                Err(error)
            }
        }
    }

    /// Makes a step that was tried final; gives the results that changed, in the byte order of their ids.
    pub(super) fn keep(&mut self, pending: Pending) -> Vec<Mastery> {
        let Pending { mut step, item } = pending;
        if let Some(item) = item.and_then(|added| self.board.items.get(added.place as usize))
            && self.learner.is_none()
        {
            self.learner.clone_from(&item.evidence.learner);
        }
        let mut changed = Vec::with_capacity(step.saved.len());
        for saved in &step.saved {
            self.set_wake(saved.node);
            if self.board.cells.get(saved.node as usize).is_some_and(|now| now.result != saved.cell.result) {
                changed.push(saved.node);
            }
        }
        step.clear();
        self.step = step;
        sorting::nodes(&mut changed);
        changed.into_iter().map(|node| self.mastery_of(node)).collect()
    }

    /// Makes a step that was tried undone.
    pub(super) fn take_back(&mut self, pending: Pending) {
        let Pending { mut step, item } = pending;
        self.board.take_back(&mut step, &self.compiled);
        if let Some(added) = item {
            self.unsettle(&added);
        }
        step.clear();
        self.step = step;
    }

    /// The same learner at another instant, for one without evidence: time changes nothing there.
    pub(super) fn at(mut self, as_of: Instant) -> Self {
        self.board.as_of = as_of;
        self
    }

    /// When the learner may change by time alone.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        self.wakes.next()
    }

    /// What would be wrong with a new item.
    fn findings_of(&self, item: &Item, place: usize) -> Report {
        let standing = item.evidence.id.as_ref().and_then(|id| self.ids.get(id));
        let findings = match standing.and_then(|standing| self.board.items.get(*standing as usize)) {
            Some(other) if other.content() == item.content() => Vec::new(),
            Some(_) => vec![other_content(item)],
            None => {
                let node = self.compiled.framework.rank.get(item.evidence.competency());
                match door(item, node, &self.compiled) {
                    Door::Value(_) | Door::Override(_) => Vec::new(),
                    Door::Ignored(_, findings) => findings,
                }
            }
        };
        let mut report = Report::default();
        for mut finding in findings {
            finding.path = format!("/evidence/{place}{}", finding.path);
            report.push(finding);
        }
        report
    }

    fn mastery_of(&self, node: u32) -> Mastery {
        Mastery::of(node, &self.result(node), &self.compiled)
    }

    /// Remembers which item of an id stays; gives the one that no longer does.
    fn settle(&mut self, place: u32) -> (bool, Option<u32>) {
        let items = &self.board.items;
        let Some((item, id)) = items.get(place as usize).and_then(|item| Some((item, item.evidence.id.as_ref()?)))
        else {
            return (true, None);
        };
        let standing = match self.ids.entry(id.clone()) {
            Entry::Vacant(free) => {
                free.insert(place);
                return (true, None);
            }
            Entry::Occupied(standing) => standing.into_mut(),
        };
        let stays = items.get(*standing as usize).is_some_and(|other| other.content() <= item.content());
        if stays { (false, None) } else { (true, Some(std::mem::replace(standing, place))) }
    }

    /// Takes the last item out again.
    fn unsettle(&mut self, added: &Added) {
        self.board.remove(added.place, &self.compiled);
        let id = self.board.items.get(added.place as usize).and_then(|item| item.evidence.id.clone());
        if let Some(id) = id.filter(|id| self.ids.get(id) == Some(&added.place)) {
            match added.gone {
                Some(item) => self.ids.insert(id, item),
                None => self.ids.remove(&id),
            };
        }
        if let Some(item) = added.gone {
            self.board.place(item, &self.compiled);
        }
        self.board.items.to_mut().truncate(added.place as usize);
    }

    /// Notes when a node may change by time alone: an item comes into its time, or the newest becomes too old.
    fn set_wake(&mut self, node: u32) {
        let as_of = self.board.as_of;
        let set = self.compiled.set(node);
        let leaf = self.compiled.framework.graph.is_leaf(node);
        let days = if leaf { &set.sufficiency } else { &set.inner_sufficiency }.max_age_days;
        let stale = |newest: Option<Instant>, days: Option<u32>| {
            // the first instant at which it is too old
            let last = newest?.plus_days(days?);
            Instant::from_micros(last.micros().saturating_add(1)).ok().filter(|at| *at > as_of)
        };
        let result = self.board.cells.get(node as usize).and_then(|cell| stale(cell.result.newest, days));
        let admitted = self.board.bodies.admitted(node);
        let own = admitted.and_then(|admitted| stale(admitted.own?.newest, set.sufficiency.max_age_days));
        let coming = admitted.and_then(|admitted| admitted.coming);
        self.wakes.set(node, result.into_iter().chain(own).chain(coming).min());
    }
}

/// The clock moves forward only.
pub(super) fn check_clock(clock: Instant, as_of: Instant) -> Result<()> {
    if as_of >= clock {
        return Ok(());
    }
    let message = format!("the clock stands at {clock} and cannot move back to {as_of}");
    let finding = Finding::new(Code::ClockMovedBack, "", message);
    Err(finding.with("clock", clock.to_string()).with("as_of", as_of.to_string()).into())
}
