//! What a rollup may be told.

/// A column of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ResultColumn {
    /// The learner.
    Learner,
    /// The competency.
    Competency,
    /// The value; none is not zero.
    Value,
    /// The level that is shown.
    Level,
    /// The status.
    Status,
    /// How many distinct eligible items lie behind the result.
    Evidence,
    /// The newest instant among the items that the value rests on.
    Newest,
    /// Covered leaves with a value.
    Valued,
    /// Covered leaves.
    Covered,
    /// True if the value rests on a standard that was modified for the learner; given only if it is named.
    Modified,
}

impl ResultColumn {
    /// Every column, in the order in which they are given.
    pub const ALL: [Self; 10] = [
        Self::Learner,
        Self::Competency,
        Self::Value,
        Self::Level,
        Self::Status,
        Self::Evidence,
        Self::Newest,
        Self::Valued,
        Self::Covered,
        Self::Modified,
    ];

    /// The columns that are given if none are named.
    pub(super) const STANDARD: [bool; 10] = [true, true, true, true, true, true, true, true, true, false];

    /// The name, such as `"evidence"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Competency => "competency",
            Self::Value => "value",
            Self::Level => "level",
            Self::Status => "status",
            Self::Evidence => "evidence",
            Self::Newest => "newest",
            Self::Valued => "valued",
            Self::Covered => "covered",
            Self::Modified => "modified",
        }
    }

    /// The column of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == name)
    }
}

/// What a rollup may be told.
///
/// ```
/// use lrm_core::{ResultColumn, RollupOptions};
/// let options = RollupOptions::new().nodes(["NF"]).columns([ResultColumn::Learner, ResultColumn::Value]).threads(2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollupOptions {
    pub(super) scope: Option<Vec<String>>,
    pub(super) nodes: Option<Vec<String>>,
    pub(super) columns: [bool; 10],
    pub(super) unassessed: bool,
    pub(super) strict: bool,
    pub(super) threads: usize,
    pub(super) findings: usize,
}

impl Default for RollupOptions {
    fn default() -> Self {
        Self {
            scope: None,
            nodes: None,
            columns: ResultColumn::STANDARD,
            unassessed: false,
            strict: false,
            threads: 0,
            findings: crate::limits::FINDINGS,
        }
    }
}

impl RollupOptions {
    /// Everything applies, all assessed nodes and all columns but `modified` are given, findings are reported.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these competencies and what lies below them apply, to every learner.
    #[must_use]
    pub fn scope(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scope = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Only these competencies are given, in this order.
    #[must_use]
    pub fn nodes(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.nodes = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Only these columns are made; what is not asked for is not computed either, where that saves work.
    #[must_use]
    pub fn columns(mut self, columns: impl IntoIterator<Item = ResultColumn>) -> Self {
        self.columns = [false; 10];
        for column in columns {
            if let Some(wanted) = self.columns.get_mut(column as usize) {
                *wanted = true;
            }
        }
        self
    }

    /// Gives the competencies that are not assessed or do not apply, too: every learner has a row for every node, so that a
    /// column is a dense matrix, learner by learner.
    #[must_use]
    pub const fn unassessed(mut self) -> Self {
        self.unassessed = true;
        self
    }

    /// Findings become an error, which lists the first hundred.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// How many threads may work; 0, the default, for as many as the machine has. The results do not depend on it.
    /// Without the feature `rayon` there is one.
    #[must_use]
    pub const fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// How many findings the report lists at most; [`Rollup::bad_rows`](super::Rollup::bad_rows) counts all.
    #[must_use]
    pub const fn findings(mut self, most: usize) -> Self {
        self.findings = most;
        self
    }

    pub(super) fn wants(&self, column: ResultColumn) -> bool {
        self.columns.get(column as usize).copied().unwrap_or(false)
    }
}
