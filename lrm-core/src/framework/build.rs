//! Checking a framework and freezing it.

use super::model::{Association, AssociationType, Competency, Rubric, Strength};
use super::{Framework, Head};
use crate::error::{Code, Finding, Report, Result, quote};
use crate::graph::{Graph, HierarchyEdge, topological};
use crate::json::read::{Path, Sink};
use crate::sorting::{self, Table};

/// Builds a framework step by step; [`FrameworkBuilder::build`] checks it.
///
/// ```
/// use lrm_core::{Competency, Framework};
/// let framework = Framework::builder()
///     .competency(Competency::new("NF", "Fractions"))
///     .competency(Competency::new("NF.1", "Unit fractions"))
///     .child_of("NF.1", "NF")
///     .build()?;
/// assert_eq!(framework.roots(), ["NF"]);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct FrameworkBuilder {
    pub(crate) head: Head,
    pub(crate) competencies: Vec<Competency>,
    pub(crate) associations: Vec<Association>,
    pub(crate) rubrics: Vec<Rubric>,
    pub(crate) report: Report,
}

impl FrameworkBuilder {
    /// Names the framework.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>, version: impl Into<String>) -> Self {
        self.head.id = Some(id.into());
        self.head.version = Some(version.into());
        self
    }

    /// Gives the framework a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.head.title = Some(title.into());
        self
    }

    /// Adds a competency.
    #[must_use]
    pub fn competency(mut self, competency: Competency) -> Self {
        self.competencies.push(competency);
        self
    }

    /// Adds an association.
    #[must_use]
    pub fn association(mut self, association: Association) -> Self {
        self.associations.push(association);
        self
    }

    /// Adds an `is_child_of` association of weight 1.
    #[must_use]
    pub fn child_of(self, child: impl Into<String>, parent: impl Into<String>) -> Self {
        self.association(Association::new(AssociationType::IsChildOf, child, parent))
    }

    /// Checks everything and freezes it.
    ///
    /// # Errors
    /// All findings at once: `duplicate-id`, `dangling-reference`, `self-loop`, `cycle` (with its path).
    pub fn build(self) -> Result<Framework> {
        let sink = Sink::default();
        self.checked(&sink)
            .map_or_else(|| Err(crate::error::Error::from_findings(sink.into_report().findings().to_vec())), Ok)
    }

    /// The framework, or findings in the sink.
    pub(crate) fn checked(self, sink: &Sink) -> Option<Framework> {
        let before = sink.len();
        let (nodes, rank) = self.rank(sink);
        self.check_associations(&rank, sink);
        self.check_rubrics(&rank, sink);
        if sink.len() > before {
            return None;
        }
        let graph = match Graph::new(self.competencies.len(), &self.hierarchy(&rank)) {
            Ok(graph) => Some(graph),
            Err(cycle) => {
                sink.push(self.cycle("is_child_of", &cycle, &nodes));
                None
            }
        };
        if let Err(cycle) = topological(self.competencies.len(), &self.prerequisites(&rank)) {
            sink.push(self.cycle("precedes", &cycle, &nodes));
        }
        (sink.len() == before).then_some(())?;
        Some(Framework {
            graph: graph?,
            head: self.head,
            competencies: self.competencies,
            associations: self.associations,
            rubrics: self.rubrics,
            report: self.report,
            nodes,
            rank,
        })
    }

    /// The competencies in the byte order of their ids, and each id's place there.
    fn rank(&self, sink: &Sink) -> (Vec<usize>, Table<String, u32>) {
        let id = |at: usize| self.competencies.get(at).map_or("", |competency| competency.id.as_str());
        let nodes = sorting::places(self.competencies.len(), &|a, b| id(a).cmp(id(b)));
        let path = Path::ROOT.key("competencies");
        for (before, at) in nodes.iter().zip(nodes.iter().skip(1)) {
            if id(*before) == id(*at) {
                let message = format!("the competency {} stands twice", quote(id(*at)));
                sink.push(Finding::new(Code::DuplicateId, path.index(*at).to_string(), message).with("id", id(*at)));
            }
        }
        let rank = (0..).zip(&nodes).map(|(node, at)| (id(*at).to_owned(), node)).collect();
        (nodes, rank)
    }

    fn check_associations(&self, rank: &Table<String, u32>, sink: &Sink) {
        let path = Path::ROOT.key("associations");
        let is_child = |at: usize| {
            self.associations
                .get(at)
                .filter(|edge| edge.kind == AssociationType::IsChildOf)
                .map(|edge| (&edge.from, &edge.to))
        };
        let twice = sorting::repeated(self.associations.len(), &|a, b| is_child(a).cmp(&is_child(b)));
        for ((at, edge), twice) in self.associations.iter().enumerate().zip(twice) {
            let path = path.index(at);
            // only what rolls up or gates must stay inside; crosswalks, examples and the like may point elsewhere
            let inside = matches!(edge.kind, AssociationType::IsChildOf | AssociationType::Precedes);
            for (end, id) in [("from", &edge.from), ("to", &edge.to)] {
                if (inside || end == "from") && !rank.contains_key(id) {
                    let message = format!("the framework has no competency {}", quote(id));
                    let path = path.key(end).to_string();
                    sink.push(Finding::new(Code::DanglingReference, path, message).with("id", id));
                }
            }
            if let AssociationType::Ext(name) = &edge.kind
                && AssociationType::parse(name) != Some(edge.kind.clone())
            {
                let message = format!("{} is not an extension such as `ext:supports`", quote(name));
                sink.push(Finding::new(Code::InvalidValue, path.key("type").to_string(), message));
            }
            if edge.level.is_some() && edge.kind != AssociationType::Precedes {
                sink.add(Code::InvalidValue, &path.key("level"), "only `precedes` has a level");
            }
            if edge.from == edge.to {
                let message = format!("{} points at itself", quote(&edge.from));
                sink.push(Finding::new(Code::SelfLoop, path.to_string(), message).with("id", &edge.from));
            } else if edge.kind == AssociationType::IsChildOf && twice {
                let message = format!("{} is a child of {} twice", quote(&edge.from), quote(&edge.to));
                sink.push(Finding::new(Code::DuplicateId, path.to_string(), message).with("id", &edge.from));
            }
        }
    }

    fn check_rubrics(&self, rank: &Table<String, u32>, sink: &Sink) {
        let path = Path::ROOT.key("rubrics");
        let duplicate = |path: &Path<'_>, id: &str| {
            sink.push(
                Finding::new(Code::DuplicateId, path.to_string(), format!("{} stands twice", quote(id))).with("id", id),
            );
        };
        let id = |at: usize| self.rubrics.get(at).map(|rubric| &rubric.id);
        let twice = sorting::repeated(self.rubrics.len(), &|a, b| id(a).cmp(&id(b)));
        for ((at, rubric), twice) in self.rubrics.iter().enumerate().zip(twice) {
            let path = path.index(at);
            if twice {
                duplicate(&path, &rubric.id);
            }
            let path = path.key("criteria");
            let id = |at: usize| rubric.criteria.get(at).map(|criterion| &criterion.id);
            let twice = sorting::repeated(rubric.criteria.len(), &|a, b| id(a).cmp(&id(b)));
            for ((at, criterion), twice) in rubric.criteria.iter().enumerate().zip(twice) {
                let path = path.index(at);
                if twice {
                    duplicate(&path, &criterion.id);
                }
                if let Some(id) = criterion.competency.as_ref().filter(|id| !rank.contains_key(*id)) {
                    let message = format!("the framework has no competency {}", quote(id));
                    let path = path.key("competency").to_string();
                    sink.push(Finding::new(Code::DanglingReference, path, message).with("id", id));
                }
            }
        }
    }

    fn hierarchy(&self, rank: &Table<String, u32>) -> Vec<HierarchyEdge> {
        let edges = self.associations.iter().filter(|edge| edge.kind == AssociationType::IsChildOf);
        let edges = edges.filter_map(|edge| {
            let (child, parent) = (*rank.get(&edge.from)?, *rank.get(&edge.to)?);
            Some(HierarchyEdge { child, parent, weight: edge.weight, sequence: edge.sequence })
        });
        edges.collect()
    }

    fn prerequisites(&self, rank: &Table<String, u32>) -> Vec<(u32, u32)> {
        let hard = |edge: &&Association| edge.kind == AssociationType::Precedes && edge.strength == Strength::Hard;
        let edges = self.associations.iter().filter(hard);
        edges.filter_map(|edge| Some((*rank.get(&edge.from)?, *rank.get(&edge.to)?))).collect()
    }

    fn cycle(&self, kind: &str, cycle: &[u32], nodes: &[usize]) -> Finding {
        let id = |node: &u32| {
            let at = nodes.get(*node as usize)?;
            self.competencies.get(*at).map(|competency| competency.id.clone())
        };
        let mut path: Vec<String> = cycle.iter().filter_map(id).collect();
        path.extend(path.first().cloned());
        let shown: Vec<String> = path.iter().take(8).map(|id| quote(id)).collect();
        let dots = if path.len() > 8 { " → …" } else { "" };
        let message = format!("`{kind}` runs in a circle: {}{dots}", shown.join(" → "));
        Finding::new(Code::Cycle, "/associations", message).with("type", kind).with_list("path", path)
    }
}
