"""The same in Polars, twice: in its plain words, and tuned with what its streaming engine is quick at."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import workload

_LATEST = workload.LATEST_PERCENT / 100
_EARLIER = (100 - workload.LATEST_PERCENT) / 100
_CELL = ["learner", "competency"]
_SCORE = pl.col("score")


def prepared(
    table: pa.Table, method: str, threads: int, *, tuned: bool
) -> tuple[Callable[[], int], Callable[[], pa.Table]]:
    """The computation, which gives the number of rows, and a reader of its rows."""
    if pl.thread_pool_size() != threads:
        raise RuntimeError("POLARS_MAX_THREADS has to be set before Polars is imported")
    frame = pl.DataFrame(table).rechunk()
    leaves = _leaves(method, tuned)
    above = _unique_leaves(tuned) if method == "unique_leaves" else _layers(tuned)
    parts: list[pl.DataFrame] = []

    def run() -> int:
        parts.clear()
        parts.append(_collected(leaves(frame.lazy()), tuned))
        above(parts)
        return sum(part.height for part in parts)

    return run, lambda: pl.concat([part.select(*_CELL, "value") for part in parts]).to_arrow()


def _collected(query: pl.LazyFrame, tuned: bool) -> pl.DataFrame:
    return query.collect(engine="streaming" if tuned else "in-memory")


# ------------------------------------------------------------------------------------------------------------ leaves


def _leaves(method: str, tuned: bool) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    if method == "exponential":
        return _exponential_tuned if tuned else _exponential
    return lambda evidence: _latest_vs_mean(evidence, tuned)


def _latest_vs_mean(evidence: pl.LazyFrame, tuned: bool) -> pl.LazyFrame:
    if tuned:
        latest = _SCORE.max_by("observed_at")
    else:
        evidence, latest = evidence.sort("observed_at"), _SCORE.last()
    facts = evidence.group_by(_CELL).agg(n=pl.len(), total=_SCORE.sum(), latest=latest)
    mean = (pl.col("total") - pl.col("latest")) / (pl.col("n") - 1)
    value = pl.when(pl.col("n") == 1).then("latest").otherwise(_LATEST * pl.col("latest") + _EARLIER * mean)
    return facts.select(*_CELL, value=value)


def _exponential(evidence: pl.LazyFrame) -> pl.LazyFrame:
    value = _SCORE.ewm_mean(alpha=_LATEST, adjust=False).last()
    return evidence.sort("observed_at").group_by(_CELL).agg(value=value)


def _exponential_tuned(evidence: pl.LazyFrame) -> pl.LazyFrame:
    """The weight of each score by arithmetic on whole columns, newest first in each cell."""
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in _CELL).fill_null(True)
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    weight = pl.lit(_EARLIER).pow(pl.col("age")) * pl.when("oldest").then(1.0).otherwise(_LATEST)
    return (
        evidence.sort(*_CELL, "observed_at", descending=[False, False, True])
        .with_columns(place=place, begins=begins)
        .with_columns(
            age=pl.col("place") - pl.when("begins").then("place").forward_fill(),
            oldest=pl.col("begins").shift(-1, fill_value=True),
        )
        .select(*_CELL, value=_SCORE * weight)
        .group_by(_CELL)
        .agg(pl.col("value").sum())
    )


# -------------------------------------------------------------------------------------------------------- inner nodes


def _layers(tuned: bool) -> Callable[[list[pl.DataFrame]], None]:
    """One join and one group for each layer, each collected before the next: one lazy query computes layers anew."""
    layers = [
        pl.LazyFrame({"competency": edges.child, "parent": edges.parent, "weight": edges.weight})
        for edges in workload.Framework().layers
    ]
    mean = (pl.col("weight") * pl.col("value")).sum() / pl.col("weight").sum()

    def above(parts: list[pl.DataFrame]) -> None:
        for edges in layers:
            joined = parts[-1].lazy().join(edges, on="competency")
            grouped = joined.group_by("learner", "parent").agg(value=mean).rename({"parent": "competency"})
            parts.append(_collected(grouped, tuned))

    return above


def _unique_leaves(tuned: bool) -> Callable[[list[pl.DataFrame]], None]:
    leaf, ancestor = workload.Framework().closure
    closure = pl.LazyFrame({"competency": leaf, "ancestor": ancestor})

    def above(parts: list[pl.DataFrame]) -> None:
        joined = parts[0].lazy().join(closure, on="competency")
        grouped = joined.group_by("learner", "ancestor").agg(pl.col("value").mean()).rename({"ancestor": "competency"})
        parts.append(_collected(grouped, tuned))

    return above
