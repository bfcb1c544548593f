"""Clocks and memory."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]

MB = 1e6

Result = TypeVar("Result")


class Seconds(float):
    """What a run gives that measured itself, because it runs elsewhere."""


def timed(run: Callable[[], Result]) -> tuple[Result, float]:
    """What a run gives, and its seconds; what earlier runs left is collected before."""
    gc.collect()
    began = time.perf_counter()
    result = run()
    return result, time.perf_counter() - began


def alternated(runs: Mapping[str, Callable[[], object]], repeat: int, *, warm_up: int = 1) -> dict[str, float]:
    """Median seconds of each run: all in turn, first to warm up, then as often as asked for.

    Taking turns spreads what else the machine does over all of them. What a run gives is let go before the next.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(warm_up + repeat):
        for name, run in runs.items():
            result, took = timed(run)
            if isinstance(result, Seconds):
                took = result
            del result
            if turn >= warm_up:
                seconds[name].append(took)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def floor(table: pa.Table, rows_out: int) -> Callable[[], None]:
    """The least that any answer takes: read the input once, write learner, competency and value once."""
    columns = [_plain(column) for column in table.columns]

    def run() -> None:
        for column in columns:
            np.sum(column)
        np.full(rows_out, 1, dtype=np.uint32)
        np.full(rows_out, 1, dtype=np.uint32)
        np.full(rows_out, 1, dtype=np.int64)

    return run


def _plain(column: pa.ChunkedArray) -> npt.NDArray[np.generic]:
    """A column without its time zone, in one piece."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    plain: npt.NDArray[np.generic] = column.combine_chunks().to_numpy()
    return plain


def resident() -> int:
    """Bytes of this process in memory."""
    return _status("VmRSS")


def forget_peak() -> None:
    """Lets the peak begin at what is resident now."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most that was ever resident, or since :func:`forget_peak`."""
    return _status("VmHWM")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1_024
    raise RuntimeError(f"/proc/self/status has no {name}")
