"""The benches against other libraries: on a small workload they run, and all answers agree. No bar is judged."""

import json
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).parents[2] / "benches" / "peers"


def test_a_quick_run() -> None:
    # without what cargo would have to build
    peers = ["duckdb", "polars", "polars-tuned", "pandas", "self-shuffled", "memory", "graphs"]
    command = [sys.executable, str(PEERS / "main.py"), "--quick", "--peers", *peers]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    against = {line["peer"] for line in lines}
    expected = {"duckdb", "polars", "polars-tuned", "pandas", "self-shuffled", "memory", "rustworkx", "networkx"}
    assert against == expected
    assert {line["method"] for line in lines if line["peer"] == "duckdb"} == {
        "children_mean",
        "unique_leaves",
        "exponential",
    }
    assert all(line["ratio"] > 0 and line["holds"] is None for line in lines)


def test_they_are_well_typed() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", *sorted(map(str, PEERS.glob("*.py")))]
    ran = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
