//! [`Engine::rollup`]: from tables of evidence to tables of results.

use std::sync::Arc;

use super::admit::{Gate, Reader};
use super::competencies::Names;
use super::contract::EvidenceColumns;
use super::learners::{Coded, NOBODY};
use super::options::RollupOptions;
use super::output::{Rollup, RollupBatch};
use super::progress::Progress;
use super::scopes::Scopes;
use super::shuffle::{Chunk, Grouping, Shuffled};
use super::tables::Tables;
use super::threads;
use super::worker::{Faults, Shared, Worker};
use crate::dense::Statics;
use crate::engine::{Compiled, Door, Engine, door, other_content, scope_of};
use crate::error::{Code, Error, Finding, Report, Result};
use crate::instant::Instant;
use crate::sorting;

/// Rows that a thread takes at once, at least.
const CHUNK: usize = 1 << 16;
/// Rows of sorted input that become one batch, more or less.
const RUN: usize = 1 << 14;
/// Rows whose learners are looked at together: they fit the first cache.
const BLOCK: usize = 1 << 12;

/// What stands beside the evidence of a rollup.
#[derive(Clone, Copy, Debug, Default)]
pub struct RollupAside<'s> {
    scopes: Option<&'s [EvidenceColumns<'s>]>,
    progress: Option<&'s Progress>,
    /// The number of the first row.
    first_row: u64,
}

impl<'s> RollupAside<'s> {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tables with the columns `learner` and `competency`: what applies to whom, with all below it (enrolments). To a
    /// learner who is not in them nothing applies. Takes the place of a scope in the options.
    #[must_use]
    pub const fn scopes(mut self, tables: &'s [EvidenceColumns<'s>]) -> Self {
        self.scopes = Some(tables);
        self
    }

    /// Numbers the rows from there on.
    #[must_use]
    pub(super) const fn first_row(mut self, first: u64) -> Self {
        self.first_row = first;
        self
    }

    /// Lets another thread see how far it is, and stop it.
    #[must_use]
    pub const fn progress(mut self, progress: &'s Progress) -> Self {
        self.progress = Some(progress);
        self
    }
}

impl Engine {
    /// Mastery of every learner of a table, as a long table: learners in order, competencies in the byte order of their ids.
    ///
    /// Rows may stand in any order; the answer does not depend on it. Takes one table or several, whose rows are numbered
    /// through.
    ///
    /// # Errors
    /// `column-missing`, `column-type`; as [`Engine::evaluate`] and [`Engine::evaluate_with`] otherwise.
    ///
    /// # Complexity
    /// Linear in the rows, plus, for each learner, the nodes with evidence below them. Needs 24 bytes a row beside input and
    /// output; none if the rows are sorted by learner.
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
    /// let (learner, mastery) = rollup.rows().next().unwrap();
    /// assert_eq!(format!("{learner} {mastery}"), "1 a: 1.5 (below), not_met, evidence 1, coverage 1 of 1");
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    pub fn rollup<'a>(
        &self,
        evidence: &(impl AsRef<[EvidenceColumns<'a>]> + ?Sized),
        as_of: Instant,
        options: &RollupOptions,
    ) -> Result<Rollup> {
        self.rollup_with(evidence, as_of, options, RollupAside::new())
    }

    /// The same with scopes of single learners, or watched by another thread.
    ///
    /// # Errors
    /// As [`Engine::rollup`]; `unknown-competency` and `missing-field` for rows of the scopes, `cancelled`.
    pub fn rollup_with<'a>(
        &self,
        evidence: &(impl AsRef<[EvidenceColumns<'a>]> + ?Sized),
        as_of: Instant,
        options: &RollupOptions,
        aside: RollupAside<'_>,
    ) -> Result<Rollup> {
        rollup(self, evidence.as_ref(), as_of, options, aside)
    }
}

fn rollup(
    engine: &Engine,
    evidence: &[EvidenceColumns<'_>],
    as_of: Instant,
    options: &RollupOptions,
    aside: RollupAside<'_>,
) -> Result<Rollup> {
    let compiled = engine.compiled();
    let tables = Tables::new(evidence)?;
    let listed = aside.scopes.unwrap_or_default();
    let coded = Coded::new(&evidence.iter().chain(listed).collect::<Vec<_>>())?;
    let scopes = match aside.scopes {
        None => Scopes::One(Arc::new(Statics::new(scope_of(options.scope.as_deref(), compiled)?, compiled))),
        Some(listed) => Scopes::read(listed, &coded, evidence.len(), compiled)?,
    };
    let nodes = match &options.nodes {
        None => None,
        Some(ids) => Some(ids.iter().map(|id| compiled.node(id)).collect::<Result<Vec<u32>>>()?),
    };
    let names = Names::new(&compiled.framework, evidence);
    let gates = Gate::all(compiled);
    let readers: Vec<Reader<'_, '_>> =
        evidence.iter().map(|table| Reader::new(table, &names, compiled, &gates, as_of)).collect();
    let shared = Shared { compiled, tables, as_of, options, nodes: nodes.as_deref(), scopes: &scopes };
    let nobody = Progress::new();
    let progress = aside.progress.unwrap_or(&nobody);

    let chunks = chunks(tables, &readers, options.threads);
    let (batches, faults) = if is_sorted(&chunks, &coded, options.threads) {
        in_runs(&chunks, &coded, shared, progress)
    } else {
        in_groups(&chunks, &coded, shared, progress)
    };
    if progress.is_cancelled() {
        return Err(Error::new(Code::Cancelled, "", "the rollup was cancelled"));
    }
    let ignored = ignored(evidence);
    let (report, bad_rows) = report(faults, shared, &coded, aside.first_row)?;
    let Coded { learners, .. } = coded;
    let mut rollup = Rollup::new(compiled, learners, options, ignored, batches);
    (rollup.report, rollup.bad_rows) = (report, bad_rows);
    Ok(rollup)
}

/// The names outside the contract, each once.
fn ignored(tables: &[EvidenceColumns<'_>]) -> Vec<String> {
    let mut ignored: Vec<String> = Vec::new();
    for name in tables.iter().flat_map(EvidenceColumns::ignored) {
        if !ignored.contains(name) {
            ignored.push(name.clone());
        }
    }
    ignored
}

/// Parts of the tables, a few for each thread.
fn chunks<'t>(tables: Tables<'t, '_>, readers: &'t [Reader<'t, 't>], threads: usize) -> Vec<Chunk<'t>> {
    let size = tables.rows().div_ceil(4 * threads::count(threads)).max(CHUNK);
    let mut chunks = Vec::new();
    for (table, ((first, columns), reader)) in tables.numbered().zip(readers).enumerate() {
        for from in (0..columns.rows()).step_by(size) {
            let rows = from..columns.rows().min(from + size);
            chunks.push(Chunk { table, first, rows, reader });
        }
    }
    chunks
}

/// True if all rows have a learner and learners ascend.
fn is_sorted(chunks: &[Chunk<'_>], coded: &Coded<'_>, threads: usize) -> bool {
    let ends = threads::map(chunks.len(), threads, Vec::new, |places, at| {
        let chunk = chunks.get(at)?;
        let mut ends: Option<(u32, u32)> = None;
        for from in chunk.rows.clone().step_by(BLOCK) {
            coded.read(chunk.table, from..chunk.rows.end.min(from + BLOCK), places);
            let (begins, last) = (*places.first()?, *places.last()?);
            let (first, before) = ends.unwrap_or((begins, begins));
            if before > begins || !places.is_sorted() {
                return None;
            }
            ends = Some((first, last));
        }
        ends.filter(|(_, last)| *last != NOBODY)
    });
    let Some(ends) = ends.into_iter().collect::<Option<Vec<_>>>() else { return false };
    ends.windows(2).all(|pair| matches!(pair, [(_, last), (first, _)] if last <= first))
}

/// Rows in any order: dealt out to groups of learners, then group by group.
fn in_groups(
    chunks: &[Chunk<'_>],
    coded: &Coded<'_>,
    shared: Shared<'_>,
    progress: &Progress,
) -> (Vec<RollupBatch>, Faults) {
    let grouping = Grouping::new(shared.tables.rows(), coded.places, shared.compiled.framework.graph.len());
    let threads = shared.options.threads;
    let shuffled = Shuffled::new(chunks, coded, grouping, threads, progress);
    let task = |worker: &mut Worker<'_>, group: usize| {
        let mut faults = Faults::default();
        if progress.is_cancelled() {
            return (RollupBatch::default(), faults);
        }
        let (mut records, mut learners) = (std::mem::take(&mut worker.records), std::mem::take(&mut worker.learners));
        let rows = shuffled.sort(group, &mut records, &mut learners);
        let batch = worker.compute(coded.first, &learners, &records, &mut faults);
        progress.add(rows);
        (worker.records, worker.learners) = (records, learners);
        (batch, faults)
    };
    let results = threads::map(grouping.groups, threads, || Worker::new(shared), task);
    let (batches, mut faults) = gathered(results);
    faults.bad.extend(shuffled.nobody());
    (batches, faults)
}

/// Rows that are sorted by learner, all of them with one: runs of learners, as they stand.
fn in_runs(
    chunks: &[Chunk<'_>],
    coded: &Coded<'_>,
    shared: Shared<'_>,
    progress: &Progress,
) -> (Vec<RollupBatch>, Faults) {
    let runs = runs(chunks, coded);
    let task = |(worker, places): &mut (Worker<'_>, Vec<u32>), at: usize| {
        let mut faults = Faults::default();
        let Some(run) = runs.get(at).filter(|_| !progress.is_cancelled()) else {
            return (RollupBatch::default(), faults);
        };
        let (mut records, mut learners) = (std::mem::take(&mut worker.records), std::mem::take(&mut worker.learners));
        records.clear();
        learners.clear();
        for (chunk, range) in run {
            let mut end = records.len();
            chunk.reader.read(range.clone(), chunk.number(range.start), &mut records);
            coded.read(chunk.table, range.clone(), places);
            for own in places.chunk_by(|one, other| one == other) {
                let Some(place) = own.first() else { continue };
                end += own.len();
                match learners.last_mut() {
                    Some((last, its_end)) if last == place => *its_end = end,
                    _ => learners.push((*place, end)),
                }
            }
        }
        let batch = worker.compute(coded.first, &learners, &records, &mut faults);
        progress.add(records.len());
        (worker.records, worker.learners) = (records, learners);
        (batch, faults)
    };
    gathered(threads::map(runs.len(), shared.options.threads, || (Worker::new(shared), Vec::new()), task))
}

type Run<'c> = Vec<(&'c Chunk<'c>, std::ops::Range<usize>)>;

/// Runs of whole learners.
fn runs<'c>(chunks: &'c [Chunk<'c>], coded: &Coded<'_>) -> Vec<Run<'c>> {
    let mut runs: Vec<Run<'c>> = Vec::new();
    let mut current: Run<'c> = Vec::new();
    let (mut rows, mut last) = (0, NOBODY);
    for chunk in chunks {
        let mut from = chunk.rows.start;
        while from < chunk.rows.end {
            // a learner whose rows reach over the end of a run or of a chunk belongs to the run
            let mut to = chunk.rows.end.min(from + RUN.saturating_sub(rows));
            let before = if to > from { coded.place(chunk.table, to - 1) } else { last };
            while to < chunk.rows.end && coded.place(chunk.table, to) == before {
                to += 1;
            }
            if to > from {
                current.push((chunk, from..to));
                rows += to - from;
            }
            last = before;
            from = to;
            if from < chunk.rows.end {
                runs.push(std::mem::take(&mut current));
                rows = 0;
            }
        }
    }
    if !current.is_empty() {
        runs.push(current);
    }
    runs
}

fn gathered(results: Vec<(RollupBatch, Faults)>) -> (Vec<RollupBatch>, Faults) {
    let mut all = Faults::default();
    let batches = results.into_iter().map(|(batch, faults)| {
        all.append(faults);
        batch
    });
    (batches.collect(), all)
}

/// What is wrong with a row.
enum Fault {
    Bad,
    Other,
    Failed(Vec<Finding>),
}

/// The findings by row, as many as the options allow, and how many rows have some.
fn report(faults: Faults, shared: Shared<'_>, coded: &Coded<'_>, first_row: u64) -> Result<(Report, usize)> {
    let bad_rows = faults.bad.len() + faults.other.len() + faults.failed.len();
    let mut rows: Vec<(u32, Fault)> = Vec::with_capacity(bad_rows);
    rows.extend(faults.bad.into_iter().map(|row| (row, Fault::Bad)));
    rows.extend(faults.other.into_iter().map(|row| (row, Fault::Other)));
    rows.extend(faults.failed.into_iter().map(|(row, findings)| (row, Fault::Failed(findings))));
    sorting::sort_by(&mut rows, |(a, _), (b, _)| a.cmp(b));
    let strict = shared.options.strict;
    let most = if strict { crate::limits::STRICT_FINDINGS } else { shared.options.findings };
    let mut report = Report::default();
    'rows: for (row, fault) in rows {
        for mut finding in findings(row, fault, shared, coded) {
            if report.len() >= most {
                break 'rows;
            }
            let row = first_row + u64::from(row);
            finding.path = format!("/rows/{row}{}", finding.path);
            report.push(finding.with_number("row", i64::try_from(row).unwrap_or(i64::MAX)));
        }
    }
    if strict {
        report.clone().into_result()?;
    }
    Ok((report, bad_rows))
}

fn findings(row: u32, fault: Fault, shared: Shared<'_>, coded: &Coded<'_>) -> Vec<Finding> {
    let Shared { compiled, tables, .. } = shared;
    let learner = || tables.learner(row, coded);
    match fault {
        Fault::Failed(findings) => {
            let learner = coded.learners.id(learner().saturating_add(coded.first)).to_string();
            findings.into_iter().map(|finding| finding.with("learner", &learner)).collect()
        }
        Fault::Other => tables.item(row).iter().map(other_content).collect(),
        Fault::Bad if learner() == NOBODY => {
            vec![Finding::new(Code::MissingField, "/learner", "the row names no learner")]
        }
        Fault::Bad => tables.item(row).map_or_else(Vec::new, |item| findings_of(&item, compiled)),
    }
}

fn findings_of(item: &crate::record::Item, compiled: &Compiled) -> Vec<Finding> {
    let node = compiled.framework.rank.get(item.evidence.competency());
    match door(item, node, compiled) {
        Door::Value(_) | Door::Override(_) => Vec::new(),
        Door::Ignored(_, findings) => findings,
    }
}
