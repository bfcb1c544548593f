//! From what has come up to a node to its result.

use super::cells::{Extra, Input, NEVER};
use super::judge::Judge;
use super::lanes::Lanes;
use super::order::{Rows, rows_in_order};
use super::pass::Pass;
use super::plan::{Inner, Rule};
use super::statics::Statics;
use crate::engine::{Status, newest_selected};
use crate::estimate::{Judgement, estimate};
use crate::instant::Instant;
use crate::policy::RollupMethod;
use crate::rollup::{over_children, shortfall};
use crate::value::{Value, Weight};

/// An inner node with all that is the same for every learner.
struct Here<'h> {
    number: u32,
    judge: Judge<'h>,
    /// How many inputs it has.
    count: u32,
}

/// What a rule comes to.
enum Outcome {
    /// No input has a value.
    Nothing,
    /// Too few have.
    Insufficient,
    /// A value with its status, and the newest instant behind it.
    Value((Value, Status), i64),
}

impl Here<'_> {
    /// The result by the most common rule: the mean of what has come up, whatever is missing.
    #[inline]
    fn mean(&self, input: &Input) -> Option<(Value, Status)> {
        let mean = Value::quotient(input.sum, input.weights)?;
        self.judge.conclude(mean, input.more.newest, input.soft || input.valued < self.count)
    }
}

impl Pass<'_> {
    /// The results of an inner node for those who have evidence below, and what they bring to the nodes above.
    #[inline]
    pub(super) fn inner_node(&mut self, slot: u32, by: Lanes, statics: &Statics, rows: &impl Rows) {
        let plan = self.plan;
        let Some(Inner { number, node }) = plan.at(slot) else { return };
        let Some(rule) = plan.rule(node.rule) else { return };
        let judge = Judge { rule, declared: rule.inner, as_of: self.as_of };
        let here = Here { number: *number, judge, count: statics.inputs(*number) };
        if plan.sums {
            self.add_below(slot, node);
        }
        let Some(mut results) = self.cells.row(*number) else { return };
        results.row.below = by;
        if rule.plain_mean {
            // none where all that has a result has no weight
            let inputs = if rule.method.over_leaves() { self.sums.get(slot) } else { self.inputs.get(slot) };
            if let Some(inputs) = inputs {
                results.rest_on(&inputs);
                for lane in inputs.row.valued.list() {
                    match here.mean(&inputs.of(lane)) {
                        Some(found) => results.row.put(lane, found),
                        None => self.declined.add(Lanes::one(lane)),
                    }
                }
            }
        } else {
            for lane in by.list() {
                self.any_rule(&here, slot, lane, rows);
            }
        }
        self.rise(*number, node);
    }

    /// The result of a learner by any rule.
    fn any_rule(&mut self, here: &Here<'_>, slot: u32, lane: usize, rows: &impl Rows) {
        let input = match here.judge.rule.method {
            RollupMethod::Pooled => self.count_pooled(here.number, lane),
            method if method.over_leaves() => self.sums.get(slot).map_or(Input::NONE, |sums| sums.of(lane)),
            _ => self.inputs.get(slot).map_or(Input::NONE, |inputs| inputs.of(lane)),
        };
        let outcome = self.by_rule(here, lane, &input, rows);
        self.put_outcome(here.number, lane, outcome, &input.more);
    }

    /// Puts down the result of an inner node, or declines the learner.
    fn put_outcome(&mut self, number: u32, lane: usize, outcome: Option<Outcome>, below: &Extra) {
        let (Some(outcome), Some(mut results)) = (outcome, self.cells.row(number)) else {
            return self.declined.add(Lanes::one(lane));
        };
        let mut newest = NEVER;
        match outcome {
            Outcome::Nothing => {}
            Outcome::Insufficient => results.row.put_insufficient(lane),
            Outcome::Value(found, of_value) => {
                results.row.put(lane, found);
                newest = of_value;
            }
        }
        results.set(lane, &Extra { newest, ..*below });
    }

    /// The result by any rule.
    fn by_rule(&self, here: &Here<'_>, lane: usize, input: &Input, rows: &impl Rows) -> Option<Outcome> {
        let rule = here.judge.rule;
        if rule.inner_declines {
            return None;
        }
        if input.valued == 0 {
            return Some(Outcome::Nothing);
        }
        let (raw, newest) = match rule.method {
            RollupMethod::Pooled => match self.pooled(here.number, rule, rows)? {
                // all weights may be 0, too: then there is nothing to judge
                None => return Some(Outcome::Nothing),
                Some(pooled) => pooled,
            },
            _ => (Some(self.value(here, lane, input)?), input.more.newest),
        };
        match raw.filter(|_| shortfall(rule.missing, here.count, input.valued).is_none()) {
            None => Some(Outcome::Insufficient),
            Some(raw) => {
                let found = here.judge.conclude(raw, newest, input.soft || input.valued < here.count)?;
                Some(Outcome::Value(found, newest))
            }
        }
    }

    /// The value of an inner node by any rule but `pooled`; some input has one.
    #[inline]
    fn value(&self, here: &Here<'_>, lane: usize, input: &Input) -> Option<Value> {
        let wide = |number: i64| i128::from(number);
        match here.judge.rule.method {
            RollupMethod::ChildrenMean | RollupMethod::UniqueLeaves => Value::quotient(input.sum, input.weights),
            RollupMethod::Lowest | RollupMethod::Highest | RollupMethod::Sum => Value::from_grid(input.sum).ok(),
            RollupMethod::ShareMet => {
                let scale = &self.compiled.set(here.number).scale;
                let (min, max) = (wide(scale.min().grid()), wide(scale.max().grid()));
                let share = min * wide(input.weights) + wide(input.more.met) * (max - min);
                Value::ratio(share, wide(input.weights)).ok()
            }
            RollupMethod::Pooled | RollupMethod::Requirement => None,
            RollupMethod::Median | RollupMethod::Mode => {
                let valued = |edge: &crate::graph::ChildEdge| {
                    let cell = self.cell(edge.node, lane);
                    cell.has_value().then_some((cell.value, Weight::ONE))
                };
                let children = self.compiled.framework.graph.children(here.number).filter_map(valued);
                over_children(here.judge.rule.method, children).ok()?
            }
        }
    }

    /// The leaves below a node that have evidence, and where their judgements are.
    fn pools(&self, node: u32) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
        let graph = &self.compiled.framework.graph;
        let tree = graph.is_tree_below(node);
        let taken = self.compiled.leaves(node);
        let below = move |leaf: u32| {
            if tree { graph.is_below_in_tree(leaf, node) } else { taken.binary_search(&leaf).is_ok() }
        };
        let spans = self.leaves.iter().zip(&self.spans).filter(move |(leaf, _)| below(**leaf));
        spans.map(|(leaf, (first, count))| (*leaf, *first..first + count))
    }

    /// Counts what a node pools: leaves without weight, too.
    fn count_pooled(&self, node: u32, lane: usize) -> Input {
        let mut input = Input::NONE;
        for (leaf, _) in self.pools(node) {
            let cell = self.cell(leaf, lane);
            input.valued += u32::from(cell.has_value());
            input.soft |= cell.status == Status::Stale;
            input.more.evidence = input.more.evidence.wrapping_add(cell.evidence);
        }
        input.more.leaves = input.valued;
        input
    }

    /// The node's estimator over the items of all leaves below, and the newest instant among the selected; none if all
    /// weights are 0, no value if there is not enough.
    #[expect(clippy::option_option, reason = "declined, nothing to judge, nothing enough")]
    fn pooled(&self, node: u32, rule: &Rule, rows: &impl Rows) -> Option<Option<(Option<Value>, i64)>> {
        let mut body: Vec<Judgement> = Vec::new();
        for (_, span) in self.pools(node) {
            body.extend_from_slice(self.judgements.get(span)?);
        }
        body.retain(|judgement| !(rule.estimate.weighs() && judgement.weight.is_zero()));
        if body.is_empty() {
            return Some(None);
        }
        rows_in_order(&mut body, rule, rows)?;
        let set = self.compiled.set(node);
        let estimated = estimate(rule.estimate, &body, &set.scale).ok()??;
        let newest = newest_selected(&estimated, &body).map_or(NEVER, Instant::micros);
        Some(Some((estimated.value.filter(|_| estimated.short == 0), newest)))
    }
}
