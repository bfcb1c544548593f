//! What the programmes of a policy come to for a learner, and whether a credit can be awarded (semantics: Programmes).

use std::collections::BTreeSet;

use num_traits::Zero;
use serde_json::{Value, json};

use super::Code;
use super::canonical::exact_decimal;
use super::document::Object;
use super::erasure::LogCopy;
use super::event;
use super::facts::Facts;
use super::instant::{self, Instant};
use super::log::Log;
use super::missing::missing;
use super::node::Leaf;
use super::policy::{Method, OwnEvidence};
use super::requirement::{Asked, Condition, Programme};
use super::requirement_tree::Tree;
use super::setup::{Answer, Setup};
use super::status::Status;
use super::value::Grid;
use super::verdict::{Judged, Verdict, judge};
use super::works::Settled;

/// What the programmes are asked of.
pub(super) struct Asking<'a> {
    pub(super) setup: &'a Setup,
    pub(super) answer: &'a Answer,
    /// The names of the credits that the learner has.
    pub(super) credits: BTreeSet<String>,
    pub(super) as_of: Instant,
}

impl Asking<'_> {
    /// Every programme in the order of the policy.
    pub(super) fn all(&self) -> Vec<Object> {
        self.setup.programmes.list.iter().map(|programme| self.one(programme)).collect()
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            sections: &self.setup.sections,
            settled: &self.answer.sorted.settled,
            nodes: &self.answer.nodes,
            credits: &self.credits,
            as_of: self.as_of,
        }
    }

    fn one(&self, programme: &Programme) -> Object {
        let facts = self.facts();
        let tree = Tree::of(&programme.requirement, &self.setup.framework, None);
        let answers: Vec<Option<Verdict>> =
            tree.conditions().into_iter().map(|condition| facts.answer(condition)).collect();
        let judged = judge(&tree, self.as_of, &answers);
        let missing = missing(&tree, self.as_of, &answers);
        let mut trace = Vec::new();
        list(&judged, &mut trace);
        let mut object = Object::new();
        object.insert("id".to_owned(), json!(programme.id));
        object.extend(programme.title.iter().map(|title| ("title".to_owned(), json!(title))));
        object.extend(programme.kind.iter().map(|kind| ("kind".to_owned(), json!(kind))));
        object.insert("credit".to_owned(), json!(programme.credit));
        object.insert("verdict".to_owned(), json!(judged.verdict.unwrap_or(Verdict::Undetermined).as_str()));
        let places = places(&tree);
        let entries = missing.places.iter().filter_map(|place| places.get(*place));
        let entries: Vec<Value> = entries.map(|(at, condition)| self.entry(at, condition)).collect();
        object.insert("missing".to_owned(), json!(entries));
        if !missing.exact {
            object.insert("exact".to_owned(), json!(false));
        }
        if missing.unreachable {
            object.insert("unreachable".to_owned(), json!(true));
        }
        object.insert("trace".to_owned(), json!(trace));
        object
    }

    /// One entry of what is missing.
    fn entry(&self, at: &str, condition: &Condition) -> Value {
        let mut entry = Object::new();
        let mut set = |name: &str, value: Value| entry.insert(name.to_owned(), value);
        set("at", json!(at));
        match condition {
            Condition::Credential(name) => {
                set("needs", json!("credential"));
                set("credential", json!(name));
            }
            Condition::NotBefore(at) => {
                set("needs", json!("not_before"));
                set("not_before", json!(instant::show(*at)));
            }
            Condition::About(id, asked) => {
                set("competency", json!(id));
                set("status", json!(self.answer.results.get(id).map(|result| result.status.as_str())));
                match asked {
                    Asked::Met => {
                        set("needs", json!("met"));
                    }
                    Asked::Level(level) => {
                        set("needs", json!("level"));
                        set("level", json!(level));
                    }
                    Asked::Value(value) => {
                        set("needs", json!("value"));
                        set("value", number(*value));
                    }
                    Asked::Below(value) => {
                        set("needs", json!("below"));
                        set("below", number(*value));
                    }
                    Asked::Evidence(enough) => {
                        set("needs", json!("evidence"));
                        let short = self.facts().short(id, enough);
                        set("short", short.into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect());
                    }
                }
            }
        }
        Value::Object(entry)
    }

    /// The ids of the evidence for the credit of a programme, which can be awarded.
    ///
    /// # Errors
    ///
    /// Why it cannot be awarded.
    pub(super) fn award(&self, id: &str) -> Result<BTreeSet<String>, Code> {
        let programmes = &self.setup.programmes;
        let programme = programmes.list.iter().find(|programme| programme.id == id).ok_or("unknown-programme")?;
        if self.credits.contains(&programme.credit) {
            return Err("already-awarded");
        }
        for sequence in &programmes.sequences {
            let place = sequence.iter().position(|credit| *credit == programme.credit);
            let mut later = place.into_iter().flat_map(|place| sequence.iter().skip(place + 1));
            if later.any(|credit| self.credits.contains(credit)) {
                return Err("lower-in-sequence");
            }
        }
        let facts = self.facts();
        let tree = Tree::of(&programme.requirement, &self.setup.framework, None);
        let answers: Vec<Option<Verdict>> =
            tree.conditions().into_iter().map(|condition| facts.answer(condition)).collect();
        let judged = judge(&tree, self.as_of, &answers);
        if judged.verdict != Some(Verdict::Met) {
            return Err("requirement-not-met");
        }
        let mut won = Vec::new();
        competencies(&judged, &mut won);
        let mut ids = BTreeSet::new();
        for (id, asked) in won {
            if matches!(asked, Asked::Evidence(_)) {
                ids.extend(facts.items(id).into_iter().filter_map(|item| item.id.clone()));
            } else {
                self.grounds(id, &mut ids);
            }
        }
        Ok(ids)
    }

    /// The ids of what the result of a competency rests on: what a person decided about it, unless that sets the value also what
    /// it comes from.
    fn grounds(&self, id: &str, into: &mut BTreeSet<String>) {
        let (Some(node), Some(sections)) = (self.answer.nodes.get(id), self.setup.sections.get(id)) else { return };
        if node.status == Status::NotApplicable {
            return;
        }
        let settled = self.answer.sorted.settled.get(id);
        if let Some(decision) = settled.and_then(|settled| settled.overriding.as_ref()) {
            into.extend(decision.id.clone());
            if decision.value().is_some() {
                return;
            }
        }
        let own = |id: &str| {
            let items = self.answer.sorted.settled.get(id).into_iter().flat_map(|settled| &settled.items);
            items.filter_map(|item| item.id.clone()).collect::<Vec<_>>()
        };
        let has_own = settled.is_some_and(Settled::has_evidence);
        let framework = &self.setup.framework;
        if framework.is_leaf(id) || (has_own && sections.rollup.own_evidence == OwnEvidence::Overrides) {
            into.extend(own(id));
        } else if sections.rollup.method.is_over_leaves() {
            for leaf in &node.covered {
                match leaf {
                    Leaf::Competency(leaf) if sections.rollup.method != Method::Pooled => self.grounds(leaf, into),
                    leaf => into.extend(own(leaf.id())),
                }
            }
            if let Some(requirement) = &sections.rollup.requirement {
                let below = framework.down(id).into_iter().filter(|below| *below != id).collect();
                for condition in Tree::of(requirement, framework, Some((id, &below))).conditions() {
                    if let Condition::About(named, _) = condition {
                        self.grounds(named, into);
                    }
                }
            }
        } else {
            for (child, weight) in framework.children(id) {
                if sections.rollup.method != Method::ChildrenMean || !weight.is_zero() {
                    self.grounds(child, into);
                }
            }
            if has_own && sections.rollup.own_evidence == OwnEvidence::AsChild {
                into.extend(own(id));
            }
        }
    }
}

/// The names of the credits that are awarded or under review as of an instant.
pub(super) fn credits(copy: &LogCopy, at: Instant) -> BTreeSet<String> {
    // what people say later is not said yet
    let events = copy.counting();
    let said = events.iter().filter(|one| event::clock(one).is_none_or(|clock| clock <= at));
    let entries = Log::of(said, copy.learner.as_deref()).entries(&mut Vec::new());
    let stand =
        entries.values().filter(|entry| entry.kind == "credit" && matches!(entry.shown(), "awarded" | "under_review"));
    stand.filter_map(|entry| Some(entry.own.get("credit")?.as_str()?.to_owned())).collect()
}

pub(super) fn number(value: Grid) -> Value {
    serde_json::from_str(&exact_decimal(&value.exact())).unwrap_or_default()
}

/// The conditions with the pointers to them, in the order of the document.
fn places(tree: &Tree) -> Vec<(&str, &Condition)> {
    use super::requirement_tree::What;
    match &tree.what {
        What::Condition(condition) => vec![(tree.at.as_str(), condition)],
        What::Group(_, members) => members.iter().flat_map(places).collect(),
    }
}

/// Every requirement with its verdict.
fn list(judged: &Judged<'_>, into: &mut Vec<Value>) {
    use super::requirement_tree::What;
    let mut object = Object::new();
    object.insert("at".to_owned(), json!(judged.tree.at));
    if let What::Condition(Condition::About(id, _)) = &judged.tree.what {
        object.insert("competency".to_owned(), json!(id));
    }
    object.insert("verdict".to_owned(), json!(judged.verdict.map_or("left_out", Verdict::as_str)));
    if judged.won {
        object.insert("won".to_owned(), json!(true));
    }
    into.push(Value::Object(object));
    for member in &judged.members {
        list(member, into);
    }
}

/// The competencies on which a met requirement rests, each with what is asked of it.
fn competencies<'t>(judged: &Judged<'t>, into: &mut Vec<(&'t str, &'t Asked)>) {
    use super::requirement_tree::What;
    if !judged.won {
        return;
    }
    if let What::Condition(Condition::About(id, asked)) = &judged.tree.what {
        into.push((id, asked));
    }
    for member in &judged.members {
        competencies(member, into);
    }
}
