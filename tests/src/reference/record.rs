//! A whole record: duplicates, findings, and which items are eligible (semantics: Evidence).

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;
use serde_json::Value;

use super::Code;
use super::canonical;
use super::evidence::{Flaw, Item, Judgement};
use super::instant::Instant;
use super::policy::{Estimate, OwnEvidence};
use super::rules::Sections;
use super::works::{self, Settled};

/// Which items of a record are of use.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// By competency what its eligible items come to.
    pub(super) settled: BTreeMap<String, Settled>,
    /// The codes of the findings, in input order.
    pub(super) findings: Vec<Code>,
    /// Why each item is not eligible, in input order; `None` if it is.
    pub(super) reasons: Vec<Option<&'static str>>,
}

/// What eligibility depends on besides the item.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    /// The sections of every competency.
    pub(super) sections: &'a BTreeMap<String, Sections>,
    /// The competencies that have children.
    pub(super) inner: &'a BTreeSet<String>,
    /// The competencies that apply to the learner.
    pub(super) applying: &'a BTreeSet<String>,
    /// The instant of the question.
    pub(super) as_of: Instant,
}

/// Sorts the items of a record.
pub(super) fn sort(items: &[Value], setting: &Setting<'_>) -> Sorted {
    let mut sorted = Sorted::default();
    let contents: Vec<String> =
        items.iter().map(|item| item.as_object().map(canonical::item).unwrap_or_default()).collect();
    let fates = duplicates(items, &contents);
    let mut eligible: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for (place, ((item, content), fate)) in items.iter().zip(&contents).zip(fates).enumerate() {
        let outcome = match fate {
            Fate::Stays => read(item, place, content, setting).and_then(|(competency, item)| {
                let sections = setting.sections.get(&competency).ok_or((None, "unknown_competency"))?;
                match reason_against(&item, &competency, sections, setting) {
                    Some(reason) => Err((None, reason)),
                    None => Ok((competency, item)),
                }
            }),
            Fate::Repeats => Err((None, "duplicate")),
            Fate::Conflicts => Err((Some("duplicate-id"), "duplicate")),
        };
        match outcome {
            Ok((competency, item)) => {
                eligible.entry(competency).or_default().push(item);
                sorted.reasons.push(None);
            }
            Err((finding, reason)) => {
                sorted.findings.extend(finding);
                sorted.reasons.push(Some(reason));
            }
        }
    }
    for (competency, mut items) in eligible {
        let Some(sections) = setting.sections.get(&competency) else { continue };
        order(&mut items, sections);
        let settled = works::settle(items, sections);
        for (place, reason) in &settled.ignored {
            if let Some(slot) = sorted.reasons.get_mut(*place) {
                *slot = Some(reason);
            }
        }
        sorted.settled.insert(competency, settled);
    }
    sorted
}

/// Puts items into the order of a competency, oldest first.
pub(super) fn order(items: &mut [Item], sections: &Sections) {
    let order_by = sections.evidence.order_by;
    items.sort_by_cached_key(|item| (item.instant(order_by), item.id.clone(), item.given(), item.canonical.clone()));
}

/// What becomes of an item among others of its id.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is the one that is read.
    Stays,
    /// Its content was there before.
    Repeats,
    /// Its content is new, but another content stays.
    Conflicts,
}

/// The items without those that are ignored as duplicates.
pub(super) fn distinct(items: &[Value]) -> Vec<&Value> {
    let contents: Vec<String> =
        items.iter().map(|item| item.as_object().map(canonical::item).unwrap_or_default()).collect();
    let fates = duplicates(items, &contents);
    items.iter().zip(fates).filter(|(_, fate)| matches!(fate, Fate::Stays)).map(|(item, _)| item).collect()
}

/// What becomes of each item among those of its id.
fn duplicates(items: &[Value], contents: &[String]) -> Vec<Fate> {
    let ids: Vec<Option<&str>> = items.iter().map(|item| item.get("id").and_then(Value::as_str)).collect();
    let mut least: BTreeMap<&str, &String> = BTreeMap::new();
    for (id, content) in ids.iter().zip(contents) {
        if let Some(id) = id {
            let kept = least.entry(id).or_insert(content);
            *kept = content.min(kept);
        }
    }
    let mut seen: BTreeSet<(&str, &String)> = BTreeSet::new();
    let fate = |(id, content)| {
        let Some(id) = id else { return Fate::Stays };
        let stays = least.get(id) == Some(&content);
        match (seen.insert((id, content)), stays) {
            (true, true) => Fate::Stays,
            (true, false) => Fate::Conflicts,
            (false, _) => Fate::Repeats,
        }
    };
    ids.into_iter().zip(contents).map(fate).collect()
}

/// A sound item with its competency, or a finding and the reason.
fn read(
    item: &Value,
    place: usize,
    content: &str,
    setting: &Setting<'_>,
) -> Result<(String, Item), (Option<Code>, &'static str)> {
    let invalid = |code| (Some(code), "invalid");
    let item = item.as_object().ok_or(invalid("invalid-value"))?;
    // nothing more is asked of an item that was withdrawn
    match item.get("withdrawn").filter(|value| !value.is_null()).map(Value::as_str) {
        None => {}
        Some(Some("retracted")) => return Err((None, "retracted")),
        Some(Some("superseded")) => return Err((None, "superseded")),
        Some(Some("unconfirmed")) => return Err((None, "unconfirmed")),
        Some(_) => return Err(invalid("invalid-value")),
    }
    let competency = item.get("competency").filter(|value| !value.is_null()).ok_or(invalid("missing-field"))?;
    let competency = competency.as_str().ok_or(invalid("invalid-value"))?;
    let sections = setting.sections.get(competency).ok_or((Some("unknown-competency"), "unknown_competency"))?;
    if item.get("id").is_some_and(|id| !id.is_null() && !id.is_string()) {
        return Err(invalid("invalid-value"));
    }
    let item = Item::read(item, place, content, sections).map_err(|Flaw { code, reason }| (Some(code), reason))?;
    Ok((competency.to_owned(), item))
}

/// The items that nothing is wrong with, each with its competency, whether or not they count.
pub(super) fn sound(items: &[Value], setting: &Setting<'_>) -> Vec<(String, Item)> {
    let contents: Vec<String> =
        items.iter().map(|item| item.as_object().map(canonical::item).unwrap_or_default()).collect();
    let fates = duplicates(items, &contents);
    let all = items.iter().zip(&contents).zip(fates).enumerate();
    let stay = all.filter(|(_, (_, fate))| matches!(fate, Fate::Stays));
    stay.filter_map(|(place, ((item, content), _))| read(item, place, content, setting).ok()).collect()
}

/// The first reason that keeps a sound item from counting.
fn reason_against(item: &Item, competency: &str, sections: &Sections, setting: &Setting<'_>) -> Option<&'static str> {
    if let Judgement::Absence(absence) = item.judgement {
        return Some(absence);
    }
    if !setting.applying.contains(competency) {
        return Some("out_of_scope");
    }
    if item.clock().is_some_and(|clock| clock > setting.as_of) {
        return Some("in_future");
    }
    if let Some(overriding) = &item.overriding {
        if overriding.expires_at.is_some_and(|end| end <= setting.as_of) {
            return Some("expired");
        }
        return against_role(item.role.as_deref(), sections.evidence.assessor_roles.as_deref());
    }
    against_purpose(item.purpose.as_deref(), sections.evidence.purposes.as_deref())
        .or_else(|| against_role(item.role.as_deref(), sections.evidence.assessor_roles.as_deref()))
        .or_else(|| (sections.estimate == Estimate::Mean && item.weight.is_zero()).then_some("zero_weight"))
        .or_else(|| {
            let ignored = sections.rollup.own_evidence == OwnEvidence::Ignored;
            (ignored && setting.inner.contains(competency)).then_some("own_evidence_ignored")
        })
}

fn against_purpose(purpose: Option<&str>, listed: Option<&[String]>) -> Option<&'static str> {
    let purpose = purpose?;
    let counts = listed.map_or(purpose != "practice", |listed| listed.iter().any(|one| one == purpose));
    match purpose {
        _ if counts => None,
        "practice" => Some("practice"),
        _ => Some("purpose_not_selected"),
    }
}

fn against_role(role: Option<&str>, listed: Option<&[String]>) -> Option<&'static str> {
    let role = role?;
    let counts = listed.map_or(role != "self" && role != "peer", |listed| listed.iter().any(|one| one == role));
    match role {
        _ if counts => None,
        "self" => Some("self_assessment"),
        "peer" => Some("peer_assessment"),
        _ => Some("untrusted"),
    }
}
