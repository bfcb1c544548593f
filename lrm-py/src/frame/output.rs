//! `Rollup`: results of many learners as a frame.

use std::sync::Arc;

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use pyo3_arrow::ffi::{to_schema_pycapsule, to_stream_pycapsule};

use super::form::Form;
use super::rows;
use super::source::{Source, batches};
use super::table::FrameFault;
use crate::enter::{Fault as _, run};
use crate::report;

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
/// ``value``      decimal128(19, 9), float64     null where there is none, which is not zero
///                or int64 (billionths)
/// ``level``      dictionary of texts            null without a value or below the first level
/// ``status``     dictionary of texts            see :attr:`Mastery.status`
/// ``evidence``   uint32                         distinct eligible items behind the result
/// ``newest``     timestamp[us, UTC]             of the items that the value rests on
/// ``valued``     uint32                         covered leaves with a value
/// ``covered``    uint32                         covered leaves
/// ``modified``   boolean                        see :attr:`Mastery.modified`; given only if it is named
/// ============== ============================== =========================================================
///
/// Texts that came in as a dictionary (categories) go out as one, plain texts as plain texts, and whole numbers in the
/// type in which they came, so that they join with the frame they came from. Numbers of competencies that are not ids
/// of the whole framework go out as texts.
///
/// A matrix (``layout="matrix"``) has one row per learner, and each column but ``learner`` is a fixed-size list of what
/// stands in the table above, in the order of :attr:`node_ids`.
///
/// Columns share the memory of the engine, and go out without a copy, but for decimals, floats, plain texts, whole numbers
/// of competencies, and whole numbers of learners that came in as another type than uint32.
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Rollup(Arc<Source>);

impl Rollup {
    pub(crate) fn new(py: Python<'_>, form: Arc<Form>, rollups: Vec<core::Rollup>) -> PyResult<Self> {
        let source = Source::new(form, rollups);
        source.map(|source| Self(Arc::new(source))).map_err(|error| FrameFault::from(error).raised(py))
    }
}

#[pymethods]
impl Rollup {
    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.0.form.fields.iter().map(|field| field.name().as_str()).collect()
    }

    /// The ids of the competencies that were asked for: of a matrix, what its lists hold, in order.
    #[getter]
    fn node_ids(&self) -> &[String] {
        &self.0.form.node_ids
    }

    /// The columns of the input that evidence does not have, and that were not read.
    #[getter]
    fn ignored_columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.0.rollups().flat_map(core::Rollup::ignored_columns) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// How many rows of the input have something wrong with them, listed in the report or not.
    #[getter]
    fn bad_rows(&self) -> usize {
        self.0.rollups().map(core::Rollup::bad_rows).sum()
    }

    /// What is wrong with rows of the input, by row: the path begins with ``/rows/``, the context holds ``row``, and the
    /// first row is 0. The other rows count.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report::of_json(py, &joined(self.0.rollups().map(|rollup| rollup.report().to_json())))
    }

    /// The rows as dicts, with the names of the columns; values as in the frame, instants as aware datetimes.
    ///
    /// For small results: everything becomes a Python object.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for batch in batches(Arc::clone(&self.0)) {
            rows::add(&list, &batch.map_err(|error| FrameFault::from(error).raised(py))?)?;
        }
        Ok(list)
    }

    /// Canonical JSON: a list of rows, each a learner with a result; the same bytes in every language. A matrix is
    /// written as such rows too.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || joined(self.0.rollups().map(core::Rollup::to_json)))
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
        self.0.len()
    }

    fn __repr__(&self) -> String {
        let findings: usize = self.0.rollups().map(|rollup| rollup.report().len()).sum();
        format!("<lrm.Rollup: {} rows of {}, {findings} findings>", self.0.len(), self.column_names().join(", "))
    }
}

/// JSON lists as one list.
fn joined(lists: impl Iterator<Item = String>) -> String {
    let mut all = String::from("[");
    for list in lists {
        let items = list.get(1..list.len().saturating_sub(1)).unwrap_or_default();
        if !items.is_empty() && all.len() > 1 {
            all.push(',');
        }
        all.push_str(items);
    }
    all.push(']');
    all
}
