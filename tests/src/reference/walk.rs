//! The walk over the hierarchy: leaves first, then what stands on them (semantics: Status, Rollup).

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;

use super::Code;
use super::estimate::estimate;
use super::evidence::Item;
use super::framework::Framework;
use super::instant::Instant;
use super::node::{Leaf, Node};
use super::policy::{Estimate, Method, OwnEvidence};
use super::record::order;
use super::rollup::{Input, is_complete, is_provisional, value, weighty};
use super::rules::Sections;
use super::status::{Judge, Status};
use super::sufficiency::is_enough;
use super::value::{Exact, Grid, integer};

/// Everything that the result of a node depends on, and the results so far.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// The hierarchy.
    pub(super) framework: &'a Framework,
    /// The sections of every competency.
    pub(super) sections: &'a BTreeMap<String, Sections>,
    /// The eligible items by competency.
    pub(super) eligible: &'a BTreeMap<String, Vec<Item>>,
    /// The competencies that apply.
    pub(super) applying: &'a BTreeSet<String>,
    /// The instant of the question.
    pub(super) as_of: Instant,
    /// The nodes that are done.
    pub(super) done: BTreeMap<String, Node>,
    /// The leaves that are done.
    pub(super) leaves: BTreeMap<Leaf, Node>,
}

impl<'a> Walk<'a> {
    /// The result of a node.
    pub(super) fn node(&mut self, id: &str) -> Result<Node, Code> {
        if let Some(done) = self.done.get(id) {
            return Ok(done.clone());
        }
        let node =
            if self.framework.is_leaf(id) { self.leaf(&Leaf::Competency(id.to_owned()))? } else { self.inner(id)? };
        self.done.insert(id.to_owned(), node.clone());
        Ok(node)
    }

    /// The eligible items of what is covered.
    pub(super) fn items_of<'b>(&self, covered: impl IntoIterator<Item = &'b Leaf>) -> Vec<&'a Item> {
        let id = |leaf: &'b Leaf| match leaf {
            Leaf::Competency(id) | Leaf::Own(id) => id.as_str(),
        };
        covered.into_iter().flat_map(|leaf| self.eligible.get(id(leaf)).into_iter().flatten()).collect()
    }

    /// Covered leaves with a value, and covered leaves.
    pub(super) fn coverage(&mut self, covered: &BTreeSet<Leaf>) -> Result<(u32, u32), Code> {
        let mut counts = (0, 0);
        for leaf in covered {
            counts.0 += u32::from(self.leaf(leaf)?.value.is_some());
            counts.1 += 1;
        }
        Ok(counts)
    }

    fn sections_of(&self, id: &str) -> Result<&'a Sections, Code> {
        self.sections.get(id).ok_or("unknown-competency")
    }

    /// The result of a leaf, or of the evidence of an inner node as if it were one.
    fn leaf(&mut self, leaf: &Leaf) -> Result<Node, Code> {
        if let Some(done) = self.leaves.get(leaf) {
            return Ok(done.clone());
        }
        let (Leaf::Competency(id) | Leaf::Own(id)) = leaf;
        let node = if self.applying.contains(id) {
            self.judged_leaf(leaf, self.sections_of(id)?)?
        } else {
            Node::without_value(Status::NotApplicable, BTreeSet::new())
        };
        self.leaves.insert(leaf.clone(), node.clone());
        Ok(node)
    }

    fn judged_leaf(&self, leaf: &Leaf, sections: &Sections) -> Result<Node, Code> {
        let covered = BTreeSet::from([leaf.clone()]);
        let items = self.items_of([leaf]);
        if items.is_empty() {
            return Ok(Node::without_value(Status::NotAssessed, covered));
        }
        let Some(estimated) = estimate(&items, sections)?.filter(|_| is_enough(&items, &sections.sufficiency)) else {
            return Ok(Node::without_value(Status::Insufficient, covered));
        };
        let value = sections.rounding.map_or(Ok(estimated.value), |rounding| rounding.apply(estimated.value))?;
        let newest = newest(&estimated.selected);
        let judge = Judge {
            scale: &sections.scale,
            sufficiency: &sections.sufficiency,
            items: &items,
            newest,
            provisional: false,
            as_of: self.as_of,
        };
        let (level, status) = judge.judge(value);
        Ok(Node { value: Some(value), level, status, newest, covered })
    }

    /// The result of a node with children.
    fn inner(&mut self, id: &str) -> Result<Node, Code> {
        let sections = self.sections_of(id)?;
        let below = self.framework.down(id);
        let mut leaves_below = below.iter().filter(|id| self.framework.is_leaf(id));
        if !leaves_below.any(|leaf| self.applying.contains(*leaf)) {
            return Ok(Node::without_value(Status::NotApplicable, BTreeSet::new()));
        }
        if sections.rollup.own_evidence == OwnEvidence::Overrides && self.eligible.contains_key(id) {
            return self.leaf(&Leaf::Own(id.to_owned()));
        }
        let inputs = if sections.rollup.method.is_over_leaves() {
            self.leaf_inputs(sections, &below)?
        } else {
            self.child_inputs(id, sections)?
        };
        self.rolled_up(sections, &weighty(inputs))
    }

    /// The leaves below that apply, and the evidence of inner nodes that acts as one of them.
    fn leaf_inputs(&mut self, sections: &Sections, below: &BTreeSet<&str>) -> Result<Vec<Input>, Code> {
        let mut inputs = Vec::new();
        for &id in below.iter().filter(|id| self.applying.contains(**id)) {
            let leaf = if self.framework.is_leaf(id) {
                Leaf::Competency(id.to_owned())
            } else if self.has_extra_leaf(id)? {
                if self.sections_of(id)?.scale != sections.scale {
                    return Err("incompatible-scales");
                }
                Leaf::Own(id.to_owned())
            } else {
                continue;
            };
            let weight = match &leaf {
                Leaf::Competency(id) if sections.rollup.method != Method::Pooled => self.leaf_weight(id),
                _ => integer(1),
            };
            inputs.push(Input { node: self.leaf(&leaf)?, weight });
        }
        Ok(inputs)
    }

    /// The children that apply, and the evidence of the node itself that acts as one of them.
    fn child_inputs(&mut self, id: &str, sections: &Sections) -> Result<Vec<Input>, Code> {
        let mut inputs = Vec::new();
        for (child, edge) in self.framework.children(id) {
            let weight = if sections.rollup.method == Method::ChildrenMean { edge.clone() } else { integer(1) };
            let node = self.node(child)?;
            if node.status != Status::NotApplicable {
                inputs.push(Input { node, weight });
            }
        }
        if self.has_extra_leaf(id)? {
            inputs.push(Input { node: self.leaf(&Leaf::Own(id.to_owned()))?, weight: integer(1) });
        }
        Ok(inputs)
    }

    /// Whether an inner node has eligible evidence of its own that acts as a leaf.
    fn has_extra_leaf(&self, id: &str) -> Result<bool, Code> {
        let as_child = self.sections_of(id)?.rollup.own_evidence == OwnEvidence::AsChild;
        Ok(as_child && self.eligible.contains_key(id))
    }

    fn leaf_weight(&self, id: &str) -> Exact {
        self.framework.competencies.get(id).map_or_else(|| integer(1), |competency| competency.weight.clone())
    }

    /// The result of an inner node over its inputs that have a weight.
    fn rolled_up(&self, sections: &Sections, inputs: &[Input]) -> Result<Node, Code> {
        let covered: BTreeSet<Leaf> = inputs.iter().flat_map(|input| input.node.covered.clone()).collect();
        if !inputs.iter().any(|input| input.node.value.is_some()) {
            return Ok(Node::without_value(Status::NotAssessed, covered));
        }
        let items = self.items_of(&covered);
        if sections.rollup.method == Method::Pooled
            && pooled(&items, sections)?.is_none()
            && all_weightless(&items, sections)
        {
            return Ok(Node::without_value(Status::NotAssessed, covered));
        }
        let found = if sections.rollup.method == Method::Pooled {
            pooled(&items, sections)?
        } else {
            let value = value(sections.rollup.method, inputs, &sections.scale);
            let newest = inputs.iter().filter_map(|input| input.node.newest).max();
            value.map(|value| Ok::<_, Code>((Grid::nearest(&value)?, newest))).transpose()?
        };
        let enough = is_enough(&items, &sections.rollup_sufficiency) && is_complete(sections.rollup.missing, inputs);
        let Some((value, newest)) = found.filter(|_| enough) else {
            return Ok(Node::without_value(Status::Insufficient, covered));
        };
        let value = sections.rollup_rounding.map_or(Ok(value), |rounding| rounding.apply(value))?;
        let judge = Judge {
            scale: &sections.scale,
            sufficiency: &sections.rollup_sufficiency,
            items: &items,
            newest,
            provisional: is_provisional(inputs),
            as_of: self.as_of,
        };
        let (level, status) = judge.judge(value);
        Ok(Node { value: Some(value), level, status, newest, covered })
    }
}

/// Whether the method weighs and all the weights are 0.
fn all_weightless(items: &[&Item], sections: &Sections) -> bool {
    sections.estimate == Estimate::Mean && items.iter().all(|item| item.weight.is_zero())
}

/// The estimate over all the items below as one body, with its newest selected instant.
fn pooled(items: &[&Item], sections: &Sections) -> Result<Option<(Grid, Option<Instant>)>, Code> {
    let weightless = |item: &Item| sections.estimate == Estimate::Mean && item.weight.is_zero();
    let mut body: Vec<Item> = items.iter().filter(|item| !weightless(item)).map(|item| (*item).clone()).collect();
    order(&mut body, sections);
    let estimated = estimate(&body.iter().collect::<Vec<_>>(), sections)?;
    Ok(estimated.map(|estimated| (estimated.value, newest(&estimated.selected))))
}

/// The newest clock instant among items.
fn newest(items: &[&Item]) -> Option<Instant> {
    items.iter().filter_map(|item| item.clock()).max()
}
