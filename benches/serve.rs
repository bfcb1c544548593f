//! The engine in Rust, for a comparison that takes turns with another process: one rollup for each line of input.
//!
//!     cargo run --release -p lrm-benches --bin serve -- FOLDER COLUMNS THREADS
//!
//! The folder holds `framework.json`, `policy.json`, `as_of` and the evidence as one file of plain numbers for each column.
//! Every answer is a line of JSON: the seconds of the rollup alone, how many rows it gave, and the sum of their values.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures, and says what")]

use std::error::Error;
use std::path::Path;
use std::time::Instant as Clock;

use lrm_benches::w1::{Evidence, outputs};
use lrm_core::{Engine, Instant, RollupOptions};
use mimalloc::MiMalloc;

// as in the Python package, which it is compared with
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, columns, threads] = arguments.as_slice() else { return Err("FOLDER COLUMNS THREADS".into()) };
    let folder = Path::new(folder);
    let read = |name: &str| std::fs::read(folder.join(name));
    let engine = Engine::from_json(read("framework.json")?, read("policy.json")?)?;
    let as_of = Instant::parse(&String::from_utf8(read("as_of")?)?)?;
    let evidence = Evidence {
        learner: numbers(&read("learner.u32")?, u32::from_le_bytes),
        competency: numbers(&read("competency.u32")?, u32::from_le_bytes),
        observed_at: numbers(&read("observed_at.i64")?, i64::from_le_bytes),
        score: numbers(&read("score.f64")?, f64::from_le_bytes),
    };
    let (_, wanted) = outputs().into_iter().find(|(name, _)| name == columns).ok_or("columns are values or all")?;
    let options = RollupOptions::new().columns(wanted).threads(threads.parse()?);
    for line in std::io::stdin().lines() {
        line?;
        let table = evidence.columns()?;
        let began = Clock::now();
        let rollup = engine.rollup(&table, as_of, &options)?;
        let seconds = began.elapsed().as_secs_f64();
        let values = rollup.batches().iter().flat_map(|batch| batch.values().flatten());
        let sum = values.fold(0, i64::wrapping_add);
        println!(r#"{{"seconds":{seconds},"rows":{},"sum":"{sum}"}}"#, rollup.len());
    }
    Ok(())
}

fn numbers<const N: usize, T>(bytes: &[u8], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok().map(&number)).collect()
}
