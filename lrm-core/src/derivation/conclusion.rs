//! What a judged node says besides its value: notes, what is missing, and the next level.

use super::model::{DerivedNode, NextLevel};
use crate::engine::Judged;
use crate::estimate::Note;
use crate::scale::Scale;
use crate::value::Value;

/// Notes, requirements that are not satisfied, and the next level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conclusion {
    pub(super) notes: Vec<Note>,
    pub(super) missing: Vec<(String, u32)>,
    pub(super) next: Option<NextLevel>,
}

impl Conclusion {
    pub(super) fn of(judged: &Judged, scale: &Scale) -> Self {
        let shown = judged.result.value;
        Self {
            // notes are about a value: where none is shown there is nothing to note
            notes: if shown.is_some() { judged.notes.clone() } else { Vec::new() },
            missing: judged.shortfalls.iter().map(|one| (one.name.to_owned(), one.missing)).collect(),
            next: shown.and_then(|value| next_level(value, judged.result.level, scale)),
        }
    }

    /// True if that is what the node says.
    pub(super) fn is_that_of(&self, node: &DerivedNode) -> bool {
        self.notes == node.notes && self.missing == node.missing && self.next == node.next
    }
}

/// The level above the one that is shown, and how far the value is from it. A value that is there already (what lacks then is
/// independent evidence) has no way to go.
fn next_level(value: Value, shown: Option<usize>, scale: &Scale) -> Option<NextLevel> {
    let next = scale.levels().get(shown.map_or(0, |shown| shown + 1))?;
    let gap = if crate::value::meets(value, next.from) {
        Value::ZERO
    } else {
        Value::from_grid(next.from.grid().checked_sub(value.grid())?).ok()?
    };
    Some(NextLevel { level: next.id.clone(), from: next.from, gap })
}
