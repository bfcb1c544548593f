//! Benchmarks: how much is to be done by the end of some days.

use serde_json::value::RawValue;

use super::days::read_date;
use crate::error::{Code, Error, Result};
use crate::json::read::{Fields, Path, Sink, value};
use crate::value::Value;

/// How much is to be done by the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Benchmark {
    pub(crate) on: i64,
    pub(crate) percent: Value,
}

/// Reads benchmarks: the days ascend and lie within bounds, as far as there are some; what is to be done by then does not fall.
pub(crate) fn benchmarks(
    list: &[&RawValue],
    path: &Path<'_>,
    sink: &Sink,
    (from, until): (Option<i64>, Option<i64>),
) -> Vec<Benchmark> {
    let mut benchmarks: Vec<Benchmark> = Vec::new();
    for (at, raw) in list.iter().enumerate() {
        let path = path.index(at);
        let Some(mut fields) = Fields::of(raw, &path, sink) else { continue };
        let on = fields.required("on").and_then(|raw| sink.ok(read_date(raw), &path.key("on")));
        let percent = fields.required("percent").and_then(|raw| sink.ok(percent(raw), &path.key("percent")));
        fields.finish();
        let (Some(on), Some(percent)) = (on, percent) else { continue };
        if from.is_some_and(|from| on < from) || until.is_some_and(|until| on > until) {
            sink.add(Code::InvalidValue, &path.key("on"), "the day lies outside of the first and the last one");
        }
        let before = benchmarks.last();
        if before.is_some_and(|before| on <= before.on) {
            sink.add(Code::InvalidValue, &path.key("on"), "the day does not lie after that of the benchmark before");
        }
        if before.is_some_and(|before| percent < before.percent) {
            sink.add(Code::InvalidValue, &path.key("percent"), "less than by the benchmark before");
        }
        benchmarks.push(Benchmark { on, percent });
    }
    benchmarks
}

fn percent(raw: &RawValue) -> Result<Value> {
    let percent = value(raw)?;
    if percent < Value::ZERO || percent > Value::literal(100) {
        return Err(Error::new(Code::ParameterOutOfRange, "", format!("{percent} is not a percentage from 0 to 100")));
    }
    Ok(percent)
}
