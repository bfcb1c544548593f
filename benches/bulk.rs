//! Workload W1 in Rust, one JSON line per measurement:
//!
//!     cargo run --release -p lrm-benches --bin bulk -- [--learners 100000] [--items 200] [--repeat 5] [--threads 0] [--scale 10]
//!
//! `--scale` streams that many times the learners, sorted, generated on the fly.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures, and says what")]

use std::time::Instant as Clock;

use lrm_benches::{now, peak_mb, w1};
use lrm_core::{Engine, EvidenceColumns, Result, ResultColumn, RollupOptions};

struct Asked {
    learners: u32,
    items: u32,
    repeat: usize,
    threads: usize,
    scale: u32,
}

fn main() -> Result<()> {
    let mut asked = Asked { learners: 100_000, items: 200, repeat: 5, threads: 0, scale: 0 };
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(number)) =
        (arguments.next(), arguments.next().and_then(|text| text.parse::<u32>().ok()))
    {
        match name.as_str() {
            "--learners" => asked.learners = number,
            "--items" => asked.items = number,
            "--repeat" => asked.repeat = number as usize,
            "--threads" => asked.threads = number as usize,
            "--scale" => asked.scale = number,
            _ => {}
        }
    }
    if asked.scale > 0 {
        return scale(&asked);
    }
    for sorted in [false, true] {
        let evidence = w1::Evidence::new(0..asked.learners, asked.items, sorted, 7);
        let columns = evidence.columns()?;
        for (method, estimate, rollup) in w1::METHODS {
            if sorted && method != "children_mean" {
                continue;
            }
            let engine = w1::engine(estimate, rollup)?;
            for (name, wanted) in outputs() {
                let seconds = median(asked.repeat, || time(&engine, &columns, &wanted))?;
                let rows = if sorted { "sorted" } else { "shuffled" };
                println!(
                    r#"{{"workload":"W1","method":"{method}","columns":"{name}","rows":"{rows}","threads":{},"lrm_s":{seconds:.4}}}"#,
                    asked.threads
                );
            }
        }
    }
    Ok(())
}

/// What a caller asks for: values only, or the six columns of the workload.
fn outputs() -> [(&'static str, Vec<ResultColumn>); 2] {
    use ResultColumn::{Competency, Evidence, Learner, Level, Status, Value};
    [("values", vec![Learner, Competency, Value]), ("all", vec![Learner, Competency, Value, Level, Status, Evidence])]
}

fn time(engine: &Engine, columns: &EvidenceColumns<'_>, wanted: &[ResultColumn]) -> Result<f64> {
    let options = RollupOptions::new().columns(wanted.iter().copied());
    let started = Clock::now();
    let rollup = engine.rollup(columns, now()?, &options)?;
    let seconds = started.elapsed().as_secs_f64();
    assert!(!rollup.is_empty(), "there are results");
    Ok(seconds)
}

/// One run to warm up, then the median.
fn median(runs: usize, mut run: impl FnMut() -> Result<f64>) -> Result<f64> {
    run()?;
    let mut times = (0..runs).map(|_| run()).collect::<Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

/// The same learners once and many times over, through a stream; what is measured is the stream alone.
fn scale(asked: &Asked) -> Result<()> {
    const BATCH: u32 = 1_000;
    let (_, estimate, rollup) = w1::METHODS[0];
    let engine = w1::engine(estimate, rollup)?;
    let (_, wanted) = &outputs()[0];
    let options = RollupOptions::new().columns(wanted.iter().copied()).threads(asked.threads);
    let mut single = 0.0;
    for times in [1, asked.scale] {
        let mut stream = engine.stream(now()?, &options);
        let (mut seconds, mut results) = (0.0, 0);
        for first in (0..asked.learners * times).step_by(BATCH as usize) {
            let evidence = w1::Evidence::new(first..first + BATCH, asked.items, true, u64::from(first));
            let started = Clock::now();
            results += stream.push(&evidence.columns()?)?.len();
            seconds += started.elapsed().as_secs_f64();
        }
        results += stream.finish()?.len();
        single = if times == 1 { seconds } else { single };
        println!(
            r#"{{"workload":"W1","method":"children_mean","columns":"values","rows":"stream","learners":{},"results":{results},"lrm_s":{seconds:.4},"ratio":{:.2},"peak_mb":{}}}"#,
            asked.learners * times,
            seconds / single,
            peak_mb()
        );
    }
    Ok(())
}
