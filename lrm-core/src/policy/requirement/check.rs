//! Conditions that exclude each other: no learner can ever meet both.

use super::{Asks, Threshold, Tree};
use crate::error::{Code, Finding, quote};
use crate::sorting;
use crate::value::{Value, meets};

/// Reports every condition that excludes an earlier one on the value of the same competency, where both are asked for: in a
/// group of all, those in it included. `bound` gives the value that a condition asks for, and whether it asks for less.
pub(crate) fn contradictions(
    tree: &Tree,
    bound: &dyn Fn(usize) -> Option<(bool, Value)>,
    found: &mut dyn FnMut(Finding),
    at: &str,
) {
    // the outermost group of all that a requirement belongs to without any other between
    let mut scopes: Vec<usize> = Vec::with_capacity(tree.list().len());
    let mut bounds = Vec::new();
    for (place, this) in tree.list().iter().enumerate() {
        // what ends some day may stand beside its opposite
        let joins = tree.above(place) == Some(Threshold::All) && this.until.is_none();
        let scope = scopes.get(this.group as usize).copied().filter(|_| joins).unwrap_or(place);
        scopes.push(scope);
        if let (Asks::Competency(id, _), Some((below, value))) = (&this.asks, bound(place)) {
            bounds.push((scope, id.as_str(), place, below, value));
        }
    }
    sorting::sort_by(&mut bounds, |one, other| (one.0, one.1, one.2).cmp(&(other.0, other.1, other.2)));
    let (mut about, mut least, mut most) = (None, None, None);
    for (scope, id, place, below, value) in bounds {
        if about != Some((scope, id)) {
            (about, least, most) = (Some((scope, id)), None, None);
        }
        let excluded = if below {
            most = most.into_iter().chain([value]).min();
            least.is_some_and(|least| meets(least, value))
        } else {
            least = least.into_iter().chain([value]).max();
            most.is_some_and(|most| meets(value, most))
        };
        if excluded {
            let message = format!("nobody can meet this and what else is asked of {}", quote(id));
            found(
                Finding::new(Code::Contradiction, [at, &tree.pointer(place)].concat(), message).with("competency", id),
            );
        }
    }
}
