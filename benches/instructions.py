"""Counts the instructions of core operations with valgrind and holds them against `instructions.json`.

    python benches/instructions.py [--record]

A count does not depend on how busy or fast the machine is, so 5 % more than recorded is a failure. 5 % fewer is one,
too: a count that is left too high would hide the next regression. `--record` writes the counts of today.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BENCHES = Path(__file__).resolve().parent
RECORDED = BENCHES / "instructions.json"
LIMIT_PERCENT = 5
# What runs of the same program may differ by, such as by the seeds of hash tables: far below the limit.
NOISE_PERCENT = 0.5
# How often each is done, in about a second under valgrind.
TIMES = {"compile": 2, "evaluate": 20, "apply": 50, "rollup": 2, "explain": 4}
# With this feature of processors the C library copies by one instruction that counts as many as there are bytes.
COPY_BY_LOOPS = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-ERMS"}
RECORD = "record them with python benches/instructions.py --record"


def main() -> int:
    if sys.argv[1:] not in ([], ["--record"]):
        print("usage: instructions.py [--record]", file=sys.stderr)
        return 2
    if sys.argv[1:]:
        return record()
    reason = not_comparable()
    if reason:
        # Where all is set up for tests, a missing tool is a mistake.
        failed = int("CI" in os.environ and not shutil.which("valgrind"))
        print(f"not counted: {reason}\n0 passed, {failed} failed")
        return failed
    problems = list(compared(json.loads(RECORDED.read_text(encoding="utf-8"))["instructions"]))
    failed = len([problem for problem in problems if problem])
    print(f"{len(problems) - failed} passed, {failed} failed")
    return 1 if failed else 0


def record() -> int:
    program = built()
    counts = {}
    for operation in TIMES:
        several = [counted(program, operation) for _ in range(3)]
        noise = percent(max(several), min(several))
        print(f"{operation}: {several[0]:,} instructions, {noise:.3f} % between three runs")
        if noise > NOISE_PERCENT:
            print(f"not recorded: more than {NOISE_PERCENT} % by chance", file=sys.stderr)
            return 1
        counts[operation] = several[0]
    text = json.dumps({**built_for(), "instructions": counts}, indent=2)
    RECORDED.write_text(text + "\n", encoding="utf-8")
    return 0


def not_comparable() -> str:
    """Why nothing can be held against what was recorded, or nothing."""
    if not shutil.which("valgrind"):
        return "there is no valgrind on this machine"
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    here = built_for()
    if any(recorded[key] != here[key] for key in here):
        return f"counts are for {described(recorded)}, and this is {described(here)}"
    return ""


def built_for() -> dict[str, str]:
    """What makes instructions of the sources: another compiler may well make 5 % more or fewer."""
    told = subprocess.run(["rustc", "-vV"], cwd=BENCHES, check=True, capture_output=True, encoding="utf-8").stdout
    about = dict(line.split(": ") for line in told.splitlines()[1:])
    return {"target": about["host"], "rustc": about["release"]}


def described(built: dict[str, Any]) -> str:
    return f"rustc {built['rustc']} on {built['target']}"


def built() -> Path:
    """The program. With lrm-py named, features are those of its build, so that the two share artifacts."""
    build = ["cargo", "build", "--quiet", "--profile", "fast", "--package", "lrm-benches", "--package", "lrm-py"]
    subprocess.run([*build, "--bin", "instructions"], cwd=BENCHES.parent, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    return BENCHES.parent / target / "fast/instructions"


def compared(recorded: dict[str, int]) -> Iterator[str]:
    """For each operation what is wrong, or nothing; says how each did."""
    program = built()
    for operation in TIMES:
        count, before = counted(program, operation), recorded[operation]
        change = percent(count, before)
        problem = ""
        if change > LIMIT_PERCENT:
            problem = f": too many; if they are meant, {RECORD}"
        elif change < -LIMIT_PERCENT:
            problem = f": fewer, to be kept; {RECORD}"
        word = "FAILED" if problem else "ok    "
        print(f"{word} {operation}: {count:,} instructions, {before:,} recorded, {change:+.2f} %{problem}")
        yield problem


def counted(program: Path, operation: str) -> int:
    """What it takes to do it once, without what comes before and without the first time, which may set something up."""
    first = executed(program, operation, 1)
    return (executed(program, operation, 1 + TIMES[operation]) - first) // TIMES[operation]


def executed(program: Path, operation: str, times: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, operation, str(times)]
    done = subprocess.run(command, env={**os.environ, **COPY_BY_LOOPS}, capture_output=True, encoding="utf-8")
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit(done.stderr)
    return int(found[1])


def percent(count: int, before: int) -> float:
    return (count / before - 1) * 100


if __name__ == "__main__":
    sys.exit(main())
