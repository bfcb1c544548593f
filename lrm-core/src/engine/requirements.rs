//! Requirement trees on a framework: what selectors stand for, what does not fit, and how conditions stand for a learner.

use std::collections::BTreeSet;

use super::board::Board;
use super::compile::Compiled;
use super::judge::{NodeResult, with_items};
use super::status::Status;
use super::sufficiency::{Shortfall, independent, shortfalls};
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::estimate::Judgement;
use crate::framework::Framework;
use crate::graph::Marks;
use crate::instant::Instant;
use crate::limits::{CLOSURE, REQUIREMENTS};
use crate::policy::{
    Asks, EvidenceTest, Finder, Match, Policy, Requirement, Resolved, RollupMethod, RuleSet, Selector, Test, Threshold,
    Tree, Which, contradictions,
};
use crate::record::Item;
use crate::rollup::{Count, Verdict, verdicts};
use crate::scale::Scale;
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

/// Fits trees to a framework.
struct Fitting<'f> {
    framework: &'f Framework,
    resolved: &'f Resolved,
    finder: Finder<'f>,
    marks: Marks,
    report: Report,
    count: usize,
    walked: u64,
    limit: u64,
    /// The node that a requirement decides about.
    node: u32,
    /// What stands below it, ascending; none where a requirement decides about no node.
    below: Option<Vec<u32>>,
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
            walked: 0,
            limit,
            node: 0,
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
                    Some((Code::Unreachable, "at_least", format!("it fits only {} competencies", found.len())))
                }
                _ => None,
            };
            if let Some((code, key, message)) = problem {
                self.report.push(Finding::new(code, format!("{at}{pointer}/{key}"), message));
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
            (Which::Children, Some(_)) => {
                let mut children = graph.children(self.node).map(|edge| edge.node);
                self.finder.among(&mut children, matches, &mut look);
            }
            (Which::Leaves, Some(below)) if *matches == Match::default() => {
                self.finder.among(&mut below.iter().copied(), matches, &mut look);
            }
            _ => self.finder.each(matches, &mut look),
        }
        self.finder.check(at)?;
        if let Some(below) = &self.below {
            found.retain(|node| below.binary_search(node).is_ok());
        }
        sorting::nodes(&mut found);
        Ok(Some(found))
    }

    /// Adds a requirement, and what does not fit about it.
    fn push(&mut self, this: Requirement, demand: &mut Demand, at: &str) -> Result<()> {
        self.counts(1)?;
        let place = demand.nodes.len();
        let about = match &this.asks {
            Asks::Competency(id, test) => Some((id.clone(), test.clone())),
            _ => None,
        };
        let node = about.as_ref().and_then(|(id, _)| self.framework.rank.get(id));
        let selected = this.member.is_none() && place > 0;
        let group = this.group as usize;
        demand.tree.0.push(this);
        demand.nodes.push(node);
        let Some((id, test)) = about else { return Ok(()) };
        let mut report = |code, key: &str, message: String| {
            let pointer = if selected { demand.tree.pointer(group) + "/each" } else { demand.tree.pointer(place) };
            let path = format!("{at}{pointer}/{key}");
            // what a selector asks of each is told once
            if self.report.findings().last().is_none_or(|last| (last.code, &last.path) != (code, &path)) {
                self.report.push(Finding::new(code, path, message).with("competency", &id));
            }
        };
        let Some(node) = node else {
            report(Code::UnknownCompetency, "competency", format!("the framework has no competency {}", quote(&id)));
            return Ok(());
        };
        let Some(set) = self.resolved.of(node) else { return Ok(()) };
        let scale = &set.scale;
        let (level, value, within) = match &test {
            Test::Met => (None, None, ""),
            Test::Level(level) => (Some(level), None, "level"),
            Test::Value(value) => (None, Some(value), "value"),
            Test::Below(value) => (None, Some(value), "below"),
            Test::Evidence(test) => match &test.value {
                Some(value) => (None, Some(value), "evidence/value"),
                None => (test.level.as_ref(), None, "evidence/level"),
            },
        };
        if let Some(level) = level.filter(|level| scale.level(level).is_none()) {
            report(Code::UnknownLevel, within, format!("the scale of {} has no level {}", quote(&id), quote(level)));
        }
        if let Some(value) = value.filter(|value| !scale.holds(**value)) {
            let message = format!("the scale of {} has no {value}", quote(&id));
            report(Code::ParameterOutOfRange, within, message);
        }
        if matches!(test, Test::Evidence(_)) && !self.framework.graph.is_leaf(node) {
            self.walk(node, &mut |_| {})?;
        }
        Ok(())
    }

    fn counts(&mut self, requirements: usize) -> Result<()> {
        self.count += requirements;
        if self.count > REQUIREMENTS {
            let message = format!("the requirements pass {REQUIREMENTS}");
            return Err(Error::new(Code::LimitExceeded, "/programmes", message));
        }
        Ok(())
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
        (self.node, self.below) = (node, Some(below));
        let demand = self.demand(tree, &section(at))?;
        let below = self.below.take().unwrap_or_default();
        for (place, named) in demand.nodes.iter().enumerate() {
            if named.is_some_and(|named| below.binary_search(&named).is_err()) {
                let id = self.framework.id_of(node);
                let message = format!("it does not stand below {}", quote(id));
                let path = section(at) + &demand.tree.pointer(place) + "/competency";
                self.report.push(Finding::new(Code::InvalidValue, path, message).with("competency", id));
            }
        }
        Ok(demand)
    }
}

/// How a condition about a competency stands. `behind` gives the eligible items of the competency, or of the leaves that it
/// covers.
pub(crate) fn standing<'i>(
    test: &Test,
    scale: &Scale,
    result: &NodeResult,
    behind: impl FnOnce() -> Vec<(Judgement, &'i Item)>,
) -> Verdict {
    let shown = result.value;
    match (test, result.status) {
        (_, Status::NotApplicable) => Verdict::LeftOut,
        (Test::Evidence(test), _) => Verdict::of(lacks(test, scale, behind()).is_empty()),
        (_, status @ (Status::Met | Status::NotMet)) => Verdict::of(match test {
            Test::Level(level) => result.shows(level, scale),
            Test::Value(value) => shown.is_some_and(|shown| meets(shown, *value)),
            Test::Below(value) => shown.is_some_and(|shown| !meets(shown, *value)),
            _ => status == Status::Met,
        }),
        _ => Verdict::Undetermined,
    }
}

/// The minima of a condition about evidence that are not reached.
pub(crate) fn lacks(test: &EvidenceTest, scale: &Scale, mut items: Vec<(Judgement, &Item)>) -> Vec<Shortfall> {
    let cut = test.cut(scale);
    items.retain(|(judgement, item)| {
        let kind = |kinds: &Vec<_>| item.evidence.kind.is_some_and(|kind| kinds.contains(&kind));
        test.kinds.as_ref().is_none_or(kind) && cut.is_none_or(|cut| meets(judgement.value, cut))
    });
    let mut lacks = shortfalls(&test.minima, &items);
    let independent = independent(&items);
    if independent < test.min_independent {
        lacks.push(Shortfall { name: "min_independent", missing: test.min_independent - independent });
    }
    lacks
}

impl Board<'_> {
    /// How a demand stands now. `holds` says whether the learner has a credit.
    pub(crate) fn verdicts(
        &mut self,
        demand: &Demand,
        holds: &dyn Fn(&str) -> bool,
        compiled: &Compiled,
    ) -> (Vec<Verdict>, Vec<Count>) {
        let as_of = self.as_of;
        verdicts(&demand.tree, as_of, &mut |place, asks| match asks {
            Asks::Credential(name) => Verdict::of(holds(name)),
            Asks::NotBefore(at) => Verdict::of(as_of >= *at),
            Asks::Competency(_, test) => {
                let Some(node) = demand.node(place) else { return Verdict::LeftOut };
                let result = self.cells.get(node as usize).map(|cell| cell.result).unwrap_or_default();
                let scale = &compiled.set(node).scale;
                standing(test, scale, &result, || self.behind(node, compiled))
            }
            Asks::Group(..) => Verdict::LeftOut,
        })
    }

    /// The eligible items of a node, or of the leaves that it covers.
    pub(crate) fn behind(&mut self, node: u32, compiled: &Compiled) -> Vec<(Judgement, &Item)> {
        let covered = self.covered(node, compiled);
        covered.iter().flat_map(|covered| with_items(self.eligible(covered.node), &self.items)).collect()
    }

    /// The newest instant on which a leaf below a node rests, whatever the leaf weighs.
    pub(crate) fn newest_below(&mut self, node: u32, compiled: &Compiled) -> Option<Instant> {
        let tally = self.tally_of(node);
        if tally.all.leaves == tally.weighed.leaves {
            return tally.newest;
        }
        let leaves = self.leaf_inputs(node, compiled);
        leaves.into_iter().filter_map(|leaf| self.covered_result(leaf).newest).max()
    }
}
