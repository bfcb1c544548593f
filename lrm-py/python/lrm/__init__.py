"""Competency-based learning: mastery as an exact, explained, pure function of framework, policy, record and instant.

Build an :class:`Engine` once from a :class:`Framework` and a :class:`Policy`; ask it as often as you like:
:meth:`Engine.evaluate` for one learner, :meth:`Engine.rollup` for a frame of many, :meth:`Engine.stream` for more than
fit into memory, :meth:`Engine.explain` for the reasons, :meth:`Engine.what_if` for what further evidence would change,
:meth:`Engine.start` for a learner kept warm.

>>> import lrm
>>> engine = lrm.Engine(
...     lrm.Framework.from_json({
...         "format": "lrm-framework/1", "competencies": [{"id": "NF.1", "statement": "Unit fractions"}],
...     }),
...     lrm.Policy.from_json({
...         "format": "lrm-policy/1", "scale": {"max": 4, "proficient": 3},
...         "estimate": {"method": "exponential", "latest_percent": 65},
...     }),
... )
>>> record = lrm.LearnerRecord.from_events([
...     {"competency": "NF.1", "score": 2, "observed_at": "2026-01-15T12:00:00Z"},
...     {"competency": "NF.1", "score": 4, "observed_at": "2026-02-20T12:00:00Z"},
... ])
>>> engine.evaluate(record, as_of="2026-11-22T00:00:00Z")["NF.1"].value
Decimal('3.3')
"""

from collections.abc import Mapping

from lrm._delta import Change, Delta
from lrm._errors import (
    CancelledError,
    ClockMovedBackError,
    ColumnMissingError,
    ColumnTypeError,
    CycleError,
    DamagedError,
    DerivationMismatchError,
    IncompatibleScalesError,
    InvalidDocumentError,
    LimitExceededError,
    LrmError,
    LrmInternalError,
    UnknownCompetencyError,
    UnknownLearnerError,
)
from lrm._framework import Association, Competency
from lrm._history import HistoryChange
from lrm._layers import LayeredPolicy
from lrm._lrm import (
    Calendar,
    Class,
    Derivation,
    Engine,
    EventLog,
    Framework,
    LearnerRecord,
    Live,
    Mastery,
    Policy,
    Rollup,
    RollupStream,
    State,
    __version__,
)
from lrm._report import Finding, Report
from lrm._self_ratings import SelfRating
from lrm._simulation import Simulation

__all__ = [
    "Association",
    "Calendar",
    "CancelledError",
    "Change",
    "Class",
    "ClockMovedBackError",
    "ColumnMissingError",
    "ColumnTypeError",
    "Competency",
    "CycleError",
    "DamagedError",
    "Delta",
    "Derivation",
    "DerivationMismatchError",
    "Engine",
    "EventLog",
    "Finding",
    "Framework",
    "HistoryChange",
    "IncompatibleScalesError",
    "InvalidDocumentError",
    "LayeredPolicy",
    "LearnerRecord",
    "LimitExceededError",
    "Live",
    "LrmError",
    "LrmInternalError",
    "Mastery",
    "Policy",
    "Report",
    "Rollup",
    "RollupStream",
    "SelfRating",
    "Simulation",
    "State",
    "UnknownCompetencyError",
    "UnknownLearnerError",
    "__version__",
]

Mapping.register(State)

# The classes written in Python are named by their public home too, in messages and pickles.
for _class in (globals()[name] for name in __all__):
    if isinstance(_class, type) and _class.__module__ != "lrm":
        _class.__module__ = "lrm"
del _class, Mapping
