//! What the learner is on the way to.

mod frontier;
mod goals;
mod needs;
mod path;
mod root_causes;
mod self_ratings;

pub use frontier::{Frontier, Readiness, Standing, Waiver};
pub use goals::Goal;
pub use path::{LearningPath, PathStep};
pub use self_ratings::SelfRating;

use crate::error::{Code, Error, Finding};

/// More than one answer about prerequisites may have.
fn too_large(limit: u64, what: &str) -> Error {
    let message = format!("there are more than {limit} {what}");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Finding::new(Code::ClosureTooLarge, "", message).with_number("limit", limit).into()
}
