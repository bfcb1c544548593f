"""Compares the engine with other ways to compute the same: one JSON line for each comparison, then a table.

`benches/peers/run` sets up what this needs and starts it; `benches/README.md` says what is measured and how.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bars
import page
import programs
import workload

_HERE = Path(__file__).resolve().parent
_PAGE = _HERE.parent / "RESULTS.md"
_COMMAND = "benches/peers/run"
# With what to compare. The last six are built first, by cargo, and print lines of their own.
_PEERS = ("duckdb", "polars", "polars-tuned", "pandas", "self-shuffled", "memory", "graphs")
_BUILT = ("rust", "bare", "stream", "live", "browser", "start-up")
# pandas would take minutes and all the memory there is.
_PANDAS_PART = 20


def main() -> int:
    asked = _arguments()
    lines: list[dict[str, Any]] = []
    for line in _compared(asked):
        lines.append(bars.judged(line, small=asked.quick))
        print(json.dumps(lines[-1]), flush=True)
    size = f"{asked.learners:,} learners × {asked.items:,} items"
    sizes = f"{size}, {asked.threads} threads, {asked.repeat} runs of each."
    print(f"\n{sizes}\n\n{page.table(lines)}")
    if asked.write:
        command = " ".join([_COMMAND, *sys.argv[1:]])
        _PAGE.write_text(page.rendered(lines, command, sizes, small=asked.quick))
    return 1 if asked.check and any(line["holds"] is False for line in lines) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__, allow_abbrev=False)
    parser.add_argument("--learners", type=int, default=None, help="100,000 by default")
    parser.add_argument("--items", type=int, default=None, help="rows of each learner, 200 by default")
    parser.add_argument("--repeat", type=int, default=None, help="measured runs of each, 5 by default")
    parser.add_argument("--methods", nargs="+", choices=workload.POLICIES, default=list(workload.POLICIES))
    everything = [*_PEERS, *_BUILT]
    parser.add_argument("--peers", nargs="+", choices=everything, default=everything, help="all by default")
    parser.add_argument("--threads", type=int, default=2, help="of the engine and of each peer that can")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar was missed")
    parser.add_argument("--write", action="store_true", help=f"write the table and the machine to {_PAGE.name}")
    parser.add_argument("--quick", action="store_true", help="few rows, once: whether it works, not how fast")
    asked = parser.parse_args()
    small = asked.quick
    asked.learners = asked.learners or (100 if small else 100_000)
    asked.items = asked.items or (20 if small else 200)
    asked.repeat = asked.repeat or (1 if small else 5)
    asked.competencies = 1_000 if small else 1_000_000
    return asked


def _compared(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for method in asked.methods:
        peaks = {}
        if "memory" in asked.peers:
            for columns in ("values", "all"):
                for line in _started(asked, "memory", method, columns):
                    peaks[columns] = line["peak_mb"]
                    yield line
        for peer in ("duckdb", "polars", "polars-tuned"):
            if peer in asked.peers:
                for line in _started(asked, "peer", method, peer):
                    yield {**line, "peak_mb": peaks.get(line["columns"])}
        if "pandas" in asked.peers:
            yield from _started(asked, "peer", method, "pandas", max(1, asked.learners // _PANDAS_PART))
        if "rust" in asked.peers:
            yield from _started(asked, "rust", method, "rust")
    if "self-shuffled" in asked.peers:
        yield from _started(asked, "grouped", "children_mean", "self-shuffled")
    sizes = {name: getattr(asked, name) for name in ("learners", "items", "repeat", "threads")}
    if "bare" in asked.peers:
        yield from programs.bare(**sizes)
    if "stream" in asked.peers:
        yield from programs.stream(**sizes)
    if "live" in asked.peers:
        yield from programs.live()
    if "browser" in asked.peers:
        yield from _lines("browser.py", str(asked.repeat))
    if "start-up" in asked.peers:
        yield from programs.start_up(asked.competencies, asked.repeat)
    if "graphs" in asked.peers:
        yield from _lines("graphs.py", str(asked.repeat))


def _started(
    asked: argparse.Namespace, task: str, method: str, peer: str, learners: int | None = None
) -> Iterator[dict[str, Any]]:
    """The lines of one comparison, made by a process of its own."""
    sizes = {"learners": learners or asked.learners, "items": asked.items, "repeat": asked.repeat}
    about = {"task": task, "method": method, "peer": peer, **sizes, "threads": asked.threads}
    # Polars reads this when it is loaded, and cannot be told later.
    yield from _lines("comparing.py", json.dumps(about), POLARS_MAX_THREADS=str(asked.threads))


def _lines(script: str, argument: str, **environment: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, str(_HERE / script), argument]
    ran = subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True
    )
    yield from map(json.loads, ran.stdout.splitlines())


if __name__ == "__main__":
    sys.exit(main())
