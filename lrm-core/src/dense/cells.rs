//! What a pass keeps of nodes: results, and what goes up from them to the nodes above.

use super::levels::NO_LEVEL;
use super::plan::Node;
use crate::engine::Status;
use crate::value::Value;

/// Stands for no instant, and orders before all.
pub(super) const NEVER: i64 = i64::MIN;

/// The result of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) value: Value,
    /// Microseconds of the newest selected instant; the least number if there is none.
    pub(crate) newest: i64,
    pub(crate) evidence: u32,
    /// How many of the covered leaves have a value.
    pub(crate) valued: u32,
    /// The place among all levels, or [`NO_LEVEL`].
    pub(crate) level: u32,
    pub(crate) status: Status,
    /// Never of results of the pass, which leaves modified standards to the board.
    pub(crate) modified: bool,
}

impl Cell {
    pub(crate) const EMPTY: Self = Self {
        value: Value::ZERO,
        newest: NEVER,
        evidence: 0,
        valued: 0,
        level: NO_LEVEL,
        status: Status::NotAssessed,
        modified: false,
    };

    pub(crate) const NOT_APPLICABLE: Self = Self { status: Status::NotApplicable, ..Self::EMPTY };

    #[inline]
    pub(crate) const fn has_value(&self) -> bool {
        matches!(self.status, Status::Stale | Status::Provisional | Status::Met | Status::NotMet)
    }

    /// True of what makes a result above provisional.
    #[inline]
    pub(super) const fn is_soft(&self) -> bool {
        matches!(self.status, Status::Stale | Status::Provisional)
    }

    /// The newest selected instant, if there is one.
    #[inline]
    pub(crate) const fn newest(&self) -> Option<i64> {
        if self.has_value() && self.newest != NEVER { Some(self.newest) } else { None }
    }
}

/// What a rule over children keeps of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    /// Σ wᵢ·vᵢ, or the least or the greatest value.
    pub(super) sum: i64,
    pub(super) weights: i64,
    pub(super) newest: i64,
    pub(super) valued: u32,
    /// Evidence, and covered leaves with a value.
    pub(super) evidence: u32,
    pub(super) leaves: u32,
    pub(super) soft: bool,
}

impl Inputs {
    pub(super) const NONE: Self =
        Self { sum: 0, weights: 0, newest: NEVER, valued: 0, evidence: 0, leaves: 0, soft: false };

    /// Counts what lies below: each row and each leaf once, so that no sum passes the number of rows.
    #[inline]
    pub(super) fn count(&mut self, below: &Cell) {
        self.evidence = self.evidence.wrapping_add(below.evidence);
        self.leaves = self.leaves.wrapping_add(below.valued);
    }
}

/// What a rule over leaves keeps of those with a weight: `rollup::Tally` with small numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub(super) sum: i64,
    pub(super) weights: i64,
    pub(super) met: i64,
    pub(super) newest: i64,
    pub(super) counts: Counts,
}

/// How many leaves have a value, how many of those are stale, and how many items there are: each once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) valued: u32,
    pub(super) stale: u32,
    pub(super) evidence: u32,
}

impl Counts {
    #[inline]
    pub(super) fn of(leaf: &Cell) -> Self {
        Self { valued: leaf.valued, stale: u32::from(leaf.status == Status::Stale), evidence: leaf.evidence }
    }

    // no sum passes the number of rows or leaves
    #[inline]
    pub(super) fn add(&mut self, other: Self) {
        self.valued = self.valued.wrapping_add(other.valued);
        self.stale = self.stale.wrapping_add(other.stale);
        self.evidence = self.evidence.wrapping_add(other.evidence);
    }
}

impl Sums {
    pub(super) const NONE: Self = {
        let counts = Counts { valued: 0, stale: 0, evidence: 0 };
        Self { sum: 0, weights: 0, met: 0, newest: NEVER, counts }
    };

    /// What a leaf brings in; none if that passes 64 bits.
    #[inline]
    pub(super) fn of(plan: &Node, leaf: &Cell) -> Option<Self> {
        let mut sums = Self::NONE;
        if plan.weight > 0 {
            sums.counts = Counts::of(leaf);
            if leaf.has_value() {
                sums.weights = plan.weight;
                sums.sum = leaf.value.grid().checked_mul(plan.weight)?;
                sums.met = if leaf.status == Status::Met { plan.weight } else { 0 };
                sums.newest = leaf.newest;
            }
        }
        Some(sums)
    }

    /// Adds other sums; none if they pass 64 bits.
    #[inline]
    pub(super) fn add(&mut self, other: &Self) -> Option<()> {
        self.sum = self.sum.checked_add(other.sum)?;
        self.weights = self.weights.checked_add(other.weights)?;
        // no more than all weights
        self.met = self.met.wrapping_add(other.met);
        self.newest = self.newest.max(other.newest);
        self.counts.add(other.counts);
        Some(())
    }
}
