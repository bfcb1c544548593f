//! The result of one node while the graph is walked (semantics: Status, Coverage).

use std::collections::BTreeSet;

use super::instant::Instant;
use super::status::Status;
use super::value::Grid;

/// What is covered: a leaf, or the own evidence of an inner node as if it were one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaf {
    /// A competency without children.
    Competency(String),
    /// Evidence of an inner node itself.
    Own(String),
}

impl Leaf {
    /// The competency that the evidence is on.
    pub(super) fn id(&self) -> &str {
        let (Self::Competency(id) | Self::Own(id)) = self;
        id
    }
}

/// The result of a node, with the set that coverage and evidence are counted from.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The value, if it has one.
    pub(super) value: Option<Grid>,
    /// The level, if it reaches one.
    pub(super) level: Option<String>,
    /// The status.
    pub(super) status: Status,
    /// The newest clock instant among the selected items, if the node has a value.
    pub(super) newest: Option<Instant>,
    /// Whether the value stands on something that was done to a changed standard.
    pub(super) modified: bool,
    /// What it covers.
    pub(super) covered: BTreeSet<Leaf>,
}

impl Node {
    /// A node without a value.
    pub(super) fn without_value(status: Status, covered: BTreeSet<Leaf>) -> Self {
        Self { value: None, level: None, status, newest: None, modified: false, covered }
    }
}
