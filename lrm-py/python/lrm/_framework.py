"""The nouns of a framework: plain, frozen, comparable and picklable."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["Association", "Competency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """Something that can be learnt (a CASE item)."""

    id: str
    """An opaque id, compared by bytes."""

    statement: str
    """What the learner knows or can do, as written."""

    code: str | None = None
    """The code people use, such as ``3.NF.A.1``; not a key."""

    type: str | None = None
    """The kind of item, such as ``Standard`` or ``Domain``: free text."""

    tags: tuple[str, ...] = ()
    """Free labels that policies can match."""

    weight: Decimal = Decimal(1)
    """The weight in rules over leaves, 0 to 10⁶ with at most six decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A typed edge between two competencies, or from a competency to something outside the framework."""

    type: str
    """What the edge means, with CASE's names in snake case: ``is_child_of``, ``precedes`` …, or ``ext:…``."""

    origin: str
    """The id that stands as ``from``: the child, the prerequisite, the derived one."""

    destination: str
    """The id that stands as ``to``: the parent, the dependant, the source."""

    weight: Decimal = Decimal(1)
    """The weight in ``children_mean``, 0 to 10⁶ with at most six decimals."""

    sequence: int | None = None
    """The place among siblings."""

    strength: Literal["hard", "soft"] = "hard"
    """Of ``precedes``: must be met first, or advised."""

    level: str | None = None
    """Of ``precedes``: the level that must be reached; the proficient one if left out."""
