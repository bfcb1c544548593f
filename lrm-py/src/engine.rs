//! `Engine`.

use std::sync::Arc;

use lrm_core as core;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyType};

use crate::calendar::Calendar;
use crate::class::Class;
use crate::count::Count;
use crate::delta;
use crate::derivation::Derivation;
use crate::document::Document;
use crate::enter::enter;
use crate::frame::{Asked, Batches, Columns, Form, Layout, Rollup, RollupStream, Table, Values, beside, watched};
use crate::framework::Framework;
use crate::history;
use crate::ids::Ids;
use crate::instant::AsOf;
use crate::live::Live;
use crate::log::{EventLog, loaded, loaded_list};
use crate::policy::Policy;
use crate::record::{RecordInput, of_events, records_of};
use crate::report;
use crate::self_ratings;
use crate::simulation;
use crate::state::State;

/// A framework and a policy, compiled: build it once, ask it as often as you like, from as many threads as you like.
///
/// Mastery is a function of framework, policy, record and ``as_of``, and of nothing else: no clock is read. The same
/// question has the same answer, to the last digit, on every machine and in every language.
///
/// It never changes and pickles as its two documents, so worker processes can have it.
///
/// >>> import lrm
/// >>> engine = lrm.Engine.from_json(
/// ...     {"format": "lrm-framework/1",
/// ...      "competencies": [{"id": "NF", "statement": "Fractions"}, {"id": "NF.1", "statement": "Unit fractions"}],
/// ...      "associations": [{"type": "is_child_of", "from": "NF.1", "to": "NF"}]},
/// ...     {"format": "lrm-policy/1", "scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mean"}},
/// ... )
/// >>> record = [{"competency": "NF.1", "score": 3}, {"competency": "NF.1", "score": 3.5}]
/// >>> state = engine.evaluate(record, as_of="2026-11-22T00:00:00Z")
/// >>> state["NF"].value, state["NF"].status
/// (Decimal('3.25'), 'met')
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Engine(pub(crate) core::Engine);

#[pymethods]
impl Engine {
    /// Compiles a framework and a policy.
    ///
    /// Raises:
    ///     IncompatibleScalesError: if a node and its inputs are measured on different scales.
    ///     LimitExceededError: if the graph has more ancestor–descendant pairs than the limit (``closure-too-large``).
    ///     InvalidDocumentError: if the policy does not fit the framework in another way.
    ///
    /// Complexity: linear in competencies and associations for trees.
    #[new]
    fn new(py: Python<'_>, framework: &Framework, policy: &Policy) -> PyResult<Self> {
        enter(py, || core::Engine::new(Arc::clone(&framework.0), Arc::clone(&policy.0))).map(Self)
    }

    /// Reads the two documents and compiles them.
    ///
    /// Args:
    ///     framework: an ``lrm-framework/1`` document: text, bytes, or dicts and lists.
    ///     policy: an ``lrm-policy/1`` document, likewise.
    ///
    /// Raises:
    ///     InvalidDocumentError: with all findings of the first document that has any.
    ///     LrmError: as the constructor.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, framework: Document, policy: Document) -> PyResult<Self> {
        enter(py, move || core::Engine::from_json(framework, policy)).map(Self)
    }

    /// The framework.
    #[getter]
    fn framework(&self) -> Framework {
        Framework(Arc::clone(self.0.framework()))
    }

    /// The policy.
    #[getter]
    fn policy(&self) -> Policy {
        Policy(Arc::clone(self.0.policy()))
    }

    /// What is doubtful about the policy for this framework: rules that match nothing, weights that are all zero.
    fn lint<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report::to_python(py, self.0.lint())
    }

    /// The state of one learner at an instant: the result of every competency.
    ///
    /// Args:
    ///     record: a :class:`LearnerRecord` or what :meth:`LearnerRecord.from_json` reads.
    ///     as_of: the instant, RFC 3339 text or aware datetime. Evidence after it does not count.
    ///     scope: ids of the competencies that apply to this learner, with all below them; None for all.
    ///     strict: raise if any item of the record is bad, instead of reporting it in ``state.report()``.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the scope names a competency that the framework does not have.
    ///     LrmError: if strict and there is a finding: the code of the first, the list of all.
    ///     LimitExceededError: if a result lies beyond ±9·10⁹.
    ///
    /// Complexity: O(e log e + n) for e items and n competencies of a tree.
    #[pyo3(signature = (record, *, as_of, scope=None, strict=false))]
    fn evaluate(
        &self,
        py: Python<'_>,
        record: RecordInput,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<State> {
        let options = options(scope, strict);
        enter(py, || self.0.evaluate_with(&*record.read()?, as_of.0, &options)).map(State::from)
    }

    /// Why a competency has the result it has: a tree of the evidence used, the evidence ignored and why, and each step.
    ///
    /// Args:
    ///     record, as_of, scope, strict: as in :meth:`evaluate`.
    ///     competency: the id of the node to explain.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the competency.
    ///     LrmError: as :meth:`evaluate`.
    #[pyo3(signature = (record, competency, *, as_of, scope=None, strict=false))]
    fn explain(
        &self,
        py: Python<'_>,
        record: RecordInput,
        competency: &str,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Derivation> {
        let options = options(scope, strict);
        enter(py, || self.0.explain_with(&*record.read()?, competency, as_of.0, &options)).map(Derivation::from)
    }

    /// What further evidence would change.
    ///
    /// Args:
    ///     record, as_of, scope, strict: as in :meth:`evaluate`.
    ///     events: the hypothetical items: an iterable of dicts.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    #[pyo3(signature = (record, events, *, as_of, scope=None, strict=false))]
    fn what_if<'py>(
        &self,
        py: Python<'py>,
        record: RecordInput,
        events: &Bound<'py, PyAny>,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = options(scope, strict);
        let events = of_events(events)?;
        let delta = enter(py, || {
            let events: Vec<_> = events.iter().map(core::Evidence::from_json).collect::<core::Result<_>>()?;
            self.0.what_if_with(&*record.read()?, &events, as_of.0, &options)
        })?;
        delta::to_python(py, &delta)
    }

    /// Every change of one result up to an instant, oldest first, with the events that caused it.
    ///
    /// Args:
    ///     log: an :class:`EventLog`.
    ///     competency: its id.
    ///     until: text or aware datetime.
    ///     clock: ``"known"``: what was believed at each instant, from what was known by then, as of then; ``"observed"``: what
    ///         was so at each instant, from all that is known today.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework has no such competency.
    ///     InvalidDocumentError: for a change before the year 1, with which Python's datetimes begin.
    ///     ValueError: for another clock.
    ///
    /// Complexity: of each event the items of its competency and its ancestors, after O(n log n) for their order.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([
    /// ...     {"id": "e1", "competency": "NF.1", "score": 1, "received_at": "2026-01-15T09:00:00Z"},
    /// ...     {"id": "e2", "event": "corrected", "of": "e1", "score": 4, "received_at": "2026-01-16T08:00:00Z"},
    /// ... ])
    /// >>> for change in engine.history(log, "NF.1", until="2026-02-01T00:00:00Z"):
    /// ...     print(change.at.date(), *change.events, change.before.value, "->", change.after.value)
    /// 2026-01-15 e1 None -> 1
    /// 2026-01-16 e2 1 -> 4
    #[pyo3(signature = (log, competency, *, until, clock="known"))]
    fn history<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        competency: &str,
        until: AsOf,
        clock: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let clock = history::clock(clock)?;
        let changes = log.with(py, |log| self.0.history(log, competency, until.0, clock))?;
        history::to_python(py, changes)
    }

    /// The goals of a learner as of an instant, in the byte order of their ids, as dicts: ``id``, ``state`` (``proposed``,
    /// ``approved``, ``met``, ``missed``, ``renegotiated``, ``retracted``), ``since`` (text, if known), ``reached`` (competencies),
    /// ``needed`` (how many), ``evidence`` (ids of what counted when it was met) and ``unknown`` (competencies that the framework
    /// does not have).
    ///
    /// A goal that was agreed on is met at the first instant, from then on and up to its ``due_at``, at which enough of its
    /// competencies are ``met``, or ``met`` or ``not_met`` at the level or the value that it names. It stays met. If there is no
    /// such instant it is missed once the time is up. What a person decided holds instead.
    ///
    /// Args:
    ///     log: an :class:`EventLog`.
    ///     as_of: text or aware datetime.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([
    /// ...     {"id": "g", "event": "proposed", "competencies": ["a", "b"], "at_least": 1,
    /// ...      "due_at": "2026-12-18T23:59:59Z"},
    /// ...     {"id": "y", "event": "approved", "of": "g", "observed_at": "2026-09-01T08:00:00Z"},
    /// ...     {"id": "e", "competency": "a", "score": 3, "observed_at": "2026-12-17T10:00:00Z"},
    /// ... ])
    /// >>> [goal] = engine.goals(log, as_of="2026-12-20T00:00:00Z")
    /// >>> goal["state"], goal["since"], goal["evidence"]
    /// ('met', '2026-12-17T10:00:00Z', ['e'])
    #[pyo3(signature = (log, *, as_of))]
    fn goals<'py>(&self, py: Python<'py>, log: &EventLog, as_of: AsOf) -> PyResult<Bound<'py, PyAny>> {
        let goals = log.with(py, |log| self.0.goals(log, as_of.0))?;
        loaded_list(py, goals.iter().map(core::Goal::to_json))
    }

    /// What a learner has learned, what is ready to be learned next, and what is blocked by which root causes, as a dict:
    /// ``standings``, in the order of the framework, and ``unknown``, the ids of waivers that name what the framework does not
    /// have. What is empty, false or 0 is left out, but for ``standings``.
    ///
    /// A standing has ``competency``, ``state`` (``learned``: its status is ``met``; ``ready``: nothing that has to come before it
    /// is missing; ``blocked``), ``recent`` (learned, and nothing that is learned builds upon it), ``missing`` and ``advised`` (hard and
    /// soft prerequisites that are not satisfied), ``root_causes`` (of what is blocked: where to begin), ``unlocks`` (how many
    /// blocked competencies have it among their root causes), ``opens`` (how many would be ready at once if it were satisfied)
    /// and ``waived`` (dicts with ``prerequisite``, ``by``, ``reason`` and maybe ``until``).
    ///
    /// A prerequisite is satisfied if it is ``met`` or, if the association names a level, if that level or a higher one is shown.
    ///
    /// Args:
    ///     log: an :class:`EventLog`; its ``waived`` events count while they are in force.
    ///     as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    ///     LimitExceededError: ``closure-too-large`` for very many pairs of what is blocked and a root cause, or of a prerequisite
    ///         and a waiver of it; ``limit-exceeded`` where the answer has very much text.
    ///
    /// Complexity: one evaluation, O(n log n) in the associations and the events, and the pairs of what is blocked and its root
    /// causes.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": name, "statement": name} for name in ("share", "unit", "add")],
    /// ...      "associations": [{"type": "precedes", "from": "share", "to": "unit"},
    /// ...                       {"type": "precedes", "from": "unit", "to": "add"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([{"id": "e1", "competency": "share", "score": 3}])
    /// >>> for standing in engine.frontier(log, as_of="2026-11-02T08:00:00Z")["standings"]:
    /// ...     print(standing["competency"], standing["state"], *standing.get("root_causes", []))
    /// share learned
    /// unit ready
    /// add blocked unit
    #[pyo3(signature = (log, *, as_of, scope=None, strict=false))]
    fn frontier<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = options(scope, strict);
        let json =
            log.with(py, |log| self.0.frontier_with(log, as_of.0, &options).map(|frontier| frontier.to_json()))?;
        loaded(py, &json)
    }

    /// What to learn on the way to a target, each after what it lacks, as a dict: ``target`` and ``steps``, dicts with
    /// ``competency`` and, if there are any, ``alternatives``: what else on the way could be learned at this point.
    ///
    /// On the way is what is missing, as :meth:`frontier` says it, and the target unless it is learned. Of what could be next comes
    /// first what most of the others on the way build upon, then what stands first in the framework.
    ///
    /// Args:
    ///     log: an :class:`EventLog`.
    ///     target: the id of a competency.
    ///     as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the target.
    ///     LimitExceededError: ``closure-too-large`` for too many steps to count what builds upon what; ``limit-exceeded`` for very
    ///         many alternatives, or very long ones.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": name, "statement": name} for name in ("share", "draw", "add")],
    /// ...      "associations": [{"type": "precedes", "from": "share", "to": "add"},
    /// ...                       {"type": "precedes", "from": "draw", "to": "add"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> path = engine.path(lrm.EventLog.from_events([]), "add", as_of="2026-11-02T08:00:00Z")
    /// >>> path["steps"]
    /// [{'competency': 'share', 'alternatives': ['draw']}, {'competency': 'draw'}, {'competency': 'add'}]
    #[pyo3(signature = (log, target, *, as_of, scope=None, strict=false))]
    fn path<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        target: &str,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = options(scope, strict);
        let json = log.with(py, |log| self.0.path_with(log, target, as_of.0, &options).map(|path| path.to_json()))?;
        loaded(py, &json)
    }

    /// What of some competencies is unmet, and what to learn to make up for it, as a dict: ``of``, ``unmet`` (the leaves at or
    /// below them that apply and whose status is not ``met``) and ``steps``: these and what is missing before them, as in :meth:`path`.
    ///
    /// Args:
    ///     log: an :class:`EventLog`.
    ///     of: ids of competencies, such as that of a course; at least one.
    ///     as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     UnknownCompetencyError: for every id that the framework does not have.
    ///     LrmError: ``invalid-value`` for no ids; as :meth:`path`.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": name, "statement": name} for name in ("course", "share", "unit", "count")],
    /// ...      "associations": [{"type": "is_child_of", "from": "share", "to": "course"},
    /// ...                       {"type": "is_child_of", "from": "unit", "to": "course"},
    /// ...                       {"type": "precedes", "from": "count", "to": "unit"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([{"id": "e1", "competency": "share", "score": 3}])
    /// >>> plan = engine.recovery_plan(log, ["course"], as_of="2026-06-20T12:00:00Z")
    /// >>> plan["unmet"], [step["competency"] for step in plan["steps"]]
    /// (['unit'], ['count', 'unit'])
    #[pyo3(signature = (log, of, *, as_of, scope=None, strict=false))]
    fn recovery_plan<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        of: Ids,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (Ids(of), options) = (of, options(scope, strict));
        let plan = log.with(py, |log| self.0.recovery_plan_with(log, &of, as_of.0, &options))?;
        loaded(py, &plan.to_json())
    }

    /// The pace of a learner in every course of a calendar as of an instant, in the order of the document, as dicts: what is done
    /// (``measure``, ``done``, ``of``, ``percent``, ``assessed``, ``leaves``), and what was to be done by the end of the day by the
    /// learner's ``own`` time and by the ``calendar``'s, each with ``from``, ``until``, ``days``, ``elapsed``, ``expected`` (percent),
    /// ``pace`` (``ahead``, ``on`` or ``behind``) and ``source`` (the id of the plan or the enrolment); the ``pauses``; what a person
    /// has ``set``; ``zone`` and ``zone_rules``. What is not known is left out. It changes no result.
    ///
    /// Args:
    ///     log: an :class:`EventLog`, with plans (``planned``), pauses (``paused``), set paces (``paced``) and enrolments, if any.
    ///     calendar: a :class:`Calendar`.
    ///     as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    ///     LimitExceededError: ``limit-exceeded`` beyond ±9·10⁹ points, for very many competencies and pauses, each counted for
    ///         every course, and where the answer has very much text.
    ///
    /// Complexity: one evaluation, and for every course the competencies below it and the pauses that concern it.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> calendar = lrm.Calendar.from_json({"zone": "America/New_York", "courses": [
    /// ...     {"id": "math", "competencies": ["a", "b"], "from": "2026-09-07", "until": "2026-09-18"}]})
    /// >>> log = lrm.EventLog.from_events([
    /// ...     {"id": "e1", "competency": "a", "score": 4, "observed_at": "2026-09-09T15:00:00Z"},
    /// ...     {"id": "p1", "event": "paused", "starts_on": "2026-09-08", "ends_on": "2026-09-11", "reason": "flu",
    /// ...      "actor": {"id": "ms-lee"}, "observed_at": "2026-09-08T08:00:00Z"},
    /// ... ])
    /// >>> [pace] = engine.pace(log, calendar, as_of="2026-09-11T20:00:00Z")
    /// >>> pace["percent"], pace["own"]["pace"], pace["calendar"]["expected"]
    /// (50, 'ahead', 50)
    #[pyo3(signature = (log, calendar, *, as_of, scope=None, strict=false))]
    fn pace<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        calendar: &Calendar,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = options(scope, strict);
        let all = log.with(py, |log| self.0.pace_with(log, &calendar.0, as_of.0, &options))?;
        loaded_list(py, all.iter().map(core::Pace::to_json))
    }

    /// The deadlines of a calendar as of an instant, in the order of the document, as dicts: ``activity``, ``due``, ``cutoff`` (the
    /// last instant that is in time), ``state`` (``on_time``, ``in_grace``, ``late``, ``open``, ``missed`` or ``excused``), and ``at`` and
    /// ``by``: when the first work for the activity came, and its id. They change no result.
    ///
    /// Args:
    ///     log: an :class:`EventLog`.
    ///     calendar: a :class:`Calendar`.
    ///     as_of: text or aware datetime.
    ///
    /// Complexity: O(n log n) in the events and the deadlines.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "a", "statement": "A"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> calendar = lrm.Calendar.from_json(
    /// ...     {"zone": "America/New_York", "deadlines": [{"activity": "essay", "due": "2026-11-01T23:59"}]})
    /// >>> log = lrm.EventLog.from_events([
    /// ...     {"id": "s1", "event": "submitted", "competency": "a", "activity": "essay",
    /// ...      "observed_at": "2026-11-02T04:30:00Z"},
    /// ... ])
    /// >>> [essay] = engine.deadlines(log, calendar, as_of="2026-11-03T00:00:00Z")
    /// >>> essay["state"], essay["due"], essay["by"]
    /// ('on_time', '2026-11-02T04:59:00Z', 's1')
    #[pyo3(signature = (log, calendar, *, as_of))]
    fn deadlines<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        calendar: &Calendar,
        as_of: AsOf,
    ) -> PyResult<Bound<'py, PyAny>> {
        let all = log.with(py, |log| self.0.deadlines(log, &calendar.0, as_of.0))?;
        loaded_list(py, all.iter().map(core::Deadline::to_json))
    }

    /// How a learner stands in the programmes of the policy, in its order: a list of dicts with ``id``, ``title`` and ``kind`` if
    /// the policy gives them, ``credit``, ``verdict``, ``missing`` (the shortest list of conditions which, met together with
    /// what is met, make it met), ``exact`` (only if False), ``unreachable`` (only if True) and ``trace`` (how each requirement
    /// stands, and which of them ``won``).
    ///
    /// What is not assessed, insufficient, in conflict, provisional or stale settles nothing: then the verdict is
    /// ``undetermined``, unless the rest decides. What does not apply to the learner is left out.
    ///
    /// Args:
    ///     as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
    /// ...      "programmes": [{"id": "graduation", "requirement": {"all": [{"competency": "a"}, {"competency": "b"}]}}]},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([{"id": "e", "competency": "a", "score": 3}])
    /// >>> [graduation] = engine.programmes(log, as_of="2026-06-20T00:00:00Z")
    /// >>> graduation["verdict"], graduation["missing"]
    /// ('undetermined', [{'at': '/all/1', 'competency': 'b', 'needs': 'met', 'status': 'not_assessed'}])
    #[pyo3(signature = (log, *, as_of, scope=None, strict=false))]
    fn programmes<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = options(scope, strict);
        let programmes = log.with(py, |log| self.0.programmes_with(log, as_of.0, &options))?;
        loaded_list(py, programmes.iter().map(core::Programme::to_json))
    }

    /// The fewest pieces of further evidence with which a learner would reach a target at that instant, as a dict: ``target``,
    /// ``reached`` (false if nothing was found), ``exact`` (true if there is surely no smaller set) and ``pieces``: dicts that
    /// :meth:`what_if`, records and :meth:`EventLog.add` take. Adding exactly these reaches the target, and none can be left out.
    ///
    /// A piece says no more than it must: ``new-1``, ``new-2``, … stand for an assessor, a context and an artifact that are new, and
    /// the score is the lowest cut of the scale that does. What no evidence brings (a credit, an instant, the decision in a conflict)
    /// is not reached.
    ///
    /// Args:
    ///     log: an :class:`EventLog`.
    ///     competency: the id of a competency, which is to be ``met``; with ``level`` or ``value``, to be at that or above.
    ///     programme: the id of a programme of the policy, instead of a competency.
    ///     as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     UnknownCompetencyError: if the framework does not have the competency.
    ///     LrmError: ``unknown-level``, ``unknown-programme``, ``parameter-out-of-range`` for a value that the scale does not have,
    ///         ``invalid-value`` if the target is none; as :meth:`evaluate`.
    ///
    /// Complexity: one evaluation, and some for the sets that are tried, 20,000 at most and fewer for very large ones.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "a", "statement": "A"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}, "sufficiency": {"min_assessors": 2}},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([{"id": "e1", "competency": "a", "score": 4, "assessor": {"id": "ms-lee"}}])
    /// >>> least = engine.least_evidence(log, competency="a", as_of="2026-06-20T12:00:00Z")
    /// >>> least["reached"], least["exact"], least["pieces"][0]["score"], least["pieces"][0]["assessor"]
    /// (True, True, 3, {'id': 'new-1'})
    #[pyo3(signature = (log, *, competency=None, programme=None, level=None, value=None, as_of, scope=None, strict=false))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn least_evidence<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        competency: Option<String>,
        programme: Option<String>,
        level: Option<String>,
        value: Option<Bound<'py, PyAny>>,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let given = PyDict::new(py);
        for (name, text) in [("competency", competency), ("programme", programme), ("level", level)] {
            text.map(|text| given.set_item(name, text)).transpose()?;
        }
        value.map(|value| given.set_item("value", value)).transpose()?;
        let target: Document = given.extract()?;
        let options = options(scope, strict);
        let least = log.with(py, |log| {
            let target = core::Target::from_json(&target)?;
            self.0.least_evidence_with(log, &target, as_of.0, &options)
        })?;
        loaded(py, &least.to_json())
    }

    /// The event that awards the credit of a programme, as a dict, which :meth:`EventLog.add` takes: with the ids of the
    /// evidence on the branch by which the programme is met. Nothing is awarded by itself.
    ///
    /// Args:
    ///     programme: the id of the programme.
    ///     id: the id of the event.
    ///     actor: who awards it.
    ///     at: when; text or aware datetime.
    ///     role, reason: in what role, and why, in words.
    ///     scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     LrmError: with the code ``invalid-value`` for an empty id or actor; ``duplicate-id`` if the log has an event of that
    ///         id; ``unknown-programme``; ``already-awarded`` if the learner has a credit of that name;
    ///         ``lower-in-sequence`` if they have a later one of the same sequence; ``requirement-not-met`` with the number
    ///         of conditions that are ``missing``; as :meth:`evaluate`.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "a", "statement": "A"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
    /// ...      "programmes": [{"id": "algebra-1", "requirement": {"competency": "a"}}]},
    /// ... )
    /// >>> log = lrm.EventLog.from_events([{"id": "e", "competency": "a", "score": 3}])
    /// >>> event = engine.award(log, "algebra-1", id="c1", actor="ms-lee", at="2026-06-10T12:00:00Z")
    /// >>> log.add(event), log.state_of("c1"), event["credit"], event["evidence"]
    /// (True, 'awarded', 'algebra-1', ['e'])
    #[pyo3(signature = (log, programme, *, id, actor, at, role=None, reason=None, scope=None, strict=false))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn award<'py>(
        &self,
        py: Python<'py>,
        log: &EventLog,
        programme: &str,
        id: String,
        actor: String,
        at: AsOf,
        role: Option<String>,
        reason: Option<String>,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut award = core::Award::new(id, actor, at.0);
        (award.role, award.reason) = (role, reason);
        let options = options(scope, strict);
        let event = log.with(py, |log| self.0.award_with(log, programme, &award, &options))?;
        let event = loaded(py, event.to_json())?;
        // what evidence does not know stands beside the rest, as in events that are written by hand
        event.call_method1("update", (event.call_method1("pop", ("extra",))?,))?;
        Ok(event)
    }

    /// How a learner rates themselves, beside what the evaluation at the same instant says: a list of :class:`SelfRating`, in
    /// the byte order of the competencies' ids. It changes no result.
    ///
    /// A rating is an item with a value whose assessor has the role ``self``, whatever its purpose; of several on one
    /// competency the last in the order of evidence counts. A competency without one is left out.
    ///
    /// Args:
    ///     record, as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    ///
    /// Complexity: that of one evaluation.
    ///
    /// >>> import lrm
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    /// ... )
    /// >>> record = [
    /// ...     {"competency": "NF.1", "score": 4, "assessor": {"role": "self"}},
    /// ...     {"competency": "NF.1", "score": 2, "assessor": {"role": "teacher"}},
    /// ... ]
    /// >>> [rating] = engine.self_ratings(record, as_of="2026-11-22T00:00:00Z")
    /// >>> rating.competency, rating.rated, rating.value, rating.gap
    /// ('NF.1', Decimal('4'), Decimal('2'), Decimal('2'))
    #[pyo3(signature = (record, *, as_of, scope=None, strict=false))]
    fn self_ratings<'py>(
        &self,
        py: Python<'py>,
        record: RecordInput,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Bound<'py, PyList>> {
        let options = options(scope, strict);
        let ratings = enter(py, || self.0.self_ratings_with(&*record.read()?, as_of.0, &options))?;
        self_ratings::to_python(py, ratings)
    }

    /// What the policy of another engine would change for these learners: who would move, in which direction, with counts.
    ///
    /// Where both results have values on the same scale these are compared, and at equal values whether the competency is met;
    /// on different scales only whether it is met. Where a competency does not apply on either side nothing is counted.
    ///
    /// Args:
    ///     other: an engine of the same framework with another policy.
    ///     records: an iterable of records, each a :class:`LearnerRecord`, an :class:`EventLog`, or what
    ///         :meth:`LearnerRecord.from_json` reads. One without a learner has an empty name; several are ``#0``, ``#7``, by
    ///         their places.
    ///     as_of, strict: as in :meth:`evaluate`.
    ///     scope: as in :meth:`evaluate`, for every learner.
    ///     most_moves: how many moves are listed at most; None for 100,000. The counts are complete.
    ///
    /// Raises:
    ///     LrmError: with the code ``incompatible-frameworks`` if the engines have other competencies or another hierarchy;
    ///         as :meth:`evaluate`, with the ``learner`` in the context.
    ///     InvalidDocumentError: for two records of one learner (``duplicate-id``).
    ///
    /// Complexity: that of two evaluations for each record.
    ///
    /// >>> import lrm
    /// >>> framework = {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}
    /// >>> latest, mean = (
    /// ...     lrm.Engine.from_json(framework, {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": method}})
    /// ...     for method in ("latest", "mean")
    /// ... )
    /// >>> ana = [
    /// ...     {"learner": "ana", "competency": "NF.1", "score": 1, "observed_at": "2026-10-01T00:00:00Z"},
    /// ...     {"learner": "ana", "competency": "NF.1", "score": 4, "observed_at": "2026-11-01T00:00:00Z"},
    /// ... ]
    /// >>> simulation = latest.simulate(mean, [ana], as_of="2026-12-01T00:00:00Z")
    /// >>> simulation.competencies
    /// [{'competency': 'NF.1', 'up': 0, 'down': 1, 'gained': 0, 'lost': 0, 'same': 0}]
    /// >>> simulation.moves[0]["after"]
    /// {'value': Decimal('2.5'), 'level': 'below', 'status': 'not_met'}
    #[pyo3(signature = (other, records, *, as_of, scope=None, strict=false, most_moves=None))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn simulate<'py>(
        &self,
        py: Python<'py>,
        other: &Self,
        records: &Bound<'py, PyAny>,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
        most_moves: Option<Count>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut options = core::SimulationOptions::new();
        if let Some(scope) = scope {
            options = options.scope(scope.0);
        }
        if let Some(most) = most_moves {
            options = options.most_moves(most.0 as usize);
        }
        let options = if strict { options.strict() } else { options };
        simulation::simulate(py, (&self.0, &other.0), records, as_of.0, &options)
    }

    /// A learner kept warm: takes single events in microseconds.
    ///
    /// Args:
    ///     record, as_of, scope, strict: as in :meth:`evaluate`.
    ///
    /// Raises:
    ///     LrmError: as :meth:`evaluate`.
    #[pyo3(signature = (record, *, as_of, scope=None, strict=false))]
    fn start(
        &self,
        py: Python<'_>,
        record: RecordInput,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Live> {
        let options = options(scope, strict);
        enter(py, || self.0.start_with(&*record.read()?, as_of.0, &options)).map(Live::new)
    }

    /// Many learners kept warm on one clock: take single events in microseconds.
    ///
    /// Args:
    ///     records: an iterable of records, each a :class:`LearnerRecord` or what :meth:`LearnerRecord.from_json` reads.
    ///         Each names its learner; learners may also join later, with their first item.
    ///     as_of: as in :meth:`evaluate`.
    ///     scope, strict: as in :meth:`evaluate`, for every learner.
    ///
    /// Raises:
    ///     InvalidDocumentError: if a record names no learner (``missing-field``), or another record's (``duplicate-id``).
    ///     LrmError: as :meth:`evaluate`, with the ``learner`` in the context.
    #[pyo3(signature = (records, *, as_of, scope=None, strict=false))]
    fn start_class(
        &self,
        py: Python<'_>,
        records: &Bound<'_, PyAny>,
        as_of: AsOf,
        scope: Option<Ids>,
        strict: bool,
    ) -> PyResult<Class> {
        let options = options(scope, strict);
        let records: Vec<_> = records_of(records)?.enumerate().map(RecordInput::numbered).collect::<PyResult<_>>()?;
        enter(py, || {
            let read = |(at, record): (usize, RecordInput)| {
                let record = record.read().map_err(|error| error.below(&format!("/records/{at}")))?;
                Ok(record.as_ref().clone())
            };
            let records = records.into_iter().enumerate().map(read);
            self.0.start_class_with(records.collect::<core::Result<Vec<_>>>()?, as_of.0, &options)
        })
        .map(Class::new)
    }

    /// The results of all learners of a frame: one row per learner and competency.
    ///
    /// Rows may stand in any order; the answer does not depend on it. A row that cannot count is told in ``report()``
    /// with its number, and the other rows count. A learner whose results cannot be given, such as one beyond the
    /// limits, is told there too, and the other learners are given.
    ///
    /// Columns are read where they lie: uint32, int32, int64, float64, timestamps in microseconds and texts are not
    /// copied, and neither are dictionaries with uint32 keys. Ctrl-C ends the call, however long it would take.
    ///
    /// Args:
    ///     frame: any object with ``__arrow_c_stream__`` or ``__arrow_c_array__``: Polars, pandas, DuckDB, pyarrow. The
    ///         columns have the names of the fields of evidence; null is absent, and other columns are not read:
    ///
    ///         - texts or whole numbers: ``learner``, ``competency``, ``id``, ``assessor.id``, ``activity``, ``attempt``,
    ///           ``source.id``, ``source.replaces``. Without ``learner`` there is one learner. ``competency`` is required.
    ///         - numbers: ``score``, ``possible``, ``weight``. Whole numbers and decimals are exact; a float counts as
    ///           the exact number that it is, to the nearest 10⁻⁹.
    ///         - booleans: ``passed``, ``transfer``.
    ///         - timestamps with a time zone, or RFC 3339 texts: ``observed_at``, ``due_at``, ``assessed_at``,
    ///           ``received_at``, ``override.expires_at``. To the microsecond.
    ///         - texts: ``level``, ``absence``, ``kind``, ``purpose``, ``assessor.role``, ``criterion``, ``context``,
    ///           ``assistance``, ``adaptation``, ``override.reason``, ``artifact.uri``, ``artifact.sha256``, ``artifact.media_type``,
    ///           ``source.system``, ``withdrawn``.
    ///
    ///         One of ``score``, ``level``, ``passed`` and ``absence`` is required. Texts may be strings, large strings,
    ///         string views or dictionaries (categories). Fields of ``assessor``, ``override``, ``artifact`` and
    ///         ``source`` may also come as one struct column.
    ///     as_of: the instant, RFC 3339 text or aware datetime. Evidence after it does not count.
    ///     scope: ids of the competencies that apply, with all below them, to every learner; None for all.
    ///     scopes: the same learner by learner, as a frame with the columns ``learner`` and ``competency`` (enrolments).
    ///         Nothing applies to a learner who is not in it.
    ///     nodes: ids of the competencies to give, in this order; None for all.
    ///     columns: names of the columns to give, which come in the order that :class:`Rollup` lists; None for all. What
    ///         is not asked for need not be computed.
    ///     unassessed: give competencies that are not assessed or do not apply, too.
    ///     strict: raise if any row is bad.
    ///     values: ``"decimal"`` for exact values as decimal128(19, 9), ``"float"`` for the nearest float64,
    ///         ``"billionths"`` for exact values as the int64 number of billionths, which is the fastest.
    ///     layout: ``"long"``, or ``"matrix"`` for one row per learner: ``learner``, and for each of ``columns`` (None
    ///         for ``value``) a fixed-size list with an entry for every one of :attr:`Rollup.node_ids`.
    ///     findings: how many findings the report lists at most; None for 100,000.
    ///     threads: how many threads may work; None or 0 for all that the machine has. The answer does not depend on it.
    ///     progress: called with the number of rows that are done and the number of all rows, now and then, first and
    ///         last. What it raises ends the call.
    ///
    /// Raises:
    ///     ColumnTypeError: for columns of a type that cannot be read; the context names the column, the type found and
    ///         the types accepted. Timestamps without a time zone are such: they mean another instant on every machine.
    ///     ColumnMissingError: if a required column is not there.
    ///     UnknownCompetencyError: if scope, scopes or nodes name a competency that the framework does not have.
    ///     LrmError: as :meth:`evaluate`.
    ///     ValueError: for a word that is not one of those above, and for both scope and scopes.
    ///
    /// Complexity: O(n) in the rows, plus one evaluation per learner. Needs 24 bytes a row beside input and output; none
    /// if the rows are in the order of learners.
    ///
    /// >>> import lrm, pyarrow
    /// >>> engine = lrm.Engine.from_json(
    /// ...     {"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]},
    /// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "highest"}},
    /// ... )
    /// >>> frame = pyarrow.table({
    /// ...     "learner": ["ana", "ben", "ana"], "competency": ["NF.1", "NF.1", "NF.1"], "score": [2, 1, 3.5],
    /// ... })
    /// >>> rollup = engine.rollup(frame, as_of="2026-11-22T00:00:00Z")
    /// >>> pyarrow.table(rollup).select(["learner", "value", "status"]).to_pylist()
    /// [{'learner': 'ana', 'value': Decimal('3.500000000'), 'status': 'met'},
    ///  {'learner': 'ben', 'value': Decimal('1.000000000'), 'status': 'not_met'}]
    /// >>> matrix = engine.rollup(frame, as_of="2026-11-22T00:00:00Z", layout="matrix", values="float")
    /// >>> matrix.node_ids, pyarrow.table(matrix).to_pylist()
    /// (['NF.1'], [{'learner': 'ana', 'value': [3.5]}, {'learner': 'ben', 'value': [1.0]}])
    #[pyo3(signature = (
        frame, *, as_of, scope=None, scopes=None, nodes=None, columns=None, unassessed=false, strict=false,
        values=Values::Decimal, layout=Layout::Long, findings=None, threads=None, progress=None
    ))]
    #[pyo3(
        text_signature = "($self, frame, *, as_of, scope=None, scopes=None, nodes=None, columns=None, unassessed=False, strict=False, values='decimal', layout='long', findings=None, threads=None, progress=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn rollup(
        &self,
        py: Python<'_>,
        frame: Batches,
        as_of: AsOf,
        scope: Option<Ids>,
        scopes: Option<Batches>,
        nodes: Option<Ids>,
        columns: Option<Columns>,
        unassessed: bool,
        strict: bool,
        values: Values,
        layout: Layout,
        findings: Option<usize>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Rollup> {
        let scopes = of_scopes(py, scope.as_ref(), scopes)?;
        let asked = Asked { scope, nodes, columns, unassessed, strict, values, layout, findings, threads };
        let options = asked.options()?;
        let table = Table::read(py, frame)?;
        let so_far = core::Progress::new();
        let rollup = watched(py, table.rows(), progress, &so_far, || {
            let evidence = table.evidence()?;
            beside(scopes.as_ref(), &so_far, |aside| self.0.rollup_with(&evidence, as_of.0, &options, aside))
        })?;
        let form = Form::new(&self.0, &asked, table.kind("learner"), table.kind("competency"));
        Rollup::new(py, Arc::new(form), vec![rollup])
    }

    /// A rollup of frames that come in the order of their learners, one after the other.
    ///
    /// Args:
    ///     as_of, scope, scopes, nodes, columns, unassessed, strict, values, layout, findings, threads: as in
    ///         :meth:`rollup`.
    ///
    /// Raises:
    ///     LrmError, ValueError: as :meth:`rollup`.
    #[pyo3(signature = (
        *, as_of, scope=None, scopes=None, nodes=None, columns=None, unassessed=false, strict=false,
        values=Values::Decimal, layout=Layout::Long, findings=None, threads=None
    ))]
    #[pyo3(
        text_signature = "($self, *, as_of, scope=None, scopes=None, nodes=None, columns=None, unassessed=False, strict=False, values='decimal', layout='long', findings=None, threads=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn stream(
        &self,
        py: Python<'_>,
        as_of: AsOf,
        scope: Option<Ids>,
        scopes: Option<Batches>,
        nodes: Option<Ids>,
        columns: Option<Columns>,
        unassessed: bool,
        strict: bool,
        values: Values,
        layout: Layout,
        findings: Option<usize>,
        threads: Option<usize>,
    ) -> PyResult<RollupStream> {
        let scopes = of_scopes(py, scope.as_ref(), scopes)?;
        let asked = Asked { scope, nodes, columns, unassessed, strict, values, layout, findings, threads };
        RollupStream::new(&self.0, as_of.0, asked, scopes)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (Framework, Policy)) {
        (slf.get_type(), (slf.get().framework(), slf.get().policy()))
    }

    fn __repr__(&self) -> String {
        format!("<lrm.Engine of {} competencies>", self.0.framework().len())
    }
}

/// The scopes of single learners, read.
fn of_scopes(py: Python<'_>, scope: Option<&Ids>, scopes: Option<Batches>) -> PyResult<Option<Table>> {
    if scope.is_some() && scopes.is_some() {
        return Err(PyValueError::new_err("what applies is said by scope or by scopes, not by both"));
    }
    scopes.map(|scopes| Table::read(py, scopes)).transpose()
}

fn options(scope: Option<Ids>, strict: bool) -> core::Options {
    let mut options = core::Options::new();
    if let Some(scope) = scope {
        options = options.scope(scope.0);
    }
    if strict { options.strict() } else { options }
}
