"""Another process that computes the same: it answers each line with the seconds it took, and with what came out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

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
        self.answer: Answer | None = None

    def __call__(self) -> Seconds:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        self.answer = (told["rows"], int(told["sum"]))
        return Seconds(told["seconds"])

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
