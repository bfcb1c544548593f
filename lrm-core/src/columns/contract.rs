//! A table of evidence, its columns checked for name and type.

use super::column::{Column, Kind};
use crate::error::{Code, Error, Finding, Report, Result, quote};

const KEY: &[Kind] = &[Kind::Text, Kind::Integer];
const TEXT: &[Kind] = &[Kind::Text];
const NUMBER: &[Kind] = &[Kind::Number, Kind::Integer, Kind::Decimal];
const BOOL: &[Kind] = &[Kind::Bool];
const INSTANT: &[Kind] = &[Kind::Instant, Kind::Text];

/// The column contract: every name and the types it takes.
const COLUMNS: [(&str, &[Kind]); 33] = [
    ("id", KEY),
    ("learner", KEY),
    ("competency", KEY),
    ("score", NUMBER),
    ("possible", NUMBER),
    ("level", TEXT),
    ("passed", BOOL),
    ("absence", TEXT),
    ("observed_at", INSTANT),
    ("due_at", INSTANT),
    ("assessed_at", INSTANT),
    ("received_at", INSTANT),
    ("kind", TEXT),
    ("purpose", TEXT),
    ("assessor.id", KEY),
    ("assessor.role", TEXT),
    ("criterion", TEXT),
    ("context", TEXT),
    ("transfer", BOOL),
    ("assistance", TEXT),
    ("adaptation", TEXT),
    ("override.reason", TEXT),
    ("override.expires_at", INSTANT),
    ("artifact.uri", TEXT),
    ("artifact.sha256", TEXT),
    ("artifact.media_type", TEXT),
    ("activity", KEY),
    ("attempt", KEY),
    ("source.system", TEXT),
    ("source.id", KEY),
    ("source.replaces", KEY),
    ("weight", NUMBER),
    ("withdrawn", TEXT),
];

/// A table of evidence, column by column.
#[derive(Clone, Debug)]
pub struct EvidenceColumns<'a> {
    rows: usize,
    /// In the order of the contract.
    columns: Vec<Option<Column<'a>>>,
    ignored: Vec<String>,
}

impl<'a> AsRef<[Self]> for EvidenceColumns<'a> {
    fn as_ref(&self) -> &[EvidenceColumns<'a>] {
        std::slice::from_ref(self)
    }
}

impl<'a> EvidenceColumns<'a> {
    /// A table of that many rows, without columns so far.
    pub fn new(rows: usize) -> Self {
        Self { rows, columns: vec![None; COLUMNS.len()], ignored: Vec::new() }
    }

    /// Adds a column. A name outside the contract is noted in [`Rollup::ignored_columns`](super::Rollup::ignored_columns).
    ///
    /// # Errors
    /// `column-type` for a type that the column does not take, `duplicate-id` for a name given twice, `invalid-value` for
    /// another number of rows.
    pub fn add(&mut self, name: &str, column: Column<'a>) -> Result<()> {
        let Some((place, accepted)) = Self::find(name) else {
            self.ignored.push(name.to_owned());
            return Ok(());
        };
        if !accepted.contains(&column.kind()) {
            return Err(Self::wrong_type(name, column.kind().name()).into());
        }
        if column.len() != self.rows {
            let message = format!("the column {} has {} rows, the table {}", quote(name), column.len(), self.rows);
            return Err(Error::new(Code::InvalidValue, format!("/{name}"), message));
        }
        match self.columns.get_mut(place) {
            Some(slot @ None) => *slot = Some(column),
            _ => {
                return Err(Error::new(
                    Code::DuplicateId,
                    format!("/{name}"),
                    format!("the column {} stands twice", quote(name)),
                ));
            }
        }
        Ok(())
    }

    /// True if the contract has a column of that name.
    pub fn knows(name: &str) -> bool {
        Self::find(name).is_some()
    }

    /// The finding for a column of a type that cannot be read, with the type found and the types accepted.
    pub fn wrong_type(name: &str, found: &str) -> Finding {
        let accepted = Self::find(name).map_or(TEXT, |(_, accepted)| accepted);
        let accepted: Vec<String> = accepted.iter().map(|kind| kind.name().to_owned()).collect();
        let message = format!("the column {} is of type {found}, expected {}", quote(name), accepted.join(" or "));
        let finding = Finding::new(Code::ColumnType, format!("/{name}"), message);
        finding.with("column", name).with("found", found).with_list("accepted", accepted)
    }

    /// The names of the contract, in the order of an item's canonical JSON.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().map(|(name, _)| *name)
    }

    /// True for the columns of numbers.
    pub(super) fn is_number(name: &str) -> bool {
        Self::find(name).is_some_and(|(_, accepted)| accepted == NUMBER)
    }

    fn find(name: &str) -> Option<(usize, &'static [Kind])> {
        COLUMNS.iter().position(|(known, _)| *known == name).and_then(|place| Some((place, COLUMNS.get(place)?.1)))
    }

    /// The column of a name of the contract.
    pub(super) fn get(&self, name: &str) -> Option<&Column<'a>> {
        Self::find(name).and_then(|(place, _)| self.columns.get(place)?.as_ref())
    }

    /// The columns that are there, with their names, in the order of the contract.
    pub(super) fn present(&self) -> impl Iterator<Item = (&'static str, &Column<'a>)> {
        Self::names().zip(&self.columns).filter_map(|(name, column)| Some((name, column.as_ref()?)))
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names outside the contract.
    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    pub(super) fn check(&self) -> Result<()> {
        let mut report = Report::default();
        let missing = |name: &str, message: String| {
            Finding::new(Code::ColumnMissing, format!("/{name}"), message).with("column", name)
        };
        if self.get("competency").is_none() {
            report.push(missing("competency", "the column `competency` is missing".to_owned()));
        }
        if ["score", "level", "passed", "absence"].iter().all(|name| self.get(name).is_none()) {
            let message = "one of the columns `score`, `level`, `passed`, `absence` is missing".to_owned();
            report.push(missing("score", message));
        }
        report.into_result()
    }

    pub(super) fn has_learner(&self, row: usize) -> bool {
        self.get("learner").is_some_and(|column| column.integer(row).is_some() || column.text(row).is_some())
    }

    pub(super) fn learner_text(&self, row: usize) -> String {
        self.get("learner").and_then(|column| column.text(row)).map_or_else(String::new, std::borrow::Cow::into_owned)
    }

    /// Some of the rows, borrowed.
    pub(super) fn part(&self, rows: std::ops::Range<usize>) -> EvidenceColumns<'_> {
        let columns = self.columns.iter().map(|column| Some(column.as_ref()?.part(rows.clone()))).collect();
        EvidenceColumns { rows: rows.len(), columns, ignored: self.ignored.clone() }
    }

    /// The same with all that is borrowed copied.
    pub(super) fn into_owned(self) -> EvidenceColumns<'static> {
        let columns = self.columns.into_iter().map(|column| column.map(Column::into_owned)).collect();
        EvidenceColumns { rows: self.rows, columns, ignored: self.ignored }
    }
}
