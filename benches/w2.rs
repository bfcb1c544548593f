//! W2: one event at a time on a warm learner, against an evaluation of the whole record, as one line of JSON.
//!
//! The framework has 1,024 leaves and 341 inner nodes, a quarter of the leaves are assessed by 200 items. Every event is a new
//! one, on a leaf that is assessed, and changes its value. The learner starts anew with its 200 items after 20 events,
//! and is evaluated once in between.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench stops at the first thing that is wrong, reads the clock and prints"
)]

use std::hint::black_box;
use std::time::Instant as Clock;

use lrm_benches::{DISTRICT, Seed, framework, now, quantile};
use lrm_core::{Engine, Evidence, Instant, LearnerRecord, Policy, Value};

const LEAVES: u64 = 1_024;
const ITEMS: u64 = 200;
/// Times the learner starts anew, and events each time.
const ROUNDS: u64 = 500;
const EVENTS: u64 = 20;

/// An item on one of the assessed leaves: every fourth. `at` makes it a new one, and its score one that no other has.
fn item(at: u64, seed: &mut Seed) -> Evidence {
    let leaf = format!("0.{}", 4 * seed.below(LEAVES / 4));
    let score = Value::from_grid(i64::try_from(seed.below(4_000_000)).unwrap() * 1_000).unwrap();
    let observed = Instant::from_micros(1_700_000_000_000_000 + i64::try_from(at).unwrap() * 60_000_000).unwrap();
    Evidence::scored(leaf, score).id(format!("e{at}")).observed_at(observed)
}

fn main() {
    let engine = Engine::new(framework(LEAVES, 1).unwrap(), Policy::from_json(DISTRICT).unwrap()).unwrap();
    let mut seed = Seed(2);
    let record = LearnerRecord::from_events((0..ITEMS).map(|at| item(at, &mut seed))).unwrap();
    let now = now().unwrap();

    let (mut applied, mut evaluated, mut changed) = (Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let mut live = engine.start(&record, now).unwrap();
        for event in 0..EVENTS {
            let event = item(ITEMS + round * EVENTS + event, &mut seed);
            let began = Clock::now();
            let changes = black_box(live.apply(black_box(event), now).unwrap());
            applied.push(began.elapsed().as_secs_f64());
            assert!(!changes.is_empty(), "every event changes something");
            changed += changes.len();
        }
        let began = Clock::now();
        black_box(engine.evaluate(black_box(&record), now).unwrap());
        evaluated.push(began.elapsed().as_secs_f64());
    }

    let (median, p99) = (quantile(&mut applied, 0.5), quantile(&mut applied, 0.99));
    let evaluate = quantile(&mut evaluated, 0.5);
    let (ratio, events) = (evaluate / median, ROUNDS * EVENTS);
    println!(
        "{{\"workload\":\"W2\",\"method\":\"children_mean\",\"columns\":\"changed\",\"peer\":\"evaluate\",\"ratio\":{ratio},\
         \"lrm_s\":{median},\"peer_s\":{evaluate},\"p99_s\":{p99},\"events\":{events},\"changed\":{changed}}}"
    );
}
