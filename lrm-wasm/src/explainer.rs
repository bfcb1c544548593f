//! An engine that explains. Engines that compute live in the other module, and the two share no memory: what is compiled
//! here comes as the same documents.

use lrm_core::{Award, Clock, Engine, LearnerRecord, Policy, Target};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::calendar::RawCalendar;
use crate::derivation::RawDerivation;
use crate::error::{Result, thrown};
use crate::log::RawEventLog;
use crate::mastery;
use crate::wire::{instant, options};

/// A framework and a policy, compiled.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawExplainer(pub(crate) Engine);

#[wasm_bindgen]
impl RawExplainer {
    /// Reads and compiles two documents.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    #[wasm_bindgen(constructor)]
    pub fn new(framework: &[u8], policy: &[u8]) -> Result<Self> {
        Engine::from_json(framework, policy).map(Self).map_err(thrown)
    }

    /// Reads a policy alone.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    #[wasm_bindgen(js_name = checkPolicy)]
    pub fn check_policy(policy: &[u8]) -> Result<()> {
        Policy::from_json(policy).map(drop).map_err(thrown)
    }

    /// The requirements of rollups, spelled out for the other module.
    pub fn requirements(&self) -> Vec<i64> {
        self.0.requirements()
    }

    /// Why the result of one competency is what it is.
    ///
    /// # Errors
    /// What is wrong with the record, and what the engine finds wrong with the other arguments.
    pub fn explain(
        &self,
        record: &[u8],
        id: &str,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<RawDerivation> {
        let record = LearnerRecord::from_json(record).map_err(thrown)?;
        let options = options(scope, strict);
        self.0.explain_with(&record, id, instant(as_of)?, &options).map(RawDerivation).map_err(thrown)
    }

    /// Every change of one result up to an instant: of each its instant, its results as JSON, and the events that caused it
    /// after their number.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn history(&self, log: &RawEventLog, id: &str, until: &str, observed: bool) -> Result<Vec<String>> {
        let clock = if observed { Clock::Observed } else { Clock::Known };
        let changes = self.0.history(&log.0.borrow(), id, instant(until)?, clock).map_err(thrown)?;
        let flat = changes.into_iter().flat_map(|change| {
            let results = mastery::change(&change.before, &change.after);
            [change.at.to_string(), results, change.events.len().to_string()].into_iter().chain(change.events)
        });
        Ok(flat.collect())
    }

    /// How a learner rates themselves, as JSON.
    ///
    /// # Errors
    /// What is wrong with the record, and what the engine finds wrong with the other arguments.
    #[wasm_bindgen(js_name = selfRatings)]
    pub fn self_ratings(&self, record: &[u8], as_of: &str, scope: Option<Vec<String>>, strict: bool) -> Result<String> {
        let record = LearnerRecord::from_json(record).map_err(thrown)?;
        let options = options(scope, strict);
        let ratings = self.0.self_ratings_with(&record, instant(as_of)?, &options).map_err(thrown)?;
        Ok(mastery::list(ratings.iter().map(lrm_core::SelfRating::to_json)))
    }

    /// What a learner has learned, what comes next and what is blocked, as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn frontier(&self, log: &RawEventLog, as_of: &str, scope: Option<Vec<String>>, strict: bool) -> Result<String> {
        let options = options(scope, strict);
        let frontier = self.0.frontier_with(&log.0.borrow(), instant(as_of)?, &options).map_err(thrown)?;
        Ok(frontier.to_json())
    }

    /// What to learn on the way to a target, as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn path(
        &self,
        log: &RawEventLog,
        target: &str,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let options = options(scope, strict);
        let path = self.0.path_with(&log.0.borrow(), target, instant(as_of)?, &options).map_err(thrown)?;
        Ok(path.to_json())
    }

    /// What of some competencies is unmet, and what to learn to make up for it, as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    #[wasm_bindgen(js_name = recoveryPlan)]
    #[expect(clippy::needless_pass_by_value, reason = "texts come as a list of their own")]
    pub fn recovery_plan(
        &self,
        log: &RawEventLog,
        of: Vec<String>,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let options = options(scope, strict);
        let plan = self.0.recovery_plan_with(&log.0.borrow(), &of, instant(as_of)?, &options).map_err(thrown)?;
        Ok(plan.to_json())
    }

    /// The pace of a learner in the courses of a calendar, as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn pace(
        &self,
        log: &RawEventLog,
        calendar: &RawCalendar,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let options = options(scope, strict);
        let pace = self.0.pace_with(&log.0.borrow(), &calendar.0, instant(as_of)?, &options).map_err(thrown)?;
        Ok(mastery::list(pace.iter().map(lrm_core::Pace::to_json)))
    }

    /// The deadlines of a calendar, as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn deadlines(&self, log: &RawEventLog, calendar: &RawCalendar, as_of: &str) -> Result<String> {
        let deadlines = self.0.deadlines(&log.0.borrow(), &calendar.0, instant(as_of)?).map_err(thrown)?;
        Ok(mastery::list(deadlines.iter().map(lrm_core::Deadline::to_json)))
    }

    /// How a learner stands in the programmes of the policy, as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn programmes(
        &self,
        log: &RawEventLog,
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let options = options(scope, strict);
        let programmes = self.0.programmes_with(&log.0.borrow(), instant(as_of)?, &options).map_err(thrown)?;
        Ok(mastery::list(programmes.iter().map(lrm_core::Programme::to_json)))
    }

    /// The least evidence with which a learner would reach a target, as JSON.
    ///
    /// # Errors
    /// What is wrong with the target, and what the engine finds wrong with the arguments.
    #[wasm_bindgen(js_name = leastEvidence)]
    pub fn least_evidence(
        &self,
        log: &RawEventLog,
        target: &[u8],
        as_of: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let target = Target::from_json(target).map_err(thrown)?;
        let options = options(scope, strict);
        let least = self.0.least_evidence_with(&log.0.borrow(), &target, instant(as_of)?, &options).map_err(thrown)?;
        Ok(least.to_json())
    }

    /// The event that awards the credit of a programme, as JSON. `who` are names and texts in turn: the `id` of the event, the
    /// `actor` who awards it, and maybe in what `role` and for what `reason`.
    ///
    /// # Errors
    /// The credit cannot be awarded, and what the engine finds wrong with the arguments.
    #[expect(clippy::needless_pass_by_value, reason = "texts come as a list of their own")]
    pub fn award(
        &self,
        log: &RawEventLog,
        programme: &str,
        who: Vec<String>,
        at: &str,
        scope: Option<Vec<String>>,
        strict: bool,
    ) -> Result<String> {
        let said = |name: &str| {
            let pair = who.chunks_exact(2).find(|pair| pair.first().is_some_and(|key| key == name));
            pair.and_then(|pair| pair.last().cloned())
        };
        let mut award = Award::new(said("id").unwrap_or_default(), said("actor").unwrap_or_default(), instant(at)?);
        (award.role, award.reason) = (said("role"), said("reason"));
        let event = self.0.award_with(&log.0.borrow(), programme, &award, &options(scope, strict));
        event.map(|event| event.to_json().to_owned()).map_err(thrown)
    }

    /// The goals of a learner as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn goals(&self, log: &RawEventLog, as_of: &str) -> Result<String> {
        let goals = self.0.goals(&log.0.borrow(), instant(as_of)?).map_err(thrown)?;
        Ok(mastery::list(goals.iter().map(lrm_core::Goal::to_json)))
    }
}
