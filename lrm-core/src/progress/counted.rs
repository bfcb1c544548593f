//! The school days that count for a learner: those of the calendar, without those of pauses.

use crate::calendar::{Benchmark, Calendar};
use crate::value::Value;

/// The days of a calendar without some spans.
#[derive(Debug)]
pub(super) struct Counted<'c> {
    calendar: &'c Calendar,
    /// First and last days, ascending and apart, each with the school days of those before.
    pauses: Vec<(i64, i64, i64)>,
}

impl<'c> Counted<'c> {
    /// Spans may come in any order and lie over each other.
    pub(super) fn new(calendar: &'c Calendar, mut spans: Vec<(i64, i64)>) -> Self {
        crate::sorting::sort(&mut spans);
        let mut pauses: Vec<(i64, i64, i64)> = Vec::new();
        for (from, until) in spans {
            match pauses.last_mut() {
                Some((_, last, _)) if from <= *last => *last = until.max(*last),
                last => {
                    let before = last.map_or(0, |(from, until, before)| *before + calendar.taught(*from - 1, *until));
                    pauses.push((from, until, before));
                }
            }
        }
        Self { calendar, pauses }
    }

    /// How many days count after one day, up to and including another.
    pub(super) fn between(&self, after: i64, until: i64) -> i64 {
        let until = until.max(after);
        self.calendar.taught(after, until) - (self.paused(until) - self.paused(after))
    }

    /// How many school days lie in pauses up to and including a day.
    fn paused(&self, day: i64) -> i64 {
        let begun = self.pauses.partition_point(|(from, ..)| *from <= day).checked_sub(1);
        let last = begun.and_then(|at| self.pauses.get(at));
        last.map_or(0, |(from, until, before)| before + self.calendar.taught(*from - 1, day.min(*until)))
    }
}

/// What is to be done by the end of a day, in percent, as an exact fraction of grid steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) steps: i128,
    pub(super) of: i128,
}

/// All of it.
const ALL: Value = Value::literal(100);

/// What is to be done by the end of a day, on straight lines over the days that count: from nothing before the first day, through
/// the benchmarks, to all at the end of the last.
pub(super) fn expected(
    counted: &Counted<'_>,
    (from, until): (i64, i64),
    benchmarks: &[Benchmark],
    day: i64,
) -> Expected {
    let flat = |percent: Value| Expected { steps: i128::from(percent.grid()), of: 1 };
    if day < from {
        return flat(Value::ZERO);
    }
    // a benchmark on the last day holds on that day
    if day > until || (day == until && benchmarks.iter().all(|benchmark| benchmark.on != until)) {
        return flat(ALL);
    }
    let inside = benchmarks.iter().filter(|benchmark| from <= benchmark.on && benchmark.on <= until);
    let (mut before, mut after) = ((from - 1, Value::ZERO), (until, ALL));
    for benchmark in inside {
        if benchmark.on > day {
            after = (benchmark.on, benchmark.percent);
            break;
        }
        before = (benchmark.on, benchmark.percent);
    }
    let width = i128::from(counted.between(before.0, after.0));
    if width == 0 {
        return flat(before.1);
    }
    let (low, high) = (i128::from(before.1.grid()), i128::from(after.1.grid()));
    Expected { steps: low * width + (high - low) * i128::from(counted.between(before.0, day)), of: width }
}
