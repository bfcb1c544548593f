//! Sums over the distinct leaves below a node: all that a rule over leaves needs to know about them.
//!
//! The sums are integers, so a tree adds them up along its children and gets the same as a walk over the leaves.

use crate::error::Result;
use crate::instant::Instant;
use crate::value::{Value, Weight, plus, times};

/// What one leaf, or the own evidence of an inner node, brings in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeafInput {
    pub(crate) value: Option<Value>,
    pub(crate) met: bool,
    pub(crate) stale: bool,
    pub(crate) modified: bool,
    pub(crate) newest: Option<Instant>,
    pub(crate) evidence: u32,
    pub(crate) weight: Weight,
    /// Of own evidence, the class of the scale it was judged on.
    pub(crate) own_scale: Option<u32>,
}

/// The sums. `all` counts every leaf that applies, `weighed` those of weight above 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) all: Counts,
    pub(crate) weighed: Counts,
    /// Σ wᵢ over the leaves with a value, in millionths.
    pub(crate) weight_valued: i128,
    /// Σ wᵢ·vᵢ, in millionths of grid steps.
    pub(crate) weighted: i128,
    /// Σ wᵢ over the leaves that are met.
    pub(crate) weight_met: i128,
    /// The newest selected instant among the leaves of weight above 0 with a value.
    pub(crate) newest: Option<Instant>,
    /// The least and the greatest class among the scales of own evidence.
    pub(crate) own_scales: Option<(u32, u32)>,
}

/// How many leaves, and how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) leaves: u32,
    pub(crate) valued: u32,
    /// With a value, but stale.
    pub(crate) stale: u32,
    /// With a value, but by a modified standard.
    pub(crate) modified: u32,
    pub(crate) evidence: u32,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.leaves = self.leaves.saturating_add(other.leaves);
        self.valued = self.valued.saturating_add(other.valued);
        self.stale = self.stale.saturating_add(other.stale);
        self.modified = self.modified.saturating_add(other.modified);
        self.evidence = self.evidence.saturating_add(other.evidence);
    }

    /// The sum in which `before` has become `after`; none where a sum had reached its end.
    fn corrected(self, before: Self, after: Self) -> Option<Self> {
        Some(Self {
            leaves: correct(self.leaves, before.leaves, after.leaves)?,
            valued: correct(self.valued, before.valued, after.valued)?,
            stale: correct(self.stale, before.stale, after.stale)?,
            modified: correct(self.modified, before.modified, after.modified)?,
            evidence: correct(self.evidence, before.evidence, after.evidence)?,
        })
    }
}

/// A sum of counts in which one of them has changed; none where the sum had reached its end.
pub(crate) fn correct(sum: u32, before: u32, after: u32) -> Option<u32> {
    if sum == u32::MAX { None } else { sum.checked_sub(before)?.checked_add(after) }
}

impl Tally {
    pub(crate) fn of(leaf: LeafInput) -> Result<Self> {
        let counts = Counts {
            leaves: 1,
            valued: u32::from(leaf.value.is_some()),
            stale: u32::from(leaf.stale),
            modified: u32::from(leaf.modified),
            evidence: leaf.evidence,
        };
        let own_scales = leaf.own_scale.map(|class| (class, class));
        let mut tally = Self { all: counts, own_scales, ..Self::default() };
        if leaf.weight.is_zero() {
            return Ok(tally);
        }
        tally.weighed = counts;
        if let Some(value) = leaf.value {
            let weight = leaf.weight.millionths();
            tally.weight_valued = weight;
            tally.weighted = times(i128::from(value.grid()), weight)?;
            tally.weight_met = if leaf.met { weight } else { 0 };
            tally.newest = leaf.newest;
        }
        Ok(tally)
    }

    pub(crate) fn add(&mut self, other: &Self) -> Result<()> {
        self.all.add(other.all);
        self.weighed.add(other.weighed);
        self.weight_valued = plus(self.weight_valued, other.weight_valued)?;
        self.weighted = plus(self.weighted, other.weighted)?;
        self.weight_met = plus(self.weight_met, other.weight_met)?;
        self.newest = self.newest.max(other.newest);
        self.own_scales = match (self.own_scales, other.own_scales) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (one, other) => one.or(other),
        };
        Ok(())
    }

    /// The sums in which one leaf has changed from `before` to `after`; none where only a new sum is sure to be right: the
    /// leaf may have been the newest, or a sum has reached its end.
    pub(crate) fn corrected(&self, before: &Self, after: &Self) -> Option<Self> {
        let leaf_was_newest = before.newest.is_some() && before.newest == self.newest && after.newest < before.newest;
        if leaf_was_newest || before.own_scales.is_some() || after.own_scales.is_some() {
            return None;
        }
        let correct = |sum: i128, before: i128, after: i128| sum.checked_sub(before)?.checked_add(after);
        Some(Self {
            all: self.all.corrected(before.all, after.all)?,
            weighed: self.weighed.corrected(before.weighed, after.weighed)?,
            weight_valued: correct(self.weight_valued, before.weight_valued, after.weight_valued)?,
            weighted: correct(self.weighted, before.weighted, after.weighted)?,
            weight_met: correct(self.weight_met, before.weight_met, after.weight_met)?,
            newest: self.newest.max(after.newest),
            own_scales: self.own_scales,
        })
    }
}
