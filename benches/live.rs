//! Warm learners and classes: one event, by the size of the framework and of the class.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use lrm_benches::{DISTRICT, SIZES, evidence, framework, leaves, now};
use lrm_core::{Engine, Evidence, LearnerRecord, Policy, Value};

mod quick;

/// The policies: children by edge weight, and leaves by their own, which looks at shared leaves.
fn policies() -> [(&'static str, String); 2] {
    [("children_mean", DISTRICT.to_owned()), ("unique_leaves", DISTRICT.replace("children_mean", "unique_leaves"))]
}

fn engine(leaves: u64, policy: &str) -> Engine {
    Engine::new(framework(leaves, 1).unwrap(), Policy::from_json(policy).unwrap()).unwrap()
}

/// Events that all differ, on the leaves of the record.
fn events(leaves: u64) -> impl FnMut() -> Evidence {
    let about = evidence(200, leaves, 2).unwrap();
    let mut at = 0_i64;
    move || {
        at += 1;
        let leaf = about.get(usize::try_from(at).unwrap() % about.len()).unwrap().competency();
        let score = Value::from_grid(at * 7_919 % 4_000_000 * 1_000).unwrap();
        Evidence::scored(leaf, score).id(format!("new{at}")).observed_at(now().unwrap())
    }
}

fn apply(c: &mut Criterion) {
    for (method, policy) in policies() {
        let mut group = c.benchmark_group(format!("apply/{method}"));
        quick::few(&mut group);
        // starting anew is not measured, and takes a hundred thousand times as long as an event
        group.measurement_time(Duration::from_millis(20));
        for competencies in SIZES {
            let leaves = leaves(competencies);
            let engine = engine(leaves, &policy);
            let record = LearnerRecord::from_events(evidence(200, leaves, 2).unwrap()).unwrap();
            let now = now().unwrap();
            let mut event = events(leaves);
            let mut live = engine.start(&record, now).unwrap();
            let mut taken = 0;
            group.bench_function(BenchmarkId::from_parameter(competencies), |b| {
                let next = || {
                    taken += 1;
                    // the learner starts anew from time to time, so that it stays one of some 200 items
                    let anew = (taken % 50 == 0).then(|| engine.start(&record, now).unwrap());
                    (event(), anew)
                };
                b.iter_batched(
                    next,
                    |(event, anew)| {
                        let before = anew.map(|anew| std::mem::replace(&mut live, anew));
                        (live.apply(event, now).unwrap(), before)
                    },
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
}

/// The time of an event must not grow with the class. A warm learner takes some kilobytes, and 10,000 are as many as fit a
/// small machine.
fn class(c: &mut Criterion) {
    let mut group = c.benchmark_group("class");
    quick::few(&mut group);
    let leaves = 256;
    let engine = engine(leaves, DISTRICT);
    let now = now().unwrap();
    for learners in [1_u64, 10, 100, 1_000, 10_000] {
        let records = (0..learners).map(|learner| {
            let items = evidence(20, leaves, learner).unwrap().into_iter();
            LearnerRecord::from_events(items.map(|item| item.learner(format!("learner {learner}")))).unwrap()
        });
        let records: Vec<LearnerRecord> = records.collect();
        let fresh = || engine.start_class(records.iter().cloned(), now).unwrap();
        let mut class = fresh();
        let mut event = events(leaves);
        let mut at = 0;
        group.bench_function(BenchmarkId::from_parameter(learners), |b| {
            let next = || {
                at += 1;
                // likewise, after some events of each learner
                let anew = (at % (50 * learners) == 0).then(fresh);
                (event().learner(format!("learner {}", at * 31 % learners)), anew)
            };
            b.iter_batched(
                next,
                |(event, anew)| {
                    let before = anew.map(|anew| std::mem::replace(&mut class, anew));
                    (class.apply(event, now).unwrap(), before)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, apply, class);
criterion_main!(benches);
