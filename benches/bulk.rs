//! Workload W1 in Rust, one JSON line per measurement:
//!
//!     cargo run --release -p lrm-benches --bin bulk -- [--learners 100000] [--items 200] [--repeat 5] [--threads 0] [--scale 10]
//!
//! `--scale` streams that many times the learners, sorted, generated on the fly, and the learners once, in turn.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures, and says what")]

use std::time::Instant as Clock;

use lrm_benches::{now, peak_mb, quantile, w1};
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
            for (name, wanted) in w1::outputs() {
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
    Ok(quantile(&mut (0..runs).map(|_| run()).collect::<Result<Vec<f64>>>()?, 0.5))
}

/// The learners once and many times over, through a stream, in turn; what is measured is the stream alone. The first turn
/// is to warm up, and tells the memory: of the learners once, before there were more.
fn scale(asked: &Asked) -> Result<()> {
    let (_, estimate, rollup) = w1::METHODS[0];
    let engine = w1::engine(estimate, rollup)?;
    let [(columns, wanted), _] = w1::outputs();
    let options = RollupOptions::new().columns(wanted).threads(asked.threads);
    let (once, many) = (asked.learners, asked.learners * asked.scale);
    streamed(&engine, &options, once, asked.items)?;
    let peak_once = peak_mb();
    streamed(&engine, &options, many, asked.items)?;
    let peak = peak_mb();
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for _ in 0..asked.repeat {
        short.push(streamed(&engine, &options, once, asked.items)?);
        long.push(streamed(&engine, &options, many, asked.items)?);
    }
    let (short, long) = (quantile(&mut short, 0.5), quantile(&mut long, 0.5));
    let about = format!(
        r#""workload":"W1","method":"stream","columns":"{columns}","learners":{many},"rows_in":{}"#,
        u64::from(many) * u64::from(asked.items)
    );
    let ratio = long / short;
    println!(
        r#"{{{about},"peer":"self-once","scale":{},"ratio":{ratio},"lrm_s":{long},"peer_s":{short},"peak_mb":{peak}}}"#,
        asked.scale
    );
    let ratio = peak / peak_once;
    println!(r#"{{{about},"peer":"memory","ratio":{ratio},"peak_mb":{peak},"limit_mb":{peak_once}}}"#);
    Ok(())
}

/// Seconds in the stream for so many learners, a thousand at a time.
fn streamed(engine: &Engine, options: &RollupOptions, learners: u32, items: u32) -> Result<f64> {
    const BATCH: u32 = 1_000;
    let mut stream = engine.stream(now()?, options);
    let (mut seconds, mut results) = (0.0, 0);
    for first in (0..learners).step_by(BATCH as usize) {
        let evidence = w1::Evidence::new(first..learners.min(first + BATCH), items, true, u64::from(first));
        let started = Clock::now();
        results += stream.push(&evidence.columns()?)?.len();
        seconds += started.elapsed().as_secs_f64();
    }
    results += stream.finish()?.len();
    assert!(results > 0, "there are results");
    Ok(seconds)
}
