//! Scales and their levels (semantics: Scales).

use std::collections::BTreeSet;

use serde_json::Value;

use super::Code;
use super::document::{grid, list, object, only, required, text};
use super::value::{Exact, Grid, integer, meets};

/// A level of a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// The id that results show.
    pub(super) id: String,
    /// The least value that reaches it.
    pub(super) from: Grid,
}

/// A scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    /// The least value.
    pub(super) min: Grid,
    /// The greatest value.
    pub(super) max: Grid,
    /// The proficient cut.
    pub(super) proficient: Grid,
    /// The levels, ascending.
    pub(super) levels: Vec<Level>,
}

impl Scale {
    /// Reads a `scale` section.
    pub(super) fn read(section: &Value) -> Result<Self, Code> {
        let section = object(section)?;
        only(section, &["min", "max", "proficient", "levels"])?;
        let min = grid(section, "min")?.map_or_else(|| Grid::nearest(&integer(0)), Ok)?;
        let max = required(grid(section, "max")?)?;
        let proficient = required(grid(section, "proficient")?)?;
        let mut levels = Vec::new();
        for entry in list(section, "levels")? {
            let entry = object(entry)?;
            only(entry, &["id", "label", "from"])?;
            text(entry, "label")?;
            let id = required(text(entry, "id")?)?.to_owned();
            levels.push(Level { id, from: required(grid(entry, "from")?)? });
        }
        if levels.is_empty() {
            levels = vec![
                Level { id: "below".to_owned(), from: min },
                Level { id: "proficient".to_owned(), from: proficient },
            ];
        } else if !levels.iter().zip(levels.iter().skip(1)).all(|(lower, upper)| lower.from < upper.from) {
            return Err("parameter-out-of-range");
        }
        let ids: BTreeSet<&str> = levels.iter().map(|level| level.id.as_str()).collect();
        if ids.len() < levels.len() {
            return Err("duplicate-id");
        }
        let on_scale = |value: Grid| min <= value && value <= max;
        if min >= max || !on_scale(proficient) || !levels.iter().all(|level| on_scale(level.from)) {
            return Err("parameter-out-of-range");
        }
        Ok(Self { min, max, proficient, levels })
    }

    /// The place of the highest level that a value meets.
    pub(super) fn level_of(&self, value: Grid) -> Option<usize> {
        self.levels.iter().rposition(|level| meets(value, level.from))
    }

    /// The place of the level with an id.
    pub(super) fn place_of(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.id == id)
    }

    /// A value put between the ends of the scale.
    pub(super) fn clamp(&self, value: Exact) -> Exact {
        value.max(self.min.exact()).min(self.max.exact())
    }

    /// The value at a share of the way from the least to the greatest.
    pub(super) fn at_share(&self, share: &Exact) -> Exact {
        share * (self.max.exact() - self.min.exact()) + self.min.exact()
    }
}
