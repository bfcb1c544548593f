//! What the learner is on the way to.

mod goals;

pub use goals::Goal;
