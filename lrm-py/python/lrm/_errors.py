"""The exceptions: one base with a stable code, a subclass per situation.

The engine says what went wrong with a code; the table at the end of this module says which class that is. New codes may
come; they raise :class:`LrmError` itself until a class is made for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lrm._report import Finding

__all__ = [
    "CancelledError",
    "ClockMovedBackError",
    "ColumnMissingError",
    "ColumnTypeError",
    "CycleError",
    "DamagedError",
    "DerivationMismatchError",
    "IncompatibleScalesError",
    "InvalidDocumentError",
    "LimitExceededError",
    "LrmError",
    "LrmInternalError",
    "UnknownCompetencyError",
    "UnknownLearnerError",
]

# How many findings the text of an exception shows.
_SHOWN = 10


class LrmError(Exception):
    """Everything that this package raises, but for plain misuse of types (``TypeError``).

    >>> import lrm
    >>> try:
    ...     lrm.Framework.from_json('{"competencies": [{"id": "NF.1"}]}')
    ... except lrm.LrmError as error:
    ...     print(error.code, error.path)
    missing-field /competencies/0
    """

    code: str
    """The stable word for what is wrong, such as ``"score-off-scale"``. Codes never change their meaning."""

    message: str
    """What was wrong and what was expected, in English. Texts may change from version to version."""

    path: str
    """Where: a JSON Pointer such as ``/evidence/3/score``, or empty for the whole."""

    context: dict[str, Any]
    """The same in typed form: texts, whole numbers and lists of texts, by name."""

    findings: list[Finding]
    """Everything that was found, in the order of the input; the first gives this error its code."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid-value",
        path: str = "",
        context: Mapping[str, Any] | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        self.context = dict(context or {})
        self.findings = list(findings) or [Finding(code, path, message, self.context)]

    def __str__(self) -> str:
        lines = [str(finding) for finding in self.findings[:_SHOWN]]
        if len(self.findings) > _SHOWN:
            lines.append(f"and {len(self.findings) - _SHOWN} more")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.message, self.code, self.path, self.context, self.findings)


class InvalidDocumentError(LrmError, ValueError):
    """A document, an instant or an option that is not what it should be. ``findings`` lists all that is wrong."""


class DamagedError(LrmError, ValueError):
    """Bytes that were cut or changed; ``context`` has the ``offset`` and what was ``expected``."""


class CycleError(InvalidDocumentError):
    """The hierarchy or the hard prerequisites run in a circle; ``context["path"]`` lists the ids on it."""


class UnknownCompetencyError(LrmError, KeyError):
    """A competency that the framework does not have."""


class UnknownLearnerError(LrmError, KeyError):
    """A learner who is not in the class."""


class IncompatibleScalesError(LrmError, ValueError):
    """A node and its inputs are measured on different scales."""


class LimitExceededError(LrmError, ValueError):
    """A documented limit was passed: of size, of depth, of a result, or of the pairs in a graph's closure."""


class ClockMovedBackError(LrmError, ValueError):
    """A warm learner's clock was asked to go back."""


class CancelledError(LrmError, RuntimeError):
    """A long computation that was cancelled. An interrupt or what a ``progress`` callback raises is raised itself."""


class ColumnTypeError(LrmError, TypeError):
    """A column of a type that cannot be read; the context names the column, the type found and those accepted."""


class ColumnMissingError(LrmError, KeyError):
    """A column that is required but not there."""


class DerivationMismatchError(LrmError, ValueError):
    """A derivation that does not reproduce its own results."""


class LrmInternalError(LrmError, RuntimeError):
    """A fault in the engine itself, stopped at the boundary. Please report it with its text."""


_CLASSES: dict[str, type[LrmError]] = {
    "invalid-json": InvalidDocumentError,
    "unsupported-format": InvalidDocumentError,
    "damaged": DamagedError,
    "unknown-field": InvalidDocumentError,
    "missing-field": InvalidDocumentError,
    "invalid-value": InvalidDocumentError,
    "duplicate-id": InvalidDocumentError,
    "dangling-reference": InvalidDocumentError,
    "cycle": CycleError,
    "self-loop": CycleError,
    "unknown-competency": UnknownCompetencyError,
    "unknown-learner": UnknownLearnerError,
    "unknown-level": InvalidDocumentError,
    "unknown-zone": InvalidDocumentError,
    "score-off-scale": InvalidDocumentError,
    "parameter-out-of-range": InvalidDocumentError,
    "incompatible-scales": IncompatibleScalesError,
    "sum-without-scale": InvalidDocumentError,
    "zero-weight": InvalidDocumentError,
    "rule-matches-nothing": InvalidDocumentError,
    "empty-group": InvalidDocumentError,
    "unreachable": InvalidDocumentError,
    "contradiction": InvalidDocumentError,
    "clock-moved-back": ClockMovedBackError,
    "closure-too-large": LimitExceededError,
    "limit-exceeded": LimitExceededError,
    "column-type": ColumnTypeError,
    "column-missing": ColumnMissingError,
    "cancelled": CancelledError,
    "derivation-mismatch": DerivationMismatchError,
    "locked": InvalidDocumentError,
    "internal": LrmInternalError,
}


def from_json(texts: Sequence[str]) -> LrmError:
    """The exception for errors of the engine, given as their JSON; the first decides the class. The compiled module
    calls this."""
    errors = [json.loads(text) for text in texts]
    findings = [Finding(**finding) for error in errors for finding in error.pop("findings", ())]
    return _CLASSES.get(errors[0]["code"], LrmError)(findings=findings, **errors[0])


def from_parts(code: str, path: str, message: str, context: Mapping[str, Any]) -> LrmError:
    """The exception for something that the compiled module itself found wrong."""
    return _CLASSES.get(code, LrmError)(message, code=code, path=path, context=context)


def _restored(
    kind: type[LrmError],
    message: str,
    code: str,
    path: str,
    context: Mapping[str, Any],
    findings: Sequence[Finding],
) -> LrmError:
    return kind(message, code=code, path=path, context=context, findings=findings)
