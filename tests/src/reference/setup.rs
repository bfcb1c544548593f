//! What questions about learners are asked of: a framework and the sections of its competencies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Code;
use super::case::NodeResult;
use super::document::{Object, field, object};
use super::framework::Framework;
use super::instant::Instant;
use super::node::Node;
use super::policy::{self, Method};
use super::record::{Setting, Sorted, sort};
use super::requirement::{Fault, Programmes, Reader};
use super::requirement_tree::{Checks, REQUIREMENTS, Tree};
use super::rules::Sections;
use super::scope::applying;
use super::walk::Walk;

/// A framework with a policy, for a learner to whom some of it applies.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// The hierarchy.
    pub(super) framework: Framework,
    /// The sections of every competency.
    pub(super) sections: BTreeMap<String, Sections>,
    /// The competencies that have children.
    pub(super) inner: BTreeSet<String>,
    /// The competencies that apply.
    pub(super) applying: BTreeSet<String>,
    /// The programmes of the policy.
    pub(super) programmes: Programmes,
}

/// What a record comes to at an instant.
#[derive(Debug)]
pub(super) struct Answer {
    /// The items, and what is wrong with them.
    pub(super) sorted: Sorted,
    /// The results by competency.
    pub(super) results: BTreeMap<String, NodeResult>,
    /// The same with what each covers.
    pub(super) nodes: BTreeMap<String, Node>,
}

impl Setup {
    /// Of the documents of a case; without a framework of all the competencies that are named.
    pub(super) fn read(case: &Object, named: &BTreeSet<String>, scope: Option<&[String]>) -> Result<Self, Code> {
        let framework = match field(case, "framework") {
            Some(document) => Framework::read(document)?,
            None => Framework::of_ids(named),
        };
        let policy = field(case, "policy").ok_or("missing-field")?;
        let layers = policy::read(policy)?;
        let mut reader = Reader::default();
        let programmes = reader.programmes(object(policy)?);
        first(&reader.faults)?;
        let sections = framework
            .competencies
            .keys()
            .map(|id| Ok((id.clone(), Sections::of(&layers, &framework, id)?)))
            .collect::<Result<BTreeMap<_, _>, Code>>()?;
        check_scales(&framework, &sections)?;
        first(&requirement_faults(&framework, &sections, &programmes))?;
        let applying = applying(&framework, scope)?;
        let inner = framework.competencies.keys().filter(|id| !framework.is_leaf(id)).cloned().collect();
        Ok(Self { framework, sections, inner, applying, programmes })
    }

    /// What eligibility depends on at an instant.
    pub(super) fn setting(&self, as_of: Instant) -> Setting<'_> {
        Setting { sections: &self.sections, inner: &self.inner, applying: &self.applying, as_of }
    }

    /// What a record comes to at an instant. If it is to be without findings, its first one is the error.
    pub(super) fn answer(&self, record: &[Value], as_of: Instant, is_strict: bool) -> Result<Answer, Code> {
        let sorted = sort(record, &self.setting(as_of));
        match sorted.findings.first() {
            Some(code) if is_strict => return Err(code),
            _ => {}
        }
        let mut walk = Walk {
            framework: &self.framework,
            sections: &self.sections,
            settled: &sorted.settled,
            applying: &self.applying,
            as_of,
            done: BTreeMap::new(),
            leaves: BTreeMap::new(),
        };
        let mut results = BTreeMap::new();
        for id in self.framework.competencies.keys() {
            let node = walk.node(id)?;
            let result = NodeResult {
                value: node.value,
                level: node.level,
                status: node.status,
                evidence: u32::try_from(walk.evidence(&node.covered)).map_err(|_| "limit-exceeded")?,
                newest: node.newest,
                coverage: walk.coverage(&node.covered)?,
                modified: node.modified,
            };
            results.insert(id.clone(), result);
        }
        let nodes = walk.done;
        Ok(Answer { sorted, results, nodes })
    }
}

/// Refuses a node whose inputs have another scale; a sum may, and a requirement, which compares on each scale by itself.
fn check_scales(framework: &Framework, sections: &BTreeMap<String, Sections>) -> Result<(), Code> {
    for (id, own) in sections.iter().filter(|(id, _)| !framework.is_leaf(id)) {
        let inputs: BTreeSet<&str> = if own.rollup.method.is_over_leaves() {
            framework.down(id).into_iter().filter(|id| framework.is_leaf(id)).collect()
        } else {
            framework.children(id).map(|(child, _)| child).collect()
        };
        let differs = |input: &&str| sections.get(*input).is_some_and(|input| input.scale != own.scale);
        if !matches!(own.rollup.method, Method::Sum | Method::Requirement) && inputs.iter().any(differs) {
            return Err("incompatible-scales");
        }
        // what is done without help is looked for among the evidence of leaves
        let leaf_differs = |below: &&str| framework.is_leaf(below) && differs(below);
        if own.rollup_sufficiency.independent_from_level.is_some() && framework.down(id).iter().any(leaf_differs) {
            return Err("incompatible-scales");
        }
    }
    Ok(())
}

/// The first of what is wrong.
fn first(faults: &[Fault]) -> Result<(), Code> {
    faults.first().map_or(Ok(()), |fault| Err(fault.code))
}

/// What is wrong with the requirements of a policy about a framework.
fn requirement_faults(
    framework: &Framework,
    sections: &BTreeMap<String, Sections>,
    programmes: &Programmes,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut count = 0;
    for programme in &programmes.list {
        let checks = Checks { framework, sections, below: None };
        faults.extend(checks.faults(&programme.requirement, &programme.path));
        count += Tree::of(&programme.requirement, framework, None).count();
    }
    for (id, own) in sections.iter().filter(|(id, _)| !framework.is_leaf(id)) {
        if let Some(requirement) = &own.rollup.requirement {
            let below: BTreeSet<&str> = framework.down(id).into_iter().filter(|below| below != id).collect();
            let checks = Checks { framework, sections, below: Some((id, &below)) };
            for fault in checks.faults(requirement, &format!("{}/requirement", own.rollup.path)) {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
    }
    if count > REQUIREMENTS {
        faults.push(Fault { code: "limit-exceeded", path: "/programmes".to_owned() });
    }
    faults
}

impl Setup {
    /// What is wrong with the requirements of a case, whose other documents are sound.
    pub(super) fn faults(case: &Object, named: &BTreeSet<String>) -> Result<Vec<Fault>, Code> {
        let document = field(case, "policy").ok_or("missing-field")?;
        let mut reader = Reader::default();
        let programmes = reader.programmes(object(document)?);
        reader.faults.extend(policy::rollup_faults(object(document)?));
        if !reader.faults.is_empty() {
            return Ok(reader.faults);
        }
        let framework = match field(case, "framework") {
            Some(document) => Framework::read(document)?,
            None => Framework::of_ids(named),
        };
        let layers = policy::read(document)?;
        let sections = framework.competencies.keys();
        let sections = sections.map(|id| Ok((id.clone(), Sections::of(&layers, &framework, id)?)));
        let sections = sections.collect::<Result<BTreeMap<_, _>, Code>>()?;
        Ok(requirement_faults(&framework, &sections, &programmes))
    }
}
