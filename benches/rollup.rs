//! Many learners as columns.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lrm_benches::{DISTRICT, Seed, framework, now};
use lrm_core::{Column, Engine, EvidenceColumns, Policy, RollupOptions};

fn rollup(c: &mut Criterion) {
    let mut group = c.benchmark_group("rollup");
    group.sample_size(10);
    let engine = Engine::new(framework(1_024, 1).unwrap(), Policy::from_json(DISTRICT).unwrap()).unwrap();
    for learners in [1, 10, 100] {
        let rows = learners * 200;
        let mut seed = Seed(3);
        let learner: Vec<i64> = (0..rows).map(|_| i64::try_from(seed.below(learners)).unwrap()).collect();
        let competency: Vec<String> = (0..rows).map(|_| format!("0.{}", seed.below(1_024))).collect();
        let score: Vec<f64> = (0..rows).map(|_| f64::from(u32::try_from(seed.below(17)).unwrap()) / 4.0).collect();
        let mut columns = EvidenceColumns::new(score.len());
        columns.add("learner", Column::integers(&learner)).unwrap();
        columns.add("competency", Column::texts(competency.iter().map(|id| Some(id.as_str())))).unwrap();
        columns.add("score", Column::numbers(&score)).unwrap();
        group.throughput(Throughput::Elements(rows));
        group.bench_with_input(BenchmarkId::from_parameter(learners), &columns, |b, columns| {
            b.iter(|| engine.rollup(columns, now().unwrap(), &RollupOptions::new()).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, rollup);
criterion_main!(benches);
