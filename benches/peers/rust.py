"""The same workload straight from Rust, to see what the Python API adds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


def rust_times(learners: int, items: int) -> list[dict[str, Any]]:
    """The lines that the Rust program prints: workload, method, columns, threads and lrm_s."""
    command = ["cargo", "run", "--release", "--quiet", "-p", "lrm-benches", "--bin", "bulk", "--"]
    command += ["--learners", str(learners), "--items", str(items)]
    ran = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]


def against_rust(
    lines: Iterable[dict[str, Any]], times: Iterable[dict[str, Any]], threads: int
) -> list[dict[str, Any]]:
    """For each method and set of columns, the time through Python by the time in Rust on as many threads."""
    rust = {
        (time["method"], time["columns"]): time["lrm_s"]
        for time in times
        if time["workload"] == "W1" and time["threads"] == threads
    }
    python: dict[tuple[str, str], list[float]] = {}
    for line in lines:
        # pandas is compared at another size
        if "lrm_s" in line and line["peer"] not in ("pandas", "self-shuffled"):
            python.setdefault((line["method"], line["columns"]), []).append(line["lrm_s"])
    return [
        {
            "workload": "W1",
            "method": method,
            "columns": columns,
            "peer": "rust",
            "ratio": min(seconds) / rust[method, columns],
            "lrm_s": min(seconds),
            "peer_s": rust[method, columns],
        }
        for (method, columns), seconds in python.items()
        if (method, columns) in rust
    ]
