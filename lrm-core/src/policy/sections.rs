//! The sections of a policy, as the engine sees them.

use std::sync::Arc;

use crate::calendar::Days;
use crate::instant::Instant;
use crate::record::{AssessorRole, OrderBy, Purpose};

/// `evidence`: which items are eligible and in what order they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EvidenceRule {
    pub(crate) order_by: OrderBy,
    pub(crate) purposes: Vec<Purpose>,
    pub(crate) roles: Vec<AssessorRole>,
    pub(crate) extra_credit: ExtraCredit,
    pub(crate) sources: Sources,
    pub(crate) raters: Raters,
    pub(crate) reassessment: Option<Arc<Reassessment>>,
}

/// `sources`: what becomes of one submission that several systems report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sources {
    /// Where they disagree a person decides.
    #[default]
    Person,
    /// What was known last counts.
    Newest,
    /// Each report counts.
    Separate,
    /// The system that is listed first counts.
    Priority(Priority),
}

/// Systems, the most trusted first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Priority {
    /// In the order of the policy, each once.
    pub(crate) systems: Vec<String>,
    /// The places of the systems, in the byte order of their names.
    sorted: Vec<usize>,
}

impl Priority {
    pub(crate) fn new(systems: Vec<String>) -> Self {
        let compare = |one: usize, other: usize| systems.get(one).cmp(&systems.get(other));
        let sorted = crate::sorting::places(systems.len(), &compare);
        Self { systems, sorted }
    }

    /// The place of a system; what is not listed stands behind all that is.
    pub(crate) fn rank(&self, system: &str) -> usize {
        let name = |place: &usize| self.systems.get(*place).map_or("", String::as_str);
        let found = self.sorted.binary_search_by(|place| name(place).cmp(system));
        found.ok().and_then(|at| self.sorted.get(at).copied()).unwrap_or(self.systems.len())
    }
}

/// `raters`: what becomes of one submission that several assessors judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Raters {
    /// Each judgement counts.
    #[default]
    Separate,
    /// Of neighbouring levels one counts; for others a person, or a third assessor, is needed.
    Adjacent(Adjacent),
}

/// Which of two neighbouring levels counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Adjacent {
    Lower,
    Higher,
}

/// `reassessment`: what becomes of an activity that is handed in again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reassessment {
    pub(crate) keep: Keep,
    pub(crate) within_school_days: Option<u32>,
    pub(crate) at_most: Option<u32>,
    pub(crate) cap_percent: Option<u32>,
    pub(crate) calendar: Days,
}

impl Reassessment {
    /// True if a clock instant lies after the last day for what was graded at another.
    pub(crate) fn is_late(&self, graded: Instant, clock: Instant) -> bool {
        let within = |days: u32| {
            let before = self.calendar.day(clock).saturating_sub(1);
            self.calendar.school_days(self.calendar.day(graded), before) < i64::from(days)
        };
        !self.within_school_days.is_none_or(within)
    }
}

/// Which of the submissions of an activity count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The one with the greatest value.
    Higher,
    /// The last one.
    Newest,
    #[default]
    All,
}

impl EvidenceRule {
    /// True if items of one activity may have to do with each other.
    pub(crate) fn looks_at_works(&self) -> bool {
        self.sources != Sources::Separate || self.raters != Raters::Separate || self.reassessment.is_some()
    }
}

impl Default for EvidenceRule {
    fn default() -> Self {
        Self {
            order_by: OrderBy::ObservedAt,
            purposes: vec![Purpose::Diagnostic, Purpose::Summative, Purpose::CommonTask],
            roles: vec![AssessorRole::Teacher, AssessorRole::External, AssessorRole::Machine],
            extra_credit: ExtraCredit::Clamp,
            sources: Sources::Person,
            raters: Raters::Separate,
            reassessment: None,
        }
    }
}

/// What happens to a score above what is possible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ExtraCredit {
    /// Counts as full marks.
    #[default]
    Clamp,
    /// Counts as it is, and may pass the scale's greatest value.
    Keep,
    /// Is off the scale.
    Error,
}

/// `estimate`: how the eligible evidence of one competency becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Estimate {
    Highest,
    Lowest,
    Latest,
    Mean,
    Median,
    Mode { tie: Tie },
    NMastery { n: u32 },
    TopNMean { n: u32 },
    LatestVsMean { latest_percent: u32 },
    Exponential { latest_percent: u32 },
    PowerLaw { predict: Predict },
    LinearTrend { predict: Predict },
}

impl Estimate {
    /// The name in documents.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Highest => "highest",
            Self::Lowest => "lowest",
            Self::Latest => "latest",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Mode { .. } => "mode",
            Self::NMastery { .. } => "n_mastery",
            Self::TopNMean { .. } => "top_n_mean",
            Self::LatestVsMean { .. } => "latest_vs_mean",
            Self::Exponential { .. } => "exponential",
            Self::PowerLaw { .. } => "power_law",
            Self::LinearTrend { .. } => "linear_trend",
        }
    }
}

/// Which of several equally frequent values counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tie {
    #[default]
    MostRecent,
    Higher,
    Lower,
}

/// Where a trend is read: at the last score or one step further.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Predict {
    #[default]
    AtN,
    Next,
}

/// `sufficiency`: how much evidence is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sufficiency {
    pub(crate) min_evidence: u32,
    pub(crate) min_assessors: u32,
    pub(crate) min_contexts: u32,
    pub(crate) min_kinds: u32,
    pub(crate) min_artifacts: u32,
    pub(crate) min_transfer: u32,
    pub(crate) independent_from_level: Option<String>,
    pub(crate) max_age_days: Option<u32>,
}

/// `rollup`: how an inner node's value comes from its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rollup {
    pub(crate) method: RollupMethod,
    pub(crate) missing: Missing,
    pub(crate) own_evidence: OwnEvidence,
}

/// The rule of an inner node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RollupMethod {
    #[default]
    UniqueLeaves,
    ChildrenMean,
    Lowest,
    Highest,
    Median,
    Mode,
    Sum,
    ShareMet,
    Pooled,
    /// A requirement tree decides.
    Requirement,
}

impl RollupMethod {
    /// True for the rules whose inputs are the distinct descendant leaves.
    pub(crate) const fn over_leaves(self) -> bool {
        matches!(self, Self::UniqueLeaves | Self::ShareMet | Self::Pooled | Self::Requirement)
    }
}

impl RollupMethod {
    /// True for those that count leaves whatever they weigh.
    pub(crate) const fn any_weight(self) -> bool {
        matches!(self, Self::Pooled | Self::Requirement)
    }
}

/// What missing inputs do to an inner node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Missing {
    #[default]
    Ignore,
    RequireAll,
    RequireAtLeast(u32),
    RequireAtLeastPercent(u32),
}

/// What evidence of an inner node itself does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OwnEvidence {
    #[default]
    AsChild,
    Overrides,
    Ignored,
}

impl Estimate {
    /// True if weights of evidence matter.
    pub(crate) const fn weighs(self) -> bool {
        matches!(self, Self::Mean)
    }

    /// True if scores and their order are enough: the value rests on all of them or on the last, whatever they weigh.
    pub(crate) const fn rests_on_scores(self) -> bool {
        matches!(self, Self::Latest | Self::LatestVsMean { .. } | Self::Exponential { .. })
    }
}

impl Sufficiency {
    /// The minima with their names, in the order of the documents.
    pub(crate) const fn minima(&self) -> [(&'static str, u32); 6] {
        [
            ("min_evidence", self.min_evidence),
            ("min_assessors", self.min_assessors),
            ("min_contexts", self.min_contexts),
            ("min_kinds", self.min_kinds),
            ("min_artifacts", self.min_artifacts),
            ("min_transfer", self.min_transfer),
        ]
    }
}

/// Percentages are parts of this.
pub(crate) const HUNDRED: i128 = 100;
