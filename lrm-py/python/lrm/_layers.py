"""A policy that was put together from layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lrm._lrm import Policy

__all__ = ["LayeredPolicy"]


@dataclass(frozen=True, slots=True)
class LayeredPolicy:
    """A policy that was put together from layers, what each layer said, and what was refused."""

    policy: Policy
    """The policy that holds."""

    trace: list[dict[str, Any]]
    """Of each parameter that a layer said something about, in byte order: ``parameter`` (a JSON Pointer), ``value`` (what holds)
    and ``layers``, the highest first, each with ``layer``, ``value`` and maybe ``refused_by``."""

    refused: list[dict[str, Any]]
    """What locks refused, from the highest layer to the lowest: ``parameter``, ``layer``, ``value``, ``lock`` (the name of the
    highest layer whose lock does not let it through) and maybe ``reason``."""
