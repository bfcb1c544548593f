"""What a rollup can be asked for: columns, matrices, scopes of learners, threads, progress, interruption."""

import _thread
import multiprocessing
import signal
import threading
from collections.abc import Iterator
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

ROWS = 1_200_000
COLUMNS = ["learner", "competency", "value", "level", "status", "evidence", "newest", "valued", "covered"]


def small() -> pa.Table:
    return pa.table({"learner": [7, 3, 3], "competency": ["NF.1", "NF.1", "NF.2"], "score": [3.0, 1.5, 4.0]})


def large() -> pa.Table:
    """Enough rows for several threads, in random order."""
    random = numpy.random.default_rng(5)
    names = pa.DictionaryArray.from_arrays(pa.array(random.integers(0, 2, ROWS), pa.uint32()), ["NF.1", "NF.2"])
    return pa.table(
        {
            "learner": pa.array(random.integers(0, 50_000, ROWS), pa.uint32()),
            "competency": names,
            "score": random.integers(0, 400, ROWS) / 100,
            "observed_at": pa.array(random.integers(0, 10**15, ROWS), pa.timestamp("us", "UTC")),
        }
    )


LARGE = large()


def addresses(table: pa.Table, name: str) -> list[int]:
    """Where the numbers of a column lie, chunk by chunk."""
    chunks = [chunk.indices if pa.types.is_dictionary(chunk.type) else chunk for chunk in table[name].chunks]
    return [chunk.buffers()[1].address for chunk in chunks]


class TestWithoutCopies:
    @pytest.mark.parametrize("name", COLUMNS)
    def test_columns_share_the_memory_of_the_engine(self, name: str) -> None:
        rollup = engine().rollup(LARGE, as_of=AS_OF, values="billionths")
        one, two = pa.table(rollup), pa.table(rollup)
        assert addresses(one, name) == addresses(two, name)
        assert len(one[name].chunks) > 1

    def test_a_modified_standard_is_a_column_that_is_named(self) -> None:
        table = pa.table({"competency": ["NF.1", "NF.2"], "score": [3, 3], "adaptation": ["modification", None]})
        rollup = engine().rollup(table, as_of=AS_OF, columns=["competency", "modified"])
        assert pa.table(rollup).to_pydict() == {"competency": ["NF", "NF.1", "NF.2"], "modified": [True, True, False]}
        assert "modified" not in engine().rollup(table, as_of=AS_OF).column_names
        matrix = engine().rollup(table, as_of=AS_OF, columns=["modified"], layout="matrix")
        assert pa.table(matrix).to_pydict() == {"modified": [[True, True, False]]}

    def test_they_outlive_the_rollup(self) -> None:
        table = pa.table(engine().rollup(small(), as_of=AS_OF, values="billionths"))
        table.validate(full=True)
        assert table["value"].to_pylist()[1:3] == [1_500_000_000, 4_000_000_000]

    def test_billionths_are_exact(self) -> None:
        frame = pa.table({"competency": ["NF.1"] * 3, "score": [Decimal("1.000000001"), Decimal(1), Decimal(1)]})
        rollups = {values: engine().rollup(frame, as_of=AS_OF, values=values) for values in ("billionths", "decimal")}
        assert pa.table(rollups["billionths"]).schema.field("value").type == pa.int64()
        exact = [row["value"] for row in rollups["decimal"].to_dicts()]
        assert [Decimal(row["value"]).scaleb(-9) for row in rollups["billionths"].to_dicts()] == exact


class TestColumns:
    def test_some(self) -> None:
        rollup = engine().rollup(small(), as_of=AS_OF, columns=["evidence", "learner"])
        assert rollup.column_names == ["learner", "evidence"]
        assert rollup.to_dicts()[0] == {"learner": 3, "evidence": 2}
        assert pa.table(rollup).to_pylist() == rollup.to_dicts()

    @pytest.mark.parametrize("name", COLUMNS)
    def test_each_alone_is_as_it_is_with_the_others(self, name: Any) -> None:
        alone, all_of_them = (
            pa.table(engine().rollup(LARGE.slice(0, 5_000), as_of=AS_OF, columns=columns)) for columns in ([name], None)
        )
        assert alone.column_names == [name]
        assert alone[name].combine_chunks() == all_of_them[name].combine_chunks()

    def test_none(self) -> None:
        rollup = engine().rollup(small().drop_columns("learner"), as_of=AS_OF, columns=["learner"])
        assert rollup.column_names == []
        assert rollup.to_dicts() == [{}, {}, {}]

    def test_misuse(self) -> None:
        with pytest.raises(ValueError, match="columns of a rollup"):
            engine().rollup(small(), as_of=AS_OF, columns=["grade"])  # type: ignore[list-item]
        with pytest.raises(TypeError, match="iterable"):
            engine().rollup(small(), as_of=AS_OF, columns="value")  # type: ignore[arg-type]


class TestMatrix:
    def test_one_row_per_learner(self) -> None:
        matrix = engine().rollup(small(), as_of=AS_OF, layout="matrix", values="float")
        assert matrix.node_ids == ["NF", "NF.1", "NF.2"]
        assert len(matrix) == 2
        long = engine().rollup(small(), as_of=AS_OF, values="float", unassessed=True).to_dicts()
        expected = [
            {"learner": learner, "value": [row["value"] for row in long if row["learner"] == learner]}
            for learner in (3, 7)
        ]
        assert matrix.to_dicts() == pa.table(matrix).to_pylist() == expected
        assert pa.table(matrix).schema.field("value").type == pa.list_(pa.field("item", pa.float64()), 3)
        pa.table(matrix).validate(full=True)

    def test_other_columns_and_nodes(self) -> None:
        matrix = engine().rollup(
            small(), as_of=AS_OF, layout="matrix", nodes=["NF.2", "NF"], columns=["evidence", "status"]
        )
        assert matrix.node_ids == ["NF.2", "NF"]
        assert matrix.to_dicts()[1] == {"learner": 7, "status": ["not_assessed", "provisional"], "evidence": [0, 1]}
        assert pa.table(matrix).to_pylist() == matrix.to_dicts()

    def test_without_learners(self) -> None:
        matrix = engine().rollup(small().drop_columns("learner"), as_of=AS_OF, layout="matrix")
        assert len(matrix.to_dicts()) == 1
        assert matrix.column_names == ["value"]

    def test_without_nodes(self) -> None:
        matrix = engine().rollup(small(), as_of=AS_OF, layout="matrix", nodes=[])
        assert (len(matrix), matrix.to_dicts(), pa.table(matrix).num_rows) == (0, [], 0)

    def test_the_numbers_are_one_block(self) -> None:
        matrix = pa.table(engine().rollup(LARGE, as_of=AS_OF, layout="matrix", values="billionths"))
        assert matrix.num_rows == len(set(LARGE["learner"].to_pylist()))
        assert matrix["learner"].to_pylist() == sorted(set(LARGE["learner"].to_pylist()))
        block = numpy.concatenate([chunk.flatten().to_numpy(zero_copy_only=False) for chunk in matrix["value"].chunks])
        assert block.reshape(matrix.num_rows, 3).shape == (matrix.num_rows, 3)

    def test_polars_and_duckdb(self) -> None:
        matrix = engine().rollup(small(), as_of=AS_OF, layout="matrix", values="float")
        frame = polars.DataFrame(matrix)
        assert frame.schema["value"] == polars.Array(polars.Float64, 3)
        assert frame.to_dicts() == matrix.to_dicts()
        found = duckdb.sql("select learner, value[1] from matrix order by all").fetchall()
        assert found == [(row["learner"], row["value"][0]) for row in matrix.to_dicts()]
        assert len(pandas.DataFrame.from_arrow(matrix)) == 2

    def test_misuse(self) -> None:
        with pytest.raises(ValueError, match="node_ids"):
            engine().rollup(small(), as_of=AS_OF, layout="matrix", columns=["competency"])
        with pytest.raises(ValueError, match="layout"):
            engine().rollup(small(), as_of=AS_OF, layout="wide")  # type: ignore[arg-type]


class TestScopes:
    SCOPES = pa.table({"learner": [3, 7, 9], "competency": ["NF.1", "NF", "NF"], "room": ["a", "b", "c"]})

    def test_what_applies_to_whom(self) -> None:
        rollup = engine().rollup(small(), as_of=AS_OF, scopes=self.SCOPES)
        found = [(row["learner"], row["competency"]) for row in rollup.to_dicts()]
        assert found == [(3, "NF"), (3, "NF.1"), (7, "NF"), (7, "NF.1")]
        for learner, scope in ((3, ["NF.1"]), (7, ["NF"])):
            alone = engine().rollup(small(), as_of=AS_OF, scope=scope).to_dicts()
            assert [row for row in rollup.to_dicts() if row["learner"] == learner] == [
                row for row in alone if row["learner"] == learner
            ]

    def test_other_frames_and_types(self) -> None:
        expected = engine().rollup(small(), as_of=AS_OF, scopes=self.SCOPES).to_json()
        narrow = self.SCOPES.set_column(0, "learner", self.SCOPES["learner"].cast(pa.uint8()))
        for scopes in (polars.DataFrame(self.SCOPES), narrow.to_reader(max_chunksize=1), narrow.to_pandas()):
            assert engine().rollup(small(), as_of=AS_OF, scopes=scopes).to_json() == expected

    def test_misuse(self) -> None:
        with pytest.raises(ValueError, match="both"):
            engine().rollup(small(), as_of=AS_OF, scope=["NF"], scopes=self.SCOPES)
        with pytest.raises(lrm.ColumnMissingError) as missing:
            engine().rollup(small(), as_of=AS_OF, scopes=self.SCOPES.drop_columns("learner"))
        assert missing.value.path == "/scopes/learner"
        with pytest.raises(lrm.ColumnTypeError) as wrong:
            engine().rollup(
                small(), as_of=AS_OF, scopes=pa.table({"learner": [pa.scalar(1.5)], "competency": [b"NF"]})
            )
        assert [finding.path for finding in wrong.value.findings] == ["/learner", "/scopes/competency"]
        with pytest.raises(lrm.UnknownCompetencyError):
            engine().rollup(small(), as_of=AS_OF, scopes=pa.table({"learner": [3], "competency": ["nowhere"]}))


class TestFindings:
    FRAME = pa.table({"learner": [1] * 5, "competency": ["NF.1"] * 5, "score": [9, 9, 9, 3, 9]})

    def test_the_report_can_be_short(self) -> None:
        rollup = engine().rollup(self.FRAME, as_of=AS_OF, findings=2)
        assert [finding.path for finding in rollup.report()] == ["/rows/0/score", "/rows/1/score"]
        assert rollup.bad_rows == 4

    def test_rows_count_through_batches(self) -> None:
        rollup = engine().rollup(self.FRAME.to_reader(max_chunksize=2), as_of=AS_OF)
        assert [finding.context["row"] for finding in rollup.report()] == [0, 1, 2, 4]


def test_threads_do_not_change_a_byte() -> None:
    one, two, all_of_them = (
        pa.table(engine().rollup(LARGE, as_of=AS_OF, threads=threads)).combine_chunks() for threads in (1, 2, None)
    )
    assert one == two == all_of_them
    pieces = [LARGE.slice(start, 100_003) for start in range(0, ROWS, 100_003)]
    assert pa.table(engine().rollup(pa.concat_tables(pieces), as_of=AS_OF)).combine_chunks() == one


class TestProgress:
    @pytest.fixture(autouse=True)
    def interrupts(self) -> Iterator[None]:
        """A shell's background job starts with interrupts ignored, and so would these tests."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)

    def test_it_is_told(self) -> None:
        told: list[tuple[int, int]] = []
        engine().rollup(LARGE, as_of=AS_OF, progress=lambda done, rows: told.append((done, rows)))
        assert told[0] == (0, ROWS)
        assert told[-1] == (ROWS, ROWS)
        assert [done for done, _ in told] == sorted(done for done, _ in told)

    def test_of_few_rows_too(self) -> None:
        told: list[tuple[int, int]] = []
        engine().rollup(small(), as_of=AS_OF, progress=lambda *numbers: told.append(numbers))
        assert told[-1] == (3, 3)

    @pytest.mark.parametrize("at", ["first", "last"])
    def test_what_it_raises_is_raised(self, at: str) -> None:
        def stop(done: int, rows: int) -> None:
            if at == "first" or done == rows:
                raise LookupError("enough")

        with pytest.raises(LookupError, match="enough"):
            engine().rollup(LARGE, as_of=AS_OF, progress=stop)

    def test_an_interrupt_from_the_callback(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            engine().rollup(LARGE, as_of=AS_OF, progress=lambda *_: _thread.interrupt_main())

    def test_an_interrupt_from_outside(self) -> None:
        timer = threading.Timer(0.05, _thread.interrupt_main)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            while True:
                engine().rollup(LARGE, as_of=AS_OF)

    def test_a_signal_that_a_handler_takes_does_not_end_it(self) -> None:
        heard: list[int] = []
        before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
        try:
            rollup = engine().rollup(LARGE, as_of=AS_OF, progress=lambda *_: signal.raise_signal(signal.SIGINT))
        finally:
            signal.signal(signal.SIGINT, before)
        assert len(rollup) > 0
        assert heard

    def test_errors_are_raised_from_the_other_thread(self) -> None:
        with pytest.raises(lrm.ColumnTypeError):
            engine().rollup(small().set_column(2, "score", pa.array(["a"] * 3)), as_of=AS_OF, progress=print)

    def test_it_may_use_the_engine(self) -> None:
        found: list[str] = []
        compiled = engine()
        compiled.rollup(LARGE, as_of=AS_OF, progress=lambda *_: found.append(compiled.rollup(small(), as_of=AS_OF).to_json()))
        assert len(set(found)) == 1


def in_child(pipe: Any) -> None:
    pipe.send(len(engine().rollup(LARGE, as_of=AS_OF)))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    expected = len(engine().rollup(LARGE, as_of=AS_OF))
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=in_child, args=(theirs,))
    child.start()
    try:
        assert ours.poll(60), "the child hangs"
        assert ours.recv() == expected
    finally:
        child.kill()
        child.join()
