"""Frames in and out: every library, and the same answers as one learner at a time."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import lrm
import numpy
import pandas
import polars
import pyarrow as pa
import pytest
from fixtures import AS_OF, engine

AT = [datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 2, 15, 12, 0, 0, 250_000, tzinfo=UTC), None, None]
EVIDENCE: dict[str, list[Any]] = {
    "learner": ["ben", "ana", "ana", "ben"],
    "competency": ["NF.1", "NF.1", "NF.2", "NF.2"],
    "score": [3.0, 3.5, None, 2.0],
    "passed": [None, None, True, None],
    "observed_at": AT,
    "room": ["a", "b", "c", "d"],
}
TABLE = pa.table(EVIDENCE)
FRAMES: dict[str, Callable[[], Any]] = {
    "pyarrow table": lambda: TABLE,
    "pyarrow batch": lambda: TABLE.combine_chunks().to_batches()[0],
    "pyarrow reader": lambda: TABLE.to_reader(max_chunksize=1),
    "pyarrow in chunks": lambda: pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1, 2), TABLE.slice(3)]),
    "polars": lambda: polars.DataFrame(EVIDENCE),
    "polars in chunks": lambda: polars.concat(
        [polars.DataFrame(EVIDENCE)[:2], polars.DataFrame(EVIDENCE)[2:]], rechunk=False
    ),
    "polars categories": lambda: polars.DataFrame(EVIDENCE).cast(
        {"learner": polars.Categorical, "competency": polars.Enum(["NF.2", "NF.1"])}
    ),
    "pandas": lambda: pandas.DataFrame(EVIDENCE),
    "pandas categories": lambda: pandas.DataFrame(EVIDENCE).astype({"learner": "category", "competency": "category"}),
    "duckdb": lambda: duckdb.connect().from_arrow(TABLE),
}


def answers(rollup: lrm.Rollup) -> list[dict[str, Any]]:
    return rollup.to_dicts()


EXPECTED = answers(engine().rollup(TABLE, as_of=AS_OF))


def test_the_expected_answer_is_that_of_one_learner_at_a_time() -> None:
    found = []
    for learner in ("ana", "ben"):
        rows = [row for row in TABLE.to_pylist() if row["learner"] == learner]
        items = [{key: value for key, value in row.items() if value is not None} for row in rows]
        state = engine().evaluate([{**item, "room": None} for item in items], as_of=AS_OF)
        found += [as_dict(learner, mastery) for mastery in state.values()]
    assert found == EXPECTED


def as_dict(learner: str, mastery: lrm.Mastery) -> dict[str, Any]:
    return {
        "learner": learner,
        "competency": mastery.competency,
        "value": mastery.value,
        "level": mastery.level,
        "status": mastery.status,
        "evidence": mastery.evidence,
        "newest": mastery.newest,
        "valued": mastery.coverage[0],
        "covered": mastery.coverage[1],
    }


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_every_frame_gives_the_same(frame: Callable[[], Any]) -> None:
    rollup = engine().rollup(frame(), as_of=AS_OF)
    assert answers(rollup) == EXPECTED
    assert rollup.ignored_columns == ["room"]
    assert not rollup.report()


class TestOut:
    rollup = engine().rollup(TABLE, as_of=AS_OF)

    def test_it_tells_what_it_is(self) -> None:
        assert len(self.rollup) == 6
        assert self.rollup.column_names == list(EXPECTED[0])
        assert repr(self.rollup).startswith("<lrm.Rollup: 6 rows of learner, competency, value")
        assert json.loads(self.rollup.to_json())[0]["learner"] == "ana"

    def test_pyarrow(self) -> None:
        table = pa.table(self.rollup)
        assert table.to_pylist() == EXPECTED
        assert table.schema == pa.schema(self.rollup)
        assert table.schema.field("value").type == pa.decimal128(19, 9)
        assert table.schema.field("newest").type == pa.timestamp("us", "UTC")
        table.validate(full=True)

    def test_it_can_be_read_twice(self) -> None:
        assert pa.table(self.rollup) == pa.table(self.rollup)

    def test_a_consumer_may_ask_for_other_types(self) -> None:
        wanted = pa.schema([(name, pa.table(self.rollup).schema.field(name).type) for name in self.rollup.column_names])
        wanted = wanted.set(3, pa.field("level", pa.string()))
        reader = pa.RecordBatchReader.from_stream(self.rollup, schema=wanted)
        assert reader.read_all().to_pylist() == EXPECTED

    def test_polars(self) -> None:
        frame = polars.DataFrame(self.rollup)
        assert frame.to_dicts() == EXPECTED
        names = polars.DataFrame({"learner": ["ana", "ben"], "name": ["Ana", "Ben"]})
        assert frame.join(names, on="learner").height == 6
        assert frame.filter(polars.col("status") == "met").height == 4

    def test_pandas(self) -> None:
        frame = pandas.DataFrame.from_arrow(self.rollup)
        names = pandas.DataFrame({"learner": ["ana", "ben"], "name": ["Ana", "Ben"]})
        assert len(frame.merge(names, on="learner")) == 6
        assert frame["value"].iloc[0] == Decimal("3.142857143")
        assert frame["level"].dtype == "category"

    def test_duckdb(self) -> None:
        rollup = self.rollup  # noqa: F841  (the query names it)
        found = duckdb.sql("select learner, max(value) from rollup where status = 'met' group by all order by all")
        assert found.fetchall() == [("ana", Decimal("3.500000000")), ("ben", Decimal("3.000000000"))]

    def test_floats_if_asked_for(self) -> None:
        rollup = engine().rollup(TABLE, as_of=AS_OF, values="float")
        assert pa.table(rollup).schema.field("value").type == pa.float64()
        expected = [{**row, "value": float(row["value"])} for row in EXPECTED]
        assert pa.table(rollup).to_pylist() == rollup.to_dicts() == expected

    def test_other_kinds_of_values_are_refused(self) -> None:
        with pytest.raises(ValueError, match="decimal"):
            engine().rollup(TABLE, as_of=AS_OF, values="double")  # type: ignore[arg-type]

    def test_texts_go_out_as_they_came_in(self) -> None:
        packed = TABLE.set_column(0, "learner", TABLE["learner"].dictionary_encode())
        schema = pa.table(engine().rollup(packed, as_of=AS_OF)).schema
        assert pa.types.is_dictionary(schema.field("learner").type)
        assert pa.types.is_large_string(schema.field("competency").type)
        frame = polars.DataFrame(engine().rollup(FRAMES["polars categories"](), as_of=AS_OF))
        assert frame.schema["competency"] == polars.Categorical
        assert frame.to_dicts() == EXPECTED

    @pytest.mark.parametrize("kind", [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)])
    @pytest.mark.parametrize("low", [9, -9, 100])
    def test_whole_numbers_of_learners_go_out_as_they_came_in(self, kind: str, low: int) -> None:
        if low < 0 and kind.startswith("u"):
            return
        numbered = TABLE.set_column(0, "learner", pa.array([101, low, low, 101], kind))
        rollup = engine().rollup(numbered, as_of=AS_OF)
        table = pa.table(rollup)
        assert table.schema.field("learner").type == kind
        assert table["learner"].to_pylist() == [low] * 3 + [101] * 3
        assert table.to_pylist() == rollup.to_dicts()

    def test_learners_far_apart(self) -> None:
        far = [2**62, -(2**62), -(2**62), 2**62]
        table = pa.table(engine().rollup(TABLE.set_column(0, "learner", pa.array(far)), as_of=AS_OF))
        assert table["learner"].to_pylist() == sorted(far[1:3] * 2)[:3] + [2**62] * 3
        apart = TABLE.set_column(0, "learner", pa.array([2**32 - 1, 0, 0, 2**32 - 1], pa.uint32()))
        table = pa.table(engine().rollup(apart, as_of=AS_OF))
        assert table["learner"].to_pylist() == [0] * 3 + [2**32 - 1] * 3
        assert table.schema.field("learner").type == pa.uint32()

    def test_whole_numbers_of_competencies_go_out_as_they_came_in(self) -> None:
        numbered = lrm.Engine.from_json(
            {
                "competencies": [{"id": str(number), "statement": "x"} for number in (1, 2, 10)],
                "associations": [{"type": "is_child_of", "from": id, "to": "10"} for id in ("1", "2")],
            },
            {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mean"}},
        )
        frame = pa.table({"competency": pa.array([2, 1], pa.uint8()), "score": [3, 1]})
        rollup = numbered.rollup(frame, as_of=AS_OF)
        table = pa.table(rollup)
        assert table.schema.field("competency").type == pa.uint8()
        assert table["competency"].to_pylist() == [1, 10, 2], "in the byte order of ids"
        assert table.to_pylist() == rollup.to_dicts()

    def test_numbers_of_competencies_that_are_not_ids_of_the_whole_framework_go_out_as_texts(self) -> None:
        mixed = lrm.Engine.from_json(
            {"competencies": [{"id": id, "statement": "x"} for id in ("1", "02")]},
            {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mean"}},
        )
        table = pa.table(mixed.rollup(pa.table({"competency": [1], "score": [3]}), as_of=AS_OF))
        assert table.schema.field("competency").type == pa.large_string()
        assert table["competency"].to_pylist() == ["1"]

    def test_without_learners_there_is_one(self) -> None:
        rollup = engine().rollup(TABLE.drop_columns("learner"), as_of=AS_OF)
        assert rollup.column_names == list(EXPECTED[0])[1:]
        assert [row["competency"] for row in rollup.to_dicts()] == ["NF", "NF.1", "NF.2"]
        assert pa.table(rollup).to_pylist() == rollup.to_dicts()

    def test_an_empty_frame(self) -> None:
        rollup = engine().rollup(TABLE.slice(0, 0), as_of=AS_OF)
        assert len(rollup) == 0
        assert rollup.to_dicts() == []
        assert pa.table(rollup).num_rows == 0

    def test_several_batches_come_out(self) -> None:
        learners = 700_000
        frame = pa.table(
            {"learner": numpy.arange(learners), "competency": ["NF.1"] * learners, "passed": [True] * learners}
        )
        table = pa.table(engine().rollup(frame, as_of=AS_OF, values="float"))
        assert table.num_rows == 2 * learners
        assert table["learner"].num_chunks > 1
        assert table["learner"].to_numpy().tolist() == numpy.repeat(numpy.arange(learners), 2).tolist()
        assert set(table["value"].unique().to_pylist()) == {3.0}


class TestOptions:
    def test_nodes(self) -> None:
        rollup = engine().rollup(TABLE, as_of=AS_OF, nodes=["NF.2", "NF"])
        assert [row["competency"] for row in rollup.to_dicts()] == ["NF.2", "NF", "NF.2", "NF"]

    def test_scope_and_unassessed(self) -> None:
        scoped = engine().rollup(TABLE, as_of=AS_OF, scope=["NF.1"], unassessed=True)
        assert [row["status"] for row in scoped.to_dicts()] == ["met", "met", "not_applicable"] * 2
        assert len(engine().rollup(TABLE, as_of=AS_OF, scope=["NF.1"])) == 4

    def test_the_clock(self) -> None:
        rollup = engine().rollup(TABLE.slice(0, 2), as_of="2026-01-16T00:00:00Z")
        assert [row["learner"] for row in rollup.to_dicts()] == ["ben", "ben"]

    @pytest.mark.parametrize("option", ["nodes", "scope"])
    def test_unknown_competencies(self, option: str) -> None:
        with pytest.raises(lrm.UnknownCompetencyError):
            engine().rollup(TABLE, as_of=AS_OF, **{option: ["nowhere"]})


def test_other_threads_run_while_a_frame_is_rolled_up() -> None:
    rows = 300_000
    frame = pa.table(
        {"learner": numpy.arange(rows) % 1_000, "competency": ["NF.1"] * rows, "score": numpy.arange(rows) % 5 / 1.0}
    )
    results: list[lrm.Rollup] = []
    busy = threading.Thread(target=lambda: results.append(engine().rollup(frame, as_of=AS_OF)))
    busy.start()
    started = last = time.perf_counter()
    longest = 0.0
    while busy.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert len(results[0]) == 2_000
    assert longest < (last - started) / 4, "this thread had to wait for the engine"
