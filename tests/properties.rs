//! Laws that hold for every framework, policy and record, tried on random ones.
//!
//! A failure prints the smallest case found as JSON, ready for the corpus. `PROPTEST_CASES` sets how many cases each law is
//! tried on, `PROPTEST_RNG_SEED` which ones: without them a run is quick and always the same. `LRM_FULL` makes it ten times as many.

#[cfg(test)]
#[path = "properties/asked.rs"]
mod asked;
#[cfg(test)]
#[path = "properties/bounds.rs"]
mod bounds;
#[cfg(test)]
#[path = "properties/calendars.rs"]
mod calendars;
#[cfg(test)]
#[path = "properties/class.rs"]
mod class;
#[cfg(test)]
#[path = "properties/columns.rs"]
mod columns;
#[cfg(test)]
#[path = "properties/combined.rs"]
mod combined;
#[cfg(test)]
#[path = "properties/derivations.rs"]
mod derivations;
#[cfg(test)]
#[path = "properties/draw.rs"]
mod draw;
#[cfg(test)]
#[path = "properties/encoding.rs"]
mod encoding;
#[cfg(test)]
#[path = "properties/entries.rs"]
mod entries;
#[cfg(test)]
#[path = "properties/erasure.rs"]
mod erasure;
#[cfg(test)]
#[path = "properties/generated.rs"]
mod generated;
#[cfg(test)]
#[path = "properties/history.rs"]
mod history;
#[cfg(test)]
#[path = "properties/kinds.rs"]
mod kinds;
#[cfg(test)]
#[path = "properties/layers.rs"]
mod layers;
#[cfg(test)]
#[path = "properties/least.rs"]
mod least;
#[cfg(test)]
#[path = "properties/live.rs"]
mod live;
#[cfg(test)]
#[path = "properties/log.rs"]
mod log;
#[cfg(test)]
#[path = "properties/model.rs"]
mod model;
#[cfg(test)]
#[path = "properties/monotone.rs"]
mod monotone;
#[cfg(test)]
#[path = "properties/pace.rs"]
mod pace;
#[cfg(test)]
#[path = "properties/paths.rs"]
mod paths;
#[cfg(test)]
#[path = "properties/plan.rs"]
mod plan;
#[cfg(test)]
#[path = "properties/prerequisites.rs"]
mod prerequisites;
#[cfg(test)]
#[path = "properties/programmes.rs"]
mod programmes;
#[cfg(test)]
#[path = "properties/recovery.rs"]
mod recovery;
#[cfg(test)]
#[path = "properties/replay.rs"]
mod replay;
#[cfg(test)]
#[path = "properties/requirements.rs"]
mod requirements;
#[cfg(test)]
#[path = "properties/round_trips.rs"]
mod round_trips;
#[cfg(test)]
#[path = "properties/simulation.rs"]
mod simulation;
#[cfg(test)]
#[path = "properties/support.rs"]
mod support;
#[cfg(test)]
#[path = "properties/wide.rs"]
mod wide;
#[cfg(test)]
#[path = "properties/works.rs"]
mod works;
