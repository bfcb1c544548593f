"""What type checkers see. The first test runs; mypy judges this file and the package in the others."""

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import duckdb
import lrm
import lrm.store
import pandas  # type: ignore[import-untyped]
import polars
import pyarrow  # type: ignore[import-untyped]
from fixtures import EVENTS, engine


def test_everyday_use() -> None:
    compiled: lrm.Engine = engine()
    as_of = datetime(2026, 11, 22, tzinfo=UTC)
    record = lrm.LearnerRecord.from_events(EVENTS)

    state = compiled.evaluate(record, as_of=as_of, scope=["NF"], strict=True)
    assert_type(state, lrm.State)
    assert_type(state["NF"].value, Decimal | None)
    assert_type(state.get("NF"), lrm.Mastery | None)
    assert_type(state.get("NF", 0), lrm.Mastery | int)
    assert_type({name: mastery.coverage for name, mastery in state.items()}, dict[str, tuple[int, int]])
    assert_type(state["NF"].newest, datetime | None)
    assert_type(state.report().findings, tuple[lrm.Finding, ...])
    assert_type(state.report()[0:1], tuple[lrm.Finding, ...])

    delta = compiled.what_if(
        EVENTS, ({"competency": "NF.2", "score": score} for score in (3, 4)), as_of="2026-11-22T00:00:00Z"
    )
    assert_type([change.after.level for change in delta.values()], list[str | None])

    live = compiled.start(record.to_json(), as_of=as_of)
    assert_type(live.apply({"competency": "NF.2", "passed": True}, as_of=as_of), list[lrm.Mastery])

    derivation = compiled.explain(b"[]", "NF", as_of=as_of)
    assert_type(derivation.text({}), str)

    frame = {"competency": ["NF.1"], "score": [3]}
    for rollup in (
        compiled.rollup(polars.DataFrame(frame), as_of=as_of),
        compiled.rollup(pyarrow.table(frame), as_of=as_of, values="float"),
        compiled.rollup(pandas.DataFrame(frame), as_of=as_of, nodes=("NF",)),
        compiled.rollup(duckdb.connect().from_arrow(pyarrow.table(frame)), as_of=as_of, unassessed=True),
    ):
        assert_type(rollup, lrm.Rollup)
        assert_type(rollup.column_names, list[str])

    matrix = compiled.rollup(
        polars.DataFrame(frame),
        as_of=as_of,
        columns=["value", "status"],
        values="billionths",
        layout="matrix",
        findings=10,
        threads=1,
        progress=print,
    )
    assert_type(matrix.node_ids, list[str])
    enrolments = pyarrow.table({"learner": [], "competency": []})
    stream = compiled.stream(as_of=as_of, scopes=enrolments, columns=["value"], values="billionths")
    assert_type(stream.push(polars.DataFrame(frame)), lrm.Rollup)
    assert_type(stream.finish().bad_rows, int)

    log = lrm.EventLog.from_events(EVENTS)
    assert_type(log.events(), list[str])
    assert_type(lrm.EventLog.recover(bytearray(log.to_bytes()) + log.block()), tuple[lrm.EventLog, lrm.Report])
    with lrm.store.SqliteStore(":memory:", timeout=1) as store:
        assert_type(store, lrm.store.SqliteStore)
        assert_type(store.append("ana", (event for event in EVENTS)), int)
        assert_type(store.append("ana", store.log("ana")) + store.merge(store), int)
        assert_type(store.learners(), list[str])

    try:
        state["nowhere"]
    except lrm.UnknownCompetencyError as error:
        assert_type(error.code, str)
        assert_type(error.findings, list[lrm.Finding])


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)


def test_this_file_is_well_typed() -> None:
    outcome = mypy("mypy", "--strict", "--no-incremental", Path(__file__).name)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_misuse_is_found(tmp_path: Path) -> None:
    misuse = tmp_path / "misuse.py"
    misuse.write_text(
        "import lrm\n"
        "engine = lrm.Engine.from_json('{}', {})\n"
        "engine.evaluate([])\n"
        "engine.rollup([{'score': 3}], as_of='2026-11-22T00:00:00Z')\n"
        "engine.evaluate([], as_of='2026-11-22T00:00:00Z')['a'].value + 1\n"
        "class Other(lrm.Engine): ...\n"
    )
    outcome = mypy("mypy", "--strict", "--no-incremental", str(misuse))
    lines = [line.split(":")[1] for line in outcome.stdout.splitlines() if ": error:" in line]
    assert sorted(set(lines)) == ["3", "4", "5", "6"], outcome.stdout


def test_stubs_agree_with_the_compiled_module() -> None:
    outcome = mypy("mypy.stubtest", "lrm")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
