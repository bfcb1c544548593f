"""What Rust measures by itself and prints as lines of the same form: streams (W1), one event (W2), start-up (W4)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

from served import ROOT

_CARGO = ("cargo", "--quiet")
_PACKAGE = ("-p", "lrm-benches")


def stream(learners: int, items: int, repeat: int, threads: int) -> Iterator[dict[str, Any]]:
    """Ten times the rows through a stream."""
    sizes = {"--learners": learners, "--items": items, "--repeat": repeat, "--threads": threads, "--scale": 10}
    options = [word for name, number in sizes.items() for word in (name, str(number))]
    return _lines(*_CARGO, "run", "--release", *_PACKAGE, "--bin", "bulk", "--", *options)


def live() -> Iterator[dict[str, Any]]:
    """One event on a warm learner."""
    return _lines(*_CARGO, "bench", *_PACKAGE, "--bench", "w2")


def start_up(competencies: int, repeat: int) -> Iterator[dict[str, Any]]:
    """From documents to an engine."""
    options = ("--competencies", str(competencies), "--repeat", str(repeat))
    return _lines(*_CARGO, "bench", *_PACKAGE, "--bench", "w4", "--", *options)


def _lines(*command: str) -> Iterator[dict[str, Any]]:
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    yield from (json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{"))
