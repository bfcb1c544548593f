//! What the learner is on the way to.

mod goals;
mod self_ratings;

pub use goals::Goal;
pub use self_ratings::SelfRating;
