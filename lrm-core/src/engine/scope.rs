//! Scope: which competencies apply to a learner. One applies if it or an ancestor is in the set.

use super::compile::Compiled;
use crate::error::{Code, Finding, Report, Result, quote};

/// Whether each node applies; without a scope all do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applies(Option<Vec<bool>>);

impl Applies {
    /// True where all nodes apply.
    pub(crate) const fn all(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn to(&self, node: u32) -> bool {
        self.0.as_ref().is_none_or(|applies| applies.get(node as usize).copied().unwrap_or(false))
    }
}

/// What a set of ids makes apply.
///
/// # Errors
/// `unknown-competency` for every id that the framework does not have.
pub(crate) fn applies(scope: Option<&[String]>, compiled: &Compiled) -> Result<Applies> {
    let Some(ids) = scope else { return Ok(Applies(None)) };
    Ok(applies_below(&nodes(ids, "/scope", compiled)?, compiled))
}

/// The nodes of a list of ids that stands somewhere.
///
/// # Errors
/// `unknown-competency` for every id that the framework does not have.
pub(crate) fn nodes(ids: &[String], list: &str, compiled: &Compiled) -> Result<Vec<u32>> {
    let mut report = Report::default();
    let mut nodes = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        if let Ok(node) = compiled.node(id) {
            nodes.push(node);
        } else {
            let message = format!("the framework has no competency {}", quote(id));
            let path = format!("{list}/{at}");
            report.push(Finding::new(Code::UnknownCompetency, path, message).with("competency", id));
        }
    }
    report.into_result()?;
    Ok(nodes)
}

/// What these nodes and all below them make apply.
pub(crate) fn applies_below(tops: &[u32], compiled: &Compiled) -> Applies {
    let graph = &compiled.framework.graph;
    let mut applies = vec![false; compiled.framework.len()];
    for top in tops {
        if let Some(slot) = applies.get_mut(*top as usize) {
            *slot = true;
        }
    }
    // parents first, so that what applies runs down in one pass
    for node in graph.order().iter().rev() {
        let inherited = graph.parents(*node).any(|parent| applies.get(parent as usize) == Some(&true));
        if let Some(slot) = applies.get_mut(*node as usize).filter(|_| inherited) {
            *slot = true;
        }
    }
    Applies(Some(applies))
}
