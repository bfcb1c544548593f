//! Recomputing every result of a derivation from what the derivation says.

use std::collections::{BTreeMap, BTreeSet};

use super::Derivation;
use super::model::{Basis, DerivedItem, DerivedNode};
use crate::engine::{
    ChildInput, Cover, Door, Inputs, Judged, Mastery, NodeResult, Sections, Status, inner, judgement, leaf, leaf_input,
    sort, value_on, with_items,
};
use crate::error::{Code, Error, Finding, Result, quote};
use crate::estimate::Judgement;
use crate::policy::RollupMethod;
use crate::record::Item;
use crate::rollup::Tally;

/// The sets of covered leaves may add up to this.
const WORK_LIMIT: usize = 10_000_000;

/// A node, or its own evidence.
type Key<'d> = (&'d str, bool);

/// What has been recomputed so far.
#[derive(Default)]
struct Seen<'d> {
    results: BTreeMap<Key<'d>, NodeResult>,
    /// What each inner node covers; leaves and own evidence cover themselves.
    covered: BTreeMap<Key<'d>, BTreeSet<Key<'d>>>,
    /// The eligible items of leaves and own evidence.
    items: BTreeMap<Key<'d>, (Vec<Judgement>, Vec<Item>)>,
    work: usize,
}

pub(super) fn derivation(derivation: &Derivation) -> Result<()> {
    let mut seen = Seen::default();
    // inputs stand after the nodes that use them
    for node in derivation.nodes.iter().rev() {
        let id = node.result.competency.as_str();
        let judged = match node.basis {
            Basis::NotApplicable => {
                let result = NodeResult { status: Status::NotApplicable, ..NodeResult::default() };
                Judged { result, ..Judged::default() }
            }
            Basis::Leaf | Basis::OwnEvidence | Basis::Overrides => {
                let (judgements, items) = eligible(node)?;
                let judged = leaf(&judgements, &items, sections(node), derivation.as_of)?;
                seen.items.insert((id, node.basis != Basis::Leaf), (judgements, items));
                judged
            }
            Basis::Inner => seen.inner(node, derivation)?,
        };
        if Mastery::on(&node.rules.scale, id, &judged.result) != node.result {
            return Err(mismatch(id, "the result does not follow from what is written"));
        }
        let own = (id, true);
        let key = if node.basis == Basis::OwnEvidence { own } else { (id, false) };
        if node.basis == Basis::Overrides {
            seen.results.insert(own, judged.result);
            seen.covered.insert(key, BTreeSet::from([own]));
        }
        if seen.results.insert(key, judged.result).is_some() {
            return Err(mismatch(id, "the node stands twice"));
        }
    }
    Ok(())
}

fn mismatch(id: &str, message: &str) -> Error {
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

/// The eligible items that the node lists, in its order; each value must follow from its evidence.
fn eligible(node: &DerivedNode) -> Result<(Vec<Judgement>, Vec<Item>)> {
    let listed: Vec<&DerivedItem> =
        node.used.iter().chain(node.ignored.iter().filter_map(|ignored| ignored.eligible.as_ref())).collect();
    let items: Vec<Item> = listed.iter().map(|one| Item::from(one.evidence.clone())).collect();
    let mut judgements = Vec::with_capacity(listed.len());
    for ((place, item), one) in (0..).zip(&items).zip(&listed) {
        // items of a pool may have been measured by rules of their own competency
        let own = item.evidence.competency() == node.result.competency;
        let follows = match value_on(&item.evidence.outcome, &node.rules.scale, node.rules.extra_credit) {
            Door::Value(value) => value == one.value || !own,
            Door::Ignored(..) => !own,
        };
        if !follows {
            return Err(mismatch(&node.result.competency, "the value of an item does not follow from its evidence"));
        }
        judgements.push(judgement(item, place, one.value));
    }
    sort(&mut judgements, &items, node.rules.order_by);
    Ok((judgements, items))
}

impl<'d> Seen<'d> {
    fn inner(&mut self, node: &'d DerivedNode, derivation: &Derivation) -> Result<Judged> {
        let id = node.result.competency.as_str();
        let rollup = node.rules.rollup.ok_or_else(|| mismatch(id, "the rollup is missing"))?;
        let mut tally = Tally::default();
        let mut children = Vec::new();
        let mut covered = BTreeSet::new();
        for input in &node.inputs {
            let key = (input.competency.as_str(), input.own);
            let result = *self.results.get(&key).ok_or_else(|| mismatch(id, "an input is not explained"))?;
            if rollup.method.over_leaves() {
                tally.add(&Tally::of(leaf_input(&result, input.weight))?)?;
            } else {
                children.push(ChildInput { result, weight: input.weight });
            }
            if !input.weight.is_zero() {
                match self.covered.get(&key) {
                    Some(more) => covered.extend(more.iter().copied()),
                    None => {
                        covered.insert(key);
                    }
                }
            }
        }
        self.work += covered.len();
        if self.work > WORK_LIMIT {
            return Err(Error::new(
                Code::LimitExceeded,
                "",
                format!("the covered leaves add up to more than {WORK_LIMIT}"),
            ));
        }
        let mut cover = Cover::default();
        for key in &covered {
            cover.add(self.results.get(key).map(|result| result.cover).unwrap_or_default());
        }
        let inputs = Inputs { tally: &tally, children: &children, cover };
        let pool = if rollup.method == RollupMethod::Pooled { eligible(node)?.0 } else { Vec::new() };
        let behind = || {
            let of = |key: &Key<'d>| self.items.get(key).map(|(judgements, items)| with_items(judgements, items));
            covered.iter().filter_map(of).flatten().collect()
        };
        let judged = inner(&inputs, rollup, sections(node), derivation.as_of, || pool, behind)?;
        self.covered.insert((id, false), covered);
        Ok(judged)
    }
}
