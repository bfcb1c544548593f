//! A column of evidence in whichever form it is there.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::instant::Instant;
use crate::value::Value;

/// A column of evidence. Nulls are absent values.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Column<'a> {
    /// Texts, wherever they lie.
    Text(Arc<dyn Texts + 'a>),
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
    Integer(Integers<'a>, Valid<'a>),
    /// Exact decimal numbers.
    Decimal(Vec<Option<Value>>),
    /// True or false.
    Bool(Vec<Option<bool>>),
    /// Microseconds since 1970 in universal time.
    Instant(Cow<'a, [i64]>, Valid<'a>),
}

/// Texts by row, such as a list or an Arrow array.
pub trait Texts: std::fmt::Debug + Send + Sync {
    /// How many rows there are.
    fn len(&self) -> usize;
    /// True without rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The text of a row; none for null and beyond the end.
    fn get(&self, row: usize) -> Option<&str>;
}

impl Texts for Vec<Option<Cow<'_, str>>> {
    fn len(&self) -> usize {
        Self::len(self)
    }

    fn get(&self, row: usize) -> Option<&str> {
        self.as_slice().get(row)?.as_deref()
    }
}

/// Whole numbers in the width in which they are there.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Integers<'a> {
    /// 64 bits.
    I64(Cow<'a, [i64]>),
    /// 32 bits.
    I32(Cow<'a, [i32]>),
    /// 32 bits, none below 0.
    U32(Cow<'a, [u32]>),
}

impl Integers<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::I64(integers) => integers.len(),
            Self::I32(integers) => integers.len(),
            Self::U32(integers) => integers.len(),
        }
    }

    /// The number of a row, whether or not it is valid.
    pub(super) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::I64(integers) => integers.get(row).copied(),
            Self::I32(integers) => integers.get(row).copied().map(i64::from),
            Self::U32(integers) => integers.get(row).copied().map(i64::from),
        }
    }
}

/// Which rows have a value; without it all do.
pub(super) type Valid<'a> = Option<Cow<'a, [bool]>>;

impl<'a> Column<'a> {
    /// Texts, some of them null.
    pub fn texts<T: Into<Cow<'a, str>>>(texts: impl IntoIterator<Item = Option<T>>) -> Self {
        let texts: Vec<Option<Cow<'a, str>>> = texts.into_iter().map(|text| text.map(Into::into)).collect();
        Self::Text(Arc::new(texts))
    }

    /// Numbers without nulls.
    pub fn numbers(numbers: &'a [f64]) -> Self {
        Self::Number(Cow::Borrowed(numbers), None)
    }

    /// Microseconds since 1970 without nulls.
    pub fn instants(micros: &'a [i64]) -> Self {
        Self::Instant(Cow::Borrowed(micros), None)
    }

    /// Whole numbers without nulls.
    pub fn integers(integers: &'a [i64]) -> Self {
        Self::Integer(Integers::I64(Cow::Borrowed(integers)), None)
    }

    /// Whole numbers from 0 to 2³² − 1, without nulls.
    pub fn naturals(naturals: &'a [u32]) -> Self {
        Self::Integer(Integers::U32(Cow::Borrowed(naturals)), None)
    }

    /// Some of the rows, borrowed; the mask of a column goes with it.
    pub(super) fn part(&self, rows: Range<usize>) -> Column<'_> {
        fn part<'c, T: Clone>(items: &'c [T], rows: &Range<usize>) -> Cow<'c, [T]> {
            Cow::Borrowed(items.get(rows.clone()).unwrap_or_default())
        }
        let mask = |valid: &Valid<'_>| {
            // a mask may be short: what is beyond it is null
            valid.as_ref().map(|_| rows.clone().map(|row| is_valid(valid, row)).collect())
        };
        match self {
            Self::Text(texts) => Column::texts(rows.clone().map(|row| texts.get(row))),
            Self::Dictionary { keys, values } => Column::Dictionary {
                keys: part(keys, &rows),
                values: values.iter().map(|value| Cow::Borrowed(&**value)).collect(),
            },
            Self::Number(numbers, valid) => Column::Number(part(numbers, &rows), mask(valid)),
            Self::Integer(Integers::I64(numbers), valid) => {
                Column::Integer(Integers::I64(part(numbers, &rows)), mask(valid))
            }
            Self::Integer(Integers::I32(numbers), valid) => {
                Column::Integer(Integers::I32(part(numbers, &rows)), mask(valid))
            }
            Self::Integer(Integers::U32(numbers), valid) => {
                Column::Integer(Integers::U32(part(numbers, &rows)), mask(valid))
            }
            Self::Decimal(values) => Column::Decimal(part(values, &rows).into_owned()),
            Self::Bool(bools) => Column::Bool(part(bools, &rows).into_owned()),
            Self::Instant(micros, valid) => Column::Instant(part(micros, &rows), mask(valid)),
        }
    }

    /// The same with all that is borrowed copied, and no more texts in a dictionary than the rows use.
    pub(super) fn into_owned(self) -> Column<'static> {
        fn owned<T: Clone>(items: Cow<'_, [T]>) -> Cow<'static, [T]> {
            Cow::Owned(items.into_owned())
        }
        let mask = |valid: Valid<'_>| valid.map(owned);
        match self {
            Self::Text(_) | Self::Dictionary { .. } => {
                Column::texts((0..self.len()).map(|row| self.text(row).map(Cow::into_owned)))
            }
            Self::Number(numbers, valid) => Column::Number(owned(numbers), mask(valid)),
            Self::Integer(Integers::I64(numbers), valid) => Column::Integer(Integers::I64(owned(numbers)), mask(valid)),
            Self::Integer(Integers::I32(numbers), valid) => Column::Integer(Integers::I32(owned(numbers)), mask(valid)),
            Self::Integer(Integers::U32(numbers), valid) => Column::Integer(Integers::U32(owned(numbers)), mask(valid)),
            Self::Decimal(values) => Column::Decimal(values),
            Self::Bool(bools) => Column::Bool(bools),
            Self::Instant(micros, valid) => Column::Instant(owned(micros), mask(valid)),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(texts) => texts.len(),
            Self::Dictionary { keys, .. } => keys.len(),
            Self::Number(numbers, _) => numbers.len(),
            Self::Integer(integers, _) => integers.len(),
            Self::Instant(micros, _) => micros.len(),
            Self::Decimal(values) => values.len(),
            Self::Bool(bools) => bools.len(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
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
            Self::Text(texts) => texts.get(row).map(Cow::Borrowed),
            Self::Dictionary { keys, values } => {
                values.get(*keys.get(row)? as usize).map(|text| Cow::Borrowed(&**text))
            }
            Self::Integer(..) => self.integer(row).map(|integer| Cow::Owned(integer.to_string())),
            _ => None,
        }
    }

    pub(super) fn integer(&self, row: usize) -> Option<i64> {
        match self {
            Self::Integer(integers, valid) => integers.get(row).filter(|_| is_valid(valid, row)),
            Self::Instant(micros, valid) => micros.get(row).copied().filter(|_| is_valid(valid, row)),
            _ => None,
        }
    }

    /// The number of a row on the grid; the error says why it has no place there.
    pub(super) fn number(&self, row: usize) -> Option<Result<Value>> {
        match self {
            Self::Number(numbers, valid) => {
                numbers.get(row).filter(|_| is_valid(valid, row)).map(|number| Value::from_f64(*number))
            }
            Self::Integer(..) => self.integer(row).map(Value::from_integer),
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

pub(super) fn is_valid(valid: &Valid<'_>, row: usize) -> bool {
    valid.as_ref().is_none_or(|valid| valid.get(row) == Some(&true))
}

/// The types of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Integer,
    Decimal,
    Bool,
    Instant,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
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
