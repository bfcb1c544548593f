//! Requirement trees: what must be met, as groups of groups of conditions about competencies, credits and time.
//!
//! A group is a threshold over its members, a condition is about one thing. A tree is kept as a list in the order of the
//! document, each group before its members, so that nothing that looks at it has to recurse.

mod check;
mod read;
mod write;

pub(crate) use check::contradictions;
pub(crate) use read::FULL;
pub(crate) use write::{write_asked, write_requirement};

use serde_json::value::RawValue;

use super::{Match, Sufficiency};
use crate::instant::Instant;
use crate::json::read::{Path, Sink};
use crate::json::write::canonical_within;
use crate::limits::NESTING;
use crate::record::{EvidenceKind, words};
use crate::value::{Value, Weight};

words! {
    /// What a programme is.
    ProgrammeKind, PROGRAMME_KINDS {
        /// What a learner needs to leave school with a diploma.
        Graduation = "graduation",
        /// What a learner needs for the credit of a course.
        CourseCredit = "course_credit",
        /// A way through what is on offer.
        Pathway = "pathway",
        /// What a learner needs to go on to somewhere.
        Destination = "destination",
    }
}

/// A requirement with a name, and the credit that it earns.
#[derive(Clone, Debug)]
pub(crate) struct NamedRequirement {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) kind: Option<ProgrammeKind>,
    pub(crate) credit: Option<String>,
    pub(crate) tree: Tree,
}

impl NamedRequirement {
    /// The name of the credit.
    pub(crate) fn credit(&self) -> &str {
        self.credit.as_deref().unwrap_or(&self.id)
    }
}

/// What reads requirements. A program that has no room for it keeps them as they are written, and has them spelled out elsewhere.
pub(crate) struct TreeReader {
    /// Reads a requirement. That of a rollup is about what stands below its node, now and always.
    pub(crate) requirement: fn(&RawValue, &Path<'_>, &Sink) -> Option<Tree>,
    pub(crate) programmes: fn(&RawValue, &Path<'_>, &Sink) -> Vec<NamedRequirement>,
    pub(crate) sequences: fn(&RawValue, &Path<'_>, &Sink) -> Vec<Vec<String>>,
}

/// Requirements as they are written, in one form of JSON.
pub(crate) fn kept(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Box<RawValue>> {
    // a member of a group of points takes three levels
    sink.ok(canonical_within(4 * NESTING, raw, path), path)
}

/// The requirement of a rollup.
#[derive(Clone, Debug)]
pub(crate) struct Deciding {
    /// As it is written.
    pub(crate) text: Box<RawValue>,
    /// None where nobody has read it.
    pub(crate) tree: Option<Tree>,
}

/// A requirement tree: its requirements in the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree(pub(crate) Vec<Requirement>);

/// One requirement of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// The place of the group that it is a member of; that of the first requirement is its own.
    pub(crate) group: u32,
    /// Which member of a list it is; none of the first requirement and of those that a selector stands for.
    pub(crate) member: Option<u32>,
    /// In a group of points, what it is worth.
    pub(crate) worth: Weight,
    /// In a group of points, whether it must be met.
    pub(crate) required: bool,
    /// From then on it is left out.
    pub(crate) until: Option<Instant>,
    pub(crate) asks: Asks,
}

impl Requirement {
    pub(crate) fn new(group: u32, member: Option<u32>, asks: Asks) -> Self {
        Self { group, member, worth: Weight::ONE, required: false, until: None, asks }
    }
}

/// What a requirement asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Enough of its members, which a selector may stand for.
    Group(Threshold, Option<Box<Selector>>),
    Competency(String, Test),
    /// A credit of that name.
    Credential(String),
    NotBefore(Instant),
}

/// How much of a group is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    All,
    Any,
    AtLeast(u32),
    Percent(u32),
    Points(Weight),
}

impl Threshold {
    /// The name of the group's operator.
    pub(crate) const fn operator(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::AtLeast(_) => "at_least",
            Self::Percent(_) => "percent",
            Self::Points(_) => "points",
        }
    }

    /// The key under which the members stand.
    pub(crate) const fn members(self) -> &'static str {
        match self {
            Self::All | Self::Any => self.operator(),
            _ => "of",
        }
    }

    /// How many of so many members must be met; of points, none for their number.
    pub(crate) fn needed(self, members: u32) -> u32 {
        match self {
            Self::All => members,
            Self::Any => 1,
            Self::AtLeast(n) => n,
            Self::Percent(percent) => {
                u32::try_from((u64::from(members) * u64::from(percent)).div_ceil(100)).unwrap_or(u32::MAX)
            }
            Self::Points(_) => 0,
        }
    }
}

/// What a competency must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Test {
    #[default]
    Met,
    /// At that level or above.
    Level(String),
    /// The value meets this.
    Value(Value),
    /// The value does not meet this.
    Below(Value),
    Evidence(Box<EvidenceTest>),
}

/// How much evidence there must be, of which kind and how good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EvidenceTest {
    pub(crate) minima: Sufficiency,
    pub(crate) min_independent: u32,
    /// Of these kinds; none: of any, and of none.
    pub(crate) kinds: Option<Vec<EvidenceKind>>,
    pub(crate) level: Option<String>,
    pub(crate) value: Option<Value>,
}

/// Competencies that stand for the members of a group, and what is asked of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) matches: Match,
    pub(crate) which: Which,
    pub(crate) each: Test,
}

/// Which of the competencies that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// Those without children.
    Leaves,
    /// In a rollup, what stands directly below its competency.
    Children,
}

impl Tree {
    /// The requirements in the order of the document.
    pub(crate) fn list(&self) -> &[Requirement] {
        &self.0
    }

    /// The threshold of the group that a requirement is a member of; none of the first requirement.
    pub(crate) fn above(&self, place: usize) -> Option<Threshold> {
        let group = self.0.get(place).filter(|_| place > 0)?.group;
        match &self.0.get(group as usize)?.asks {
            Asks::Group(threshold, _) => Some(*threshold),
            _ => None,
        }
    }

    /// Where a requirement stands below the first one, as a JSON Pointer. All that a selector stands for has its place.
    pub(crate) fn pointer(&self, place: usize) -> String {
        let mut steps = Vec::new();
        let mut at = place;
        while let (Some(threshold), Some(this)) = (self.above(at), self.0.get(at)) {
            let wrapped = if matches!(threshold, Threshold::Points(_)) { "/of" } else { "" };
            let member = this.member.map(|member| format!("/{member}{wrapped}")).unwrap_or_default();
            steps.push(format!("/{}{member}", threshold.members()));
            at = this.group as usize;
        }
        steps.reverse();
        steps.concat()
    }

    /// The same with lists in the place of selectors that were spelled out.
    pub(crate) fn listed(&self) -> Self {
        let mut tree = self.clone();
        let mut members = vec![0_u32; tree.0.len()];
        for this in tree.0.iter_mut().skip(1) {
            if let Some(next) = members.get_mut(this.group as usize) {
                this.member = Some(*next);
                *next += 1;
            }
        }
        tree
    }
}
