//! Whether the conditions of requirements hold for a learner (semantics: Requirements, conditions).

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Item;
use super::instant::Instant;
use super::node::Node;
use super::requirement::{Asked, Condition, Enough, MINIMA};
use super::rules::Sections;
use super::scale::Scale;
use super::status::Status;
use super::value::meets;
use super::verdict::Verdict;
use super::works::Settled;

/// What conditions are about.
pub(super) struct Facts<'a> {
    pub(super) sections: &'a BTreeMap<String, Sections>,
    pub(super) settled: &'a BTreeMap<String, Settled>,
    /// The results of all that is named.
    pub(super) nodes: &'a BTreeMap<String, Node>,
    /// The names of the credits that the learner has.
    pub(super) credits: &'a BTreeSet<String>,
    pub(super) as_of: Instant,
}

impl<'a> Facts<'a> {
    /// Whether a condition holds; none if it does not apply to the learner.
    pub(super) fn answer(&self, condition: &Condition) -> Option<Verdict> {
        let yes_or_no = |yes: bool| Some(if yes { Verdict::Met } else { Verdict::NotMet });
        let (id, asked) = match condition {
            Condition::Credential(name) => return yes_or_no(self.credits.contains(name)),
            Condition::NotBefore(at) => return yes_or_no(*at <= self.as_of),
            Condition::About(id, asked) => (id, asked),
        };
        let (Some(node), Some(sections)) = (self.nodes.get(id), self.sections.get(id)) else { return None };
        if node.status == Status::NotApplicable {
            return None;
        }
        if let Asked::Evidence(enough) = asked {
            return yes_or_no(short(enough, &self.items(id), &sections.scale).is_empty());
        }
        if !matches!(node.status, Status::Met | Status::NotMet) {
            return Some(Verdict::Undetermined);
        }
        yes_or_no(holds(asked, node, &sections.scale))
    }

    /// The eligible items of a competency, of an inner one those of the leaves that it covers.
    pub(super) fn items(&self, id: &str) -> Vec<&'a Item> {
        let covered = self.nodes.get(id).map(|node| &node.covered);
        let settled = covered.into_iter().flatten().filter_map(|leaf| self.settled.get(leaf.id()));
        settled.flat_map(|settled| &settled.items).collect()
    }

    /// The minima of a condition about evidence that are not reached, each with how much of it is missing.
    pub(super) fn short(&self, id: &str, enough: &Enough) -> Vec<(&'static str, usize)> {
        self.sections.get(id).map(|sections| short(enough, &self.items(id), &sections.scale)).unwrap_or_default()
    }
}

/// Whether a node whose result is settled reaches what is asked.
fn holds(asked: &Asked, node: &Node, scale: &Scale) -> bool {
    match asked {
        Asked::Met => node.status == Status::Met,
        Asked::Level(level) => {
            let shown = node.level.as_ref().and_then(|level| scale.place_of(level));
            shown.is_some() && shown >= scale.place_of(level)
        }
        Asked::Value(value) => node.value.is_some_and(|found| meets(found, *value)),
        Asked::Below(value) => node.value.is_some_and(|found| !meets(found, *value)),
        Asked::Evidence(_) => false,
    }
}

fn short(enough: &Enough, items: &[&Item], scale: &Scale) -> Vec<(&'static str, usize)> {
    let level = enough.level.as_ref().and_then(|level| scale.levels.get(scale.place_of(level)?));
    let cut = enough.value.or(level.map(|level| level.from));
    let counts = |item: &&&Item| {
        let is_of_kind = |kinds: &Vec<String>| item.kind.as_ref().is_some_and(|kind| kinds.contains(kind));
        enough.kinds.as_ref().is_none_or(is_of_kind)
            && cut.is_none_or(|cut| item.value().is_some_and(|value| meets(value, cut)))
    };
    let items: Vec<&Item> = items.iter().filter(counts).copied().collect();
    let distinct =
        |name: fn(&Item) -> Option<&String>| items.iter().filter_map(|item| name(item)).collect::<BTreeSet<_>>().len();
    let found = [
        items.len(),
        distinct(|item| item.assessor.as_ref()),
        distinct(|item| item.context.as_ref()),
        distinct(|item| item.kind.as_ref()),
        distinct(|item| item.artifact.as_ref()),
        items.iter().filter(|item| item.transfer).count(),
        items.iter().filter(|item| item.is_independent()).count(),
    ];
    let minima = MINIMA.into_iter().zip(&enough.minima).zip(found);
    minima.filter(|((_, least), found)| found < *least).map(|((name, least), found)| (name, least - found)).collect()
}
