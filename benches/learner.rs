//! One learner with 200 items, by the number of competencies: everything at once, what an event would change, an explanation.
//! One event on a warm learner is in `live.rs`.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lrm_benches::{DISTRICT, SIZES, evidence, framework, leaves};
use lrm_core::{Engine, LearnerRecord, Policy};

mod quick;

fn learner(c: &mut Criterion) {
    let mut group = c.benchmark_group("learner");
    quick::few(&mut group);
    for competencies in SIZES {
        let leaves = leaves(competencies);
        let engine = Engine::new(framework(leaves, 1).unwrap(), Policy::from_json(DISTRICT).unwrap()).unwrap();
        let mut items = evidence(201, leaves, 2).unwrap();
        let event = [items.pop().unwrap()];
        let record = LearnerRecord::from_events(items).unwrap();
        let now = lrm_benches::now().unwrap();
        group.bench_with_input(BenchmarkId::new("evaluate", competencies), &record, |b, record| {
            b.iter(|| engine.evaluate(record, now).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("what_if", competencies), &record, |b, record| {
            b.iter(|| engine.what_if(record, &event, now).unwrap());
        });
        let top = engine.framework().roots().into_iter().next().unwrap().to_owned();
        group.bench_with_input(BenchmarkId::new("explain", competencies), &record, |b, record| {
            b.iter(|| engine.explain(record, &top, now).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, learner);
criterion_main!(benches);
