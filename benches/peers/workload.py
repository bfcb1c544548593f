"""The district workload W1 by seed: a framework of 1,024 leaves and the evidence of many learners in random order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]

LAYERS = (1_024, 256, 64, 16, 4, 1)
"""Competencies of each layer, leaves first; four below each."""

NODES = sum(LAYERS)
ASSESSED = np.arange(0, LAYERS[0], 4, dtype=np.uint32)
"""A quarter of the leaves, so spread that each node above has one of them."""

LATEST_PERCENT = 65
AS_OF = "2026-11-22T00:00:00Z"
_FIRST_INSTANT = 1_735_689_600_000_000  # 2025-01-01, in microseconds
_YEAR = 365 * 24 * 3_600 * 1_000_000
_SEED = 20_261_122

POLICIES: dict[str, dict[str, Any]] = {
    "children_mean": {
        "estimate": {"method": "latest_vs_mean", "latest_percent": LATEST_PERCENT},
        "rollup": {"method": "children_mean"},
    },
    "unique_leaves": {
        "estimate": {"method": "latest_vs_mean", "latest_percent": LATEST_PERCENT},
        "rollup": {"method": "unique_leaves"},
    },
    "exponential": {
        "estimate": {"method": "exponential", "latest_percent": LATEST_PERCENT},
        "rollup": {"method": "children_mean"},
    },
}
"""What each method of this bench means in terms of a policy."""


@dataclass(frozen=True)
class Edges:
    """Edges of one layer, from children to the parents above."""

    child: npt.NDArray[np.uint32]
    parent: npt.NDArray[np.uint32]
    weight: npt.NDArray[np.float64]


class Framework:
    """The graph: a tree but for a tenth of the leaves, which have a second parent. Weights are 1 to 3."""

    def __init__(self) -> None:
        random = np.random.default_rng(_SEED)
        self.layers: list[Edges] = []
        first = 0
        for size, above in zip(LAYERS, LAYERS[1:], strict=False):
            child = np.arange(first, first + size, dtype=np.uint32)
            parent = (first + size + np.arange(size) // (size // above)).astype(np.uint32)
            if first == 0:
                second = random.choice(size, size // 10, replace=False)
                # Any parent but the one it has.
                other = (second // 4 + random.integers(1, above, len(second))) % above
                child = np.concatenate([child, second.astype(np.uint32)])
                parent = np.concatenate([parent, (size + other).astype(np.uint32)])
            weight = random.integers(1, 4, len(child)).astype(np.float64)
            self.layers.append(Edges(child, parent, weight))
            first += size

    def pairs(self) -> list[tuple[int, int, int]]:
        """All edges: child, parent, weight."""
        return [
            (int(child), int(parent), int(weight))
            for edges in self.layers
            for child, parent, weight in zip(edges.child, edges.parent, edges.weight, strict=True)
        ]

    @cached_property
    def closure(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Every leaf with each of its ancestors, once."""
        ancestors: list[set[int]] = [set() for _ in range(NODES)]
        for child, parent, _ in reversed(self.pairs()):
            ancestors[child] |= {parent} | ancestors[parent]
        found = [(leaf, above) for leaf in range(LAYERS[0]) for above in sorted(ancestors[leaf])]
        leaves, above = np.array(found, dtype=np.uint32).T
        return np.ascontiguousarray(leaves), np.ascontiguousarray(above)

    def document(self) -> str:
        """The same as an ``lrm-framework/1`` document; ids are the numbers as decimal texts."""
        competencies = [{"id": str(node), "statement": f"Competency {node}"} for node in range(NODES)]
        associations = [
            {"type": "is_child_of", "from": str(child), "to": str(parent), "weight": weight}
            for child, parent, weight in self.pairs()
        ]
        return json.dumps({"format": "lrm-framework/1", "competencies": competencies, "associations": associations})


def policy(method: str) -> str:
    """The policy document of a method."""
    return json.dumps({"format": "lrm-policy/1", "scale": {"max": 4, "proficient": 3}, **POLICIES[method]})


def evidence(learners: int, items: int, *, grouped: bool = False) -> pa.Table:
    """The rows: learner, competency, observed_at, score, in random order or grouped by learner.

    Instants are so fine that two of one learner and competency practically never agree, so that no library has to break
    a tie. Scores have two decimals, which most binary numbers do not hold exactly.
    """
    random = np.random.default_rng(_SEED + 1)
    rows = learners * items
    learner = np.repeat(np.arange(learners, dtype=np.uint32), items)
    if not grouped:
        random.shuffle(learner)
    competency = ASSESSED[random.integers(0, len(ASSESSED), rows, dtype=np.uint16)]
    observed = _FIRST_INSTANT + random.integers(0, _YEAR, rows, dtype=np.int64)
    score = random.integers(0, 401, rows, dtype=np.uint16) / 100.0
    return pa.table(
        {
            "learner": learner,
            "competency": competency,
            "observed_at": pa.array(observed).cast(pa.timestamp("us", "UTC")),
            "score": score,
        }
    )
