//! Settings of all benches: the largest sizes take seconds each, and all of them together less than twenty minutes.

use std::time::Duration;

use criterion::BenchmarkGroup;
use criterion::measurement::WallTime;

/// Few samples in little time.
pub(crate) fn few(group: &mut BenchmarkGroup<'_, WallTime>) {
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
}
