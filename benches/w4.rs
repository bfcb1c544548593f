//! W4: from a document to a compiled engine, one JSON line per comparison.
//!
//! The Common Core mathematics from its CASE package, against a plain parse of the same bytes by `serde_json`; and a framework
//! of a million competencies and two million edges against one of a tenth, in time and, in a process of its own, in memory.
//!
//!     cargo bench -p lrm-benches --bench w4 -- [--competencies 1000000] [--repeat 5] [--once case|value|compile]
//!
//! `--once` does one thing once, for a tool that counts instructions, and prints the peak of its memory.

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
    match once.as_str() {
        "" => compare(&bytes, competencies, repeat),
        "case" => drop(black_box(from_case(&bytes))),
        "value" => drop(black_box(value(&bytes))),
        _ => drop(black_box(compiled(&document(competencies, 1)))),
    }
    if !once.is_empty() {
        println!("{}", peak_mb());
    }
}

fn compare(package: &[u8], competencies: u64, repeat: usize) {
    // a package takes milliseconds: more runs cost nothing
    let [engine, parse] = alternated(10 * repeat, || drop(from_case(package)), || drop(value(package)));
    line("start-up CCSS", "serde_json", engine / parse, &times(engine, parse));
    let (tenth, whole) = (document(competencies / 10, 1), document(competencies, 1));
    let [whole, tenth] = alternated(repeat, || drop(compiled(&whole)), || drop(compiled(&tenth)));
    let method = format!("compile {competencies}");
    line(&method, "self-tenth", whole / tenth, &times(whole, tenth));
    let number = competencies.to_string();
    let own = Command::new(std::env::current_exe().unwrap())
        .args(["--once", "compile", "--competencies", &number])
        .output()
        .unwrap();
    let peak: f64 = String::from_utf8(own.stdout).unwrap().trim().parse().unwrap();
    line(&method, "memory", peak / LIMIT_MB, &format!("\"peak_mb\":{peak},\"limit_mb\":{LIMIT_MB}"));
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

/// Median seconds of two runs that take turns, after one of each to warm up.
fn alternated(repeat: usize, one: impl Fn(), other: impl Fn()) -> [f64; 2] {
    let runs: [&dyn Fn(); 2] = [&one, &other];
    let mut seconds = [Vec::new(), Vec::new()];
    for turn in 0..=repeat {
        for (run, seconds) in runs.iter().zip(&mut seconds) {
            let began = Clock::now();
            run();
            let took = began.elapsed().as_secs_f64();
            if turn > 0 {
                seconds.push(took);
            }
        }
    }
    seconds.map(|mut seconds| quantile(&mut seconds, 0.5))
}

fn times(lrm: f64, peer: f64) -> String {
    format!("\"lrm_s\":{lrm},\"peer_s\":{peer}")
}

fn line(method: &str, peer: &str, ratio: f64, more: &str) {
    println!(
        "{{\"workload\":\"W4\",\"method\":\"{method}\",\"columns\":\"\",\"peer\":\"{peer}\",\"ratio\":{ratio},{more}}}"
    );
}
