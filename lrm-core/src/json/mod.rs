//! Private: JSON in, with the place of everything that is wrong, and canonical JSON out.
//!
//! Documents are read with `serde_json`'s raw values, level by level: numbers keep their text (so that they come onto the
//! grid exactly), repeated keys are seen, unknown fields can be kept as they were written, and nothing recurses over input.

pub(crate) mod read;
pub(crate) mod write;
