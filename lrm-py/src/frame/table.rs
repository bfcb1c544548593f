//! A frame as columns of Arrow chunks, in a form that the engine's columns can borrow from.

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchReader, make_array};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType};
use lrm_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;

use super::columns;
use super::stream::Packed;
use crate::enter::{Fault, all_raised, refused};

/// The columns of a frame, each with its type and its chunks.
pub(crate) struct Table {
    rows: usize,
    columns: Vec<FrameColumn>,
}

/// One column.
struct FrameColumn {
    name: String,
    kind: DataType,
    chunks: Vec<ArrayRef>,
}

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
pub(crate) struct Batches(Box<dyn RecordBatchReader + Send>);

impl<'py> FromPyObject<'_, 'py> for Batches {
    type Error = PyErr;

    fn extract(frame: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !frame.hasattr("__arrow_c_stream__")? && !frame.hasattr("__arrow_c_array__")? {
            let kind = frame.get_type().name()?;
            let message =
                format!("a frame speaks the Arrow PyCapsule interface (Polars, pandas, DuckDB, pyarrow), not {kind}");
            return Err(PyTypeError::new_err(message));
        }
        frame.extract::<AnyRecordBatch>()?.into_reader().map(Self)
    }
}

impl Table {
    /// Reads all batches. Other threads should run meanwhile: the frame may need them.
    pub(crate) fn read(batches: Batches) -> Result<Self, FrameFault> {
        let schema = batches.0.schema();
        let batches: Vec<RecordBatch> = batches.0.collect::<Result<_, _>>()?;
        let mut columns = Vec::new();
        for (at, field) in schema.fields().iter().enumerate() {
            let chunks = batches.iter().map(|batch| batch.columns().get(at).cloned()).collect::<Option<Vec<_>>>();
            let column = FrameColumn {
                name: field.name().clone(),
                kind: field.data_type().clone(),
                chunks: chunks.unwrap_or_default(),
            };
            column.flatten(&mut columns)?;
        }
        Ok(Self { rows: batches.iter().map(RecordBatch::num_rows).sum(), columns })
    }

    /// Which columns of texts came as dictionaries.
    pub(crate) fn packed(&self) -> Packed {
        let packed = |name| {
            let column = self.columns.iter().find(|column| column.name == name);
            column.is_some_and(|column| matches!(column.kind, DataType::Dictionary(..)))
        };
        Packed { learner: packed("learner"), competency: packed("competency") }
    }

    /// The columns that the engine reads.
    ///
    /// All columns of a wrong type are told at once.
    pub(crate) fn evidence(&self) -> Result<core::EvidenceColumns<'_>, FrameFault> {
        let mut evidence = core::EvidenceColumns::new(self.rows);
        let mut errors = Vec::new();
        for FrameColumn { name, kind, chunks } in &self.columns {
            let added = if *kind == DataType::Null {
                columns::add_nulls(&mut evidence, name, self.rows)
            } else if core::EvidenceColumns::knows(name) {
                let column = columns::of_chunks(kind, chunks, self.rows);
                column
                    .map_err(|found| core::EvidenceColumns::wrong_type(name, &found).into())
                    .and_then(|column| evidence.add(name, column))
            } else {
                // noted as ignored, whatever it holds
                evidence.add(name, core::Column::Decimal(Vec::new()))
            };
            errors.extend(added.err());
        }
        if errors.is_empty() { Ok(evidence) } else { Err(FrameFault::Engine(errors)) }
    }
}

impl FrameColumn {
    /// Takes apart what holds evidence fields, and unpacks what is packed in a way that the engine does not read.
    fn flatten(self, into: &mut Vec<Self>) -> Result<(), ArrowError> {
        let Self { name, kind, chunks } = self;
        match &kind {
            DataType::Struct(fields) if fields.iter().any(|field| known(&name, field.name())) => {
                for (at, field) in fields.iter().enumerate() {
                    let parts = chunks.iter().map(|chunk| part(chunk, at)).collect::<Result<_, _>>()?;
                    let part = Self {
                        name: format!("{name}.{}", field.name()),
                        kind: field.data_type().clone(),
                        chunks: parts,
                    };
                    part.flatten(into)?;
                }
            }
            DataType::Dictionary(_, packed) if !is_text(packed) => {
                let chunks = chunks.iter().map(|chunk| arrow_cast::cast(chunk, packed)).collect::<Result<_, _>>()?;
                into.push(Self { name, kind: packed.as_ref().clone(), chunks });
            }
            DataType::RunEndEncoded(_, packed) => {
                let packed = packed.data_type();
                let chunks = chunks.iter().map(|chunk| arrow_cast::cast(chunk, packed)).collect::<Result<_, _>>()?;
                into.push(Self { name, kind: packed.clone(), chunks });
            }
            _ => into.push(Self { name, kind, chunks }),
        }
        Ok(())
    }
}

fn known(name: &str, field: &str) -> bool {
    core::EvidenceColumns::knows(&format!("{name}.{field}"))
}

pub(super) fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// A field of a struct column; where the struct is null, so is its field.
fn part(chunk: &ArrayRef, at: usize) -> Result<ArrayRef, ArrowError> {
    let wrong = || ArrowError::SchemaError("a struct column lacks a field that its type has".to_owned());
    let whole = chunk.as_struct_opt().ok_or_else(wrong)?;
    let field = whole.columns().get(at).ok_or_else(wrong)?;
    if whole.nulls().is_none() || *field.data_type() == DataType::Null {
        return Ok(field.clone());
    }
    let nulls = NullBuffer::union(whole.nulls(), field.nulls());
    Ok(make_array(field.to_data().into_builder().nulls(nulls).build()?))
}
