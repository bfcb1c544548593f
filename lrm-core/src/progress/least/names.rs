//! Names that nobody has: `new-1`, `new-2`, …

use std::collections::BTreeSet;

use crate::log::EventLog;
use crate::record::LearnerRecord;

const PREFIX: &str = "new-";

/// The names of pieces, of which each stands for an item, an assessor, a context and a thing that the record does not know.
pub(super) struct Names {
    taken: BTreeSet<String>,
    free: Vec<String>,
    next: u64,
}

impl Names {
    /// Besides the record the log is asked: as an event, too, a piece has an id of its own.
    pub(super) fn beside(record: &LearnerRecord, log: &EventLog) -> Self {
        let items = record.items().iter().flat_map(|item| {
            let evidence = &item.evidence;
            let artifact = evidence.artifact.as_ref();
            [
                evidence.id.as_deref(),
                evidence.assessor.as_ref().and_then(|assessor| assessor.id.as_deref()),
                evidence.context.as_deref(),
                artifact.and_then(|artifact| artifact.uri.as_deref()),
                artifact.and_then(|artifact| artifact.sha256.as_deref()),
            ]
        });
        let events = log.events().flat_map(|event| [event.id(), event.of()]);
        let taken = items.chain(events).flatten().filter(|name| name.starts_with(PREFIX));
        Self { taken: taken.map(str::to_owned).collect(), free: Vec::new(), next: 1 }
    }

    /// The name of the piece in a slot.
    pub(super) fn get(&mut self, slot: usize) -> String {
        while self.free.len() <= slot {
            let name = format!("{PREFIX}{}", self.next);
            self.next += 1;
            if !self.taken.contains(&name) {
                self.free.push(name);
            }
        }
        self.free.get(slot).cloned().unwrap_or_default()
    }
}
