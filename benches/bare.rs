//! W1 with `children_mean` and values only, written by hand for nothing else, against the engine, as one line of JSON: binary
//! floating point, no checks, no rules, no status, no findings, learners and competencies that are small numbers without gaps.
//! It takes about the least that a machine needs for the workload; what the engine takes beyond that is the price of exact
//! values and of any policy.
//!
//!     cargo run --release -p lrm-benches --bin bare -- [--learners 100000] [--items 200] [--repeat 5] [--threads 2]

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures, and says what")]
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "as one would write it for one workload"
)]

use std::hint::black_box;
use std::time::Instant as Clock;

use lrm_benches::{now, option, quantile, w1};
use lrm_core::{Framework, Result, RollupOptions};
use mimalloc::MiMalloc;

// as in the Python package
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Learners of a group: its rows fit the cache of a core.
const TOGETHER: u32 = 128;

fn main() -> Result<()> {
    let (learners, items) = (option("--learners", 100_000), option("--items", 200));
    let (repeat, threads) = (option("--repeat", 5), option("--threads", 2) as usize);
    let evidence = w1::Evidence::new(0..learners, items, false, 7);
    let columns = evidence.columns()?;
    let (method, estimate, rollup) = w1::METHODS[0];
    let engine = w1::engine(estimate, rollup)?;
    let tree = Tree::new(&w1::framework(1)?);
    let [(name, wanted), _] = w1::outputs();
    let options = RollupOptions::new().columns(wanted).threads(threads);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for turn in 0..=repeat {
        let started = Clock::now();
        let results = engine.rollup(&columns, now()?, &options)?;
        let took = started.elapsed().as_secs_f64();
        let rows = results.len();
        let exact: i128 = results.batches().iter().flat_map(|batch| batch.values().flatten()).map(i128::from).sum();
        drop(results);
        let started = Clock::now();
        let tables = black_box(rolled_up(&evidence, learners, &tree, threads));
        let took_bare = started.elapsed().as_secs_f64();
        let values = || tables.iter().flat_map(|table| &table.value);
        let apart = values().sum::<f64>() - exact as f64 / 1e9;
        assert!(values().count() == rows && apart.abs() < 1e-6 * rows as f64, "both give the same values");
        if turn > 0 {
            ours.push(took);
            bare.push(took_bare);
        }
    }
    let (ours, bare) = (quantile(&mut ours, 0.5), quantile(&mut bare, 0.5));
    let ratio = bare / ours;
    println!(
        r#"{{"workload":"W1","method":"{method}","columns":"{name}","peer":"bare","learners":{learners},"ratio":{ratio},"lrm_s":{ours},"peer_s":{bare}}}"#
    );
    Ok(())
}

/// The edges, child by child: children stand before their parents.
struct Tree {
    from: Vec<usize>,
    up: Vec<(u32, f64)>,
}

impl Tree {
    fn new(framework: &Framework) -> Self {
        let number = |id: &str| id.parse::<u32>().unwrap_or_default();
        let mut edges: Vec<(u32, u32, f64)> = framework
            .associations()
            .iter()
            .map(|edge| (number(&edge.from), number(&edge.to), edge.weight.value().to_f64()))
            .collect();
        edges.sort_by_key(|(child, parent, _)| (*child, *parent));
        let count = framework.competencies().len() as u32;
        let from = (0..=count).map(|node| edges.partition_point(|(child, ..)| *child < node)).collect();
        Self { from, up: edges.into_iter().map(|(_, parent, weight)| (parent, weight)).collect() }
    }
}

#[derive(Clone, Copy, Default)]
struct Row {
    score: f64,
    at: i64,
    learner: u32,
    leaf: u32,
}

struct Table {
    learner: Vec<u32>,
    competency: Vec<u32>,
    value: Vec<f64>,
}

/// What a thread keeps of one learner.
#[derive(Clone, Copy, Default)]
struct Cell {
    latest_at: i64,
    latest: f64,
    sum: f64,
    count: f64,
}

fn rolled_up(evidence: &w1::Evidence, learners: u32, tree: &Tree, threads: usize) -> Vec<Table> {
    let groups = learners.div_ceil(TOGETHER) as usize;
    let rows = evidence.score.len();
    let part = rows.div_ceil(threads);
    let dealt: Vec<Vec<Vec<Row>>> = std::thread::scope(|scope| {
        let deal = |from: usize| {
            let range = from..rows.min(from + part);
            move || {
                let mut counts = vec![0; groups];
                for learner in &evidence.learner[range.clone()] {
                    counts[(learner / TOGETHER) as usize] += 1;
                }
                let mut dealt: Vec<Vec<Row>> = counts.into_iter().map(Vec::with_capacity).collect();
                for row in range {
                    let learner = evidence.learner[row];
                    let (score, at, leaf) = (evidence.score[row], evidence.observed_at[row], evidence.competency[row]);
                    dealt[(learner / TOGETHER) as usize].push(Row { score, at, learner, leaf });
                }
                dealt
            }
        };
        let parts: Vec<_> = (0..threads).map(|at| scope.spawn(deal(at * part))).collect();
        parts.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    std::thread::scope(|scope| {
        let dealt = &dealt;
        let part = groups.div_ceil(threads);
        let work =
            |from: usize| move || (from..groups.min(from + part)).map(|group| of_group(dealt, group, tree)).collect();
        let parts: Vec<_> = (0..threads).map(|at| scope.spawn(work(at * part))).collect();
        parts.into_iter().filter_map(|thread| thread.join().ok()).flat_map(|tables: Vec<Table>| tables).collect()
    })
}

/// The results of a group of learners.
fn of_group(dealt: &[Vec<Vec<Row>>], group: usize, tree: &Tree) -> Table {
    let mut ends = [0; TOGETHER as usize];
    let rows = || dealt.iter().flat_map(|part| &part[group]);
    rows().for_each(|row| ends[(row.learner % TOGETHER) as usize] += 1);
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    let mut sorted = vec![Row::default(); total];
    for row in rows() {
        let end = &mut ends[(row.learner % TOGETHER) as usize];
        sorted[*end] = *row;
        *end += 1;
    }
    let nodes = tree.from.len() - 1;
    let room = 2 * total;
    let mut table = Table {
        learner: Vec::with_capacity(room),
        competency: Vec::with_capacity(room),
        value: Vec::with_capacity(room),
    };
    let mut leaves = vec![Cell::default(); w1::LEAVES as usize];
    let mut sums = vec![(0.0, 0.0); nodes];
    // which nodes have something: children stand before their parents
    let mut found = vec![0_u64; nodes.div_ceil(64)];
    let mut from = 0;
    for (learner, end) in (group as u32 * TOGETHER..).zip(ends) {
        for row in &sorted[from..end] {
            let leaf = row.leaf as usize;
            found[leaf / 64] |= 1 << (leaf % 64);
            let cell = &mut leaves[leaf];
            cell.sum += row.score;
            cell.count += 1.0;
            if row.at >= cell.latest_at {
                (cell.latest_at, cell.latest) = (row.at, row.score);
            }
        }
        from = end;
        let before = table.value.len();
        for word in 0..found.len() {
            while found[word] != 0 {
                let node = word * 64 + found[word].trailing_zeros() as usize;
                found[word] &= found[word] - 1;
                let value = if let Some(cell) = leaves.get_mut(node) {
                    let Cell { latest, sum, count, .. } = std::mem::take(cell);
                    if count < 2.0 { latest } else { 0.65 * latest + 0.35 * (sum - latest) / (count - 1.0) }
                } else {
                    let (sum, weights) = std::mem::take(&mut sums[node]);
                    sum / weights
                };
                table.competency.push(node as u32);
                table.value.push(value);
                for (parent, weight) in &tree.up[tree.from[node]..tree.from[node + 1]] {
                    let parent = *parent as usize;
                    found[parent / 64] |= 1 << (parent % 64);
                    sums[parent].0 += weight * value;
                    sums[parent].1 += weight;
                }
            }
        }
        table.learner.extend(std::iter::repeat_n(learner, table.value.len() - before));
    }
    table
}
