//! Simulations: records in by batches, the result out. Its class is written in Python, over the canonical JSON.

use std::sync::Arc;

use lrm_core as core;
use pyo3::prelude::*;

use crate::enter::{enter, run};
use crate::log::EventLog;
use crate::record::{RecordInput, records_of};

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
    let mut records = records_of(records)?.enumerate();
    let mut simulator = enter(py, || core::Simulator::new(engines.0, engines.1, as_of, options))?;
    loop {
        let batch: Vec<RecordInput> =
            records.by_ref().take(BATCH).map(|record| read(py, record)).collect::<PyResult<_>>()?;
        if batch.is_empty() {
            break;
        }
        let mut push = |record| match record {
            RecordInput::Record(record) => simulator.push(&record),
            RecordInput::Document(document) => simulator.push_json(document),
        };
        enter(py, || batch.into_iter().try_for_each(&mut push))?;
    }
    let text = run(py, move || simulator.finish().to_json())?;
    py.import("lrm._simulation")?.getattr("Simulation")?.call1((text,))
}

/// A record, or a log whose record it is.
fn read(py: Python<'_>, (at, record): (usize, PyResult<Bound<'_, PyAny>>)) -> PyResult<RecordInput> {
    let record = record?;
    match record.cast::<EventLog>() {
        Ok(log) => Ok(RecordInput::Record(Arc::new(log.get().with(py, |log| Ok(log.record()))?))),
        Err(_) => RecordInput::numbered((at, Ok(record))),
    }
}
