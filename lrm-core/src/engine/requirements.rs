//! Requirement trees on a framework: what selectors stand for, and what does not fit.

use std::collections::BTreeSet;

use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::framework::Framework;
use crate::graph::Marks;
use crate::limits::{CLOSURE, REQUIREMENT_IDS, REQUIREMENTS};
use crate::policy::{
    Asks, Finder, Match, OwnEvidence, Policy, Requirement, Resolved, RollupMethod, RuleSet, Selector, Test, Threshold,
    Tree, Which, contradictions,
};
use crate::sorting;
use crate::value::meets;

/// A requirement tree in which selectors are spelled out, with the node of each competency.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) tree: Tree,
    /// By requirement; nothing for groups and what is not about a competency.
    pub(super) nodes: Vec<Option<u32>>,
}

impl Demand {
    pub(crate) fn node(&self, place: usize) -> Option<u32> {
        self.nodes.get(place).copied().flatten()
    }

    /// A tree that no policy has, spelled out and checked. Places in findings are below the tree.
    pub(super) fn of(tree: &Tree, framework: &Framework, resolved: &Resolved) -> Result<Self> {
        let mut fitting = Fitting::new(framework, resolved, CLOSURE);
        let demand = fitting.demand(tree, "")?;
        fitting.report.into_result()?;
        Ok(demand)
    }

    /// One of its requirements alone.
    pub(crate) fn only(&self, place: usize) -> Option<Self> {
        let asks = self.tree.list().get(place)?.asks.clone();
        Some(Self { tree: Tree(vec![Requirement::new(0, None, asks)]), nodes: vec![self.node(place)] })
    }

    /// The nodes that it names.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = u32> {
        self.nodes.iter().copied().flatten()
    }
}

/// All demands of a policy.
#[derive(Debug, Default)]
pub(crate) struct Demands {
    /// In the order of the policy.
    pub(crate) programmes: Vec<Demand>,
    /// By inner node whose rollup is by requirement: a selector stands for what is below that node. Empty if there is none.
    pub(super) rollups: Vec<Option<Demand>>,
}

impl Demands {
    /// Spells out and checks all trees of a policy; `limit` bounds the walks below nodes.
    pub(crate) fn new(policy: &Policy, framework: &Framework, resolved: &Resolved, limit: u64) -> Result<Self> {
        if !policy.read {
            return Err(Error::new(Code::InvalidValue, "", "the requirements of this policy were not read"));
        }
        let rollups = || {
            let deciding =
                std::iter::once(&policy.requirement).chain(policy.rules.iter().map(|rule| &rule.requirement));
            deciding.map(|one| one.as_ref().and_then(|one| one.tree.as_ref()))
        };
        if policy.programmes.is_empty() && rollups().all(|tree| tree.is_none()) {
            return Ok(Self::default());
        }
        let mut fitting = Fitting::new(framework, resolved, limit);
        let mut demands = Self::default();
        for (at, programme) in policy.programmes.iter().enumerate() {
            let at = format!("/programmes/{at}/requirement");
            demands.programmes.push(fitting.demand(&programme.tree, &at)?);
        }
        let trees: Vec<Option<&Tree>> = rollups().collect();
        let mut used = vec![false; trees.len()];
        for node in (0..framework.graph.len()).filter(|node| !framework.graph.is_leaf(*node)) {
            let Some(at) = resolved.of(node).and_then(deciding) else { continue };
            let Some(tree) = trees.get(at).copied().flatten() else { continue };
            used.get_mut(at).into_iter().for_each(|used| *used = true);
            let demand = fitting.demand_below(node, tree, at)?;
            demands.decide_about(node as usize, demand, resolved);
        }
        // what decides about nothing is checked all the same
        for (at, tree) in trees.into_iter().enumerate().filter(|(at, _)| used.get(*at) == Some(&false)) {
            tree.map(|tree| fitting.demand(tree, &section(at))).transpose()?;
        }
        // a requirement that decides about several nodes may be wrong in the same way for each
        let mut seen = BTreeSet::new();
        let mut report = Report::default();
        for finding in fitting.report.findings() {
            if seen.insert((&finding.path, &finding.message)) {
                report.push(finding.clone());
            }
        }
        report.into_result()?;
        Ok(demands)
    }

    /// Has a demand decide about a node, if there is such a node.
    pub(super) fn decide_about(&mut self, node: usize, demand: Demand, resolved: &Resolved) -> Option<()> {
        // most policies have none
        self.rollups.resize_with(resolved.of_node.len(), || None);
        *self.rollups.get_mut(node)? = Some(demand);
        Some(())
    }

    /// True if requirements decide about inner nodes.
    pub(crate) const fn decide(&self) -> bool {
        !self.rollups.is_empty()
    }

    /// The demand that decides about an inner node.
    pub(crate) fn of(&self, node: u32) -> Option<&Demand> {
        self.rollups.get(node as usize)?.as_ref()
    }
}

/// The place of the requirement that decides about inner nodes of a rule set: that of the policy is the first.
fn deciding(set: &RuleSet) -> Option<usize> {
    let at = set.origin.rollup.map_or(0, |rule| rule as usize + 1);
    (set.rollup.method == RollupMethod::Requirement).then_some(at)
}

/// Where the requirement of a rollup stands in the policy.
fn section(at: usize) -> String {
    match at.checked_sub(1) {
        Some(rule) => format!("/rules/{rule}/rollup/requirement"),
        None => "/rollup/requirement".to_owned(),
    }
}

/// How many levels a message names.
const NAMED: usize = 20;

/// Fits trees to a framework.
struct Fitting<'f> {
    framework: &'f Framework,
    resolved: &'f Resolved,
    finder: Finder<'f>,
    marks: Marks,
    report: Report,
    count: usize,
    /// Of all ids that are named.
    bytes: usize,
    walked: u64,
    limit: u64,
    /// The node that a requirement decides about, and what stands below it, ascending.
    below: Option<(u32, Vec<u32>)>,
}

impl<'f> Fitting<'f> {
    fn new(framework: &'f Framework, resolved: &'f Resolved, limit: u64) -> Self {
        Self {
            framework,
            resolved,
            finder: Finder::new(framework),
            marks: Marks::new(framework.graph.len()),
            report: Report::default(),
            count: 0,
            bytes: 0,
            walked: 0,
            limit,
            below: None,
        }
    }

    fn demand(&mut self, tree: &Tree, at: &str) -> Result<Demand> {
        let mut demand = Demand { tree: Tree::default(), nodes: Vec::new() };
        let mut places = Vec::new();
        for this in tree.list() {
            let place = u32::try_from(demand.nodes.len()).unwrap_or(u32::MAX);
            places.push(place);
            let mut this = this.clone();
            this.group = places.get(this.group as usize).copied().unwrap_or_default();
            let group = match &mut this.asks {
                Asks::Group(threshold, selector) => selector.take().map(|selector| (*threshold, selector)),
                _ => None,
            };
            self.push(this, &mut demand, at)?;
            let Some((threshold, selector)) = group else { continue };
            let Some(found) = self.selected(&selector, at)? else { continue };
            let pointer = demand.tree.pointer(place as usize);
            let problem = match threshold {
                _ if found.is_empty() => {
                    Some((Code::EmptyGroup, threshold.members(), "it fits no competency".to_owned()))
                }
                Threshold::AtLeast(n) if n as usize > found.len() => {
                    Some((Code::Unreachable, "at_least", format!("{n} of only {} competencies that fit", found.len())))
                }
                _ => None,
            };
            if let Some((code, key, message)) = problem {
                let place = format!("{at}{pointer}/{key}");
                self.report.push(match &self.below {
                    None => Finding::new(code, place, message),
                    Some((node, _)) => {
                        let id = self.framework.id_of(*node);
                        Finding::new(code, place, format!("{message} below {}", quote(id))).with("competency", id)
                    }
                });
            }
            for node in found {
                let asks = Asks::Competency(self.framework.id_of(node).to_owned(), selector.each.clone());
                self.push(Requirement::new(place, None, asks), &mut demand, at)?;
            }
        }
        let bound = |place: usize| {
            let Asks::Competency(_, test) = &demand.tree.list().get(place)?.asks else { return None };
            let scale = &self.resolved.of(demand.node(place)?)?.scale;
            match test {
                Test::Met => Some((false, scale.proficient())),
                Test::Level(level) => Some((false, scale.level(level)?.from)),
                Test::Value(value) => Some((false, *value)),
                Test::Below(value) => Some((true, *value)),
                Test::Evidence(_) => None,
            }
        };
        contradictions(&demand.tree, &bound, &mut |finding| self.report.push(finding), at);
        Ok(demand)
    }

    /// What a selector stands for, ascending; nothing can be said of one that is about what is below a node where there is none.
    fn selected(&mut self, selector: &Selector, at: &str) -> Result<Option<Vec<u32>>> {
        let graph = &self.framework.graph;
        let matches = &selector.matches;
        let top = matches.under.as_ref().and_then(|under| self.framework.rank.get(under));
        let mut found = Vec::new();
        let mut look = |node: u32| {
            if Some(node) != top && (graph.is_leaf(node) || selector.which != Which::Leaves) {
                found.push(node);
            }
        };
        match (selector.which, &self.below) {
            (Which::Children, None) => return Ok(None),
            (Which::Leaves, None) if *matches == Match::default() => return Ok(None),
            (Which::Children, Some((node, _))) => {
                let mut children = graph.children(*node).map(|edge| edge.node);
                self.finder.among(&mut children, matches, &mut look);
            }
            (_, Some((_, below))) if matches.id.is_none() && matches.under.is_none() => {
                self.finder.among(&mut below.iter().copied(), matches, &mut look);
            }
            _ => self.finder.each(matches, &mut look),
        }
        self.finder.check(at)?;
        if let Some((_, below)) = &self.below {
            found.retain(|node| below.binary_search(node).is_ok());
        }
        sorting::nodes(&mut found);
        Ok(Some(found))
    }

    /// Adds a requirement, and what does not fit about it.
    fn push(&mut self, this: Requirement, demand: &mut Demand, at: &str) -> Result<()> {
        let (framework, resolved) = (self.framework, self.resolved);
        let node = match &this.asks {
            Asks::Competency(id, _) => framework.rank.get(id),
            _ => None,
        };
        self.counts(&this.asks, at)?;
        demand.tree.0.push(this);
        demand.nodes.push(node);
        let demand = &*demand;
        let Some(Asks::Competency(id, test)) = demand.tree.list().last().map(|this| &this.asks) else { return Ok(()) };
        let Some(set) = node.and_then(|node| resolved.of(node)) else {
            let message = format!("the framework has no competency {}", quote(id));
            self.misfit(Code::UnknownCompetency, "competency", message, demand, at);
            return Ok(());
        };
        let scale = &set.scale;
        let (level, value, within) = match test {
            Test::Met => (None, None, ""),
            Test::Level(level) => (Some(level), None, "level"),
            Test::Value(value) => (None, Some(*value), "value"),
            Test::Below(value) => (None, Some(*value), "below"),
            Test::Evidence(test) => match test.value {
                Some(value) => (None, Some(value), "evidence/value"),
                None => (test.level.as_ref(), None, "evidence/level"),
            },
        };
        let other = match node.filter(|node| matches!(test, Test::Evidence(_)) && !framework.graph.is_leaf(*node)) {
            Some(node) => self.measured_otherwise(node)?.filter(|_| level.is_some() || value.is_some()),
            None => None,
        };
        let (min, max) = (scale.min(), scale.max());
        if let Some(level) = level.filter(|level| scale.level(level).is_none()) {
            let known: Vec<String> = scale.levels().iter().take(NAMED).map(|level| quote(&level.id)).collect();
            let more = if scale.levels().len() > NAMED { ", …" } else { "" };
            let message =
                format!("the scale of {} has no level {} but {}{more}", quote(id), quote(level), known.join(", "));
            self.misfit(Code::UnknownLevel, within, message, demand, at);
        } else if let Some(value) = value.filter(|value| !scale.holds(*value)) {
            let message = format!("{value} is not from {min} to {max}, as the scale of {} is", quote(id));
            self.misfit(Code::ParameterOutOfRange, within, message, demand, at);
        } else if matches!(test, Test::Below(value) if meets(min, *value)) {
            let message = format!("no value of {} is below {min}, the least of its scale", quote(id));
            self.misfit(Code::Unreachable, within, message, demand, at);
        } else if let Some(other) = other {
            let message = format!("{} and {} below it are measured on different scales", quote(id), quote(other));
            self.misfit(Code::IncompatibleScales, within, message, demand, at);
        }
        Ok(())
    }

    /// Something below a node that may bring evidence, but on another scale.
    fn measured_otherwise(&mut self, node: u32) -> Result<Option<&str>> {
        let (framework, resolved) = (self.framework, self.resolved);
        let class = resolved.of(node).map(|set| set.scale_class);
        let mut other = None;
        self.walk(node, &mut |below| {
            let set = resolved.of(below);
            let brings = framework.graph.is_leaf(below)
                || set.is_some_and(|set| set.rollup.own_evidence != OwnEvidence::Ignored);
            if brings && set.map(|set| set.scale_class) != class {
                other = other.or(Some(below));
            }
        })?;
        Ok(other.map(|other| framework.id_of(other)))
    }

    /// Reports what does not fit about the condition that was added last. What a selector asks of each is told once.
    fn misfit(&mut self, code: Code, key: &str, message: String, demand: &Demand, at: &str) {
        let place = demand.nodes.len() - 1;
        let Some(this) = demand.tree.list().get(place) else { return };
        let Asks::Competency(id, _) = &this.asks else { return };
        let selected = this.member.is_none() && place > 0;
        let pointer =
            if selected { demand.tree.pointer(this.group as usize) + "/each" } else { demand.tree.pointer(place) };
        let path = format!("{at}{pointer}/{key}");
        if self.report.findings().last().is_none_or(|last| (last.code, &last.path) != (code, &path)) {
            self.report.push(Finding::new(code, path, message).with("competency", id));
        }
    }

    /// Counts a requirement and the ids that it names.
    fn counts(&mut self, asks: &Asks, at: &str) -> Result<()> {
        self.count += 1;
        if let Asks::Competency(id, test) = asks {
            let level = match test {
                Test::Level(level) => Some(level),
                Test::Evidence(test) => test.level.as_ref(),
                _ => None,
            };
            self.bytes = self.bytes.saturating_add(id.len() + level.map_or(0, String::len));
        }
        let message = if self.count > REQUIREMENTS {
            format!("the policy has more than {REQUIREMENTS} requirements, selectors spelled out")
        } else if self.bytes > REQUIREMENT_IDS {
            format!("the requirements name ids of more than {REQUIREMENT_IDS} bytes, selectors spelled out")
        } else {
            return Ok(());
        };
        Err(Error::new(Code::LimitExceeded, at, message))
    }

    /// Looks at all that stands below a node.
    fn walk(&mut self, node: u32, seen: &mut dyn FnMut(u32)) -> Result<()> {
        let (walked, limit) = (&mut self.walked, self.limit);
        let down = |_, _: &_| {
            *walked += 1;
            *walked <= limit
        };
        self.framework.graph.below(node, &mut self.marks, down, seen);
        if self.walked > limit { Err(super::compile::too_large(limit)) } else { Ok(()) }
    }

    /// The demand that decides about a node: it may be about nothing but what stands below it.
    fn demand_below(&mut self, node: u32, tree: &Tree, at: usize) -> Result<Demand> {
        let mut below = Vec::new();
        self.walk(node, &mut |one| below.push(one))?;
        below.retain(|one| *one != node);
        sorting::nodes(&mut below);
        self.below = Some((node, below));
        let demand = self.demand(tree, &section(at))?;
        let (_, below) = self.below.take().unwrap_or_default();
        for (place, named) in demand.nodes.iter().enumerate() {
            if let Some(named) = named.filter(|named| below.binary_search(named).is_err()) {
                let (id, above) = (self.framework.id_of(named), self.framework.id_of(node));
                let message = format!("{} does not stand below {}", quote(id), quote(above));
                let path = section(at) + &demand.tree.pointer(place) + "/competency";
                let finding = Finding::new(Code::InvalidValue, path, message);
                self.report.push(finding.with("competency", id).with("above", above));
            }
        }
        Ok(demand)
    }
}
