//! Test support of `lrm`: the corpus, and the reference model that the engine is compared with.

pub mod corpus;
pub mod reference;
