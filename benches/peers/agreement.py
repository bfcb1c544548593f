"""Whether two answers are the same: the same learners and competencies, values within a millionth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import workload

TOLERANCE = 1e-6


class DisagreementError(AssertionError):
    """Two answers that should be the same are not."""


def check(ours: pa.Table, theirs: pa.Table) -> None:
    """Raises unless both tables hold the same rows, in whatever order."""
    if ours.num_rows != theirs.num_rows:
        raise DisagreementError(f"{ours.num_rows} rows here, {theirs.num_rows} there")
    key, value = _sorted(ours, unit=1e9)
    other_key, other_value = _sorted(theirs, unit=1)
    if not np.array_equal(key, other_key):
        raise DisagreementError("the learners and competencies are not the same")
    far = ~(np.abs(value - other_value) <= TOLERANCE)
    if far.any():
        at = int(far.argmax())
        learner, node = divmod(int(key[at]), workload.NODES)
        raise DisagreementError(f"learner {learner}, competency {node}: {value[at]} here, {other_value[at]} there")


def _sorted(table: pa.Table, unit: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """One number for learner and competency, ascending, and the values in that order; so many units make a 1."""
    key = _numbers(table["learner"]) * workload.NODES + _numbers(table["competency"])
    value = table["value"].cast(pa.float64()).to_numpy() / unit
    order = np.argsort(key)
    return key[order], value[order]


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Ids as numbers, in whatever type they are given."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    numbers: npt.NDArray[np.int64] = pc.cast(column, pa.int64()).to_numpy()
    return numbers
