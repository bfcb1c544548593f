"""The bars that comparisons are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """A ratio that a comparison must reach, or may not pass."""

    ratio: float
    at_most: bool = False

    def holds(self, ratio: float) -> bool:
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio


_BARS = {
    ("children_mean", "values", "duckdb"): Bar(10),
    ("children_mean", "values", "polars"): Bar(17),
    ("children_mean", "all", "duckdb"): Bar(7),
    ("children_mean", "all", "polars"): Bar(12),
    ("unique_leaves", "values", "duckdb"): Bar(12),
    ("exponential", "values", "duckdb"): Bar(7),
    ("exponential", "values", "polars"): Bar(15),
    # ten times the learners take no more memory, but for what an allocator happens to keep
    ("stream", "values", "memory"): Bar(1.1, at_most=True),
}
_BARS_OF_PEERS = {
    "self-shuffled": Bar(1.3),
    "rust": Bar(1.15, at_most=True),
    "memory": Bar(1, at_most=True),
    "self-once": Bar(10.5, at_most=True),
    "evaluate": Bar(20),
    "native": Bar(1.8, at_most=True),
    "budget": Bar(1, at_most=True),
    "serde_json": Bar(4, at_most=True),
    "self-tenth": Bar(12, at_most=True),
}


def judged(line: dict[str, Any], *, small: bool) -> dict[str, Any]:
    """The line with its bar and whether it holds, and no more digits than mean something.

    All are null where a comparison is for information only; of a small run, whether it holds would say nothing.
    """
    bar = _BARS.get((line["method"], line["columns"], line["peer"])) or _BARS_OF_PEERS.get(line["peer"])
    short = {name: float(f"{number:.4g}") if isinstance(number, float) else number for name, number in line.items()}
    return {
        **short,
        "bar": bar and bar.ratio,
        "bar_is": bar and ("at most" if bar.at_most else "at least"),
        "holds": None if small else bar and bar.holds(line["ratio"]),
    }
