//! The long table of results, in batches of learners.

use std::ops::Range;
use std::sync::Arc;

use super::options::{ResultColumn, RollupOptions};
use crate::dense::{Cell, Levels, NO_LEVEL};
use crate::engine::{Compiled, Mastery, Status};
use crate::error::Report;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::value::Value;

/// What the learner columns of the batches hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Learners {
    /// Nothing: there was no learner column.
    Only,
    /// The learners themselves, whole numbers.
    Naturals,
    /// Places among these numbers, which ascend.
    Numbers(Vec<i64>),
    /// Places among these texts, which ascend by bytes.
    Texts(Vec<String>),
}

/// A learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LearnerId<'r> {
    /// There was no learner column.
    Only,
    /// A whole number.
    Number(i64),
    /// A text.
    Text(&'r str),
}

impl Learners {
    /// The learner that a batch's column means.
    pub fn id(&self, learner: u32) -> LearnerId<'_> {
        match self {
            Self::Only => LearnerId::Only,
            Self::Naturals => LearnerId::Number(learner.into()),
            Self::Numbers(numbers) => LearnerId::Number(numbers.get(learner as usize).copied().unwrap_or_default()),
            Self::Texts(texts) => LearnerId::Text(texts.get(learner as usize).map_or("", String::as_str)),
        }
    }
}

impl std::fmt::Display for LearnerId<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Only => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Stands for null while a column grows: neither a value nor an instant is so small.
const NOTHING: i64 = i64::MIN;

/// Which rows of a column are not null: one bit each, the lowest first, as Arrow has it. Without bits all are.
#[derive(Clone, Debug, Default)]
struct Valid {
    bits: Option<Vec<u8>>,
    len: usize,
}

impl Valid {
    /// Takes the rows in which a column has grown: where something stands for null, there is nothing.
    fn grow<T: Copy + Default + PartialEq>(&mut self, column: &mut [T], null: T) {
        let rows = column.get_mut(self.len..).unwrap_or_default();
        if self.bits.is_none() && !rows.contains(&null) {
            self.len += rows.len();
            return;
        }
        for cell in rows {
            self.push(*cell != null);
            if *cell == null {
                *cell = T::default();
            }
        }
    }

    fn push(&mut self, valid: bool) {
        if self.bits.is_none() && !valid {
            let mut bits = vec![0xff; self.len / 8];
            if !self.len.is_multiple_of(8) {
                bits.push((1 << (self.len % 8)) - 1);
            }
            self.bits = Some(bits);
        }
        if let Some(bits) = &mut self.bits {
            if self.len.is_multiple_of(8) {
                bits.push(0);
            }
            if let Some(last) = bits.last_mut().filter(|_| valid) {
                *last |= 1 << (self.len % 8);
            }
        }
        self.len += 1;
    }

    /// The same in another order, part by part.
    fn of_parts(&self, parts: &[(u32, Range<usize>)]) -> Self {
        let mut own = Self::default();
        if self.bits.is_some() {
            parts.iter().flat_map(|(_, rows)| rows.clone()).for_each(|row| own.push(self.is_valid(row)));
        } else {
            own.len = self.len;
        }
        own
    }

    /// The cells of a column, none where it is null.
    fn cells<T: Copy>(&self, column: &[T]) -> impl Iterator<Item = Option<T>> {
        column.iter().enumerate().map(|(row, cell)| self.is_valid(row).then_some(*cell))
    }

    fn is_valid(&self, row: usize) -> bool {
        self.bits.as_ref().is_none_or(|bits| bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1))
    }
}

/// The results of some learners, column by column. A column that was not asked for is empty.
#[derive(Clone, Debug, Default)]
pub struct RollupBatch {
    len: usize,
    learner: Vec<u32>,
    competency: Vec<u32>,
    value: Vec<i64>,
    value_valid: Valid,
    level: Vec<u32>,
    level_valid: Valid,
    status: Vec<u8>,
    evidence: Vec<u32>,
    newest: Vec<i64>,
    newest_valid: Valid,
    valued: Vec<u32>,
    covered: Vec<u32>,
    modified: Vec<bool>,
}

impl RollupBatch {
    /// An empty batch with room for that many rows.
    pub(super) fn with_room(rows: usize, options: &RollupOptions) -> Self {
        fn room<T>(rows: usize, wanted: bool) -> Vec<T> {
            Vec::with_capacity(if wanted { rows } else { 0 })
        }
        let wants = |column| options.wants(column);
        Self {
            learner: room(rows, wants(ResultColumn::Learner)),
            competency: room(rows, wants(ResultColumn::Competency)),
            value: room(rows, wants(ResultColumn::Value)),
            level: room(rows, wants(ResultColumn::Level)),
            status: room(rows, wants(ResultColumn::Status)),
            evidence: room(rows, wants(ResultColumn::Evidence)),
            newest: room(rows, wants(ResultColumn::Newest)),
            valued: room(rows, wants(ResultColumn::Valued)),
            covered: room(rows, wants(ResultColumn::Covered)),
            modified: room(rows, wants(ResultColumn::Modified)),
            ..Self::default()
        }
    }

    /// Adds the results of a learner for some nodes.
    pub(super) fn extend(
        &mut self,
        learner: u32,
        results: &(impl ExactSizeIterator<Item = (u32, Cell)> + Clone),
        covers: impl Fn(u32) -> u32,
        options: &RollupOptions,
    ) {
        let [wants_learner, wants_competency, wants_value, level, status, evidence, newest, valued, covered, modified] =
            options.columns;
        let count = results.len();
        let nodes = || results.clone().map(|(node, _)| node);
        let cells = || results.clone().map(|(_, cell)| cell);
        self.len += count;
        if wants_learner {
            self.learner.extend(std::iter::repeat_n(learner, count));
        }
        if wants_competency {
            self.competency.extend(nodes());
        }
        if wants_value {
            let value = |cell: Cell| if cell.has_value() { cell.value.grid() } else { NOTHING };
            self.value.extend(cells().map(value));
            self.value_valid.grow(&mut self.value, NOTHING);
        }
        if level {
            self.level.extend(cells().map(|cell| cell.level));
            self.level_valid.grow(&mut self.level, NO_LEVEL);
        }
        if status {
            self.status.extend(cells().map(|cell| cell.status as u8));
        }
        if evidence {
            self.evidence.extend(cells().map(|cell| cell.evidence));
        }
        if newest {
            self.newest.extend(cells().map(|cell| cell.newest().unwrap_or(NOTHING)));
            self.newest_valid.grow(&mut self.newest, NOTHING);
        }
        if valued {
            self.valued.extend(cells().map(|cell| cell.valued));
        }
        if covered {
            self.covered.extend(nodes().map(covers));
        }
        if modified {
            self.modified.extend(cells().map(|cell| cell.modified));
        }
    }

    /// The same rows in another order, part by part.
    pub(super) fn of_parts(&self, parts: &[(u32, Range<usize>)]) -> Self {
        fn column<T: Copy>(column: &[T], parts: &[(u32, Range<usize>)]) -> Vec<T> {
            let mut own = Vec::with_capacity(column.len());
            for (_, rows) in parts {
                own.extend_from_slice(column.get(rows.clone()).unwrap_or_default());
            }
            own
        }
        Self {
            len: self.len,
            learner: column(&self.learner, parts),
            competency: column(&self.competency, parts),
            value: column(&self.value, parts),
            value_valid: self.value_valid.of_parts(parts),
            level: column(&self.level, parts),
            level_valid: self.level_valid.of_parts(parts),
            status: column(&self.status, parts),
            evidence: column(&self.evidence, parts),
            newest: column(&self.newest, parts),
            newest_valid: self.newest_valid.of_parts(parts),
            valued: column(&self.valued, parts),
            covered: column(&self.covered, parts),
            modified: column(&self.modified, parts),
        }
    }

    /// Of each row, the value in billionths, if it has one.
    pub fn values(&self) -> impl Iterator<Item = Option<i64>> {
        self.value_valid.cells(&self.value)
    }

    /// Of each row, the place of its level, if it has one.
    pub fn levels(&self) -> impl Iterator<Item = Option<u32>> {
        self.level_valid.cells(&self.level)
    }

    /// Of each row, the newest selected instant in microseconds, if there is one.
    pub fn newests(&self) -> impl Iterator<Item = Option<i64>> {
        self.newest_valid.cells(&self.newest)
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// True without rows.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Of each row, the learner: see [`Rollup::learners`].
    pub fn learner(&self) -> &[u32] {
        &self.learner
    }

    /// Of each row, the place of its competency in [`Rollup::competency_ids`].
    pub fn competency(&self) -> &[u32] {
        &self.competency
    }

    /// Of each row, the value in billionths; 0 where there is none, see [`RollupBatch::value_bits`].
    pub fn value(&self) -> &[i64] {
        &self.value
    }

    /// Which rows have a value: one bit each, the lowest first. None if all have.
    pub fn value_bits(&self) -> Option<&[u8]> {
        self.value_valid.bits.as_deref()
    }

    /// Of each row, the place of its level in [`Rollup::level_ids`]; 0 where there is none, see [`RollupBatch::level_bits`].
    pub fn level(&self) -> &[u32] {
        &self.level
    }

    /// Which rows have a level, likewise.
    pub fn level_bits(&self) -> Option<&[u8]> {
        self.level_valid.bits.as_deref()
    }

    /// Of each row, the place of its status in [`Status::ALL`].
    pub fn status(&self) -> &[u8] {
        &self.status
    }

    /// Of each row, the number of distinct eligible items.
    pub fn evidence(&self) -> &[u32] {
        &self.evidence
    }

    /// Of each row, the newest selected instant in microseconds; 0 where there is none, see [`RollupBatch::newest_bits`].
    pub fn newest(&self) -> &[i64] {
        &self.newest
    }

    /// Which rows have a newest instant, likewise.
    pub fn newest_bits(&self) -> Option<&[u8]> {
        self.newest_valid.bits.as_deref()
    }

    /// Of each row, the covered leaves with a value.
    pub fn valued(&self) -> &[u32] {
        &self.valued
    }

    /// Of each row, the covered leaves.
    pub fn covered(&self) -> &[u32] {
        &self.covered
    }

    /// Of each row, whether the value rests on a modified standard.
    pub fn modified(&self) -> &[bool] {
        &self.modified
    }
}

/// Results of many learners as columns, batch by batch: learners ascend, and competencies within a learner.
#[derive(Clone, Debug)]
pub struct Rollup {
    compiled: Arc<Compiled>,
    levels: Arc<Levels>,
    learners: Learners,
    columns: [bool; 10],
    ignored: Vec<String>,
    batches: Vec<Arc<RollupBatch>>,
    pub(super) report: Report,
    pub(super) bad_rows: usize,
}

impl Rollup {
    pub(super) fn new(
        compiled: &Arc<Compiled>,
        learners: Learners,
        options: &RollupOptions,
        ignored: Vec<String>,
        batches: Vec<RollupBatch>,
    ) -> Self {
        Self {
            compiled: Arc::clone(compiled),
            levels: Arc::clone(compiled.plan().levels()),
            learners,
            columns: options.columns,
            ignored,
            batches: batches.into_iter().filter(|batch| !batch.is_empty()).map(Arc::new).collect(),
            report: Report::default(),
            bad_rows: 0,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.batches.iter().map(|batch| batch.len()).sum()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The columns that were asked for, in order. Without a learner column in the input there is none in the output.
    pub fn columns(&self) -> impl Iterator<Item = ResultColumn> {
        let only = self.learners == Learners::Only;
        let wanted = ResultColumn::ALL.into_iter().zip(self.columns).filter(|(_, wanted)| *wanted);
        wanted.map(|(column, _)| column).filter(move |column| !(only && *column == ResultColumn::Learner))
    }

    /// The rows, in batches. A batch can be shared and outlive the rollup.
    pub fn batches(&self) -> &[Arc<RollupBatch>] {
        &self.batches
    }

    /// What the learner columns of the batches mean.
    pub const fn learners(&self) -> &Learners {
        &self.learners
    }

    /// The ids that the competency columns point to, in byte order.
    pub fn competency_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.compiled.framework.len())
            .map(|node| self.compiled.framework.id_of(u32::try_from(node).unwrap_or(u32::MAX)))
    }

    /// The ids that the level columns point to.
    pub fn level_ids(&self) -> &[String] {
        &self.levels.ids
    }

    /// The input columns that the contract does not know.
    pub fn ignored_columns(&self) -> &[String] {
        &self.ignored
    }

    /// What is wrong with rows, by row number (`/rows/…`, the first is 0), up to the number that the options allow.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// How many rows have something wrong with them, listed in the report or not.
    pub const fn bad_rows(&self) -> usize {
        self.bad_rows
    }

    /// All rows, one after the other: for small results. What was not asked for is as if there were none.
    pub fn rows(&self) -> impl Iterator<Item = (LearnerId<'_>, Mastery)> {
        self.batches.iter().flat_map(|batch| (0..batch.len()).map(|row| self.row(batch, row)))
    }

    fn row(&self, batch: &RollupBatch, row: usize) -> (LearnerId<'_>, Mastery) {
        let count = |column: &[u32]| column.get(row).copied().unwrap_or_default();
        let valid = |valid: &Valid| valid.is_valid(row);
        let ids = &self.levels.ids;
        let competency = batch.competency.get(row).map(|node| self.compiled.framework.id_of(*node).to_owned());
        let mastery = Mastery {
            competency: competency.unwrap_or_default(),
            value: batch
                .value
                .get(row)
                .filter(|_| valid(&batch.value_valid))
                .and_then(|grid| Value::from_grid(*grid).ok()),
            level: batch
                .level
                .get(row)
                .filter(|_| valid(&batch.level_valid))
                .and_then(|at| ids.get(*at as usize))
                .cloned(),
            status: batch.status.get(row).and_then(|at| Status::ALL.get(usize::from(*at))).copied().unwrap_or_default(),
            evidence: count(&batch.evidence),
            newest: batch
                .newest
                .get(row)
                .filter(|_| valid(&batch.newest_valid))
                .and_then(|at| Instant::from_micros(*at).ok()),
            coverage: (count(&batch.valued), count(&batch.covered)),
            modified: batch.modified.get(row).copied().unwrap_or_default(),
        };
        (self.learners.id(count(&batch.learner)), mastery)
    }

    /// Canonical JSON: a list of rows, each a learner with a result, with the columns that were asked for.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('[');
        for (learner, mastery) in self.rows() {
            w.item().open('{');
            for column in self.columns() {
                match column {
                    ResultColumn::Learner => match learner {
                        LearnerId::Text(text) => w.key("learner").text(text),
                        other => w.key("learner").raw(&other.to_string()),
                    },
                    ResultColumn::Competency => w.key("competency").text(&mastery.competency),
                    ResultColumn::Value => {
                        let value = mastery.value.map_or_else(|| "null".to_owned(), |value| value.to_string());
                        w.key("value").raw(&value)
                    }
                    ResultColumn::Level => match &mastery.level {
                        Some(level) => w.key("level").text(level),
                        None => w.key("level").raw("null"),
                    },
                    ResultColumn::Status => w.key("status").text(mastery.status.as_str()),
                    ResultColumn::Evidence => w.key("evidence").raw(&mastery.evidence.to_string()),
                    ResultColumn::Newest => w.optional("newest", mastery.newest.map(|at| at.to_string()).as_deref()),
                    ResultColumn::Valued if self.wants(ResultColumn::Covered) => {
                        w.key("coverage").raw(&format!("[{},{}]", mastery.coverage.0, mastery.coverage.1))
                    }
                    ResultColumn::Covered if self.wants(ResultColumn::Valued) => &mut w,
                    ResultColumn::Valued => w.key("valued").raw(&mastery.coverage.0.to_string()),
                    ResultColumn::Covered => w.key("covered").raw(&mastery.coverage.1.to_string()),
                    ResultColumn::Modified => w.optional_raw("modified", mastery.modified.then_some(true)),
                };
            }
            w.close('}');
        }
        w.close(']');
        w.finish()
    }

    fn wants(&self, column: ResultColumn) -> bool {
        self.columns.get(column as usize).copied().unwrap_or(false)
    }
}
