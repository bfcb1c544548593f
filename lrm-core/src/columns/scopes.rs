//! What applies to whom: one scope for all, or a table of learners and competencies.

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
    /// Pairs of learner and competency, ascending. Who is not there has nothing that applies.
    Each(Vec<(u32, u32)>),
}

/// How many different scopes a thread remembers.
const REMEMBERED: usize = 256;

/// Scopes that were counted already.
#[derive(Default)]
pub(super) struct Counted(Table<Vec<u32>, Arc<Statics>>);

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
        Ok(Self::Each(pairs))
    }

    /// What applies to a learner.
    pub(super) fn of(&self, learner: u32, counted: &mut Counted, compiled: &Compiled) -> Arc<Statics> {
        let pairs = match self {
            Self::One(statics) => return Arc::clone(statics),
            Self::Each(pairs) => pairs,
        };
        let tops: Vec<u32> = own(pairs, learner).collect();
        if let Some(known) = counted.0.get(&tops) {
            return Arc::clone(known);
        }
        if counted.0.entries().len() >= REMEMBERED {
            counted.0 = Table::default();
        }
        let statics = Arc::new(Statics::new(applies_below(&tops, compiled), compiled));
        counted.0.insert(tops, Arc::clone(&statics));
        statics
    }

    /// True of learners to whom the same applies.
    pub(super) fn are_alike(&self, one: u32, other: u32) -> bool {
        match self {
            Self::One(_) => true,
            Self::Each(pairs) => one == other || own(pairs, one).eq(own(pairs, other)),
        }
    }
}

/// The nodes of a learner.
fn own(pairs: &[(u32, u32)], learner: u32) -> impl Iterator<Item = u32> {
    let from = pairs.partition_point(|(other, _)| *other < learner);
    let own = pairs.get(from..).unwrap_or_default().iter().take_while(move |(other, _)| *other == learner);
    own.map(|(_, node)| *node)
}
