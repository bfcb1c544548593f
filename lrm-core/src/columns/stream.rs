//! [`RollupStream`]: rows that come in batches, learner after learner, and results that go out as learners are finished.

use std::cmp::Ordering;

use super::contract::EvidenceColumns;
use super::options::RollupOptions;
use super::output::Rollup;
use super::rollup::RollupAside;
use crate::engine::Engine;
use crate::error::{Code, Finding, Result, quote};
use crate::instant::Instant;

/// A rollup of rows that come in the order of their learners, batch by batch. Keeps the rows of one learner at a time, so that
/// its memory does not grow with the number of learners.
///
/// ```
/// use lrm_core::{Column, Engine, EvidenceColumns, Instant, RollupOptions};
/// let engine = Engine::from_json(
///     r#"{"competencies": [{"id": "a", "statement": "A"}]}"#,
///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mean"}}"#,
/// )?;
/// let mut stream = engine.stream(Instant::EPOCH, &RollupOptions::new());
/// let mut finished = 0;
/// for (learners, scores) in [([1, 1, 2], [3.0, 4.0, 1.0]), ([2, 2, 5], [2.0, 3.0, 4.0])] {
///     let mut batch = EvidenceColumns::new(3);
///     batch.add("learner", Column::integers(&learners))?;
///     batch.add("competency", Column::texts([Some("a"); 3]))?;
///     batch.add("score", Column::numbers(&scores))?;
///     finished += stream.push(&batch)?.len();
/// }
/// assert_eq!((finished, stream.finish()?.len()), (2, 1));
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RollupStream {
    engine: Engine,
    as_of: Instant,
    options: RollupOptions,
    /// The rows of the learner who came last.
    kept: Vec<EvidenceColumns<'static>>,
    /// How many rows have come.
    rows: u64,
}

impl Engine {
    /// A rollup of batches that come in the order of their learners: numbers ascending, texts by bytes.
    pub fn stream(&self, as_of: Instant, options: &RollupOptions) -> RollupStream {
        RollupStream { engine: self.clone(), as_of, options: options.clone(), kept: Vec::new(), rows: 0 }
    }
}

impl RollupStream {
    /// Takes a batch; gives the results of the learners who are finished: all but the last. Row numbers count through all
    /// batches.
    ///
    /// # Errors
    /// `invalid-value` if a learner comes after one who stands later; as [`Engine::rollup`] otherwise. After an error the
    /// stream is as before.
    ///
    /// # Complexity
    /// As [`Engine::rollup`] for sorted rows.
    pub fn push(&mut self, batch: &EvidenceColumns<'_>) -> Result<Rollup> {
        self.push_with(batch, RollupAside::new())
    }

    /// The same with scopes of single learners, or watched by another thread.
    ///
    /// # Errors
    /// As [`RollupStream::push`] and [`Engine::rollup_with`].
    pub fn push_with(&mut self, batch: &EvidenceColumns<'_>, aside: RollupAside<'_>) -> Result<Rollup> {
        let last = self.check_order(batch)?;
        let rows = batch.rows();
        let begins = last.map_or(0, |last| {
            (0..last)
                .rev()
                .take_while(|row| order(batch, *row, batch, last) != Some(Ordering::Less))
                .last()
                .unwrap_or(last)
        });
        let goes_on = match (self.kept.last(), last) {
            (Some(kept), Some(_)) if begins == 0 => order_after(kept, batch, begins) == Some(Ordering::Equal),
            (Some(_), None) => true,
            _ => false,
        };
        let finished = self.kept.iter().filter(|_| !goes_on);
        let mut tables: Vec<EvidenceColumns<'_>> = finished.map(|table| table.part(0..table.rows())).collect();
        let first = self.rows - tables.iter().map(|table| table.rows() as u64).sum::<u64>();
        if begins > 0 || tables.is_empty() {
            tables.push(batch.part(0..begins));
        }
        let rollup = self.engine.rollup_with(&tables, self.as_of, &self.options, aside.first_row(first))?;
        drop(tables);
        if !goes_on {
            self.kept.clear();
        }
        self.kept.push(batch.part(begins..rows).into_owned());
        self.rows += rows as u64;
        Ok(rollup)
    }

    /// Gives the results of the last learner.
    ///
    /// # Errors
    /// As [`Engine::rollup`]; then it may be asked again.
    pub fn finish(&self) -> Result<Rollup> {
        self.finish_with(RollupAside::new())
    }

    /// The same with scopes of single learners, or watched by another thread.
    ///
    /// # Errors
    /// As [`Engine::rollup_with`].
    pub fn finish_with(&self, aside: RollupAside<'_>) -> Result<Rollup> {
        let first = self.rows - self.kept.iter().map(|table| table.rows() as u64).sum::<u64>();
        self.engine.rollup_with(&self.kept, self.as_of, &self.options, aside.first_row(first))
    }

    /// The last row with a learner, if all learners ascend.
    fn check_order(&self, batch: &EvidenceColumns<'_>) -> Result<Option<usize>> {
        if batch.get("learner").is_none() {
            return Ok(None);
        }
        let mut last = None;
        for row in (0..batch.rows()).filter(|row| batch.has_learner(*row)) {
            let order = match last {
                Some(before) => order(batch, before, batch, row),
                None => self.kept.last().and_then(|kept| order_after(kept, batch, row)),
            };
            if order == Some(Ordering::Greater) {
                let learner = batch.learner_text(row);
                let message =
                    format!("the learner {} comes after one who stands later: sort the rows", quote(&learner));
                let path = format!("/rows/{}/learner", self.rows + row as u64);
                return Err(Finding::new(Code::InvalidValue, path, message).with("learner", learner).into());
            }
            last = Some(row);
        }
        Ok(last)
    }
}

/// How the learner who came last stands to that of a row.
fn order_after(kept: &EvidenceColumns<'_>, batch: &EvidenceColumns<'_>, row: usize) -> Option<Ordering> {
    let last = (0..kept.rows()).rev().find(|row| kept.has_learner(*row))?;
    order(kept, last, batch, row)
}

/// The order of the learners of two rows; none if they cannot be compared.
fn order(a: &EvidenceColumns<'_>, row: usize, b: &EvidenceColumns<'_>, other: usize) -> Option<Ordering> {
    let (one, two) = (a.get("learner")?, b.get("learner")?);
    match (one.integer(row), two.integer(other)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        (None, None) => Some(one.text(row)?.cmp(&two.text(other)?)),
        _ => None,
    }
}
