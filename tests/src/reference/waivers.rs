//! Waivers: what somebody lets a learner do without a prerequisite, from when on and until when.

use super::document::text;
use super::entry::Entry;
use super::erasure::LogCopy;
use super::event;
use super::instant::{self, Instant};
use super::log::Log;

/// A waiver that is in force.
#[derive(Debug)]
pub(super) struct Waiver {
    /// By which it can be asked for.
    pub(super) id: Option<String>,
    /// What may be learned without a prerequisite.
    pub(super) competency: String,
    /// The prerequisite; none: all.
    pub(super) prerequisite: Option<String>,
    /// Who says so.
    pub(super) by: String,
    /// Why.
    pub(super) reason: String,
    /// The first instant at which it is no longer so.
    pub(super) until: Option<Instant>,
}

/// The waivers that are in force at an instant. One that was taken back never was; a correction says what was so.
pub(super) fn in_force(copy: &LogCopy, at: Instant) -> Vec<Waiver> {
    let events = copy.counting();
    let entries = Log::of(events.iter(), copy.learner.as_deref()).entries(&mut Vec::new());
    let stands = |entry: &&Entry<'_>| entry.kind == "waiver" && entry.state == "waived";
    entries.values().filter(stands).filter_map(|entry| waiver(entry, at)).collect()
}

fn waiver(entry: &Entry<'_>, at: Instant) -> Option<Waiver> {
    let own = |name: &str| text(&entry.own, name).ok().flatten();
    let until = own("expires_at").and_then(instant::parse);
    let has_begun = event::clock(&entry.item).is_none_or(|from| from <= at);
    let has_ended = until.is_some_and(|until| until <= at);
    if !has_begun || has_ended {
        return None;
    }
    Some(Waiver {
        id: entry.id().map(str::to_owned),
        competency: event::text(&entry.item, "competency")?.to_owned(),
        prerequisite: own("prerequisite").map(str::to_owned),
        by: event::actor(entry.opening, "id")?.to_owned(),
        reason: event::text(entry.opening, "reason")?.to_owned(),
        until,
    })
}
