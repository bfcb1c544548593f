//! The levels of all scales in use as one list, so that a column of levels holds small numbers.

use std::collections::BTreeMap;

use crate::engine::Compiled;

/// Stands for no level.
pub(crate) const NO_LEVEL: u32 = u32::MAX;

/// The list.
#[derive(Debug)]
pub(crate) struct Levels {
    pub(crate) ids: Vec<String>,
    /// By class of scale and level, the place in `ids`.
    places: Vec<Vec<u32>>,
}

impl Levels {
    pub(super) fn new(compiled: &Compiled) -> Self {
        let mut levels = Self { ids: Vec::new(), places: Vec::new() };
        let mut known = BTreeMap::new();
        for (class, scale) in compiled.scales() {
            let place = |level: &crate::scale::Level| {
                *known.entry(level.id.clone()).or_insert_with(|| {
                    levels.ids.push(level.id.clone());
                    u32::try_from(levels.ids.len() - 1).unwrap_or(NO_LEVEL)
                })
            };
            let places = scale.levels().iter().map(place).collect();
            // classes are numbered from 0 without gaps
            levels.places.resize(class as usize + 1, Vec::new());
            if let Some(slot) = levels.places.get_mut(class as usize) {
                *slot = places;
            }
        }
        levels
    }

    /// The place of a level of a scale, or [`NO_LEVEL`].
    pub(crate) fn place(&self, class: u32, level: usize) -> u32 {
        self.places.get(class as usize).and_then(|places| places.get(level)).copied().unwrap_or(NO_LEVEL)
    }
}
