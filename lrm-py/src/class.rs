//! `Class`.

use std::sync::Mutex;

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::document::Document;
use crate::enter::{internal, raised, run};
use crate::instant::{AsOf, to_datetime};
use crate::mastery::Mastery;
use crate::record::LearnerRecord;
use crate::state::State;

/// Many learners kept warm on one clock: takes single events in microseconds and says whose results they changed.
///
/// Every item names its learner; a learner who was not there before joins with the first item. The clock moves forward
/// only. Threads may share the class; they take turns. :meth:`Engine.start_class` makes one.
///
/// >>> import lrm
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
/// ... )
/// >>> ben = lrm.LearnerRecord.from_events([{"learner": "ben", "competency": "a", "score": 2}])
/// >>> group = engine.start_class([ben], as_of="2026-01-15T12:00:00Z")
/// >>> group.apply({"learner": "ana", "competency": "a", "score": 3}, as_of="2026-01-15T12:00:05Z")
/// {'ana': [<lrm.Mastery a: 3 (proficient), met, evidence 1, coverage 1 of 1>]}
/// >>> group.learners()
/// ['ana', 'ben']
/// >>> group["ben"]["a"].status
/// 'not_met'
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Class(Mutex<core::Class>);

impl Class {
    pub(crate) fn new(class: core::Class) -> Self {
        Self(Mutex::new(class))
    }

    /// Has the class to itself while other threads of the interpreter run.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut core::Class) -> core::Result<T> + Send,
    ) -> PyResult<T> {
        let result = run(py, || self.0.lock().ok().map(|mut class| work(&mut class)))?;
        match result {
            Some(result) => result.map_err(|error| raised(py, &error)),
            None => Err(internal(py, "an earlier fault left this class half changed; start it again")),
        }
    }
}

#[pymethods]
impl Class {
    /// Adds one item of the learner whom it names and moves the clock for all.
    ///
    /// Gives the results that changed by learner: learners and, of each, competencies in the byte order of their ids;
    /// learners without a change are not in it. Results of other learners change by time alone, as when the newest
    /// evidence becomes too old. After an error the class is as before. A bad item raises nothing, if only its learner
    /// can be read: it is kept, does not count, and stands in ``state(learner).report()``, unless the class is strict.
    ///
    /// Args:
    ///     event: one item of evidence: a dict, or its JSON.
    ///     as_of: the instant to which the clock moves.
    ///
    /// Raises:
    ///     InvalidDocumentError: if the item names no learner (``missing-field``).
    ///     ClockMovedBackError: if the instant lies before the clock.
    ///     LrmError: as :meth:`Engine.evaluate`, with the ``learner`` in the context.
    ///
    /// Complexity: that of :meth:`Live.apply` for the learner and for those whose time has come.
    #[pyo3(signature = (event, *, as_of))]
    fn apply<'py>(&self, py: Python<'py>, event: Document, as_of: AsOf) -> PyResult<Bound<'py, PyDict>> {
        let changes = self.with(py, move |class| class.apply_json(event, as_of.0))?;
        by_learner(py, changes)
    }

    /// Moves the clock; gives the results that changed by time alone, as :meth:`apply` does.
    ///
    /// Raises:
    ///     ClockMovedBackError: if the instant lies before the clock.
    ///     LrmError: as :meth:`Engine.evaluate`, with the ``learner`` in the context. The class is as before, and can go on
    ///         without that learner: see :meth:`remove`.
    #[pyo3(signature = (*, as_of))]
    fn advance<'py>(&self, py: Python<'py>, as_of: AsOf) -> PyResult<Bound<'py, PyDict>> {
        let changes = self.with(py, move |class| class.advance(as_of.0))?;
        by_learner(py, changes)
    }

    /// The result of a learner for a competency as it stands now.
    ///
    /// Raises:
    ///     UnknownLearnerError: if the class does not have the learner.
    ///     UnknownCompetencyError: if the framework does not have the competency.
    fn mastery(&self, py: Python<'_>, learner: &str, competency: &str) -> PyResult<Mastery> {
        self.with(py, |class| class.mastery(learner, competency)).map(Mastery::from)
    }

    /// Everything about a learner as it stands now, as :meth:`Engine.evaluate` of the whole record would give it; also
    /// ``group[learner]``.
    ///
    /// Raises:
    ///     UnknownLearnerError: if the class does not have the learner.
    fn state(&self, py: Python<'_>, learner: &str) -> PyResult<State> {
        self.with(py, |class| class.state(learner)).map(State::from)
    }

    /// Everything that was taken in about a learner.
    ///
    /// Raises:
    ///     UnknownLearnerError: if the class does not have the learner.
    fn record(&self, py: Python<'_>, learner: &str) -> PyResult<LearnerRecord> {
        self.with(py, |class| class.record(learner)).map(LearnerRecord::from)
    }

    /// Takes a learner out; gives the record of all that was taken in.
    ///
    /// Raises:
    ///     UnknownLearnerError: if the class does not have the learner.
    fn remove(&self, py: Python<'_>, learner: &str) -> PyResult<LearnerRecord> {
        self.with(py, |class| class.remove(learner)).map(LearnerRecord::from)
    }

    /// The ids of the learners, in their byte order.
    fn learners(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.with(py, |class| Ok(class.learners().map(str::to_owned).collect()))
    }

    /// The instant that the clock shows, as aware datetime in universal time.
    ///
    /// Raises:
    ///     InvalidDocumentError: before the year 1, with which Python's datetimes begin.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let instant = self.with(py, |class| Ok(class.as_of()))?;
        to_datetime(py, instant)
    }

    fn __getitem__(&self, py: Python<'_>, learner: &str) -> PyResult<State> {
        self.state(py, learner)
    }

    fn __contains__(&self, py: Python<'_>, learner: &Bound<'_, PyAny>) -> PyResult<bool> {
        match learner.extract::<String>() {
            Ok(learner) => self.with(py, |class| Ok(class.contains(&learner))),
            Err(_) => Ok(false),
        }
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let learners = self.learners(py)?.into_pyobject(py)?;
        Ok(learners.try_iter()?.into_any())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |class| Ok(class.len()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (learners, instant) = self.with(py, |class| Ok((class.len(), class.as_of())))?;
        Ok(format!("<lrm.Class: {learners} learners as of {instant}>"))
    }
}

fn by_learner(py: Python<'_>, changes: Vec<core::LearnerChanges>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for one in changes {
        let changed: Vec<Mastery> = one.changed.into_iter().map(Mastery::from).collect();
        dict.set_item(one.learner, changed)?;
    }
    Ok(dict)
}
