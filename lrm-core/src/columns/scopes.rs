//! What applies to whom: one scope for all, or a table of learners and competencies.

use std::ops::Range;
use std::sync::Arc;

use super::competencies::{Names, Nodes};
use super::contract::EvidenceColumns;
use super::learners::{Coded, NOBODY};
use crate::dense::{NONE, Statics};
use crate::engine::{Compiled, applies_below};
use crate::error::{Code, Finding, Report, Result};
use crate::sorting::{self, Table};

/// Scopes of learners by their places.
pub(super) enum Scopes {
    /// The same for all.
    One(Arc<Statics>),
    /// Each their own.
    Each(Listed),
}

/// The scopes of a table, each once.
pub(super) struct Listed {
    /// Pairs of learner and competency, ascending.
    pairs: Vec<(u32, u32)>,
    /// By number but the first, which is for those to whom nothing applies: where pairs with such competencies are.
    scopes: Vec<Range<usize>>,
    /// By the place of a learner, the number of the scope.
    numbers: Vec<u32>,
}

/// How many different scopes a thread remembers.
const REMEMBERED: usize = 256;

/// Scopes that were counted already.
#[derive(Default)]
pub(super) struct Counted(Table<u32, Arc<Statics>>);

impl Scopes {
    /// Reads the tables; those of the learners begin at `first` among the coded ones.
    ///
    /// # Errors
    /// `column-missing`; `missing-field` and `unknown-competency` for rows, with a hundred findings at most.
    pub(super) fn read(
        tables: &[EvidenceColumns<'_>],
        coded: &Coded<'_>,
        first: usize,
        compiled: &Compiled,
    ) -> Result<Self> {
        let names = Names::new(&compiled.framework, tables);
        let mut report = Report::default();
        let mut pairs = Vec::new();
        let mut number = 0_usize;
        for (at, table) in tables.iter().enumerate() {
            for name in ["learner", "competency"] {
                if table.get(name).is_none() {
                    let message = format!("the column `{name}` of the scopes is missing");
                    report.push(
                        Finding::new(Code::ColumnMissing, format!("/scopes/{name}"), message).with("column", name),
                    );
                }
            }
            report.clone().into_result()?;
            let nodes = Nodes::new(table, &names);
            for row in 0..table.rows() {
                let (learner, node) = (coded.place(first + at, row), nodes.node(row));
                if learner != NOBODY && node != NONE {
                    pairs.push((learner, node));
                } else if report.len() < crate::limits::STRICT_FINDINGS {
                    let path = format!("/scopes/rows/{number}");
                    report.push(if learner == NOBODY {
                        Finding::new(Code::MissingField, path, "the row names no learner")
                    } else {
                        Finding::new(Code::UnknownCompetency, path, "the framework has no such competency")
                    });
                }
                number += 1;
            }
        }
        report.into_result()?;
        sorting::sort(&mut pairs);
        pairs.dedup();
        Ok(Self::Each(Listed::new(pairs, coded.places)))
    }

    /// True if one scope is for all.
    pub(super) const fn are_one(&self) -> bool {
        matches!(self, Self::One(_))
    }

    /// The number of a learner's scope: the same for all to whom the same applies.
    pub(super) fn number(&self, learner: u32) -> u32 {
        match self {
            Self::One(_) => 0,
            Self::Each(listed) => listed.numbers.get(learner as usize).copied().unwrap_or_default(),
        }
    }

    /// What applies by the scope of that number.
    pub(super) fn of(&self, number: u32, counted: &mut Counted, compiled: &Compiled) -> Arc<Statics> {
        let listed = match self {
            Self::One(statics) => return Arc::clone(statics),
            Self::Each(listed) => listed,
        };
        if let Some(known) = counted.0.get(&number) {
            return Arc::clone(known);
        }
        if counted.0.entries().len() >= REMEMBERED {
            counted.0 = Table::default();
        }
        let own = (number as usize).checked_sub(1).and_then(|at| listed.scopes.get(at)).cloned();
        let tops: Vec<u32> = nodes(&listed.pairs, own.unwrap_or_default()).collect();
        let statics = Arc::new(Statics::new(applies_below(&tops, compiled), compiled));
        counted.0.insert(number, Arc::clone(&statics));
        statics
    }
}

impl Listed {
    /// Numbers the scopes of so many learners. Linear in the pairs but for sorting them.
    fn new(pairs: Vec<(u32, u32)>, learners: u32) -> Self {
        let mut end = 0;
        let mut own: Vec<(u32, Range<usize>)> = Vec::new();
        for rows in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            let from = end;
            end += rows.len();
            own.extend(rows.first().map(|(learner, _)| (*learner, from..end)));
        }
        sorting::sort_by(&mut own, |(_, one), (_, other)| nodes(&pairs, one.clone()).cmp(nodes(&pairs, other.clone())));
        let mut numbers = vec![0; learners as usize];
        let mut scopes: Vec<Range<usize>> = Vec::new();
        for (learner, rows) in own {
            if scopes.last().is_none_or(|last| nodes(&pairs, last.clone()).ne(nodes(&pairs, rows.clone()))) {
                scopes.push(rows);
            }
            if let Some(number) = numbers.get_mut(learner as usize) {
                *number = u32::try_from(scopes.len()).unwrap_or_default();
            }
        }
        Self { pairs, scopes, numbers }
    }
}

/// The nodes of some pairs.
fn nodes(pairs: &[(u32, u32)], rows: Range<usize>) -> impl Iterator<Item = u32> {
    pairs.get(rows).unwrap_or_default().iter().map(|(_, node)| *node)
}
