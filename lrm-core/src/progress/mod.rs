//! What the learner is on the way to, and what other rules would make of it.

mod award;
#[cfg(feature = "zones")]
mod by_course;
#[cfg(feature = "zones")]
mod counted;
#[cfg(feature = "zones")]
mod deadlines;
mod frontier;
mod goals;
mod least;
mod needs;
#[cfg(feature = "zones")]
mod pace;
mod path;
mod programmes;
mod recovery;
mod room;
mod root_causes;
mod self_ratings;
mod simulate;
mod simulation;

pub use award::Award;
#[cfg(feature = "zones")]
pub use deadlines::{Deadline, DeadlineState};
pub use frontier::{Frontier, Readiness, Standing, Waiver};
pub use goals::Goal;
pub use least::{LeastEvidence, Target};
#[cfg(feature = "zones")]
pub use pace::{Pace, PacePeriod, Pause, SetPace};
pub use path::{LearningPath, PathStep};
pub use programmes::{MissingCondition, Needs, Programme, TracedRequirement};
pub use recovery::RecoveryPlan;
pub use self_ratings::SelfRating;

use crate::error::{Code, Error, Finding};

/// More than one answer about prerequisites may have.
fn too_large(limit: u64, what: &str) -> Error {
    let message = format!("there are more than {limit} {what}");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Finding::new(Code::ClosureTooLarge, "", message).with_number("limit", limit).into()
}
pub use simulate::Simulator;
pub use simulation::{Direction, Move, Moved, Simulation, SimulationOptions};
