//! Enrolments: what applies to the learner, and from when to when.

use std::collections::BTreeSet;

use super::{Own, When};
use crate::instant::Instant;
use crate::log::event::{Event, EventKind};
use crate::log::fields;
use crate::log::fold::Course;
use crate::log::transitions::EntryKind;

/// When the learner left, if so.
#[derive(Debug, Default)]
pub(in crate::log) struct Enrolment {
    left: Option<When>,
}

impl Enrolment {
    pub(super) fn act(&mut self, event: &Event) {
        if event.kind() == Some(EventKind::Left) {
            self.left = Some(When(event.clock()));
        }
    }

    fn is_in_force(&self, course: &Course<'_>, at: Instant) -> bool {
        let starts = fields::instant(&course.body, "starts_at");
        let ends = fields::instant(&course.body, "ends_at");
        // who left without a date was never there
        let left = self.left.is_some_and(|When(left)| left.is_none_or(|left| left <= at));
        starts.is_none_or(|starts| starts <= at) && ends.is_none_or(|ends| at < ends) && !left
    }
}

/// The competencies that apply at an instant; none if nothing ever said which do.
pub(in crate::log) fn scope_at<'c, 'l: 'c>(
    courses: impl Iterator<Item = &'c Course<'l>>,
    at: Instant,
) -> Option<Vec<String>> {
    let mut scope: Option<BTreeSet<String>> = None;
    for course in courses.filter(|course| course.kind == EntryKind::Enrolment && course.stands()) {
        let Some(named) = fields::texts(&course.body, "scope") else { continue };
        let scope = scope.get_or_insert_default();
        if let Own::Enrolment(enrolment) = &course.own
            && enrolment.is_in_force(course, at)
        {
            scope.extend(named);
        }
    }
    scope.map(|scope| scope.into_iter().collect())
}
