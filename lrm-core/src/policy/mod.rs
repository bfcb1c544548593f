//! The policy document: what counts, how it is estimated, when it is enough and how it rolls up. A policy is data.

mod layers;
mod lint;
mod read;
mod resolve;
mod sections;
mod words;
mod write;

pub use layers::{LayeredPolicy, Refused, Traced, TracedLayer};
pub(crate) use read::{read_estimate, read_evidence, read_rollup, read_rounding, read_sufficiency};
pub(crate) use resolve::{Resolved, RuleSet, resolve};
pub(crate) use sections::{
    Adjacent, Estimate, EvidenceRule, ExtraCredit, HUNDRED, Keep, Missing, OwnEvidence, Predict, Priority, Raters,
    Reassessment, Rollup, RollupMethod, Sources, Sufficiency, Tie,
};
pub(crate) use write::{method_name, write_estimate, write_evidence, write_rollup, write_rounding, write_sufficiency};

use std::sync::Arc;

use crate::error::{Report, Result};
use crate::framework::{Extra, Framework};
use crate::scale::Scale;
use crate::value::Rounding;

/// A policy: sections that hold everywhere, and rules that replace whole sections for some competencies.
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
    pub(crate) rules: Vec<Rule>,
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
    pub(crate) extra: Extra,
}

/// What a competency must be for a rule to hold: all that are given. An empty match fits all.
#[derive(Clone, Debug, Default)]
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
    /// `duplicate-id`, `parameter-out-of-range`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        read::policy(json.as_ref())
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
    /// `zero-weight`, `unknown-level` (of a prerequisite), `parameter-out-of-range` (more inputs required than there are). None of it stops an engine.
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
