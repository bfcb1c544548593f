//! `EventLog`.

use std::sync::{Arc, Mutex};

use lrm_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};

use crate::decimal::decimal_type;
use crate::document::{Bytes, Document};
use crate::enter::{enter, internal, raised, run};
use crate::framework::Framework;
use crate::instant::AsOf;
use crate::record::{LearnerRecord, of_events};
use crate::report;

/// All events of one learner, each once: evidence as it came in, work that was handed in, goals, credits, enrolments, … and what
/// was corrected, retracted, disputed, approved, … since. The record follows from it, as of today or as it was known on any
/// day, and where each thing stands.
///
/// A log only grows. An event is told from others by its content, so the order of events, their sources and how often they
/// come make no difference, and copies that were merged either way are equal. Threads may share a log; they take turns. It
/// pickles through its JSON.
///
/// >>> import lrm
/// >>> log = lrm.EventLog.from_events([
/// ...     {"id": "e1", "competency": "NF.1", "score": 1, "observed_at": "2026-01-15T09:00:00Z"},
/// ...     {"id": "e2", "event": "corrected", "of": "e1", "score": 4, "received_at": "2026-01-16T08:00:00Z",
/// ...      "actor": {"id": "ms-lee", "role": "teacher"}, "reason": "1 was typed, 4 was meant"},
/// ... ])
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
/// ... )
/// >>> engine.evaluate(log.record(), as_of="2026-02-01T00:00:00Z")["NF.1"].value
/// Decimal('4')
/// >>> known = log.known_at("2026-01-15T12:00:00Z").record()
/// >>> engine.evaluate(known, as_of="2026-02-01T00:00:00Z")["NF.1"].value
/// Decimal('1')
/// >>> log.add({"id": "s1", "event": "submitted", "competency": "NF.1", "observed_at": "2026-02-02T09:00:00Z"})
/// True
/// >>> log.pending()
/// [{'id': 's1', 'waits_for': 'assessment', 'competencies': ['NF.1']}]
/// >>> log.add({"id": "a1", "of": "s1", "score": 3, "assessor": {"id": "ms-lee", "role": "teacher"}})
/// True
/// >>> log.state_of("s1"), [entry["id"] for entry in log.entries("evidence")]
/// ('assessed', ['a1', 'e1'])
#[pyclass(frozen, module = "lrm")]
pub(crate) struct EventLog(Mutex<core::EventLog>);

impl From<core::EventLog> for EventLog {
    fn from(log: core::EventLog) -> Self {
        Self(Mutex::new(log))
    }
}

impl EventLog {
    /// Has the log to itself while other threads of the interpreter run.
    pub(crate) fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut core::EventLog) -> core::Result<T> + Send,
    ) -> PyResult<T> {
        let result = run(py, || self.0.lock().ok().map(|mut log| work(&mut log)))?;
        match result {
            Some(result) => result.map_err(|error| raised(py, &error)),
            None => Err(internal(py, "an earlier fault left this log half changed; read it again")),
        }
    }
}

#[pymethods]
impl EventLog {
    /// Reads a log (``lrm-log/1``) or a bare list of events.
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists. Datetimes need a time zone. Unknown fields of events are kept.
    ///
    /// Raises:
    ///     InvalidDocumentError: if the text is not JSON, the envelope is wrong, or the events name several learners.
    ///
    /// Complexity: O(n log n) in the events.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::EventLog::from_json(document)).map(Self::from)
    }

    /// A log of these events of one learner.
    ///
    /// Args:
    ///     events: any iterable of dicts, each one event. An item of evidence is one, of kind ``assessed``. The others have
    ///         a field ``event``. Some open an entry: ``submitted``, ``overridden``, ``reflected``, ``group_assessed``,
    ///         ``proposed`` (a goal), ``awarded`` (a credit), ``subdivided`` (a subgoal), ``identified``, ``enrolled``,
    ///         ``waived`` (a prerequisite), ``published``, ``held``, ``erased``. The others act on one, with its id in ``of``: ``corrected``, which says what is
    ///         right, ``retracted``, ``disputed``, ``verified``, ``adjusted``, ``confirmed``, ``approved``, ``met``,
    ///         ``missed``, ``renegotiated``, ``reviewed``, ``upheld``, ``revoked``, ``separated``, ``left``, ``released``.
    ///
    /// Raises:
    ///     InvalidDocumentError: for what JSON cannot say (with its place), or if the events name several learners.
    ///
    /// Complexity: O(n log n) in the events.
    #[classmethod]
    fn from_events(_class: &Bound<'_, PyType>, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<Self> {
        let document = Document::Owned(format!("[{}]", of_events(events)?.join(",")).into_bytes());
        enter(py, move || core::EventLog::from_json(document)).map(Self::from)
    }

    /// Reads what :meth:`to_bytes` and :meth:`block` have written.
    ///
    /// Args:
    ///     data: bytes, or what is like them. A file that was cut exactly after a block is what it was before the next one
    ///         came; any other change to it is found.
    ///
    /// Raises:
    ///     DamagedError: for bytes that were cut or changed; ``context`` has the ``offset`` and what was ``expected``, and
    ///         :meth:`recover` gives what is whole.
    ///     InvalidDocumentError: with the code ``unsupported-format`` for bytes of another version, which ``context`` has as
    ///         ``found``, or of something else; for blocks of several learners.
    ///     LimitExceededError: for a block that claims to be larger than a gigabyte.
    ///
    /// Complexity: O(n log n) in the events.
    #[classmethod]
    fn from_bytes(_class: &Bound<'_, PyType>, py: Python<'_>, data: Bytes) -> PyResult<Self> {
        enter(py, move || core::EventLog::from_bytes(data)).map(Self::from)
    }

    /// The events of all blocks that are whole, and a report of what is wrong with the rest; it is empty without damage.
    ///
    /// >>> import lrm
    /// >>> data = lrm.EventLog.from_events([{"id": "e1", "competency": "NF.1", "score": 3}]).to_bytes()
    /// >>> data += lrm.EventLog.from_events([{"id": "e2", "competency": "NF.1", "score": 4}]).block()
    /// >>> log, report = lrm.EventLog.recover(data[:-1])
    /// >>> len(log), report.counts()
    /// (1, {'damaged': 1})
    #[classmethod]
    fn recover<'py>(_class: &Bound<'py, PyType>, py: Python<'py>, data: Bytes) -> PyResult<(Self, Bound<'py, PyAny>)> {
        let (log, found) = run(py, move || core::EventLog::recover(data))?;
        Ok((Self::from(log), report::to_python(py, &found)?))
    }

    /// Adds an event that happens here and now; False if it was there already, or was erased. After an error the log is as before.
    ///
    /// Args:
    ///     event: a dict, or its JSON. One that cannot be read is kept and stands in :meth:`report`.
    ///
    /// Raises:
    ///     LrmError: with the code ``illegal-transition`` if the state of the entry does not allow the event;
    ///         ``context`` has the states as ``from`` and ``to``; with ``legal-hold`` for one that erases while a hold is in
    ///         force.
    ///     InvalidDocumentError: for an event of another learner, unless the log says (``identified``) that they are the
    ///         same person.
    ///
    /// Complexity: logarithmic for what opens an entry, O(n log n) in the events for those about other events.
    fn add(&self, py: Python<'_>, event: Document) -> PyResult<bool> {
        self.with(py, move |log| log.push_json(event))
    }

    /// Adds all events of another log; gives how many were new.
    ///
    /// Merging is commutative, associative and idempotent. It refuses no event: one that its entry's state does not
    /// allow is kept, has no effect and stands in :meth:`report`.
    ///
    /// Raises:
    ///     InvalidDocumentError: for the log of another learner.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<usize> {
        // one lock at a time, so that two logs merged into each other by two threads wait for no one
        let other = other.with(py, |other| Ok(other.clone()))?;
        self.with(py, move |log| log.merge(&other))
    }

    /// The log as it was known at an instant: the events that had come in by then. An event is known from ``received_at``
    /// on, else from ``assessed_at``, else from ``observed_at``, which of events about evidence is that of the evidence; one
    /// without any of them was always known.
    fn known_at(&self, py: Python<'_>, instant: AsOf) -> PyResult<Self> {
        self.with(py, move |log| Ok(log.known_at(instant.0))).map(Self::from)
    }

    /// The record that follows: every item of evidence in every version, those that no longer stand ``withdrawn``. A
    /// corrected item has the id of the correction, and whom it corrects in ``extra`` as ``corrects``.
    ///
    /// Complexity: O(n log n) in the events.
    fn record(&self, py: Python<'_>) -> PyResult<LearnerRecord> {
        self.with(py, |log| Ok(log.record())).map(|record| LearnerRecord(Arc::new(record)))
    }

    /// What is wrong with events that are not items themselves, or about each other: ``duplicate-id``,
    /// ``dangling-reference`` (the event in question may still come), ``cycle``, ``illegal-transition``, and what cannot be
    /// read. What is wrong with items stands in the report of the evaluation.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let found = self.with(py, |log| Ok(log.report()))?;
        report::to_python(py, &found)
    }

    /// Where the entry stands that the event of this id opened or corrected, such as ``assessed`` or ``approved``; None if
    /// there is no such entry.
    fn state_of(&self, py: Python<'_>, id: &str) -> PyResult<Option<&'static str>> {
        self.with(py, |log| Ok(log.state_of(id).map(core::EntryState::as_str)))
    }

    /// Everything that the log tells of, with its state, in the byte order of the ids: a list of dicts with ``id``, ``entry``
    /// (its kind), ``state``, ``since`` (if known), ``events`` (the ids of those that made it, in turn) and the fields of the
    /// entry, as last corrected. Numbers that are not whole are decimals.
    ///
    /// Args:
    ///     kind: only entries of this kind: ``evidence``, ``submission``, ``override``, ``reflection``, ``group_work``,
    ///         ``goal``, ``credit``, ``subgoal``, ``identity``, ``enrolment``, ``waiver``, ``plan``, ``pause``, ``pace``, ``publication``, ``hold`` or
    ///         ``erasure``.
    ///
    /// Raises:
    ///     InvalidDocumentError: for another kind.
    ///
    /// Complexity: O(n log n) in the events.
    #[pyo3(signature = (kind=None))]
    fn entries<'py>(&self, py: Python<'py>, kind: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let json = self.with(py, |log| Ok(log.entries_json(kind.map(core::EntryKind::parse).transpose()?)))?;
        loaded(py, &json)
    }

    /// What waits for a person, in the byte order of the ids: a list of dicts with ``id``, ``waits_for`` (``assessment``,
    /// ``confirmation``, ``decision`` or ``review``) and, of a submission, the ``competencies`` that nobody has judged.
    fn pending<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json = self.with(py, |log| Ok(log.pending_json()))?;
        loaded(py, &json)
    }

    /// The competencies that apply to the learner at an instant, for ``scope``: those of all enrolments that have begun and
    /// have neither ended nor been left. None if no enrolment ever named any: then everything applies.
    fn scope_at(&self, py: Python<'_>, instant: AsOf) -> PyResult<Option<Vec<String>>> {
        self.with(py, |log| Ok(log.scope_at(instant.0)))
    }

    /// The shared framework with the learner's own competencies, which have the tag ``subgoal`` and change no result of what
    /// is shared.
    ///
    /// Raises:
    ///     InvalidDocumentError: for an id that the framework has already, or one in ``under`` that nobody has.
    ///     CycleError: if subgoals stand below each other in a circle.
    fn framework_with_subgoals(&self, py: Python<'_>, framework: &Framework) -> PyResult<Framework> {
        let shared = Arc::clone(&framework.0);
        self.with(py, move |log| log.framework_with_subgoals(&shared)).map(|framework| Framework(framework.into()))
    }

    /// The events of a learner whom this log said to be the same person, as a log of their own; the learner's own without
    /// them.
    fn of(&self, py: Python<'_>, learner: &str) -> PyResult<Self> {
        self.with(py, |log| Ok(log.of(learner))).map(Self::from)
    }

    /// The events, each as canonical JSON without the learner, in the byte order of these texts: what tells events apart,
    /// and what a store keeps.
    fn events(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.with(py, |log| Ok(log.events().map(|event| event.to_json().to_owned()).collect()))
    }

    /// A hash of the whole log as 64 hexadecimal digits: equal if and only if the same was ever known. What was erased counts in
    /// it as before.
    ///
    /// It is SHA-256 over the head of the log as JSON (``format`` and, if known, ``learner``) and, sorted, a line for each
    /// event: a line break and the SHA-256 of its canonical JSON without a learner; if the event is of another learner, a space
    /// and that learner as JSON.
    ///
    /// Args:
    ///     at: the hash that the log had when only what was known at that instant had come in, so that a hash that was noted
    ///         then can be checked after an erasure.
    ///
    /// Complexity: O(n log n) in the events.
    #[pyo3(signature = (at=None))]
    fn hash(&self, py: Python<'_>, at: Option<AsOf>) -> PyResult<String> {
        self.with(py, |log| Ok(at.map_or_else(|| log.hash(), |at| log.hash_at(at.0))))
    }

    /// Erases events for good: an ``erased`` event is added that lists their digests, and they are not in the log any more.
    /// They do not come back when an old copy is merged or read again, unless a hold is in force by then. Gives how many events
    /// are gone. Files of :meth:`to_bytes` have to be written anew. A digest is no payload, but whoever can guess a whole event can
    /// tell that it was there: a log that is to leave no trace of a person is deleted as a whole.
    ///
    /// Args:
    ///     what: ids of events, or of events without an id the SHA-256 of their text in :meth:`events` (without a learner). With
    ///         an event that opened an entry everything goes that is about it.
    ///     fields: those of the new event: ``actor`` with an ``id``, ``reason``, ``received_at`` (without which it is of no
    ///         day before today) and, best, ``id``. A dict, or its JSON.
    ///
    /// Raises:
    ///     LrmError: with the code ``legal-hold`` while a hold is in force, whose id ``context`` has as ``hold``.
    ///     InvalidDocumentError: for what is not in the log, an event about one that stays, and kinds that are never erased:
    ///         ``erased``, ``held``, ``released``, ``published``, ``identified``, ``separated``; for fields that are missing. After
    ///         an error the log is as before.
    ///
    /// Complexity: O(n log n) in the events.
    ///
    /// >>> import lrm
    /// >>> log = lrm.EventLog.from_events([{"id": "e1", "competency": "NF.1", "score": 3}])
    /// >>> log.erase(["e1"], {"id": "x1", "actor": {"id": "registrar"}, "reason": "asked for by a parent"})
    /// 1
    /// >>> log.merge(lrm.EventLog.from_events([{"id": "e1", "competency": "NF.1", "score": 3}]))
    /// 0
    fn erase(&self, py: Python<'_>, what: Vec<String>, fields: Document) -> PyResult<usize> {
        self.with(py, move |log| log.erase(what.iter().map(String::as_str), fields))
    }

    /// What is past its time at an instant, if the learner left at another one: for :meth:`erase`, in byte order. Of everything
    /// that hangs together it names the event that opened it, once all of it is past its time.
    ///
    /// Args:
    ///     rules: for how many years after leaving each class is kept; None is for good. An event names its class in its field
    ///         ``retention``, one that names none is of the class ``""``. What the rules do not name is kept for good.
    ///     left_at: when the learner left.
    ///     at: when to look.
    ///
    /// Raises:
    ///     InvalidDocumentError: for years that are not a whole number from 0 to 1,000.
    ///
    /// Complexity: O(n log n) in the events.
    ///
    /// >>> import lrm
    /// >>> log = lrm.EventLog.from_events([
    /// ...     {"id": "e1", "competency": "NF.1", "score": 3},
    /// ...     {"id": "c1", "event": "awarded", "credit": "algebra-1", "evidence": ["e1"], "retention": "transcript"},
    /// ... ])
    /// >>> log.due_for_erasure({"": 5, "transcript": None}, "2026-06-30T12:00:00Z", "2031-07-01T12:00:00Z")
    /// ['e1']
    fn due_for_erasure(&self, py: Python<'_>, rules: Document, left_at: AsOf, at: AsOf) -> PyResult<Vec<String>> {
        self.with(py, move |log| Ok(log.due_for_erasure(&core::Retention::from_json(rules)?, left_at.0, at.0)))
    }

    /// The learner, if the log or its events name one.
    #[getter]
    fn learner(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.with(py, |log| Ok(log.learner().map(str::to_owned)))
    }

    /// Canonical JSON of the log: every event, in the byte order of their contents.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |log| Ok(log.to_json()))
    }

    /// The log as bytes that keep for a school career: a compact, checksummed snapshot, which later versions read and
    /// earlier ones refuse by name. Blocks may be appended to it. Equal logs give equal bytes.
    ///
    /// Raises:
    ///     LimitExceededError: for a log of more than a gigabyte of JSON.
    ///
    /// Complexity: linear in the size of the events.
    ///
    /// >>> import lrm
    /// >>> log = lrm.EventLog.from_events([{"id": "e1", "competency": "NF.1", "score": 3}])
    /// >>> lrm.EventLog.from_bytes(log.to_bytes()) == log
    /// True
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.with(py, |log| log.to_bytes()).map(|bytes| PyBytes::new(py, &bytes))
    }

    /// The events of this log as a block that may stand after the bytes of a log of the same learner, so that a file can
    /// grow without being written anew.
    fn block<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.with(py, |log| log.block()).map(|bytes| PyBytes::new(py, &bytes))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |log| Ok(log.len()))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else { return Ok(false) };
        Ok(self.to_json(py)? == other.get().to_json(py)?)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let text = slf.get().to_json(slf.py())?;
        Ok((slf.get_type().getattr("from_json")?, (text,)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |log| {
            let learner = log.learner().map(|learner| format!(" {learner:?}")).unwrap_or_default();
            Ok(format!("<lrm.EventLog{learner}: {} events>", log.len()))
        })
    }
}

/// Canonical JSON texts as a list of Python objects, with exact numbers.
pub(crate) fn loaded_list(py: Python<'_>, texts: impl Iterator<Item = String>) -> PyResult<Bound<'_, PyAny>> {
    loaded(py, &format!("[{}]", texts.collect::<Vec<_>>().join(",")))
}

/// Canonical JSON as Python objects, with exact numbers.
pub(crate) fn loaded<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    let options = PyDict::new(py);
    options.set_item("parse_float", decimal_type(py)?)?;
    py.import("json")?.getattr("loads")?.call((json,), Some(&options))
}
