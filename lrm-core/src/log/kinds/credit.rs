//! Credits: once given they stay until a person takes them away, but are under review while evidence for them is retracted.

use std::collections::BTreeSet;

use super::When;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::event::{Event, EventKind};
use crate::log::fold::{Known, Retracted};
use crate::log::transitions::{EntryKind, EntryState};
use crate::log::{EventLog, fields};
use crate::record::Item;

/// What became of the evidence for a credit.
#[derive(Debug, Default)]
pub(in crate::log) struct Credit {
    /// The retractions of its evidence, in turn, each with the id of the evidence.
    retractions: Vec<(Known, Option<Instant>, String)>,
    /// When somebody last said that it stands.
    upheld: Option<Known>,
    /// When somebody last said that it is looked at again.
    reviewed: Option<Known>,
}

impl EventLog {
    /// The names of the credits that the learner has, awarded or under review: as of an instant, or of all times. A correction or
    /// a retraction of a credit says what was so all the time.
    pub(crate) fn credits(&self, as_of: Option<Instant>) -> BTreeSet<String> {
        let folded = self.folded_by(as_of, is_step);
        let held = folded.courses().filter(|course| {
            let has = matches!(course.state(), EntryState::Awarded | EntryState::UnderReview);
            course.kind == EntryKind::Credit && has
        });
        held.filter_map(|course| fields::text(&course.body, "credit")).collect()
    }
}

/// True of an event by which a credit comes into being or moves on.
fn is_step(event: &Event) -> bool {
    use EventKind::{Awarded, Reviewed, Revoked, Upheld};
    matches!(event.kind(), Some(Awarded | Reviewed | Upheld | Revoked))
}

impl Credit {
    pub(super) fn look_at_evidence(&mut self, body: &Item, retracted: impl Fn(&str) -> Option<Retracted>) {
        let named = fields::texts(body, "evidence").unwrap_or_default();
        let retraction = |id: String| retracted(&id).map(|(known, at)| (known, at, id));
        self.retractions = named.into_iter().filter_map(retraction).collect();
        self.retractions.sort_unstable();
        self.retractions.dedup();
    }

    pub(super) fn act(&mut self, known: Known, event: &Event) {
        match event.kind() {
            Some(EventKind::Upheld) => self.upheld = Some(known),
            Some(EventKind::Reviewed) => self.reviewed = Some(known),
            _ => {}
        }
    }

    /// The retractions that nobody has answered.
    fn unanswered(&self) -> &[(Known, Option<Instant>, String)] {
        let answered = self.retractions.partition_point(|(known, ..)| Some(*known) <= self.upheld);
        self.retractions.get(answered..).unwrap_or_default()
    }

    /// The state that an event which is known since then finds: a retraction that is known since the same time came before.
    pub(super) fn at(&self, known: Known, stated: EntryState) -> EntryState {
        let reviewed = self.unanswered().first().is_some_and(|(retracted, ..)| *retracted <= known);
        if stated == EntryState::Awarded && reviewed { EntryState::UnderReview } else { stated }
    }

    pub(super) fn shown(&self, stated: EntryState) -> (EntryState, Option<When>) {
        // it may have been under review by itself before somebody said so
        let is_first = |known: &Known| self.reviewed.is_none_or(|reviewed| *known <= reviewed);
        match self.unanswered().first() {
            Some((_, at, _)) if stated == EntryState::Awarded => (EntryState::UnderReview, Some(When(*at))),
            Some((known, at, _)) if stated == EntryState::UnderReview && is_first(known) => (stated, Some(When(*at))),
            _ => (stated, None),
        }
    }

    /// The evidence whose retraction nobody has answered.
    pub(in crate::log) fn causes(&self) -> Vec<String> {
        let mut causes: Vec<String> = self.unanswered().iter().map(|(.., id)| id.clone()).collect();
        crate::sorting::sort(&mut causes);
        causes
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.texts("cause", &self.causes());
    }
}
