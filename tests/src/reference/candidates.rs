//! What further evidence there could be for a goal, and the items that it would be (progress: least evidence).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::evidence::KINDS;
use super::framework::Framework;
use super::instant::{self, Instant};
use super::programmes::number;
use super::requirement::{Asked, Condition, Enough, MINIMA};
use super::requirement_tree::Tree;
use super::setup::{Answer, Setup};
use super::verdict::Judged;
use super::works::Settled;

/// One piece of evidence that there could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What it is about.
    pub(super) node: String,
    /// Its kind, where kinds matter.
    pub(super) kind: Option<&'static str>,
    /// Whether its score is the least instead of the greatest.
    pub(super) is_low: bool,
}

/// The candidates for a requirement that stands as it is judged, in their order.
pub(super) fn candidates(setup: &Setup, answer: &Answer, judged: &Judged<'_>) -> Vec<Candidate> {
    let mut conditions = Vec::new();
    asking(judged, &mut conditions);
    let framework = &setup.framework;
    let named = conditions.iter().filter_map(|condition| about(condition));
    let nodes: BTreeSet<&str> = named.flat_map(|(id, _)| framework.down(id)).collect();
    let inner: Vec<Tree> = nodes.iter().filter_map(|id| rolled_up(setup, id)).collect();
    conditions.extend(inner.iter().flat_map(Tree::conditions));
    let asked: Vec<&Asked> =
        conditions.iter().filter_map(|condition| about(condition)).map(|(_, asked)| asked).collect();
    let kinds_matter = asked.iter().any(|asked| matches!(asked, Asked::Evidence(enough) if asks_for_kinds(enough)))
        || nodes
            .iter()
            .filter_map(|id| setup.sections.get(*id))
            .any(|sections| sections.sufficiency.min_kinds > 0 || sections.rollup_sufficiency.min_kinds > 0);
    let less_matters = asked.iter().any(|asked| matches!(asked, Asked::Below(_)));
    let kinds: Vec<Option<&'static str>> = if kinds_matter { KINDS.map(Some).to_vec() } else { vec![None] };
    let lows: &[bool] = if less_matters { &[false, true] } else { &[false] };
    let mut found = Vec::new();
    for id in framework.order.iter().filter(|id| nodes.contains(id.as_str()) && takes_evidence(setup, answer, id)) {
        for kind in &kinds {
            let each = lows.iter().map(|is_low| Candidate { node: id.clone(), kind: *kind, is_low: *is_low });
            found.extend(each);
        }
    }
    found
}

/// The conditions of what is not left out.
fn asking<'t>(judged: &Judged<'t>, into: &mut Vec<&'t Condition>) {
    use super::requirement_tree::What;
    if judged.verdict.is_none() {
        return;
    }
    if let What::Condition(condition) = &judged.tree.what {
        into.push(condition);
    }
    for member in &judged.members {
        asking(member, into);
    }
}

fn about(condition: &Condition) -> Option<(&str, &Asked)> {
    match condition {
        Condition::About(id, asked) => Some((id, asked)),
        Condition::Credential(_) | Condition::NotBefore(_) => None,
    }
}

/// The requirement that decides about an inner node.
fn rolled_up(setup: &Setup, id: &str) -> Option<Tree> {
    let framework: &Framework = &setup.framework;
    let requirement = setup.sections.get(id).filter(|_| !framework.is_leaf(id))?.rollup.requirement.as_ref()?;
    let below = framework.down(id).into_iter().filter(|below| *below != id).collect();
    Some(Tree::of(requirement, framework, Some((id, &below))))
}

fn asks_for_kinds(enough: &Enough) -> bool {
    let min_kinds = MINIMA.iter().position(|name| *name == "min_kinds").and_then(|place| enough.minima.get(place));
    enough.kinds.is_some() || min_kinds.is_some_and(|least| *least > 0)
}

/// Whether evidence on a node would count: a leaf that applies, or an inner node that has some by now.
fn takes_evidence(setup: &Setup, answer: &Answer, id: &str) -> bool {
    // what is out of scope or ignored is not among what is settled
    let has_own = || answer.sorted.settled.get(id).is_some_and(Settled::has_evidence);
    setup.applying.contains(id) && (setup.framework.is_leaf(id) || has_own())
}

/// The items of some candidates, everything about each of them new.
pub(super) fn pieces(setup: &Setup, names: &[String], as_of: Instant, chosen: &[&Candidate]) -> Vec<Value> {
    chosen.iter().zip(names).filter_map(|(candidate, name)| piece(setup, as_of, candidate, name)).collect()
}

/// Gives pieces their names anew.
pub(super) fn rename(pieces: &mut [Value], names: &[String]) {
    for (piece, name) in pieces.iter_mut().zip(names) {
        for place in ["/id", "/assessor/id", "/context", "/artifact/uri"] {
            if let Some(named) = piece.pointer_mut(place) {
                *named = json!(name);
            }
        }
    }
}

fn piece(setup: &Setup, as_of: Instant, candidate: &Candidate, name: &str) -> Option<Value> {
    let scale = &setup.sections.get(&candidate.node)?.scale;
    let score = if candidate.is_low { scale.min } else { scale.max };
    let mut piece = json!({
        "id": name, "competency": candidate.node, "score": number(score), "observed_at": instant::show(as_of),
        "assessor": {"id": name}, "context": name, "transfer": true, "artifact": {"uri": name},
    });
    if let (Some(kind), Some(object)) = (candidate.kind, piece.as_object_mut()) {
        object.insert("kind".to_owned(), json!(kind));
    }
    Some(piece)
}

/// The names that something has by now: items, assessors, contexts and artifacts, and events and what they are about.
pub(super) fn taken<'v>(record: impl Iterator<Item = &'v Value>) -> BTreeSet<String> {
    let places = ["/id", "/of", "/assessor/id", "/context", "/artifact/uri"];
    let names = record.flat_map(|item| places.map(|place| item.pointer(place).and_then(Value::as_str)));
    names.flatten().map(str::to_owned).collect()
}
