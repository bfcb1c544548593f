//! [`Engine`]: a framework and a policy, compiled once and asked many times.

mod board;
mod bodies;
mod class;
mod compile;
mod coverage;
mod duplicates;
mod eligibility;
mod history;
mod judge;
mod live;
mod options;
mod order;
mod overrides;
mod requirements;
mod scope;
mod spelled;
mod standings;
mod state;
mod status;
mod step;
mod sufficiency;
mod wakes;
mod what_if;
mod works;

use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use board::{Board, leaf_input, other_content};
pub(crate) use bodies::{NO_VALUE, Placed};
pub(crate) use class::of_learner;
pub use class::{Class, LearnerChanges};
pub(crate) use compile::Compiled;
pub(crate) use coverage::Covered;
pub(crate) use duplicates::{Standing, settle};
pub use eligibility::Reason;
pub(crate) use eligibility::{Door, Occasion, door, judgement, says, score_on, unfit, value_on, withdrawn};
pub use history::{Clock, HistoryChange};
pub(crate) use judge::{
    ChildInput, Cover, Decided, Inputs, Judged, NodeResult, Overriding, Ruling, Sections, inner, leaf,
    newest as newest_selected, with_items,
};
pub use live::Live;
pub use options::Options;
pub(crate) use order::sort;
pub(crate) use overrides::last as last_override;
pub(crate) use requirements::Demand;
pub(crate) use scope::{Applies, applies as scope_of, applies_below, nodes as nodes_of};
pub(crate) use standings::{Standings, lacks, standing, too_many_items};
pub use state::{Mastery, State};
pub use status::Status;
pub(crate) use step::Step;
pub(crate) use sufficiency::Shortfall;
pub use what_if::{Change, Delta};
pub(crate) use works::{Works, works};

use crate::error::{Report, Result};
use crate::framework::Framework;
use crate::instant::Instant;
use crate::policy::{Policy, Resolved};
use crate::record::LearnerRecord;
use requirements::Demands;

/// A framework and a policy, checked and compiled. Cheap to clone, `Send` and `Sync`.
///
/// ```
/// use lrm_core::{Engine, Instant, LearnerRecord};
/// let engine = Engine::from_json(
///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#,
///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
/// )?;
/// let record = LearnerRecord::from_json(r#"[{"competency": "NF.1", "score": 3}]"#)?;
/// let state = engine.evaluate(&record, Instant::parse("2026-01-15T12:00:00Z")?)?;
/// assert_eq!(state.mastery("NF.1")?.to_string(), "NF.1: 3 (proficient), met, evidence 1, coverage 1 of 1");
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    compiled: Arc<Compiled>,
}

impl Engine {
    /// Compiles a framework and a policy, which may be shared with other engines ([`Arc`]).
    ///
    /// # Errors
    /// `incompatible-scales`, `unknown-level`, `closure-too-large`, `limit-exceeded`.
    ///
    /// # Complexity
    /// Linear in competencies, associations and rules; where competencies share descendants, also in the pairs of ancestor
    /// and descendant.
    pub fn new(framework: impl Into<Arc<Framework>>, policy: impl Into<Arc<Policy>>) -> Result<Self> {
        Self::with_closure_limit(framework, policy, crate::limits::CLOSURE)
    }

    /// The same with another limit of ancestor–descendant pairs.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn with_closure_limit(
        framework: impl Into<Arc<Framework>>,
        policy: impl Into<Arc<Policy>>,
        pairs: u64,
    ) -> Result<Self> {
        let demands = |policy: &Policy, framework: &Framework, resolved: &Resolved| {
            Demands::new(policy, framework, resolved, pairs)
        };
        Ok(Self { compiled: Arc::new(Compiled::new(framework.into(), policy.into(), pairs, &demands)?) })
    }

    /// The same where another engine of the same framework and policy has read the requirements; see
    /// [`Policy::without_requirements`]. It has no programmes.
    ///
    /// # Errors
    /// As [`Engine::new`]; `invalid-value` for numbers of something else.
    #[doc(hidden)]
    pub fn with_requirements(
        framework: impl Into<Arc<Framework>>,
        policy: impl Into<Arc<Policy>>,
        requirements: &[i64],
    ) -> Result<Self> {
        let demands = |_: &Policy, _: &Framework, resolved: &Resolved| Demands::spelled(requirements, resolved);
        let limit = crate::limits::CLOSURE;
        Ok(Self { compiled: Arc::new(Compiled::new(framework.into(), policy.into(), limit, &demands)?) })
    }

    /// The requirements of rollups as numbers, for [`Engine::with_requirements`].
    #[doc(hidden)]
    pub fn requirements(&self) -> Vec<i64> {
        self.compiled.requirements()
    }

    /// Reads both documents and compiles them.
    ///
    /// # Errors
    /// Those of [`Framework::from_json`], [`Policy::from_json`] and [`Engine::new`].
    pub fn from_json(framework: impl AsRef<[u8]>, policy: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(Framework::from_json(framework)?, Policy::from_json(policy)?)
    }

    /// The framework.
    pub fn framework(&self) -> &Arc<Framework> {
        &self.compiled.framework
    }

    /// The policy.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.compiled.policy
    }

    /// What looks like a mistake in the policy for this framework; see [`Policy::lint`].
    pub fn lint(&self) -> &Report {
        &self.compiled.lint
    }

    /// Mastery of every competency: a pure function of framework, policy, record and instant.
    ///
    /// # Errors
    /// `limit-exceeded` for values beyond ±9·10⁹ and for requirements that look at more items than
    /// [`limits::REQUIREMENT_ITEMS`](crate::limits::REQUIREMENT_ITEMS), `incompatible-scales` where evidence of an inner node
    /// would enter a rule on another scale. Bad items are findings on [`State::report`], not errors.
    ///
    /// # Complexity
    /// O(n log n) in the items, plus the competencies, plus the pairs of ancestor and descendant outside of trees.
    pub fn evaluate(&self, record: &LearnerRecord, as_of: Instant) -> Result<State> {
        self.evaluate_with(record, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate`]; `unknown-competency` for a scope with unknown ids; with `strict` the record's findings.
    pub fn evaluate_with(&self, record: &LearnerRecord, as_of: Instant, options: &Options) -> Result<State> {
        let board = self.board(record, as_of, options)?;
        let report = board.report(&self.compiled);
        options.check(|| report.clone())?;
        Ok(self.state(&board, report))
    }

    pub(crate) fn compiled(&self) -> &Arc<Compiled> {
        &self.compiled
    }

    pub(crate) fn board<'a>(&self, record: &'a LearnerRecord, as_of: Instant, options: &Options) -> Result<Board<'a>> {
        let applies = scope::applies(options.scope.as_deref(), &self.compiled)?;
        Board::new(Cow::Borrowed(record.items()), as_of, applies, &self.compiled)
    }

    /// The same, if strictness finds nothing wrong with the record.
    pub(crate) fn checked_board<'a>(
        &self,
        record: &'a LearnerRecord,
        as_of: Instant,
        options: &Options,
    ) -> Result<Board<'a>> {
        let board = self.board(record, as_of, options)?;
        options.check(|| board.report(&self.compiled))?;
        Ok(board)
    }

    fn state(&self, board: &Board<'_>, report: Report) -> State {
        State {
            compiled: Arc::clone(&self.compiled),
            as_of: board.as_of,
            results: board.cells.iter().map(|cell| cell.result).collect(),
            report,
        }
    }
}
