//! What an evaluation may be told besides the record and the instant.

use crate::error::{Report, Result};

/// Options of an evaluation.
///
/// ```
/// use lrm_core::Options;
/// let options = Options::new().scope(["NF"]).strict();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub(crate) scope: Option<Vec<String>>,
    pub(crate) strict: bool,
}

impl Options {
    /// Everything applies, findings are reported.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these competencies and what lies below them apply to the learner (enrolment, electives, an individual plan).
    #[must_use]
    pub fn scope(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scope = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// The findings as an error, if they are to be one.
    pub(crate) fn check(&self, report: impl FnOnce() -> Report) -> Result<()> {
        if self.strict { report().into_result() } else { Ok(()) }
    }

    /// Findings become an error: the code of the first in input order, the list of all.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}
