//! Simulations: records in by batches, the result out. Its class is written in Python, over the canonical JSON.

use std::sync::Arc;

use lrm_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};

use crate::enter::{enter, run};
use crate::log::EventLog;
use crate::record::RecordInput;

/// So many records are taken in at a time while other threads of the interpreter run.
const BATCH: usize = 256;

/// The `lrm.Simulation` of these records.
pub(crate) fn simulate<'py>(
    py: Python<'py>,
    engines: (&core::Engine, &core::Engine),
    records: &Bound<'py, PyAny>,
    as_of: core::Instant,
    options: &core::SimulationOptions,
) -> PyResult<Bound<'py, PyAny>> {
    // a record as a document is an iterable too: of its fields, or of letters
    if records.cast::<PyString>().is_ok() || records.cast::<PyMapping>().is_ok() {
        let kind = records.get_type().name()?;
        return Err(PyTypeError::new_err(format!("records are an iterable of records, not a {kind}")));
    }
    let mut simulator = enter(py, || core::Simulator::new(engines.0, engines.1, as_of, options))?;
    let mut records = records.try_iter()?;
    loop {
        let batch: Vec<RecordInput> =
            records.by_ref().take(BATCH).map(|record| read(py, &record?)).collect::<PyResult<_>>()?;
        if batch.is_empty() {
            break;
        }
        enter(py, || batch.into_iter().try_for_each(|record| simulator.push(&*record.read()?)))?;
    }
    let text = run(py, move || simulator.finish().to_json())?;
    py.import("lrm._simulation")?.getattr("Simulation")?.call1((text,))
}

/// A record, or a log whose record it is.
fn read(py: Python<'_>, record: &Bound<'_, PyAny>) -> PyResult<RecordInput> {
    match record.cast::<EventLog>() {
        Ok(log) => Ok(RecordInput::Record(Arc::new(log.get().with(py, |log| Ok(log.record()))?))),
        Err(_) => record.extract(),
    }
}
