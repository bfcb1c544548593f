//! Results as a stream of Arrow batches, made while they are read.

use std::sync::Arc;

use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType, UInt8Type, UInt32Type};
use arrow_array::{ArrayRef, BooleanArray, FixedSizeListArray, Int64Array, PrimitiveArray, StructArray, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use lrm_core::{ResultColumn, Rollup, RollupBatch, Status, Value};
use pyo3_arrow::ffi::{ArrayIterator, ArrayReader};

use super::asked::Values;
use super::form::{Form, PRECISION, SCALE};
use super::lookup::{Lookup, packed, texts};
use super::share::{nullable, numbers};

/// Results of one or more rollups, and the form in which they are given.
pub(super) struct Source {
    pub(super) form: Arc<Form>,
    parts: Vec<Part>,
    statuses: ArrayRef,
}

/// One rollup, and what its places mean.
struct Part {
    rollup: Rollup,
    learners: Lookup,
    levels: ArrayRef,
}

impl Source {
    pub(super) fn new(form: Arc<Form>, rollups: Vec<Rollup>) -> Result<Self, ArrowError> {
        let part = |rollup: Rollup| {
            let learners = match &form.learner {
                Some(ids) => Lookup::learners(rollup.learners(), ids)?,
                None => Lookup::Themselves(DataType::UInt32),
            };
            Ok(Part { learners, levels: texts(rollup.level_ids()), rollup })
        };
        let parts = rollups.into_iter().map(part).collect::<Result<_, ArrowError>>()?;
        Ok(Self { form, parts, statuses: texts(Status::ALL.map(Status::as_str)) })
    }

    pub(super) fn rollups(&self) -> impl Iterator<Item = &Rollup> {
        self.parts.iter().map(|part| &part.rollup)
    }

    /// How many rows there are: of a matrix, how many learners.
    pub(super) fn len(&self) -> usize {
        let rows: usize = self.rollups().map(Rollup::len).sum();
        self.form.width.map_or(rows, |width| rows.checked_div(width).unwrap_or(0))
    }

    pub(super) fn schema(&self) -> Schema {
        Schema::new(self.form.fields.clone())
    }

    /// All rows, batch by batch.
    pub(super) fn stream(self: &Arc<Self>) -> Box<dyn ArrayReader + Send> {
        let rows = Field::new_struct("", self.form.fields.clone(), false);
        let batches = batches(Arc::clone(self)).map(|batch| batch.map(|batch| Arc::new(batch) as ArrayRef));
        Box::new(ArrayIterator::new(batches, Arc::new(rows)))
    }

    fn batch(&self, part: &Part, batch: &Arc<RollupBatch>) -> Result<StructArray, ArrowError> {
        let column = |column: &ResultColumn| self.column(part, batch, *column);
        let columns = self.form.columns.iter().map(column).collect::<Result<_, _>>()?;
        let rows = self.form.width.map_or(batch.len(), |width| batch.len().checked_div(width).unwrap_or(0));
        StructArray::try_new_with_length(self.form.fields.clone(), columns, None, rows)
    }

    fn column(&self, part: &Part, batch: &Arc<RollupBatch>, column: ResultColumn) -> Result<ArrayRef, ArrowError> {
        let array: ArrayRef = match column {
            ResultColumn::Learner => {
                let places = numbers::<UInt32Type>(batch, RollupBatch::learner);
                return part.learners.column(self.form.width.map_or(places.clone(), |width| every(&places, width)));
            }
            ResultColumn::Competency => {
                self.form.competencies.column(numbers::<UInt32Type>(batch, RollupBatch::competency))?
            }
            ResultColumn::Value => {
                self.value(nullable::<Int64Type>(batch, RollupBatch::value, RollupBatch::value_bits))?
            }
            ResultColumn::Level => {
                packed(nullable::<UInt32Type>(batch, RollupBatch::level, RollupBatch::level_bits), &part.levels)?
            }
            ResultColumn::Status => packed(numbers::<UInt8Type>(batch, RollupBatch::status), &self.statuses)?,
            ResultColumn::Newest => {
                let newest = nullable::<TimestampMicrosecondType>(batch, RollupBatch::newest, RollupBatch::newest_bits);
                Arc::new(newest.with_timezone("UTC"))
            }
            ResultColumn::Evidence => Arc::new(numbers::<UInt32Type>(batch, RollupBatch::evidence)),
            ResultColumn::Valued => Arc::new(numbers::<UInt32Type>(batch, RollupBatch::valued)),
            ResultColumn::Covered => Arc::new(numbers::<UInt32Type>(batch, RollupBatch::covered)),
            ResultColumn::Modified => Arc::new(BooleanArray::from(batch.modified().to_vec())),
            other => return Err(ArrowError::NotYetImplemented(format!("the column {}", other.as_str()))),
        };
        if self.form.width.is_none() {
            return Ok(array);
        }
        let field = self.form.fields.find(column.as_str()).map(|(_, field)| field.data_type());
        match field {
            Some(DataType::FixedSizeList(item, width)) => {
                Ok(Arc::new(FixedSizeListArray::try_new(Arc::clone(item), *width, array, None)?))
            }
            _ => Ok(array),
        }
    }

    fn value(&self, billionths: Int64Array) -> Result<ArrayRef, ArrowError> {
        Ok(match self.form.values {
            Values::Billionths => Arc::new(billionths),
            Values::Decimal => {
                let decimals: PrimitiveArray<Decimal128Type> = billionths.unary(i128::from);
                Arc::new(decimals.with_precision_and_scale(PRECISION, SCALE)?)
            }
            Values::Float => {
                let float = |grid| Value::from_grid(grid).map_or(0.0, Value::to_f64);
                Arc::new(billionths.unary::<_, Float64Type>(float))
            }
        })
    }
}

/// The batches of a source, made one after the other.
pub(super) fn batches(source: Arc<Source>) -> impl Iterator<Item = Result<StructArray, ArrowError>> + Send {
    let (mut part, mut at) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let current = source.parts.get(part)?;
            if let Some(batch) = current.rollup.batches().get(at) {
                at += 1;
                return Some(source.batch(current, batch));
            }
            (part, at) = (part + 1, 0);
        }
    })
}

/// The first of every so many numbers.
fn every(numbers: &UInt32Array, width: usize) -> UInt32Array {
    numbers.values().iter().step_by(width.max(1)).copied().collect()
}
