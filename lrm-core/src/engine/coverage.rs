//! Coverage: the leaves that a node covers, each once.
//!
//! A leaf covers itself. A rule over leaves covers its leaves of weight above 0 (`pooled`: any weight). A rule over children
//! covers the union of what its inputs of weight above 0 cover. The own evidence of an inner node is covered like a leaf; where
//! it overrides, the node covers nothing else.

use super::compile::Compiled;
use crate::graph::{ChildEdge, Marks};
use crate::policy::{OwnEvidence, RollupMethod};

/// Something covered: a leaf, or the own evidence of an inner node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Covered {
    pub(crate) node: u32,
    pub(crate) own: bool,
}

/// How a walk looks at what lies below: along the rules of the nodes, or as a rule over leaves does.
#[derive(Clone, Copy, Debug)]
enum View {
    Rules,
    WeighedLeaves,
    AllLeaves,
}

/// Marks for walks over one framework.
#[derive(Clone, Debug)]
pub(crate) struct Walks {
    views: [Marks; 3],
    covered: Marks,
}

impl Walks {
    pub(crate) fn new(nodes: u32) -> Self {
        let marks = || Marks::new(nodes);
        Self { views: [marks(), marks(), marks()], covered: marks() }
    }

    /// Marks for a plain walk.
    pub(crate) fn marks(&mut self) -> &mut Marks {
        &mut self.covered
    }

    /// Calls `visit` once for each thing that an inner node covers.
    /// `seen` says of a node whether it applies and whether it has eligible evidence of its own.
    pub(crate) fn covered(
        &mut self,
        node: u32,
        compiled: &Compiled,
        seen: impl Fn(u32) -> (bool, bool),
        mut visit: impl FnMut(Covered),
    ) {
        let graph = &compiled.framework.graph;
        let [rules, weighed, all] = &mut self.views;
        let marks = [rules.start(), weighed.start(), all.start()];
        let covered = self.covered.start();
        let mut cover = |node, own| {
            if self.covered.set(node, covered) {
                visit(Covered { node, own });
            }
        };
        let mut stack = vec![(node, View::Rules)];
        while let Some((node, view)) = stack.pop() {
            let (applies, has_own) = seen(node);
            if !applies {
                continue;
            }
            if graph.is_leaf(node) {
                // looked up only where it matters: it lies far away
                let weightless = || compiled.framework.node(node).is_some_and(|leaf| leaf.weight.is_zero());
                if !(matches!(view, View::WeighedLeaves) && weightless()) {
                    cover(node, false);
                }
                continue;
            }
            let rollup = compiled.set(node).rollup;
            if has_own {
                match rollup.own_evidence {
                    OwnEvidence::AsChild => cover(node, true),
                    OwnEvidence::Overrides if matches!(view, View::Rules) => {
                        cover(node, true);
                        continue;
                    }
                    OwnEvidence::Overrides | OwnEvidence::Ignored => {}
                }
            }
            let view = match view {
                View::Rules if rollup.method.any_weight() => View::AllLeaves,
                View::Rules if rollup.method.over_leaves() => View::WeighedLeaves,
                view => view,
            };
            let weighs = matches!(view, View::Rules) && rollup.method == RollupMethod::ChildrenMean;
            let enters = |edge: &&ChildEdge| !(weighs && edge.weight.is_zero());
            for edge in graph.children(node).filter(enters) {
                let (marks_of_view, mark) = match view {
                    View::Rules => (&mut *rules, marks[0]),
                    View::WeighedLeaves => (&mut *weighed, marks[1]),
                    View::AllLeaves => (&mut *all, marks[2]),
                };
                if marks_of_view.set(edge.node, mark) {
                    stack.push((edge.node, view));
                }
            }
        }
    }
}
