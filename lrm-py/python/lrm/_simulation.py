"""What another policy would change."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cached_property
from typing import Any

__all__ = ["Simulation"]


class Simulation:
    """What another policy would change; see :meth:`Engine.simulate`. It pickles."""

    def __init__(self, text: str) -> None:
        """The simulation of a canonical JSON text, as :meth:`to_json` gives it."""
        self._text = text

    @cached_property
    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self._text, parse_float=Decimal)
        for move in fields["moves"]:
            for side in (move["before"], move["after"]):
                side["value"] = None if side["value"] is None else Decimal(side["value"])
        return fields

    @property
    def learners(self) -> int:
        """How many learners there are."""
        return int(self._fields["learners"])

    @property
    def moved(self) -> int:
        """How many learners have a result that moves."""
        return int(self._fields["moved"])

    @property
    def competencies(self) -> list[dict[str, Any]]:
        """The competencies with a result that moves, in the order of the framework: ``competency``, and how many learners move
        ``up``, ``down``, have ``gained`` a value, have ``lost`` it, or stay the ``same``. A table for any frame library."""
        return list(self._fields["competencies"])

    @property
    def moves(self) -> list[dict[str, Any]]:
        """All that moves, by learner in byte order and then in the order of the framework: ``learner``, ``competency``,
        ``direction``, and ``before`` and ``after`` with ``value``, ``level`` and ``status``."""
        return list(self._fields["moves"])

    @property
    def truncated(self) -> bool:
        """Whether there are more moves than were to be kept. The counts are complete."""
        return bool(self._fields.get("truncated", False))

    def to_json(self) -> str:
        """Canonical JSON; the same bytes in every language."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Simulation) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[type[Simulation], tuple[str]]:
        return type(self), (self._text,)

    def __repr__(self) -> str:
        return f"<lrm.Simulation: {self.moved} of {self.learners} learners move>"
