"""Another process that computes the same: it answers each empty line with the seconds it took, and with what came out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import workload
from measuring import Seconds

ROOT = Path(__file__).resolve().parents[2]

Answer = tuple[int, int]
"""The number of rows, and the sum of their values in billionths."""


class Served:
    """A process that takes turns; calling it runs it once."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._told: dict[str, Any] = {}

    def __call__(self) -> Seconds:
        self._told = self._ask("")
        return Seconds(self._told["seconds"])

    @property
    def rows(self) -> int:
        """How many rows came out last."""
        return int(self._told["rows"])

    @property
    def answer(self) -> Answer:
        """What came out last; of a process that adds it up."""
        return self.rows, int(self._told["sum"])

    def table(self, path: Path) -> pa.Table:
        """Runs it once and reads its whole answer, which it leaves at the path; of a process in Python."""
        self()
        self._ask(str(path))
        with pa.OSFile(str(path), "rb") as file:
            table: pa.Table = pa.ipc.open_file(file).read_all()
        return table

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def rust(folder: Path, columns: str, threads: int) -> Served:
    """The engine in Rust."""
    command = ["cargo", "run", "--release", "--quiet", "-p", "lrm-benches", "--bin", "serve", "--"]
    return Served([*command, str(folder), columns, str(threads)])


def python(about: dict[str, Any]) -> Served:
    """A library in Python: what ``side.py`` is told."""
    return Served([sys.executable, str(ROOT / "benches/peers/side.py"), json.dumps(about)])


def node(folder: Path, columns: str) -> Served:
    """The engine in WebAssembly, in Node."""
    return Served(["node", str(ROOT / "benches/peers/serve.mjs"), str(folder), columns])


def answer(table: pa.Table) -> Answer:
    """The same of a table whose values are billionths."""
    return table.num_rows, pc.sum(table["value"]).as_py()


def write(folder: Path, table: pa.Table, method: str) -> None:
    """What such a process reads: documents, the instant, and each column as plain numbers."""
    (folder / "framework.json").write_text(workload.Framework().document())
    (folder / "policy.json").write_text(workload.policy(method))
    (folder / "as_of").write_text(workload.AS_OF)
    plain = table.set_column(2, "observed_at", table["observed_at"].cast(pa.int64()))
    for name, kind in (("learner", "u32"), ("competency", "u32"), ("observed_at", "i64"), ("score", "f64")):
        plain[name].to_numpy().tofile(folder / f"{name}.{kind}")
