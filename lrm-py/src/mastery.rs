//! `Mastery`.

use std::hash::{Hash as _, Hasher as _};

use lrm_core as core;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::decimal::to_decimal;
use crate::instant::to_datetime;

/// The result of one competency. Results are equal if all their parts are, and pickle.
///
/// >>> import lrm
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
/// ... )
/// >>> record = [{"competency": "NF.1", "score": 3.5, "observed_at": "2026-01-15T12:00:00Z"}]
/// >>> mastery = engine.evaluate(record, as_of="2026-11-22T00:00:00Z")["NF.1"]
/// >>> mastery
/// <lrm.Mastery NF.1: 3.5 (proficient), met, evidence 1, coverage 1 of 1>
/// >>> mastery.value, mastery.level, mastery.status, mastery.evidence, mastery.coverage
/// (Decimal('3.5'), 'proficient', 'met', 1, (1, 1))
/// >>> mastery.newest
/// datetime.datetime(2026, 1, 15, 12, 0, tzinfo=datetime.timezone.utc)
#[pyclass(frozen, eq, module = "lrm")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Mastery(core::Mastery);

/// What a pickle of a result holds.
pub(crate) type Pickled = (String, Option<i64>, Option<String>, String, u32, Option<i64>, (u32, u32), bool);

impl From<core::Mastery> for Mastery {
    fn from(mastery: core::Mastery) -> Self {
        Self(mastery)
    }
}

impl Mastery {
    pub(crate) fn id(&self) -> &str {
        &self.0.competency
    }

    pub(crate) fn pickled(self) -> Pickled {
        let core::Mastery { competency, value, level, status, evidence, newest, coverage, modified, .. } = self.0;
        let (value, newest) = (value.map(core::Value::grid), newest.map(core::Instant::micros));
        (competency, value, level, status.as_str().to_owned(), evidence, newest, coverage, modified)
    }

    pub(crate) fn unpickled(parts: Pickled) -> PyResult<Self> {
        let (competency, value, level, status, evidence, newest, coverage, modified) = parts;
        let wrong = || PyValueError::new_err("not a pickled result");
        let known = core::Status::ALL.into_iter().find(|known| known.as_str() == status);
        let mut mastery = core::Mastery::default();
        mastery.competency = competency;
        mastery.value = value.map(core::Value::from_grid).transpose().map_err(|_| wrong())?;
        mastery.level = level;
        mastery.modified = modified;
        mastery.status = known.ok_or_else(wrong)?;
        mastery.evidence = evidence;
        mastery.newest = newest.map(core::Instant::from_micros).transpose().map_err(|_| wrong())?;
        mastery.coverage = coverage;
        Ok(Self(mastery))
    }
}

#[pymethods]
impl Mastery {
    /// The competency's id.
    #[getter]
    fn competency(&self) -> &str {
        &self.0.competency
    }

    /// The value, exact to nine decimals, on the competency's scale. None is not zero: there is no value.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.value.map(|value| to_decimal(py, value)).transpose()
    }

    /// The id of the level that is shown; None without a value, or below the first level.
    #[getter]
    fn level(&self) -> Option<&str> {
        self.0.level.as_deref()
    }

    /// How the competency stands, the first of these that holds: ``not_applicable``, ``not_assessed``,
    /// ``conflict``, ``insufficient``, ``stale``, ``provisional``, ``met``, ``not_met``.
    #[getter]
    fn status(&self) -> &'static str {
        self.0.status.as_str()
    }

    /// How many distinct eligible items lie behind it, below the node too.
    #[getter]
    fn evidence(&self) -> u32 {
        self.0.evidence
    }

    /// The newest instant among the items that the value rests on, as aware datetime in universal time.
    ///
    /// Raises:
    ///     InvalidDocumentError: before the year 1, with which Python's datetimes begin.
    #[getter]
    fn newest<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.newest.map(|newest| to_datetime(py, newest)).transpose()
    }

    /// How many of the covered leaves have a value, and how many are covered.
    #[getter]
    fn coverage(&self) -> (u32, u32) {
        self.0.coverage
    }

    /// True if the value rests on evidence that was judged by a standard that was modified for the learner.
    #[getter]
    fn modified(&self) -> bool {
        self.0.modified
    }

    /// Canonical JSON; the same bytes in every language.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, parts: Pickled) -> PyResult<Self> {
        Self::unpickled(parts)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Pickled,))> {
        Ok((slf.get_type().getattr("_restore")?, (slf.get().clone().pickled(),)))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        (&self.0.competency, self.0.value, self.0.evidence, self.0.newest).hash(&mut hasher);
        hasher.finish()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<lrm.Mastery {}>", self.0)
    }
}
