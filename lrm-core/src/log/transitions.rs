//! The kinds of entries, their states, and the one table of what may happen to which.

use super::event::EventKind;
use crate::error::{Code, Error, Result, quote};
use crate::record::words;

words! {
    /// What an entry of a log is: a thing with a state, which one event opened and others act on.
    EntryKind, ENTRY_KINDS {
        /// A judgement (`assessed`).
        Evidence = "evidence",
        /// Work that was handed in (`submitted`).
        Submission = "submission",
        /// A judgement in the place of what follows from evidence (`overridden`).
        Override = "override",
        /// What the learner thought, in versions (`reflected`).
        Reflection = "reflection",
        /// A judgement of a group, as far as it is this learner's (`group_assessed`).
        GroupWork = "group_work",
        /// A goal (`proposed`, or `renegotiated` from another).
        Goal = "goal",
        /// A credit (`awarded`).
        Credit = "credit",
        /// A competency of the learner's own (`subdivided`).
        Subgoal = "subgoal",
        /// Another id of the same person (`identified`).
        Identity = "identity",
        /// A membership of a course or section (`enrolled`).
        Enrolment = "enrolment",
        /// A prerequisite that a person does not ask for (`waived`).
        Waiver = "waiver",
        /// How the learner means to go through a course (`planned`).
        Plan = "plan",
        /// A time that does not count for pace (`paused`).
        Pause = "pause",
        /// A pace that a person has set (`paced`).
        Pace = "pace",
        /// What was shown to somebody (`published`).
        Publication = "publication",
        /// A reason not to erase (`held`).
        Hold = "hold",
        /// What is gone from the log (`erased`).
        Erasure = "erasure",
    }
}

impl EntryKind {
    /// The kind of that name.
    ///
    /// # Errors
    /// `invalid-value` if there is none.
    pub fn parse(word: &str) -> Result<Self> {
        ENTRY_KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind).ok_or_else(|| {
            let known: Vec<&str> = ENTRY_KINDS.iter().map(|(word, _)| *word).collect();
            let message = format!("{} is not one of {}", quote(word), known.join(", "));
            Error::new(Code::InvalidValue, "/kind", message)
        })
    }
}

words! {
    /// Where an entry stands.
    EntryState, _STATES {
        /// Evidence as it came in, or as it was corrected; a submission that was judged.
        Assessed = "assessed",
        /// In doubt.
        Disputed = "disputed",
        /// Confirmed.
        Verified = "verified",
        /// Taken back, for good.
        Retracted = "retracted",
        /// Handed in, not judged.
        Submitted = "submitted",
        /// Said by a person.
        Overridden = "overridden",
        /// Written down.
        Reflected = "reflected",
        /// With a learner's own part added or taken off.
        Adjusted = "adjusted",
        /// Not agreed on.
        Proposed = "proposed",
        /// Agreed on.
        Approved = "approved",
        /// Reached.
        Met = "met",
        /// Not reached in time.
        Missed = "missed",
        /// Gave way to a successor.
        Renegotiated = "renegotiated",
        /// Given.
        Awarded = "awarded",
        /// To be looked at again by a person.
        UnderReview = "under_review",
        /// Taken away.
        Revoked = "revoked",
        /// Part of the learner's framework.
        Added = "added",
        /// The same person.
        Identified = "identified",
        /// Not the same person.
        Separated = "separated",
        /// A member.
        Enrolled = "enrolled",
        /// No longer a member.
        Left = "left",
        /// Not asked for.
        Waived = "waived",
        /// Meant to be so.
        Planned = "planned",
        /// Away, for a reason.
        Paused = "paused",
        /// Said by a person.
        Paced = "paced",
        /// Shown to somebody.
        Published = "published",
        /// Not to be erased.
        Held = "held",
        /// No longer held.
        Released = "released",
        /// For good.
        Erased = "erased",
    }
}

use EntryKind as Of;
use EntryState as Is;
use EventKind as On;

/// What opens an entry, and in which state.
const OPENED: [(On, Of, Is); 18] = [
    (On::Assessed, Of::Evidence, Is::Assessed),
    (On::Submitted, Of::Submission, Is::Submitted),
    (On::Overridden, Of::Override, Is::Overridden),
    (On::Reflected, Of::Reflection, Is::Reflected),
    (On::GroupAssessed, Of::GroupWork, Is::Assessed),
    (On::Proposed, Of::Goal, Is::Proposed),
    (On::Renegotiated, Of::Goal, Is::Proposed),
    (On::Awarded, Of::Credit, Is::Awarded),
    (On::Subdivided, Of::Subgoal, Is::Added),
    (On::Identified, Of::Identity, Is::Identified),
    (On::Enrolled, Of::Enrolment, Is::Enrolled),
    (On::Waived, Of::Waiver, Is::Waived),
    (On::Planned, Of::Plan, Is::Planned),
    (On::Paused, Of::Pause, Is::Paused),
    (On::Paced, Of::Pace, Is::Paced),
    (On::Published, Of::Publication, Is::Published),
    (On::Held, Of::Hold, Is::Held),
    (On::Erased, Of::Erasure, Is::Erased),
];

/// The states of what was judged, by whatever path.
const JUDGED: &[Is] = &[Is::Assessed, Is::Disputed, Is::Verified];
const OF_A_GROUP: &[Is] = &[Is::Assessed, Is::Disputed, Is::Verified, Is::Adjusted];

/// What may happen to an entry: the event, the states in which it may come, and the state after it. Besides, every entry may
/// be corrected, which leaves its state where no line says otherwise, and retracted; but a hold is released, and to an erasure nothing can
/// happen.
const ACTS: [(Of, On, &[Is], Is); 19] = [
    (Of::Evidence, On::Corrected, JUDGED, Is::Assessed),
    (Of::Evidence, On::Disputed, JUDGED, Is::Disputed),
    (Of::Evidence, On::Verified, JUDGED, Is::Verified),
    (Of::Submission, On::Assessed, &[Is::Submitted, Is::Assessed], Is::Assessed),
    (Of::Reflection, On::Reflected, &[Is::Reflected], Is::Reflected),
    (Of::GroupWork, On::Corrected, JUDGED, Is::Assessed),
    (Of::GroupWork, On::Disputed, OF_A_GROUP, Is::Disputed),
    (Of::GroupWork, On::Verified, OF_A_GROUP, Is::Verified),
    (Of::GroupWork, On::Adjusted, OF_A_GROUP, Is::Adjusted),
    (Of::Goal, On::Approved, &[Is::Proposed], Is::Approved),
    (Of::Goal, On::Met, &[Is::Approved], Is::Met),
    (Of::Goal, On::Missed, &[Is::Approved], Is::Missed),
    (Of::Goal, On::Renegotiated, &[Is::Proposed, Is::Approved, Is::Missed], Is::Renegotiated),
    (Of::Credit, On::Reviewed, &[Is::Awarded], Is::UnderReview),
    (Of::Credit, On::Upheld, &[Is::UnderReview], Is::Awarded),
    (Of::Credit, On::Revoked, &[Is::Awarded, Is::UnderReview], Is::Revoked),
    (Of::Identity, On::Separated, &[Is::Identified], Is::Separated),
    (Of::Enrolment, On::Left, &[Is::Enrolled], Is::Left),
    (Of::Hold, On::Released, &[Is::Held], Is::Released),
];

/// What an event of this kind opens, if it is of one that opens entries.
pub(super) fn opened(event: EventKind) -> Option<(EntryKind, EntryState)> {
    OPENED.iter().find(|(kind, ..)| *kind == event).map(|(_, entry, state)| (*entry, *state))
}

/// The state of an entry after an event; none if there is no way.
pub(super) fn after(entry: EntryKind, state: EntryState, event: EventKind) -> Option<EntryState> {
    if matches!(state, Is::Retracted | Is::Erased) {
        return None;
    }
    let mut lines = ACTS.iter().filter(|(of, on, ..)| *of == entry && *on == event);
    let line = lines.find(|(.., from, _)| from.contains(&state)).map(|(.., to)| *to);
    match event {
        // a hold is released, with a reason
        On::Retracted => (entry != Of::Hold).then_some(Is::Retracted),
        On::Corrected => Some(line.unwrap_or(state)),
        // that somebody took part says nothing of the judgement
        On::Confirmed => (entry == Of::GroupWork).then_some(state),
        _ => line,
    }
}

/// The word of the state that an event asks for, for those who are told that there is no way to it.
pub(super) fn wanted(event: EventKind) -> &'static str {
    match event {
        On::Reviewed => Is::UnderReview.as_str(),
        On::Upheld => Is::Awarded.as_str(),
        event => event.as_str(),
    }
}
