"""The same in pandas, which runs on one thread."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]
import workload

_LATEST = workload.LATEST_PERCENT / 100
_EARLIER = (100 - workload.LATEST_PERCENT) / 100
_CELL = ["learner", "competency"]


def prepared(table: pa.Table, method: str) -> tuple[Callable[[], int], Callable[[], pa.Table]]:
    """The computation, which gives the number of rows, and a reader of its rows."""
    frame: pd.DataFrame = table.to_pandas()
    leaves = _exponential if method == "exponential" else _latest_vs_mean
    above = _unique_leaves() if method == "unique_leaves" else _layers()
    parts: list[pd.DataFrame] = []

    def run() -> int:
        parts.clear()
        parts.append(leaves(frame))
        above(parts)
        return sum(len(part) for part in parts)

    return run, lambda: pa.Table.from_pandas(pd.concat(parts), preserve_index=False)


def _latest_vs_mean(evidence: pd.DataFrame) -> pd.DataFrame:
    groups = evidence.sort_values("observed_at").groupby(_CELL, sort=False)["score"]
    facts = groups.agg(["size", "sum", "last"])
    mean = (facts["sum"] - facts["last"]) / (facts["size"] - 1)
    value = (_LATEST * facts["last"] + _EARLIER * mean).where(facts["size"] > 1, facts["last"])
    return value.rename("value").reset_index()


def _exponential(evidence: pd.DataFrame) -> pd.DataFrame:
    """The weight of each score by arithmetic on whole columns: ``ewm`` of groups is far slower."""
    newest_first = evidence.sort_values("observed_at", ascending=False)
    groups = newest_first.groupby(_CELL, sort=False)["score"]
    age = groups.cumcount()
    weight = (_EARLIER**age) * _LATEST
    weight = weight.where(age + 1 < groups.transform("size"), _EARLIER**age)
    weighted = newest_first.assign(value=newest_first["score"] * weight)
    return weighted.groupby(_CELL, sort=False)["value"].sum().reset_index()


def _layers() -> Callable[[list[pd.DataFrame]], None]:
    layers = [
        pd.DataFrame({"competency": edges.child, "parent": edges.parent, "weight": edges.weight})
        for edges in workload.Framework().layers
    ]

    def above(parts: list[pd.DataFrame]) -> None:
        for edges in layers:
            joined = parts[-1].merge(edges, on="competency")
            joined["value"] *= joined["weight"]
            sums = joined.groupby(["learner", "parent"], sort=False)[["value", "weight"]].sum()
            value = (sums["value"] / sums["weight"]).rename("value").reset_index()
            parts.append(value.rename(columns={"parent": "competency"}))

    return above


def _unique_leaves() -> Callable[[list[pd.DataFrame]], None]:
    leaf, ancestor = workload.Framework().closure
    closure = pd.DataFrame({"competency": leaf, "ancestor": ancestor})

    def above(parts: list[pd.DataFrame]) -> None:
        joined = parts[0].merge(closure, on="competency")
        means = joined.groupby(["learner", "ancestor"], sort=False)["value"].mean().reset_index()
        parts.append(means.rename(columns={"ancestor": "competency"}))

    return above
