//! `Live`.

use std::sync::Mutex;

use lrm_core as core;
use pyo3::prelude::*;

use crate::document::Document;
use crate::enter::{internal, raised, run};
use crate::instant::{AsOf, to_datetime};
use crate::mastery::Mastery;
use crate::state::State;

/// One learner kept warm: takes single events in microseconds and says which results they changed.
///
/// The clock moves forward only. Threads may share it; they take turns. :meth:`Engine.start` makes one.
///
/// >>> import lrm
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
/// ... )
/// >>> live = engine.start([], as_of="2026-01-15T12:00:00Z")
/// >>> live.apply({"competency": "a", "score": 3}, as_of="2026-01-15T12:00:05Z")
/// [<lrm.Mastery a: 3 (proficient), met, evidence 1, coverage 1 of 1>]
/// >>> live["b"].status
/// 'not_assessed'
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Live(Mutex<core::Live>);

impl Live {
    pub(crate) fn new(live: core::Live) -> Self {
        Self(Mutex::new(live))
    }

    /// Has the learner to itself while other threads of the interpreter run.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut core::Live) -> core::Result<T> + Send,
    ) -> PyResult<T> {
        let result = run(py, || self.0.lock().ok().map(|mut live| work(&mut live)))?;
        match result {
            Some(result) => result.map_err(|error| raised(py, &error)),
            None => Err(internal(py, "an earlier fault left this learner half changed; start it again")),
        }
    }
}

#[pymethods]
impl Live {
    /// Adds one item and moves the clock; gives the results that changed, in the byte order of their ids.
    ///
    /// After an error the learner is as before. A bad item raises nothing: it is kept, does not count, and stands in
    /// ``state().report()``, unless the learner was started as strict.
    ///
    /// Args:
    ///     event: one item of evidence: a dict, or its JSON.
    ///     as_of: the instant to which the clock moves.
    ///
    /// Raises:
    ///     ClockMovedBackError: if that lies before the clock.
    ///     LrmError: as :meth:`Engine.evaluate`.
    ///
    /// Complexity: the items of the competency, plus the ancestors of what changes.
    #[pyo3(signature = (event, *, as_of))]
    fn apply(&self, py: Python<'_>, event: Document, as_of: AsOf) -> PyResult<Vec<Mastery>> {
        let changed = self.with(py, move |live| live.apply_json(event, as_of.0))?;
        Ok(changed.into_iter().map(Mastery::from).collect())
    }

    /// Moves the clock; gives the results that changed by time alone, in the byte order of their ids.
    ///
    /// Raises:
    ///     ClockMovedBackError: if the instant lies before the clock.
    ///     LrmError: as :meth:`Engine.evaluate`.
    #[pyo3(signature = (*, as_of))]
    fn advance(&self, py: Python<'_>, as_of: AsOf) -> PyResult<Vec<Mastery>> {
        let changed = self.with(py, move |live| live.advance(as_of.0))?;
        Ok(changed.into_iter().map(Mastery::from).collect())
    }

    /// The result of a competency as it stands now, as ``live[competency]``.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the competency.
    fn mastery(&self, py: Python<'_>, competency: &str) -> PyResult<Mastery> {
        self.with(py, |live| live.mastery(competency)).map(Mastery::from)
    }

    /// The instant that the clock shows, as aware datetime in universal time.
    ///
    /// Raises:
    ///     InvalidDocumentError: before the year 1, with which Python's datetimes begin.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let instant = self.with(py, |live| Ok(live.as_of()))?;
        to_datetime(py, instant)
    }

    /// Everything as it stands now, as :meth:`Engine.evaluate` of the whole record would give it.
    fn state(&self, py: Python<'_>) -> PyResult<State> {
        self.with(py, |live| Ok(live.state())).map(State::from)
    }

    /// Canonical JSON of :meth:`state`.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |live| Ok(live.to_json()))
    }

    fn __getitem__(&self, py: Python<'_>, competency: &str) -> PyResult<Mastery> {
        self.mastery(py, competency)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let instant = self.with(py, |live| Ok(live.as_of()))?;
        Ok(format!("<lrm.Live as of {instant}>"))
    }
}
