//! What a log says of courses, found by course.

use crate::sorting::sort_by;

/// Things by the course that they are about, or none; those of one course in the order in which they came.
#[derive(Debug)]
pub(super) struct ByCourse<'p, T>(Vec<(Option<&'p str>, &'p T)>);

impl<'p, T> ByCourse<'p, T> {
    pub(super) fn new(all: &'p [T], course: impl Fn(&'p T) -> Option<&'p str>) -> Self {
        let mut all: Vec<(Option<&str>, &T)> = all.iter().map(|one| (course(one), one)).collect();
        sort_by(&mut all, |a, b| a.0.cmp(&b.0));
        Self(all)
    }

    /// All that is about a course.
    pub(super) fn of(&self, course: Option<&str>) -> Vec<&'p T> {
        let first = self.0.partition_point(|(one, _)| *one < course);
        let own = self.0.iter().skip(first).take_while(|(one, _)| *one == course);
        own.map(|(_, one)| *one).collect()
    }

    /// The last that is about a course.
    pub(super) fn last(&self, course: &str) -> Option<&'p T> {
        let end = self.0.partition_point(|(one, _)| *one <= Some(course));
        let last = self.0.get(end.checked_sub(1)?);
        last.filter(|(one, _)| *one == Some(course)).map(|(_, one)| *one)
    }
}
