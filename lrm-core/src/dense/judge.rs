//! From a raw value to value and status.

use super::cells::NEVER;
use super::plan::{Declared, Rule};
use crate::engine::Status;
use crate::instant::Instant;
use crate::value::{Rounding, Value};

/// What a value is judged by.
#[derive(Clone, Copy)]
pub(super) struct Judge<'r> {
    pub(super) rule: &'r Rule,
    pub(super) declared: Declared,
    pub(super) as_of: Instant,
}

impl Judge<'_> {
    /// The value, rounded as declared, with its status. Declines a rounded value beyond the limits.
    #[inline]
    pub(super) fn conclude(&self, raw: Value, newest: i64, provisional: bool) -> Option<(Value, Status)> {
        let value = match self.declared.rounding {
            Some(rounding) => rounded(raw, rounding)?,
            None => raw,
        };
        let judged = if self.rule.meets(value) { Status::Met } else { Status::NotMet };
        let status = if self.is_stale(newest) {
            Status::Stale
        } else if provisional {
            Status::Provisional
        } else {
            judged
        };
        Some((value, status))
    }

    #[inline]
    fn is_stale(&self, newest: i64) -> bool {
        self.declared.max_age.is_some_and(|days| is_older(newest, self.as_of, days))
    }
}

// what is rare stays out of the loops
#[inline(never)]
fn rounded(value: Value, rounding: Rounding) -> Option<Value> {
    value.rounded(rounding).ok()
}

#[inline(never)]
fn is_older(newest: i64, as_of: Instant, days: u32) -> bool {
    newest != NEVER && Instant::in_range(newest).is_some_and(|newest| as_of > newest.plus_days(days))
}
