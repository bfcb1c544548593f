//! Locks: what the layers below one may not change, or only within bounds.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::parameters::{PARAMETERS, Parameter, SECTIONS};
use crate::error::{Code, quote};
use crate::json::read::{Fields, Path, Sink};
use crate::json::write::canonical;
use crate::value::Value;

/// A lock as a document has it.
#[derive(Debug)]
pub(super) struct Lock {
    /// The parameters: one, or all of a section.
    pub(super) parameters: Vec<&'static Parameter>,
    pub(super) bounds: Bounds,
    pub(super) reason: Option<String>,
}

/// What a lock lets through; without anything no change at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Bounds {
    min: Option<Value>,
    max: Option<Value>,
    /// Canonical JSON, sorted.
    allowed: Option<Vec<String>>,
}

impl Bounds {
    const fn is_fixed(&self) -> bool {
        self.min.is_none() && self.max.is_none() && self.allowed.is_none()
    }

    /// True if a value, as canonical JSON, is one of those that are allowed and lies within the bounds.
    fn holds(&self, value: &str) -> bool {
        self.is_within(value) && self.allowed.as_ref().is_none_or(|allowed| is_among(allowed, value))
    }

    fn is_within(&self, value: &str) -> bool {
        if self.min.is_none() && self.max.is_none() {
            return true;
        }
        // what is no number lies within no bounds
        let Ok(number) = value.parse::<Value>() else { return false };
        self.min.is_none_or(|min| min <= number) && self.max.is_none_or(|max| number <= max)
    }
}

fn is_among(sorted: &[String], value: &str) -> bool {
    sorted.binary_search_by(|known| known.as_str().cmp(value)).is_ok()
}

/// Reads the lock at a place.
pub(super) fn lock(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Lock> {
    let mut fields = Fields::of(raw, path, sink)?;
    let pointer = fields.required_string("parameter");
    let bounds = Bounds { min: fields.value("min"), max: fields.value("max"), allowed: allowed(&mut fields, sink) };
    let reason = fields.string("reason");
    fields.finish();
    let pointer = pointer?;
    let parameters: Vec<&Parameter> = PARAMETERS.iter().filter(|known| points_to(&pointer, known)).collect();
    if parameters.is_empty() {
        let message = format!("no policy has the parameter {}", quote(&pointer));
        sink.add(Code::UnknownField, &path.key("parameter"), message);
        return None;
    }
    let is_section = SECTIONS.iter().any(|section| pointer.strip_prefix('/') == Some(section));
    let numeric = bounds.min.is_some() || bounds.max.is_some();
    if is_section && !bounds.is_fixed() {
        sink.add(Code::InvalidValue, path, format!("{} is a section: bounds are for its parameters", quote(&pointer)));
    } else if numeric && parameters.iter().any(|known| !known.is_number) {
        sink.add(Code::InvalidValue, path, format!("{} is no number: it has no bounds", quote(&pointer)));
    }
    Some(Lock { parameters, bounds, reason })
}

fn points_to(pointer: &str, known: &Parameter) -> bool {
    let rest = pointer.strip_prefix('/').and_then(|rest| rest.strip_prefix(known.section));
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('/') == Some(known.key))
}

fn allowed(fields: &mut Fields<'_, '_>, sink: &Sink) -> Option<Vec<String>> {
    let list = fields.list("allowed")?;
    let path = fields.path.key("allowed");
    let read = |(at, raw)| Some(sink.ok(canonical(raw, &path.index(at)), &path)?.get().to_owned());
    let mut allowed: Vec<String> = list.into_iter().enumerate().filter_map(read).collect();
    crate::sorting::sort(&mut allowed);
    allowed.dedup();
    Some(allowed)
}

/// A lock that is in force for the layers below the one that has it.
#[derive(Debug)]
pub(super) struct InForce {
    /// The place of that layer.
    pub(super) layer: usize,
    bounds: Bounds,
    pub(super) reason: Option<String>,
}

/// The locks of one parameter, highest first, and what they leave together.
#[derive(Debug, Default)]
pub(super) struct Force {
    locks: Vec<InForce>,
    left: Bounds,
    /// True if one of them lets no change through.
    is_fixed: bool,
}

/// Why a lock cannot be.
pub(super) enum Fault {
    /// Nothing is left.
    Contradiction,
    /// What holds is outside of it.
    Outside,
}

impl Force {
    /// The highest lock that a value is outside of. The value is given in its forms, each canonical JSON, and so is what holds:
    /// what is the same changes nothing.
    pub(super) fn refuses(&self, forms: &[&str], current: &[&str]) -> Option<&InForce> {
        if forms.iter().zip(current).any(|(form, current)| form == current) {
            return None;
        }
        let lets = |lock: &InForce| !lock.bounds.is_fixed() && forms.iter().any(|form| lock.bounds.holds(form));
        self.locks.iter().find(|lock| !lets(lock))
    }

    /// The highest lock in whose bounds a value does not lie; where there is nothing nothing is outside.
    pub(super) fn outside(&self, value: &str) -> Option<&InForce> {
        self.locks.iter().find(|lock| value != "null" && !lock.bounds.holds(value))
    }

    /// Adds a lock, given what holds.
    pub(super) fn add(&mut self, layer: usize, lock: &Lock, current: &str) -> Result<(), Fault> {
        let bounds = lock.bounds.clone();
        self.locks.push(InForce { layer, bounds: bounds.clone(), reason: lock.reason.clone() });
        self.is_fixed |= bounds.is_fixed();
        let left = &mut self.left;
        left.min = left.min.max(bounds.min);
        left.max = left.max.into_iter().chain(bounds.max).min();
        left.allowed = match (left.allowed.take(), bounds.allowed) {
            (Some(mut left), Some(more)) => {
                left.retain(|value| is_among(&more, value));
                Some(left)
            }
            (left, more) => left.or(more),
        };
        if let Some(mut allowed) = left.allowed.take() {
            allowed.retain(|value| left.is_within(value));
            left.allowed = Some(allowed);
        }
        let outside = current != "null" && !left.holds(current);
        let nothing = match &left.allowed {
            // what is fixed is all that there is
            _ if self.is_fixed => outside,
            Some(allowed) => allowed.is_empty(),
            None => left.min.zip(left.max).is_some_and(|(min, max)| min > max),
        };
        match (nothing, outside) {
            (true, _) => Err(Fault::Contradiction),
            (false, true) => Err(Fault::Outside),
            (false, false) => Ok(()),
        }
    }
}

/// The locks in force, by section and key.
pub(super) type InForces = BTreeMap<(&'static str, &'static str), Force>;
