"""One library in a process of its own, which takes turns with the others.

    python side.py '{"library": "duckdb", "method": "children_mean", …}'

Each empty line runs it once and is answered with its seconds and the number of rows. Any other line is a path: the rows of the
last run are left there as an Arrow file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import measuring
import pyarrow as pa  # type: ignore[import-untyped]
import workload


@dataclass(frozen=True)
class Side:
    """Who computes what, on how much."""

    library: str
    method: str
    columns: str
    learners: int
    items: int
    threads: int


def main() -> None:
    run, answer = prepared(Side(**json.loads(sys.argv[1])))
    for line in sys.stdin:
        path = line.strip()
        print(json.dumps(_written(answer(), path) if path else _timed(run)), flush=True)


def prepared(side: Side) -> tuple[Callable[[], pa.Table | int], Callable[[], pa.Table]]:
    """The computation, which gives its rows or how many they are, and a reader of all rows."""
    table = workload.evidence(side.learners, side.items)
    # Each library is loaded only where it is measured.
    if side.library == "lrm":
        import lrm_side

        rollup = lrm_side.prepared(table, side.method, side.columns, side.threads)
        return rollup, rollup
    if side.library == "duckdb":
        import duckdb_side

        return duckdb_side.prepared(table, side.method, side.threads)
    if side.library == "pandas":
        import pandas_side

        return pandas_side.prepared(table, side.method)
    import polars_side

    return polars_side.prepared(table, side.method, side.threads, tuned=side.library == "polars-tuned")


def _timed(run: Callable[[], pa.Table | int]) -> dict[str, float]:
    result, seconds = measuring.timed(run)
    return {"seconds": seconds, "rows": result if isinstance(result, int) else result.num_rows}


def _written(answer: pa.Table, path: str) -> dict[str, float]:
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, answer.schema) as writer:
        writer.write_table(answer)
    return {"rows": answer.num_rows}


if __name__ == "__main__":
    main()
