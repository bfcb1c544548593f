//! Foreign formats in and out. Readers are lenient: what is wrong in a file is told on the report, with its place, and
//! only what cannot be read at all is an error.

mod case;
