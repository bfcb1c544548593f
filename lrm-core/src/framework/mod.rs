//! Competency frameworks: competencies, typed associations with CASE's names, rubrics.
//!
//! A [`Framework`] is checked when it is built and never changes afterwards. It comes from native JSON
//! ([`Framework::from_json`]), from a CASE package ([`Framework::from_case`]) or from a [`FrameworkBuilder`].

mod build;
mod model;
mod ranks;
mod read;
mod write;

pub use build::FrameworkBuilder;
pub(crate) use model::Extra;
use ranks::Ranks;
pub(crate) use read::{check_format, extra, kept};
pub(crate) use write::{extra as write_extra, kept as write_kept};

pub use model::{Association, AssociationType, Competency, Criterion, CriterionLevel, Rubric, Strength};

use crate::error::{Report, Result};
use crate::graph::Graph;
use crate::sorting;

/// A checked competency framework.
///
/// ```
/// use lrm_core::Framework;
/// let framework = Framework::from_json(r#"{
///   "format": "lrm-framework/1", "id": "demo", "version": "2026", "title": "Fractions",
///   "competencies": [{"id": "NF", "statement": "Fractions"}, {"id": "NF.1", "statement": "Unit fractions"}],
///   "associations": [{"type": "is_child_of", "from": "NF.1", "to": "NF"}]
/// }"#)?;
/// assert_eq!(framework.len(), 2);
/// assert_eq!(framework.children("NF"), ["NF.1"]);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Framework {
    pub(crate) head: Head,
    /// In the order of the document.
    pub(crate) competencies: Vec<Competency>,
    pub(crate) associations: Vec<Association>,
    pub(crate) rubrics: Vec<Rubric>,
    /// The places of the competencies in the byte order of their ids: a node's number is its rank here.
    pub(crate) nodes: Vec<usize>,
    pub(crate) rank: Ranks,
    pub(crate) graph: Graph,
    pub(crate) report: Report,
}

/// What a framework says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) extra: Extra,
}

impl Framework {
    /// Reads a native document (`lrm-framework/1`), as bytes or text.
    ///
    /// # Errors
    /// All findings at once: `invalid-json`, `unsupported-format`, `unknown-field`, `missing-field`, `invalid-value`,
    /// `duplicate-id`, `dangling-reference`, `self-loop`, `cycle` (with its path), `parameter-out-of-range`.
    ///
    /// # Complexity
    /// Linear in the document, but for the sorting of ids.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        read::framework(json.as_ref())
    }

    /// A builder for frameworks made by a program.
    pub fn builder() -> FrameworkBuilder {
        FrameworkBuilder::default()
    }

    /// What the reader found worth telling: empty for native documents, which are refused instead.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The framework's id.
    pub fn id(&self) -> Option<&str> {
        self.head.id.as_deref()
    }

    /// The framework's version.
    pub fn version(&self) -> Option<&str> {
        self.head.version.as_deref()
    }

    /// The framework's title.
    pub fn title(&self) -> Option<&str> {
        self.head.title.as_deref()
    }

    /// The adoption status, such as `draft` or `adopted`: free text, as in CASE.
    pub fn status(&self) -> Option<&str> {
        self.head.status.as_deref()
    }

    /// A field of the document that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.head.extra.get(name)
    }

    /// How many competencies there are.
    pub fn len(&self) -> usize {
        self.competencies.len()
    }

    /// True without competencies.
    pub fn is_empty(&self) -> bool {
        self.competencies.is_empty()
    }

    /// The competencies in the order of the document.
    pub fn competencies(&self) -> &[Competency] {
        &self.competencies
    }

    /// The associations in the order of the document.
    pub fn associations(&self) -> &[Association] {
        &self.associations
    }

    /// The rubrics in the order of the document.
    pub fn rubrics(&self) -> &[Rubric] {
        &self.rubrics
    }

    /// The competency of that id.
    pub fn competency(&self, id: &str) -> Option<&Competency> {
        self.rank.get(id).and_then(|node| self.node(node))
    }

    /// The ids of a competency's children, by `sequence`, then id.
    pub fn children(&self, id: &str) -> Vec<&str> {
        let Some(node) = self.rank.get(id) else { return Vec::new() };
        let mut edges: Vec<(bool, i64, u32)> = self
            .graph
            .children(node)
            .map(|edge| (edge.sequence.is_none(), edge.sequence.unwrap_or_default(), edge.node))
            .collect();
        sorting::sort(&mut edges);
        edges.into_iter().map(|(_, _, node)| self.id_of(node)).collect()
    }

    /// The ids of a competency's parents, in byte order.
    pub fn parents(&self, id: &str) -> Vec<&str> {
        let Some(node) = self.rank.get(id) else { return Vec::new() };
        self.graph.parents(node).map(|node| self.id_of(node)).collect()
    }

    /// The ids of the competencies without parents, in byte order.
    pub fn roots(&self) -> Vec<&str> {
        (0..self.graph.len())
            .filter(|node| self.graph.parents(*node).next().is_none())
            .map(|node| self.id_of(node))
            .collect()
    }

    /// The ids of the competencies without children, in byte order.
    pub fn leaves(&self) -> Vec<&str> {
        (0..self.graph.len()).filter(|node| self.graph.is_leaf(*node)).map(|node| self.id_of(node)).collect()
    }

    /// The longest way from a root down to a leaf, in nodes; 0 without competencies.
    pub fn depth(&self) -> usize {
        self.graph.depth()
    }

    /// Canonical JSON of the native document.
    pub fn to_json(&self) -> String {
        write::framework(self)
    }

    pub(crate) fn node(&self, node: u32) -> Option<&Competency> {
        self.nodes.get(node as usize).and_then(|at| self.competencies.get(*at))
    }

    /// The place of a node among the competencies of the document.
    pub(crate) fn place_of(&self, node: u32) -> usize {
        self.nodes.get(node as usize).copied().unwrap_or(usize::MAX)
    }

    pub(crate) fn id_of(&self, node: u32) -> &str {
        self.node(node).map_or("", |competency| competency.id.as_str())
    }
}
