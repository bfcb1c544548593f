"""The page that a run leaves behind: the table, the machine, and how to repeat it. No figure is typed by hand."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Line = dict[str, Any]

_HEADS = ("workload", "method", "columns", "against", "lrm", "peer", "floor", "peak MB", "ratio", "bar", "")
# the first are words and stand to the left, the others numbers
_WORDS = 4
_PEERS = ("duckdb", "polars", "pandas", "pyarrow", "rustworkx", "networkx", "numpy")


def rendered(lines: Sequence[Line], command: str, sizes: str, *, small: bool) -> str:
    """The page as Markdown."""
    parts = [
        "# Results",
        "Written by the command below; what is compared, and how, is in the [README](README.md).",
        "**Few rows, once: this shows that it works. The figures say nothing.**" if small else "",
        f"    {command}",
        f"{sizes} `lrm` and `peer` are medians; what is held against a bar is their ratio, of the same run.",
        table(lines),
        "\n".join(_rates(lines)),
        "## The machine",
        "\n".join(["| what | which |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine())]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(lines: Sequence[Line]) -> str:
    """All comparisons."""
    rows = [_HEADS, *map(_row, lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ("-" * width if at < _WORDS else "-" * (width - 1) + ":" for at, width in enumerate(map(_wide, widths)))
    head, *others = (_joined(row, widths) for row in rows)
    return "\n".join([head, _joined(tuple(rule), widths), *others])


def machine() -> Iterator[tuple[str, str]]:
    """What it ran on, and with."""
    yield "processor", _first("/proc/cpuinfo", "model name") or platform.machine()
    yield "cores", str(os.cpu_count())
    memory = _first("/proc/meminfo", "MemTotal")
    if memory:
        yield "memory", f"{int(memory.split()[0]) * 1_024 / 1e9:.0f} GB"
    yield "system", f"{platform.system()} {platform.machine()}"
    yield "Rust", _version("rustc")
    yield "Python", platform.python_version()
    yield "Node", _version("node")
    for name in ("lrm", *_PEERS):
        yield name, importlib.metadata.version(name)


def _row(line: Line) -> tuple[str, ...]:
    reduced = f" ({line['learners']:,} learners)" if line["peer"] == "pandas" else ""
    bar = "" if line["bar"] is None else f"{'≤' if line['bar_is'] == 'at most' else '≥'} {line['bar']:g}"
    return (
        line["workload"],
        line["method"],
        line["columns"],
        line["peer"] + reduced,
        _amount(line, "lrm_s", "peak_mb", "gzip_bytes"),
        _amount(line, "peer_s", "limit_mb", "limit_bytes"),
        _amount(line, "floor_s"),
        "" if line.get("peak_mb") is None else f"{line['peak_mb']:,.0f}",
        f"{line['ratio']:,.2f}",
        bar,
        {True: "holds", False: "MISSED", None: ""}[line["holds"]],
    )


def _amount(line: Line, *names: str) -> str:
    """The first of these that the line has, with its unit."""
    name, amount = next(((name, line[name]) for name in names if name in line), ("", 0))
    if name.endswith("_s"):
        unit, factor = next((unit, factor) for unit, factor, least in _UNITS if amount >= least)
        return f"{amount * factor:,.3g} {unit}" if amount * factor < 1_000 else f"{amount * factor:,.0f} {unit}"
    if name.endswith("_mb"):
        return f"{amount:,.0f} MB"
    return f"{amount / 1_000:,.1f} kB" if name else ""


_UNITS = (("s", 1, 1.0), ("ms", 1e3, 1e-3), ("µs", 1e6, 0.0))


def _rates(lines: Sequence[Line]) -> Iterator[str]:
    """Rows of one core per second, which a plan for many machines starts from."""
    for line in lines:
        if line["peer"] == "self-shuffled":
            grouped, shuffled = (line["rows_in"] / line[name] / line["threads"] / 1e6 for name in ("lrm_s", "peer_s"))
            yield f"One core takes {shuffled:.1f} million rows a second in random order, {grouped:.1f} million grouped"
            yield "by learner (`children_mean`, values only)."


def _joined(row: tuple[str, ...], widths: Sequence[int]) -> str:
    padded = enumerate(zip(row, map(_wide, widths), strict=True))
    cells = (cell.ljust(width) if at < _WORDS else cell.rjust(width) for at, (cell, width) in padded)
    return f"| {' | '.join(cells)} |"


def _wide(width: int) -> int:
    # a rule needs three signs
    return max(width, 3)


def _first(path: str, name: str) -> str | None:
    """The value of the first line of that name in a file of the system."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def _version(program: str) -> str:
    return subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
