//! The long table of results.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::{Board, Compiled, Status};
use crate::error::Report;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::value::Value;

/// What a rollup may be told.
///
/// ```
/// use lrm_core::RollupOptions;
/// let options = RollupOptions::new().nodes(["NF"]).unassessed();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollupOptions {
    pub(super) scope: Option<Vec<String>>,
    pub(super) nodes: Option<Vec<String>>,
    pub(super) unassessed: bool,
    pub(super) strict: bool,
}

impl RollupOptions {
    /// Everything applies, all assessed nodes are given, findings are reported.
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

    /// Gives the competencies that are not assessed or do not apply, too.
    #[must_use]
    pub const fn unassessed(mut self) -> Self {
        self.unassessed = true;
        self
    }

    /// Findings become an error.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

/// The learner of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Learner<'a> {
    Only,
    Number(i64),
    Text(Cow<'a, str>),
}

impl std::fmt::Display for Learner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Only => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The distinct learners of a rollup, ascending, in the type of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Learners {
    /// There was no learner column.
    Only,
    /// Whole numbers.
    Numbers(Vec<i64>),
    /// Texts, by bytes.
    Texts(Vec<String>),
}

/// Results of many learners as columns of equal length.
#[derive(Clone, Debug)]
pub struct Rollup {
    compiled: Arc<Compiled>,
    learners: Learners,
    level_ids: Vec<String>,
    /// By scale and level, the place in `level_ids`.
    level_places: BTreeMap<(u32, usize), u32>,
    ignored: Vec<String>,
    learner: Vec<u32>,
    competency: Vec<u32>,
    value: Vec<Option<Value>>,
    level: Vec<Option<u32>>,
    status: Vec<Status>,
    evidence: Vec<u32>,
    newest: Vec<Option<Instant>>,
    valued: Vec<u32>,
    covered: Vec<u32>,
    pub(super) report: Report,
}

impl Rollup {
    pub(super) fn new(compiled: &Arc<Compiled>, ignored: Vec<String>) -> Self {
        let mut level_ids = Vec::new();
        let mut level_places = BTreeMap::new();
        let mut known = BTreeMap::new();
        for (class, scale) in compiled.scales() {
            for (at, level) in scale.levels().iter().enumerate() {
                let place = *known.entry(level.id.clone()).or_insert_with(|| {
                    level_ids.push(level.id.clone());
                    u32::try_from(level_ids.len() - 1).unwrap_or(u32::MAX)
                });
                level_places.insert((class, at), place);
            }
        }
        Self {
            compiled: Arc::clone(compiled),
            learners: Learners::Only,
            level_ids,
            level_places,
            ignored,
            learner: Vec::new(),
            competency: Vec::new(),
            value: Vec::new(),
            level: Vec::new(),
            status: Vec::new(),
            evidence: Vec::new(),
            newest: Vec::new(),
            valued: Vec::new(),
            covered: Vec::new(),
            report: Report::default(),
        }
    }

    pub(super) fn push(
        &mut self,
        learner: Learner<'_>,
        board: &Board<'_>,
        nodes: Option<&[u32]>,
        unassessed: bool,
        compiled: &Compiled,
    ) {
        let place = self.add_learner(learner);
        let mut one = |node: u32| {
            let result = board.cells.get(node as usize).map(|cell| cell.result).unwrap_or_default();
            if !unassessed && matches!(result.status, Status::NotAssessed | Status::NotApplicable) {
                return;
            }
            let class = compiled.set(node).scale_class;
            self.learner.push(place);
            self.competency.push(node);
            self.value.push(result.value);
            self.level.push(result.level.and_then(|level| self.level_places.get(&(class, level)).copied()));
            self.status.push(result.status);
            self.evidence.push(result.cover.evidence);
            self.newest.push(result.newest);
            self.valued.push(result.cover.valued);
            self.covered.push(result.cover.leaves);
        };
        match nodes {
            Some(nodes) => nodes.iter().copied().for_each(&mut one),
            None => (0..compiled.framework.graph.len()).for_each(&mut one),
        }
    }

    fn add_learner(&mut self, learner: Learner<'_>) -> u32 {
        let place = match (&mut self.learners, learner) {
            (_, Learner::Only) => 0,
            (Learners::Numbers(numbers), Learner::Number(number)) => {
                numbers.push(number);
                numbers.len() - 1
            }
            (Learners::Texts(texts), Learner::Text(text)) => {
                texts.push(text.into_owned());
                texts.len() - 1
            }
            (learners, Learner::Number(number)) => {
                *learners = Learners::Numbers(vec![number]);
                0
            }
            (learners, Learner::Text(text)) => {
                *learners = Learners::Texts(vec![text.into_owned()]);
                0
            }
        };
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The distinct learners.
    pub const fn learners(&self) -> &Learners {
        &self.learners
    }

    /// Of each row, the place of its learner in [`Rollup::learners`].
    pub fn learner(&self) -> &[u32] {
        &self.learner
    }

    /// The ids that [`Rollup::competency`] points to, in byte order.
    pub fn competency_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.compiled.framework.len())
            .map(|node| self.compiled.framework.id_of(u32::try_from(node).unwrap_or(u32::MAX)))
    }

    /// Of each row, the place of its competency in [`Rollup::competency_ids`].
    pub fn competency(&self) -> &[u32] {
        &self.competency
    }

    /// Of each row, the value.
    pub fn value(&self) -> &[Option<Value>] {
        &self.value
    }

    /// The ids that [`Rollup::level`] points to.
    pub fn level_ids(&self) -> &[String] {
        &self.level_ids
    }

    /// Of each row, the place of its level in [`Rollup::level_ids`].
    pub fn level(&self) -> &[Option<u32>] {
        &self.level
    }

    /// Of each row, the status.
    pub fn status(&self) -> &[Status] {
        &self.status
    }

    /// Of each row, the number of distinct eligible items.
    pub fn evidence(&self) -> &[u32] {
        &self.evidence
    }

    /// Of each row, the newest selected instant.
    pub fn newest(&self) -> &[Option<Instant>] {
        &self.newest
    }

    /// Of each row, the covered leaves with a value.
    pub fn valued(&self) -> &[u32] {
        &self.valued
    }

    /// Of each row, the covered leaves.
    pub fn covered(&self) -> &[u32] {
        &self.covered
    }

    /// The input columns that the contract does not know.
    pub fn ignored_columns(&self) -> &[String] {
        &self.ignored
    }

    /// What is wrong with rows, by row number (`/rows/…`, the first is 0).
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Canonical JSON: a list of rows, each a learner with a result.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('[');
        for (row, learner) in self.learner.iter().enumerate() {
            w.item().open('{');
            match &self.learners {
                Learners::Only => {}
                Learners::Numbers(numbers) => {
                    w.optional_raw("learner", numbers.get(*learner as usize));
                }
                Learners::Texts(texts) => {
                    w.optional("learner", texts.get(*learner as usize).map(String::as_str));
                }
            }
            let node = self.competency.get(row).copied().unwrap_or_default();
            w.key("competency").text(self.compiled.framework.id_of(node));
            let value = self.value.get(row).copied().flatten();
            w.key("value").raw(&value.map_or_else(|| "null".to_owned(), |value| value.to_string()));
            let level = self.level.get(row).copied().flatten().and_then(|level| self.level_ids.get(level as usize));
            match level {
                Some(level) => w.key("level").text(level),
                None => w.key("level").raw("null"),
            };
            w.key("status").text(self.status.get(row).copied().unwrap_or_default().as_str());
            w.optional_raw("evidence", self.evidence.get(row));
            w.optional("newest", self.newest.get(row).copied().flatten().map(|at| at.to_string()).as_deref());
            let coverage = self.valued.get(row).zip(self.covered.get(row));
            w.optional_raw("coverage", coverage.map(|(valued, covered)| format!("[{valued},{covered}]")));
            w.close('}');
        }
        w.close(']');
        w.finish()
    }
}
