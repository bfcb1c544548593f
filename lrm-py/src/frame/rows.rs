//! Results as Python objects, for small ones: read from the batches that go out, so that both say the same.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array as _, ArrayRef, StructArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use lrm_core::{Instant, Value};
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::table::FrameFault;
use crate::decimal::to_decimal;
use crate::enter::{Fault as _, raised};
use crate::instant::to_datetime;

/// Adds the rows of a batch, each a dict.
pub(super) fn add(rows: &Bound<'_, PyList>, batch: &StructArray) -> PyResult<()> {
    let py = rows.py();
    let columns = batch.columns().iter().map(|column| cells(py, column)).collect::<PyResult<Vec<_>>>()?;
    for row in 0..batch.len() {
        let dict = PyDict::new(py);
        for (field, cells) in batch.fields().iter().zip(&columns) {
            dict.set_item(field.name(), cells.get_item(row)?)?;
        }
        rows.append(dict)?;
    }
    Ok(())
}

/// The cells of a column.
fn cells<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    if let Some(lists) = column.as_fixed_size_list_opt() {
        let (all, width) = (cells(py, lists.values())?, usize::try_from(lists.value_length())?);
        return PyList::new(py, (0..lists.len()).map(|row| all.get_slice(row * width, (row + 1) * width)));
    }
    let column = plain(column).map_err(|error| FrameFault::from(error).raised(py))?;
    let cell = |row| if column.is_null(row) { Ok(py.None().into_bound(py)) } else { cell(py, &column, row) };
    PyList::new(py, (0..column.len()).map(cell).collect::<PyResult<Vec<_>>>()?)
}

/// The same without dictionaries, and with one type for all whole numbers.
fn plain(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Dictionary(_, kind) => cast(column, kind),
        kind if kind.is_integer() => cast(column, &DataType::Int64),
        _ => Ok(column.clone()),
    }
}

fn cell<'py>(py: Python<'py>, column: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if let Some(texts) = column.as_string_opt::<i64>() {
        texts.value(row).into_bound_py_any(py)
    } else if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        numbers.value(row).into_bound_py_any(py)
    } else if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        numbers.value(row).into_bound_py_any(py)
    } else if let Some(decimals) = column.as_primitive_opt::<Decimal128Type>() {
        let value = Value::from_grid(i64::try_from(decimals.value(row))?).map_err(|error| raised(py, &error))?;
        to_decimal(py, value)
    } else if let Some(instants) = column.as_primitive_opt::<TimestampMicrosecondType>() {
        let instant = Instant::from_micros(instants.value(row)).map_err(|error| raised(py, &error))?;
        to_datetime(py, instant)
    } else {
        Ok(py.None().into_bound(py))
    }
}
