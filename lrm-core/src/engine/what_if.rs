//! What would change if these items were there too.

use super::options::Options;
use super::state::Mastery;
use super::{Board, Engine, scope};
use crate::error::{Report, Result};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::{Evidence, Item, LearnerRecord, one_learner};

/// One competency before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// As it is.
    pub before: Mastery,
    /// As it would be.
    pub after: Mastery,
}

/// The competencies that would change, in the byte order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    changes: Vec<Change>,
    report: Report,
}

impl Delta {
    /// The changes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What is wrong with the added items; their places count on from the record's.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// How many competencies would change.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// True if nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Canonical JSON: a list of `{"before", "after"}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('[');
        for change in &self.changes {
            w.item().open('{');
            change.before.write(w.key("before"));
            change.after.write(w.key("after"));
            w.close('}');
        }
        w.close(']');
        w.finish()
    }
}

impl Engine {
    /// What would change if these items were in the record too. Nothing is kept.
    ///
    /// # Errors
    /// As [`Engine::evaluate`].
    pub fn what_if(&self, record: &LearnerRecord, items: &[Evidence], as_of: Instant) -> Result<Delta> {
        self.what_if_with(record, items, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`].
    pub fn what_if_with(
        &self,
        record: &LearnerRecord,
        items: &[Evidence],
        as_of: Instant,
        options: &Options,
    ) -> Result<Delta> {
        let compiled = self.compiled();
        let before = self.board(record, as_of, options)?;
        let all: Vec<Item> = record.items().iter().cloned().chain(items.iter().cloned().map(Item::from)).collect();
        one_learner(record.learner(), &all)?;
        let applies = scope::applies(options.scope.as_deref(), compiled)?;
        let after = Board::new(all.into(), as_of, applies, compiled)?;
        options.check(|| after.report(compiled))?;
        let mut report = Report::default();
        for (place, mut finding) in after.findings(compiled).into_iter().filter(|(place, _)| *place >= record.len()) {
            finding.path = format!("/evidence/{place}{}", finding.path);
            report.push(finding);
        }
        let pairs = (0..).zip(before.cells.iter().zip(&after.cells));
        let changed = pairs.filter(|(_, (before, after))| before.result != after.result);
        let changes = changed.map(|(node, (before, after))| Change {
            before: Mastery::of(node, &before.result, compiled),
            after: Mastery::of(node, &after.result, compiled),
        });
        Ok(Delta { changes: changes.collect(), report })
    }
}
