//! Which edges to leave out so that no circle is left.
//!
//! The rule is: in each strongly connected part, leave out the greatest edge, until no part is left. Played round by
//! round this takes as many passes as there are edges to leave out. But an edge goes by that rule exactly if it is the
//! greatest of some circle: all that is greater and still there lies on no circle any more, so what connects its ends the
//! other way round is smaller. Edges are ordered by their origin first, so the greatest edge of a circle starts at the
//! circle's greatest node. An edge from `u` to a smaller `v` therefore goes if `u` and `v` lie in one strongly connected
//! part of the graph of the nodes up to `u`. Halving the range of nodes and contracting the parts of the lower half
//! answers that for all edges at once, in (edges · log nodes) steps.

use std::collections::VecDeque;

use crate::graph::cyclic_parts;

/// Steps that all searches for a way round may take together; after that findings come without it.
const STEPS: usize = 1_000_000;

/// An edge to leave out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Closing {
    /// Its place in the list of edges.
    pub(super) at: usize,
    /// The circle that it closes, from its origin through its destination; empty if the search was given up.
    pub(super) path: Vec<u32>,
}

/// The edges to leave out, in the order of the list. Nodes are numbered in their order, edges are distinct.
pub(super) fn closing(nodes: usize, edges: &[(u32, u32)]) -> Vec<Closing> {
    let parts = cyclic_parts(nodes, edges);
    if parts.is_empty() {
        return Vec::new();
    }
    let mut halves = Halves { compact: vec![None; nodes], found: Vec::new() };
    let mut round: Vec<(u32, u32)> = Vec::new();
    for part in &parts {
        let mut part: Vec<(usize, u32, u32)> =
            part.iter().filter_map(|at| edges.get(*at).map(|(from, to)| (*at, *from, *to))).collect();
        round.extend(part.iter().map(|(_, from, to)| (*from, *to)));
        // the nodes of the part, numbered in their order, so that the range to halve is no longer than the part
        let mut names: Vec<u32> = part.iter().flat_map(|(_, from, to)| [*from, *to]).collect();
        names.sort_unstable();
        names.dedup();
        let rank =
            |node: &u32| names.binary_search(node).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
        for (_, from, to) in &mut part {
            (*from, *to) = (rank(from), rank(to));
        }
        let last = u32::try_from(names.len()).unwrap_or(u32::MAX).saturating_sub(1);
        let part = part.into_iter().map(|(at, from, to)| Half { at, from, to, since: from.max(to), back: from > to });
        halves.split(0, last, part.collect());
    }
    halves.found.sort_unstable();
    round.sort_unstable();
    let mut search = Search { edges: round, before: vec![None; nodes], steps: STEPS };
    let found = halves.found.into_iter().filter_map(|at| {
        let (from, to) = *edges.get(at)?;
        Some(Closing { at, path: search.way_round(from, to) })
    });
    found.collect()
}

/// An edge on the way down: its ends are parts of the nodes below the range, or single nodes.
struct Half {
    at: usize,
    from: u32,
    to: u32,
    /// The node with which the edge comes into the graph: its greater end.
    since: u32,
    /// It runs from the greater end to the smaller one.
    back: bool,
}

struct Halves {
    /// Scratch: the number of a node among those of the current range.
    compact: Vec<Option<u32>>,
    found: Vec<usize>,
}

impl Halves {
    /// Looks at edges whose ends come into one strongly connected part with a node from `low` to `high`.
    fn split(&mut self, low: u32, high: u32, edges: Vec<Half>) {
        if !edges.iter().any(|edge| edge.back && edge.since >= low) {
            return;
        }
        if low == high {
            self.found.extend(edges.iter().filter(|edge| edge.back && edge.since == low).map(|edge| edge.at));
            return;
        }
        let middle = low + (high - low) / 2;
        let (early, late): (Vec<Half>, Vec<Half>) = edges.into_iter().partition(|edge| edge.since <= middle);
        let mut names = Vec::new();
        let pairs: Vec<(u32, u32)> =
            early.iter().map(|edge| (self.number(edge.from, &mut names), self.number(edge.to, &mut names))).collect();
        let mut part_of: Vec<u32> = names.clone();
        let mut inside = vec![false; early.len()];
        for part in cyclic_parts(names.len(), &pairs) {
            let name = part.first().and_then(|at| early.get(*at)).map_or(0, |edge| edge.from);
            for at in part {
                let ends = pairs.get(at).map_or([0, 0], |(from, to)| [*from, *to]);
                for end in ends {
                    if let Some(slot) = part_of.get_mut(end as usize) {
                        *slot = name;
                    }
                }
                if let Some(slot) = inside.get_mut(at) {
                    *slot = true;
                }
            }
        }
        let contracted = |node: u32| {
            let number = self.compact.get(node as usize).copied().flatten();
            number.and_then(|number| part_of.get(number as usize)).copied().unwrap_or(node)
        };
        let mut lower = Vec::new();
        let mut upper = Vec::new();
        for (edge, inside) in early.into_iter().zip(inside).chain(late.into_iter().map(|edge| (edge, false))) {
            if inside {
                lower.push(edge);
            } else {
                upper.push(Half { from: contracted(edge.from), to: contracted(edge.to), ..edge });
            }
        }
        for name in names {
            if let Some(slot) = self.compact.get_mut(name as usize) {
                *slot = None;
            }
        }
        self.split(low, middle, lower);
        self.split(middle + 1, high, upper);
    }

    fn number(&mut self, node: u32, names: &mut Vec<u32>) -> u32 {
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        let Some(slot) = self.compact.get_mut(node as usize) else { return next };
        *slot.get_or_insert_with(|| {
            names.push(node);
            next
        })
    }
}

struct Search {
    /// All edges on circles, sorted.
    edges: Vec<(u32, u32)>,
    /// Scratch: from where a node was reached.
    before: Vec<Option<u32>>,
    steps: usize,
}

impl Search {
    /// A shortest circle whose greatest edge runs from `from` to `to`, starting with these two.
    fn way_round(&mut self, from: u32, to: u32) -> Vec<u32> {
        let mut reached = vec![to];
        let mut queue = VecDeque::from([to]);
        let mut path = Vec::new();
        'search: while let Some(node) = queue.pop_front() {
            let start = self.edges.partition_point(|edge| *edge < (node, 0));
            for (_, next) in self.edges.iter().skip(start).take_while(|(origin, _)| *origin == node) {
                let Some(steps) = self.steps.checked_sub(1) else { break 'search };
                self.steps = steps;
                if *next == from {
                    path.push(node);
                    while let Some(before) =
                        path.last().and_then(|node| self.before.get(*node as usize).copied().flatten())
                    {
                        path.push(before);
                    }
                    path.push(from);
                    path.reverse();
                    break 'search;
                }
                if *next < from
                    && *next != to
                    && let Some(slot @ None) = self.before.get_mut(*next as usize)
                {
                    *slot = Some(node);
                    reached.push(*next);
                    queue.push_back(*next);
                }
            }
        }
        for node in reached {
            if let Some(slot) = self.before.get_mut(node as usize) {
                *slot = None;
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule as it is worded, round by round.
    fn by_rounds(nodes: usize, edges: &[(u32, u32)]) -> Vec<usize> {
        let mut left: Vec<usize> = (0..edges.len()).collect();
        let mut out = Vec::new();
        loop {
            let graph: Vec<(u32, u32)> = left.iter().map(|at| edges[*at]).collect();
            let parts = cyclic_parts(nodes, &graph);
            if parts.is_empty() {
                out.sort_unstable();
                return out;
            }
            let greatest: Vec<usize> =
                parts.iter().filter_map(|part| part.iter().map(|at| left[*at]).max_by_key(|at| edges[*at])).collect();
            left.retain(|at| !greatest.contains(at));
            out.extend(greatest);
        }
    }

    #[test]
    fn halving_leaves_out_what_the_rounds_leave_out() {
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((seed >> 33) % below).unwrap()
        };
        let mut circles = 0;
        for round in 0..3_000_u64 {
            let nodes = 2 + random(9 + round % 8);
            let mut edges: Vec<(u32, u32)> = Vec::new();
            for _ in 0..random(u64::from(nodes) * 3) {
                let edge = (random(u64::from(nodes)), random(u64::from(nodes)));
                if edge.0 != edge.1 && !edges.contains(&edge) {
                    edges.push(edge);
                }
            }
            let nodes = nodes as usize;
            let found = closing(nodes, &edges);
            assert_eq!(found.iter().map(|edge| edge.at).collect::<Vec<_>>(), by_rounds(nodes, &edges), "{edges:?}");
            for Closing { at, path } in found {
                let (from, to) = edges[at];
                assert_eq!((path[0], path[1]), (from, to), "{edges:?}");
                let mut steps: Vec<(u32, u32)> = path.windows(2).map(|pair| (pair[0], pair[1])).collect();
                steps.push((path[path.len() - 1], from));
                assert!(steps.iter().all(|step| edges.contains(step)), "{path:?} in {edges:?}");
                assert_eq!(steps.iter().max(), Some(&(from, to)), "{path:?} in {edges:?}");
                circles += 1;
            }
        }
        assert!(circles > 3_000, "{circles} circles are too few to tell");
    }

    #[test]
    fn a_full_graph_is_cut_down_to_an_order() {
        let edges: Vec<(u32, u32)> =
            (0..300).flat_map(|from| (0..300).map(move |to| (from, to))).filter(|(from, to)| from != to).collect();
        let found = closing(300, &edges);
        assert_eq!(found.len(), edges.len() / 2);
        assert!(found.iter().all(|edge| edges[edge.at].0 > edges[edge.at].1));
    }
}
