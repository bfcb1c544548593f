//! The items that a node lists: which of them count, which do not, and why, judged again from what they say.

use std::collections::BTreeMap;

use super::Derivation;
use super::model::{Basis, DerivedItem, DerivedNode, IgnoredItem};
use super::verify::mismatch;
use crate::engine::{
    Door, Judged, NO_VALUE, Overriding, Reason, Ruling, Works, judgement, last_override, says, sort, unfit, withdrawn,
};
use crate::error::Result;
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::policy::OwnEvidence;
use crate::record::Item;
use crate::sorting;

/// Splits eligible items, oldest first, into those that the value rests on and the others, by reason.
pub(super) fn split(
    works: &Works,
    items: &[Item],
    judged: &Judged,
    ruling: &Ruling,
) -> (Vec<DerivedItem>, Vec<IgnoredItem>) {
    let rest = if ruling.set().is_some() { Reason::Overridden } else { Reason::NotSelected };
    let (mut used, mut others) = (Vec::new(), Vec::new());
    let mut list = |reason: Option<Reason>, judgement: &Judgement| {
        let Some(item) = items.get(judgement.item as usize) else { return };
        let uncapped = works.capped.get(&judgement.item).copied();
        let found = DerivedItem { evidence: item.evidence.clone(), value: judgement.value, uncapped };
        match reason {
            None => used.push(found),
            Some(reason) => others.push(IgnoredItem { reason, json: item.to_json(), eligible: Some(found) }),
        }
    };
    for (reason, judgement) in &works.aside {
        list(Some(*reason), judgement);
    }
    for (place, judgement) in works.eligible.iter().enumerate() {
        let selected = judged.estimated.as_ref().is_some_and(|one| one.selected.contains(place, judgement));
        list((!selected).then_some(rest), judgement);
    }
    sorting::sort_by(&mut others, |one, other| one.reason.cmp(&other.reason));
    (used, others)
}

/// The items that count, by id, each with its content and its competency; those of a pool stand at their own competency too.
pub(super) fn kept(derivation: &Derivation) -> impl Iterator<Item = (String, String)> {
    let named = |item: Item| Some((item.evidence.item_id()?.to_owned(), item.content()));
    derivation.nodes.iter().flat_map(move |node| {
        let pooled = node.basis == Basis::Inner;
        let overriding = node.overriding.iter().filter_map(move |one| named(Item::from(one.evidence.clone())));
        let used = node.used.iter().filter(move |_| !pooled);
        let used = used.filter_map(move |one| named(Item::from(one.evidence.clone())));
        let ignored = node
            .ignored
            .iter()
            .filter(move |one| one.reason != Reason::Duplicate && !(pooled && one.eligible.is_some()));
        overriding.chain(used).chain(ignored.filter_map(move |one| named(one.item()?)))
    })
}

/// One item of an id stays, the one of the least content; every other one is a duplicate.
pub(super) fn check_ids(derivation: &Derivation) -> Result<()> {
    let mut contents = BTreeMap::new();
    for (id, content) in kept(derivation) {
        if contents.contains_key(&id) {
            return Err(mismatch(&derivation.result().competency, "two items of one id are not told apart"));
        }
        contents.insert(id, content);
    }
    for node in &derivation.nodes {
        for one in node.ignored.iter().filter(|one| one.reason == Reason::Duplicate) {
            let id = &node.result.competency;
            let item = one.item().ok_or_else(|| mismatch(id, "an item is not JSON"))?;
            let Some(named) = item.evidence.item_id() else {
                return Err(mismatch(id, "an item without id is no duplicate"));
            };
            if contents.get(named).is_some_and(|stays| *stays > item.content()) {
                return Err(mismatch(id, "another item of that id should have stayed"));
            }
        }
    }
    Ok(())
}

/// The eligible items that the node lists, in its order.
pub(super) fn listed(node: &DerivedNode) -> (Vec<Judgement>, Vec<Item>) {
    let listed = node.used.iter().chain(node.ignored.iter().filter_map(|ignored| ignored.eligible.as_ref()));
    let (mut judgements, mut items) = (Vec::new(), Vec::new());
    for (place, one) in (0..).zip(listed) {
        let item = Item::from(one.evidence.clone());
        judgements.push(judgement(&item, place, one.uncapped.unwrap_or(one.value)));
        items.push(item);
    }
    sort(&mut judgements, &items, node.rules.evidence.order_by);
    (judgements, items)
}

/// Items that count must be about this competency and eligible here, and their values must follow from what they say.
pub(super) fn check_eligible(
    node: &DerivedNode,
    judgements: &[Judgement],
    items: &[Item],
    as_of: Instant,
) -> Result<()> {
    let id = &node.result.competency;
    for judgement in judgements {
        let Some(item) = items.get(judgement.item as usize) else { continue };
        match reason(item, node, true, as_of) {
            _ if item.evidence.competency() != id => return Err(mismatch(id, "an item is about another competency")),
            Ok(value) if value == judgement.value => {}
            Ok(_) => return Err(mismatch(id, "the value of an item does not follow from its evidence")),
            Err(_) => return Err(mismatch(id, "an item counts that is not eligible")),
        }
    }
    Ok(())
}

/// Items that do not count must be about this competency, and say themselves why.
pub(super) fn check_ignored(node: &DerivedNode, as_of: Instant) -> Result<()> {
    let id = &node.result.competency;
    let out_of_scope = node.ignored.iter().any(|ignored| ignored.reason == Reason::OutOfScope);
    let applies = match node.basis {
        Basis::NotApplicable => false,
        // an inner node may lie outside of a scope that has nodes below it; then it has no eligible evidence of its own
        Basis::Inner => {
            !out_of_scope
                || node.overriding.is_some()
                || node.inputs.iter().any(|input| input.own && input.competency == *id)
        }
        Basis::Leaf | Basis::OwnEvidence | Basis::Overrides => true,
    };
    for ignored in node.ignored.iter().filter(|ignored| ignored.eligible.is_none()) {
        let item = ignored.item().ok_or_else(|| mismatch(id, "an item is not JSON"))?;
        if item.evidence.competency() != id {
            return Err(mismatch(id, "an item is about another competency"));
        }
        // duplicates are settled before all else, and elsewhere
        if ignored.reason != Reason::Duplicate && reason(&item, node, applies, as_of) != Err(Some(ignored.reason)) {
            return Err(mismatch(id, "an item is not counted for a reason that it does not bear out"));
        }
    }
    Ok(())
}

/// What a person decided, which must be the last of what the node lists.
pub(super) fn decided(node: &DerivedNode, as_of: Instant) -> Result<Option<Overriding>> {
    let id = &node.result.competency;
    let contradicted = node.ignored.iter().filter(|one| one.reason == Reason::Overridden && one.eligible.is_none());
    let holds = node.overriding.iter().map(|one| Item::from(one.evidence.clone()));
    let items: Vec<Item> = holds.chain(contradicted.filter_map(IgnoredItem::item)).collect();
    let value = |item: &Item| match says(item, &node.rules.scale, node.rules.evidence.extra_credit) {
        Door::Override(value) => value,
        _ => None,
    };
    let judged = |(place, item): (u32, &Item)| judgement(item, place, value(item).unwrap_or(NO_VALUE));
    let mut overrides: Vec<Judgement> = (0..).zip(&items).map(judged).collect();
    let last = last_override(&mut overrides, &items, node.rules.evidence.order_by);
    let said = last.and_then(|one| Some((&items.get(one.item as usize)?.evidence, one.value)));
    if said != node.overriding.as_ref().map(|one| (&one.evidence, one.value)) {
        return Err(mismatch(id, "another override is the last one"));
    }
    if let Some(first) = items.first() {
        let about = first.evidence.competency() == id;
        if !about || reason(first, node, true, as_of) != Err(Some(Reason::Overridden)) {
            return Err(mismatch(id, "an override counts that does not hold"));
        }
    }
    Ok(last)
}

/// The value of an item that counts on this node, or why it does not; no reason where it stands in the wrong place.
fn reason(
    item: &Item,
    node: &DerivedNode,
    applies: bool,
    as_of: Instant,
) -> std::result::Result<crate::Value, Option<Reason>> {
    if let Some(reason) = withdrawn(item) {
        return Err(Some(reason));
    }
    if !item.problems.is_empty() {
        return Err(Some(Reason::Invalid));
    }
    let rules = &node.rules;
    let value = match says(item, &rules.scale, rules.evidence.extra_credit) {
        Door::Value(value) => Some(value),
        Door::Override(_) => None,
        Door::Ignored(reason, _) => return Err(Some(reason)),
    };
    if !applies {
        return Err(Some(Reason::OutOfScope));
    }
    if let Some(reason) = unfit(item, &rules.evidence, rules.estimate, as_of) {
        return Err(Some(reason));
    }
    // an override that holds
    let value = value.ok_or(Some(Reason::Overridden))?;
    match (node.basis, rules.rollup.map(|rollup| rollup.own_evidence)) {
        (Basis::Inner, Some(OwnEvidence::Ignored)) => Err(Some(Reason::OwnEvidenceIgnored)),
        // what counts stands at the own evidence
        (Basis::Inner, _) => Err(None),
        _ => Ok(value),
    }
}
