//! From documents to a compiled engine.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first thing that is wrong")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lrm_benches::{DISTRICT, framework};
use lrm_core::{Engine, Framework, Policy};

fn compile(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    group.sample_size(10);
    for leaves in [100, 1_000, 10_000, 100_000] {
        let built = framework(leaves, 1).unwrap();
        let policy = Policy::from_json(DISTRICT).unwrap();
        let json = built.to_json();
        group.throughput(Throughput::Elements(u64::try_from(built.len()).unwrap()));
        group.bench_with_input(BenchmarkId::new("framework_from_json", leaves), &json, |b, json| {
            b.iter(|| Framework::from_json(json).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("engine_new", leaves), &built, |b, built| {
            b.iter(|| Engine::new(built.clone(), policy.clone()).unwrap());
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
    group.sample_size(20);
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
