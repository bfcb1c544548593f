//! From documents to a compiled engine, by the number of competencies.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lrm_benches::{DISTRICT, SIZES, document};
use lrm_core::{Engine, Framework, Policy};

mod quick;

fn compile(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    quick::few(&mut group);
    let policy = Policy::from_json(DISTRICT).unwrap();
    for competencies in SIZES {
        let json = document(competencies, 1);
        group.throughput(Throughput::Elements(competencies));
        group.bench_with_input(BenchmarkId::new("framework_from_json", competencies), &json, |b, json| {
            b.iter(|| Framework::from_json(json).unwrap());
        });
        let built = Framework::from_json(&json).unwrap();
        group.bench_with_input(BenchmarkId::new("engine_new", competencies), &built, |b, built| {
            let input = || (built.clone(), policy.clone());
            b.iter_batched(input, |(built, policy)| Engine::new(built, policy).unwrap(), BatchSize::PerIteration);
        });
    }
    group.finish();
}

/// The Common Core mathematics package, against a plain parse of the same bytes.
fn case(c: &mut Criterion) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/ccss/ccss-math.json");
    let json = std::fs::read(path).unwrap();
    let policy = Policy::from_json(DISTRICT).unwrap();
    let mut group = c.benchmark_group("case");
    quick::few(&mut group);
    group.bench_function("serde_json_value", |b| {
        b.iter(|| serde_json::from_slice::<serde_json::Value>(&json).unwrap());
    });
    group.bench_function("engine_from_case", |b| {
        b.iter(|| Engine::new(Framework::from_case(&json).unwrap(), policy.clone()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, compile, case);
criterion_main!(benches);
