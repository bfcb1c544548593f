//! Subgoals: competencies of a learner's own, beside the shared framework and without touching it.

use crate::error::{Code, Error, Finding, Result, quote};
use crate::framework::{Association, AssociationType, Competency, Framework, FrameworkBuilder};
use crate::log::fields;
use crate::log::fold::Course;
use crate::log::transitions::EntryKind;

/// The framework with the subgoals that stand.
///
/// # Errors
/// `duplicate-id`, `dangling-reference`, `self-loop`, `cycle`.
pub(in crate::log) fn framework<'c, 'l: 'c>(
    shared: &Framework,
    courses: impl Iterator<Item = &'c Course<'l>>,
) -> Result<Framework> {
    let mut builder = FrameworkBuilder {
        head: shared.head.clone(),
        competencies: shared.competencies.clone(),
        associations: shared.associations.clone(),
        rubrics: shared.rubrics.clone(),
        report: shared.report.clone(),
    };
    let stand: Vec<_> = courses.filter(|course| course.kind == EntryKind::Subgoal && course.stands()).collect();
    let mut own: Vec<&str> = stand.iter().map(|course| course.body.evidence.competency.as_str()).collect();
    crate::sorting::sort(&mut own);
    let mut findings = Vec::new();
    for course in stand {
        let id = course.body.evidence.competency.as_str();
        let statement = fields::text(&course.body, "statement").unwrap_or_else(|| id.to_owned());
        let mut competency = Competency::new(id, statement);
        competency.tags.push("subgoal".to_owned());
        builder = builder.competency(competency);
        for under in fields::texts(&course.body, "under").unwrap_or_default() {
            // below what is shared, results must stay what they are
            let kind = if own.binary_search(&under.as_str()).is_ok() {
                AssociationType::IsChildOf
            } else if shared.competency(&under).is_some() {
                AssociationType::IsPartOf
            } else {
                let message = format!("neither the framework nor the learner has a competency {}", quote(&under));
                findings.push(Finding::new(Code::DanglingReference, "/under", message).with("id", under));
                continue;
            };
            builder = builder.association(Association::new(kind, id, under));
        }
    }
    if findings.is_empty() { builder.build() } else { Err(Error::from_findings(findings)) }
}
