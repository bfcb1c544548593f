//! The dense pass: the results of a few learners at a time from rows of numbers, for tables of many.
//!
//! It does what is common with integers in arrays that are made once and used for every learner, touches only the nodes that
//! have evidence below them, looks up what goes up the framework once for all learners of a turn, and computes with the same
//! estimators, rules and comparisons as everything else. What is rare (own evidence of inner nodes, minima of sufficiency, sums
//! beyond 64 bits) it declines, and the engine's board does it.

mod adding;
mod cells;
mod held;
mod inner;
mod judge;
mod lanes;
mod leaves;
mod levels;
mod order;
mod pass;
mod plan;
mod reached;
mod rising;
mod rows;
mod statics;

pub(crate) use cells::Cell;
pub(crate) use levels::{Levels, NO_LEVEL};
pub(crate) use order::{BAD, NONE, RARE, Record, Rows};
pub(crate) use pass::{Pass, Wanted};
pub(crate) use plan::Plan;
pub(crate) use statics::Statics;
