#![doc = include_str!("../README.md")]

mod calendar;
mod catalogue;
mod columns;
mod dense;
mod derivation;
mod engine;
mod error;
mod estimate;
mod framework;
mod graph;
mod instant;
mod interop;
mod json;
pub mod limits;
mod log;
mod num;
mod policy;
mod progress;
mod record;
mod rollup;
mod scale;
mod sorting;
mod value;

#[cfg(feature = "zones")]
pub use calendar::{Calendar, Measure};
pub use catalogue::Catalogue;
pub use columns::{
    Column, EvidenceColumns, Integers, LearnerId, Learners, Progress, ResultColumn, Rollup, RollupAside, RollupBatch,
    RollupOptions, RollupStream, Texts,
};
pub use derivation::Derivation;
pub use engine::{
    Change, Class, Clock, Delta, Engine, HistoryChange, LearnerChanges, Live, Mastery, Options, Reason, State, Status,
};
pub use error::{Code, Context, Detail, Error, Finding, Report, Result};
pub use framework::{
    Association, AssociationType, Competency, Criterion, CriterionLevel, Framework, FrameworkBuilder, Rubric, Strength,
};
pub use instant::Instant;
pub use log::{
    Actor, Entry, EntryKind, EntryState, Event, EventKind, EventLog, PaceStatus, Pending, Retention, WaitsFor,
};
pub use policy::{LayeredPolicy, Policy, ProgrammeKind, Refused, Traced, TracedLayer};
pub use progress::{Award, MissingCondition, Needs, Programme, TracedRequirement};
#[cfg(feature = "zones")]
pub use progress::{Deadline, DeadlineState, Pace, PacePeriod, Pause, SetPace};
pub use progress::{Direction, Move, Moved, Simulation, SimulationOptions, Simulator};
pub use progress::{Frontier, Goal, LearningPath, PathStep, Readiness, RecoveryPlan, SelfRating, Standing, Waiver};
pub use progress::{LeastEvidence, Target};
pub use record::{
    Absence, Adaptation, Artifact, Assessor, AssessorRole, Assistance, Attempt, Evidence, EvidenceKind, LearnerRecord,
    Override, Purpose, Source, Withdrawal,
};
pub use rollup::Verdict;
pub use scale::{Level, Scale};
pub use value::{Rounding, RoundingMode, Value, Weight, meets};
