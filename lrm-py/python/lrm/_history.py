"""How one result came to be what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from lrm._lrm import Mastery

__all__ = ["HistoryChange"]


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """One change of a result."""

    at: datetime
    """The instant, on the clock that the history follows, in universal time."""

    events: tuple[str, ...]
    """The ids of the events that caused it, in byte order. Empty if only time passed, or if the events have no ids."""

    before: Mastery
    """The result until then."""

    after: Mastery
    """The result from then on."""
