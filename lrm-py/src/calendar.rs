//! `Calendar`.

use std::sync::Arc;

use lrm_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyString, PyType};

use crate::count::Count;
use crate::document::Document;
use crate::enter::{enter, raised, refused};
use crate::instant::{AsOf, to_datetime};

/// The calendar of a school: its time zone, the days on which there is school, terms, courses with their competencies, and
/// deadlines. :meth:`Engine.pace` and :meth:`Engine.deadlines` look at it; no value, level or status does.
///
/// Local times have no offset: the rules of the zone, which come with this package, give it. Of a time that stands twice, since
/// the clocks go back, the later is meant; one that does not exist, since they go forward, is read by the clock of before.
///
/// It never changes and pickles through its JSON.
///
/// >>> import lrm
/// >>> calendar = lrm.Calendar.from_json({
/// ...     "format": "lrm-calendar/1", "zone": "America/New_York", "holidays": ["2026-11-26", "2026-11-27"],
/// ... })
/// >>> calendar.instant("2026-11-01T23:59").isoformat()
/// '2026-11-02T04:59:00+00:00'
/// >>> calendar.local("2026-11-02T04:30:00Z")
/// '2026-11-01T23:30:00-05:00'
/// >>> calendar.school_days("2026-11-23", "2026-11-29")
/// 3
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Calendar(pub(crate) Arc<core::Calendar>);

#[pymethods]
impl Calendar {
    /// Reads a calendar (``lrm-calendar/1``).
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists.
    ///
    /// Raises:
    ///     InvalidDocumentError: with all findings at once.
    ///
    /// >>> import lrm
    /// >>> lrm.Calendar.from_json({"zone": "America/NewYork"})
    /// Traceback (most recent call last):
    /// lrm.InvalidDocumentError: /zone: `America/NewYork` is not a time zone such as America/New_York (unknown-zone)
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::Calendar::from_json(document)).map(|calendar| Self(calendar.into()))
    }

    /// The calendar's id, if it has one.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// The calendar's version, if it has one.
    #[getter]
    fn version(&self) -> Option<&str> {
        self.0.version()
    }

    /// The name of its time zone.
    #[getter]
    fn zone(&self) -> &str {
        self.0.zone()
    }

    /// The version of the rules of time zones, such as ``2026a``: countries change their clocks, so answers may differ between
    /// two.
    #[getter]
    fn zone_rules(&self) -> &'static str {
        self.0.zone_rules()
    }

    /// The instant of a local time, as aware datetime in universal time.
    ///
    /// Args:
    ///     local: text such as ``2026-11-01T23:59``, without an offset, or a naive datetime.
    ///
    /// Raises:
    ///     InvalidDocumentError: for anything else, and for an instant before the year 1, with which Python's datetimes begin.
    fn instant<'py>(&self, py: Python<'py>, local: Local) -> PyResult<Bound<'py, PyAny>> {
        let Local(local) = local;
        let instant = self.0.instant(&local).map_err(|error| raised(py, &error))?;
        to_datetime(py, instant)
    }

    /// The local time of an instant, as text with its offset.
    ///
    /// Args:
    ///     instant: text or aware datetime.
    fn local(&self, instant: AsOf) -> String {
        self.0.local(instant.0)
    }

    /// The last instant that is in time for what is due at a local time: that time itself, or so many days of grace later at
    /// the same time of the day, as aware datetime in universal time.
    ///
    /// Args:
    ///     due: text such as ``2026-11-01T23:59``, without an offset, or a naive datetime.
    ///     grace_days: days of grace, at most 366.
    ///     school_days: only school days count, from the day after on.
    ///
    /// Raises:
    ///     InvalidDocumentError: for anything else (``parameter-out-of-range`` for other days of grace), and for an instant before
    ///         the year 1.
    ///
    /// >>> import lrm
    /// >>> calendar = lrm.Calendar.from_json({"zone": "America/New_York"})
    /// >>> calendar.cutoff("2026-10-31T20:00", 1).isoformat()  # 25 hours later
    /// '2026-11-02T01:00:00+00:00'
    #[pyo3(
        signature = (due, grace_days=Count(0), *, school_days=false),
        text_signature = "($self, due, grace_days=0, *, school_days=False)"
    )]
    fn cutoff<'py>(
        &self,
        py: Python<'py>,
        due: Local,
        grace_days: Count,
        school_days: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Local(due) = due;
        let cutoff = self.0.cutoff(&due, grace_days.0, school_days).map_err(|error| raised(py, &error))?;
        to_datetime(py, cutoff)
    }

    /// How many school days there are from a date up to and including another.
    ///
    /// Args:
    ///     from_date: the first day, as date or as text such as ``2026-11-25``.
    ///     until: the last day.
    ///
    /// Raises:
    ///     InvalidDocumentError: for texts that are no dates.
    fn school_days(&self, py: Python<'_>, from_date: Day, until: Day) -> PyResult<u32> {
        let (Day(from), Day(until)) = (from_date, until);
        self.0.school_days(&from, &until).map_err(|error| raised(py, &error))
    }

    /// Canonical JSON, with every default written out; the same bytes in every language.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().to_json(),)))
    }

    fn __repr__(&self) -> String {
        let words = [self.0.id(), self.0.version(), Some(self.0.zone())].into_iter().flatten();
        let words = words.map(|word| format!(" {word:?}"));
        format!("<lrm.Calendar{}>", words.collect::<String>())
    }
}

/// A local time, as text or as naive datetime.
struct Local(String);

impl<'py> FromPyObject<'_, 'py> for Local {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Self(text.to_str()?.to_owned()));
        }
        if value.cast::<PyDateTime>().is_ok() {
            if !value.call_method0(intern!(py, "utcoffset"))?.is_none() {
                let message = format!("the datetime {} has a time zone: a local time is naive", value.str()?);
                return Err(refused(py, "invalid-value", "", &message, &[]));
            }
            return value.call_method0(intern!(py, "isoformat"))?.extract().map(Self);
        }
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("a local time is a str or a naive datetime, not {kind}")))
    }
}

/// A date, as text or as such.
struct Day(String);

impl<'py> FromPyObject<'_, 'py> for Day {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Self(text.to_str()?.to_owned()));
        }
        // a datetime is a date too, but which one depends on the zone
        if value.cast::<PyDate>().is_ok() && value.cast::<PyDateTime>().is_err() {
            return value.call_method0(intern!(py, "isoformat"))?.extract().map(Self);
        }
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("a day is a str or a date, not {kind}")))
    }
}
