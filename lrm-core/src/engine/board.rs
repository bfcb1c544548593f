//! One learner's items on the framework, and the state of every node.

use std::borrow::Cow;

use super::bodies::{Admitted, Bodies, NO_VALUE, Placed};
use super::compile::{Compiled, at, incompatible};
use super::coverage::{Covered, Walks};
use super::duplicates::{Standing, settle};
use super::eligibility::{Door, Reason, door, ignored, judgement};
use super::judge::{ChildInput, Cover, Decided, Inputs, Judged, NodeResult, Ruling, inner, leaf, with_items};
use super::order::sort;
use super::overrides::last;
use super::scope::Applies;
use super::status::Status;
use super::step::Moved;
use super::works::{Works, works};
use crate::error::{Code, Finding, Report, Result, quote};
use crate::estimate::Judgement;
use crate::graph::ChildEdge;
use crate::instant::Instant;
use crate::limits::REQUIREMENT_ITEMS;
use crate::policy::{OwnEvidence, RollupMethod};
use crate::record::Item;
use crate::rollup::{LeafInput, Tally, Verdict};
use crate::sorting;
use crate::value::Weight;

/// The state of one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) result: NodeResult,
    pub(crate) applies: bool,
}

/// One learner's items and nodes.
#[derive(Clone, Debug)]
pub(crate) struct Board<'a> {
    pub(crate) items: Cow<'a, [Item]>,
    pub(crate) as_of: Instant,
    pub(crate) applies: Applies,
    pub(crate) cells: Vec<Cell>,
    /// The sums over the distinct leaves below each node; empty where no rule asks for them.
    pub(crate) tallies: Vec<Tally>,
    pub(crate) bodies: Bodies,
    /// How many items conditions about evidence may still look at.
    pub(crate) items_left: usize,
    walks: Option<Walks>,
}

impl<'a> Board<'a> {
    /// Places the items and computes every node.
    pub(crate) fn new(items: Cow<'a, [Item]>, as_of: Instant, applies: Applies, compiled: &Compiled) -> Result<Self> {
        let nodes = compiled.framework.len();
        let mut board = Self {
            cells: vec![Cell::default(); nodes],
            tallies: if compiled.sums { vec![Tally::default(); nodes] } else { Vec::new() },
            bodies: Bodies::new(nodes),
            items,
            as_of,
            applies,
            items_left: REQUIREMENT_ITEMS,
            walks: None,
        };
        for (place, standing) in (0..).zip(settle(&board.items)) {
            if standing == Standing::Kept {
                board.place(place, compiled);
            }
        }
        for node in compiled.framework.graph.order() {
            board.admit(*node, compiled);
            board.compute(*node, None, compiled)?;
        }
        Ok(board)
    }

    /// Puts an item that stays where it belongs; gives the node, if the item has one.
    pub(crate) fn place(&mut self, item: u32, compiled: &Compiled) -> Option<u32> {
        let given = self.items.get(item as usize)?;
        let node = compiled.framework.rank.get(given.evidence.competency())?;
        match door(given, Some(node), compiled) {
            Door::Value(value) | Door::Override(Some(value)) => self.bodies.place(node, Placed { item, value }),
            Door::Override(None) => self.bodies.place(node, Placed { item, value: NO_VALUE }),
            Door::Ignored(..) => {}
        }
        Some(node)
    }

    /// Takes an item out again; gives the node it was on.
    pub(crate) fn remove(&mut self, item: u32, compiled: &Compiled) -> Option<u32> {
        let node = compiled.framework.rank.get(self.items.get(item as usize)?.evidence.competency())?;
        self.bodies.remove(node, item);
        Some(node)
    }

    /// The eligible items of a node, oldest first.
    pub(crate) fn eligible(&self, node: u32) -> &[Judgement] {
        self.bodies.eligible(node)
    }

    /// The sums over the distinct leaves below a node.
    pub(crate) fn tally_of(&self, node: u32) -> Tally {
        self.tallies.get(node as usize).copied().unwrap_or_default()
    }

    /// Why an item with a value on a node does not count now.
    pub(crate) fn ignored(&self, item: &Item, node: u32, compiled: &Compiled) -> Option<Reason> {
        let inner = !compiled.framework.graph.is_leaf(node);
        ignored(item, compiled.set(node), inner, self.applies.to(node), self.as_of)
    }

    /// Selects and sorts what counts on a node now; gives what did before.
    pub(crate) fn admit(&mut self, node: u32, compiled: &Compiled) -> Option<Admitted> {
        // most nodes have no items
        self.bodies.placed(node)?;
        let (works, admitted) = self.weigh(node, compiled)?;
        let leaf = compiled.framework.graph.is_leaf(node);
        self.bodies.admit(node, leaf, Admitted { eligible: works.eligible, ..admitted })
    }

    /// What the items on a node come to now: what is eligible and what the rules about works set aside, and the rest of what
    /// is admitted.
    pub(crate) fn weigh(&self, node: u32, compiled: &Compiled) -> Option<(Works, Admitted)> {
        let placed = self.bodies.placed(node)?;
        let set = compiled.set(node);
        let mut admitted = Admitted::default();
        let (mut eligible, mut overrides) = (Vec::with_capacity(placed.len()), Vec::new());
        let (mut of_activities, mut replaces) = (0, false);
        for placed in placed {
            let Some(item) = self.items.get(placed.item as usize) else { continue };
            let coming = item.evidence.clock().filter(|clock| *clock > self.as_of);
            admitted.coming = earlier(admitted.coming, coming);
            if let Some(overriding) = &item.evidence.overriding {
                admitted.coming = earlier(admitted.coming, overriding.expires_at.filter(|end| *end > self.as_of));
            }
            if self.ignored(item, node, compiled).is_some() {
                continue;
            }
            let judgement = judgement(item, placed.item, placed.value);
            if item.evidence.overriding.is_some() {
                overrides.push(judgement);
            } else {
                of_activities += u32::from(item.evidence.activity.is_some());
                replaces |= item.evidence.replaced().is_some();
                eligible.push(judgement);
            }
        }
        let order = set.evidence.order_by;
        sort(&mut eligible, &self.items, order);
        let works = if of_activities > 1 || replaces {
            works(eligible, &self.items, &set.evidence, &set.scale)
        } else {
            Works { eligible, ..Works::default() }
        };
        if !overrides.is_empty() {
            admitted.ruling.overriding = last(&mut overrides, &self.items, order);
        }
        admitted.ruling.conflicts = works.conflicts;
        admitted.ruling.capped = !works.capped.entries().is_empty();
        Some((works, admitted))
    }

    /// Computes a node anew, its evidence being admitted and its children right. `moved` are the leaves that are not what they
    /// were when the node was computed last, if that is known.
    pub(crate) fn compute(&mut self, node: u32, moved: Option<&[Moved]>, compiled: &Compiled) -> Result<()> {
        let cell = if compiled.framework.graph.is_leaf(node) {
            self.leaf_cell(node, compiled)
        } else {
            self.inner_cell(node, moved, compiled)
        };
        let cell = cell.map_err(|error| at(&error, compiled.framework.id_of(node)))?;
        if let Some(slot) = self.cells.get_mut(node as usize) {
            *slot = cell;
        }
        Ok(())
    }

    fn set_tally(&mut self, node: u32, tally: Tally) {
        if let Some(slot) = self.tallies.get_mut(node as usize) {
            *slot = tally;
        }
    }

    fn leaf_cell(&mut self, node: u32, compiled: &Compiled) -> Result<Cell> {
        if !self.applies.to(node) {
            let result = NodeResult { status: Status::NotApplicable, ..NodeResult::default() };
            return Ok(Cell { result, applies: false });
        }
        let result = self.judge_leaf(node, self.bodies.ruling(node), compiled)?.result;
        if compiled.sums {
            let weight = compiled.framework.node(node).map_or(Weight::ONE, |competency| competency.weight);
            self.set_tally(node, Tally::of(leaf_input(&result, weight))?);
        }
        Ok(Cell { result, applies: true })
    }

    /// Judges a leaf, or the own evidence of an inner node as one.
    pub(crate) fn judge_leaf(&self, node: u32, ruling: &Ruling, compiled: &Compiled) -> Result<Judged> {
        leaf(self.eligible(node), &self.items, ruling, compiled.set(node).as_leaf(), self.as_of)
    }

    fn inner_cell(&mut self, node: u32, moved: Option<&[Moved]>, compiled: &Compiled) -> Result<Cell> {
        if self.bodies.counts(node) {
            // where the own evidence is all that counts, what a person decided about the node is about it
            let ruling = *self.bodies.ruling(node);
            let ruling = if overrides(node, compiled) {
                Ruling { instead_of_inputs: true, ..ruling }
            } else {
                ruling.of_evidence()
            };
            let own = self.judge_leaf(node, &ruling, compiled)?.result;
            self.bodies.set_own(node, own);
        }
        if compiled.sums {
            let tally = self.tally(node, moved, compiled)?;
            self.set_tally(node, tally);
        }
        let child_applies = |edge: &ChildEdge| self.cells.get(edge.node as usize).is_some_and(|cell| cell.applies);
        let applies = compiled.framework.graph.children(node).any(child_applies);
        if let Some(slot) = self.cells.get_mut(node as usize) {
            // seen by walks from here on
            slot.applies = applies;
        }
        let result = if !applies {
            NodeResult { status: Status::NotApplicable, ..NodeResult::default() }
        } else if let Some(own) = self.bodies.own(node).filter(|_| overrides(node, compiled)) {
            *own
        } else {
            let cover = self.cover(node, moved, compiled);
            self.judge_by(node, cover, compiled)?.result
        };
        Ok(Cell { result, applies })
    }

    /// Judges an inner node by its inputs.
    pub(crate) fn judge_inner(&mut self, node: u32, compiled: &Compiled) -> Result<Judged> {
        let cover = self.cover(node, None, compiled);
        self.judge_by(node, cover, compiled)
    }

    fn judge_by(&mut self, node: u32, cover: Cover, compiled: &Compiled) -> Result<Judged> {
        let set = compiled.set(node);
        let named = set.origin.named_sufficiency.is_some();
        let ruling = *self.bodies.ruling(node);
        let looks = named || ruling.set().is_some();
        let covered = if looks { self.covered(node, compiled) } else { Vec::new() };
        // own evidence below may be measured on another scale
        let otherwise = |covered: &Covered| compiled.set(covered.node).scale_class != set.scale_class;
        if set.inner_sufficiency.independent_from_level.is_some() && covered.iter().any(otherwise) {
            return Err(incompatible(compiled.framework.id_of(node)).into());
        }
        let pooled = if set.rollup.method == RollupMethod::Pooled { self.pool(node, compiled) } else { Vec::new() };
        let decided = match compiled.demands.of(node) {
            Some(demand) => {
                let verdicts = self.standings(demand, &|_| false, compiled)?.verdicts;
                let newest = self.newest_below(node, compiled);
                Some(Decided { verdict: verdicts.first().copied().unwrap_or(Verdict::LeftOut), newest })
            }
            None => None,
        };
        let tally = self.tally_of(node);
        let children = || self.child_inputs(node, compiled).map(|(_, child)| child);
        let inputs = Inputs { tally: &tally, children, cover, decided };
        let eligible = || {
            let of = |covered: &Covered| with_items(self.eligible(covered.node), &self.items);
            covered.iter().flat_map(of).collect()
        };
        inner(&inputs, set.rollup, &ruling, set.as_inner(), self.as_of, || pooled, eligible)
    }

    /// The children that apply, and the own evidence that acts as one; own evidence stands last, under the node itself.
    pub(crate) fn child_inputs<'b>(
        &'b self,
        node: u32,
        compiled: &'b Compiled,
    ) -> impl Iterator<Item = (u32, ChildInput<'b>)> {
        let rollup = compiled.set(node).rollup;
        let weighs = rollup.method == RollupMethod::ChildrenMean;
        let children = compiled.framework.graph.children(node).filter_map(move |edge| {
            let cell = self.cells.get(edge.node as usize).filter(|cell| cell.applies)?;
            let weight = if weighs { edge.weight } else { Weight::ONE };
            Some((edge.node, ChildInput { result: &cell.result, weight }))
        });
        let own = self.bodies.own(node).filter(|_| rollup.own_evidence == OwnEvidence::AsChild);
        children.chain(own.map(|own| (node, ChildInput { result: own, weight: Weight::ONE })))
    }

    /// The sums over the distinct leaves below a node, its own evidence included where that acts as a leaf.
    fn tally(&mut self, node: u32, moved: Option<&[Moved]>, compiled: &Compiled) -> Result<Tally> {
        let graph = &compiled.framework.graph;
        let set = compiled.set(node);
        let mut tally = Tally::default();
        if let Some(own) = self.bodies.own(node).filter(|_| set.rollup.own_evidence == OwnEvidence::AsChild) {
            tally.add(&own_tally(node, own, compiled)?)?;
        }
        if graph.is_tree_below(node) {
            for edge in graph.children(node) {
                tally.add(&self.tally_of(edge.node))?;
            }
        } else if !set.rollup.method.over_leaves() {
            // no rule that looks at this node asks for the sums: trees have no such node below them
            return Ok(tally);
        } else if !self.bodies.has_owners() {
            let leaves = compiled.leaves(node);
            if let Some(corrected) = moved.and_then(|moved| self.corrected_tally(node, leaves, moved)) {
                return Ok(corrected);
            }
            for leaf in leaves {
                if let Some(leaf) = self.tallies.get(*leaf as usize) {
                    tally.add(leaf)?;
                }
            }
        } else {
            for below in self.leaf_inputs(node, compiled).iter().filter(|below| below.node != node) {
                match self.bodies.own(below.node).filter(|_| below.own) {
                    Some(own) => tally.add(&own_tally(below.node, own, compiled)?)?,
                    None => tally.add(&self.tally_of(below.node))?,
                }
            }
        }
        // own evidence below acts as a leaf only on the scale of the node that takes it in
        let mixed = tally.own_scales.is_some_and(|classes| classes != (set.scale_class, set.scale_class));
        if mixed && set.rollup.method.over_leaves() && set.rollup.method != RollupMethod::Requirement {
            return Err(incompatible(compiled.framework.id_of(node)).into());
        }
        Ok(tally)
    }

    /// The sums as they were with the moved leaves corrected, where that is exact and less work than a new sum.
    fn corrected_tally(&self, node: u32, leaves: &[u32], moved: &[Moved]) -> Option<Tally> {
        let mut tally = self.tally_of(node);
        for moved in below(leaves, moved)? {
            tally = tally.corrected(&moved.tally, self.tallies.get(moved.leaf as usize)?)?;
        }
        Some(tally)
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
                } else if self.bodies.counts(below) && compiled.set(below).rollup.own_evidence == OwnEvidence::AsChild {
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
            let holders = self.bodies.all_eligible().filter(|(other, _)| below(other) && pools(*other));
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
        let seen = |node: u32| {
            let applies = self.cells.get(node as usize).is_some_and(|cell| cell.applies);
            (applies, self.bodies.own(node).is_some())
        };
        walks.covered(node, compiled, seen, |one| covered.push(one));
        self.walks = Some(walks);
        sorting::sort(&mut covered);
        covered
    }

    /// How much a node covers.
    fn cover(&mut self, node: u32, moved: Option<&[Moved]>, compiled: &Compiled) -> Cover {
        let method = compiled.set(node).rollup.method;
        if method.over_leaves() {
            let tally = self.tally_of(node);
            let counts = if method.any_weight() { tally.all } else { tally.weighed };
            return Cover { leaves: counts.leaves, valued: counts.valued, evidence: counts.evidence };
        }
        let mut cover = Cover::default();
        if compiled.framework.graph.is_tree_below(node) {
            let weighed = self.child_inputs(node, compiled).filter(|(_, child)| !child.weight.is_zero());
            weighed.for_each(|(_, child)| cover.add(child.result.cover));
            return cover;
        }
        if !self.bodies.has_owners() {
            let leaves = compiled.leaves(node);
            if let Some(corrected) = moved.and_then(|moved| self.corrected_cover(node, leaves, moved)) {
                return corrected;
            }
            let cells = leaves.iter().filter_map(|leaf| self.cells.get(*leaf as usize));
            cells.for_each(|cell| cover.add(cell.result.cover));
            return cover;
        }
        for covered in self.covered(node, compiled) {
            cover.add(self.covered_result(covered).cover);
        }
        cover
    }

    /// The coverage as it was with the moved leaves corrected, where that is less work than counting anew.
    fn corrected_cover(&self, node: u32, leaves: &[u32], moved: &[Moved]) -> Option<Cover> {
        let mut cover = self.cells.get(node as usize)?.result.cover;
        for moved in below(leaves, moved)? {
            cover = cover.corrected(moved.cover, self.cells.get(moved.leaf as usize)?.result.cover)?;
        }
        Some(cover)
    }

    /// The result of something covered.
    pub(crate) fn covered_result(&self, covered: Covered) -> NodeResult {
        let own = self.bodies.own(covered.node).filter(|_| covered.own);
        own.or_else(|| Some(&self.cells.get(covered.node as usize)?.result)).copied().unwrap_or_default()
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
                    let node = compiled.framework.rank.get(item.evidence.competency());
                    match door(item, node, compiled) {
                        Door::Value(_) | Door::Override(_) => continue,
                        Door::Ignored(_, findings) => findings,
                    }
                }
            };
            all.extend(findings.into_iter().map(|finding| (place, finding)));
        }
        all
    }
}

/// The earlier of two instants, if there are any.
fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The finding for an item whose id another content has.
pub(crate) fn other_content(item: &Item) -> Finding {
    let id = item.evidence.id.as_deref().unwrap_or_default();
    let message = format!("another item has the id {} and other content, and stays", quote(id));
    Finding::new(Code::DuplicateId, "/id", message).with("id", id)
}

/// Those of the moved leaves that are among `leaves`, which ascend; none if a walk over all leaves is no more work.
fn below<'m>(leaves: &'m [u32], moved: &'m [Moved]) -> Option<impl Iterator<Item = &'m Moved>> {
    let few = moved.len().saturating_mul(SEARCH) <= leaves.len();
    few.then(|| moved.iter().filter(|moved| leaves.binary_search(&moved.leaf).is_ok()))
}

/// A search among leaves costs as much as looking at that many of them.
const SEARCH: usize = 4;

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
        modified: result.modified,
        newest: result.newest,
        evidence: result.cover.evidence,
        weight,
        own_scale: None,
    }
}
