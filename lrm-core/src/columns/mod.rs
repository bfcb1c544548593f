//! Columns in, columns out: the evidence of many learners as a table.
//!
//! The columns have the names of the evidence fields, nested ones with a dot (`assessor.id`). `competency` is required, and
//! at least one of `score`, `level`, `passed`, `absence`; null is absent; without a `learner` column there is one learner.
//! A row that cannot count is a finding with its row number, and the other rows count.

mod input;
mod output;
mod rows;

pub use input::{Column, EvidenceColumns};
pub use output::{Learners, Rollup, RollupOptions};

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::engine::{Board, Engine, scope_of};
use crate::error::{Finding, Report, Result};
use crate::instant::Instant;
use crate::sorting;

impl Engine {
    /// Mastery of every learner of a table, as a long table: learners in order, competencies in the byte order of their ids.
    ///
    /// Rows may stand in any order; the answer does not depend on it.
    ///
    /// # Errors
    /// `column-missing`, `column-type`; as [`Engine::evaluate`] and [`Engine::evaluate_with`] otherwise.
    ///
    /// # Complexity
    /// O(n log n) in the rows, plus one evaluation per learner.
    ///
    /// ```
    /// use lrm_core::{Column, Engine, EvidenceColumns, Instant, RollupOptions};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "a", "statement": "A"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let mut columns = EvidenceColumns::new(2);
    /// columns.add("learner", Column::integers(&[2, 1]))?;
    /// columns.add("competency", Column::texts([Some("a"), Some("a")]))?;
    /// columns.add("score", Column::numbers(&[3.0, 1.5]))?;
    /// let rollup = engine.rollup(&columns, Instant::EPOCH, &RollupOptions::new())?;
    /// assert_eq!(rollup.value()[0].unwrap().to_string(), "1.5");
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    pub fn rollup(&self, evidence: &EvidenceColumns<'_>, as_of: Instant, options: &RollupOptions) -> Result<Rollup> {
        evidence.check()?;
        let compiled = self.compiled();
        let applies = scope_of(options.scope.as_deref(), compiled)?;
        let nodes = match &options.nodes {
            None => None,
            Some(ids) => Some(ids.iter().map(|id| compiled.node(id)).collect::<Result<Vec<u32>>>()?),
        };
        let mut rollup = Rollup::new(compiled, evidence.ignored().to_vec());
        let mut findings: Vec<(usize, Finding)> = Vec::new();
        let order = learner_order(evidence, &mut findings);
        let mut rows = order.as_slice();
        while let Some(first) = rows.first() {
            let same =
                rows.iter().take_while(|row| evidence.compare_learners(**row, *first) == Ordering::Equal).count();
            let (own, rest) = rows.split_at(same);
            rows = rest;
            let items = own.iter().map(|row| rows::item(evidence, *row)).collect();
            let board = match Board::new(Cow::Owned(items), as_of, applies.clone(), compiled) {
                Ok(board) => board,
                Err(error) => {
                    // a result beyond the limits is this learner's only
                    let learner = evidence.learner(*first).to_string();
                    let of_learner = |finding: &Finding| (*first, finding.clone().with("learner", &learner));
                    findings.extend(error.findings().iter().map(of_learner));
                    continue;
                }
            };
            for (place, finding) in board.findings(compiled) {
                let row = own.get(place).copied().unwrap_or_default();
                findings.push((row, finding));
            }
            rollup.push(evidence.learner(*first), &board, nodes.as_deref(), options.unassessed, compiled);
        }
        sorting::sort_by(&mut findings, |(a, _), (b, _)| a.cmp(b));
        let mut report = Report::default();
        for (row, mut finding) in findings {
            finding.path = format!("/rows/{row}{}", finding.path);
            report.push(finding.with_number("row", i64::try_from(row).unwrap_or(i64::MAX)));
        }
        if options.strict {
            report.clone().into_result()?;
        }
        rollup.report = report;
        Ok(rollup)
    }
}

/// The rows by learner, in the order given for each; rows without a learner are findings.
fn learner_order(evidence: &EvidenceColumns<'_>, findings: &mut Vec<(usize, Finding)>) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(evidence.rows());
    for row in 0..evidence.rows() {
        if evidence.has_learner(row) {
            order.push(row);
        } else {
            let message = "the row names no learner";
            findings.push((row, Finding::new(crate::Code::MissingField, "/learner", message)));
        }
    }
    order.sort_by(|a, b| evidence.compare_learners(*a, *b));
    order
}
