//! Frames in and out, through the Arrow PyCapsule interface.

mod columns;
mod dictionary;
mod output;
mod primitive;
mod stream;
mod table;

pub(crate) use output::{Rollup, Values};
pub(crate) use stream::Source;
pub(crate) use table::{Batches, FrameFault, Table};
