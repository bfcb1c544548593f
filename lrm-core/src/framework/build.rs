//! Checking a framework and freezing it.

use super::model::{Association, AssociationType, Competency, Rubric, Strength};
use super::ranks::Ranks;
use super::{Framework, Head};
use crate::error::{Code, Finding, Report, Result, quote};
use crate::graph::{Graph, HierarchyEdge, Marks, Rows, acyclic};
use crate::json::read::{Path, Sink};
use crate::sorting;

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

/// Ids that are looked up side by side.
const SIDE_BY_SIDE: usize = 16;

/// The numbers of an association's ends, where both are competencies of the framework.
type Ends = Option<(u32, u32)>;

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
        let ends = self.ends(&rank);
        self.check_associations(&rank, &ends, sink);
        self.check_rubrics(&rank, sink);
        if sink.len() > before {
            return None;
        }
        let graph = match Graph::new(self.competencies.len(), &self.hierarchy(&ends)) {
            Ok(graph) => Some(graph),
            Err(cycle) => {
                sink.push(self.cycle("is_child_of", &cycle, &nodes));
                None
            }
        };
        if let Err(cycle) = acyclic(self.competencies.len(), &self.prerequisites(&ends)) {
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
    fn rank(&self, sink: &Sink) -> (Vec<usize>, Ranks) {
        let (nodes, rank) = Ranks::of(&self.competencies);
        let path = Path::ROOT.key("competencies");
        for ((before, node), at) in (0..).zip(1..).zip(nodes.iter().skip(1)) {
            let id = rank.id(node);
            if id == rank.id(before) {
                let message = format!("the competency {} stands twice", quote(id));
                sink.push(Finding::new(Code::DuplicateId, path.index(*at).to_string(), message).with("id", id));
            }
        }
        (nodes, rank)
    }

    /// The numbers of what each association joins, looked up once.
    fn ends(&self, rank: &Ranks) -> Vec<Ends> {
        let mut ends = Vec::with_capacity(self.associations.len());
        for some in self.associations.chunks(SIDE_BY_SIDE / 2) {
            let mut ids = [""; SIDE_BY_SIDE];
            for (slot, id) in ids.iter_mut().zip(some.iter().flat_map(|edge| [&edge.from, &edge.to])) {
                *slot = id;
            }
            let joined = rank.several(ids);
            let (pairs, _) = joined.as_chunks::<2>();
            ends.extend(pairs.iter().take(some.len()).map(|[from, to]| from.zip(*to)));
        }
        ends
    }

    /// The associations of one type that join two competencies of the framework, each with its place.
    fn joining<'a>(
        &'a self,
        kind: &'a AssociationType,
        ends: &'a [Ends],
    ) -> impl Iterator<Item = (usize, &'a Association, (u32, u32))> + Clone {
        let all = self.associations.iter().zip(ends).enumerate();
        all.filter(|(_, (edge, _))| edge.kind == *kind).filter_map(|(at, (edge, ends))| Some((at, edge, (*ends)?)))
    }

    /// Of each association, whether it is an `is_child_of` that says what one before it says.
    fn repeated(&self, ends: &[Ends]) -> Vec<bool> {
        let mut repeated = vec![false; self.associations.len()];
        let mut found = |at: usize| repeated.get_mut(at).into_iter().for_each(|flag| *flag = true);
        let edges = self.joining(&AssociationType::IsChildOf, ends);
        let rows = Rows::of(self.competencies.len(), edges.map(|(at, _, (child, parent))| (child, (parent, at))));
        let nodes = u32::try_from(self.competencies.len()).unwrap_or(u32::MAX);
        let mut marks = Marks::new(nodes);
        for child in 0..nodes {
            let mark = marks.start();
            rows.row(child).iter().filter(|(parent, _)| !marks.set(*parent, mark)).for_each(|(_, at)| found(*at));
        }
        // those that lead nowhere have no numbers
        let dangles = |(at, (edge, ends)): (usize, (&Association, &Ends))| {
            (edge.kind == AssociationType::IsChildOf && ends.is_none()).then_some(at)
        };
        let dangling: Vec<usize> = self.associations.iter().zip(ends).enumerate().filter_map(dangles).collect();
        let joined = |place: usize| {
            let edge = dangling.get(place).and_then(|at| self.associations.get(*at));
            edge.map(|edge| (&edge.from, &edge.to))
        };
        let twice = sorting::repeated(dangling.len(), &|a, b| joined(a).cmp(&joined(b)));
        dangling.iter().zip(twice).filter(|(_, twice)| *twice).for_each(|(at, _)| found(*at));
        repeated
    }

    fn check_associations(&self, rank: &Ranks, ends: &[Ends], sink: &Sink) {
        let path = Path::ROOT.key("associations");
        let repeated = self.repeated(ends);
        for (at, ((edge, ends), twice)) in self.associations.iter().zip(ends).zip(repeated).enumerate() {
            let path = path.index(at);
            // only what rolls up or gates must stay inside; crosswalks, examples and the like may point elsewhere
            let inside = matches!(edge.kind, AssociationType::IsChildOf | AssociationType::Precedes);
            for (end, id) in [("from", &edge.from), ("to", &edge.to)] {
                if ends.is_none() && (inside || end == "from") && !rank.contains(id) {
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
            } else if twice {
                let message = format!("{} is a child of {} twice", quote(&edge.from), quote(&edge.to));
                sink.push(Finding::new(Code::DuplicateId, path.to_string(), message).with("id", &edge.from));
            }
        }
    }

    fn check_rubrics(&self, rank: &Ranks, sink: &Sink) {
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
                if let Some(id) = criterion.competency.as_ref().filter(|id| !rank.contains(id)) {
                    let message = format!("the framework has no competency {}", quote(id));
                    let path = path.key("competency").to_string();
                    sink.push(Finding::new(Code::DanglingReference, path, message).with("id", id));
                }
            }
        }
    }

    fn hierarchy(&self, ends: &[Ends]) -> Vec<HierarchyEdge> {
        let edges = self.joining(&AssociationType::IsChildOf, ends).map(|(_, edge, (child, parent))| HierarchyEdge {
            child,
            parent,
            weight: edge.weight,
            sequence: edge.sequence,
        });
        edges.collect()
    }

    fn prerequisites(&self, ends: &[Ends]) -> Vec<(u32, u32)> {
        let edges = self.joining(&AssociationType::Precedes, ends);
        edges.filter(|(_, edge, _)| edge.strength == Strength::Hard).map(|(_, _, ends)| ends).collect()
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
