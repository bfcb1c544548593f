//! The answer: a [`State`] with one [`Mastery`] per competency.

use std::fmt;
use std::sync::Arc;

use super::compile::Compiled;
use super::judge::NodeResult;
use super::status::Status;
use crate::error::{Report, Result};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::scale::Scale;
use crate::value::Value;

/// The result of one competency for one learner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mastery {
    /// The competency.
    pub competency: String,
    /// The value on the competency's scale; none is not zero.
    pub value: Option<Value>,
    /// The id of the level that is shown; none below the first.
    pub level: Option<String>,
    /// How the competency stands.
    pub status: Status,
    /// How many distinct eligible items lie behind it.
    pub evidence: u32,
    /// The newest clock instant among the items that the value rests on.
    pub newest: Option<Instant>,
    /// Covered leaves with a value, and covered leaves.
    pub coverage: (u32, u32),
    /// True if the value rests on a standard that was modified for the learner. An accommodation does not modify it.
    pub modified: bool,
}

impl Mastery {
    pub(crate) fn of(node: u32, result: &NodeResult, compiled: &Compiled) -> Self {
        Self::on(&compiled.set(node).scale, compiled.framework.id_of(node), result)
    }

    /// The result of a competency that is measured on that scale.
    pub(crate) fn on(scale: &Scale, competency: &str, result: &NodeResult) -> Self {
        let level = result.level.and_then(|level| scale.levels().get(level));
        Self {
            competency: competency.to_owned(),
            value: result.value,
            level: level.map(|level| level.id.clone()),
            status: result.status,
            evidence: result.cover.evidence,
            newest: result.newest,
            coverage: (result.cover.valued, result.cover.leaves),
            modified: result.modified,
        }
    }

    /// Canonical JSON.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("competency").text(&self.competency);
        w.key("value").raw(&self.value.map_or_else(|| "null".to_owned(), |value| value.to_string()));
        match &self.level {
            Some(level) => w.key("level").text(level),
            None => w.key("level").raw("null"),
        };
        w.key("status").text(self.status.as_str());
        w.key("evidence").raw(&self.evidence.to_string());
        w.optional("newest", self.newest.map(|newest| newest.to_string()).as_deref());
        w.key("coverage").raw(&format!("[{},{}]", self.coverage.0, self.coverage.1));
        w.optional_raw("modified", self.modified.then_some(true));
        w.close('}');
    }
}

impl fmt::Display for Mastery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.map_or_else(|| "no value".to_owned(), |value| value.to_string());
        let level = self.level.as_deref().map(|level| format!(" ({level})")).unwrap_or_default();
        let (valued, covered) = self.coverage;
        let modified = if self.modified { ", modified standard" } else { "" };
        write!(
            f,
            "{}: {value}{level}, {}, evidence {}, coverage {valued} of {covered}{modified}",
            self.competency, self.status, self.evidence
        )
    }
}

/// Every competency's result for one learner at one instant.
#[derive(Clone, Debug)]
pub struct State {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) as_of: Instant,
    pub(crate) results: Vec<NodeResult>,
    pub(crate) report: Report,
}

impl State {
    /// The result of a competency.
    ///
    /// # Errors
    /// `unknown-competency`.
    pub fn mastery(&self, id: &str) -> Result<Mastery> {
        let node = self.compiled.node(id)?;
        Ok(Mastery::of(node, &self.result(node), &self.compiled))
    }

    /// All results, in the byte order of the competencies' ids.
    pub fn iter(&self) -> impl Iterator<Item = Mastery> {
        (0..).zip(&self.results).map(|(node, result)| Mastery::of(node, result, &self.compiled))
    }

    /// How many competencies there are.
    pub fn len(&self) -> usize {
        self.results.len()
    }

    /// True for an empty framework.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// The instant of the question.
    pub const fn as_of(&self) -> Instant {
        self.as_of
    }

    /// What is wrong with the record's items, in the order of the record. The other items count.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Canonical JSON: `{"as_of", "results": […], "findings": […]}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{');
        w.key("as_of").text(&self.as_of.to_string());
        w.key("results").open('[');
        for mastery in self.iter() {
            w.item();
            mastery.write(&mut w);
        }
        w.close(']');
        w.key("findings");
        self.report.write(&mut w);
        w.close('}');
        w.finish()
    }

    pub(crate) fn result(&self, node: u32) -> NodeResult {
        self.results.get(node as usize).copied().unwrap_or_default()
    }
}
