//! The columns of evidence, checked for name and type.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::output::Learner;
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::instant::Instant;
use crate::value::Value;

/// A column of evidence. Nulls are absent values.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Column<'a> {
    /// Texts.
    Text(Vec<Option<Cow<'a, str>>>),
    /// Texts by their place in a list; a place beyond the list is null.
    Dictionary {
        /// The place of each row's text.
        keys: Cow<'a, [u32]>,
        /// The distinct texts.
        values: Vec<Cow<'a, str>>,
    },
    /// Binary floating-point numbers; they come onto the grid from their exact value.
    Number(Cow<'a, [f64]>, Valid<'a>),
    /// Whole numbers.
    Integer(Cow<'a, [i64]>, Valid<'a>),
    /// Exact decimal numbers.
    Decimal(Vec<Option<Value>>),
    /// True or false.
    Bool(Vec<Option<bool>>),
    /// Microseconds since 1970 in universal time.
    Instant(Cow<'a, [i64]>, Valid<'a>),
}

/// Which rows have a value; without it all do.
pub(crate) type Valid<'a> = Option<Cow<'a, [bool]>>;

impl<'a> Column<'a> {
    /// Texts, some of them null.
    pub fn texts<T: Into<Cow<'a, str>>>(texts: impl IntoIterator<Item = Option<T>>) -> Self {
        Self::Text(texts.into_iter().map(|text| text.map(Into::into)).collect())
    }

    /// Numbers without nulls.
    pub fn numbers(numbers: &'a [f64]) -> Self {
        Self::Number(Cow::Borrowed(numbers), None)
    }

    /// Whole numbers without nulls.
    pub fn integers(integers: &'a [i64]) -> Self {
        Self::Integer(Cow::Borrowed(integers), None)
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(texts) => texts.len(),
            Self::Dictionary { keys, .. } => keys.len(),
            Self::Number(numbers, _) => numbers.len(),
            Self::Integer(integers, _) | Self::Instant(integers, _) => integers.len(),
            Self::Decimal(values) => values.len(),
            Self::Bool(bools) => bools.len(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::Dictionary { .. } => Kind::Text,
            Self::Number(..) => Kind::Number,
            Self::Integer(..) => Kind::Integer,
            Self::Decimal(_) => Kind::Decimal,
            Self::Bool(_) => Kind::Bool,
            Self::Instant(..) => Kind::Instant,
        }
    }

    pub(super) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(texts) => texts.get(row)?.as_deref().map(Cow::Borrowed),
            Self::Dictionary { keys, values } => {
                values.get(*keys.get(row)? as usize).map(|text| Cow::Borrowed(&**text))
            }
            Self::Integer(..) => self.integer(row).map(|integer| Cow::Owned(integer.to_string())),
            _ => None,
        }
    }

    pub(super) fn integer(&self, row: usize) -> Option<i64> {
        match self {
            Self::Integer(integers, valid) | Self::Instant(integers, valid) => {
                integers.get(row).copied().filter(|_| is_valid(valid, row))
            }
            _ => None,
        }
    }

    /// The number of a row on the grid; the error says why it has no place there.
    pub(super) fn number(&self, row: usize) -> Option<Result<Value>> {
        match self {
            Self::Number(numbers, valid) => {
                numbers.get(row).filter(|_| is_valid(valid, row)).map(|number| Value::from_f64(*number))
            }
            Self::Integer(..) => self.integer(row).map(|integer| integer.to_string().parse()),
            Self::Decimal(values) => values.get(row).copied().flatten().map(Ok),
            _ => None,
        }
    }

    pub(super) fn bool(&self, row: usize) -> Option<bool> {
        match self {
            Self::Bool(bools) => bools.get(row).copied().flatten(),
            _ => None,
        }
    }

    pub(super) fn instant(&self, row: usize) -> Option<Result<Instant>> {
        match self {
            Self::Instant(..) => self.integer(row).map(Instant::from_micros),
            _ => self.text(row).map(|text| Instant::parse(&text)),
        }
    }
}

fn is_valid(valid: &Valid<'_>, row: usize) -> bool {
    valid.as_ref().is_none_or(|valid| valid.get(row) == Some(&true))
}

/// The types of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Integer,
    Decimal,
    Bool,
    Instant,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Bool => "boolean",
            Self::Instant => "instant",
        }
    }
}

const KEY: &[Kind] = &[Kind::Text, Kind::Integer];
const TEXT: &[Kind] = &[Kind::Text];
const NUMBER: &[Kind] = &[Kind::Number, Kind::Integer, Kind::Decimal];
const BOOL: &[Kind] = &[Kind::Bool];
const INSTANT: &[Kind] = &[Kind::Instant, Kind::Text];

/// The column contract: every name and the types it takes.
const COLUMNS: [(&str, &[Kind]); 28] = [
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
    ("artifact.uri", TEXT),
    ("artifact.sha256", TEXT),
    ("artifact.media_type", TEXT),
    ("activity", KEY),
    ("attempt", KEY),
    ("source.system", TEXT),
    ("source.id", KEY),
    ("weight", NUMBER),
];

/// A table of evidence, column by column.
#[derive(Clone, Debug)]
pub struct EvidenceColumns<'a> {
    rows: usize,
    /// In the order of the contract.
    columns: Vec<Option<Column<'a>>>,
    ignored: Vec<String>,
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

    pub(super) fn get(&self, name: &str) -> Option<&Column<'a>> {
        Self::find(name).and_then(|(place, _)| self.columns.get(place)?.as_ref())
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
        self.get("learner").is_none_or(|column| column.integer(row).is_some() || column.text(row).is_some())
    }

    pub(super) fn learner(&self, row: usize) -> Learner<'_> {
        match self.get("learner") {
            None => Learner::Only,
            Some(column @ Column::Integer(..)) => Learner::Number(column.integer(row).unwrap_or_default()),
            Some(column) => Learner::Text(column.text(row).unwrap_or_default()),
        }
    }

    pub(super) fn compare_learners(&self, a: usize, b: usize) -> Ordering {
        self.learner(a).cmp(&self.learner(b))
    }
}
