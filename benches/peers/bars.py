"""The bars that comparisons are held against, and the table of what came out."""

from __future__ import annotations

from collections.abc import Iterable
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
    ("children_mean", "values", "self-shuffled"): Bar(1.3),
}
_BARS_OF_PEERS = {"rust": Bar(1.15, at_most=True), "memory": Bar(1, at_most=True)}


def judged(line: dict[str, Any], *, small: bool) -> dict[str, Any]:
    """The line with its bar and whether it held, and no more digits than mean something.

    Both are null where a comparison is for information only; of a small run, whether it held would say nothing.
    """
    bar = _BARS.get((line["method"], line["columns"], line["peer"])) or _BARS_OF_PEERS.get(line["peer"])
    short = {name: float(f"{number:.4g}") if isinstance(number, float) else number for name, number in line.items()}
    return {**short, "bar": bar and bar.ratio, "held": None if small else bar and bar.holds(line["ratio"])}


def table(lines: Iterable[dict[str, Any]]) -> str:
    """All comparisons, for people."""
    heads = ("workload", "method", "columns", "peer", "lrm s", "peer s", "floor s", "peak MB", "ratio", "bar", "")
    rows = [heads, *map(_row, lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            # words to the left, numbers to the right
            cell.ljust(width) if at < 4 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(line: dict[str, Any]) -> tuple[str, ...]:
    bar = _BARS_OF_PEERS.get(line["peer"])
    sign = "≤" if bar and bar.at_most else "≥"
    outcome = {True: "held", False: "MISSED", None: ""}[line["held"]]
    peer = f"{line['peer']} (of {line['learners']:,} learners)" if line["peer"] == "pandas" else line["peer"]
    return (
        line["workload"],
        line["method"],
        line["columns"],
        peer,
        *(_number(line.get(name), 4) for name in ("lrm_s", "peer_s", "floor_s")),
        _number(line.get("peak_mb"), 0),
        _number(line["ratio"], 2),
        f"{sign} {line['bar']:g}" if line["bar"] else "",
        outcome,
    )


def _number(number: float | None, digits: int) -> str:
    return "" if number is None else f"{number:,.{digits}f}"
