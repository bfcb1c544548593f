//! The policy document: what counts, how it is estimated, when it is enough and how it rolls up. A policy is data.

mod layers;
mod lint;
mod read;
mod ready_made;
mod requirement;
mod resolve;
mod sections;
mod words;
mod write;

pub use layers::{LayeredPolicy, Refused, Traced, TracedLayer};
pub(crate) use read::{read_estimate, read_evidence, read_rollup, read_rounding, read_sufficiency};
pub use requirement::ProgrammeKind;
pub(crate) use requirement::{
    Asks, Deciding, EvidenceTest, FULL, NamedRequirement, Requirement, Selector, Test, Threshold, Tree, Which,
    contradictions, write_asked, write_requirement,
};
pub(crate) use resolve::{Finder, Resolved, RuleSet, resolve};
pub(crate) use sections::{
    Adjacent, Estimate, EvidenceRule, ExtraCredit, HUNDRED, Keep, Missing, OwnEvidence, Predict, Priority, Raters,
    Reassessment, Rollup, RollupMethod, Sources, Sufficiency, Tie,
};
pub(crate) use write::{method_name, write_estimate, write_evidence, write_rollup, write_rounding, write_sufficiency};

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::error::{Report, Result};
use crate::framework::{Extra, Framework};
use crate::scale::Scale;
use crate::value::Rounding;

/// A policy: sections that hold everywhere, rules that replace whole sections for some competencies, and programmes.
///
/// `programmes` is a list of `{"id", "title"?, "kind"?, "credit"?, "requirement"}`; the credit is called as the programme is if nothing
/// else is said. `sequences` are lists of credits, lowest first. A requirement has exactly one operator:
///
/// | requirement | is met |
/// |---|---|
/// | `{"all": M}`, `{"any": M}` | if all, or any, of its members are |
/// | `{"at_least": 2, "of": M}`, `{"percent": 80, "of": M}` | if so many of them, or so large a part, are |
/// | `{"points": 10, "of": [{"points": 4, "required"?, "of": R}, …]}` | if what is met is worth so much, and all that is required is met |
/// | `{"competency": id}` | if the competency is `met` |
/// | … and `"level"`, `"value"` or `"below"` | if its level is that or above, its value meets this, or does not meet this |
/// | … and `"evidence": {minima, "kinds"?, "level"? or "value"?}` | if it has so many eligible items, assessors, contexts, …, `min_independent` ones |
/// | `{"credential": name}`, `{"not_before": instant}` | if the learner has that credit, if that instant has come |
///
/// M is a list of requirements, each of which may have `until`, an instant from which on it is left out; or what chooses competencies,
/// `{"under"?, "type"?, "tag"?, "id"?, "leaves"?}` with `each` beside it: `{"level": …}`, `{"value": …}`, `{"below": …}`, `{"evidence": …}`.
/// The rollup `{"method": "requirement", "requirement": R}` makes a competency met or not by what stands below it. There
/// `{"leaves": true}` stands for all leaves below the competency, and `{"children": true}` for what is directly below it; with
/// other keys, for those of them that fit.
///
/// ```
/// use lrm_core::Policy;
/// let policy = Policy::from_json(r#"{"format": "lrm-policy/1", "id": "district", "version": "3",
///   "scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#)?;
/// assert_eq!(policy.scale().levels().len(), 2);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) scale: Arc<Scale>,
    pub(crate) evidence: Arc<EvidenceRule>,
    pub(crate) estimate: Estimate,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) sufficiency: Arc<Sufficiency>,
    pub(crate) rollup: Rollup,
    /// Where the rollup is by requirement.
    pub(crate) requirement: Option<Deciding>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) programmes: Vec<NamedRequirement>,
    /// Names of credits, lowest first.
    pub(crate) sequences: Vec<Vec<String>>,
    /// Programmes and sequences as they are written.
    pub(crate) asked: [Option<Box<RawValue>>; 2],
    /// False if nobody has read what is asked.
    pub(crate) read: bool,
    pub(crate) extra: Extra,
    /// Which layer set what: by JSON Pointer the name, as JSON.
    pub(crate) layers: Extra,
}

/// A rule: which competencies, and the sections it replaces for them.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: Option<String>,
    pub(crate) matches: Match,
    pub(crate) scale: Option<Arc<Scale>>,
    pub(crate) evidence: Option<Arc<EvidenceRule>>,
    pub(crate) estimate: Option<Estimate>,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) sufficiency: Option<Arc<Sufficiency>>,
    pub(crate) rollup: Option<Rollup>,
    pub(crate) requirement: Option<Deciding>,
    pub(crate) extra: Extra,
}

/// What a competency must be for a rule to hold: all that are given. An empty match fits all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) under: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) id: Option<String>,
}

impl Policy {
    /// Reads a policy document (`lrm-policy/1`), as bytes or text.
    ///
    /// # Errors
    /// All findings at once: `invalid-json`, `unsupported-format`, `unknown-field`, `missing-field`, `invalid-value`,
    /// `duplicate-id`, `parameter-out-of-range`; of requirements also `empty-group`, `unreachable`, `contradiction`,
    /// `limit-exceeded`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        read::policy(json.as_ref(), Some(&FULL))
    }

    /// The same for a program that has no room for what reads requirements: they are kept as they are written, and whatever is
    /// wrong with them is not found. Where [`Policy::has_requirements`], an engine is made by `Engine::with_requirements`.
    ///
    /// # Errors
    /// As [`Policy::from_json`] for all else.
    #[doc(hidden)]
    pub fn without_requirements(json: impl AsRef<[u8]>) -> Result<Self> {
        read::policy(json.as_ref(), None)
    }

    /// True if the policy has programmes, sequences or a rollup by requirement.
    #[doc(hidden)]
    pub fn has_requirements(&self) -> bool {
        let asked = self.asked.iter().any(Option::is_some) || self.requirement.is_some();
        asked || self.rules.iter().any(|rule| rule.requirement.is_some())
    }

    /// Canonical JSON of the document, with every default written out.
    pub fn to_json(&self) -> String {
        write::policy(self)
    }

    /// The policy's id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The policy's version.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The scale that holds where no rule gives another.
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// What looks like a mistake in this policy for this framework: `rule-matches-nothing`, `sum-without-scale`,
    /// `zero-weight`, `unknown-level` (of a prerequisite), `parameter-out-of-range` (more inputs required than there are), `closure-too-large`
    /// (there is too much to count that). None of it stops an engine.
    ///
    /// # Errors
    /// Whatever keeps the two from being compiled together, see `Engine::new`.
    pub fn lint(&self, framework: &Framework) -> Result<Report> {
        Ok(self.lint_resolved(framework, &resolve(self, framework)?))
    }

    pub(crate) fn lint_resolved(&self, framework: &Framework, resolved: &Resolved) -> Report {
        lint::lint(self, framework, resolved)
    }
}
