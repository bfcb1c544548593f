//! Days: which are school days, and, with the feature `zones`, the calendar of a school with the rules of its time zone.

mod benchmarks;
mod days;
#[cfg(feature = "zones")]
mod document;
#[cfg(feature = "zones")]
mod read;
#[cfg(feature = "zones")]
mod write;
#[cfg(feature = "zones")]
mod zone;

#[cfg(feature = "zones")]
pub(crate) use benchmarks::Benchmark;
pub(crate) use benchmarks::benchmarks as read_benchmarks;
pub(crate) use days::{Days, WEEK, offset, offset_text, read_date, read_dates, read_week};
#[cfg(feature = "zones")]
pub(crate) use days::{date_text, dated};
#[cfg(feature = "zones")]
pub use document::{Calendar, Measure};
#[cfg(feature = "zones")]
pub(crate) use document::{Course, Deadline as Due};
