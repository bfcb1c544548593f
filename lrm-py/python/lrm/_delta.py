"""What further evidence would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lrm._lrm import Mastery

__all__ = ["Change", "Delta"]


@dataclass(frozen=True, slots=True)
class Change:
    """One competency before and after."""

    before: Mastery
    """As it is."""

    after: Mastery
    """As it would be."""


class Delta(Mapping[str, "Change"]):
    """The competencies that would change: a mapping from their ids, in byte order, to :class:`Change`. It pickles.

    >>> import lrm
    >>> engine = lrm.Engine.from_json(
    ...     {"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]},
    ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    ... )
    >>> delta = engine.what_if([], [{"competency": "a", "score": 4}], as_of="2026-11-22T00:00:00Z")
    >>> for competency, change in delta.items():
    ...     print(competency, change.before.status, "->", change.after.status)
    a not_assessed -> met
    """

    def __init__(self, changes: Mapping[str, Change], text: str) -> None:
        """The engine makes these, see :meth:`Engine.what_if`."""
        self._changes = dict(changes)
        self._text = text

    def to_json(self) -> str:
        """Canonical JSON: a list of ``{before, after}``; the same bytes in every language."""
        return self._text

    def __getitem__(self, competency: str) -> Change:
        return self._changes[competency]

    def __iter__(self) -> Iterator[str]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __repr__(self) -> str:
        return f"<lrm.Delta: {len(self)} changes {list(self)[:5]}{'…' if len(self) > 5 else ''}>"


def of_changes(changes: list[tuple[Mastery, Mastery]], text: str) -> Delta:
    """The delta of the engine's changes. The compiled module calls this."""
    return Delta({before.competency: Change(before, after) for before, after in changes}, text)
