//! The evidence of one learner by node: which items lie there, and which of them count now.

use super::judge::{NodeResult, Ruling};
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::value::Value;

/// An item of a node that says something: its place in the record, and its value. An override need not set one: then it is
/// [`NO_VALUE`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) item: u32,
    pub(crate) value: Value,
}

/// Stands for the value of an override that sets none, and orders before all values of a scale.
pub(crate) const NO_VALUE: Value = Value::literal(i32::MIN);

/// What counts on a node at one instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admitted {
    /// The eligible items, oldest first.
    pub(crate) eligible: Vec<Judgement>,
    /// What else says how the node stands.
    pub(crate) ruling: Ruling,
    /// When the next item comes into its time, or an override ends.
    pub(crate) coming: Option<Instant>,
    /// The own evidence of an inner node, judged as a leaf.
    pub(crate) own: Option<NodeResult>,
}

impl Admitted {
    fn counts(&self) -> bool {
        !self.eligible.is_empty() || self.ruling.conflicts > 0
    }
}

#[derive(Clone, Debug)]
struct Body {
    node: u32,
    placed: Vec<Placed>,
    admitted: Admitted,
}

/// The bodies of evidence; few nodes have one.
#[derive(Clone, Debug)]
pub(crate) struct Bodies {
    /// The place of each node's body; [`NONE`] without one.
    places: Vec<u32>,
    all: Vec<Body>,
    /// How many inner nodes have eligible evidence of their own.
    owners: u32,
}

const NONE: u32 = u32::MAX;

impl Bodies {
    pub(crate) fn new(nodes: usize) -> Self {
        Self { places: vec![NONE; nodes], all: Vec::new(), owners: 0 }
    }

    fn of(&self, node: u32) -> Option<&Body> {
        self.all.get(*self.places.get(node as usize)? as usize)
    }

    fn of_mut(&mut self, node: u32) -> Option<&mut Body> {
        self.all.get_mut(*self.places.get(node as usize)? as usize)
    }

    /// True if inner nodes have eligible evidence of their own.
    pub(crate) const fn has_owners(&self) -> bool {
        self.owners > 0
    }

    pub(crate) fn place(&mut self, node: u32, placed: Placed) {
        if let Some(body) = self.of_mut(node) {
            body.placed.push(placed);
        } else if let Some(place) = self.places.get_mut(node as usize) {
            *place = u32::try_from(self.all.len()).unwrap_or(NONE);
            self.all.push(Body { node, placed: vec![placed], admitted: Admitted::default() });
        }
    }

    pub(crate) fn remove(&mut self, node: u32, item: u32) {
        if let Some(body) = self.of_mut(node) {
            body.placed.retain(|placed| placed.item != item);
        }
    }

    /// The items with a value on a node; none if there never was one.
    pub(crate) fn placed(&self, node: u32) -> Option<&[Placed]> {
        self.of(node).map(|body| body.placed.as_slice())
    }

    pub(crate) fn admitted(&self, node: u32) -> Option<&Admitted> {
        self.of(node).map(|body| &body.admitted)
    }

    /// The eligible items of a node, oldest first.
    pub(crate) fn eligible(&self, node: u32) -> &[Judgement] {
        self.of(node).map_or(&[], |body| body.admitted.eligible.as_slice())
    }

    /// What says how a node stands besides its eligible items.
    pub(crate) fn ruling(&self, node: u32) -> &Ruling {
        self.of(node).map_or(&Ruling::NONE, |body| &body.admitted.ruling)
    }

    /// True of a node with evidence that counts: eligible items, or some that a person has to decide about.
    pub(crate) fn counts(&self, node: u32) -> bool {
        self.of(node).is_some_and(|body| body.admitted.counts())
    }

    /// The own evidence of an inner node, judged as a leaf.
    pub(crate) fn own(&self, node: u32) -> Option<&NodeResult> {
        self.of(node)?.admitted.own.as_ref()
    }

    pub(crate) fn set_own(&mut self, node: u32, own: NodeResult) {
        if let Some(body) = self.of_mut(node) {
            body.admitted.own = Some(own);
        }
    }

    /// Says what counts on a node now; gives what did before.
    pub(crate) fn admit(&mut self, node: u32, leaf: bool, admitted: Admitted) -> Option<Admitted> {
        let is_owner = !leaf && admitted.counts();
        let before = std::mem::replace(&mut self.of_mut(node)?.admitted, admitted);
        let was_owner = !leaf && before.counts();
        self.owners = self.owners + u32::from(is_owner) - u32::from(was_owner);
        Some(before)
    }

    /// The nodes with evidence and what is eligible there.
    pub(crate) fn all_eligible(&self) -> impl Iterator<Item = (u32, &[Judgement])> {
        self.all.iter().map(|body| (body.node, body.admitted.eligible.as_slice()))
    }
}
