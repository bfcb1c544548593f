//! What some learners have of a node, field by field, so that what goes up is added for all of them at once.

use super::cells::{Cell, Extra, Input, NEVER};
use super::held::{Open, Seen};
use super::lanes::{Each, Lanes};
use super::levels::NO_LEVEL;
use super::plan::Enters;
use crate::engine::Status;
use crate::value::Value;

/// What begins anew with each turn.
pub(super) trait New: Copy {
    const NEW: Self;
}

/// Their results.
#[derive(Clone, Copy, Debug)]
pub(super) struct Results {
    /// 0 where there is none.
    value: Each<i64>,
    status: Each<Status>,
    /// Who has a value, who has not enough for one, and who has evidence below.
    pub(super) valued: Lanes,
    insufficient: Lanes,
    pub(super) below: Lanes,
    /// Whose value makes what stands above provisional: one that is stale or provisional.
    pub(super) soft: Lanes,
}

/// What a rule keeps of the inputs of each: [`Input`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    sum: Each<i64>,
    weights: Each<i64>,
    count: Each<u32>,
    /// Who has an input with a value, and one that is stale or provisional.
    pub(super) valued: Lanes,
    soft: Lanes,
}

/// How much lies below, kept only where somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    evidence: Each<u32>,
    leaves: Each<u32>,
}

/// The newest instants and the weights of leaves that are met, likewise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    newest: Each<i64>,
    met: Each<i64>,
}

impl New for Results {
    const NEW: Self = Self {
        value: Each::all(0),
        status: Each::all(Status::NotAssessed),
        valued: Lanes::NONE,
        insufficient: Lanes::NONE,
        below: Lanes::NONE,
        soft: Lanes::NONE,
    };
}

impl New for Inputs {
    const NEW: Self =
        Self { sum: Each::all(0), weights: Each::all(0), count: Each::all(0), valued: Lanes::NONE, soft: Lanes::NONE };
}

impl New for Counts {
    const NEW: Self = Self { evidence: Each::all(0), leaves: Each::all(0) };
}

impl New for Rest {
    const NEW: Self = Self { newest: Each::all(NEVER), met: Each::all(0) };
}

impl Results {
    /// A value with its status.
    #[inline]
    pub(super) fn put(&mut self, lane: usize, (value, status): (Value, Status)) {
        self.value.set(lane, value.grid());
        self.status.set(lane, status);
        self.valued.add(Lanes::one(lane));
        self.soft.add_if(lane, matches!(status, Status::Stale | Status::Provisional));
    }

    /// There is not enough for a value.
    pub(super) fn put_insufficient(&mut self, lane: usize) {
        self.status.set(lane, Status::Insufficient);
        self.insufficient.add(Lanes::one(lane));
    }

    #[inline]
    pub(super) fn value(&self, lane: usize) -> Value {
        Value::again(self.value.of(lane))
    }

    /// Who has a result.
    #[inline]
    pub(super) const fn assessed(&self) -> Lanes {
        self.valued.or(self.insufficient)
    }

    /// Who has evidence here or below.
    #[inline]
    pub(super) const fn by(&self) -> Lanes {
        self.assessed().or(self.below)
    }
}

impl Inputs {
    /// Takes a child's values, or a leaf's, in by weight. Declines sums beyond 64 bits; weights stay within them.
    #[inline]
    pub(super) fn add_up(&mut self, below: &Results, weight: i64) -> Option<()> {
        let parts = self.sum.parts_mut().zip(below.value.parts()).zip(below.valued.parts());
        for ((sums, values), _) in parts.filter(|(_, valued)| *valued != 0) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.checked_add(value.checked_mul(weight)?)?;
            }
        }
        for (lane, weights) in self.weights.0.iter_mut().enumerate() {
            *weights = weights.wrapping_add(if below.valued.has(lane) { weight } else { 0 });
        }
        for (lane, count) in self.count.0.iter_mut().enumerate() {
            // no more than there are children
            *count = count.wrapping_add(below.valued.has(lane).into());
        }
        self.enter(below);
        Some(())
    }

    /// Takes in the least or the greatest value, or only who has one.
    pub(super) fn look_at(&mut self, below: &Results, enters: Enters) {
        for lane in below.valued.list() {
            let (own, value) = (self.sum.of(lane), below.value.of(lane));
            let sum = match enters {
                Enters::Lowest if self.valued.has(lane) => own.min(value),
                Enters::Highest if self.valued.has(lane) => own.max(value),
                _ => value,
            };
            self.sum.set(lane, sum);
            self.count.set(lane, self.count.of(lane).wrapping_add(1));
        }
        self.enter(below);
    }

    #[inline]
    const fn enter(&mut self, below: &Results) {
        self.valued.add(below.valued);
        self.soft.add(below.soft);
    }

    /// Takes in what another node over leaves has of them. Declines sums beyond 64 bits.
    pub(super) fn join(&mut self, other: &Self) -> Option<()> {
        for (sum, others) in self.sum.0.iter_mut().zip(&other.sum.0) {
            *sum = sum.checked_add(*others)?;
        }
        self.weights.add(&other.weights, i64::wrapping_add);
        self.count.add(&other.count, u32::wrapping_add);
        self.valued.add(other.valued);
        self.soft.add(other.soft);
        Some(())
    }
}

impl<R> Seen<'_, R> {
    #[inline]
    fn extra(&self, lane: usize) -> Extra {
        let mut extra = Extra::NONE;
        if let Some(counts) = self.counts {
            (extra.evidence, extra.leaves) = (counts.evidence.of(lane), counts.leaves.of(lane));
        }
        if let Some(rest) = self.rest {
            (extra.newest, extra.met) = (rest.newest.of(lane), rest.met.of(lane));
        }
        extra
    }
}

impl Seen<'_, Results> {
    /// The result of one learner, without a level.
    #[inline]
    pub(super) fn of(&self, lane: usize) -> Cell {
        let Extra { newest, evidence, leaves, .. } = self.extra(lane);
        Cell {
            value: self.row.value(lane),
            newest,
            evidence,
            valued: leaves,
            level: NO_LEVEL,
            status: self.row.status.of(lane),
            modified: false,
        }
    }
}

impl Seen<'_, Inputs> {
    /// What one learner has.
    #[inline]
    pub(super) fn of(&self, lane: usize) -> Input {
        Input {
            sum: self.row.sum.of(lane),
            weights: self.row.weights.of(lane),
            valued: self.row.count.of(lane),
            soft: self.row.soft.has(lane),
            more: self.extra(lane),
        }
    }
}

impl<R> Open<'_, R> {
    #[inline]
    pub(super) fn set(&mut self, lane: usize, extra: &Extra) {
        if let Some(counts) = &mut self.counts {
            counts.evidence.set(lane, extra.evidence);
            counts.leaves.set(lane, extra.leaves);
        }
        if let Some(rest) = &mut self.rest {
            rest.newest.set(lane, extra.newest);
            rest.met.set(lane, extra.met);
        }
    }

    /// Takes over what lies below a node as what its result rests on.
    #[inline]
    pub(super) fn rest_on(&mut self, below: &Seen<'_, Inputs>) {
        if let (Some(own), Some(below)) = (&mut self.counts, below.counts) {
            **own = *below;
        }
        if let (Some(own), Some(below)) = (&mut self.rest, below.rest) {
            own.newest = below.newest;
        }
    }

    /// Counts the evidence and the leaves that lie below.
    #[inline]
    pub(super) fn count(&mut self, below: Option<&Counts>) {
        if let (Some(own), Some(below)) = (&mut self.counts, below) {
            own.evidence.add(&below.evidence, u32::wrapping_add);
            own.leaves.add(&below.leaves, u32::wrapping_add);
        }
    }

    /// Takes in the newest instants of those who have a value.
    #[inline]
    pub(super) fn renew(&mut self, below: Option<&Rest>) {
        if let (Some(own), Some(below)) = (&mut self.rest, below) {
            own.newest.add(&below.newest, i64::max);
        }
    }

    /// Takes in all that is kept of leaves.
    #[inline(never)]
    pub(super) fn take_in(&mut self, counts: Option<&Counts>, rest: Option<&Rest>, newest: bool) {
        self.count(counts);
        if let (Some(own), Some(below)) = (&mut self.rest, rest) {
            own.met.add(&below.met, i64::wrapping_add);
        }
        if newest {
            self.renew(rest);
        }
    }
}
