//! From what has come up to a node to its result.

use super::cells::{Cell, Counts, Inputs, NEVER, Sums};
use super::judge::Judge;
use super::lanes::{LANES, Lanes};
use super::order::{NONE, Rows, rows_in_order};
use super::pass::Pass;
use super::plan::{Inner, Rule};
use super::rising::each;
use super::statics::Statics;
use crate::engine::{Status, newest_selected};
use crate::estimate::{Judgement, estimate};
use crate::instant::Instant;
use crate::policy::RollupMethod;
use crate::rollup::{over_children, shortfall};
use crate::value::{Value, Weight};

/// The result by the most common rule: the mean of what has come up, whatever is missing.
#[inline]
fn mean(result: &mut Cell, inputs: &Inputs, here: &Here<'_>) -> Option<()> {
    if inputs.valued == 0 {
        *result = Cell { evidence: inputs.evidence, valued: inputs.leaves, ..Cell::EMPTY };
        return Some(());
    }
    (result.evidence, result.valued) = (inputs.evidence, inputs.leaves);
    let mean = Value::quotient(inputs.sum, inputs.weights)?;
    here.judge.conclude(result, mean, inputs.newest, inputs.soft || inputs.valued < here.count)
}

/// An inner node with all that is the same for every learner.
struct Here<'h> {
    number: u32,
    slot: u32,
    judge: Judge<'h>,
    /// How many inputs it has.
    count: u32,
}

impl Pass<'_> {
    /// The results of the next inner node of a word, and what they bring to the nodes above. None after the last.
    #[inline]
    pub(super) fn inner_node(&mut self, word: usize, statics: &Statics, rows: &impl Rows) -> Option<()> {
        let plan = self.plan;
        let (slot, inputs) = self.inputs.take(word)?;
        let lanes = inputs.by;
        let Inner { number, node } = plan.at(slot)?;
        let rule = plan.rule(node.rule)?;
        let judge = Judge { rule, declared: rule.inner, as_of: self.as_of, level: self.wanted.level };
        let here = Here { number: *number, slot, judge, count: statics.inputs(*number) };
        let short_way = rule.plain_mean && !plan.sums;
        if short_way {
            let results = self.cells.row(*number)?;
            self.declined.add(each(results, lanes, inputs.each(), |result, inputs| mean(result, inputs, &here)));
            results.by = lanes;
        } else {
            let inputs = *inputs;
            for lane in lanes.list() {
                let result = inputs.each().get(lane).and_then(|inputs| self.by_rule(inputs, &here, lane, rows));
                let results = self.cells.row(*number)?;
                match (result, results.each_mut().get_mut(lane)) {
                    (Some(result), Some(place)) => {
                        *place = result;
                        results.by.add(Lanes::one(lane));
                    }
                    _ => self.declined.add(Lanes::one(lane)),
                }
            }
            if node.sums_up != NONE {
                // the sums of inner nodes go up as they are
                if let Some(own) = self.sums.get(slot).map(|row| *row.each())
                    && let Some(above) = self.sums.row(node.sums_up)
                {
                    self.declined.add(each(above, lanes, &own, Sums::add));
                }
            }
        }
        self.rise(*number, node, lanes);
        Some(())
    }

    /// The result by any rule.
    fn by_rule(&self, inputs: &Inputs, here: &Here<'_>, lane: usize, rows: &impl Rows) -> Option<Cell> {
        let mut result = Cell { evidence: inputs.evidence, valued: inputs.leaves, ..Cell::EMPTY };
        let sums = self.sums.get(here.slot).and_then(|row| row.each().get(lane % LANES)).unwrap_or(&Sums::NONE);
        self.judge(&mut result, here, lane, inputs, sums, rows)?;
        Some(result)
    }

    fn judge(
        &self,
        result: &mut Cell,
        here: &Here<'_>,
        lane: usize,
        inputs: &Inputs,
        sums: &Sums,
        rows: &impl Rows,
    ) -> Option<()> {
        let rule = here.judge.rule;
        if rule.inner_declines {
            return None;
        }
        let (valued, soft, mut newest) = if rule.method.over_leaves() {
            let counts =
                if rule.method == RollupMethod::Pooled { self.count_pooled(here.number, lane) } else { sums.counts };
            (result.evidence, result.valued) = (counts.evidence, counts.valued);
            (counts.valued, counts.stale > 0, sums.newest)
        } else {
            (inputs.valued, inputs.soft, inputs.newest)
        };
        if valued == 0 {
            return Some(());
        }
        let raw = match rule.method {
            RollupMethod::Pooled => match self.pooled(here.number, rule, rows)? {
                // all weights may be 0, too: then there is nothing to judge
                None => return Some(()),
                Some((value, of_selected)) => {
                    newest = of_selected;
                    value
                }
            },
            _ => Some(self.value(here, lane, inputs, sums)?),
        };
        match raw.filter(|_| shortfall(rule.missing, here.count, valued).is_none()) {
            None => {
                result.status = Status::Insufficient;
                Some(())
            }
            Some(raw) => here.judge.conclude(result, raw, newest, soft || valued < here.count),
        }
    }

    /// The value of an inner node by any rule but `pooled`; some input has one.
    #[inline]
    fn value(&self, here: &Here<'_>, lane: usize, inputs: &Inputs, sums: &Sums) -> Option<Value> {
        let wide = |number: i64| i128::from(number);
        match here.judge.rule.method {
            RollupMethod::ChildrenMean => Value::quotient(inputs.sum, inputs.weights),
            RollupMethod::UniqueLeaves | RollupMethod::Pooled => Value::quotient(sums.sum, sums.weights),
            RollupMethod::Lowest | RollupMethod::Highest | RollupMethod::Sum => Value::from_grid(inputs.sum).ok(),
            RollupMethod::ShareMet => {
                let scale = &self.compiled.set(here.number).scale;
                let (min, max) = (wide(scale.min().grid()), wide(scale.max().grid()));
                let share = min * wide(sums.weights) + wide(sums.met) * (max - min);
                Value::ratio(share, wide(sums.weights)).ok()
            }
            RollupMethod::Requirement => None,
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
    fn count_pooled(&self, node: u32, lane: usize) -> Counts {
        let mut counts = Counts::default();
        self.pools(node).for_each(|(leaf, _)| counts.add(Counts::of(self.cell(leaf, lane))));
        counts
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
