//! One core operation, some times over: `instructions OPERATION TIMES`, for `instructions.py`, which counts what it executes.
//!
//! What comes before the operation is the same for any number of times.

use std::hint::black_box;

use lrm_benches::{DISTRICT, evidence, framework, now, w1};
use lrm_core::{Engine, Evidence, LearnerRecord, Policy, Result, RollupOptions, Value};

const LEAVES: u64 = 1_024;
const ITEMS: u64 = 200;
/// Events that are made, however many of them are applied.
const EVENTS: u64 = 100;
const LEARNERS: u32 = 100;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let operation = arguments.next().unwrap_or_default();
    let times = arguments.next().and_then(|text| text.parse().ok()).unwrap_or_default();
    match operation.as_str() {
        "compile" => compile(times),
        "evaluate" => evaluate(times),
        "apply" => apply(times),
        "rollup" => rollup(times),
        "explain" => explain(times),
        _ => {
            eprintln!("usage: instructions compile|evaluate|apply|rollup|explain TIMES");
            std::process::exit(2)
        }
    }
}

fn engine() -> Result<Engine> {
    Engine::new(framework(LEAVES, 1)?, Policy::from_json(DISTRICT)?)
}

fn record() -> Result<LearnerRecord> {
    LearnerRecord::from_events(evidence(ITEMS, LEAVES, 2)?)
}

/// From documents to an engine.
fn compile(times: usize) -> Result<()> {
    let json = framework(LEAVES, 1)?.to_json();
    for _ in 0..times {
        black_box(Engine::from_json(black_box(json.as_str()), DISTRICT)?);
    }
    Ok(())
}

/// All nodes of one learner.
fn evaluate(times: usize) -> Result<()> {
    let (engine, record, now) = (engine()?, record()?, now()?);
    for _ in 0..times {
        black_box(engine.evaluate(black_box(&record), now)?);
    }
    Ok(())
}

/// One event of a warm learner. Every event is a new one with a score of its own.
fn apply(times: usize) -> Result<()> {
    let (engine, record, now) = (engine()?, record()?, now()?);
    let events = (1..).zip(evidence(EVENTS, LEAVES, 3)?).map(|(at, event)| {
        let score = Value::from_grid(at * 7_919_000)?;
        Ok(Evidence::scored(event.competency(), score).id(format!("new{at}")).observed_at(now))
    });
    let events = events.collect::<Result<Vec<Evidence>>>()?;
    assert!(times <= events.len(), "there are events enough");
    let mut live = engine.start(&record, now)?;
    for event in events.into_iter().take(times) {
        black_box(live.apply(black_box(event), now)?);
    }
    Ok(())
}

/// The district's learners as columns, in random order.
fn rollup(times: usize) -> Result<()> {
    let [(_, estimate, method), ..] = w1::METHODS;
    let engine = w1::engine(estimate, method)?;
    let evidence = w1::Evidence::new(0..LEARNERS, 200, false, 7);
    let (columns, options, now) = (evidence.columns()?, RollupOptions::new().threads(1), now()?);
    for _ in 0..times {
        black_box(engine.rollup(black_box(&columns), now, &options)?);
    }
    Ok(())
}

/// How the result of the topmost node came about, from the first item on.
fn explain(times: usize) -> Result<()> {
    let (engine, record, now) = (engine()?, record()?, now()?);
    let top = engine.framework().roots().into_iter().next().unwrap_or_default();
    for _ in 0..times {
        black_box(engine.explain(black_box(&record), top, now)?);
    }
    Ok(())
}
