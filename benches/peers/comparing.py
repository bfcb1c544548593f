"""One comparison of the engine with one peer, in a process of its own so that neither inherits the memory of another.

    python comparing.py '{"task": "peer", "method": "children_mean", "peer": "duckdb", …}'

Prints JSON lines.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import agreement
import lrm_side
import measuring
import served
import pyarrow as pa  # type: ignore[import-untyped]
import workload
from measuring import MB


@dataclass(frozen=True)
class Task:
    """What to compare, and on how much."""

    task: str
    method: str
    peer: str
    learners: int
    items: int
    repeat: int
    threads: int


def main() -> None:
    task = Task(**json.loads(sys.argv[1]))
    for line in _TASKS[task.task](task):
        print(json.dumps({"workload": "W1", **line}), flush=True)


def against_peer(task: Task) -> list[dict[str, Any]]:
    """The engine with few and with all columns against a peer, who computes values only; first that they agree.

    Each in a process of its own: what one library keeps or gives back must not cost another time.
    """
    table = workload.evidence(task.learners, task.items)
    columns_against = ["values"] if task.peer == "pandas" else list(lrm_side.COLUMNS)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        ours = {columns: stack.enter_context(_side(task, "lrm", columns)) for columns in columns_against}
        peer = stack.enter_context(_side(task, task.peer, "values"))
        agreement.check(*(side.table(Path(folder) / "answer.arrow") for side in (ours["values"], peer)))
        rows = peer.rows
        seconds = measuring.alternated({**ours, "peer": peer, "floor": measuring.floor(table, rows)}, task.repeat)
    return [
        {
            "method": task.method,
            "columns": columns,
            "peer": task.peer,
            "learners": task.learners,
            "rows_in": table.num_rows,
            "rows_out": rows,
            "values_as": lrm_side.VALUES_AS,
            "ratio": seconds["peer"] / seconds[columns],
            "lrm_s": seconds[columns],
            "peer_s": seconds["peer"],
            "floor_s": seconds["floor"],
        }
        for columns in ours
    ]


def _side(task: Task, library: str, columns: str) -> served.Served:
    sizes = {"learners": task.learners, "items": task.items, "threads": task.threads}
    return served.python({"library": library, "method": task.method, "columns": columns, **sizes})


def grouped(task: Task) -> list[dict[str, Any]]:
    """Rows that are grouped by learner already against the same number of rows in random order."""
    sizes = (task.learners, task.items)
    tables = {"grouped": workload.evidence(*sizes, grouped=True), "shuffled": workload.evidence(*sizes)}
    runs = {
        name: lrm_side.prepared(table, task.method, "values", task.threads) for name, table in tables.items()
    }
    seconds = measuring.alternated(runs, task.repeat)
    line = {
        "method": task.method,
        "columns": "values",
        "peer": "self-shuffled",
        "learners": task.learners,
        "rows_in": tables["grouped"].num_rows,
        "threads": task.threads,
        "values_as": lrm_side.VALUES_AS,
        "ratio": seconds["shuffled"] / seconds["grouped"],
        "lrm_s": seconds["grouped"],
        "peer_s": seconds["shuffled"],
    }
    return [line]


def against_rust(task: Task) -> Iterator[dict[str, Any]]:
    """Through Python, an Arrow table in and one out, against Rust in a process of its own."""
    table = workload.evidence(task.learners, task.items)
    with tempfile.TemporaryDirectory() as name:
        served.write(Path(name), table, task.method)
        for columns in lrm_side.COLUMNS:
            python = lrm_side.prepared(table, task.method, columns, task.threads)
            with served.rust(Path(name), columns, task.threads) as rust:
                seconds = measuring.alternated({"python": python, "rust": rust}, task.repeat)
            here = served.answer(python())
            if here != rust.answer:
                raise AssertionError(f"rows and sum of values: {here} in Python, {rust.answer} in Rust")
            yield {
                "method": task.method,
                "columns": columns,
                "peer": "rust",
                "learners": task.learners,
                "rows_in": table.num_rows,
                "values_as": lrm_side.VALUES_AS,
                "ratio": seconds["python"] / seconds["rust"],
                "lrm_s": seconds["python"],
                "peer_s": seconds["rust"],
            }


def memory(task: Task) -> list[dict[str, Any]]:
    """How far the process grows beyond its loaded input while it makes and holds the result.

    ``peer`` names the columns. The limit is what input and output take, and 24 bytes for each row of the input.
    """
    table = _reread(workload.evidence(task.learners, task.items))
    rollup = lrm_side.prepared(table, task.method, task.peer, task.threads)
    before = measuring.resident()
    measuring.forget_peak()
    result = rollup()
    growth = measuring.peak() - before
    limit = table.nbytes + result.nbytes + 24 * table.num_rows
    peak = table.nbytes + growth
    line = {
        "method": task.method,
        "columns": task.peer,
        "peer": "memory",
        "learners": task.learners,
        "rows_in": table.num_rows,
        "values_as": lrm_side.VALUES_AS,
        "ratio": peak / limit,
        "bytes_a_row": (peak - table.nbytes - result.nbytes) / table.num_rows,
        "peak_mb": peak / MB,
        "limit_mb": limit / MB,
        "input_mb": table.nbytes / MB,
        "output_mb": result.nbytes / MB,
    }
    return [line]


def _reread(table: pa.Table) -> pa.Table:
    """The same table in buffers of its own: what generating it left behind must not serve as room for the result."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.arrow"
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        del table
        with pa.OSFile(str(path), "rb") as file:
            read: pa.Table = pa.ipc.open_file(file).read_all()
    pa.default_memory_pool().release_unused()
    return read


_TASKS: dict[str, Callable[[Task], Iterable[dict[str, Any]]]] = {
    "peer": against_peer,
    "grouped": grouped,
    "rust": against_rust,
    "memory": memory,
}

if __name__ == "__main__":
    main()
