//! `Rollup`: results of many learners as a frame.

use std::sync::Arc;

use lrm_core as core;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PyString};
use pyo3_arrow::ffi::{to_schema_pycapsule, to_stream_pycapsule};

use super::stream::Source;
use crate::decimal::to_decimal;
use crate::enter::run;
use crate::instant::to_datetime;
use crate::report;

/// How values are given: exactly, or as the nearest binary floating-point number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    Decimal,
    Float,
}

impl<'py> FromPyObject<'_, 'py> for Values {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.cast::<PyString>()?.to_str()? {
            "decimal" => Ok(Self::Decimal),
            "float" => Ok(Self::Float),
            other => Err(PyValueError::new_err(format!("values are \"decimal\" or \"float\", not {other:?}"))),
        }
    }
}

/// Results of many learners as a frame: one row per learner and competency, in the order of learners, then of ids.
///
/// Give it to any library that speaks the Arrow PyCapsule interface: ``polars.DataFrame(rollup)``,
/// ``pandas.DataFrame.from_arrow(rollup)``, ``pyarrow.table(rollup)``, or name it in a query of DuckDB.
///
/// ============== ============================== =========================================================
/// column         type                           meaning
/// ============== ============================== =========================================================
/// ``learner``    as it came in                  left out if the frame had no such column
/// ``competency`` as it came in                  the id
/// ``value``      decimal128(19, 9) or float64   null where there is none, which is not zero
/// ``level``      dictionary of texts            null without a value or below the first level
/// ``status``     dictionary of texts            see :attr:`Mastery.status`
/// ``evidence``   uint32                         distinct eligible items behind the result
/// ``newest``     timestamp[us, UTC]             of the items that the value rests on
/// ``valued``     uint32                         covered leaves with a value
/// ``covered``    uint32                         covered leaves
/// ============== ============================== =========================================================
///
/// Texts that came in as a dictionary (categories) go out as one, plain texts as plain texts, so that both join with
/// the frame they came from.
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Rollup(Arc<Source>);

impl Rollup {
    pub(crate) fn new(source: Source) -> Self {
        Self(Arc::new(source))
    }
}

#[pymethods]
impl Rollup {
    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.0.column_names()
    }

    /// The columns of the input that evidence does not have, and that were not read.
    #[getter]
    fn ignored_columns(&self) -> &[String] {
        self.0.rollup().ignored_columns()
    }

    /// What is wrong with rows of the input, by row: the path begins with ``/rows/``, the context holds ``row``, and the
    /// first row is 0. The other rows count.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report::to_python(py, self.0.rollup().report())
    }

    /// The rows as dicts, with the names of the columns; values as in the frame, instants as aware datetimes.
    ///
    /// For small results: everything becomes a Python object.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = PyList::empty(py);
        for row in 0..self.0.rollup().len() {
            rows.append(self.row(py, row)?)?;
        }
        Ok(rows)
    }

    /// Canonical JSON: a list of rows, each a learner with a result; the same bytes in every language.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || self.0.rollup().to_json())
    }

    /// The schema, as a PyCapsule of an Arrow C schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.0.schema())?)
    }

    /// The rows, as a PyCapsule of an Arrow C stream. It can be asked for any number of times; batches are made while
    /// they are read.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_stream_pycapsule(py, self.0.stream(), requested_schema)?)
    }

    fn __len__(&self) -> usize {
        self.0.rollup().len()
    }

    fn __repr__(&self) -> String {
        let rollup = self.0.rollup();
        format!(
            "<lrm.Rollup: {} rows of {}, {} findings>",
            rollup.len(),
            self.column_names().join(", "),
            rollup.report().len()
        )
    }
}

impl Rollup {
    fn row<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Bound<'py, PyDict>> {
        let (source, rollup) = (&self.0, self.0.rollup());
        let dict = PyDict::new(py);
        let learner = rollup.learner().get(row).map(|place| *place as usize);
        match rollup.learners() {
            core::Learners::Numbers(numbers) => {
                dict.set_item("learner", learner.and_then(|place| numbers.get(place)))?;
            }
            core::Learners::Texts(texts) => dict.set_item("learner", learner.and_then(|place| texts.get(place)))?,
            _ => {}
        }
        dict.set_item("competency", source.competency(row))?;
        let value = rollup.value().get(row).copied().flatten();
        match source.values() {
            Values::Decimal => dict.set_item("value", value.map(|value| to_decimal(py, value)).transpose()?)?,
            Values::Float => dict.set_item("value", value.map(core::Value::to_f64))?,
        }
        let level = rollup.level().get(row).copied().flatten();
        dict.set_item("level", level.and_then(|level| rollup.level_ids().get(level as usize)))?;
        dict.set_item("status", rollup.status().get(row).map(|status| status.as_str()))?;
        dict.set_item("evidence", rollup.evidence().get(row))?;
        let newest = rollup.newest().get(row).copied().flatten();
        dict.set_item("newest", newest.map(|newest| to_datetime(py, newest)).transpose()?)?;
        dict.set_item("valued", rollup.valued().get(row))?;
        dict.set_item("covered", rollup.covered().get(row))?;
        Ok(dict)
    }
}
