//! A frame as batches of Arrow arrays, in a form that the engine's columns can borrow from. Nothing is joined.

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchReader, make_array};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, SchemaRef};
use lrm_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;

use super::columns;
use super::texts::is_text;
use crate::enter::{Fault, all_raised, enter, refused};

/// Why a frame could not be read.
pub(crate) enum FrameFault {
    /// Its columns are not what the engine takes, or the engine failed. Never empty.
    Engine(Vec<core::Error>),
    /// The frame itself failed while it gave its batches.
    Arrow(ArrowError),
}

impl From<core::Error> for FrameFault {
    fn from(error: core::Error) -> Self {
        Self::Engine(vec![error])
    }
}

impl From<ArrowError> for FrameFault {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl Fault for FrameFault {
    fn raised(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Engine(errors) => all_raised(py, &errors),
            Self::Arrow(error) => refused(py, "invalid-value", "", &format!("the frame cannot be read: {error}"), &[]),
        }
    }
}

/// The batches of a frame, not yet read.
pub(crate) struct Batches {
    reader: Box<dyn RecordBatchReader + Send>,
    schema: SchemaRef,
    first: bool,
}

impl<'py> FromPyObject<'_, 'py> for Batches {
    type Error = PyErr;

    fn extract(frame: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !frame.hasattr("__arrow_c_stream__")? && !frame.hasattr("__arrow_c_array__")? {
            let kind = frame.get_type().name()?;
            let message =
                format!("a frame speaks the Arrow PyCapsule interface (Polars, pandas, DuckDB, pyarrow), not {kind}");
            return Err(PyTypeError::new_err(message));
        }
        let reader = frame.extract::<AnyRecordBatch>()?.into_reader()?;
        Ok(Self { schema: reader.schema(), reader, first: true })
    }
}

impl Batches {
    /// The next batch. A frame without batches gives one without rows, so that its columns are known.
    ///
    /// Other threads run meanwhile: the frame may need them. Between batches an interrupt is heard.
    pub(crate) fn next(&mut self, py: Python<'_>) -> PyResult<Option<Batch>> {
        py.check_signals()?;
        let first = std::mem::take(&mut self.first);
        enter(py, || {
            let batch = match self.reader.next().transpose()? {
                None if first => Some(RecordBatch::new_empty(self.schema.clone())),
                other => other,
            };
            batch.as_ref().map(Batch::new).transpose().map_err(FrameFault::from)
        })
    }
}

/// One batch of a frame: its columns by name.
pub(crate) struct Batch {
    rows: usize,
    columns: Vec<(String, ArrayRef)>,
}

impl Batch {
    fn new(batch: &RecordBatch) -> Result<Self, ArrowError> {
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            flatten(field.name().clone(), array.clone(), &mut columns)?;
        }
        Ok(Self { rows: batch.num_rows(), columns })
    }

    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// The type of a column, if there is one of that name.
    pub(crate) fn kind(&self, name: &str) -> Option<&DataType> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, array)| array.data_type())
    }

    /// The columns that the engine reads.
    ///
    /// All columns of a wrong type are told at once.
    pub(crate) fn evidence(&self) -> Result<core::EvidenceColumns<'_>, FrameFault> {
        self.read("", |_| true)
    }

    /// The columns of a table of scopes.
    fn scopes(&self) -> Result<core::EvidenceColumns<'_>, FrameFault> {
        self.read("/scopes", |name| matches!(name, "learner" | "competency"))
    }

    fn read(&self, path: &str, wanted: impl Fn(&str) -> bool) -> Result<core::EvidenceColumns<'_>, FrameFault> {
        let mut evidence = core::EvidenceColumns::new(self.rows);
        let mut errors = Vec::new();
        for (name, array) in self.columns.iter().filter(|(name, _)| wanted(name)) {
            let wrong = |found: String| {
                let mut finding = core::EvidenceColumns::wrong_type(name, &found);
                finding.path.insert_str(0, path);
                core::Error::from(finding)
            };
            let added = if *array.data_type() == DataType::Null {
                columns::add_nulls(&mut evidence, name, self.rows)
            } else if core::EvidenceColumns::knows(name) {
                columns::of_array(array).map_err(wrong).and_then(|column| evidence.add(name, column))
            } else {
                // noted as ignored, whatever it holds
                evidence.add(name, core::Column::Decimal(Vec::new()))
            };
            errors.extend(added.err());
        }
        if errors.is_empty() { Ok(evidence) } else { Err(FrameFault::Engine(errors)) }
    }
}

/// All batches of a frame; at least one.
pub(crate) struct Table(Vec<Batch>);

impl Table {
    /// Reads all batches.
    pub(crate) fn read(py: Python<'_>, mut batches: Batches) -> PyResult<Self> {
        let mut table = Vec::new();
        while let Some(batch) = batches.next(py)? {
            table.push(batch);
        }
        Ok(Self(table))
    }

    pub(crate) fn rows(&self) -> usize {
        self.0.iter().map(Batch::rows).sum()
    }

    /// The type of a column, if there is one of that name.
    pub(crate) fn kind(&self, name: &str) -> Option<&DataType> {
        self.0.first()?.kind(name)
    }

    /// The columns that the engine reads, batch by batch.
    pub(crate) fn evidence(&self) -> Result<Vec<core::EvidenceColumns<'_>>, FrameFault> {
        self.0.iter().map(Batch::evidence).collect()
    }

    /// The columns of a table of scopes, batch by batch.
    pub(crate) fn scopes(&self) -> Result<Vec<core::EvidenceColumns<'_>>, FrameFault> {
        self.0.iter().map(Batch::scopes).collect()
    }
}

/// Takes apart what holds evidence fields, and unpacks what is packed in a way that the engine does not read.
fn flatten(name: String, array: ArrayRef, into: &mut Vec<(String, ArrayRef)>) -> Result<(), ArrowError> {
    match array.data_type() {
        DataType::Struct(fields) if fields.iter().any(|field| known(&name, field.name())) => {
            for (at, field) in fields.iter().enumerate() {
                flatten(format!("{name}.{}", field.name()), part(&array, at)?, into)?;
            }
        }
        DataType::Dictionary(_, packed) if !is_text(packed) => into.push((name, arrow_cast::cast(&array, packed)?)),
        DataType::RunEndEncoded(_, packed) => into.push((name, arrow_cast::cast(&array, packed.data_type())?)),
        _ => into.push((name, array)),
    }
    Ok(())
}

fn known(name: &str, field: &str) -> bool {
    core::EvidenceColumns::knows(&format!("{name}.{field}"))
}

/// A field of a struct column; where the struct is null, so is its field.
fn part(array: &ArrayRef, at: usize) -> Result<ArrayRef, ArrowError> {
    let wrong = || ArrowError::SchemaError("a struct column lacks a field that its type has".to_owned());
    let whole = array.as_struct_opt().ok_or_else(wrong)?;
    let field = whole.columns().get(at).ok_or_else(wrong)?;
    if whole.nulls().is_none() || *field.data_type() == DataType::Null {
        return Ok(field.clone());
    }
    let nulls = NullBuffer::union(whole.nulls(), field.nulls());
    Ok(make_array(field.to_data().into_builder().nulls(nulls).build()?))
}
