//! Arrow columns as the engine's columns: borrowed where the memory allows it.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use lrm_core::{Code, Column, EvidenceColumns, Result, Value};

use super::dictionary;
use super::primitive::{converted, same, valid};

/// The engine's column of some chunks, or the name of a type that no column takes.
pub(super) fn of_chunks<'a>(
    kind: &DataType,
    chunks: &'a [ArrayRef],
    rows: usize,
) -> std::result::Result<Column<'a>, String> {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(dictionary::of_texts(kind, chunks, rows)),
        DataType::Dictionary(_, values) => Ok(dictionary::of_dictionaries(values, chunks, rows)),
        DataType::Boolean => Ok(bools(chunks, rows)),
        DataType::Float64 => Ok(Column::Number(same::<Float64Type>(chunks), valid(chunks))),
        DataType::Float32 => Ok(Column::Number(converted::<Float32Type, _>(chunks, f64::from), valid(chunks))),
        DataType::Float16 => Ok(Column::Number(converted::<Float16Type, _>(chunks, f64::from), valid(chunks))),
        DataType::Int64 => Ok(Column::Integer(same::<Int64Type>(chunks), valid(chunks))),
        DataType::Int32 => Ok(Column::Integer(converted::<Int32Type, _>(chunks, i64::from), valid(chunks))),
        DataType::Int16 => Ok(Column::Integer(converted::<Int16Type, _>(chunks, i64::from), valid(chunks))),
        DataType::Int8 => Ok(Column::Integer(converted::<Int8Type, _>(chunks, i64::from), valid(chunks))),
        DataType::UInt32 => Ok(Column::Integer(converted::<UInt32Type, _>(chunks, i64::from), valid(chunks))),
        DataType::UInt16 => Ok(Column::Integer(converted::<UInt16Type, _>(chunks, i64::from), valid(chunks))),
        DataType::UInt8 => Ok(Column::Integer(converted::<UInt8Type, _>(chunks, i64::from), valid(chunks))),
        DataType::UInt64 => unsigned(chunks),
        DataType::Decimal32(..) => Ok(decimals::<Decimal32Type>(chunks, rows)),
        DataType::Decimal64(..) => Ok(decimals::<Decimal64Type>(chunks, rows)),
        DataType::Decimal128(..) => Ok(decimals::<Decimal128Type>(chunks, rows)),
        DataType::Decimal256(..) => Ok(decimals::<Decimal256Type>(chunks, rows)),
        DataType::Timestamp(_, None) => Err(format!("{kind} without a time zone")),
        DataType::Timestamp(unit, Some(_)) => Ok(instants(*unit, chunks)),
        other => Err(other.to_string()),
    }
}

/// Adds a column of nothing but nulls, which has no type of its own.
pub(super) fn add_nulls(evidence: &mut EvidenceColumns<'_>, name: &str, rows: usize) -> Result<()> {
    let text = evidence.add(name, Column::Text(vec![None; rows]));
    match text {
        Err(error) if error.code() == Code::ColumnType => {
            let decimal = evidence.add(name, Column::Decimal(vec![None; rows]));
            decimal.or_else(|_| evidence.add(name, Column::Bool(vec![None; rows])))
        }
        other => other,
    }
}

fn bools<'a>(chunks: &[ArrayRef], rows: usize) -> Column<'a> {
    let mut bools = Vec::with_capacity(rows);
    for chunk in chunks.iter().filter_map(|chunk| chunk.as_boolean_opt()) {
        bools.extend(chunk.iter());
    }
    Column::Bool(bools)
}

fn unsigned<'a>(chunks: &[ArrayRef]) -> std::result::Result<Column<'a>, String> {
    let too_big = chunks
        .iter()
        .filter_map(|chunk| chunk.as_primitive_opt::<UInt64Type>())
        .any(|chunk| chunk.iter().flatten().any(|number| i64::try_from(number).is_err()));
    if too_big {
        return Err("UInt64 with numbers above 2^63 - 1".to_owned());
    }
    let numbers = converted::<UInt64Type, _>(chunks, |number| i64::try_from(number).unwrap_or(i64::MAX));
    Ok(Column::Integer(numbers, valid(chunks)))
}

/// Exact decimals. One beyond the engine's range becomes the end of the range, which every column refuses.
fn decimals<'a, T: DecimalType>(chunks: &[ArrayRef], rows: usize) -> Column<'a> {
    let mut values = Vec::with_capacity(rows);
    for chunk in chunks.iter().filter_map(|chunk| chunk.as_primitive_opt::<T>()) {
        values.extend((0..chunk.len()).map(|row| {
            chunk.is_valid(row).then(|| {
                let text = chunk.value_as_string(row);
                text.parse().unwrap_or_else(|_| end_of_range(text.starts_with('-')))
            })
        }));
    }
    Column::Decimal(values)
}

fn end_of_range(negative: bool) -> Value {
    const END: i64 = 9_000_000_000 * 1_000_000_000;
    Value::from_grid(if negative { -END } else { END }).unwrap_or_default()
}

/// Instants in microseconds; finer digits are cut off.
fn instants(unit: TimeUnit, chunks: &[ArrayRef]) -> Column<'_> {
    let micros = match unit {
        TimeUnit::Second => converted::<TimestampSecondType, _>(chunks, |second| second.saturating_mul(1_000_000)),
        TimeUnit::Millisecond => converted::<TimestampMillisecondType, _>(chunks, |milli| milli.saturating_mul(1_000)),
        TimeUnit::Microsecond => same::<TimestampMicrosecondType>(chunks),
        TimeUnit::Nanosecond => converted::<TimestampNanosecondType, _>(chunks, |nano| nano.div_euclid(1_000)),
    };
    Column::Instant(micros, valid(chunks))
}
