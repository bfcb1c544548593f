//! Goals, as far as the log tells: whether one was reached is for the engine to say.

use std::collections::BTreeSet;

use crate::instant::Instant;
use crate::log::event::{Event, EventKind};
use crate::log::transitions::{EntryKind, EntryState};
use crate::log::{EventLog, fields};
use crate::record::Outcome;
use crate::value::Value;

/// What a goal asks for.
#[derive(Clone, Debug)]
pub(crate) struct GoalTerms {
    pub(crate) id: String,
    pub(crate) state: EntryState,
    pub(crate) since: Option<Instant>,
    pub(crate) competencies: BTreeSet<String>,
    /// How many of them; none: all.
    pub(crate) at_least: Option<u32>,
    pub(crate) level: Option<String>,
    pub(crate) value: Option<Value>,
    pub(crate) due_at: Option<Instant>,
}

impl EventLog {
    /// The goals of the learner as of an instant, in the byte order of their ids: proposed, agreed on and decided by then. A
    /// correction says what was so all the time.
    pub(crate) fn goals(&self, as_of: Instant) -> Vec<GoalTerms> {
        let folded = self.folded_by(Some(as_of), is_step);
        let of_goal = folded.courses().filter(|course| course.kind == EntryKind::Goal);
        let mut goals: Vec<GoalTerms> = of_goal
            .filter_map(|course| {
                let body = &course.body;
                Some(GoalTerms {
                    id: course.id?.to_owned(),
                    state: course.state(),
                    since: course.since(),
                    competencies: fields::texts(body, "competencies").into_iter().flatten().collect(),
                    at_least: fields::count(body, "at_least"),
                    level: match &body.evidence.outcome {
                        Outcome::Level(level) => Some(level.clone()),
                        _ => None,
                    },
                    value: fields::number(body, "value"),
                    due_at: body.evidence.due_at,
                })
            })
            .collect();
        goals.sort_by(|one, other| one.id.cmp(&other.id));
        goals
    }
}

/// True of an event by which a goal comes into being or moves on.
fn is_step(event: &Event) -> bool {
    use EventKind::{Approved, Met, Missed, Proposed, Renegotiated};
    matches!(event.kind(), Some(Proposed | Approved | Met | Missed | Renegotiated))
}
