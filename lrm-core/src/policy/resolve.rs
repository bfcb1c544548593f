//! From rules to one rule set per competency: later rules win section by section.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sections::{Estimate, EvidenceRule, OwnEvidence, Rollup, RollupMethod, Sufficiency};
use super::{Match, Policy, Rule};
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::framework::Framework;
use crate::graph::Marks;
use crate::limits::RULE_WORK;
use crate::scale::Scale;
use crate::value::Rounding;

/// Where the sections of a node come from: the rule's place in the policy, or the policy itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) scale: Option<u32>,
    pub(crate) evidence: Option<u32>,
    pub(crate) estimate: Option<u32>,
    pub(crate) rounding: Option<u32>,
    pub(crate) sufficiency: Option<u32>,
    pub(crate) rollup: Option<u32>,
    /// What a rule that names the node says: inner nodes take these two from such a rule only.
    pub(crate) named_rounding: Option<u32>,
    pub(crate) named_sufficiency: Option<u32>,
}

/// The sections that hold for some competencies.
#[derive(Clone, Debug)]
pub(crate) struct RuleSet {
    pub(crate) origin: Origin,
    pub(crate) scale: Arc<Scale>,
    /// Equal numbers are compatible scales.
    pub(crate) scale_class: u32,
    pub(crate) evidence: Arc<EvidenceRule>,
    pub(crate) estimate: Estimate,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) sufficiency: Arc<Sufficiency>,
    pub(crate) rollup: Rollup,
    pub(crate) inner_rounding: Option<Rounding>,
    pub(crate) inner_sufficiency: Arc<Sufficiency>,
}

/// The rule sets in use, and each node's.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) sets: Vec<RuleSet>,
    pub(crate) of_node: Vec<u32>,
    /// The sections of the policy alone.
    pub(crate) fallback: RuleSet,
    /// Rules that no competency fulfils.
    pub(crate) unmatched: Vec<usize>,
}

impl Resolved {
    /// The rule set of a node.
    pub(crate) fn of(&self, node: u32) -> Option<&RuleSet> {
        self.sets.get(*self.of_node.get(node as usize)? as usize)
    }
}

pub(crate) fn resolve(policy: &Policy, framework: &Framework) -> Result<Resolved> {
    let mut origins = vec![Origin::default(); framework.len()];
    let mut unmatched = Vec::new();
    let mut finder = Finder::new(framework);
    for (at, rule) in policy.rules.iter().enumerate() {
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        let mut matched = false;
        finder.each(&rule.matches, &mut |node| {
            matched = true;
            if let Some(origin) = origins.get_mut(node as usize) {
                origin.replace(rule, place);
            }
        });
        if !matched {
            unmatched.push(at);
        }
        finder.check("/rules")?;
    }
    intern(policy, framework, &origins, unmatched)
}

/// Looks for the competencies that fit, and counts what it looks at.
pub(crate) struct Finder<'f> {
    framework: &'f Framework,
    marks: Marks,
    work: usize,
}

impl<'f> Finder<'f> {
    pub(crate) fn new(framework: &'f Framework) -> Self {
        Self { framework, marks: Marks::new(framework.graph.len()), work: 0 }
    }

    /// Calls `found` for each competency that fits, once.
    pub(crate) fn each(&mut self, matches: &Match, found: &mut dyn FnMut(u32)) {
        let Self { framework, marks, work } = self;
        let (graph, rank) = (&framework.graph, &framework.rank);
        let mut look = |node: u32| {
            if fits(matches, node, framework, work) {
                found(node);
            }
        };
        let mut walked = 0;
        match (&matches.id, &matches.under) {
            (None, None) => (0..graph.len()).for_each(look),
            (None, Some(under)) => {
                if let Some(top) = rank.get(under) {
                    let down = |_, _: &_| {
                        walked += 1;
                        true
                    };
                    graph.below(top, marks, down, look);
                }
            }
            (Some(id), under) => {
                let mut inside = |node: &u32| {
                    under.as_ref().is_none_or(|under| is_under(*node, under, framework, marks, &mut walked))
                };
                if let Some(node) = rank.get(id).filter(|node| inside(node)) {
                    look(node);
                }
            }
        }
        *work += walked;
    }

    /// Calls `found` for each of these competencies that fits.
    pub(crate) fn among(&mut self, nodes: &mut dyn Iterator<Item = u32>, matches: &Match, found: &mut dyn FnMut(u32)) {
        let Self { framework, marks, work } = self;
        let named = matches.id.as_ref().map(|id| framework.rank.get(id));
        for node in nodes {
            let is_it = fits(matches, node, framework, work) && named.is_none_or(|named| named == Some(node));
            let under = matches.under.as_ref().filter(|_| is_it);
            if is_it && under.is_none_or(|under| is_under(node, under, framework, marks, work)) {
                found(node);
            }
        }
    }

    /// Refuses what looks at too much.
    pub(crate) fn check(&self, path: &str) -> Result<()> {
        if self.work > RULE_WORK {
            let message = format!("rules × competencies pass {RULE_WORK}");
            return Err(Error::new(Code::LimitExceeded, path, message));
        }
        Ok(())
    }
}

/// Everything but `id` and `under`, which the caller's walk fulfils; counts what it looks at.
fn fits(matches: &Match, node: u32, framework: &Framework, work: &mut usize) -> bool {
    *work += 1;
    let Some(competency) = framework.node(node) else { return false };
    *work += competency.tags.len();
    matches.kind.as_ref().is_none_or(|kind| competency.kind.as_ref() == Some(kind))
        && matches.tag.as_ref().is_none_or(|tag| competency.tags.contains(tag))
}

/// True if the node is that one or below it; counts the edges it looks at.
fn is_under(node: u32, under: &str, framework: &Framework, marks: &mut Marks, walked: &mut usize) -> bool {
    let Some(top) = framework.rank.get(under) else { return false };
    let mark = marks.start();
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        if node == top {
            return true;
        }
        for parent in framework.graph.parents(node) {
            *walked += 1;
            if marks.set(parent, mark) {
                stack.push(parent);
            }
        }
    }
    false
}

impl Origin {
    fn replace(&mut self, rule: &Rule, place: u32) {
        let named = rule.matches.id.is_some();
        for (slot, given) in [
            (&mut self.scale, rule.scale.is_some()),
            (&mut self.evidence, rule.evidence.is_some()),
            (&mut self.estimate, rule.estimate.is_some()),
            (&mut self.rounding, rule.rounding.is_some()),
            (&mut self.sufficiency, rule.sufficiency.is_some()),
            (&mut self.rollup, rule.rollup.is_some()),
            (&mut self.named_rounding, named && rule.rounding.is_some()),
            (&mut self.named_sufficiency, named && rule.sufficiency.is_some()),
        ] {
            if given {
                *slot = Some(place);
            }
        }
    }
}

fn intern(policy: &Policy, framework: &Framework, origins: &[Origin], unmatched: Vec<usize>) -> Result<Resolved> {
    let mut numbers = BTreeMap::<Origin, u32>::new();
    let mut sets: Vec<RuleSet> = Vec::new();
    let mut of_node = Vec::with_capacity(origins.len());
    let (mut findings, mut wrong) = (Report::default(), BTreeSet::new());
    for (node, origin) in (0..).zip(origins) {
        let next = u32::try_from(sets.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(*origin).or_insert(next);
        if number == next {
            sets.push(rule_set(policy, *origin));
        }
        if let Some(set) = sets.get(number as usize) {
            check_levels(set, framework.graph.is_leaf(node), &mut wrong, &mut findings);
        }
        of_node.push(number);
    }
    number_scales(&mut sets, policy.rules.len());
    findings.into_result()?;
    Ok(Resolved { sets, of_node, unmatched, fallback: rule_set(policy, Origin::default()) })
}

/// Gives compatible scales one number.
fn number_scales(sets: &mut [RuleSet], rules: usize) {
    let mut classes = BTreeMap::new();
    // sets with the scale of one rule share its class; the first place is the policy's
    let mut known = vec![None; rules + 1];
    for set in sets {
        let Some(known) = known.get_mut(set.origin.scale.map_or(0, |rule| rule as usize + 1)) else { continue };
        set.scale_class = *known.get_or_insert_with(|| {
            let mut key = format!("{} {} {}", set.scale.min(), set.scale.max(), set.scale.proficient());
            for level in set.scale.levels() {
                let length = level.id.len().to_string();
                key.push_str(&[" ", &level.from.to_string(), " ", &length, " ", &level.id].concat());
            }
            let next = u32::try_from(classes.len()).unwrap_or(u32::MAX);
            *classes.entry(key).or_insert(next)
        });
    }
}

fn rule_set(policy: &Policy, mut origin: Origin) -> RuleSet {
    let rule = |place: Option<u32>| place.and_then(|place| policy.rules.get(place as usize));
    let rollup = rule(origin.rollup).and_then(|rule| rule.rollup).unwrap_or(policy.rollup);
    if rollup.method == RollupMethod::Requirement {
        // what is met or not is not rounded
        origin.named_rounding = None;
    }
    let scale = rule(origin.scale).and_then(|rule| rule.scale.as_ref()).unwrap_or(&policy.scale).clone();
    let sufficiency = |place| rule(place).and_then(|rule| rule.sufficiency.as_ref());
    RuleSet {
        origin,
        scale_class: 0,
        evidence: rule(origin.evidence).and_then(|rule| rule.evidence.as_ref()).unwrap_or(&policy.evidence).clone(),
        estimate: rule(origin.estimate).and_then(|rule| rule.estimate).unwrap_or(policy.estimate),
        rounding: rule(origin.rounding).and_then(|rule| rule.rounding).or(policy.rounding),
        sufficiency: sufficiency(origin.sufficiency).unwrap_or(&policy.sufficiency).clone(),
        rollup,
        inner_rounding: rule(origin.named_rounding).and_then(|rule| rule.rounding),
        inner_sufficiency: sufficiency(origin.named_sufficiency).cloned().unwrap_or_default(),
        scale,
    }
}

/// `independent_from_level` must be a level of the scale wherever it decides: at leaves, at inner nodes that a rule names, and
/// for the own evidence of inner nodes. What is wrong is said once of each rule.
fn check_levels(set: &RuleSet, leaf: bool, wrong: &mut BTreeSet<Option<u32>>, findings: &mut Report) {
    let origin = set.origin;
    let own = leaf || set.rollup.own_evidence != OwnEvidence::Ignored;
    for (place, section, decides) in
        [(origin.sufficiency, &set.sufficiency, own), (origin.named_sufficiency, &set.inner_sufficiency, !leaf)]
    {
        let unknown = |level: &&String| decides && set.scale.level(level).is_none();
        let Some(level) = section.independent_from_level.as_ref().filter(unknown) else { continue };
        if !wrong.insert(place) {
            continue;
        }
        let section = place.map_or_else(|| "/sufficiency".to_owned(), |place| format!("/rules/{place}/sufficiency"));
        let message = format!("the scale has no level {}", quote(level));
        let finding = Finding::new(Code::UnknownLevel, format!("{section}/independent_from_level"), message);
        findings.push(finding.with("level", level));
    }
}
