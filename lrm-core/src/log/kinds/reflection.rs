//! Reflections: what the learner thought, in versions.

use std::collections::BTreeMap;

use crate::json::write::Writer;
use crate::log::event::Event;
use crate::log::fields;
use crate::record::Item;

/// The versions of a reflection.
#[derive(Debug, Default)]
pub(in crate::log) struct Reflection<'l> {
    texts: Vec<String>,
    /// Of the events that wrote or corrected a version, which one.
    of: BTreeMap<&'l str, usize>,
}

impl<'l> Reflection<'l> {
    pub(super) fn new(id: Option<&'l str>, body: &Item) -> Self {
        let mut reflection = Self::default();
        reflection.next(id, body);
        reflection
    }

    /// The next version.
    pub(super) fn next(&mut self, id: Option<&'l str>, body: &Item) {
        self.of.extend(id.map(|id| (id, self.texts.len())));
        self.texts.push(fields::text(body, "text").unwrap_or_default());
    }

    /// The version that a correction is about has another text.
    pub(super) fn corrected(&mut self, of: &'l str, event: &'l Event, body: &Item) {
        let Some(at) = self.of.get(of).copied() else { return };
        self.of.extend(event.id().map(|id| (id, at)));
        if fields::text(&event.item, "text").is_some()
            && let Some(text) = self.texts.get_mut(at)
        {
            *text = fields::text(body, "text").unwrap_or_default();
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.texts.last().map(String::as_str)
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.texts("versions", &self.texts);
    }
}
