"""W3: a class in WebAssembly, in Node, against the same in Rust on one thread; and what the module weighs on the wire.

    python browser.py REPEAT
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import measuring
import served
import workload

_LEARNERS, _ITEMS = 120, 200
# A run takes milliseconds, and Node compiles anew what runs often.
_WARM_UP = 30
_RUNS = 20
_BUDGET = 250_000


def main() -> None:
    repeat = int(sys.argv[1])
    # The builder fails if the module is too large for it: here that is a line.
    subprocess.run(
        ["cargo", "run", "--quiet", "-p", "lrm-wasm-build"], cwd=served.ROOT, stdout=subprocess.DEVNULL, check=False
    )
    for line in (*compared(repeat), weighed()):
        print(json.dumps({"workload": "W3", **line}), flush=True)


def compared(repeat: int) -> Iterator[dict[str, Any]]:
    """One line for values, one for all columns."""
    table = workload.evidence(_LEARNERS, _ITEMS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        served.write(folder, table, "children_mean")
        for columns in ("values", "all"):
            with served.node(folder, columns) as wasm, served.rust(folder, columns, 1) as native:
                seconds = measuring.alternated({"wasm": wasm, "native": native}, repeat * _RUNS, warm_up=_WARM_UP)
            if wasm.answer != native.answer:
                raise AssertionError(f"{wasm.answer} in WebAssembly, {native.answer} in Rust")
            yield {
                "method": "children_mean",
                "columns": columns,
                "peer": "native",
                "learners": _LEARNERS,
                "rows_in": table.num_rows,
                "rows_out": wasm.answer[0],
                "ratio": seconds["wasm"] / seconds["native"],
                "lrm_s": seconds["wasm"],
                "peer_s": seconds["native"],
            }


def weighed() -> dict[str, Any]:
    """The main module, compressed as a server would."""
    module = (served.ROOT / "lrm-wasm/pkg/lrm_bg.wasm").read_bytes()
    size = len(gzip.compress(module, 9))
    ratio = size / _BUDGET
    about = {"method": "module", "columns": "", "peer": "budget"}
    return {**about, "ratio": ratio, "gzip_bytes": size, "limit_bytes": _BUDGET}


if __name__ == "__main__":
    main()
