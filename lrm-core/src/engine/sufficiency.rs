//! Sufficiency: minima over the eligible items, `not_selected` ones included.

use crate::estimate::Judgement;
use crate::policy::Sufficiency;
use crate::record::{Assistance, Item};
use crate::value::{Value, meets};

/// A requirement and how much of it is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortfall {
    pub(crate) name: &'static str,
    pub(crate) missing: u32,
}

/// Every minimum that is not reached, by name and number.
pub(crate) fn shortfalls(sufficiency: &Sufficiency, eligible: &[(Judgement, &Item)]) -> Vec<Shortfall> {
    let distinct = |key: fn(&Item) -> Option<&str>| {
        let mut found: Vec<&str> = eligible.iter().filter_map(|(_, item)| key(item)).collect();
        crate::sorting::sort(&mut found);
        found.dedup();
        u32::try_from(found.len()).unwrap_or(u32::MAX)
    };
    let mut shortfalls = Vec::new();
    for (name, least) in sufficiency.minima() {
        if least == 0 {
            continue;
        }
        let found = match name {
            "min_evidence" => u32::try_from(eligible.len()).unwrap_or(u32::MAX),
            "min_assessors" => distinct(|item| item.evidence.assessor.as_ref()?.id.as_deref()),
            "min_contexts" => distinct(|item| item.evidence.context.as_deref()),
            "min_kinds" => distinct(|item| item.evidence.kind.map(crate::record::EvidenceKind::as_str)),
            "min_artifacts" => distinct(|item| {
                let artifact = item.evidence.artifact.as_ref()?;
                artifact.sha256.as_deref().or(artifact.uri.as_deref())
            }),
            _ => {
                let shown = eligible.iter().filter(|(_, item)| item.evidence.transfer == Some(true)).count();
                u32::try_from(shown).unwrap_or(u32::MAX)
            }
        };
        if found < least {
            shortfalls.push(Shortfall { name, missing: least - found });
        }
    }
    shortfalls
}

/// True if an item that meets the cut was done independently, or says nothing of help.
pub(crate) fn has_independent(eligible: &[(Judgement, &Item)], cut: Value) -> bool {
    eligible.iter().any(|(judgement, item)| meets(judgement.value, cut) && is_independent(item))
}

/// How many items were done independently, or say nothing of help.
pub(crate) fn independent(eligible: &[(Judgement, &Item)]) -> u32 {
    u32::try_from(eligible.iter().filter(|(_, item)| is_independent(item)).count()).unwrap_or(u32::MAX)
}

fn is_independent(item: &Item) -> bool {
    matches!(item.evidence.assistance, None | Some(Assistance::Independent))
}
