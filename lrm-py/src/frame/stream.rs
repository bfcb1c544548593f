//! A rollup as a stream of Arrow batches, made while they are read.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::{ArrowDictionaryKeyType, UInt8Type, UInt32Type};
use arrow_array::{
    Array as _, ArrayRef, Decimal128Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray, PrimitiveArray,
    StructArray, TimestampMicrosecondArray, UInt8Array, UInt32Array,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use lrm_core::{Instant, Learners, Rollup, Status, Value};
use pyo3_arrow::ffi::{ArrayIterator, ArrayReader};

use super::output::Values;

/// Rows of a batch.
const ROWS: usize = 1 << 20;
/// The digits of a value: ±9·10⁹ with nine decimals.
const PRECISION: u8 = 19;
const SCALE: i8 = 9;

/// Which columns of texts are given as a dictionary: those that came in as one.
#[derive(Clone, Copy)]
pub(crate) struct Packed {
    pub(crate) learner: bool,
    pub(crate) competency: bool,
}

/// A rollup and the form in which it is given.
pub(crate) struct Source {
    rollup: Rollup,
    values: Values,
    packed: Packed,
    fields: Fields,
    /// The texts that places point to.
    learners: Arc<LargeStringArray>,
    competencies: Arc<LargeStringArray>,
    levels: Arc<LargeStringArray>,
    statuses: Arc<LargeStringArray>,
}

impl Source {
    pub(crate) fn new(rollup: Rollup, values: Values, packed: Packed) -> Self {
        let learners = match rollup.learners() {
            Learners::Texts(texts) => LargeStringArray::from_iter_values(texts),
            _ => LargeStringArray::new_null(0),
        };
        Self {
            fields: fields(rollup.learners(), values, packed).collect(),
            learners: Arc::new(learners),
            competencies: Arc::new(LargeStringArray::from_iter_values(rollup.competency_ids())),
            levels: Arc::new(LargeStringArray::from_iter_values(rollup.level_ids())),
            statuses: Arc::new(LargeStringArray::from_iter_values(Status::ALL.map(Status::as_str))),
            rollup,
            values,
            packed,
        }
    }

    pub(crate) const fn rollup(&self) -> &Rollup {
        &self.rollup
    }

    pub(crate) const fn values(&self) -> Values {
        self.values
    }

    pub(crate) fn schema(&self) -> Schema {
        Schema::new(self.fields.clone())
    }

    pub(crate) fn column_names(&self) -> Vec<&str> {
        self.fields.iter().map(|field| field.name().as_str()).collect()
    }

    /// The id of a row's competency.
    pub(crate) fn competency(&self, row: usize) -> Option<&str> {
        let place = *self.rollup.competency().get(row)? as usize;
        (place < self.competencies.len()).then(|| self.competencies.value(place))
    }

    /// All rows, batch by batch.
    pub(crate) fn stream(self: &Arc<Self>) -> Box<dyn ArrayReader + Send> {
        let source = Arc::clone(self);
        let len = self.rollup.len();
        let batches = (0..len).step_by(ROWS).map(move |from| source.batch(from..len.min(from + ROWS)));
        let rows = Field::new_struct("", self.fields.clone(), false);
        Box::new(ArrayIterator::new(batches, Arc::new(rows)))
    }

    fn batch(&self, rows: Range<usize>) -> Result<ArrayRef, ArrowError> {
        let rollup = &self.rollup;
        let learner = part(rollup.learner(), &rows);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.fields.len());
        match rollup.learners() {
            Learners::Numbers(numbers) => {
                columns.push(Arc::new(
                    learner.iter().map(|place| numbers.get(*place as usize).copied()).collect::<Int64Array>(),
                ));
            }
            Learners::Texts(_) => columns.push(texts(learner, &self.learners, self.packed.learner)?),
            _ => {}
        }
        columns.push(texts(part(rollup.competency(), &rows), &self.competencies, self.packed.competency)?);
        columns.push(self.value(part(rollup.value(), &rows))?);
        let level: UInt32Array = part(rollup.level(), &rows).iter().copied().collect();
        columns.push(dictionary::<UInt32Type>(level, &self.levels)?);
        let status: UInt8Array = part(rollup.status(), &rows).iter().map(|status| place_of(*status)).collect();
        columns.push(dictionary::<UInt8Type>(status, &self.statuses)?);
        columns.push(counts(part(rollup.evidence(), &rows)));
        let newest = part(rollup.newest(), &rows).iter().map(|newest| newest.map(Instant::micros));
        columns.push(Arc::new(newest.collect::<TimestampMicrosecondArray>().with_timezone("UTC")));
        columns.push(counts(part(rollup.valued(), &rows)));
        columns.push(counts(part(rollup.covered(), &rows)));
        Ok(Arc::new(StructArray::try_new(self.fields.clone(), columns, None)?))
    }

    fn value(&self, values: &[Option<Value>]) -> Result<ArrayRef, ArrowError> {
        Ok(match self.values {
            Values::Decimal => {
                let grid = values.iter().map(|value| value.map(|value| i128::from(value.grid())));
                Arc::new(grid.collect::<Decimal128Array>().with_precision_and_scale(PRECISION, SCALE)?)
            }
            Values::Float => Arc::new(values.iter().map(|value| value.map(Value::to_f64)).collect::<Float64Array>()),
        })
    }
}

fn fields(learners: &Learners, values: Values, packed: Packed) -> impl Iterator<Item = FieldRef> {
    let text = |packed| if packed { packed_by(DataType::UInt32) } else { DataType::LargeUtf8 };
    let learner = match learners {
        Learners::Numbers(_) => Some(DataType::Int64),
        Learners::Texts(_) => Some(text(packed.learner)),
        _ => None,
    };
    let value = match values {
        Values::Decimal => DataType::Decimal128(PRECISION, SCALE),
        Values::Float => DataType::Float64,
    };
    let rest = [
        ("competency", text(packed.competency), false),
        ("value", value, true),
        ("level", packed_by(DataType::UInt32), true),
        ("status", packed_by(DataType::UInt8), false),
        ("evidence", DataType::UInt32, false),
        ("newest", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        ("valued", DataType::UInt32, false),
        ("covered", DataType::UInt32, false),
    ];
    let first = learner.map(|kind| ("learner", kind, false));
    first.into_iter().chain(rest).map(|(name, kind, nullable)| Arc::new(Field::new(name, kind, nullable)))
}

fn packed_by(places: DataType) -> DataType {
    DataType::Dictionary(Box::new(places), Box::new(DataType::LargeUtf8))
}

fn part<'a, T>(column: &'a [T], rows: &Range<usize>) -> &'a [T] {
    column.get(rows.clone()).unwrap_or_default()
}

fn counts(counts: &[u32]) -> ArrayRef {
    Arc::new(UInt32Array::from(counts.to_vec()))
}

fn place_of(status: Status) -> Option<u8> {
    Status::ALL.iter().position(|known| *known == status).and_then(|place| u8::try_from(place).ok())
}

/// The texts at these places.
fn texts(places: &[u32], texts: &Arc<LargeStringArray>, packed: bool) -> Result<ArrayRef, ArrowError> {
    if packed {
        return dictionary::<UInt32Type>(UInt32Array::from(places.to_vec()), texts);
    }
    let text = |place: &u32| {
        let place = *place as usize;
        (place < texts.len()).then(|| texts.value(place))
    };
    Ok(Arc::new(places.iter().map(text).collect::<LargeStringArray>()))
}

fn dictionary<K: ArrowDictionaryKeyType>(
    places: PrimitiveArray<K>,
    texts: &Arc<LargeStringArray>,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::try_new(places, Arc::clone(texts) as ArrayRef)?))
}
