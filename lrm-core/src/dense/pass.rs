//! One learner at a time through arrays that are used again for the next: leaves first, then what has evidence below it.

use super::plan::{Enters, Node, Plan, Rule, Up};
use super::statics::Statics;
use crate::engine::{Compiled, Status, newest_selected};
use crate::estimate::{Judgement, estimate};
use crate::instant::Instant;
use crate::policy::RollupMethod;
use crate::rollup::{over_children, shortfall};
use crate::value::{Value, Weight};

/// Stands for no node, no level and no row.
pub(crate) const NONE: u32 = u32::MAX;
/// Stands for no instant, and orders before all.
const NEVER: i64 = i64::MIN;

/// An item as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record {
    pub(crate) value: Value,
    /// Microseconds of the instant that orders it; the least number if it has none.
    pub(crate) order: i64,
    pub(crate) row: u32,
    /// The node, or [`NONE`] for an item that does not count.
    pub(crate) node: u32,
}

/// What the pass asks about rows beyond their numbers; only where it matters.
pub(crate) trait Rows {
    /// The order of the ids of two rows, one without an id first.
    fn compare_ids(&self, a: u32, b: u32) -> std::cmp::Ordering;
    /// The evidence weight of a row.
    fn weight(&self, row: u32) -> Weight;
    /// The clock instant of a row.
    fn clock(&self, row: u32) -> Option<Instant>;
}

/// Which results are wanted beyond value, level and status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Evidence and coverage.
    pub(crate) counts: bool,
    pub(crate) newest: bool,
}

/// The result of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) value: Value,
    /// Microseconds of the newest selected instant; the least number if there is none.
    pub(crate) newest: i64,
    pub(crate) evidence: u32,
    pub(crate) valued: u32,
    /// The place of the level in the node's scale, or [`NONE`].
    pub(crate) level: u32,
    pub(crate) status: Status,
    /// The last row of a leaf, while rows are gathered; then the first of its judgements.
    head: u32,
}

impl Cell {
    const EMPTY: Self = Self {
        value: Value::ZERO,
        newest: NEVER,
        evidence: 0,
        valued: 0,
        level: NONE,
        status: Status::NotAssessed,
        head: NONE,
    };

    pub(crate) const fn has_value(&self) -> bool {
        matches!(self.status, Status::Stale | Status::Provisional | Status::Met | Status::NotMet)
    }
}

/// What a rule over children keeps of them.
#[derive(Clone, Copy, Debug, Default)]
struct Inputs {
    /// Σ wᵢ·vᵢ, or the least or the greatest value.
    sum: i64,
    weights: i64,
    valued: u32,
    soft: bool,
    newest: Newest,
}

/// What a rule over leaves keeps of them: `rollup::Tally` with small numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    sum: i64,
    weights: i64,
    met: i64,
    newest: Newest,
    all: Counts,
    weighed: Counts,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    valued: u32,
    stale: u32,
    evidence: u32,
}

/// The newest of some instants.
#[derive(Clone, Copy, Debug)]
struct Newest(i64);

impl Default for Newest {
    fn default() -> Self {
        Self(NEVER)
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.valued = self.valued.saturating_add(other.valued);
        self.stale = self.stale.saturating_add(other.stale);
        self.evidence = self.evidence.saturating_add(other.evidence);
    }
}

impl Sums {
    /// Adds other sums; none if they pass 64 bits.
    fn add(&mut self, other: &Self) -> Option<()> {
        self.sum = self.sum.checked_add(other.sum)?;
        self.weights = self.weights.checked_add(other.weights)?;
        self.met = self.met.checked_add(other.met)?;
        self.newest.0 = self.newest.0.max(other.newest.0);
        self.all.add(other.all);
        self.weighed.add(other.weighed);
        Some(())
    }
}

/// A set of small numbers that is read in ascending order.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    fn set(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Takes the smallest number of a word out; none if the word is empty.
    fn take(&mut self, word: usize) -> Option<usize> {
        let bits = self.0.get_mut(word).filter(|bits| **bits != 0)?;
        let bit = bits.trailing_zeros() as usize;
        *bits &= *bits - 1;
        Some(word * 64 + bit)
    }
}

/// The arrays, and the results of the learner that went through last.
#[derive(Debug)]
pub(crate) struct Pass<'p> {
    plan: &'p Plan,
    compiled: &'p Compiled,
    as_of: Instant,
    wanted: Wanted,
    cells: Vec<Cell>,
    inputs: Vec<Inputs>,
    sums: Vec<Sums>,
    /// The nodes with results, by node.
    touched: Bits,
    /// The inner nodes still to come, by place.
    pending: Bits,
    leaves: Vec<u32>,
    inner: Vec<u32>,
    next: Vec<u32>,
    gathered: Vec<u32>,
    /// The judgements of the leaves, one after the other.
    judgements: Vec<Judgement>,
}

impl<'p> Pass<'p> {
    pub(crate) fn new(compiled: &'p Compiled, as_of: Instant, wanted: Wanted) -> Self {
        let plan = compiled.plan();
        let count = plan.len();
        Self {
            plan,
            compiled,
            as_of,
            wanted: Wanted { newest: wanted.newest || plan.ages, ..wanted },
            cells: vec![Cell::EMPTY; count],
            inputs: vec![Inputs::default(); count],
            sums: vec![Sums::default(); if plan.sums { count } else { 0 }],
            touched: Bits::new(count),
            pending: Bits::new(count),
            leaves: Vec::new(),
            inner: Vec::new(),
            next: Vec::new(),
            gathered: Vec::new(),
            judgements: Vec::new(),
        }
    }

    /// Computes all results of a learner from the rows that stay after duplicates are settled. None if it declines.
    pub(crate) fn run(&mut self, records: &[Record], statics: &Statics, rows: &impl Rows) -> Option<()> {
        self.clear();
        self.place(records, statics)?;
        for at in 0..self.leaves.len() {
            let leaf = *self.leaves.get(at)?;
            self.leaf(leaf, records, rows)?;
        }
        for word in 0..self.pending.0.len() {
            // new ones are parents, which stand later
            while let Some(place) = self.pending.take(word) {
                self.inner_node(self.plan.at(place)?, statics, rows)?;
            }
        }
        Some(())
    }

    /// The nodes with results, ascending, with their results. May be called once after a run.
    pub(crate) fn results(&mut self, mut visit: impl FnMut(u32, &Cell)) {
        for word in 0..self.touched.0.len() {
            while let Some(node) = self.touched.take(word) {
                if let Some(cell) = self.cells.get(node) {
                    visit(u32::try_from(node).unwrap_or(NONE), cell);
                }
            }
        }
    }

    /// The result of a node, touched or not.
    pub(crate) fn result(&self, node: u32) -> Cell {
        self.cells.get(node as usize).copied().unwrap_or(Cell::EMPTY)
    }

    fn clear(&mut self) {
        for node in self.leaves.drain(..).chain(self.inner.drain(..)) {
            let node = node as usize;
            if let Some(cell) = self.cells.get_mut(node) {
                *cell = Cell::EMPTY;
            }
            if let Some(inputs) = self.inputs.get_mut(node) {
                *inputs = Inputs::default();
            }
            if let Some(sums) = self.sums.get_mut(node) {
                *sums = Sums::default();
            }
        }
        self.touched.0.fill(0);
        self.judgements.clear();
        self.next.clear();
    }

    /// Chains the rows of each leaf.
    fn place(&mut self, records: &[Record], statics: &Statics) -> Option<()> {
        for (at, record) in (0..).zip(records) {
            let mut before = NONE;
            if record.node != NONE && statics.applies.to(record.node) {
                let cell = self.cells.get_mut(record.node as usize)?;
                before = std::mem::replace(&mut cell.head, at);
                cell.evidence += 1;
                if before == NONE {
                    if !self.plan.node(record.node)?.leaf {
                        // evidence of its own: the cell is cleared with the others
                        self.inner.push(record.node);
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

    fn leaf(&mut self, leaf: u32, records: &[Record], rows: &impl Rows) -> Option<()> {
        let node = *self.plan.node(leaf)?;
        let rule = self.plan.rule(node.rule)?;
        if rule.leaf_declines {
            return None;
        }
        let cell = self.cells.get(leaf as usize)?;
        let only = records.get(cell.head as usize).filter(|_| cell.evidence == 1 && rule.single && !self.plan.pools);
        let mut result = *cell;
        if let Some(only) = only {
            let newest = if self.wanted.newest { self.clock(rule, only, rows) } else { NEVER };
            self.conclude(&mut result, only.value, rule, (rule.rounding, rule.max_age), newest, false)?;
        } else {
            let first = self.judgements.len();
            self.gather(cell.head, rule, records, rows)?;
            let judgements = self.judgements.get(first..)?;
            result.head = u32::try_from(first).ok()?;
            let scale = &self.compiled.set(leaf).scale;
            let estimated = estimate(rule.estimate, judgements, scale).ok()??;
            match estimated.value.filter(|_| estimated.short == 0) {
                None => result.status = Status::Insufficient,
                Some(value) => {
                    let newest = if self.wanted.newest { newest_selected(&estimated, judgements) } else { None };
                    let newest = newest.map_or(NEVER, Instant::micros);
                    self.conclude(&mut result, value, rule, (rule.rounding, rule.max_age), newest, false)?;
                }
            }
        }
        result.valued = result.has_value().into();
        if let Some(cell) = self.cells.get_mut(leaf as usize) {
            *cell = result;
        }
        self.rise(leaf, &node, &result)?;
        self.rise_over_leaves(leaf, &node, &result)
    }

    /// The clock instant of an item, if it has one.
    fn clock(&self, rule: &Rule, record: &Record, rows: &impl Rows) -> i64 {
        if rule.clock_orders { record.order } else { rows.clock(record.row).map_or(NEVER, Instant::micros) }
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
        if gathered.len() > 1 {
            gathered.sort_unstable_by(|a, b| {
                let (a, b) = (record(*a), record(*b));
                let instants = a.order.cmp(&b.order);
                instants.then_with(|| rows.compare_ids(a.row, b.row)).then(a.value.cmp(&b.value))
            });
        }
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

    /// From a raw value to value, level and status.
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
        let compared = value.compared();
        let level = rule.cuts.iter().rposition(|cut| compared >= *cut);
        let stale = max_age.is_some_and(|days| {
            newest != NEVER && Instant::from_micros(newest).is_ok_and(|newest| self.as_of > newest.plus_days(days))
        });
        cell.value = value;
        cell.level = level.map_or(NONE, |level| u32::try_from(level).unwrap_or(NONE));
        cell.newest = newest;
        cell.status = if stale {
            Status::Stale
        } else if provisional {
            Status::Provisional
        } else if compared >= rule.proficient {
            Status::Met
        } else {
            Status::NotMet
        };
        Some(())
    }

    /// Brings a result to the parents with a rule over children.
    fn rise(&mut self, node: u32, plan: &Node, result: &Cell) -> Option<()> {
        let has_value = result.has_value();
        for Up { parent, weight, enters } in self.plan.up(node) {
            let above = self.plan.node(*parent)?;
            self.pending.set(above.place);
            if self.wanted.counts && above.tree {
                let cell = self.cells.get_mut(*parent as usize)?;
                cell.evidence = cell.evidence.saturating_add(result.evidence);
                cell.valued = cell.valued.saturating_add(result.valued);
            }
            if !has_value {
                continue;
            }
            let inputs = self.inputs.get_mut(*parent as usize)?;
            let value = result.value.grid();
            inputs.sum = match enters {
                Enters::Sum => inputs.sum.checked_add(value.checked_mul(*weight)?)?,
                Enters::Lowest if inputs.valued > 0 => inputs.sum.min(value),
                Enters::Highest if inputs.valued > 0 => inputs.sum.max(value),
                _ => value,
            };
            inputs.weights = inputs.weights.checked_add(*weight)?;
            inputs.valued += 1;
            inputs.soft |= matches!(result.status, Status::Stale | Status::Provisional);
            inputs.newest.0 = inputs.newest.0.max(result.newest);
        }
        // the sums of inner nodes go up as they are
        if !plan.leaf && plan.sums_up != NONE {
            let sums = *self.sums.get(node as usize)?;
            self.add_sums(plan.sums_up, &sums)?;
        }
        Some(())
    }

    /// Brings a leaf's result to the nodes that add up or count leaves.
    fn rise_over_leaves(&mut self, leaf: u32, plan: &Node, result: &Cell) -> Option<()> {
        let takers = self.plan.takers(leaf);
        if plan.sums_up != NONE || !takers.is_empty() {
            let sums = sums_of(plan, result)?;
            if plan.sums_up != NONE {
                self.add_sums(plan.sums_up, &sums)?;
            }
            for taker in takers {
                self.add_sums(*taker, &sums)?;
            }
        }
        if self.wanted.counts {
            for above in self.plan.covers(leaf) {
                let cell = self.cells.get_mut(*above as usize)?;
                cell.evidence = cell.evidence.saturating_add(result.evidence);
                cell.valued = cell.valued.saturating_add(result.valued);
                self.pending.set(self.plan.node(*above)?.place);
            }
        }
        Some(())
    }

    fn add_sums(&mut self, node: u32, sums: &Sums) -> Option<()> {
        self.pending.set(self.plan.node(node)?.place);
        self.sums.get_mut(node as usize)?.add(sums)
    }

    fn inner_node(&mut self, node: u32, statics: &Statics, rows: &impl Rows) -> Option<()> {
        self.inner.push(node);
        self.touched.set(node);
        let plan = *self.plan.node(node)?;
        let rule = self.plan.rule(plan.rule)?;
        if rule.inner_declines {
            return None;
        }
        let mut result = *self.cells.get(node as usize)?;
        let (valued, soft, mut newest) = if rule.method.over_leaves() {
            let sums = self.sums.get(node as usize)?;
            let counts = if rule.method == RollupMethod::Pooled { sums.all } else { sums.weighed };
            (result.evidence, result.valued) = (counts.evidence, counts.valued);
            (counts.valued, counts.stale > 0, sums.newest.0)
        } else {
            let inputs = self.inputs.get(node as usize)?;
            (inputs.valued, inputs.soft, inputs.newest.0)
        };
        if valued > 0 {
            let inputs = statics.inputs(node);
            let raw = match rule.method {
                RollupMethod::Pooled => match self.pooled(node, rule, rows)? {
                    Some((value, of_selected)) => {
                        newest = of_selected;
                        value
                    }
                    None => {
                        self.put(node, result);
                        return self.rise(node, &plan, &result);
                    }
                },
                _ => Some(self.value(node, rule)?),
            };
            let enough = shortfall(rule.missing, inputs, valued).is_none();
            match raw.filter(|_| enough) {
                None => result.status = Status::Insufficient,
                Some(raw) => {
                    let declared = (rule.inner_rounding, rule.inner_max_age);
                    self.conclude(&mut result, raw, rule, declared, newest, soft || valued < inputs)?;
                }
            }
        }
        self.put(node, result);
        self.rise(node, &plan, &result)
    }

    fn put(&mut self, node: u32, result: Cell) {
        if let Some(cell) = self.cells.get_mut(node as usize) {
            *cell = result;
        }
    }

    /// The value of an inner node by any rule but `pooled`; some input has one.
    fn value(&self, node: u32, rule: &Rule) -> Option<Value> {
        let inputs = self.inputs.get(node as usize)?;
        let wide = |number: i64| i128::from(number);
        match rule.method {
            RollupMethod::ChildrenMean => Value::ratio(wide(inputs.sum), wide(inputs.weights)).ok(),
            RollupMethod::Lowest | RollupMethod::Highest | RollupMethod::Sum => Value::from_grid(inputs.sum).ok(),
            RollupMethod::Median | RollupMethod::Mode => {
                let valued = |edge: &crate::graph::ChildEdge| {
                    let cell = self.cells.get(edge.node as usize).filter(|cell| cell.has_value())?;
                    Some((cell.value, Weight::ONE))
                };
                let children = self.compiled.framework.graph.children(node).filter_map(valued);
                over_children(rule.method, &children.collect::<Vec<_>>()).ok()?
            }
            RollupMethod::ShareMet => {
                let sums = self.sums.get(node as usize)?;
                let scale = &self.compiled.set(node).scale;
                let (min, max) = (wide(scale.min().grid()), wide(scale.max().grid()));
                let share = min * wide(sums.weights) + wide(sums.met) * (max - min);
                Value::ratio(share, wide(sums.weights)).ok()
            }
            RollupMethod::UniqueLeaves | RollupMethod::Pooled => {
                let sums = self.sums.get(node as usize)?;
                Value::ratio(wide(sums.sum), wide(sums.weights)).ok()
            }
        }
    }

    /// The node's estimator over the items of all leaves below, and the newest instant among the selected; none if all
    /// weights are 0, no value if there is not enough.
    #[expect(clippy::type_complexity, clippy::option_option, reason = "declined, nothing to judge, nothing enough")]
    fn pooled(&self, node: u32, rule: &Rule, rows: &impl Rows) -> Option<Option<(Option<Value>, i64)>> {
        let graph = &self.compiled.framework.graph;
        let tree = graph.is_tree_below(node);
        let taken = self.compiled.leaves(node);
        let below = |leaf: u32| if tree { graph.is_below_in_tree(leaf, node) } else { taken.binary_search(&leaf).is_ok() };
        let mut body: Vec<Judgement> = Vec::new();
        for leaf in self.leaves.iter().filter(|leaf| below(**leaf)) {
            let cell = self.cells.get(*leaf as usize)?;
            let first = cell.head as usize;
            body.extend_from_slice(self.judgements.get(first..first + cell.evidence as usize)?);
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

/// Puts pooled items into the order of evidence. Declines where that is not the order of the clock.
fn rows_in_order(body: &mut [Judgement], rule: &Rule, rows: &impl Rows) -> Option<()> {
    if !rule.clock_orders {
        return None;
    }
    body.sort_unstable_by(|a, b| {
        a.clock.cmp(&b.clock).then_with(|| rows.compare_ids(a.item, b.item)).then(a.value.cmp(&b.value))
    });
    let undecided = body.windows(2).any(|pair| matches!(pair, [a, b] if a.clock == b.clock) && are_tied(pair, rows));
    (!undecided).then_some(())
}

/// True of two neighbours with one instant that only their content could order, where the order can change a result.
fn are_tied(pair: &[Judgement], rows: &impl Rows) -> bool {
    let [one, other] = pair else { return false };
    let alike = one.value == other.value && rows.compare_ids(one.item, other.item).is_eq();
    alike && (one.clock, one.weight) != (other.clock, other.weight)
}

/// What a leaf brings into the sums above it.
fn sums_of(plan: &Node, result: &Cell) -> Option<Sums> {
    let counts = Counts {
        valued: result.valued,
        stale: u32::from(result.status == Status::Stale),
        evidence: result.evidence,
    };
    let mut sums = Sums { all: counts, ..Sums::default() };
    if plan.weight > 0 {
        sums.weighed = counts;
        if result.has_value() {
            sums.weights = plan.weight;
            sums.sum = result.value.grid().checked_mul(plan.weight)?;
            sums.met = if result.status == Status::Met { plan.weight } else { 0 };
            sums.newest = Newest(result.newest);
        }
    }
    Some(sums)
}
