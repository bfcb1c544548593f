//! Private: the hierarchy as a graph. petgraph finds orders and cycles; evaluation walks a compact frozen form.

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::sorting;
use crate::value::Weight;

/// An edge of the hierarchy as its parent sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChildEdge {
    pub(crate) node: u32,
    pub(crate) weight: Weight,
    pub(crate) sequence: Option<i64>,
}

/// The frozen hierarchy: compressed rows of children and parents, and an order with children first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    children: Rows<ChildEdge>,
    parents: Rows<u32>,
    /// All nodes, every child before its parents.
    order: Vec<u32>,
    /// The place of each node in `order`.
    place: Vec<u32>,
    /// True where everything below hangs on one parent only, so that sums over leaves add up along children.
    tree: Vec<bool>,
    /// The nodes along parents above a tree.
    runs: Runs,
}

/// Numbers of nodes such that all that lead to a node have those that follow its own: of each, its own and the end of these.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(Vec<(u32, u32)>);

impl Runs {
    /// True of a node and all that lead to it.
    pub(crate) fn holds(&self, top: u32, other: u32) -> bool {
        let runs = self.0.get(top as usize).zip(self.0.get(other as usize));
        runs.is_some_and(|((first, end), (at, _))| (first..end).contains(&at))
    }
}

/// Lists of different lengths in one vector.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { starts: vec![0], items: Vec::new() }
    }
}

impl<T: Copy> Rows<T> {
    /// Rows of pairs (row, item), which keep their order within a row. They are counted, not compared: that is linear.
    pub(crate) fn of(rows: usize, pairs: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let mut starts = vec![0; rows + 1];
        for (row, _) in pairs.clone() {
            if let Some(count) = starts.get_mut(row as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut free = starts.clone();
        // every place is written once: what stands there before does not matter
        let mut items: Vec<T> = pairs.clone().map(|(_, item)| item).collect();
        for (row, item) in pairs {
            let Some(place) = free.get_mut(row as usize) else { continue };
            if let Some(slot) = items.get_mut(*place as usize) {
                *slot = item;
            }
            *place += 1;
        }
        Self { starts, items }
    }

    pub(crate) fn row(&self, row: u32) -> &[T] {
        let row = row as usize;
        let bounds = self.starts.get(row).zip(self.starts.get(row + 1));
        bounds.and_then(|(from, to)| self.items.get(*from as usize..*to as usize)).unwrap_or(&[])
    }
}

/// One `is_child_of` edge by node numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HierarchyEdge {
    pub(crate) child: u32,
    pub(crate) parent: u32,
    pub(crate) weight: Weight,
    pub(crate) sequence: Option<i64>,
}

impl Graph {
    /// Freezes an acyclic hierarchy.
    ///
    /// # Errors
    /// The nodes of one cycle, each pointing to the next.
    pub(crate) fn new(nodes: usize, edges: &[HierarchyEdge]) -> Result<Self, Vec<u32>> {
        let pairs: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.child, edge.parent)).collect();
        let order = topological(nodes, &pairs)?;
        // edges by one end and then by the other, so that rows are in order
        let by_child = Rows::of(nodes, edges.iter().map(|edge| (edge.child, *edge))).items;
        let down = by_child
            .iter()
            .map(|edge| (edge.parent, ChildEdge { node: edge.child, weight: edge.weight, sequence: edge.sequence }));
        let by_parent = Rows::of(nodes, pairs.iter().map(|(child, parent)| (*parent, *child)));
        let parents =
            (0..).take(nodes).flat_map(|parent| by_parent.row(parent).iter().map(move |child| (*child, parent)));
        let mut graph = Self {
            children: Rows::of(nodes, down),
            parents: Rows::of(nodes, parents),
            place: vec![0; nodes],
            tree: vec![true; nodes],
            runs: Runs::default(),
            order,
        };
        for (place, node) in (0..).zip(&graph.order) {
            if let Some(slot) = graph.place.get_mut(*node as usize) {
                *slot = place;
            }
        }
        for node in &graph.order {
            let single = |edge: &ChildEdge| {
                graph.parents.row(edge.node).len() == 1 && graph.tree.get(edge.node as usize).copied().unwrap_or(false)
            };
            let tree = graph.children.row(*node).iter().all(single);
            if let Some(slot) = graph.tree.get_mut(*node as usize) {
                *slot = tree;
            }
        }
        let leads = |node: u32| graph.parents(node).next().filter(|parent| graph.is_tree_below(*parent));
        graph.runs = graph.runs(&(0..graph.len()).map(|node| leads(node).unwrap_or(u32::MAX)).collect::<Vec<_>>());
        Ok(graph)
    }

    /// Numbers the nodes by where each leads: to one of its parents, or nowhere if that is no node. Linear.
    pub(crate) fn runs(&self, leads: &[u32]) -> Runs {
        let above = |node: u32| leads.get(node as usize).map_or(usize::MAX, |above| *above as usize);
        // how many lead to each, itself included; then where its numbers begin and end
        let mut counts = vec![1_u32; self.order.len()];
        for node in &self.order {
            let count = counts.get(*node as usize).copied().unwrap_or_default();
            if let Some(above) = counts.get_mut(above(*node)) {
                *above += count;
            }
        }
        let mut runs = vec![(0, 0); self.order.len()];
        let mut free = vec![0; self.order.len()];
        let mut end = 0;
        for node in self.order.iter().rev() {
            let count = counts.get(*node as usize).copied().unwrap_or_default();
            let next = free.get_mut(above(*node)).unwrap_or(&mut end);
            let first = *next;
            *next += count;
            if let (Some(run), Some(free)) = (runs.get_mut(*node as usize), free.get_mut(*node as usize)) {
                (*run, *free) = ((first, first + count), first + 1);
            }
        }
        Runs(runs)
    }

    /// True if `other` is `top` or below it, where all below `top` hangs on one parent only.
    pub(crate) fn is_below_in_tree(&self, other: u32, top: u32) -> bool {
        self.runs.holds(top, other)
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.order.len()).unwrap_or(u32::MAX)
    }

    /// The edges to a node's children, by child.
    pub(crate) fn children(&self, node: u32) -> std::slice::Iter<'_, ChildEdge> {
        self.children.row(node).iter()
    }

    /// A node's parents, ascending.
    pub(crate) fn parents(&self, node: u32) -> std::iter::Copied<std::slice::Iter<'_, u32>> {
        self.parents.row(node).iter().copied()
    }

    pub(crate) fn is_leaf(&self, node: u32) -> bool {
        self.children.row(node).is_empty()
    }

    /// All nodes, every child before its parents.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The place of a node in [`Graph::order`].
    pub(crate) fn place(&self, node: u32) -> u32 {
        self.place.get(node as usize).copied().unwrap_or_default()
    }

    /// True where everything below hangs on one parent only.
    pub(crate) fn is_tree_below(&self, node: u32) -> bool {
        self.tree.get(node as usize).copied().unwrap_or(false)
    }

    /// The longest way down from a root, in nodes.
    pub(crate) fn depth(&self) -> usize {
        let mut depths = vec![1_usize; self.order.len()];
        for node in &self.order {
            let below = self.children(*node).filter_map(|edge| depths.get(edge.node as usize)).max().copied();
            if let Some(slot) = depths.get_mut(*node as usize) {
                *slot = 1 + below.unwrap_or(0);
            }
        }
        depths.into_iter().max().unwrap_or(0)
    }

    /// Calls `visit` once for each distinct node below `node`, itself first, in an order that depends on the graph only.
    /// `down` says whether to go on below a node; `marks` has one place per node and keeps the last visitor.
    pub(crate) fn below(
        &self,
        node: u32,
        marks: &mut Marks,
        mut down: impl FnMut(u32, &ChildEdge) -> bool,
        mut visit: impl FnMut(u32),
    ) {
        let mark = marks.start();
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            visit(node);
            for edge in self.children(node).rev() {
                if down(node, edge) && marks.set(edge.node, mark) {
                    stack.push(edge.node);
                }
            }
        }
    }
}

/// Which walk saw a node last: a set that is emptied by counting on.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    last: u32,
    seen: Vec<u32>,
}

impl Marks {
    pub(crate) fn new(nodes: u32) -> Self {
        Self { last: 0, seen: vec![0; nodes as usize] }
    }

    /// Starts a walk and gives its mark.
    pub(crate) fn start(&mut self) -> u32 {
        if self.last == u32::MAX {
            self.seen.fill(0);
            self.last = 0;
        }
        self.last += 1;
        self.last
    }

    /// Marks a node; true if this walk had not seen it.
    pub(crate) fn set(&mut self, node: u32, mark: u32) -> bool {
        self.seen.get_mut(node as usize).is_some_and(|seen| std::mem::replace(seen, mark) != mark)
    }
}

fn petgraph_of(nodes: usize, edges: &[(u32, u32)]) -> DiGraph<(), (), u32> {
    let mut graph = DiGraph::with_capacity(nodes, edges.len());
    for _ in 0..nodes {
        graph.add_node(());
    }
    for (from, to) in edges {
        graph.add_edge(NodeIndex::from(*from), NodeIndex::from(*to), ());
    }
    graph
}

/// An order in which every edge's origin stands before its destination.
///
/// # Errors
/// The nodes of one cycle, each pointing to the next: a shortest one through its smallest node.
pub(crate) fn topological(nodes: usize, edges: &[(u32, u32)]) -> Result<Vec<u32>, Vec<u32>> {
    let graph = petgraph_of(nodes, edges);
    match toposort(&graph, None) {
        Ok(order) => Ok(order.into_iter().map(index).collect()),
        Err(_) => Err(shortest_cycle(&graph)),
    }
}

/// Whether the edges run in no circle: those of nodes to which none leads any more are taken away until none is left.
///
/// # Errors
/// As [`topological`].
pub(crate) fn acyclic(nodes: usize, edges: &[(u32, u32)]) -> Result<(), Vec<u32>> {
    let rows = Rows::of(nodes, edges.iter().copied());
    let mut leading = vec![0_u32; nodes];
    for (_, to) in edges {
        if let Some(count) = leading.get_mut(*to as usize) {
            *count += 1;
        }
    }
    let mut free: Vec<u32> = (0..).zip(&leading).filter(|(_, count)| **count == 0).map(|(node, _)| node).collect();
    let mut left = nodes;
    while let Some(node) = free.pop() {
        left -= 1;
        for to in rows.row(node) {
            let Some(count) = leading.get_mut(*to as usize) else { continue };
            *count -= 1;
            if *count == 0 {
                free.push(*to);
            }
        }
    }
    // told by the one who finds the shortest
    if left == 0 { Ok(()) } else { topological(nodes, edges).map(drop) }
}

fn index(node: NodeIndex<u32>) -> u32 {
    u32::try_from(node.index()).unwrap_or(u32::MAX)
}

fn shortest_cycle(graph: &DiGraph<(), (), u32>) -> Vec<u32> {
    let part =
        kosaraju_scc(graph).into_iter().filter(|part| part.len() > 1).min_by_key(|part| part.iter().min().copied());
    let Some(start) = part.and_then(|part| part.into_iter().min()) else { return Vec::new() };
    let mut before = vec![None; graph.node_count()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<u32> = graph.neighbors(node).map(index).collect();
        sorting::nodes(&mut next);
        for to in next.into_iter().map(NodeIndex::from) {
            if to == start {
                let mut path = vec![index(node)];
                let mut at = node;
                while let Some(previous) = before.get(at.index()).copied().flatten() {
                    path.push(index(previous));
                    at = previous;
                }
                path.reverse();
                return path;
            }
            if let Some(slot @ None) = before.get_mut(to.index()) {
                *slot = Some(node);
                queue.push_back(to);
            }
        }
    }
    Vec::new()
}

/// The edges that lie on a cycle, grouped by strongly connected part, as places in `edges`.
pub(crate) fn cyclic_parts(nodes: usize, edges: &[(u32, u32)]) -> Vec<Vec<usize>> {
    let mut part_of = vec![usize::MAX; nodes];
    let parts = kosaraju_scc(&petgraph_of(nodes, edges));
    for (number, part) in parts.iter().enumerate() {
        for node in part {
            if let Some(slot) = part_of.get_mut(node.index()) {
                *slot = number;
            }
        }
    }
    let mut grouped = Vec::new();
    for (at, (from, to)) in edges.iter().enumerate() {
        let ends = part_of.get(*from as usize).zip(part_of.get(*to as usize));
        if let Some((a, b)) = ends.filter(|(a, b)| a == b && from != to) {
            debug_assert_eq!(a, b);
            grouped.push((*a, at));
        }
    }
    sorting::sort(&mut grouped);
    grouped.chunk_by(|(a, _), (b, _)| a == b).map(|part| part.iter().map(|(_, at)| *at).collect()).collect()
}
