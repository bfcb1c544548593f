//! Recomputing every node of a derivation from what the derivation says.

use std::collections::{BTreeMap, BTreeSet};

use super::Derivation;
use super::conclusion::Conclusion;
use super::items::{check_eligible, check_ids, check_ignored, decided, listed, split};
use super::model::{Basis, DerivedInput, DerivedNode, Step};
use super::{requirement, steps};
use crate::engine::{
    ChildInput, Cover, Decided, Inputs, Judged, Mastery, NodeResult, Ruling, Sections, Status, Works, inner, lacks,
    leaf, leaf_input, sort, standing, too_many_items, with_items, works,
};
use crate::error::{Code, Error, Finding, Result, quote};
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::limits::REQUIREMENT_ITEMS;
use crate::policy::{Asks, OwnEvidence, Rollup, RollupMethod, Test, Tree};
use crate::record::Item;
use crate::rollup::{Count, Tally, Verdict, body, verdicts};
use crate::value::Weight;

/// What inner nodes look at below their inputs (covered leaves, items, levels) may add up to this.
const WORK_LIMIT: usize = 10_000_000;

/// A node, or its own evidence.
type Key<'d> = (&'d str, bool);

/// A node that has been recomputed.
struct Done<'d> {
    node: &'d DerivedNode,
    result: NodeResult,
    /// The places of the leaves and own evidence that an inner node covers; everything else covers itself.
    covered: Vec<u32>,
    /// The eligible items of leaves and own evidence, oldest first.
    judgements: Vec<Judgement>,
    items: Vec<Item>,
    /// The weight of a leaf, which is the same in all rules over leaves.
    weight: Option<Weight>,
    /// True once another node rests on it.
    asked: bool,
}

/// What has been recomputed so far.
#[derive(Default)]
struct Seen<'d> {
    places: BTreeMap<Key<'d>, usize>,
    done: Vec<Done<'d>>,
    work: usize,
    /// What conditions about evidence looked at, as [`REQUIREMENT_ITEMS`] counts it.
    items: usize,
}

pub(super) fn derivation(derivation: &Derivation) -> Result<()> {
    check_ids(derivation)?;
    let mut seen = Seen::default();
    // inputs stand after the nodes that use them
    for node in derivation.nodes.iter().rev() {
        seen.recompute(node, derivation.as_of)?;
    }
    match seen.done.split_last() {
        Some((first, rest)) => match rest.iter().find(|one| !one.asked) {
            Some(stray) => Err(mismatch(&stray.node.result.competency, "nothing rests on the node")),
            None if first.node.basis == Basis::OwnEvidence => {
                Err(mismatch(&first.node.result.competency, "own evidence stands alone"))
            }
            None => Ok(()),
        },
        None => Ok(()),
    }
}

pub(super) fn mismatch(id: &str, message: &str) -> Error {
    Finding::new(Code::DerivationMismatch, "", format!("{}: {message}", quote(id))).with("competency", id).into()
}

fn sections(node: &DerivedNode) -> Sections<'_> {
    let rules = &node.rules;
    Sections {
        scale: &rules.scale,
        estimate: rules.estimate,
        rounding: rules.rounding,
        sufficiency: &rules.sufficiency,
    }
}

/// Each basis has parts of its own, and lacks others.
fn check_form(node: &DerivedNode) -> Result<()> {
    let rollup = node.rules.rollup.map(|rollup| rollup.method);
    let decided = node.overriding.is_some();
    let items = !node.used.is_empty() || node.ignored.iter().any(|ignored| ignored.eligible.is_some());
    let fits = match node.basis {
        Basis::NotApplicable => node.inputs.is_empty() && !items && !decided,
        Basis::OwnEvidence if decided => false,
        Basis::Leaf | Basis::OwnEvidence | Basis::Overrides => node.inputs.is_empty() && rollup.is_none(),
        Basis::Inner => rollup.is_some() && !node.inputs.is_empty() && (!items || rollup == Some(RollupMethod::Pooled)),
    };
    let rules = &node.rules;
    let set = |section| {
        rules.set_by.iter().any(|(name, _)| *name == section) || rules.layers.iter().any(|(name, _)| *name == section)
    };
    let fits = fits && (rules.rollup.is_some() || !set("rollup")) && (rules.rounding.is_some() || !set("rounding"));
    if fits { Ok(()) } else { Err(mismatch(&node.result.competency, "the node has parts that do not belong together")) }
}

impl<'d> Seen<'d> {
    fn recompute(&mut self, node: &'d DerivedNode, as_of: Instant) -> Result<()> {
        let id = node.result.competency.as_str();
        check_form(node)?;
        check_ignored(node, as_of)?;
        let instead_of_inputs = node.basis == Basis::Overrides;
        let mut ruling = Ruling { overriding: decided(node, as_of)?, instead_of_inputs, ..Ruling::default() };
        let (judgements, items) = listed(node);
        let mut settled = Works { eligible: judgements, ..Works::default() };
        let mut covered = Vec::new();
        let (judged, steps) = match node.basis {
            Basis::NotApplicable => {
                let result = NodeResult { status: Status::NotApplicable, ..NodeResult::default() };
                (Judged { result, ..Judged::default() }, Vec::new())
            }
            Basis::Leaf | Basis::OwnEvidence | Basis::Overrides => {
                check_eligible(node, &settled.eligible, &items, as_of)?;
                settled = works(settled.eligible, &items, &node.rules.evidence, &node.rules.scale);
                ruling.conflicts = settled.conflicts;
                ruling.capped = !settled.capped.entries().is_empty();
                let judged = leaf(&settled.eligible, &items, &ruling, sections(node), as_of)?;
                let steps = steps::of_evidence(&node.rules, &settled.eligible, &judged)?;
                (judged, steps)
            }
            Basis::Inner => {
                let rollup = node.rules.rollup.ok_or_else(|| mismatch(id, "the rollup is missing"))?;
                let (judged, steps, covers) = self.inner(node, rollup, (&settled.eligible, &items), &ruling, as_of)?;
                covered = covers;
                (judged, steps)
            }
        };
        if Mastery::on(&node.rules.scale, id, &judged.result) != node.result {
            return Err(mismatch(id, "the result does not follow from what is written"));
        }
        let (used, others) = split(&settled, &items, &judged, &ruling);
        let listed = node.ignored.iter().filter(|ignored| ignored.eligible.is_some());
        if used != node.used || !others.iter().eq(listed) {
            return Err(mismatch(id, "other items are selected, or in another order"));
        }
        if steps != node.steps {
            return Err(mismatch(id, "the steps are not those that lead to the result"));
        }
        if !Conclusion::of(&judged, &node.rules.scale).is_that_of(node) {
            return Err(mismatch(id, "notes, what is missing or the next level do not follow"));
        }
        self.keep(Done {
            node,
            result: judged.result,
            covered,
            judgements: settled.eligible,
            items,
            weight: None,
            asked: false,
        })
    }

    fn keep(&mut self, done: Done<'d>) -> Result<()> {
        let id = done.node.result.competency.as_str();
        let keys: &[bool] = match done.node.basis {
            Basis::OwnEvidence => &[true],
            // the own evidence is all there is
            Basis::Overrides => &[false, true],
            _ => &[false],
        };
        for own in keys {
            if self.places.insert((id, *own), self.done.len()).is_some() {
                return Err(mismatch(id, "the node stands twice"));
            }
        }
        self.done.push(done);
        Ok(())
    }

    fn count(&mut self, work: usize) -> Result<()> {
        self.work = self.work.saturating_add(work);
        if self.work > WORK_LIMIT {
            let message = format!("what the nodes look at adds up to more than {WORK_LIMIT}");
            return Err(Error::new(Code::LimitExceeded, "", message));
        }
        Ok(())
    }

    /// The place of an input, which must be one that the rule takes.
    fn input(&mut self, node: &DerivedNode, rollup: Rollup, input: &'d DerivedInput) -> Result<usize> {
        let id = node.result.competency.as_str();
        let place = self.places.get(&(input.competency.as_str(), input.own)).copied();
        let found = place.and_then(|place| Some((place, self.done.get_mut(place)?)));
        let (place, done) = found.ok_or_else(|| mismatch(id, "an input is not explained"))?;
        let method = rollup.method;
        let this = input.competency == id;
        let by_requirement = method == RollupMethod::Requirement;
        let taken = match (done.node.basis, input.own) {
            (Basis::OwnEvidence, true) => {
                (this && rollup.own_evidence == OwnEvidence::AsChild) || (!this && method.over_leaves())
            }
            (Basis::Leaf, false) => true,
            (Basis::Inner | Basis::Overrides, false) => !method.over_leaves() || by_requirement,
            (Basis::NotApplicable, false) => by_requirement,
            _ => false,
        };
        if !taken {
            return Err(mismatch(id, "the rule does not take one of the inputs"));
        }
        let weighs = match method {
            RollupMethod::UniqueLeaves | RollupMethod::ShareMet => {
                input.own || *done.weight.get_or_insert(input.weight) == input.weight
            }
            RollupMethod::ChildrenMean => true,
            _ => input.weight == Weight::ONE,
        };
        if !weighs || (input.own && input.weight != Weight::ONE) {
            return Err(mismatch(id, "the weight of an input is not one that the rule gives"));
        }
        done.asked = true;
        let levels = done.node.rules.scale.levels().len();
        let compatible = method == RollupMethod::Sum
            || by_requirement
            || done.node.rules.scale.is_compatible_with(&node.rules.scale);
        if !compatible {
            return Err(mismatch(id, "an input is measured on another scale"));
        }
        self.count(levels)?;
        Ok(place)
    }

    fn inner(
        &mut self,
        node: &'d DerivedNode,
        rollup: Rollup,
        listed: (&[Judgement], &[Item]),
        ruling: &Ruling,
        as_of: Instant,
    ) -> Result<(Judged, Vec<Step>, Vec<u32>)> {
        let id = node.result.competency.as_str();
        let mut taken = BTreeSet::new();
        let mut others = BTreeSet::new();
        let mut tally = Tally::default();
        let (mut results, mut places) = (Vec::new(), Vec::new());
        let mut covered: Vec<u32> = Vec::new();
        for input in &node.inputs {
            if !taken.insert((input.competency.as_str(), input.own)) {
                return Err(mismatch(id, "an input stands twice"));
            }
            let place = self.input(node, rollup, input)?;
            let Some(done) = self.done.get(place) else { continue };
            let (result, below) = (done.result, done.covered.len());
            if rollup.method == RollupMethod::Requirement
                && !matches!(done.node.basis, Basis::Leaf | Basis::OwnEvidence)
            {
                // it counts for the requirement only
                others.insert(input.competency.as_str());
                continue;
            }
            if rollup.method.over_leaves() {
                tally.add(&Tally::of(leaf_input(&result, input.weight))?)?;
            }
            results.push((result, input.weight));
            places.push(place);
            if input.weight.is_zero() {
                continue;
            }
            self.count(below)?;
            match self.done.get(place).filter(|done| done.node.basis == Basis::Inner) {
                Some(done) => covered.extend(&done.covered),
                None => covered.extend(u32::try_from(place)),
            }
        }
        covered.sort_unstable();
        covered.dedup();
        self.count(covered.len())?;

        let mut cover = Cover::default();
        let of_covered = || covered.iter().filter_map(|place| self.done.get(*place as usize));
        of_covered().for_each(|done| cover.add(done.result.cover));
        let sufficiency = &node.rules.sufficiency;
        let asks = ruling.set().is_some()
            || sufficiency.independent_from_level.is_some()
            || sufficiency.minima().iter().any(|(_, n)| *n > 0);
        let behind = if asks { of_covered().map(|done| done.judgements.len()).sum() } else { 0 };
        self.count(behind)?;

        let pooled = rollup.method == RollupMethod::Pooled;
        if pooled {
            self.check_pool(node, &places, listed)?;
        }
        let over_leaves = rollup.method.over_leaves();
        let inputs_of_rule = results.iter().filter(|_| !over_leaves);
        let children = || inputs_of_rule.clone().map(|(result, weight)| ChildInput { result, weight: *weight });
        let tree = node.rules.requirement.as_ref();
        let stands = tree.map(|tree| self.requirement(tree, id, &taken, &mut others, as_of)).transpose()?;
        if let Some(other) = others.first() {
            return Err(mismatch(other, "the requirement does not name it"));
        }
        let decided = stands.as_ref().and_then(|(verdicts, _)| verdicts.first());
        let decided = decided.map(|verdict| Decided { verdict: *verdict, newest: tally.newest });
        let inputs = Inputs { tally: &tally, children, cover, decided };
        let behind = || {
            let done = covered.iter().filter_map(|place| self.done.get(*place as usize));
            done.flat_map(|done| with_items(&done.judgements, &done.items)).collect()
        };
        let mut judged = inner(&inputs, rollup, ruling, sections(node), as_of, || listed.0.to_vec(), behind)?;
        let steps = if let Some((tree, (verdicts, counts))) = tree.zip(stands) {
            requirement::count_missing(&mut judged, tree, &verdicts);
            requirement::steps(&node.rules, tree, &verdicts, &counts, &judged)
        } else if pooled {
            steps::of_evidence(&node.rules, listed.0, &judged)?
        } else {
            steps::of_inputs(&node.rules, &results, &judged)
        };
        Ok((judged, steps, covered))
    }

    /// How a requirement stands, which is about inputs of the node; what it names is taken out of `others`.
    fn requirement(
        &mut self,
        tree: &Tree,
        id: &str,
        taken: &BTreeSet<Key<'_>>,
        others: &mut BTreeSet<&str>,
        as_of: Instant,
    ) -> Result<(Vec<Verdict>, Vec<Count>)> {
        let mut places = Vec::with_capacity(tree.list().len());
        for this in tree.list() {
            let place = match &this.asks {
                Asks::Group(_, None) => None,
                Asks::Competency(named, test) if taken.contains(&(named.as_str(), false)) => {
                    others.remove(named.as_str());
                    let place = self.places.get(&(named.as_str(), false)).copied();
                    if let Some(place) = place.filter(|_| matches!(test, Test::Evidence(_))) {
                        let items = self.behind(place).map(|done| 1 + done.judgements.len()).sum::<usize>();
                        self.items += items;
                        if self.items > REQUIREMENT_ITEMS {
                            return Err(too_many_items());
                        }
                    }
                    place
                }
                _ => return Err(mismatch(id, "the requirement is about something that is not among the inputs")),
            };
            places.push(place);
        }
        self.count(places.len())?;
        Ok(verdicts(tree, as_of, &mut |place, asks| {
            let place = places.get(place).copied().flatten();
            match (asks, place.and_then(|place| Some((place, self.done.get(place)?)))) {
                (Asks::Competency(_, test), Some((place, done))) => {
                    let scale = &done.node.rules.scale;
                    let behind = || self.behind(place).flat_map(|done| with_items(&done.judgements, &done.items));
                    let lacks = match test {
                        Test::Evidence(test) => lacks(test, scale, &behind().collect::<Vec<_>>()),
                        _ => Vec::new(),
                    };
                    standing(test, scale, &done.result, &lacks)
                }
                _ => Verdict::LeftOut,
            }
        }))
    }

    /// What a node covers: of an inner one the leaves, else itself.
    fn behind(&self, place: usize) -> impl Iterator<Item = &Done<'d>> {
        let done = self.done.get(place);
        let inner = done.filter(|done| done.node.basis == Basis::Inner);
        let covered = inner.map(|done| done.covered.as_slice()).unwrap_or_default();
        let covered = covered.iter().filter_map(|place| self.done.get(*place as usize));
        done.filter(|_| inner.is_none()).into_iter().chain(covered)
    }

    /// The pool that a node lists must be that of its inputs.
    fn check_pool(&mut self, node: &DerivedNode, inputs: &[usize], listed: (&[Judgement], &[Item])) -> Result<()> {
        let other = || mismatch(&node.result.competency, "the pool is not that of the inputs");
        let of_inputs = || inputs.iter().filter_map(|place| self.done.get(*place));
        let all = of_inputs().map(|done| done.judgements.len()).sum();
        self.count(all)?;
        let of_inputs = || inputs.iter().filter_map(|place| self.done.get(*place));
        let eligible = || of_inputs().flat_map(|done| body(node.rules.estimate, done.judgements.clone()));
        if eligible().count() != listed.0.len() {
            return Err(other());
        }
        let pairs = of_inputs()
            .flat_map(|done| with_items(&body(node.rules.estimate, done.judgements.clone()), &done.items))
            .collect::<Vec<_>>();
        let items: Vec<Item> = pairs.iter().map(|(_, item)| (*item).clone()).collect();
        let mut judgements: Vec<Judgement> =
            (0..).zip(&pairs).map(|(place, (one, _))| Judgement { item: place, ..*one }).collect();
        sort(&mut judgements, &items, node.rules.evidence.order_by);
        let said = |judgement: &Judgement, items: &[Item]| {
            (judgement.value, items.get(judgement.item as usize).map(|item| item.evidence.clone()))
        };
        let same = judgements.iter().zip(listed.0).all(|(one, other)| said(one, &items) == said(other, listed.1));
        if same { Ok(()) } else { Err(other()) }
    }
}
