//! The recovery plan: of a course, only what is unmet, and what is missing before it.

use super::needs::Needs;
use super::path::{PathStep, steps};
use super::room::Room;
use crate::engine::{Engine, Options, applies_below, nodes_of};
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::EventLog;

/// What a learner has to learn to make up for what is unmet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveryPlan {
    /// What it is about, as it was asked for.
    pub of: Vec<String>,
    /// The leaves at or below that which apply and are not learned, in the order of the framework.
    pub unmet: Vec<String>,
    /// These and all that is missing before them, first things first.
    pub steps: Vec<PathStep>,
}

impl RecoveryPlan {
    /// Canonical JSON: `{"of", "unmet", "steps": [{"competency", "alternatives"?}]}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').all_texts("of", &self.of).all_texts("unmet", &self.unmet);
        w.list("steps", &self.steps, |w, step| step.write(w));
        w.close('}');
        w.finish()
    }
}

impl Engine {
    /// What of these competencies is unmet, and what to learn to make up for it: not the whole course, but the leaves at or below
    /// them that apply and whose status is not `met`, and what is missing before them, in the order and with the alternatives of
    /// [`Engine::path`].
    ///
    /// ```
    /// use lrm_core::{Engine, EventLog, Instant};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "course", "statement": "Fractions"}, {"id": "share", "statement": "Shares equally"},
    ///                         {"id": "unit", "statement": "Unit fractions"}, {"id": "count", "statement": "Counts on"}],
    ///         "associations": [{"type": "is_child_of", "from": "share", "to": "course"}, {"type": "is_child_of", "from": "unit", "to": "course"},
    ///                          {"type": "precedes", "from": "count", "to": "unit"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let log = EventLog::from_json(r#"[{"id": "e1", "competency": "share", "score": 3}]"#)?;
    /// let plan = engine.recovery_plan(&log, &["course"], Instant::parse("2026-06-20T12:00:00Z")?)?;
    /// assert_eq!(plan.unmet, ["unit"]);
    /// assert_eq!(plan.steps.iter().map(|step| step.competency.as_str()).collect::<Vec<_>>(), ["count", "unit"]);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-competency` for every id that the framework does not have; `invalid-value` for an empty list; as [`Engine::path`].
    ///
    /// # Complexity
    /// As [`Engine::path`].
    pub fn recovery_plan(&self, log: &EventLog, of: &[impl AsRef<str>], as_of: Instant) -> Result<RecoveryPlan> {
        self.recovery_plan_with(log, of, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`] and [`Engine::recovery_plan`].
    pub fn recovery_plan_with(
        &self,
        log: &EventLog,
        of: &[impl AsRef<str>],
        as_of: Instant,
        options: &Options,
    ) -> Result<RecoveryPlan> {
        self.recover(log, of.iter().map(|id| id.as_ref().to_owned()).collect(), as_of, options)
    }

    fn recover(&self, log: &EventLog, of: Vec<String>, as_of: Instant, options: &Options) -> Result<RecoveryPlan> {
        if of.is_empty() {
            return Err(Error::new(Code::InvalidValue, "/of", "expected at least one competency"));
        }
        let compiled = self.compiled();
        let asked = applies_below(&nodes_of(&of, "/of", compiled)?, compiled);
        let needs = Needs::of(self, log, as_of, options)?;
        let is_unmet = |node: &u32| {
            let leaf = compiled.framework.graph.is_leaf(*node);
            leaf && asked.to(*node) && needs.applies(*node) && !needs.is_learned(*node)
        };
        let unmet: Vec<u32> = needs.in_order().into_iter().filter(is_unmet).collect();
        let mut room = Room::new("");
        Ok(RecoveryPlan { of, unmet: needs.ids(&unmet, &mut room)?, steps: steps(&unmet, &needs, &mut room)? })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use crate::{Code, Engine, EventLog, Instant, Options, RecoveryPlan};

    /// A course of twenty standards s01 to s20, each after the one before it; before s05 stands `p`, and before that `q`, in
    /// another course, of which `r` is too.
    fn engine() -> Engine {
        let ids: Vec<String> = (1..=20).map(|n| format!("s{n:02}")).collect();
        let mut competencies = r#"{"id": "course", "statement": "C"}, {"id": "before", "statement": "B"}"#.to_owned();
        let mut associations =
            r#"{"type": "precedes", "from": "p", "to": "s05"}, {"type": "precedes", "from": "q", "to": "p"}"#
                .to_owned();
        let below =
            |parent: &str, id: &str| format!(r#", {{"type": "is_child_of", "from": "{id}", "to": "{parent}"}}"#);
        for id in ["p", "q", "r"].into_iter().chain(ids.iter().map(String::as_str)) {
            write!(competencies, r#", {{"id": "{id}", "statement": "S"}}"#).unwrap();
            associations += &below(if id.len() > 1 { "course" } else { "before" }, id);
        }
        for (one, next) in ids.iter().zip(ids.iter().skip(1)) {
            write!(associations, r#", {{"type": "precedes", "from": "{one}", "to": "{next}"}}"#).unwrap();
        }
        let framework = format!(r#"{{"competencies": [{competencies}], "associations": [{associations}]}}"#);
        let policy = r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#;
        Engine::from_json(framework, policy).unwrap()
    }

    /// For a learner who has 3 on each standard of the course, but on the fifth, the ninth and the last.
    fn plan(of: &[&str], options: &Options) -> crate::Result<RecoveryPlan> {
        let score = |n: u32| match n {
            5 => 2,
            9 | 20 => 1,
            _ => 3,
        };
        let events: Vec<String> =
            (1..=20).map(|n| format!(r#"{{"competency": "s{n:02}", "score": {}}}"#, score(n))).collect();
        let log = EventLog::from_json(format!("[{}]", events.join(",")))?;
        engine().recovery_plan_with(&log, of, Instant::parse("2026-06-20T12:00:00Z")?, options)
    }

    #[test]
    fn three_of_twenty_and_what_is_missing_before_them() {
        assert_eq!(
            plan(&["course"], &Options::new()).unwrap().to_json(),
            r#"{"of":["course"],"unmet":["s05","s09","s20"],"steps":[{"competency":"q","alternatives":["s09","s20"]},{"competency":"p","alternatives":["s09","s20"]},{"competency":"s05","alternatives":["s09","s20"]},{"competency":"s09","alternatives":["s20"]},{"competency":"s20"}]}"#
        );
        assert_eq!(
            plan(&["s09", "course"], &Options::new().scope(["course"])).unwrap().to_json(),
            r#"{"of":["s09","course"],"unmet":["s05","s09","s20"],"steps":[{"competency":"s05","alternatives":["s09","s20"]},{"competency":"s09","alternatives":["s20"]},{"competency":"s20"}]}"#
        );
    }

    #[test]
    fn of_a_leaf_it_is_its_path() {
        let one = plan(&["s05"], &Options::new()).unwrap();
        assert_eq!(one.unmet, ["s05"]);
        assert_eq!(one.steps.iter().map(|step| step.competency.as_str()).collect::<Vec<_>>(), ["q", "p", "s05"]);
        assert_eq!(plan(&["s04"], &Options::new()).unwrap().to_json(), r#"{"of":["s04"],"unmet":[],"steps":[]}"#);
        assert!(plan(&["s05"], &Options::new().scope(["before"])).unwrap().steps.is_empty());
    }

    #[test]
    fn every_unknown_id_is_told_and_none_is_too_few() {
        let error = plan(&["x", "course", "y"], &Options::new()).unwrap_err();
        let found: Vec<_> = error.findings().iter().map(|one| (one.code, one.path.as_str())).collect();
        assert_eq!(found, [(Code::UnknownCompetency, "/of/0"), (Code::UnknownCompetency, "/of/2")]);
        assert_eq!(plan(&[], &Options::new()).unwrap_err().code(), Code::InvalidValue);
    }
}
