//! What looks like a mistake in a policy for a framework. Nothing here stops an engine.

use super::sections::{Missing, RollupMethod};
use super::{Policy, Resolved};
use crate::error::{Code, Finding, Report, quote};
use crate::framework::Framework;
use crate::graph::{ChildEdge, Marks};
use crate::limits::CLOSURE;

pub(super) fn lint(policy: &Policy, framework: &Framework, resolved: &Resolved) -> Report {
    let mut report = Report::default();
    for at in &resolved.unmatched {
        let name =
            policy.rules.get(*at).and_then(|rule| rule.id.clone()).unwrap_or_else(|| format!("number {}", at + 1));
        let message = format!("the rule {} matches no competency", quote(&name));
        report.push(Finding::new(Code::RuleMatchesNothing, format!("/rules/{at}"), message).with("rule", name));
    }
    // few associations have a level, and only theirs are looked up
    let levels =
        framework.associations.iter().enumerate().filter_map(|(at, edge)| Some((at, edge, edge.level.as_ref()?)));
    for (at, edge, level) in levels {
        let set = framework.rank.get(&edge.from).and_then(|node| resolved.of_node.get(node as usize));
        let set = set.and_then(|set| resolved.sets.get(*set as usize));
        if set.is_some_and(|set| set.scale.level(level).is_none()) {
            let message = format!("the scale of {} has no level {}", quote(&edge.from), quote(level));
            let path = format!("/associations/{at}/level");
            report.push(Finding::new(Code::UnknownLevel, path, message).with("level", level));
        }
    }
    let leaves = leaves_below(framework);
    let mut walker = Walker { framework, marks: Marks::new(framework.graph.len()), left: Some(CLOSURE) };
    for node in 0..framework.graph.len() {
        let set = resolved.of_node.get(node as usize).and_then(|set| resolved.sets.get(*set as usize));
        if let Some(set) = set.filter(|_| !framework.graph.is_leaf(node)) {
            inner(node, set, &mut walker, &leaves, &mut report);
        }
    }
    if walker.left.is_none() {
        let message = format!("to count what rollups require passes {CLOSURE} competencies: not all were looked at");
        report.push(Finding::new(Code::ClosureTooLarge, "", message));
    }
    report
}

/// Of each node: the leaves below it that have a weight, counted on every path, and all of them.
fn leaves_below(framework: &Framework) -> Vec<(u32, u32)> {
    let mut below = vec![(0_u32, 0_u32); framework.len()];
    for node in framework.graph.order() {
        let own = if framework.graph.is_leaf(*node) {
            let weighs = framework.node(*node).is_some_and(|competency| !competency.weight.is_zero());
            (u32::from(weighs), 1)
        } else {
            let children = framework.graph.children(*node).filter_map(|edge| below.get(edge.node as usize));
            children
                .fold((0_u32, 0_u32), |(weigh, all), more| (weigh.saturating_add(more.0), all.saturating_add(more.1)))
        };
        if let Some(slot) = below.get_mut(*node as usize) {
            *slot = own;
        }
    }
    below
}

/// Walks down, as long as there is something left of what it may look at.
struct Walker<'f> {
    framework: &'f Framework,
    marks: Marks,
    left: Option<u64>,
}

impl Walker<'_> {
    /// The inputs of a rule over leaves, each once, but no more than are asked for.
    fn distinct_leaves(&mut self, node: u32, any_weight: bool, most: u32) -> Option<u32> {
        let mut found = 0;
        let mark = self.marks.start();
        let mut stack = vec![node];
        while let Some(node) = stack.pop().filter(|_| found < most) {
            self.left = self.left?.checked_sub(1);
            if self.framework.graph.is_leaf(node) {
                let weighs = self.framework.node(node).is_some_and(|competency| !competency.weight.is_zero());
                found += u32::from(any_weight || weighs);
            }
            let below = self.framework.graph.children(node).map(|edge| edge.node);
            stack.extend(below.filter(|below| self.marks.set(*below, mark)));
        }
        Some(found)
    }
}

fn inner(node: u32, set: &super::RuleSet, walker: &mut Walker<'_>, leaves: &[(u32, u32)], report: &mut Report) {
    let framework = walker.framework;
    let id = framework.id_of(node);
    let method = set.rollup.method;
    let mut add = |code, message: String| report.push(Finding::new(code, "", message).with("competency", id));
    if method == RollupMethod::Sum && set.origin.scale.is_none() {
        add(
            Code::SumWithoutScale,
            format!("{} is a sum on the scale of its parts: give it a scale by a rule", quote(id)),
        );
    }
    let (weigh, all) = leaves.get(node as usize).copied().unwrap_or_default();
    let weightless = match method {
        RollupMethod::UniqueLeaves | RollupMethod::ShareMet => weigh == 0,
        RollupMethod::ChildrenMean => framework.graph.children(node).all(|edge| edge.weight.is_zero()),
        _ => false,
    };
    if weightless {
        add(Code::ZeroWeight, format!("all weights below {} are 0: it can have no value", quote(id)));
    }
    let Missing::RequireAtLeast(n) = set.rollup.missing else { return };
    if method == RollupMethod::Requirement {
        return;
    }
    let any_weight = method == RollupMethod::Pooled;
    let paths = if any_weight { all } else { weigh };
    let inputs = if !method.over_leaves() {
        let weighs = |edge: &&ChildEdge| method != RollupMethod::ChildrenMean || !edge.weight.is_zero();
        u32::try_from(framework.graph.children(node).filter(weighs).count()).unwrap_or(u32::MAX)
    } else if framework.graph.is_tree_below(node) {
        paths
    } else {
        let Some(inputs) = walker.distinct_leaves(node, any_weight, n) else { return };
        inputs
    };
    if n > inputs {
        let message = format!("{} requires {n} inputs with a value and has {inputs}", quote(id));
        add(Code::ParameterOutOfRange, message);
    }
}
