"""Findings: what was wrong, where, and what was expected."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

__all__ = ["Finding", "Report"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at one place of the input.

    Two findings are equal if all their parts are.
    """

    code: str
    """The stable word for what is wrong, such as ``"score-off-scale"``. Codes never change their meaning."""

    path: str
    """Where: a JSON Pointer such as ``/evidence/3/score``, or empty for the whole."""

    message: str
    """What was wrong and what was expected, in English. Texts may change from version to version."""

    context: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The same in typed form: texts, whole numbers and lists of texts, by name."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message} ({self.code})" if self.path else f"{self.message} ({self.code})"


class Report(Sequence[Finding]):
    """A list of findings, in the order of the input. An empty report is false.

    >>> import lrm
    >>> framework = lrm.Framework.from_json({"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]})
    >>> policy = lrm.Policy.from_json({
    ...     "scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
    ...     "rules": [{"match": {"tag": "core"}, "estimate": {"method": "highest"}}],
    ... })
    >>> report = policy.lint(framework)
    >>> len(report), report[0].code
    (1, 'rule-matches-nothing')
    >>> report.counts()
    {'rule-matches-nothing': 1}
    """

    def __init__(self, text: str = "[]") -> None:
        """The report of a canonical JSON text, as :meth:`to_json` gives it."""
        self._text = text

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return tuple(Finding(**finding) for finding in json.loads(self._text))

    def counts(self) -> dict[str, int]:
        """How often each code occurs, in the order of their first occurrence."""
        return dict(Counter(finding.code for finding in self.findings))

    def to_json(self) -> str:
        """Canonical JSON: a list of ``{code, path, message, context}``, the context left out where it is empty."""
        return self._text

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __bool__(self) -> bool:
        return self._text != "[]"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Report) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[type[Report], tuple[str]]:
        return type(self), (self._text,)

    def __repr__(self) -> str:
        return f"<lrm.Report: {len(self)} findings {self.counts()}>" if self else "<lrm.Report: no findings>"

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings)) if self else "no findings"
