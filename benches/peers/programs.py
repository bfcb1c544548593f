"""What Rust measures by itself and prints as lines of the same form: streams and bare code (W1), W2, W4."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

from served import ROOT

_CARGO = ("cargo", "--quiet")
_PACKAGE = ("-p", "lrm-benches")


def bare(**sizes: int) -> Iterator[dict[str, Any]]:
    """Code for this workload alone."""
    return _binary("bare", sizes)


def stream(**sizes: int) -> Iterator[dict[str, Any]]:
    """Ten times the rows through a stream."""
    return _binary("bulk", {**sizes, "scale": 10})


def live() -> Iterator[dict[str, Any]]:
    """One event on a warm learner."""
    return _lines(*_CARGO, "bench", *_PACKAGE, "--bench", "w2")


def start_up(competencies: int, repeat: int) -> Iterator[dict[str, Any]]:
    """From documents to an engine."""
    options = ("--competencies", str(competencies), "--repeat", str(repeat))
    return _lines(*_CARGO, "bench", *_PACKAGE, "--bench", "w4", "--", *options)


def _binary(name: str, options: dict[str, int]) -> Iterator[dict[str, Any]]:
    words = [word for option, number in options.items() for word in (f"--{option}", str(number))]
    return _lines(*_CARGO, "run", "--release", *_PACKAGE, "--bin", name, "--", *words)


def _lines(*command: str) -> Iterator[dict[str, Any]]:
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    yield from (json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{"))
