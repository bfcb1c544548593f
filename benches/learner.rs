//! One learner: everything at once, one event on a warm learner, an explanation.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use lrm_benches::{DISTRICT, evidence, framework, now};
use lrm_core::{Engine, LearnerRecord, Policy};

fn learner(c: &mut Criterion) {
    let mut group = c.benchmark_group("learner");
    group.sample_size(20);
    for leaves in [64, 1_024, 16_384] {
        let engine = Engine::new(framework(leaves, 1).unwrap(), Policy::from_json(DISTRICT).unwrap()).unwrap();
        let mut items = evidence(201, leaves, 2).unwrap();
        let event = items.pop().unwrap();
        let record = LearnerRecord::from_events(items).unwrap();
        let now = now().unwrap();
        group.bench_with_input(BenchmarkId::new("evaluate", leaves), &record, |b, record| {
            b.iter(|| engine.evaluate(record, now).unwrap());
        });
        let live = engine.start(&record, now).unwrap();
        group.bench_with_input(BenchmarkId::new("apply", leaves), &live, |b, live| {
            b.iter_batched_ref(|| live.clone(), |live| live.apply(event.clone(), now).unwrap(), BatchSize::LargeInput);
        });
        let top = engine.framework().roots().into_iter().next().unwrap().to_owned();
        group.bench_with_input(BenchmarkId::new("explain", leaves), &record, |b, record| {
            b.iter(|| engine.explain(record, &top, now).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, learner);
criterion_main!(benches);
