//! Several tables as one: rows are numbered through.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::column::Column;
use super::contract::EvidenceColumns;
use super::learners::{Coded, NOBODY};
use super::rows;
use crate::dense::Rows;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::record::Item;
use crate::value::Weight;

/// Tables in the order given.
#[derive(Clone, Copy)]
pub(super) struct Tables<'s, 'a> {
    tables: &'s [EvidenceColumns<'a>],
    has_ids: bool,
}

impl<'s, 'a> Tables<'s, 'a> {
    /// Checks each of them and all together.
    pub(super) fn new(tables: &'s [EvidenceColumns<'a>]) -> Result<Self> {
        for table in tables {
            table.check()?;
        }
        let with_learner = tables.iter().filter(|table| table.get("learner").is_some()).count();
        if with_learner != 0 && with_learner != tables.len() {
            let message = "the column `learner` is in some of the tables and missing in others";
            return Err(Error::new(Code::ColumnMissing, "/learner", message));
        }
        let rows: usize = tables.iter().map(EvidenceColumns::rows).sum();
        if rows > crate::limits::ROWS {
            let message = format!("{rows} rows at once, expected at most {}: use a stream", crate::limits::ROWS);
            return Err(Error::new(Code::LimitExceeded, "/rows", message));
        }
        Ok(Self { tables, has_ids: tables.iter().any(|table| table.get("id").is_some()) })
    }

    /// The tables with the number of their first row.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u32, &'s EvidenceColumns<'a>)> {
        let mut next = 0;
        self.tables.iter().map(move |table| {
            let first = next;
            next += table.rows();
            (u32::try_from(first).unwrap_or(u32::MAX), table)
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.tables.iter().map(EvidenceColumns::rows).sum()
    }

    /// True if items have ids, so that some may be the same.
    pub(super) const fn has_ids(&self) -> bool {
        self.has_ids
    }

    /// The table of a row with its number, and the row's place in it.
    fn find(&self, row: u32) -> Option<(usize, &'s EvidenceColumns<'a>, usize)> {
        let mut row = row as usize;
        for (number, table) in self.tables.iter().enumerate() {
            if row < table.rows() {
                return Some((number, table, row));
            }
            row -= table.rows();
        }
        None
    }

    /// The item of a row.
    pub(super) fn item(&self, row: u32) -> Option<Item> {
        self.find(row).map(|(_, table, row)| rows::item(table, row))
    }

    /// Calls `with` with the id of a row, if it has one.
    pub(super) fn id<T>(&self, row: u32, with: impl FnOnce(&str) -> T) -> Option<T> {
        let (_, table, row) = self.find(row)?;
        table.get("id")?.text(row).map(|id| with(&id))
    }

    /// True if some table has a column of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tables.iter().any(|table| table.get(name).is_some())
    }

    /// The text of a row in a column.
    pub(super) fn text(&self, row: u32, name: &str) -> Option<Cow<'s, str>> {
        let (column, row) = self.cell(row, name)?;
        column.text(row)
    }

    /// The first column of a name and the row in its table.
    fn cell(&self, row: u32, name: &str) -> Option<(&'s Column<'a>, usize)> {
        let (_, table, row) = self.find(row)?;
        Some((table.get(name)?, row))
    }

    /// The learner's place of a row.
    pub(super) fn learner(&self, row: u32, coded: &Coded<'_>) -> u32 {
        self.find(row).map_or(NOBODY, |(number, _, row)| coded.place(number, row))
    }
}

impl Rows for Tables<'_, '_> {
    fn compare_ids(&self, a: u32, b: u32) -> Ordering {
        if !self.has_ids {
            return Ordering::Equal;
        }
        let id = |row| self.id(row, str::to_owned);
        id(a).cmp(&id(b))
    }

    fn weight(&self, row: u32) -> Weight {
        let weight = self.cell(row, "weight").and_then(|(column, row)| column.number(row)?.ok());
        weight.and_then(|weight| Weight::new(weight).ok()).unwrap_or_default()
    }

    fn clock(&self, row: u32) -> Option<Instant> {
        let at = |name| {
            let (column, row) = self.cell(row, name)?;
            column.instant(row)?.ok()
        };
        ["observed_at", "assessed_at", "received_at"].into_iter().find_map(at)
    }
}
