//! Least evidence: the smallest set of further evidence with which a learner would reach something.
//!
//! | file | its one idea |
//! |---|---|
//! | `target` | what is to be reached, as a requirement |
//! | `candidates` | where evidence could come in, and what of it could matter |
//! | `trial` | a learner kept warm, on whom pieces are tried out; `names` for them, and `prices` of looking |
//! | `search` | all sets, the smallest first |
//! | `compose` | where these are too many: the least of each condition |
//! | `plenty` | or else more than enough, less what is not needed |
//! | `trim` | as little as possible of each piece |

mod candidates;
mod compose;
mod names;
mod plenty;
mod prices;
mod search;
mod target;
#[cfg(test)]
mod tests;
mod trial;
mod trim;

pub use target::Target;

use self::candidates::{candidates, conditions};
use self::compose::compose;
use self::names::Names;
use self::plenty::plenty;
use self::search::search;
use self::trial::Trial;
use self::trim::trim;
use crate::engine::{Demand, Engine, Options};
use crate::error::Result;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::limits::{LEAST_EVIDENCE, PIECES};
use crate::log::EventLog;
use crate::record::Evidence;
use crate::rollup::Verdict;

/// The further evidence with which a target would be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeastEvidence {
    /// What was to be reached.
    pub target: Target,
    /// True if it is reached with these pieces; false if no pieces were found.
    pub reached: bool,
    /// True if there is surely no smaller set.
    pub exact: bool,
    /// None of them can be left out; none if the target is reached already.
    pub pieces: Vec<Evidence>,
}

impl LeastEvidence {
    /// Canonical JSON: `{"target", "reached", "exact", "pieces": [evidence]}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        self.target.write(w.open('{').key("target"));
        w.key("reached").raw(&self.reached.to_string()).key("exact").raw(&self.exact.to_string());
        w.key("pieces").open('[');
        for piece in &self.pieces {
            w.item().raw(&piece.to_json());
        }
        w.close(']').close('}');
        w.finish()
    }
}

impl Engine {
    /// The fewest pieces of further evidence with which a learner would reach a target at that instant: adding exactly these, to
    /// the record or to the log, makes it met, and without any one of them it is not.
    ///
    /// A piece is a judgement of that instant on a competency that the target rests on. It says as little as does: an assessor,
    /// a context, an artifact, transfer and a kind of its own only where the policy needs them, with names `new-1`, `new-2`, …
    /// that stand for ones that are new, and of the cuts of the scale the lowest score that is enough. What no evidence brings (a
    /// credit, an instant, the decision in a conflict) is not reached.
    ///
    /// All sets are tried, the smallest first, up to [`limits::LEAST_EVIDENCE`](crate::limits::LEAST_EVIDENCE) of them, and fewer
    /// if the learner, the framework or the requirements are very large. Beyond that the set is put together from the least
    /// evidence of each condition, and is [`exact`](LeastEvidence::exact) only if that proves that there is no smaller one.
    ///
    /// ```
    /// use lrm_core::{Engine, EventLog, Instant, Target};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "a", "statement": "A"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}, "sufficiency": {"min_assessors": 2}}"#,
    /// )?;
    /// let log = EventLog::from_json(r#"[{"id": "e1", "competency": "a", "score": 4, "assessor": {"id": "ms-lee"}}]"#)?;
    /// let least = engine.least_evidence(&log, &Target::competency("a"), Instant::parse("2026-06-20T12:00:00Z")?)?;
    /// assert_eq!(least.to_json(), r#"{"target":{"competency":"a"},"reached":true,"exact":true,"pieces":[
    ///     {"id":"new-1","competency":"a","score":3,"observed_at":"2026-06-20T12:00:00Z","assessor":{"id":"new-1"}}]}"#.replace("\n    ", ""));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-competency`, `unknown-level`, `parameter-out-of-range` for a value that the scale does not have,
    /// `unknown-programme`; `invalid-value` for a level and a value at once; as [`Engine::evaluate`].
    ///
    /// # Complexity
    /// One evaluation, and of each set that is tried the competencies that it touches with all above them, and the target; bounded
    /// whatever is large.
    pub fn least_evidence(&self, log: &EventLog, target: &Target, as_of: Instant) -> Result<LeastEvidence> {
        self.least_evidence_with(log, target, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::least_evidence`] and [`Engine::evaluate_with`].
    pub fn least_evidence_with(
        &self,
        log: &EventLog,
        target: &Target,
        as_of: Instant,
        options: &Options,
    ) -> Result<LeastEvidence> {
        let compiled = self.compiled();
        let demand = target.demand(compiled)?;
        let record = log.record();
        let board = self.checked_board(&record, as_of, options)?;
        let names = Names::beside(&record, log);
        let mut trial = Trial::new(board, log.credits(Some(as_of)), names, compiled);
        let verdicts = trial.verdicts(&demand)?;
        let found = least(&mut trial, &demand, &verdicts);
        trial.rest();
        let pieces = if found.is_some() { trim(&mut trial, &demand) } else { Vec::new() };
        let target = target.clone();
        Ok(LeastEvidence { target, reached: found.is_some(), exact: found == Some(true), pieces })
    }
}

/// Lays down the smallest set that was found with which a demand is met, whole pieces. None if there is none, else whether there is
/// surely no smaller one.
fn least(trial: &mut Trial<'_>, demand: &Demand, verdicts: &[Verdict]) -> Option<bool> {
    if verdicts.first() == Some(&Verdict::Met) {
        return Some(true);
    }
    let in_force = conditions(demand, verdicts, |verdict| verdict != Verdict::LeftOut);
    let candidates = candidates(demand, &in_force, trial);
    let mut evaluations = LEAST_EVIDENCE;
    let Err(size) = search(trial, demand, &candidates, &mut evaluations) else { return Some(true) };
    if size > PIECES {
        return None;
    }
    trial.rest();
    trial.lay([]);
    let composed = compose(trial, demand, verdicts);
    let proven = composed.or_else(|| {
        trial.rest();
        plenty(trial, demand, &candidates).then_some(false)
    })?;
    // nothing smaller than `size` does
    Some(proven || trial.count() == size)
}
