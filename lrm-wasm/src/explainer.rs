//! An engine that explains. Engines that compute live in the other module, and the two share no memory: what is compiled
//! here comes as the same documents.

use lrm_core::{Clock, Engine, LearnerRecord};
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

    /// The goals of a learner as JSON.
    ///
    /// # Errors
    /// What the engine finds wrong with the arguments.
    pub fn goals(&self, log: &RawEventLog, as_of: &str) -> Result<String> {
        let goals = self.0.goals(&log.0.borrow(), instant(as_of)?).map_err(thrown)?;
        Ok(mastery::list(goals.iter().map(lrm_core::Goal::to_json)))
    }
}
