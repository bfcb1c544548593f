//! What a pass keeps of nodes: results, and what goes up from them to the nodes above.

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
    pub(crate) valued: u32,
    pub(crate) status: Status,
}

impl Cell {
    pub(super) const EMPTY: Self =
        Self { value: Value::ZERO, newest: NEVER, evidence: 0, valued: 0, status: Status::NotAssessed };

    #[inline]
    pub(crate) const fn has_value(&self) -> bool {
        matches!(self.status, Status::Stale | Status::Provisional | Status::Met | Status::NotMet)
    }
}

/// What a rule over children keeps of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Inputs {
    /// Σ wᵢ·vᵢ, or the least or the greatest value.
    pub(super) sum: i64,
    pub(super) weights: i64,
    /// The last of them.
    pub(super) last: Value,
    pub(super) valued: u32,
    pub(super) soft: bool,
    pub(super) newest: Newest,
}

impl Inputs {
    /// Σ wᵢ·vᵢ / Σ wᵢ; some input has a value.
    #[inline]
    pub(super) fn mean(&self) -> Option<Value> {
        match self.valued {
            // whatever its weight
            1 => Some(self.last),
            _ => Value::ratio(self.sum.into(), self.weights.into()).ok(),
        }
    }
}

/// What a rule over leaves keeps of them: `rollup::Tally` with small numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) sum: i64,
    pub(super) weights: i64,
    pub(super) met: i64,
    pub(super) newest: Newest,
    pub(super) all: Counts,
    pub(super) weighed: Counts,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) valued: u32,
    pub(super) stale: u32,
    pub(super) evidence: u32,
}

/// The newest of some instants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest(pub(super) i64);

impl Default for Newest {
    fn default() -> Self {
        Self(NEVER)
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.valued = self.valued.saturating_add(other.valued);
        self.stale = self.stale.saturating_add(other.stale);
        self.evidence = self.evidence.saturating_add(other.evidence);
    }
}

impl Sums {
    /// What a leaf brings in; none if that passes 64 bits.
    pub(super) fn of(plan: &Node, result: &Cell) -> Option<Self> {
        let counts = Counts {
            valued: result.valued,
            stale: u32::from(result.status == Status::Stale),
            evidence: result.evidence,
        };
        let mut sums = Self { all: counts, ..Self::default() };
        if plan.weight > 0 {
            sums.weighed = counts;
            if result.has_value() {
                sums.weights = plan.weight;
                sums.sum = result.value.grid().checked_mul(plan.weight)?;
                sums.met = if result.status == Status::Met { plan.weight } else { 0 };
                sums.newest = Newest(result.newest);
            }
        }
        Some(sums)
    }

    /// Adds other sums; none if they pass 64 bits.
    pub(super) fn add(&mut self, other: &Self) -> Option<()> {
        self.sum = self.sum.checked_add(other.sum)?;
        self.weights = self.weights.checked_add(other.weights)?;
        self.met = self.met.checked_add(other.met)?;
        self.newest.0 = self.newest.0.max(other.newest.0);
        self.all.add(other.all);
        self.weighed.add(other.weighed);
        Some(())
    }
}

/// A set of small numbers that is read in ascending order.
#[derive(Debug, Default)]
pub(super) struct Bits(pub(super) Vec<u64>);

impl Bits {
    pub(super) fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    #[inline]
    pub(super) fn set(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Takes the smallest number of a word out; none if the word is empty.
    #[inline]
    pub(super) fn take(&mut self, word: usize) -> Option<usize> {
        let bits = self.0.get_mut(word).filter(|bits| **bits != 0)?;
        let bit = bits.trailing_zeros() as usize;
        *bits &= *bits - 1;
        Some(word * 64 + bit)
    }
}
