"""The engine through its Python API: an Arrow table in, an Arrow table out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import lrm
import pyarrow as pa  # type: ignore[import-untyped]
import workload

Column: TypeAlias = Literal["learner", "competency", "value", "level", "status", "evidence"]

COLUMNS: dict[str, list[Column]] = {
    "values": ["learner", "competency", "value"],
    "all": ["learner", "competency", "value", "level", "status", "evidence"],
}

VALUES_AS: Literal["billionths"] = "billionths"
"""Exact values as whole numbers: the form to go on computing with."""


def prepared(table: pa.Table, method: str, columns: str, threads: int) -> Callable[[], pa.Table]:
    """The rollup of a table; compiling the engine is not part of it."""
    engine = lrm.Engine.from_json(workload.Framework().document(), workload.policy(method))

    def rollup() -> pa.Table:
        asked = COLUMNS[columns]
        return pa.table(
            engine.rollup(table, as_of=workload.AS_OF, columns=asked, values=VALUES_AS, threads=threads)
        )

    return rollup
