//! Overrides: a person's judgement in the place of what follows from evidence, as an item.

use super::{bare, quoted};
use crate::json::write::Writer;
use crate::log::event::Event;
use crate::log::fields;
use crate::log::transitions::EntryKind;
use crate::record::{Item, ROLES};

/// The item: who decided is its assessor, and why and until when stands under `override`.
pub(super) fn item(version: &Item, opening: &Event) -> Item {
    let mut parts = bare(version, EntryKind::Override);
    let mut w = Writer::new();
    w.open('{').optional("reason", opening.reason());
    w.optional("expires_at", fields::instant(version, "expires_at").map(|at| at.to_string()).as_deref());
    w.close('}');
    parts.set("override", w.finish());
    let actor = opening.actor();
    let role = actor.and_then(|actor| actor.role.as_deref());
    let role = role.filter(|role| ROLES.iter().any(|(known, _)| known == role)).unwrap_or("teacher");
    let id = actor.and_then(|actor| actor.id.as_deref()).unwrap_or_default();
    parts.set("assessor", format!("{{\"id\":{},\"role\":\"{role}\"}}", quoted(id)));
    parts.into_item()
}
