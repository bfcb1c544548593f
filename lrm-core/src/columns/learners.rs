//! Learners as numbers: each row's learner by its place among all of them, in their order.

use std::ops::Range;

use super::column::{Column, Integers, Valid, is_valid};
use super::contract::EvidenceColumns;
use super::output::Learners;
use crate::error::{Code, Error, Result};
use crate::sorting;

/// Stands for no learner.
pub(super) const NOBODY: u32 = u32::MAX;

/// The learners of some tables.
pub(super) struct Coded<'s> {
    pub(super) learners: Learners,
    /// How many places there are; some may have no row.
    pub(super) places: u32,
    /// What the result tables give for place 0, where places are whole numbers in a row.
    pub(super) first: u32,
    tables: Vec<Codes<'s>>,
}

/// The places of the rows of one table.
enum Codes<'s> {
    Only,
    Naturals(&'s [u32], u32, &'s Valid<'s>),
    Integers(&'s [i64], i64, &'s Valid<'s>),
    Keys(&'s [u32], Vec<u32>),
    Places(Vec<u32>),
}

impl<'s> Coded<'s> {
    /// The learners of these tables; all have a learner column, or none has.
    pub(super) fn new(tables: &[&'s EvidenceColumns<'_>]) -> Result<Self> {
        let columns: Vec<Option<&'s Column<'_>>> = tables.iter().map(|table| table.get("learner")).collect();
        let given: Vec<&'s Column<'_>> = columns.iter().copied().flatten().collect();
        if given.is_empty() {
            let only = columns.iter().map(|_| Codes::Only).collect();
            return Ok(Self { learners: Learners::Only, places: 1, first: 0, tables: only });
        }
        let numbers = given.iter().filter(|column| matches!(column, Column::Integer(..))).count();
        if numbers == given.len() {
            let rows = tables.iter().map(|table| table.rows()).sum();
            return Ok(Self::of_numbers(&given, rows));
        }
        if numbers > 0 {
            let message = "the column `learner` is of whole numbers in some of the tables and of texts in others";
            return Err(Error::new(Code::ColumnType, "/learner", message));
        }
        Ok(Self::of_texts(&given))
    }

    fn of_numbers(columns: &[&'s Column<'_>], rows: usize) -> Self {
        let (least, most) = columns.iter().fold((i64::MAX, i64::MIN), |(least, most), column| {
            let (low, high) = bounds(column);
            (least.min(low), most.max(high))
        });
        if least > most {
            let tables = columns.iter().map(|column| Codes::Places(vec![NOBODY; column.len()])).collect();
            return Self { learners: Learners::Naturals, places: 0, first: 0, tables };
        }
        let span = i128::from(most) - i128::from(least) + 1;
        let dense = span <= 4 * i128::try_from(rows).unwrap_or(0) + 65_536;
        let naturals = least >= 0 && most < i64::from(NOBODY);
        if let (true, true, Ok(first), Ok(places)) = (dense, naturals, u32::try_from(least), u32::try_from(span)) {
            let codes = |column: &&'s Column<'_>| match column {
                Column::Integer(Integers::U32(numbers), valid) => Codes::Naturals(numbers, first, valid),
                Column::Integer(Integers::I64(numbers), valid) => Codes::Integers(numbers, least, valid),
                other => Codes::Places(places_of(other, |number| u32::try_from(number - least).ok())),
            };
            return Self { learners: Learners::Naturals, places, first, tables: columns.iter().map(codes).collect() };
        }
        let mut numbers: Vec<i64> = Vec::new();
        for column in columns {
            numbers.extend((0..column.len()).filter_map(|row| column.integer(row)));
            sorting::sort(&mut numbers);
            numbers.dedup();
        }
        let place = |number: i64| u32::try_from(numbers.binary_search(&number).ok()?).ok();
        let tables = columns.iter().map(|column| Codes::Places(places_of(column, place))).collect();
        let places = u32::try_from(numbers.len()).unwrap_or(NOBODY);
        Self { learners: Learners::Numbers(numbers), places, first: 0, tables }
    }

    fn of_texts(columns: &[&'s Column<'_>]) -> Self {
        let mut known = Known::default();
        let mut tables: Vec<Codes<'s>> = Vec::with_capacity(columns.len());
        for column in columns {
            tables.push(match column {
                Column::Dictionary { keys, values } => {
                    let mut used = vec![false; values.len()];
                    for key in keys.iter() {
                        if let Some(used) = used.get_mut(*key as usize) {
                            *used = true;
                        }
                    }
                    let place = |(value, used): (&'s std::borrow::Cow<'_, str>, bool)| {
                        if used { known.place(value) } else { NOBODY }
                    };
                    Codes::Keys(keys, values.iter().zip(used).map(place).collect())
                }
                Column::Text(texts) => {
                    let place = |row| texts.get(row).map_or(NOBODY, |text| known.place(text));
                    Codes::Places((0..texts.len()).map(place).collect())
                }
                _ => Codes::Places(vec![NOBODY; column.len()]),
            });
        }
        let (texts, ranks) = known.ranked();
        for table in &mut tables {
            if let Codes::Keys(_, places) | Codes::Places(places) = table {
                for place in places {
                    *place = ranks.get(*place as usize).copied().unwrap_or(NOBODY);
                }
            }
        }
        let places = u32::try_from(texts.len()).unwrap_or(NOBODY);
        Self { learners: Learners::Texts(texts), places, first: 0, tables }
    }

    /// The learners of some rows of a table, in place of what `places` holds.
    pub(super) fn read(&self, table: usize, rows: Range<usize>, places: &mut Vec<u32>) {
        places.clear();
        match self.tables.get(table) {
            Some(Codes::Naturals(numbers, first, None)) => {
                // never less than the first, which was looked for among them
                let numbers = numbers.get(rows).unwrap_or_default();
                places.extend(numbers.iter().map(|number| number.wrapping_sub(*first)));
            }
            _ => places.extend(rows.map(|row| self.place(table, row))),
        }
    }

    /// The learner of a row of a table, or [`NOBODY`].
    #[inline]
    pub(super) fn place(&self, table: usize, row: usize) -> u32 {
        match self.tables.get(table) {
            Some(Codes::Only) => 0,
            Some(Codes::Naturals(numbers, first, None)) => numbers.get(row).map_or(NOBODY, |number| number - first),
            Some(Codes::Naturals(numbers, first, valid)) => {
                numbers.get(row).filter(|_| is_valid(valid, row)).map_or(NOBODY, |number| number - first)
            }
            Some(Codes::Integers(numbers, first, valid)) => {
                let number = numbers.get(row).filter(|_| is_valid(valid, row));
                number.and_then(|number| u32::try_from(number - first).ok()).unwrap_or(NOBODY)
            }
            Some(Codes::Keys(keys, places)) => {
                keys.get(row).and_then(|key| places.get(*key as usize)).copied().unwrap_or(NOBODY)
            }
            Some(Codes::Places(places)) => places.get(row).copied().unwrap_or(NOBODY),
            None => NOBODY,
        }
    }
}

fn bounds(column: &Column<'_>) -> (i64, i64) {
    fn of<T: Copy + Ord + Into<i64>>(numbers: &[T], valid: &Valid<'_>) -> (i64, i64) {
        let nothing = (i64::MAX, i64::MIN);
        if valid.is_some() {
            let given = numbers.iter().enumerate().filter(|(row, _)| is_valid(valid, *row));
            return given.fold(nothing, |(least, most), (_, number)| {
                let number = (*number).into();
                (least.min(number), most.max(number))
            });
        }
        let (Some(least), Some(most)) = (numbers.iter().min(), numbers.iter().max()) else { return nothing };
        ((*least).into(), (*most).into())
    }
    match column {
        Column::Integer(Integers::I64(numbers), valid) => of(numbers, valid),
        Column::Integer(Integers::I32(numbers), valid) => of(numbers, valid),
        Column::Integer(Integers::U32(numbers), valid) => of(numbers, valid),
        _ => (i64::MAX, i64::MIN),
    }
}

fn places_of(column: &Column<'_>, place: impl Fn(i64) -> Option<u32>) -> Vec<u32> {
    (0..column.len()).map(|row| column.integer(row).and_then(&place).unwrap_or(NOBODY)).collect()
}

/// Distinct texts in the order in which they first come.
#[derive(Default)]
struct Known<'s> {
    texts: Vec<&'s str>,
    #[expect(clippy::disallowed_types, reason = "asked for single texts only: its order reaches nothing")]
    places: std::collections::HashMap<&'s str, u32>,
}

impl<'s> Known<'s> {
    fn place(&mut self, text: &'s str) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(NOBODY);
        *self.places.entry(text).or_insert_with(|| {
            self.texts.push(text);
            next
        })
    }

    /// The texts by bytes, and where each of them came to stand.
    fn ranked(self) -> (Vec<String>, Vec<u32>) {
        let order = sorting::places(self.texts.len(), &|a, b| self.texts.get(a).cmp(&self.texts.get(b)));
        let mut ranks = vec![NOBODY; self.texts.len()];
        for (rank, at) in (0..).zip(&order) {
            if let Some(slot) = ranks.get_mut(*at) {
                *slot = rank;
            }
        }
        (order.iter().filter_map(|at| self.texts.get(*at)).map(|text| (*text).to_owned()).collect(), ranks)
    }
}
