//! Arrow arrays as the engine's columns: borrowed where the memory allows it.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use lrm_core::{Code, Column, EvidenceColumns, Integers, Result, Value};

use super::primitive::{converted, same, valid};
use super::texts;

/// The engine's column of an array, or the name of a type that no column takes.
pub(super) fn of_array(array: &ArrayRef) -> std::result::Result<Column<'_>, String> {
    let integers = |integers| Ok(Column::Integer(integers, valid(array)));
    match array.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(texts::of_texts(array)),
        DataType::Dictionary(..) => Ok(texts::of_dictionary(array)),
        DataType::Boolean => Ok(bools(array)),
        DataType::Float64 => Ok(Column::Number(same::<Float64Type>(array), valid(array))),
        DataType::Float32 => Ok(Column::Number(converted::<Float32Type, _>(array, f64::from), valid(array))),
        DataType::Float16 => Ok(Column::Number(converted::<Float16Type, _>(array, f64::from), valid(array))),
        DataType::Int64 => integers(Integers::I64(same::<Int64Type>(array))),
        DataType::Int32 => integers(Integers::I32(same::<Int32Type>(array))),
        DataType::UInt32 => integers(Integers::U32(same::<UInt32Type>(array))),
        DataType::Int16 => integers(Integers::I32(converted::<Int16Type, _>(array, i32::from))),
        DataType::Int8 => integers(Integers::I32(converted::<Int8Type, _>(array, i32::from))),
        DataType::UInt16 => integers(Integers::U32(converted::<UInt16Type, _>(array, u32::from))),
        DataType::UInt8 => integers(Integers::U32(converted::<UInt8Type, _>(array, u32::from))),
        DataType::UInt64 => unsigned(array),
        DataType::Decimal32(..) => Ok(decimals::<Decimal32Type>(array)),
        DataType::Decimal64(..) => Ok(decimals::<Decimal64Type>(array)),
        DataType::Decimal128(..) => Ok(decimals::<Decimal128Type>(array)),
        DataType::Decimal256(..) => Ok(decimals::<Decimal256Type>(array)),
        kind @ DataType::Timestamp(_, None) => Err(format!("{kind} without a time zone")),
        DataType::Timestamp(unit, Some(_)) => Ok(instants(*unit, array)),
        other => Err(other.to_string()),
    }
}

/// Adds a column of nothing but nulls, which has no type of its own.
pub(super) fn add_nulls(evidence: &mut EvidenceColumns<'_>, name: &str, rows: usize) -> Result<()> {
    match evidence.add(name, texts::nulls(rows)) {
        Err(error) if error.code() == Code::ColumnType => {
            let decimal = evidence.add(name, Column::Decimal(vec![None; rows]));
            decimal.or_else(|_| evidence.add(name, Column::Bool(vec![None; rows])))
        }
        other => other,
    }
}

fn bools<'a>(array: &ArrayRef) -> Column<'a> {
    Column::Bool(array.as_boolean_opt().into_iter().flatten().collect())
}

fn unsigned(array: &ArrayRef) -> std::result::Result<Column<'_>, String> {
    let numbers = array.as_primitive_opt::<UInt64Type>();
    if numbers.is_some_and(|numbers| numbers.iter().flatten().any(|number| i64::try_from(number).is_err())) {
        return Err("UInt64 with numbers above 2^63 - 1".to_owned());
    }
    let numbers = converted::<UInt64Type, _>(array, |number| i64::try_from(number).unwrap_or(i64::MAX));
    Ok(Column::Integer(Integers::I64(numbers), valid(array)))
}

/// Exact decimals. One beyond the engine's range becomes the end of the range, which every column refuses.
fn decimals<'a, T: DecimalType>(array: &ArrayRef) -> Column<'a> {
    let Some(decimals) = array.as_primitive_opt::<T>() else { return Column::Decimal(vec![None; array.len()]) };
    let value = |row| {
        let text = decimals.value_as_string(row);
        text.parse().unwrap_or_else(|_| end_of_range(text.starts_with('-')))
    };
    Column::Decimal((0..decimals.len()).map(|row| decimals.is_valid(row).then(|| value(row))).collect())
}

fn end_of_range(negative: bool) -> Value {
    const END: i64 = 9_000_000_000 * 1_000_000_000;
    Value::from_grid(if negative { -END } else { END }).unwrap_or_default()
}

/// Instants in microseconds; finer digits are cut off.
fn instants(unit: TimeUnit, array: &ArrayRef) -> Column<'_> {
    let micros = match unit {
        TimeUnit::Second => converted::<TimestampSecondType, _>(array, |second| second.saturating_mul(1_000_000)),
        TimeUnit::Millisecond => converted::<TimestampMillisecondType, _>(array, |milli| milli.saturating_mul(1_000)),
        TimeUnit::Microsecond => same::<TimestampMicrosecondType>(array),
        TimeUnit::Nanosecond => converted::<TimestampNanosecondType, _>(array, |nano| nano.div_euclid(1_000)),
    };
    Column::Instant(micros, valid(array))
}
