"""How learners rate themselves, beside what the evaluation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

__all__ = ["SelfRating"]


@dataclass(frozen=True, slots=True)
class SelfRating:
    """How a learner rates themselves in a competency."""

    competency: str
    """The id of the competency."""

    rated: Decimal
    """The rating, on the competency's scale."""

    observed_at: datetime | None
    """The clock instant of the rating, in universal time. None if nothing says when it was."""

    value: Decimal | None
    """The value of the competency at the same instant. None is not zero: there is no value."""

    gap: Decimal | None
    """The rating less the value: above zero, learners rate themselves higher than others do. None without a value."""
