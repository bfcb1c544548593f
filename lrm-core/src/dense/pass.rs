//! One learner at a time through arrays that are used again for the next: leaves first, then what has evidence below it.

use super::cells::{Bits, Cell, Inputs, NEVER, Sums};
use super::order::{BAD, NONE, Record, Rows, are_tied, clock, rows_in_order, sort_few};
use super::plan::{Enters, Inner, Node, Plan, Rule};
use super::statics::Statics;
use crate::engine::{Compiled, Status, newest_selected};
use crate::estimate::{Judgement, estimate};
use crate::instant::Instant;
use crate::policy::RollupMethod;
use crate::rollup::{over_children, shortfall};
use crate::value::{Value, Weight};

/// Which results are wanted beyond value, level and status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Evidence and coverage.
    pub(crate) counts: bool,
    pub(crate) newest: bool,
}

/// The arrays, and the results of the learner that went through last.
#[derive(Debug)]
pub(crate) struct Pass<'p> {
    plan: &'p Plan,
    compiled: &'p Compiled,
    as_of: Instant,
    wanted: Wanted,
    /// By leaf, the last of its rows; each row knows the one before it.
    heads: Vec<u32>,
    next: Vec<u32>,
    /// By slot, what nodes above have got so far; taken, and so made empty, when their turn comes.
    inputs: Vec<Inputs>,
    sums: Vec<Sums>,
    /// Evidence and covered leaves with a value, likewise.
    counts: Vec<(u32, u32)>,
    /// The inner nodes still to come, by slot.
    pending: Bits,
    /// The results; empty but for the nodes that `touched` lists.
    cells: Vec<Cell>,
    touched: Bits,
    leaves: Vec<u32>,
    /// By place in `leaves`, where its judgements are, if some rule pools them.
    spans: Vec<(usize, usize)>,
    gathered: Vec<u32>,
    /// The judgements of the leaves, one after the other.
    judgements: Vec<Judgement>,
}

impl<'p> Pass<'p> {
    pub(crate) fn new(compiled: &'p Compiled, as_of: Instant, wanted: Wanted) -> Self {
        let plan = compiled.plan();
        let (count, slots) = (plan.len(), plan.slots());
        Self {
            plan,
            compiled,
            as_of,
            wanted: Wanted { newest: wanted.newest || plan.ages, ..wanted },
            heads: vec![NONE; count],
            next: Vec::new(),
            inputs: vec![Inputs::default(); slots],
            sums: vec![Sums::default(); if plan.sums { slots } else { 0 }],
            counts: vec![(0, 0); if wanted.counts { slots } else { 0 }],
            pending: Bits::new(slots),
            cells: vec![Cell::EMPTY; count],
            touched: Bits::new(count),
            leaves: Vec::new(),
            spans: Vec::new(),
            gathered: Vec::new(),
            judgements: Vec::new(),
        }
    }

    /// Computes all results of a learner from the rows that stay after duplicates are settled. None if it declines.
    pub(crate) fn run(&mut self, records: &[Record], statics: &Statics, rows: &impl Rows) -> Option<()> {
        self.clear();
        let done = self.place(records, statics).and_then(|()| self.compute(records, statics, rows));
        if done.is_none() {
            self.forget();
        }
        done
    }

    fn compute(&mut self, records: &[Record], statics: &Statics, rows: &impl Rows) -> Option<()> {
        self.spans.clear();
        self.judgements.clear();
        for at in 0..self.leaves.len() {
            let leaf = *self.leaves.get(at)?;
            self.leaf(leaf, records, rows)?;
        }
        for word in 0..self.pending.0.len() {
            // new ones are parents, which stand later
            while let Some(slot) = self.pending.take(word) {
                self.inner_node(slot, statics, rows)?;
            }
        }
        Some(())
    }

    /// Empties the results of the last learner.
    fn clear(&mut self) {
        for word in 0..self.touched.0.len() {
            while let Some(node) = self.touched.take(word) {
                if let Some(cell) = self.cells.get_mut(node) {
                    *cell = Cell::EMPTY;
                }
            }
        }
    }

    /// Empties what a run that was declined half way left behind.
    fn forget(&mut self) {
        self.heads.fill(NONE);
        self.inputs.fill(Inputs::default());
        self.sums.fill(Sums::default());
        self.counts.fill((0, 0));
        self.pending.0.fill(0);
    }

    /// The nodes that have results and are assessed, ascending.
    pub(crate) fn found(&self, nodes: &mut Vec<u32>) {
        nodes.clear();
        for (word, bits) in (0_u32..).zip(&self.touched.0) {
            let mut bits = *bits;
            while bits != 0 {
                let node = word * 64 + bits.trailing_zeros();
                bits &= bits - 1;
                if self.cells.get(node as usize).is_some_and(|cell| cell.status != Status::NotAssessed) {
                    nodes.push(node);
                }
            }
        }
    }

    /// The result of a node.
    #[inline]
    pub(crate) fn result(&self, node: u32) -> &Cell {
        self.cells.get(node as usize).unwrap_or(&Cell::EMPTY)
    }

    /// The level of a value of a node: the class of the node's scale, and the place in it.
    #[inline]
    pub(crate) fn level(&self, node: u32, value: Value) -> Option<(u32, usize)> {
        let rule = self.plan.rule(self.plan.node(node)?.rule)?;
        let compared = value.compared();
        Some((rule.class, rule.cuts.iter().rposition(|cut| compared >= *cut)?))
    }

    /// Chains the rows of each leaf.
    fn place(&mut self, records: &[Record], statics: &Statics) -> Option<()> {
        self.leaves.clear();
        self.next.clear();
        for (at, record) in (0..).zip(records) {
            let mut before = NONE;
            if record.node < BAD && statics.applies.to(record.node) {
                before = std::mem::replace(self.heads.get_mut(record.node as usize)?, at);
                if before == NONE {
                    if !self.plan.node(record.node)?.leaf {
                        // evidence of its own
                        return None;
                    }
                    self.leaves.push(record.node);
                    self.touched.set(record.node);
                }
            }
            self.next.push(before);
        }
        Some(())
    }

    #[inline]
    fn leaf(&mut self, leaf: u32, records: &[Record], rows: &impl Rows) -> Option<()> {
        let plan = self.plan;
        let node = plan.node(leaf)?;
        let rule = plan.rule(node.rule)?;
        if rule.leaf_declines {
            return None;
        }
        let head = std::mem::replace(self.heads.get_mut(leaf as usize)?, NONE);
        let mut result = Cell { evidence: 1, ..Cell::EMPTY };
        let declared = (rule.rounding, rule.max_age);
        if rule.single && !plan.pools && *self.next.get(head as usize)? == NONE {
            let only = records.get(head as usize)?;
            let newest = if self.wanted.newest { clock(rule, only, rows) } else { NEVER };
            self.conclude(&mut result, only.value, rule, declared, newest, false)?;
        } else {
            let first = if plan.pools { self.judgements.len() } else { 0 };
            self.judgements.truncate(first);
            self.gather(head, rule, records, rows)?;
            let judgements = self.judgements.get(first..)?;
            self.spans.push((first, judgements.len()));
            result.evidence = u32::try_from(judgements.len()).ok()?;
            let scale = &self.compiled.set(leaf).scale;
            let estimated = estimate(rule.estimate, judgements, scale).ok()??;
            match estimated.value.filter(|_| estimated.short == 0) {
                None => result.status = Status::Insufficient,
                Some(value) => {
                    let newest = if self.wanted.newest { newest_selected(&estimated, judgements) } else { None };
                    let newest = newest.map_or(NEVER, Instant::micros);
                    self.conclude(&mut result, value, rule, declared, newest, false)?;
                }
            }
        }
        result.valued = result.has_value().into();
        self.rise(node, &result)?;
        self.rise_over_leaves(leaf, node, &result)?;
        self.put(leaf, result)
    }

    /// Puts the rows of a leaf into the order of evidence and appends them to the judgements. Declines where only the
    /// content of items decides the order.
    fn gather(&mut self, head: u32, rule: &Rule, records: &[Record], rows: &impl Rows) -> Option<()> {
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.clear();
        let mut at = head;
        while at != NONE {
            gathered.push(at);
            at = self.next.get(at as usize).copied().unwrap_or(NONE);
        }
        let record = |at: u32| records.get(at as usize).copied().unwrap_or_default();
        sort_few(&mut gathered, |a, b| {
            let (a, b) = (record(*a), record(*b));
            let instants = a.order.cmp(&b.order);
            instants.then_with(|| rows.compare_ids(a.row, b.row)).then(a.value.cmp(&b.value))
        });
        let from = self.judgements.len();
        let weighs = rule.estimate.weighs() || self.plan.pools;
        for at in &gathered {
            let record = record(*at);
            let clock = match rule.clock_orders {
                true if record.order == NEVER => None,
                true => Instant::from_micros(record.order).ok(),
                false => rows.clock(record.row),
            };
            let weight = if weighs { rows.weight(record.row) } else { Weight::ONE };
            self.judgements.push(Judgement { value: record.value, clock, weight, item: record.row });
        }
        self.gathered = gathered;
        let judgements = self.judgements.get(from..)?;
        let pairs = self.gathered.windows(2).zip(judgements.windows(2));
        let undecided = pairs.filter(|(places, pair)| {
            let [one, other] = [0, 1].map(|at| record(places.get(at).copied().unwrap_or(NONE)));
            one.order == other.order && are_tied(pair, rows)
        });
        (undecided.count() == 0).then_some(())
    }

    /// From a raw value to value and status.
    #[inline]
    fn conclude(
        &self,
        cell: &mut Cell,
        raw: Value,
        rule: &Rule,
        (rounding, max_age): (Option<crate::value::Rounding>, Option<u32>),
        newest: i64,
        provisional: bool,
    ) -> Option<()> {
        let value = match rounding {
            Some(rounding) => raw.rounded(rounding).ok()?,
            None => raw,
        };
        let stale = max_age.is_some_and(|days| {
            newest != NEVER && Instant::from_micros(newest).is_ok_and(|newest| self.as_of > newest.plus_days(days))
        });
        cell.value = value;
        cell.newest = newest;
        cell.status = if stale {
            Status::Stale
        } else if provisional {
            Status::Provisional
        } else if value.compared() >= rule.proficient {
            Status::Met
        } else {
            Status::NotMet
        };
        Some(())
    }

    /// Brings a result to the parents with a rule over children.
    #[inline]
    fn rise(&mut self, node: &Node, result: &Cell) -> Option<()> {
        let has_value = result.has_value();
        let soft = matches!(result.status, Status::Stale | Status::Provisional);
        let value = result.value.grid();
        for up in self.plan.up(node) {
            self.pending.set(up.slot);
            if self.wanted.counts && up.tree {
                add_counts(self.counts.get_mut(up.slot as usize)?, result);
            }
            if !has_value {
                continue;
            }
            let inputs = self.inputs.get_mut(up.slot as usize)?;
            inputs.sum = match up.enters {
                Enters::Sum => inputs.sum.checked_add(value.checked_mul(up.weight)?)?,
                Enters::Lowest if inputs.valued > 0 => inputs.sum.min(value),
                Enters::Highest if inputs.valued > 0 => inputs.sum.max(value),
                _ => value,
            };
            inputs.weights = inputs.weights.checked_add(up.weight)?;
            inputs.last = result.value;
            inputs.valued += 1;
            inputs.soft |= soft;
            inputs.newest.0 = inputs.newest.0.max(result.newest);
        }
        Some(())
    }

    /// Brings a leaf's result to the nodes that add up or count leaves.
    fn rise_over_leaves(&mut self, leaf: u32, plan: &Node, result: &Cell) -> Option<()> {
        let takers = self.plan.takers(leaf);
        if plan.sums_up != NONE || !takers.is_empty() {
            let sums = Sums::of(plan, result)?;
            if plan.sums_up != NONE {
                self.add_sums(plan.sums_up, &sums)?;
            }
            for taker in takers {
                self.add_sums(*taker, &sums)?;
            }
        }
        if self.wanted.counts {
            for above in self.plan.covers(leaf) {
                add_counts(self.counts.get_mut(*above as usize)?, result);
                self.pending.set(*above);
            }
        }
        Some(())
    }

    fn add_sums(&mut self, slot: u32, sums: &Sums) -> Option<()> {
        self.pending.set(slot);
        self.sums.get_mut(slot as usize)?.add(sums)
    }

    #[inline]
    fn inner_node(&mut self, slot: usize, statics: &Statics, rows: &impl Rows) -> Option<()> {
        let plan = self.plan;
        let Inner { number: node, node: here } = plan.at(slot)?;
        let node = *node;
        let rule = plan.rule(here.rule)?;
        self.touched.set(node);
        let inputs = std::mem::take(self.inputs.get_mut(slot)?);
        let mut result = Cell::EMPTY;
        if self.wanted.counts {
            (result.evidence, result.valued) = std::mem::take(self.counts.get_mut(slot)?);
        }
        if rule.inner_plain && !plan.sums && rule.method == RollupMethod::ChildrenMean && !rule.inner_declines {
            // the short way of what is most common: nothing to add up over leaves, no minimum of inputs
            if inputs.valued > 0 {
                let value = inputs.mean()?;
                let provisional = inputs.soft || inputs.valued < statics.inputs(node);
                self.conclude(&mut result, value, rule, (None, None), inputs.newest.0, provisional)?;
            }
        } else {
            self.inner_rule((slot, node), here, rule, inputs, &mut result, statics, rows)?;
        }
        self.rise(here, &result)?;
        self.put(node, result)
    }

    /// The result of an inner node by any rule.
    #[expect(clippy::too_many_arguments, reason = "what has been looked up already")]
    fn inner_rule(
        &mut self,
        (slot, node): (usize, u32),
        here: &Node,
        rule: &Rule,
        inputs: Inputs,
        result: &mut Cell,
        statics: &Statics,
        rows: &impl Rows,
    ) -> Option<()> {
        if rule.inner_declines {
            return None;
        }
        let sums = match self.sums.get_mut(slot) {
            Some(sums) => std::mem::take(sums),
            None => Sums::default(),
        };
        if here.sums_up != NONE {
            // the sums of inner nodes go up as they are
            self.add_sums(here.sums_up, &sums)?;
        }
        let (valued, soft, mut newest) = if rule.method.over_leaves() {
            let counts = if rule.method == RollupMethod::Pooled { sums.all } else { sums.weighed };
            (result.evidence, result.valued) = (counts.evidence, counts.valued);
            (counts.valued, counts.stale > 0, sums.newest.0)
        } else {
            (inputs.valued, inputs.soft, inputs.newest.0)
        };
        // all weights may be 0, too: then there is nothing to judge
        let raw = match rule.method {
            _ if valued == 0 => None,
            RollupMethod::Pooled => self.pooled(node, rule, rows)?.map(|(value, of_selected)| {
                newest = of_selected;
                value
            }),
            _ => Some(Some(self.value(node, rule, &inputs, &sums)?)),
        };
        let Some(raw) = raw else { return Some(()) };
        let count = statics.inputs(node);
        match raw.filter(|_| shortfall(rule.missing, count, valued).is_none()) {
            None => result.status = Status::Insufficient,
            Some(raw) => {
                let declared = (rule.inner_rounding, rule.inner_max_age);
                self.conclude(result, raw, rule, declared, newest, soft || valued < count)?;
            }
        }
        Some(())
    }

    #[inline]
    fn put(&mut self, node: u32, result: Cell) -> Option<()> {
        *self.cells.get_mut(node as usize)? = result;
        Some(())
    }

    /// The value of an inner node by any rule but `pooled`; some input has one.
    #[inline]
    fn value(&self, node: u32, rule: &Rule, inputs: &Inputs, sums: &Sums) -> Option<Value> {
        let wide = |number: i64| i128::from(number);
        match rule.method {
            RollupMethod::ChildrenMean => inputs.mean(),
            RollupMethod::UniqueLeaves | RollupMethod::Pooled => Value::ratio(wide(sums.sum), wide(sums.weights)).ok(),
            RollupMethod::Lowest | RollupMethod::Highest | RollupMethod::Sum => Value::from_grid(inputs.sum).ok(),
            RollupMethod::ShareMet => {
                let scale = &self.compiled.set(node).scale;
                let (min, max) = (wide(scale.min().grid()), wide(scale.max().grid()));
                let share = min * wide(sums.weights) + wide(sums.met) * (max - min);
                Value::ratio(share, wide(sums.weights)).ok()
            }
            RollupMethod::Median | RollupMethod::Mode => {
                let valued = |edge: &crate::graph::ChildEdge| {
                    let cell = self.result(edge.node);
                    cell.has_value().then_some((cell.value, Weight::ONE))
                };
                let children = self.compiled.framework.graph.children(node).filter_map(valued);
                over_children(rule.method, children).ok()?
            }
        }
    }

    /// The node's estimator over the items of all leaves below, and the newest instant among the selected; none if all
    /// weights are 0, no value if there is not enough.
    #[expect(clippy::option_option, reason = "declined, nothing to judge, nothing enough")]
    fn pooled(&self, node: u32, rule: &Rule, rows: &impl Rows) -> Option<Option<(Option<Value>, i64)>> {
        let graph = &self.compiled.framework.graph;
        let tree = graph.is_tree_below(node);
        let taken = self.compiled.leaves(node);
        let below =
            |leaf: u32| if tree { graph.is_below_in_tree(leaf, node) } else { taken.binary_search(&leaf).is_ok() };
        let mut body: Vec<Judgement> = Vec::new();
        for (_, (first, count)) in self.leaves.iter().zip(&self.spans).filter(|(leaf, _)| below(**leaf)) {
            body.extend_from_slice(self.judgements.get(*first..first + count)?);
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

fn add_counts((evidence, valued): &mut (u32, u32), result: &Cell) {
    *evidence = evidence.saturating_add(result.evidence);
    *valued = valued.saturating_add(result.valued);
}
