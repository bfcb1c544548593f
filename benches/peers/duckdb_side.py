"""The same in DuckDB's SQL: evidence in a table of its own, results in tables of its own, one for each layer."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa  # type: ignore[import-untyped]
import workload

_LATEST = workload.LATEST_PERCENT / 100
_EARLIER = (100 - workload.LATEST_PERCENT) / 100

_LATEST_VS_MEAN = f"""
    select learner, competency,
           case when n = 1 then latest else {_LATEST} * latest + {_EARLIER} * (total - latest) / (n - 1) end as value
    from (select learner, competency, count(*) as n, sum(score) as total, arg_max(score, observed_at) as latest
          from evidence group by learner, competency)"""

# From the newest score on, each counts 65 % of what the newer ones leave; the oldest gets all that is left.
_EXPONENTIAL = f"""
    select learner, competency, sum(score * power({_EARLIER}, age) * case when oldest then 1 else {_LATEST} end) as value
    from (select learner, competency, score, row_number() over newest_first - 1 as age,
                 lead(score) over newest_first is null as oldest
          from evidence
          window newest_first as (partition by learner, competency order by observed_at desc))
    group by learner, competency"""

_LEAVES = {"children_mean": _LATEST_VS_MEAN, "unique_leaves": _LATEST_VS_MEAN, "exponential": _EXPONENTIAL}


def prepared(table: pa.Table, method: str, threads: int) -> tuple[Callable[[], int], Callable[[], pa.Table]]:
    """The computation, which leaves its rows in tables and says how many there are, and a reader of those tables."""
    connection = duckdb.connect(":memory:", config={"threads": threads, "preserve_insertion_order": False})
    connection.execute("set time zone 'UTC'")
    connection.register("arriving", table)
    connection.execute("create table evidence as from arriving")
    connection.unregister("arriving")
    steps = _unique_leaves(connection) if method == "unique_leaves" else _layers(connection)
    leaves = f"create or replace table layer0 as {_LEAVES[method]}"

    def run() -> int:
        rows = 0
        for step in (leaves, *steps):
            made = connection.execute(step).fetchone()
            rows += made[0] if made else 0
        return rows

    def answer() -> pa.Table:
        parts = " union all ".join(f"select learner, competency, value from layer{at}" for at in range(len(steps) + 1))
        return connection.sql(parts).to_arrow_table()

    return run, answer


def _layers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A statement for each layer above the leaves: join the edges, group by parent."""
    steps = []
    for at, edges in enumerate(workload.Framework().layers):
        edge = pa.table({"child": edges.child, "parent": edges.parent, "weight": edges.weight})
        connection.execute(f"create table edge{at} as from edge")
        steps.append(
            f"""create or replace table layer{at + 1} as
                select learner, parent as competency, sum(weight * value) / sum(weight) as value
                from layer{at} join edge{at} on child = competency
                group by learner, parent"""
        )
        del edge
    return steps


def _unique_leaves(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """One statement for all inner nodes: join the closure, group once."""
    leaf, ancestor = workload.Framework().closure
    closure = pa.table({"leaf": leaf, "ancestor": ancestor})
    connection.execute("create table closure as from closure")
    del closure
    return [
        """create or replace table layer1 as
           select learner, ancestor as competency, avg(value) as value
           from layer0 join closure on leaf = competency
           group by learner, ancestor"""
    ]
