//! Workload W1 in Rust, one JSON line per measurement:
//!
//!     cargo run --release -p lrm-benches --bin bulk -- [--learners 100000] [--items 200] [--repeat 5] [--threads 0] [--scale 10]
//!
//! `--scale` streams that many times the learners, sorted, generated on the fly, and the learners once, in turn; `--grown`
//! does so once, and prints the peaks of memory after both.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures, and says what")]

use std::process::Command;
use std::time::Instant as Clock;

use lrm_benches::{now, option, peak_mb, quantile, w1};
use lrm_core::{Engine, EvidenceColumns, Result, ResultColumn, RollupOptions};

struct Asked {
    learners: u32,
    items: u32,
    repeat: usize,
    threads: usize,
    scale: u32,
    grown: u32,
}

fn main() -> Result<()> {
    let asked = Asked {
        learners: option("--learners", 100_000),
        items: option("--items", 200),
        repeat: option("--repeat", 5) as usize,
        threads: option("--threads", 0) as usize,
        scale: option("--scale", 0),
        grown: option("--grown", 0),
    };
    if asked.grown > 0 {
        return grown(&asked);
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
                let seconds = median(asked.repeat, || time(&engine, &columns, &wanted, asked.threads))?;
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

fn time(engine: &Engine, columns: &EvidenceColumns<'_>, wanted: &[ResultColumn], threads: usize) -> Result<f64> {
    let options = RollupOptions::new().columns(wanted.iter().copied()).threads(threads);
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
/// is to warm up. The memory is told by processes of their own: what an allocator keeps between threads differs from one to
/// the next, so that one process says little.
fn scale(asked: &Asked) -> Result<()> {
    let (many, streamed) = (asked.learners * asked.scale, stream(asked)?);
    streamed(asked.learners)?;
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for _ in 0..asked.repeat {
        short.push(streamed(asked.learners)?);
        long.push(streamed(many)?);
    }
    let (short, long) = (quantile(&mut short, 0.5), quantile(&mut long, 0.5));
    let about = format!(
        r#""workload":"W1","method":"stream","columns":"{}","learners":{many},"rows_in":{}"#,
        w1::outputs()[0].0,
        u64::from(many) * u64::from(asked.items)
    );
    let ratio = long / short;
    println!(
        r#"{{{about},"peer":"self-once","scale":{},"ratio":{ratio},"lrm_s":{long},"peer_s":{short},"peak_mb":{}}}"#,
        asked.scale,
        peak_mb()
    );
    let grown: Vec<[f64; 2]> = (0..asked.repeat).map(|_| grown_elsewhere()).collect();
    let median = |of: fn(&[f64; 2]) -> f64| quantile(&mut grown.iter().map(of).collect::<Vec<f64>>(), 0.5);
    let (once, peak, ratio) =
        (median(|[once, _]| *once), median(|[_, peak]| *peak), median(|[once, peak]| peak / once));
    println!(r#"{{{about},"peer":"memory","ratio":{ratio},"peak_mb":{peak},"limit_mb":{once}}}"#);
    Ok(())
}

/// The peak of memory after the learners once, and after many times as many.
fn grown(asked: &Asked) -> Result<()> {
    let streamed = stream(asked)?;
    streamed(asked.learners)?;
    let once = peak_mb();
    streamed(asked.learners * asked.grown)?;
    println!("{once} {}", peak_mb());
    Ok(())
}

/// The same in a process that did nothing before, called as this one.
fn grown_elsewhere() -> [f64; 2] {
    let arguments = std::env::args().skip(1).map(|word| if word == "--scale" { "--grown".to_owned() } else { word });
    let own = std::env::current_exe().and_then(|program| Command::new(program).args(arguments).output());
    let printed = own.map(|own| String::from_utf8_lossy(&own.stdout).into_owned()).unwrap_or_default();
    let numbers: Vec<f64> = printed.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    numbers.try_into().unwrap_or([f64::NAN; 2])
}

/// What takes so many learners through a stream.
fn stream(asked: &Asked) -> Result<impl Fn(u32) -> Result<f64>> {
    let (_, estimate, rollup) = w1::METHODS[0];
    let engine = w1::engine(estimate, rollup)?;
    let [(_, wanted), _] = w1::outputs();
    let (options, items) = (RollupOptions::new().columns(wanted).threads(asked.threads), asked.items);
    Ok(move |learners| streamed(&engine, &options, learners, items))
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
