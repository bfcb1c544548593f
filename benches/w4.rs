//! W4: from a document to a compiled engine, one JSON line per comparison.
//!
//! The Common Core mathematics from its CASE package, against a plain parse of the same bytes by `serde_json`; and a framework
//! of a million competencies and two million edges against one of a tenth, in time and in memory. These two start in a process
//! of their own each time, as what starts up does: a process that did it before has its memory already.
//!
//!     cargo bench -p lrm-benches --bench w4 -- [--competencies 1000000] [--repeat 5] [--once case|value|compile]
//!
//! `--once` does one thing once, also for a tool that counts instructions, and prints its seconds and its peak of memory.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench stops at the first thing that is wrong, reads the clock and prints"
)]

use std::hint::black_box;
use std::process::Command;
use std::time::Instant as Clock;

use lrm_benches::{DISTRICT, document, peak_mb, quantile};
use lrm_core::{Engine, Framework, Policy};

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/ccss/ccss-math.json");

/// What the larger framework may take, its document included.
const LIMIT_MB: f64 = 1_024.0;

fn main() {
    let (mut competencies, mut repeat, mut once) = (1_000_000, 5, String::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--competencies" => competencies = arguments.next().unwrap().parse().unwrap(),
            "--repeat" => repeat = arguments.next().unwrap().parse().unwrap(),
            "--once" => once = arguments.next().unwrap(),
            _ => {} // what cargo says to benches
        }
    }
    let bytes = std::fs::read(CASE).unwrap();
    let seconds = match once.as_str() {
        "" => return compare(&bytes, competencies, repeat),
        "case" => seconds(|| drop(black_box(from_case(&bytes)))),
        "value" => seconds(|| drop(black_box(value(&bytes)))),
        _ => {
            let document = document(competencies, 1);
            seconds(|| drop(black_box(compiled(&document))))
        }
    };
    println!("{seconds} {}", peak_mb());
}

fn compare(package: &[u8], competencies: u64, repeat: usize) {
    // a package takes milliseconds: more runs cost nothing
    let here = |run: fn(&[u8])| seconds(|| run(package));
    let [engine, parse] =
        alternated(10 * repeat, || here(|bytes| drop(from_case(bytes))), || here(|bytes| drop(value(bytes))));
    line("start-up CCSS", "serde_json", engine / parse, &times(engine, parse));
    let [whole, tenth] = alternated(repeat, || started(competencies)[0], || started(competencies / 10)[0]);
    let method = format!("compile {competencies}");
    line(&method, "self-tenth", whole / tenth, &times(whole, tenth));
    let [_, peak] = started(competencies);
    line(&method, "memory", peak / LIMIT_MB, &format!("\"peak_mb\":{peak},\"limit_mb\":{LIMIT_MB}"));
}

/// Seconds and peak of a compilation in a process of its own.
fn started(competencies: u64) -> [f64; 2] {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let own = command.args(["--once", "compile", "--competencies", &competencies.to_string()]).output().unwrap();
    let printed = String::from_utf8(own.stdout).unwrap();
    let numbers: Vec<f64> = printed.split_whitespace().map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

fn from_case(bytes: &[u8]) -> Engine {
    Engine::new(Framework::from_case(bytes).unwrap(), Policy::from_json(DISTRICT).unwrap()).unwrap()
}

fn value(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

fn compiled(document: &str) -> Engine {
    Engine::from_json(document, DISTRICT).unwrap()
}

fn seconds(run: impl FnOnce()) -> f64 {
    let began = Clock::now();
    run();
    began.elapsed().as_secs_f64()
}

/// Medians of two that take turns and say their seconds, after one of each to warm up.
fn alternated(repeat: usize, one: impl Fn() -> f64, other: impl Fn() -> f64) -> [f64; 2] {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for turn in 0..=repeat {
        let (one, other) = (one(), other());
        if turn > 0 {
            ones.push(one);
            others.push(other);
        }
    }
    [ones, others].map(|mut seconds| quantile(&mut seconds, 0.5))
}

fn times(lrm: f64, peer: f64) -> String {
    format!("\"lrm_s\":{lrm},\"peer_s\":{peer}")
}

fn line(method: &str, peer: &str, ratio: f64, more: &str) {
    println!(
        "{{\"workload\":\"W4\",\"method\":\"{method}\",\"columns\":\"\",\"peer\":\"{peer}\",\"ratio\":{ratio},{more}}}"
    );
}
