"""The cases of `data/rollups.json`, which Rust and JavaScript replay too: as frames, as streams, and learner by learner."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import lrm
import pyarrow as pa
import pytest

FILE = Path(__file__).parents[1] / "data" / "rollups.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"case {case['case']}")

BEGINNING = "0000-01-01T00:00:00Z"
BATCH = 4
"""How many rows a stream takes at once: few, so that learners are cut in two."""


def engine(case: dict[str, Any]) -> lrm.Engine:
    return lrm.Engine.from_json(case["framework"], case["policy"])


def asked(case: dict[str, Any]) -> dict[str, Any]:
    return {"as_of": case["as_of"], "scope": case.get("scope")}


def learners(case: dict[str, Any]) -> list[Any]:
    """Whose each row is; null without a column."""
    return case["columns"].get("learner") or [None] * len(case["columns"]["competency"])


def frame(case: dict[str, Any]) -> pa.Table:
    return pa.table({name: column(name, values) for name, values in case["columns"].items()})


def column(name: str, values: list[Any]) -> pa.Array:
    match name:
        case "learner" if isinstance(values[0], int):
            return pa.array(values, pa.int64() if min(values) < 0 else pa.uint32())
        case "competency" | "purpose":
            return pa.array(values, pa.string()).dictionary_encode()
        case "score" | "weight":
            return pa.array(values, pa.float64())
        case "possible":
            return pa.array(values, pa.decimal128(9, 0))
        case "attempt":
            return pa.array(values, pa.int64())
        case "passed" | "transfer":
            return pa.array(values, pa.bool_())
        case _ if name.endswith("_at"):
            return instants(values)
        case _:
            return pa.array(values, pa.string())


def instants(values: list[str | None]) -> pa.Array:
    """Timestamps, finer digits cut off; texts where one is no instant."""
    cut = [value and re.sub(r"(\.\d{6})\d+", r"\1", value) for value in values]
    try:
        return pa.array(cut, pa.string()).cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return pa.array(values, pa.string())


def item(case: dict[str, Any], row: int) -> dict[str, Any]:
    """A row as an item of a record."""
    fields: dict[str, Any] = {}
    for name, values in case["columns"].items():
        outer, _, inner = name.partition(".")
        if values[row] is None or name == "learner":
            continue
        if inner:
            fields.setdefault(outer, {})[inner] = values[row]
        else:
            fields[outer] = values[row]
    return fields


def found(*rollups: lrm.Rollup) -> dict[str, list[Any]]:
    """The columns of results, instants as numbers."""
    columns: dict[str, list[Any]] = {}
    for table in map(pa.table, rollups):
        for name in table.column_names:
            cells = table[name].cast("int64") if name == "newest" else table[name]
            columns.setdefault(name, []).extend(cells.to_pylist())
    return columns


def columns_of(rows: list[tuple[Any, dict[str, Any]]]) -> dict[str, list[Any]]:
    """The same columns, from learners and their results as canonical JSON has them."""
    columns = {name: [row[name] for _, row in rows] for name in ("competency", "level", "status", "evidence")}
    columns["value"] = [None if row["value"] is None else int(Decimal(row["value"]).scaleb(9)) for _, row in rows]
    columns["newest"] = instants([row.get("newest") for _, row in rows]).cast("int64").to_pylist()
    columns["valued"], columns["covered"] = map(list, zip(*(row["coverage"] for _, row in rows), strict=True))
    learner = [learner for learner, _ in rows if learner is not None]
    return columns | ({"learner": learner} if learner else {})


def assessed(expect: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Without what a rollup leaves out if it is not asked for more; values as decimals."""
    kept = [row for row, status in enumerate(expect["status"]) if status not in ("not_assessed", "not_applicable")]
    columns = {name: [values[row] for row in kept] for name, values in expect.items()}
    values = [None if value is None else Decimal(value).scaleb(-9) for value in columns["value"]]
    return columns | {"value": values}


def test_no_case_is_left_out() -> None:
    assert [case["case"] for case in CASES] == list(range(1, 501))


@every_case
def test_frame(case: dict[str, Any]) -> None:
    table = frame(case)
    rollup = engine(case).rollup(table, **asked(case), unassessed=True, values="billionths")
    assert found(rollup) == case["expect"]
    assert sorted(finding.code for finding in rollup.report()) == case["findings"]
    assert found(engine(case).rollup(table, **asked(case))) == assessed(case["expect"])


@every_case
def test_stream(case: dict[str, Any]) -> None:
    table = frame(case)
    if "learner" in table.column_names:
        table = table.take(sorted(range(table.num_rows), key=learners(case).__getitem__))
    stream = engine(case).stream(**asked(case), unassessed=True, values="billionths")
    rollups = [stream.push(table.slice(start, BATCH)) for start in range(0, table.num_rows, BATCH)]
    assert found(*rollups, stream.finish()) == case["expect"]


@every_case
def test_learner_by_learner(case: dict[str, Any]) -> None:
    compiled, who = engine(case), learners(case)
    rows: list[tuple[Any, dict[str, Any]]] = []
    for learner in sorted(set(who)):
        items = [item(case, row) for row, one in enumerate(who) if one == learner]
        state = compiled.evaluate(items, **asked(case))
        rows += [(learner, row) for row in json.loads(state.to_json(), parse_float=Decimal)["results"]]
        live = compiled.start([], as_of=BEGINNING, scope=case.get("scope"))
        for event in items:
            live.apply(event, as_of=BEGINNING)
        live.advance(as_of=case["as_of"])
        assert live.to_json() == state.to_json()
    assert columns_of(rows) == case["expect"]
