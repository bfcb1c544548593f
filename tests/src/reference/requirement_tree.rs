//! A requirement about a framework: selectors are the competencies that fit, and what is asked can be reached.

use std::collections::BTreeSet;

use super::Code;
use super::framework::Framework;
use super::instant::Instant;
use super::policy::OwnEvidence;
use super::requirement::{Asked, Condition, Fault, Member, Members, Requirement, Rule, Selector};
use super::rules::Sections;
use super::scale::Scale;
use super::value::{Exact, Grid, integer, meets};

use std::collections::BTreeMap;

/// Requirements of one policy, at most.
pub(super) const REQUIREMENTS: usize = 100_000;

/// What a rollup's selectors look at: the node, and all that stands below it.
pub(super) type Below<'a> = (&'a str, &'a BTreeSet<&'a str>);

/// A requirement whose members are all written out.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// The pointer to it, from the root.
    pub(super) at: String,
    /// From when on it is left out.
    pub(super) until: Option<Instant>,
    /// What it brings, in a group of points.
    pub(super) points: Exact,
    /// Whether a group of points needs it.
    pub(super) required: bool,
    /// What it asks for.
    pub(super) what: What,
}

/// What a tree asks for.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Some of several.
    Group(Rule, Vec<Tree>),
    /// One thing.
    Condition(Condition),
}

impl Tree {
    /// The tree of a requirement; in a rollup selectors look only at what stands below the node.
    pub(super) fn of(requirement: &Requirement, framework: &Framework, below: Option<Below<'_>>) -> Self {
        let root = Place { at: String::new(), until: None, points: integer(0), required: false };
        tree(requirement, framework, below, root)
    }

    /// The conditions in the order of the document.
    pub(super) fn conditions(&self) -> Vec<&Condition> {
        match &self.what {
            What::Group(_, members) => members.iter().flat_map(Self::conditions).collect(),
            What::Condition(condition) => vec![condition],
        }
    }

    /// How many requirements there are.
    pub(super) fn count(&self) -> usize {
        match &self.what {
            What::Group(_, members) => 1 + members.iter().map(Self::count).sum::<usize>(),
            What::Condition(_) => 1,
        }
    }
}

struct Place {
    at: String,
    until: Option<Instant>,
    points: Exact,
    required: bool,
}

fn tree(requirement: &Requirement, framework: &Framework, below: Option<Below<'_>>, place: Place) -> Tree {
    let what = match requirement {
        Requirement::Condition(condition) => What::Condition(condition.clone()),
        Requirement::Group(rule, Members::Listed(members)) => {
            let member = |member: &Member| {
                let at = format!("{}{}", place.at, member.step);
                let (until, points, required) = (member.until, member.points.clone(), member.required);
                tree(&member.requirement, framework, below, Place { at, until, points, required })
            };
            What::Group(rule.clone(), members.iter().map(member).collect())
        }
        Requirement::Group(rule, Members::Selected(selector, asked, key)) => {
            let member = |id: String| Tree {
                at: format!("{}/{key}", place.at),
                until: None,
                points: integer(0),
                required: false,
                what: What::Condition(Condition::About(id, asked.clone())),
            };
            let ids = selected(selector, framework, below);
            What::Group(rule.clone(), ids.into_iter().map(member).collect())
        }
    };
    Tree { at: place.at, until: place.until, points: place.points, required: place.required, what }
}

/// The competencies that fit, in the byte order of their ids.
fn selected(selector: &Selector, framework: &Framework, below: Option<Below<'_>>) -> Vec<String> {
    let under = selector.under.as_deref();
    let fits = |id: &&String| {
        let Some(competency) = framework.competencies.get(*id) else { return false };
        under.is_none_or(|under| id.as_str() != under && framework.down(under).contains(id.as_str()))
            && selector.kind.as_ref().is_none_or(|kind| competency.kind.as_ref() == Some(kind))
            && selector.tag.as_ref().is_none_or(|tag| competency.tags.contains(tag))
            && selector.id.as_ref().is_none_or(|named| named == *id)
            && (!selector.leaves || framework.is_leaf(id))
            && below.is_none_or(|(_, below)| below.contains(id.as_str()))
            && (!selector.children || below.is_some_and(|(node, _)| is_child(framework, node, id)))
    };
    framework.competencies.keys().filter(fits).cloned().collect()
}

fn is_child(framework: &Framework, node: &str, id: &str) -> bool {
    framework.children(node).any(|(child, _)| child == id)
}

/// What a requirement is checked with.
pub(super) struct Checks<'a> {
    pub(super) framework: &'a Framework,
    pub(super) sections: &'a BTreeMap<String, Sections>,
    /// What stands below the node of a rollup.
    pub(super) below: Option<Below<'a>>,
}

impl Checks<'_> {
    /// Everything that is wrong with a requirement at a place of the policy.
    pub(super) fn faults(&self, requirement: &Requirement, path: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.named(requirement, path, &mut faults);
        let tree = Tree::of(requirement, self.framework, self.below);
        self.contradictions(&tree, false, path, &mut faults);
        faults
    }

    /// What is named is there, and what is asked of it lies on its scale.
    fn named(&self, requirement: &Requirement, path: &str, faults: &mut Vec<Fault>) {
        match requirement {
            Requirement::Condition(Condition::About(id, asked)) => {
                let competency = format!("{path}/competency");
                match self.sections.get(id) {
                    None => add(faults, "unknown-competency", competency),
                    Some(_) if self.below.is_some_and(|(_, below)| !below.contains(id.as_str())) => {
                        add(faults, "invalid-value", competency);
                    }
                    Some(_) => self.fits(id, asked, path, faults),
                }
            }
            Requirement::Condition(_) => {}
            Requirement::Group(_, Members::Listed(members)) => {
                for member in members {
                    self.named(&member.requirement, &format!("{path}{}", member.step), faults);
                }
            }
            Requirement::Group(rule, Members::Selected(selector, asked, key)) => {
                let ids = selected(selector, self.framework, self.below);
                if ids.is_empty() {
                    add(faults, "empty-group", format!("{path}/{key}"));
                } else if matches!(rule, Rule::AtLeast(least) if *least > ids.len()) {
                    add(faults, "unreachable", format!("{path}/at_least"));
                }
                for id in &ids {
                    self.fits(id, asked, &format!("{path}/each"), faults);
                }
            }
        }
    }

    /// What is asked of a competency lies on its scale, on which also all evidence is measured that is compared with it.
    fn fits(&self, id: &str, asked: &Asked, path: &str, faults: &mut Vec<Fault>) {
        let Some(sections) = self.sections.get(id) else { return };
        let before = faults.len();
        on_scale(asked, &sections.scale, path, faults);
        let Asked::Evidence(enough) = asked else { return };
        let within = match (&enough.value, &enough.level) {
            (Some(_), _) => "value",
            (None, Some(_)) => "level",
            (None, None) => return,
        };
        let brings = |below: &&&str| {
            let own = self.sections.get(**below).map(|sections| sections.rollup.own_evidence);
            self.framework.is_leaf(below) || own != Some(OwnEvidence::Ignored)
        };
        let below = self.framework.down(id);
        let mut scales = below.iter().filter(brings).filter_map(|below| self.sections.get(*below));
        if faults.len() == before && !self.framework.is_leaf(id) && scales.any(|below| below.scale != sections.scale) {
            add(faults, "incompatible-scales", format!("{path}/evidence/{within}"));
        }
    }

    /// Two conditions of which a learner cannot meet both, wherever both are asked for.
    fn contradictions(&self, tree: &Tree, is_of_all: bool, path: &str, faults: &mut Vec<Fault>) {
        let What::Group(rule, members) = &tree.what else { return };
        if *rule == Rule::All && !is_of_all {
            let asked = together(tree);
            for (place, (at, one)) in asked.iter().enumerate() {
                let earlier = asked.iter().take(place);
                if earlier.into_iter().any(|(_, other)| self.excludes(one, other) || self.excludes(other, one)) {
                    add(faults, "contradiction", format!("{path}{at}"));
                }
            }
        }
        for member in members {
            let is_of_all = *rule == Rule::All && member.until.is_none();
            self.contradictions(member, is_of_all, path, faults);
        }
    }

    /// True if what one asks for at least is what the other asks for less than.
    fn excludes(&self, one: &Condition, other: &Condition) -> bool {
        let (Condition::About(id, asked), Condition::About(other, Asked::Below(below))) = (one, other) else {
            return false;
        };
        let Some(scale) = self.sections.get(id).map(|sections| &sections.scale) else { return false };
        id == other && least(asked, scale).is_some_and(|least| meets(least, *below))
    }
}

/// The conditions that an `all` asks for together, with those of each `all` in it.
fn together(tree: &Tree) -> Vec<(&str, &Condition)> {
    match &tree.what {
        What::Condition(condition) => vec![(tree.at.as_str(), condition)],
        What::Group(Rule::All, members) => {
            members.iter().filter(|member| member.until.is_none()).flat_map(together).collect()
        }
        What::Group(..) => Vec::new(),
    }
}

/// The least value with which something can be met.
fn least(asked: &Asked, scale: &Scale) -> Option<Grid> {
    match asked {
        Asked::Met => Some(scale.proficient),
        Asked::Level(level) => scale.levels.get(scale.place_of(level)?).map(|level| level.from),
        Asked::Value(value) => Some(*value),
        Asked::Below(_) | Asked::Evidence(_) => None,
    }
}

fn on_scale(asked: &Asked, scale: &Scale, path: &str, faults: &mut Vec<Fault>) {
    let mut value = |value: &Grid, at: String| {
        if *value < scale.min || *value > scale.max {
            add(faults, "parameter-out-of-range", at);
        }
    };
    match asked {
        Asked::Met => {}
        Asked::Value(least) => value(least, format!("{path}/value")),
        Asked::Below(least) => {
            value(least, format!("{path}/below"));
            if *least >= scale.min && meets(scale.min, *least) {
                add(faults, "unreachable", format!("{path}/below"));
            }
        }
        Asked::Level(level) => {
            if scale.place_of(level).is_none() {
                add(faults, "unknown-level", format!("{path}/level"));
            }
        }
        Asked::Evidence(enough) => {
            enough.value.iter().for_each(|least| value(least, format!("{path}/evidence/value")));
            if enough.level.as_ref().is_some_and(|level| scale.place_of(level).is_none()) {
                add(faults, "unknown-level", format!("{path}/evidence/level"));
            }
        }
    }
}

/// The same fault at the same place is one.
fn add(faults: &mut Vec<Fault>, code: Code, path: String) {
    let fault = Fault { code, path };
    if !faults.contains(&fault) {
        faults.push(fault);
    }
}
