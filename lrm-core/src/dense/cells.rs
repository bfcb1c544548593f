//! What one learner has of a node: the result, and what its rule keeps of the inputs.

use super::levels::NO_LEVEL;
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

    /// The newest selected instant, if there is one.
    #[inline]
    pub(crate) const fn newest(&self) -> Option<i64> {
        if self.has_value() && self.newest != NEVER { Some(self.newest) } else { None }
    }
}

/// What a rule keeps of its inputs for one learner: children, or leaves with a weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input {
    /// Σ wᵢ·vᵢ, or the least or the greatest value.
    pub(super) sum: i64,
    pub(super) weights: i64,
    /// How many have a value.
    pub(super) valued: u32,
    /// True if one of those is stale or provisional.
    pub(super) soft: bool,
    pub(super) more: Extra,
}

impl Input {
    pub(super) const NONE: Self = Self { sum: 0, weights: 0, valued: 0, soft: false, more: Extra::NONE };
}

/// What is kept only where somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extra {
    pub(super) newest: i64,
    /// The weights of the leaves that are met; of inputs only.
    pub(super) met: i64,
    /// Evidence, and covered leaves with a value: each row and each leaf counts once, so that no sum passes the number of rows.
    pub(super) evidence: u32,
    pub(super) leaves: u32,
}

impl Extra {
    pub(super) const NONE: Self = Self { newest: NEVER, met: 0, evidence: 0, leaves: 0 };
}
