//! Columns in, columns out: the evidence of many learners as a table.
//!
//! The columns have the names of the evidence fields, nested ones with a dot (`assessor.id`). `competency` is required, and
//! at least one of `score`, `level`, `passed`, `absence`; null is absent; without a `learner` column there is one learner.
//! A row that cannot count is a finding with its row number, and the other rows count.

mod admit;
mod column;
mod competencies;
mod contract;
mod learners;
mod options;
mod output;
mod progress;
mod rollup;
mod rows;
mod scopes;
mod shuffle;
mod stream;
mod tables;
mod threads;
mod worker;
mod works;

pub use column::{Column, Integers, Texts};
pub use contract::EvidenceColumns;
pub use options::{ResultColumn, RollupOptions};
pub use output::{LearnerId, Learners, Rollup, RollupBatch};
pub use progress::Progress;
pub use rollup::RollupAside;
pub use stream::RollupStream;
