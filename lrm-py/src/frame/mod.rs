//! Frames in and out, through the Arrow PyCapsule interface.

mod asked;
mod beside;
mod columns;
mod form;
mod lookup;
mod output;
mod primitive;
mod rows;
mod share;
mod source;
mod streaming;
mod table;
mod texts;
mod watch;

pub(crate) use asked::{Asked, Columns, Layout, Values};
pub(crate) use beside::beside;
pub(crate) use form::Form;
pub(crate) use output::Rollup;
pub(crate) use streaming::RollupStream;
pub(crate) use table::{Batches, Table};
pub(crate) use watch::watched;
