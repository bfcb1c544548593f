//! The explanation: how a result came about, complete enough to reproduce it.
//!
//! A derivation lists the node that was asked for and everything it rests on, each node once, parents before their inputs;
//! inputs refer to nodes by id. (Written as a nested tree, a node with several parents would stand there once per path.)

mod conclusion;
mod explain;
mod items;
mod layers;
mod model;
mod read;
mod requirement;
mod steps;
mod text;
mod verify;
mod write;

use crate::catalogue::Catalogue;
use crate::engine::Mastery;
use crate::error::Result;
use crate::instant::Instant;
use model::DerivedNode;

/// How a result came about: facts used, facts ignored and why, each step's numbers, what is missing.
///
/// ```
/// use lrm_core::{Derivation, Engine, Instant, LearnerRecord};
/// let engine = Engine::from_json(
///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#,
///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
/// )?;
/// let record = LearnerRecord::from_json(r#"[{"id": "e1", "competency": "NF.1", "score": 2}]"#)?;
/// let derivation = engine.explain(&record, "NF.1", Instant::EPOCH)?;
/// assert!(derivation.text().contains("e1"));
/// Derivation::from_json(derivation.to_json())?.verify()?;
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    pub(crate) framework: (Option<String>, Option<String>),
    pub(crate) policy: (Option<String>, Option<String>),
    pub(crate) as_of: Instant,
    /// Not empty: the first is the one that was asked for.
    pub(crate) nodes: Vec<DerivedNode>,
}

impl Derivation {
    /// The result that is explained.
    pub fn result(&self) -> Mastery {
        self.nodes.first().map(|node| node.result.clone()).unwrap_or_default()
    }

    /// The competency that was asked for.
    pub fn competency(&self) -> &str {
        self.nodes.first().map_or("", |node| &node.result.competency)
    }

    /// The instant of the question.
    pub const fn as_of(&self) -> Instant {
        self.as_of
    }

    /// The explanation in plain English, as [`Display`](std::fmt::Display) prints it.
    pub fn text(&self) -> String {
        self.text_with(&Catalogue::english())
    }

    /// The explanation in the words of a catalogue.
    pub fn text_with(&self, catalogue: &Catalogue) -> String {
        text::render(self, catalogue)
    }

    /// Canonical JSON (`lrm-derivation/1`).
    pub fn to_json(&self) -> String {
        write::derivation(self)
    }

    /// Reads a derivation.
    ///
    /// # Errors
    /// Those of a document; see `Policy::from_json`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        read::derivation(json.as_ref())
    }

    /// Recomputes everything from the derivation alone and compares: results, what counts and what does not and why, steps,
    /// notes, what is missing and the next level.
    ///
    /// What the derivation does not hold cannot be checked: the framework, items and inputs that are left out, names of rules and layers.
    ///
    /// # Errors
    /// `derivation-mismatch` with the competency of which something does not follow, `limit-exceeded` where what inner nodes
    /// look at (covered leaves, their items, levels) adds up to more than ten million.
    ///
    /// # Complexity
    /// O(n log n) in the size of the derivation, plus what inner nodes look at.
    pub fn verify(&self) -> Result<()> {
        verify::derivation(self)
    }
}

impl std::fmt::Display for Derivation {
    /// The explanation in plain English.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}
