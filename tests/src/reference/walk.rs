//! The walk over the hierarchy: leaves first, then what stands on them (semantics: Status, Rollup).

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;

use super::Code;
use super::estimate::estimate;
use super::evidence::Item;
use super::facts::Facts;
use super::framework::Framework;
use super::instant::Instant;
use super::node::{Leaf, Node};
use super::policy::{Estimate, Method, OwnEvidence};
use super::record::order;
use super::requirement::Condition;
use super::requirement_tree::Tree;
use super::rollup::{Input, is_complete, is_provisional, value, weighty};
use super::rules::Sections;
use super::status::{Judge, Status};
use super::sufficiency::is_enough;
use super::value::{Exact, Grid, integer, meets};
use super::verdict::{Verdict, judge};
use super::works::Settled;

/// Everything that the result of a node depends on, and the results so far.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// The hierarchy.
    pub(super) framework: &'a Framework,
    /// The sections of every competency.
    pub(super) sections: &'a BTreeMap<String, Sections>,
    /// By competency what its eligible items come to.
    pub(super) settled: &'a BTreeMap<String, Settled>,
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
        covered.into_iter().filter_map(|leaf| self.settled.get(leaf.id())).flat_map(|settled| &settled.items).collect()
    }

    /// The number of distinct eligible items of what is covered, those that a person has to decide about among them.
    pub(super) fn evidence(&self, covered: &BTreeSet<Leaf>) -> usize {
        let settled = covered.iter().filter_map(|leaf| self.settled.get(leaf.id()));
        settled.map(|settled| settled.items.len() + settled.conflicts.len()).sum()
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
        let decision = self.decision_about(leaf, sections);
        if let Some(set) = decision.and_then(|one| set_by(one, sections, &covered)) {
            return Ok(set);
        }
        let settled = self.settled.get(leaf.id());
        if !settled.is_some_and(Settled::has_evidence) {
            return Ok(Node::without_value(Status::NotAssessed, covered));
        }
        if settled.is_some_and(|settled| !settled.conflicts.is_empty()) {
            return Ok(Node::without_value(Status::Conflict, covered));
        }
        let items = self.items_of([leaf]);
        let is_completed = decision.is_some();
        let estimated = estimate(&items, &asked(sections, is_completed))?;
        let enough = is_completed || is_enough(&items, &sections.sufficiency);
        let Some(estimated) = estimated.filter(|_| enough) else {
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
        let modified = estimated.selected.iter().any(|item| item.modified);
        Ok(Node { value: Some(value), level, status, newest, modified, covered })
    }

    /// The override that is in force where a leaf is judged. That of an inner node is about the node, which its own evidence is
    /// only if it overrides the inputs; then it can complete that evidence.
    fn decision_about(&self, leaf: &Leaf, sections: &Sections) -> Option<&'a Item> {
        let decision = self.settled.get(leaf.id())?.overriding.as_ref()?;
        let decides = match leaf {
            Leaf::Competency(_) => true,
            Leaf::Own(_) => sections.rollup.own_evidence == OwnEvidence::Overrides && decision.value().is_none(),
        };
        decides.then_some(decision)
    }

    /// The result of a node with children.
    fn inner(&mut self, id: &str) -> Result<Node, Code> {
        let sections = self.sections_of(id)?;
        let below = self.framework.down(id);
        let mut leaves_below = below.iter().filter(|id| self.framework.is_leaf(id));
        if !leaves_below.any(|leaf| self.applying.contains(*leaf)) {
            return Ok(Node::without_value(Status::NotApplicable, BTreeSet::new()));
        }
        let decision = self.settled.get(id).and_then(|settled| settled.overriding.as_ref());
        let is_own = sections.rollup.own_evidence == OwnEvidence::Overrides && self.has_own_evidence(id);
        let node = if is_own {
            self.leaf(&Leaf::Own(id.to_owned()))?
        } else if let Some(requirement) = &sections.rollup.requirement {
            let inputs = self.leaf_inputs(sections, &below)?;
            let below = below.into_iter().filter(|below| *below != id).collect();
            let tree = Tree::of(requirement, self.framework, Some((id, &below)));
            self.required(sections, &tree, &inputs, decision.is_some())?
        } else if sections.rollup.method.is_over_leaves() {
            let inputs = self.leaf_inputs(sections, &below)?;
            self.rolled_up(sections, &weighty(inputs), decision.is_some())?
        } else {
            let inputs = self.child_inputs(id, sections)?;
            self.rolled_up(sections, &weighty(inputs), decision.is_some())?
        };
        let differs = |leaf: &Leaf| self.sections.get(leaf.id()).is_some_and(|below| below.scale != sections.scale);
        let looks = !is_own && sections.rollup_sufficiency.independent_from_level.is_some();
        if looks && node.covered.iter().any(differs) {
            return Err("incompatible-scales");
        }
        Ok(decision.and_then(|one| set_by(one, sections, &node.covered)).unwrap_or(node))
    }

    /// The leaves below that apply, and the evidence of inner nodes that acts as one of them.
    fn leaf_inputs(&mut self, sections: &Sections, below: &BTreeSet<&str>) -> Result<Vec<Input>, Code> {
        let mut inputs = Vec::new();
        for &id in below.iter().filter(|id| self.applying.contains(**id)) {
            let leaf = if self.framework.is_leaf(id) {
                Leaf::Competency(id.to_owned())
            } else if self.has_extra_leaf(id)? {
                if sections.rollup.method != Method::Requirement && self.sections_of(id)?.scale != sections.scale {
                    return Err("incompatible-scales");
                }
                Leaf::Own(id.to_owned())
            } else {
                continue;
            };
            let weight = match &leaf {
                Leaf::Competency(id) if !matches!(sections.rollup.method, Method::Pooled | Method::Requirement) => {
                    self.leaf_weight(id)
                }
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
        Ok(as_child && self.has_own_evidence(id))
    }

    fn has_own_evidence(&self, id: &str) -> bool {
        self.settled.get(id).is_some_and(Settled::has_evidence)
    }

    fn leaf_weight(&self, id: &str) -> Exact {
        self.framework.competencies.get(id).map_or_else(|| integer(1), |competency| competency.weight.clone())
    }

    /// The result of an inner node about which a requirement decides: the cut if it is met, the least value if it is not.
    fn required(
        &mut self,
        sections: &Sections,
        tree: &Tree,
        inputs: &[Input],
        is_completed: bool,
    ) -> Result<Node, Code> {
        let covered: BTreeSet<Leaf> = inputs.iter().flat_map(|input| input.node.covered.clone()).collect();
        if !inputs.iter().any(|input| input.node.value.is_some()) {
            return Ok(Node::without_value(Status::NotAssessed, covered));
        }
        let mut nodes = BTreeMap::new();
        for condition in tree.conditions() {
            if let Condition::About(id, _) = condition {
                nodes.insert(id.clone(), self.node(id)?);
            }
        }
        let credits = BTreeSet::new();
        let facts = Facts {
            sections: self.sections,
            settled: self.settled,
            nodes: &nodes,
            credits: &credits,
            as_of: self.as_of,
        };
        let answers: Vec<Option<Verdict>> =
            tree.conditions().into_iter().map(|condition| facts.answer(condition)).collect();
        let value = match judge(tree, self.as_of, &answers).verdict {
            Some(Verdict::Met) => Some(sections.scale.proficient),
            Some(Verdict::NotMet) => Some(sections.scale.min),
            Some(Verdict::Undetermined) | None => None,
        };
        let items = self.items_of(&covered);
        let enough = is_completed || is_enough(&items, &sections.rollup_sufficiency);
        let Some(value) = value.filter(|_| enough) else {
            return Ok(Node::without_value(Status::Insufficient, covered));
        };
        let newest = inputs.iter().filter_map(|input| input.node.newest).max();
        let judge = Judge {
            scale: &sections.scale,
            sufficiency: &sections.rollup_sufficiency,
            items: &items,
            newest,
            provisional: false,
            as_of: self.as_of,
        };
        let (level, status) = judge.judge(value);
        let modified = inputs.iter().any(|input| input.node.modified);
        Ok(Node { value: Some(value), level, status, newest, modified, covered })
    }

    /// The result of an inner node over its inputs that have a weight. If it is completed, nothing is asked for.
    fn rolled_up(&self, sections: &Sections, inputs: &[Input], is_completed: bool) -> Result<Node, Code> {
        let covered: BTreeSet<Leaf> = inputs.iter().flat_map(|input| input.node.covered.clone()).collect();
        if !inputs.iter().any(|input| input.node.value.is_some()) {
            return Ok(Node::without_value(Status::NotAssessed, covered));
        }
        let items = self.items_of(&covered);
        let found = if sections.rollup.method == Method::Pooled {
            let body = pool(&items, sections);
            if body.is_empty() {
                return Ok(Node::without_value(Status::NotAssessed, covered));
            }
            pooled(&body, &asked(sections, is_completed))?
        } else {
            let value = value(sections.rollup.method, inputs, &sections.scale);
            let newest = inputs.iter().filter_map(|input| input.node.newest).max();
            let modified = inputs.iter().any(|input| input.node.modified);
            value.map(|value| Ok::<_, Code>((Grid::nearest(&value)?, newest, modified))).transpose()?
        };
        let enough = is_enough(&items, &sections.rollup_sufficiency) && is_complete(sections.rollup.missing, inputs);
        let Some((value, newest, modified)) = found.filter(|_| enough || is_completed) else {
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
        Ok(Node { value: Some(value), level, status, newest, modified, covered })
    }
}

/// The result that an override with an outcome sets: nothing is estimated, rounded or asked for.
fn set_by(decision: &Item, sections: &Sections, covered: &BTreeSet<Leaf>) -> Option<Node> {
    let value = decision.value()?;
    let level = sections.scale.level_of(value).and_then(|place| sections.scale.levels.get(place));
    Some(Node {
        value: Some(value),
        level: level.map(|level| level.id.clone()),
        status: if meets(value, sections.scale.proficient) { Status::Met } else { Status::NotMet },
        newest: decision.clock(),
        modified: decision.modified,
        covered: covered.clone(),
    })
}

/// The sections with what the estimator asks for: if a human says that there is enough, one score at the cut is.
fn asked(sections: &Sections, is_completed: bool) -> Sections {
    let mut asked = sections.clone();
    if let (true, Estimate::NMastery(n)) = (is_completed, &mut asked.estimate) {
        *n = 1;
    }
    asked
}

/// All the items below as one body, in the order of the node.
fn pool(items: &[&Item], sections: &Sections) -> Vec<Item> {
    let weightless = |item: &Item| sections.estimate == Estimate::Mean && item.weight.is_zero();
    let mut body: Vec<Item> = items.iter().filter(|item| !weightless(item)).map(|item| (*item).clone()).collect();
    order(&mut body, sections);
    body
}

/// The estimate over a pool, its newest selected instant, and whether it stands on a changed standard.
fn pooled(body: &[Item], sections: &Sections) -> Result<Option<(Grid, Option<Instant>, bool)>, Code> {
    let estimated = estimate(&body.iter().collect::<Vec<_>>(), sections)?;
    let found = estimated.map(|estimated| {
        let modified = estimated.selected.iter().any(|item| item.modified);
        (estimated.value, newest(&estimated.selected), modified)
    });
    Ok(found)
}

/// The newest clock instant among items.
fn newest(items: &[&Item]) -> Option<Instant> {
    items.iter().filter_map(|item| item.clock()).max()
}
