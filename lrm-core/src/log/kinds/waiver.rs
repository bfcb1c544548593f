//! Waivers: prerequisites that a person does not ask for.

use crate::instant::Instant;
use crate::log::event::EventKind;
use crate::log::transitions::EntryKind;
use crate::log::{EventLog, fields};

/// What a waiver says.
#[derive(Clone, Debug)]
pub(crate) struct WaiverTerms {
    /// The id of the event, or its digest if it has none.
    pub(crate) name: String,
    /// The competency that is unlocked.
    pub(crate) competency: String,
    /// What is not asked for; none: nothing that has to come before it.
    pub(crate) prerequisite: Option<String>,
    pub(crate) by: String,
    pub(crate) reason: String,
    /// The first instant at which it is asked for again.
    pub(crate) until: Option<Instant>,
}

impl EventLog {
    /// The waivers that are in force at an instant, in the byte order of their names. A correction or a retraction says what was
    /// so all the time.
    pub(crate) fn waivers(&self, at: Instant) -> Vec<WaiverTerms> {
        // most learners have none
        if !self.events().any(|event| event.kind() == Some(EventKind::Waived)) {
            return Vec::new();
        }
        let (folded, _) = self.folded();
        let stand = folded.courses().filter(|course| course.kind == EntryKind::Waiver && course.stands());
        let in_force = stand.filter_map(|course| {
            let body = &course.body;
            let until = fields::instant(body, "expires_at");
            let holds = body.evidence.clock().is_none_or(|from| from <= at) && until.is_none_or(|until| at < until);
            let (reason, by) = course.decision();
            holds.then(|| WaiverTerms {
                name: course.opening.name(),
                competency: body.evidence.competency.clone(),
                prerequisite: fields::text(body, "prerequisite"),
                by,
                reason,
                until,
            })
        });
        let mut waivers: Vec<WaiverTerms> = in_force.collect();
        crate::sorting::sort_by(&mut waivers, |one, other| one.name.cmp(&other.name));
        waivers
    }
}
