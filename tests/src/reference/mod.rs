//! A slow and obvious model of the engine, written from the description of its semantics.
//!
//! It takes one case of the corpus and returns what the engine must return for it. Numbers are
//! exact fractions, sets are sets, every node is computed by recursion over the whole graph. It
//! shares no code with the engine, so that an error has to be made twice to pass.

mod calendar;
mod candidates;
mod canonical;
mod case;
mod deadlines;
mod document;
mod enrolment;
mod entry;
mod erasure;
mod estimate;
mod event;
mod evidence;
mod facts;
mod faults;
mod fields;
mod framework;
mod frontier;
mod goals;
mod history;
mod identity;
mod instant;
mod items;
mod layers;
mod least;
mod log;
mod missing;
mod node;
mod pace;
mod pending;
mod policy;
mod programmes;
mod raters;
mod ready_made;
mod reassessment;
mod record;
mod requirement;
mod requirement_tree;
mod restored;
mod retention;
mod rollup;
mod rules;
mod scale;
mod scope;
mod self_ratings;
mod setup;
mod simulation;
mod sources;
mod status;
mod submission;
mod submissions;
mod sufficiency;
mod thread;
mod trend;
mod value;
mod verdict;
mod waivers;
mod walk;
mod works;
mod works_rules;
mod zones;

pub use calendar::{Faults, calendar_faults};
pub use canonical::{of_item as canonical_item, plain as canonical_json};
pub use case::{NodeResult, Outcome, evaluate, is_reached_with, least_evidence, requirement_faults};
pub use frontier::{Frontier, Recovery};
pub use instant::{Instant, parse as parse_instant, show as show_instant};
pub use layers::{Layered, layered};
pub use least::Least;
pub use log::{Folded, contents, fold};
pub use requirement::Fault;
pub use status::Status;
pub use value::{Exact, Grid, number as exact_number};

/// The code of an error or of a finding.
pub type Code = &'static str;
