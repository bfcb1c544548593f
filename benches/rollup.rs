//! Many learners as columns: by the number of learners, at once and through a stream, and by the number of competencies.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lrm_benches::w1::{self, Evidence};
use lrm_benches::{DISTRICT, SIZES, Seed, framework, leaves, now};
use lrm_core::{Column, Engine, EvidenceColumns, Policy, RollupOptions};

mod quick;

const LEARNERS: [u32; 6] = [1, 10, 100, 1_000, 10_000, 100_000];
const ITEMS: u32 = 200;
/// Learners of one batch of a stream.
const BATCH: u32 = 1_000;

fn district() -> (Engine, RollupOptions) {
    let (_, estimate, rollup) = w1::METHODS[0];
    let [(_, values), _] = w1::outputs();
    (w1::engine(estimate, rollup).unwrap(), RollupOptions::new().columns(values))
}

fn by_learners(c: &mut Criterion) {
    let mut group = c.benchmark_group("rollup");
    quick::few(&mut group);
    let (engine, options) = district();
    for learners in LEARNERS {
        let evidence = Evidence::new(0..learners, ITEMS, false, 3);
        let columns = evidence.columns().unwrap();
        group.throughput(Throughput::Elements(u64::from(learners * ITEMS)));
        group.bench_with_input(BenchmarkId::new("learners", learners), &columns, |b, columns| {
            b.iter(|| engine.rollup(columns, now().unwrap(), &options).unwrap());
        });
    }
    group.finish();
}

fn stream(c: &mut Criterion) {
    let mut group = c.benchmark_group("stream");
    quick::few(&mut group);
    let (engine, options) = district();
    for learners in LEARNERS {
        let firsts = (0..learners).step_by(BATCH as usize);
        let batches: Vec<Evidence> = firsts
            .map(|first| Evidence::new(first..learners.min(first + BATCH), ITEMS, true, u64::from(first)))
            .collect();
        group.throughput(Throughput::Elements(u64::from(learners * ITEMS)));
        group.bench_with_input(BenchmarkId::new("learners", learners), &batches, |b, batches| {
            b.iter(|| {
                let mut stream = engine.stream(now().unwrap(), &options);
                for batch in batches {
                    stream.push(&batch.columns().unwrap()).unwrap();
                }
                stream.finish().unwrap()
            });
        });
    }
    group.finish();
}

/// A hundred learners, with the ids of their competencies as texts.
fn by_competencies(c: &mut Criterion) {
    let mut group = c.benchmark_group("rollup");
    quick::few(&mut group);
    for competencies in SIZES {
        let leaves = leaves(competencies);
        let engine = Engine::new(framework(leaves, 1).unwrap(), Policy::from_json(DISTRICT).unwrap()).unwrap();
        let rows = 100 * ITEMS;
        let mut seed = Seed(3);
        let learner: Vec<i64> = (0..rows).map(|_| i64::try_from(seed.below(100)).unwrap()).collect();
        let competency: Vec<String> = (0..rows).map(|_| format!("0.{}", seed.below(leaves))).collect();
        let score: Vec<f64> = (0..rows).map(|_| f64::from(u32::try_from(seed.below(17)).unwrap()) / 4.0).collect();
        let mut columns = EvidenceColumns::new(score.len());
        columns.add("learner", Column::integers(&learner)).unwrap();
        columns.add("competency", Column::texts(competency.iter().map(|id| Some(id.as_str())))).unwrap();
        columns.add("score", Column::numbers(&score)).unwrap();
        group.throughput(Throughput::Elements(u64::from(rows)));
        group.bench_with_input(BenchmarkId::new("competencies", competencies), &columns, |b, columns| {
            b.iter(|| engine.rollup(columns, now().unwrap(), &RollupOptions::new()).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, by_learners, stream, by_competencies);
criterion_main!(benches);
