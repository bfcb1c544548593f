//! From the rows of a learner to the results of leaves.

use super::cells::{Extra, NEVER};
use super::judge::Judge;
use super::order::{NONE, RARE, Record, Rows, are_tied, clock, sort_few};
use super::pass::Pass;
use super::plan::Rule;
use super::statics::Statics;
use crate::engine::{Status, newest_selected};
use crate::estimate::{Judgement, estimate, of_scores};
use crate::instant::Instant;
use crate::value::{Value, Weight};

impl Pass<'_> {
    /// The results of a learner's leaves.
    pub(super) fn leaves(
        &mut self,
        lane: usize,
        records: &[Record],
        statics: &Statics,
        rows: &impl Rows,
    ) -> Option<()> {
        self.spans.clear();
        self.judgements.clear();
        self.place(records, statics)?;
        for at in 0..self.leaves.len() {
            let leaf = *self.leaves.get(at)?;
            self.leaf(leaf, lane, records, rows)?;
        }
        Some(())
    }

    /// Chains the rows of each leaf. Declines inner nodes with evidence of their own, and rare rows.
    fn place(&mut self, records: &[Record], statics: &Statics) -> Option<()> {
        let Self { plan, heads, next, leaves, .. } = self;
        next.clear();
        next.resize(records.len(), NONE);
        // each row puts its leaf at the end, and the end moves on if the leaf is new: which one is new cannot be guessed
        leaves.resize(records.len(), NONE);
        let mut count = 0;
        let all = statics.applies.all();
        for ((at, record), before) in (0..).zip(records).zip(next) {
            let node = record.node;
            if node < RARE {
                if all || statics.applies.to(node) {
                    *before = std::mem::replace(heads.get_mut(node as usize)?, at);
                    *leaves.get_mut(count)? = node;
                    count += usize::from(*before == NONE);
                }
            } else if node == RARE {
                return None;
            }
        }
        leaves.truncate(count);
        leaves.iter().all(|leaf| plan.node(*leaf).is_some_and(|node| node.leaf)).then_some(())
    }

    /// The result of a leaf.
    #[inline]
    fn leaf(&mut self, leaf: u32, lane: usize, records: &[Record], rows: &impl Rows) -> Option<()> {
        let plan = self.plan;
        let node = plan.node(leaf)?;
        let rule = plan.rule(node.rule)?;
        if rule.leaf_declines {
            return None;
        }
        let head = std::mem::replace(self.heads.get_mut(leaf as usize)?, NONE);
        let judge = Judge { rule, declared: rule.leaf, as_of: self.as_of };
        let (raw, newest, evidence) = if rule.single && !plan.pools && *self.next.get(head as usize)? == NONE {
            let only = records.get(head as usize)?;
            (Some(only.value), if self.wanted.newest { clock(rule, only, rows) } else { NEVER }, 1)
        } else if rule.scores && !plan.pools {
            self.chain(head, records, rows)?;
            let value = of_scores(rule.estimate, self.gathered.iter().map(|record| record.value)).ok()??;
            (Some(value), self.gathered.last()?.order, self.gathered.len())
        } else {
            self.by_judgements(leaf, head, rule, records, rows)?
        };
        let found = match raw {
            Some(raw) => Some(judge.conclude(raw, newest, false)?),
            None => None,
        };
        let mut open = self.cells.row(leaf)?;
        match found {
            Some(found) => open.row.put(lane, found),
            None => open.row.put_insufficient(lane),
        }
        let met = match found {
            Some((_, Status::Met)) => node.weight,
            _ => 0,
        };
        let evidence = u32::try_from(evidence).ok()?;
        open.set(lane, &Extra { newest, met, evidence, leaves: found.is_some().into() });
        Some(())
    }

    /// The value of a leaf by any estimator, none if there is not enough for one; the newest instant behind it, and how many
    /// items there are.
    #[inline(never)]
    fn by_judgements(
        &mut self,
        leaf: u32,
        head: u32,
        rule: &Rule,
        records: &[Record],
        rows: &impl Rows,
    ) -> Option<(Option<Value>, i64, usize)> {
        let pools = self.plan.pools;
        if !pools {
            self.judgements.clear();
        }
        let first = self.judgements.len();
        self.gather(head, rule, records, rows)?;
        let judgements = self.judgements.get(first..)?;
        if pools {
            self.spans.push((first, judgements.len()));
        }
        let estimated = estimate(rule.estimate, judgements, &self.compiled.set(leaf).scale).ok()??;
        let value = estimated.value.filter(|_| estimated.short == 0);
        let newest = if self.wanted.newest { newest_selected(&estimated, judgements) } else { None };
        let newest = newest.filter(|_| value.is_some()).map_or(NEVER, Instant::micros);
        Some((value, newest, judgements.len()))
    }

    /// Puts the rows of a leaf into the order of evidence.
    #[inline]
    fn chain(&mut self, head: u32, records: &[Record], rows: &impl Rows) -> Option<()> {
        let Self { gathered, next, .. } = self;
        gathered.clear();
        let mut at = head;
        while at != NONE {
            gathered.push(*records.get(at as usize)?);
            at = *next.get(at as usize)?;
        }
        sort_few(gathered, rows);
        Some(())
    }

    /// The same, appended to the judgements. Declines where only the content of items decides the order.
    fn gather(&mut self, head: u32, rule: &Rule, records: &[Record], rows: &impl Rows) -> Option<()> {
        self.chain(head, records, rows)?;
        let Self { gathered, judgements, plan, .. } = self;
        let from = judgements.len();
        let weighs = rule.estimate.weighs() || plan.pools;
        let judgement = |record: &Record| {
            let clock = match rule.clock_orders {
                true if record.order == NEVER => None,
                true => Instant::in_range(record.order),
                false => rows.clock(record.row),
            };
            let weight = if weighs { rows.weight(record.row) } else { Weight::ONE };
            Judgement { value: record.value, clock, weight, item: record.row, modified: false }
        };
        judgements.extend(gathered.iter().map(judgement));
        let same_instant = |pair: &[Record]| matches!(pair, [a, b] if a.order == b.order);
        if gathered.windows(2).any(same_instant) {
            let mut pairs = gathered.windows(2).zip(judgements.get(from..)?.windows(2));
            if pairs.any(|(records, judgements)| same_instant(records) && are_tied(judgements, rows)) {
                return None;
            }
        }
        Some(())
    }
}
