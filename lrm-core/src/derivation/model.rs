//! What a derivation holds of one node.

use crate::engine::{Mastery, Reason};
use crate::estimate::Note;
use crate::policy::{Estimate, EvidenceRule, Rollup, Sufficiency, Tree};
use crate::record::{Evidence, Item};
use crate::scale::Scale;
use crate::sorting;
use crate::value::{Rounding, Value, Weight};

/// What a node is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// A competency without children, by its evidence.
    Leaf,
    /// An inner node's own evidence, judged as a leaf.
    OwnEvidence,
    /// An inner node's own evidence, which overrides its inputs.
    Overrides,
    /// An inner node, by its inputs.
    Inner,
    /// Out of scope.
    NotApplicable,
}

impl Basis {
    pub(crate) const WORDS: [(&'static str, Self); 5] = [
        ("leaf", Self::Leaf),
        ("own_evidence", Self::OwnEvidence),
        ("overrides", Self::Overrides),
        ("inner", Self::Inner),
        ("not_applicable", Self::NotApplicable),
    ];
}

/// One node of a derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DerivedNode {
    pub(crate) basis: Basis,
    pub(crate) statement: String,
    pub(crate) result: Mastery,
    pub(crate) rules: Rules,
    /// What a person decided. Boxed, since few nodes have it.
    pub(crate) overriding: Option<Box<DerivedOverride>>,
    /// Selected items, oldest first; of inner nodes only where the rule is `pooled`.
    pub(crate) used: Vec<DerivedItem>,
    pub(crate) ignored: Vec<IgnoredItem>,
    pub(crate) inputs: Vec<DerivedInput>,
    pub(crate) steps: Vec<Step>,
    pub(crate) notes: Vec<Note>,
    /// Requirements that are not satisfied, and by how much.
    pub(crate) missing: Vec<(String, u32)>,
    pub(crate) next: Option<NextLevel>,
}

/// The sections that judged a node, and the rule that set each; none is the policy itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) scale: Scale,
    pub(crate) evidence: EvidenceRule,
    pub(crate) estimate: Estimate,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) sufficiency: Sufficiency,
    pub(crate) rollup: Option<Rollup>,
    /// Where the rollup is by requirement, with lists in the place of selectors.
    pub(crate) requirement: Option<Tree>,
    /// Section and rule, for the sections that a rule set, in the order of [`Rules::SECTIONS`].
    pub(crate) set_by: Vec<(&'static str, String)>,
    /// Section and the layers that set a parameter of it, in byte order, for the sections that layers set.
    pub(crate) layers: Vec<(&'static str, Vec<String>)>,
}

impl Rules {
    pub(crate) const SECTIONS: [&'static str; 6] =
        ["scale", "evidence", "estimate", "rounding", "sufficiency", "rollup"];
}

/// An eligible item with its value on the scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DerivedItem {
    pub(crate) evidence: Evidence,
    pub(crate) value: Value,
    /// The value before it was held to the cap of a reassessment.
    pub(crate) uncapped: Option<Value>,
}

/// What a person decided: the item that says so, and the value if it sets one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DerivedOverride {
    pub(crate) evidence: Evidence,
    pub(crate) value: Option<Value>,
}

/// An item that does not enter the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IgnoredItem {
    pub(crate) reason: Reason,
    /// The item as canonical JSON; it may be one that cannot be read.
    pub(crate) json: String,
    /// Of items that are eligible: `not_selected` ones, and evidence that is `overridden`.
    pub(crate) eligible: Option<DerivedItem>,
}

impl IgnoredItem {
    /// The item, as far as it can be read.
    pub(crate) fn item(&self) -> Option<Item> {
        match &self.eligible {
            Some(eligible) => Some(Item::from(eligible.evidence.clone())),
            None => crate::record::item(self.json.as_bytes()).ok(),
        }
    }
}

/// An input of an inner node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DerivedInput {
    pub(crate) competency: String,
    /// True for the own evidence of that competency.
    pub(crate) own: bool,
    pub(crate) weight: Weight,
}

/// One step: what was done, and its numbers by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) id: String,
    /// By name, in byte order.
    pub(crate) numbers: Vec<(String, Number)>,
}

impl Step {
    pub(crate) fn new(id: String, mut numbers: Vec<(String, Number)>) -> Self {
        sorting::sort_by(&mut numbers, |(a, _), (b, _)| a.cmp(b));
        Self { id, numbers }
    }
}

/// A number of a step, or several; or what else there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    One(Value),
    Many(Vec<Value>),
    Text(String),
}

/// The next level up and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NextLevel {
    pub(crate) level: String,
    pub(crate) from: Value,
    pub(crate) gap: Value,
}
