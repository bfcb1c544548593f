//! `State`.

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyString, PyType};

use crate::enter::{raised, run};
use crate::framework::unknown;
use crate::instant::to_datetime;
use crate::mastery::{Mastery, Pickled};
use crate::report;

/// The state of one learner at an instant: a mapping from ids, in byte order, to :class:`Mastery`. It pickles.
///
/// >>> import lrm
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
/// ... )
/// >>> state = engine.evaluate([{"competency": "a", "score": 3}], as_of="2026-11-22T00:00:00Z")
/// >>> state
/// <lrm.State as of 2026-11-22T00:00:00Z: 2 competencies, 0 findings>
/// >>> {competency: mastery.status for competency, mastery in state.items()}
/// {'a': 'met', 'b': 'not_assessed'}
#[pyclass(frozen, mapping, module = "lrm")]
pub(crate) struct State(Held);

enum Held {
    /// As the engine gave it: results are made when they are asked for.
    Engine(core::State),
    /// As it came out of a pickle, where there is no engine.
    Pickle { as_of: core::Instant, results: Vec<Mastery>, report: String, json: String },
}

/// What a pickle of a state holds.
type Parts = (i64, Vec<Pickled>, String, String);

impl From<core::State> for State {
    fn from(state: core::State) -> Self {
        Self(Held::Engine(state))
    }
}

impl State {
    fn find(&self, id: &str) -> Option<Mastery> {
        match &self.0 {
            Held::Engine(state) => state.mastery(id).ok().map(Mastery::from),
            Held::Pickle { results, .. } => {
                let at = results.binary_search_by(|mastery| mastery.id().cmp(id)).ok()?;
                results.get(at).cloned()
            }
        }
    }

    fn find_any(&self, id: &Bound<'_, PyAny>) -> Option<Mastery> {
        self.find(id.cast::<PyString>().ok()?.to_str().ok()?)
    }

    fn instant(&self) -> core::Instant {
        match &self.0 {
            Held::Engine(state) => state.as_of(),
            Held::Pickle { as_of, .. } => *as_of,
        }
    }

    fn results(&self) -> Vec<Mastery> {
        match &self.0 {
            Held::Engine(state) => state.iter().map(Mastery::from).collect(),
            Held::Pickle { results, .. } => results.clone(),
        }
    }

    fn findings(&self) -> String {
        match &self.0 {
            Held::Engine(state) => state.report().to_json(),
            Held::Pickle { report, .. } => report.clone(),
        }
    }

    fn json(&self) -> String {
        match &self.0 {
            Held::Engine(state) => state.to_json(),
            Held::Pickle { json, .. } => json.clone(),
        }
    }
}

#[pymethods]
impl State {
    /// The result of a competency, as ``state[competency]``.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the competency.
    ///
    /// Complexity: O(log n) for n competencies.
    fn mastery(&self, py: Python<'_>, competency: &str) -> PyResult<Mastery> {
        self.find(competency).ok_or_else(|| unknown(py, competency))
    }

    /// The instant for which this holds, as aware datetime in universal time.
    ///
    /// Raises:
    ///     InvalidDocumentError: before the year 1, with which Python's datetimes begin.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_datetime(py, self.instant())
    }

    /// What is wrong with items of the record, in the order of the record. The other items count.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report::of_json(py, &self.findings())
    }

    /// Canonical JSON: ``{as_of, results, findings}``; the same bytes in every language.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || self.json())
    }

    /// A view of the ids, in byte order.
    fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "KeysView")
    }

    /// A view of the results, in the byte order of their ids.
    fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "ValuesView")
    }

    /// A view of the ids and results, in the byte order of the ids.
    fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "ItemsView")
    }

    /// The result of a competency, or the default where the framework does not have it.
    #[pyo3(signature = (competency, default=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        competency: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.find_any(competency) {
            Some(mastery) => Ok(Bound::new(py, mastery)?.into_any()),
            None => Ok(default.unwrap_or_else(|| py.None().into_bound(py))),
        }
    }

    fn __getitem__(&self, py: Python<'_>, competency: &str) -> PyResult<Mastery> {
        self.mastery(py, competency)
    }

    fn __contains__(&self, competency: &Bound<'_, PyAny>) -> bool {
        self.find_any(competency).is_some()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let ids: Vec<String> = match &self.0 {
            Held::Engine(state) => state.iter().map(|mastery| mastery.competency).collect(),
            Held::Pickle { results, .. } => results.iter().map(|mastery| mastery.id().to_owned()).collect(),
        };
        PyList::new(py, ids)?.try_iter()
    }

    fn __len__(&self) -> usize {
        match &self.0 {
            Held::Engine(state) => state.len(),
            Held::Pickle { results, .. } => results.len(),
        }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.json() == other.get().json())
    }

    #[classmethod]
    fn _restore(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        as_of: i64,
        results: Vec<Pickled>,
        report: String,
        json: String,
    ) -> PyResult<Self> {
        let as_of = core::Instant::from_micros(as_of).map_err(|error| raised(py, &error))?;
        let results = results.into_iter().map(Mastery::unpickled).collect::<PyResult<_>>()?;
        Ok(Self(Held::Pickle { as_of, results, report, json }))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Parts)> {
        let state = slf.get();
        let results = state.results().into_iter().map(Mastery::pickled).collect();
        let parts = (state.instant().micros(), results, state.findings(), state.json());
        Ok((slf.get_type().getattr("_restore")?, parts))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (nodes, findings) = (self.__len__(), self.report(py)?.len()?);
        Ok(format!("<lrm.State as of {}: {nodes} competencies, {findings} findings>", self.instant()))
    }
}

/// The standard library's view of a mapping.
fn view<'py>(state: &Bound<'py, State>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    state.py().import("collections.abc")?.getattr(name)?.call1((state,))
}
