//! One learner's items on the framework, and the state of every node.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::compile::{Compiled, at, incompatible};
use super::coverage::{Covered, Walks};
use super::duplicates::{Standing, settle};
use super::eligibility::{Door, Reason, door, ignored, judgement};
use super::judge::{ChildInput, Cover, Inputs, Judged, NodeResult, inner, leaf, with_items};
use super::order::sort;
use super::scope::Applies;
use super::status::Status;
use crate::error::{Code, Finding, Report, Result, quote};
use crate::estimate::Judgement;
use crate::graph::ChildEdge;
use crate::instant::Instant;
use crate::policy::OwnEvidence;
use crate::record::Item;
use crate::rollup::{LeafInput, Tally};
use crate::sorting;
use crate::value::{Value, Weight};

/// The state of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) result: NodeResult,
    /// The sums over the distinct leaves below.
    pub(crate) tally: Tally,
    /// The own evidence of an inner node, judged as a leaf.
    pub(crate) own: Option<Box<NodeResult>>,
    pub(crate) applies: bool,
}

/// An item of a node: its place in the record, and its value if it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) item: u32,
    pub(crate) value: Value,
}

/// A node as it was.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) node: u32,
    pub(crate) cell: Cell,
    eligible: Option<Vec<Judgement>>,
    owner: bool,
}

/// One learner's items and nodes.
#[derive(Clone, Debug)]
pub(crate) struct Board<'a> {
    pub(crate) items: Cow<'a, [Item]>,
    pub(crate) as_of: Instant,
    pub(crate) applies: Applies,
    pub(crate) cells: Vec<Cell>,
    /// The items with a value, by node.
    placed: BTreeMap<u32, Vec<Placed>>,
    /// The eligible items, by node, oldest first.
    eligible: BTreeMap<u32, Vec<Judgement>>,
    /// The inner nodes with eligible evidence of their own.
    owners: BTreeSet<u32>,
    walks: Option<Walks>,
}

impl<'a> Board<'a> {
    /// Places the items and computes every node.
    pub(crate) fn new(items: Cow<'a, [Item]>, as_of: Instant, applies: Applies, compiled: &Compiled) -> Result<Self> {
        let mut board = Self {
            cells: vec![Cell::default(); compiled.framework.len()],
            items,
            as_of,
            applies,
            placed: BTreeMap::new(),
            eligible: BTreeMap::new(),
            owners: BTreeSet::new(),
            walks: None,
        };
        for (place, standing) in (0..).zip(settle(&board.items)) {
            if standing == Standing::Kept {
                board.place(place, compiled);
            }
        }
        for node in compiled.framework.graph.order() {
            board.compute(*node, compiled)?;
        }
        Ok(board)
    }

    /// Puts an item that stays where it belongs; gives the node, if the item has one.
    pub(crate) fn place(&mut self, item: u32, compiled: &Compiled) -> Option<u32> {
        let given = self.items.get(item as usize)?;
        let node = *compiled.framework.rank.get(given.evidence.competency())?;
        if let Door::Value(value) = door(given, Some(node), compiled) {
            self.placed.entry(node).or_default().push(Placed { item, value });
        }
        Some(node)
    }

    /// Takes an item out again; gives the node it was on.
    pub(crate) fn remove(&mut self, item: u32, compiled: &Compiled) -> Option<u32> {
        let node = *compiled.framework.rank.get(self.items.get(item as usize)?.evidence.competency())?;
        if let Some(placed) = self.placed.get_mut(&node) {
            placed.retain(|placed| placed.item != item);
        }
        Some(node)
    }

    /// The items with a value on a node.
    pub(crate) fn placed(&self, node: u32) -> &[Placed] {
        self.placed.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The eligible items of a node, oldest first.
    pub(crate) fn eligible(&self, node: u32) -> &[Judgement] {
        self.eligible.get(&node).map_or(&[], Vec::as_slice)
    }

    /// What `compute` will change of a node, to be put back after an error.
    pub(crate) fn save(&self, node: u32) -> Saved {
        let cell = self.cells.get(node as usize).cloned().unwrap_or_default();
        Saved { node, cell, eligible: self.eligible.get(&node).cloned(), owner: self.owners.contains(&node) }
    }

    pub(crate) fn restore(&mut self, saved: Saved) {
        if saved.owner {
            self.owners.insert(saved.node)
        } else {
            self.owners.remove(&saved.node)
        };
        match saved.eligible {
            Some(eligible) => self.eligible.insert(saved.node, eligible),
            None => self.eligible.remove(&saved.node),
        };
        if let Some(slot) = self.cells.get_mut(saved.node as usize) {
            *slot = saved.cell;
        }
    }

    /// Why an item with a value on a node does not count now.
    pub(crate) fn ignored(&self, item: &Item, node: u32, compiled: &Compiled) -> Option<Reason> {
        let inner = !compiled.framework.graph.is_leaf(node);
        ignored(item, compiled.set(node), inner, self.applies.to(node), self.as_of)
    }

    /// Selects and sorts what counts on a node now.
    fn admit(&mut self, node: u32, compiled: &Compiled) {
        let Some(placed) = self.placed.get(&node) else { return };
        let counts = |placed: &Placed| {
            let item = self.items.get(placed.item as usize)?;
            let ignored = self.ignored(item, node, compiled).is_some();
            (!ignored).then(|| judgement(item, placed.item, placed.value))
        };
        let mut judgements: Vec<Judgement> = placed.iter().filter_map(counts).collect();
        sort(&mut judgements, &self.items, compiled.set(node).evidence.order_by);
        if !compiled.framework.graph.is_leaf(node) {
            if judgements.is_empty() {
                self.owners.remove(&node)
            } else {
                self.owners.insert(node)
            };
        }
        self.eligible.insert(node, judgements);
    }

    /// Computes a node anew, its children being right.
    pub(crate) fn compute(&mut self, node: u32, compiled: &Compiled) -> Result<()> {
        self.admit(node, compiled);
        let cell = if compiled.framework.graph.is_leaf(node) {
            self.leaf_cell(node, compiled)
        } else {
            self.inner_cell(node, compiled)
        };
        let cell = cell.map_err(|error| at(&error, compiled.framework.id_of(node)))?;
        if let Some(slot) = self.cells.get_mut(node as usize) {
            *slot = cell;
        }
        Ok(())
    }

    fn leaf_cell(&self, node: u32, compiled: &Compiled) -> Result<Cell> {
        if !self.applies.to(node) {
            let result = NodeResult { status: Status::NotApplicable, ..NodeResult::default() };
            return Ok(Cell { result, ..Cell::default() });
        }
        let result = self.judge_leaf(node, compiled)?.result;
        let weight = compiled.framework.node(node).map_or(Weight::ONE, |competency| competency.weight);
        Ok(Cell { tally: Tally::of(leaf_input(&result, weight))?, result, own: None, applies: true })
    }

    /// Judges a leaf, or the own evidence of an inner node as one.
    pub(crate) fn judge_leaf(&self, node: u32, compiled: &Compiled) -> Result<Judged> {
        leaf(self.eligible(node), &self.items, compiled.set(node).as_leaf(), self.as_of)
    }

    fn inner_cell(&mut self, node: u32, compiled: &Compiled) -> Result<Cell> {
        let own =
            if self.eligible(node).is_empty() { None } else { Some(Box::new(self.judge_leaf(node, compiled)?.result)) };
        let tally = self.tally(node, own.as_deref(), compiled)?;
        let child_applies = |edge: &ChildEdge| self.cells.get(edge.node as usize).is_some_and(|cell| cell.applies);
        let applies = compiled.framework.graph.children(node).any(child_applies);
        // seen by walks from here on
        if let Some(slot) = self.cells.get_mut(node as usize) {
            *slot = Cell { own: own.clone(), applies, ..Cell::default() };
        }
        let result = if !applies {
            NodeResult { status: Status::NotApplicable, ..NodeResult::default() }
        } else if let Some(own) = own.as_deref().filter(|_| overrides(node, compiled)) {
            *own
        } else {
            self.judge_inner(node, &tally, own.as_deref(), compiled)?.result
        };
        Ok(Cell { result, tally, own, applies })
    }

    /// Judges an inner node by its inputs.
    pub(crate) fn judge_inner(
        &mut self,
        node: u32,
        tally: &Tally,
        own: Option<&NodeResult>,
        compiled: &Compiled,
    ) -> Result<Judged> {
        let set = compiled.set(node);
        let children = if set.rollup.method.over_leaves() {
            Vec::new()
        } else {
            self.child_inputs(node, own, compiled).into_iter().map(|(_, input)| input).collect()
        };
        let cover = self.cover(node, tally, &children, compiled);
        let named = set.origin.named_sufficiency.is_some();
        let covered = if named { self.covered(node, compiled) } else { Vec::new() };
        let pooled = if set.rollup.method == crate::policy::RollupMethod::Pooled {
            self.pool(node, compiled)
        } else {
            Vec::new()
        };
        let inputs = Inputs { tally, children: &children, cover };
        let eligible = || {
            let of = |covered: &Covered| with_items(self.eligible(covered.node), &self.items);
            covered.iter().flat_map(of).collect()
        };
        inner(&inputs, set.rollup, set.as_inner(), self.as_of, || pooled, eligible)
    }

    /// The children that apply, and the own evidence that acts as one; own evidence stands last, under the node itself.
    pub(crate) fn child_inputs(
        &self,
        node: u32,
        own: Option<&NodeResult>,
        compiled: &Compiled,
    ) -> Vec<(u32, ChildInput)> {
        let set = compiled.set(node);
        let weighs = set.rollup.method == crate::policy::RollupMethod::ChildrenMean;
        let children = compiled.framework.graph.children(node).filter_map(|edge| {
            let cell = self.cells.get(edge.node as usize).filter(|cell| cell.applies)?;
            let weight = if weighs { edge.weight } else { Weight::ONE };
            Some((edge.node, ChildInput { result: cell.result, weight }))
        });
        let own = own.filter(|_| set.rollup.own_evidence == OwnEvidence::AsChild);
        children.chain(own.map(|own| (node, ChildInput { result: *own, weight: Weight::ONE }))).collect()
    }

    /// The sums over the distinct leaves below a node, its own evidence included where that acts as a leaf.
    fn tally(&mut self, node: u32, own: Option<&NodeResult>, compiled: &Compiled) -> Result<Tally> {
        let graph = &compiled.framework.graph;
        let mut tally = Tally::default();
        if let Some(own) = own.filter(|_| compiled.set(node).rollup.own_evidence == OwnEvidence::AsChild) {
            tally.add(&own_tally(node, own, compiled)?)?;
        }
        if graph.is_tree_below(node) {
            for edge in graph.children(node) {
                if let Some(cell) = self.cells.get(edge.node as usize) {
                    tally.add(&cell.tally)?;
                }
            }
        } else if !compiled.set(node).rollup.method.over_leaves() {
            // no rule that looks at this node asks for the sums: trees have no such node below them
            return Ok(tally);
        } else if self.owners.is_empty() {
            for leaf in compiled.leaves(node) {
                if let Some(cell) = self.cells.get(*leaf as usize) {
                    tally.add(&cell.tally)?;
                }
            }
        } else {
            for below in self.leaf_inputs(node, compiled).iter().filter(|below| below.node != node) {
                let Some(cell) = self.cells.get(below.node as usize) else { continue };
                match cell.own.as_deref().filter(|_| below.own) {
                    Some(own) => tally.add(&own_tally(below.node, own, compiled)?)?,
                    None => tally.add(&cell.tally)?,
                }
            }
        }
        // own evidence below acts as a leaf only on the scale of the node that takes it in
        let set = compiled.set(node);
        let mixed = tally.own_scales.is_some_and(|classes| classes != (set.scale_class, set.scale_class));
        if mixed && set.rollup.method.over_leaves() {
            return Err(incompatible(compiled.framework.id_of(node)).into());
        }
        Ok(tally)
    }

    /// The distinct inputs of a rule over leaves: the leaves below that apply, and own evidence that acts as one.
    pub(crate) fn leaf_inputs(&mut self, node: u32, compiled: &Compiled) -> Vec<Covered> {
        let graph = &compiled.framework.graph;
        let mut inputs = Vec::new();
        let mut walks = self.take_walks(compiled);
        graph.below(
            node,
            walks.marks(),
            |_, _| true,
            |below| {
                let Some(cell) = self.cells.get(below as usize) else { return };
                if graph.is_leaf(below) {
                    if cell.applies {
                        inputs.push(Covered { node: below, own: false });
                    }
                } else if !self.eligible(below).is_empty()
                    && compiled.set(below).rollup.own_evidence == OwnEvidence::AsChild
                {
                    inputs.push(Covered { node: below, own: true });
                }
            },
        );
        self.walks = Some(walks);
        inputs
    }

    /// All eligible items of the inputs of `pooled`, in the node's order.
    pub(crate) fn pool(&mut self, node: u32, compiled: &Compiled) -> Vec<Judgement> {
        let mut pool: Vec<Judgement> = if compiled.framework.graph.is_tree_below(node) {
            // the few nodes with items, instead of the many below
            let below = |other: &u32| compiled.framework.graph.is_below_in_tree(*other, node);
            let pools = |other: u32| {
                let leaf = compiled.framework.graph.is_leaf(other);
                leaf || compiled.set(other).rollup.own_evidence == OwnEvidence::AsChild
            };
            let holders = self.eligible.iter().filter(|(other, _)| below(other) && pools(**other));
            holders.flat_map(|(_, judgements)| judgements).copied().collect()
        } else {
            let inputs = self.leaf_inputs(node, compiled);
            inputs.iter().flat_map(|input| self.eligible(input.node)).copied().collect()
        };
        sort(&mut pool, &self.items, compiled.set(node).evidence.order_by);
        pool
    }

    /// What an inner node covers, in byte order.
    pub(crate) fn covered(&mut self, node: u32, compiled: &Compiled) -> Vec<Covered> {
        let mut covered = Vec::new();
        let mut walks = self.take_walks(compiled);
        let seen =
            |node: u32| self.cells.get(node as usize).map_or((false, false), |cell| (cell.applies, cell.own.is_some()));
        walks.covered(node, compiled, seen, |one| covered.push(one));
        self.walks = Some(walks);
        sorting::sort(&mut covered);
        covered
    }

    fn cover(&mut self, node: u32, tally: &Tally, children: &[ChildInput], compiled: &Compiled) -> Cover {
        let method = compiled.set(node).rollup.method;
        if method.over_leaves() {
            let pooled = method == crate::policy::RollupMethod::Pooled;
            let counts = if pooled { tally.all } else { tally.weighed };
            return Cover { leaves: counts.leaves, valued: counts.valued, evidence: counts.evidence };
        }
        let mut cover = Cover::default();
        if compiled.framework.graph.is_tree_below(node) {
            children.iter().filter(|child| !child.weight.is_zero()).for_each(|child| cover.add(child.result.cover));
            return cover;
        }
        if self.owners.is_empty() {
            let cells = compiled.leaves(node).iter().filter_map(|leaf| self.cells.get(*leaf as usize));
            cells.for_each(|cell| cover.add(cell.result.cover));
            return cover;
        }
        for covered in self.covered(node, compiled) {
            cover.add(self.covered_result(covered).cover);
        }
        cover
    }

    /// The result of something covered.
    pub(crate) fn covered_result(&self, covered: Covered) -> NodeResult {
        let cell = self.cells.get(covered.node as usize);
        cell.map(|cell| *cell.own.as_deref().filter(|_| covered.own).unwrap_or(&cell.result)).unwrap_or_default()
    }

    fn take_walks(&mut self, compiled: &Compiled) -> Walks {
        self.walks.take().unwrap_or_else(|| Walks::new(compiled.framework.graph.len()))
    }

    /// What is wrong with the items, in the order of the record.
    pub(crate) fn report(&self, compiled: &Compiled) -> Report {
        let mut report = Report::default();
        for (place, mut finding) in self.findings(compiled) {
            finding.path = format!("/evidence/{place}{}", finding.path);
            report.push(finding);
        }
        report
    }

    /// The same by the item's place in the record; places in the findings are relative to the item.
    pub(crate) fn findings(&self, compiled: &Compiled) -> Vec<(usize, Finding)> {
        let mut all = Vec::new();
        for (place, (item, standing)) in self.items.iter().zip(settle(&self.items)).enumerate() {
            let findings = match standing {
                Standing::Same => continue,
                Standing::Other => vec![other_content(item)],
                Standing::Kept => {
                    let node = compiled.framework.rank.get(item.evidence.competency()).copied();
                    match door(item, node, compiled) {
                        Door::Value(_) => continue,
                        Door::Ignored(_, findings) => findings,
                    }
                }
            };
            all.extend(findings.into_iter().map(|finding| (place, finding)));
        }
        all
    }
}

/// The finding for an item whose id another content has.
pub(crate) fn other_content(item: &Item) -> Finding {
    let id = item.evidence.id.as_deref().unwrap_or_default();
    let message = format!("another item has the id {} and other content, and stays", quote(id));
    Finding::new(Code::DuplicateId, "/id", message).with("id", id)
}

fn overrides(node: u32, compiled: &Compiled) -> bool {
    compiled.set(node).rollup.own_evidence == OwnEvidence::Overrides
}

fn own_tally(node: u32, own: &NodeResult, compiled: &Compiled) -> Result<Tally> {
    Tally::of(LeafInput { own_scale: Some(compiled.set(node).scale_class), ..leaf_input(own, Weight::ONE) })
}

/// What a leaf brings into the sums above it.
pub(crate) fn leaf_input(result: &NodeResult, weight: Weight) -> LeafInput {
    LeafInput {
        value: result.value,
        met: result.status == Status::Met,
        stale: result.status == Status::Stale,
        newest: result.newest,
        evidence: result.cover.evidence,
        weight,
        own_scale: None,
    }
}
