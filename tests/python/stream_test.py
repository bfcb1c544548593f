"""Streams: the same answers as at once, learner after learner."""

from typing import Any

import lrm
import numpy
import polars
import pyarrow as pa
import pytest
from fixtures import AS_OF, engine


def sorted_rows(rows: int = 3_000, learners: int = 100) -> pa.Table:
    random = numpy.random.default_rng(11)
    return pa.table(
        {
            "learner": pa.array(numpy.sort(random.integers(0, learners, rows)), pa.uint32()),
            "competency": random.choice(["NF.1", "NF.2"], rows).tolist(),
            "score": random.integers(0, 400, rows) / 100,
        }
    )


ROWS = sorted_rows()
WHOLE = engine().rollup(ROWS, as_of=AS_OF)


def through(stream: lrm.RollupStream, frames: list[Any]) -> list[lrm.Rollup]:
    return [*(stream.push(frame) for frame in frames), stream.finish()]


def tables(rollups: list[lrm.Rollup]) -> pa.Table:
    return pa.concat_tables([pa.table(rollup) for rollup in rollups]).combine_chunks()


@pytest.mark.parametrize("size", [1, 7, 500, 3_000])
def test_the_same_as_at_once(size: int) -> None:
    frames = [ROWS.slice(start, size) for start in range(0, ROWS.num_rows, size)]
    rollups = through(engine().stream(as_of=AS_OF), frames)
    assert tables(rollups) == pa.table(WHOLE).combine_chunks()
    assert sum(len(rollup) for rollup in rollups) == len(WHOLE)


@pytest.mark.parametrize("kind", ["texts", "dictionary", "numbers"])
def test_all_kinds_of_learners(kind: str) -> None:
    texts = pa.array([f"{number:04}" for number in ROWS["learner"].to_pylist()])
    learner = {"texts": texts, "dictionary": texts.dictionary_encode(), "numbers": ROWS["learner"].cast("int64")}[kind]
    table = ROWS.set_column(0, "learner", learner)
    rollups = through(engine().stream(as_of=AS_OF), [table.slice(0, 1_500), table.slice(1_500)])
    rows = [row for rollup in rollups for row in rollup.to_dicts()]
    assert rows == engine().rollup(table, as_of=AS_OF).to_dicts()
    assert pa.table(rollups[1]).schema == pa.table(engine().rollup(table, as_of=AS_OF)).schema


def test_a_frame_of_several_batches() -> None:
    stream = engine().stream(as_of=AS_OF)
    first = stream.push(ROWS.to_reader(max_chunksize=100))
    assert first.to_json()[:-1] + "," + stream.finish().to_json()[1:] == WHOLE.to_json()
    assert pa.table(first).to_pylist() == first.to_dicts() == WHOLE.to_dicts()[: len(first)]


def test_polars_frames_and_options() -> None:
    frame = polars.DataFrame(ROWS)
    options: dict[str, Any] = {
        "nodes": ["NF"], "columns": ["learner", "value"], "values": "float", "layout": "matrix", "threads": 1,
    }  # fmt: skip
    rollups = through(engine().stream(as_of=AS_OF, **options), [frame[:2_000], frame[2_000:]])
    whole = polars.DataFrame(engine().rollup(ROWS, as_of=AS_OF, **options))
    assert polars.concat([polars.DataFrame(rollup) for rollup in rollups]).equals(whole)
    assert rollups[0].node_ids == ["NF"]


def test_scopes() -> None:
    scopes = pa.table({"learner": [1, 3], "competency": ["NF.1", "NF"]})
    rollups = through(engine().stream(as_of=AS_OF, scopes=scopes), [ROWS.slice(0, 1_000), ROWS.slice(1_000)])
    rows = [row for rollup in rollups for row in rollup.to_dicts()]
    assert rows == engine().rollup(ROWS, as_of=AS_OF, scopes=scopes).to_dicts()
    assert {row["learner"] for row in rows} == {1, 3}


def test_findings_count_rows_through_all_frames() -> None:
    stream = engine().stream(as_of=AS_OF)
    frame = pa.table({"learner": [1, 2], "competency": ["NF.1"] * 2, "score": [9, 9]})
    later = frame.set_column(0, "learner", pa.array([2, 3]))
    rollups = through(stream, [frame, later])
    assert [finding.path for rollup in rollups for finding in rollup.report()] == [
        f"/rows/{row}/score" for row in range(4)
    ]
    assert sum(rollup.bad_rows for rollup in rollups) == 4


def test_without_frames() -> None:
    rollup = engine().stream(as_of=AS_OF).finish()
    assert (len(rollup), rollup.to_dicts(), pa.table(rollup).num_rows) == (0, [], 0)


class TestErrors:
    def test_order(self) -> None:
        stream = engine().stream(as_of=AS_OF)
        first = stream.push(ROWS.slice(1_000, 1_000))
        with pytest.raises(lrm.InvalidDocumentError, match="sort"):
            stream.push(ROWS.slice(0, 1_000))
        with pytest.raises(lrm.InvalidDocumentError, match="sort"):
            stream.push(pa.concat_tables([ROWS.slice(2_000, 500), ROWS.slice(0, 500)]).to_reader(max_chunksize=500))
        rest = [stream.push(ROWS.slice(2_000)), stream.finish()]
        whole = engine().rollup(ROWS.slice(1_000), as_of=AS_OF)
        assert tables([first, *rest]) == pa.table(whole).combine_chunks(), "the refused frames left nothing behind"

    def test_a_frame_that_fails_leaves_the_stream_as_it_was(self) -> None:
        def batches() -> Any:
            yield ROWS.slice(0, 1_500).combine_chunks().to_batches()[0]
            raise RuntimeError("the disk is gone")

        stream = engine().stream(as_of=AS_OF)
        with pytest.raises(lrm.LrmError, match="the disk is gone"):
            stream.push(pa.RecordBatchReader.from_batches(ROWS.schema, batches()))
        assert tables(through(stream, [ROWS])) == pa.table(WHOLE).combine_chunks()

    def test_a_stream_inside_itself(self) -> None:
        def batches() -> Any:
            assert repr(stream) == "<lrm.RollupStream, busy>"
            stream.push(ROWS)
            yield from ()

        stream = engine().stream(as_of=AS_OF)
        with pytest.raises(lrm.LrmError, match="busy"):
            stream.push(pa.RecordBatchReader.from_batches(ROWS.schema, batches()))
        assert repr(stream) == "<lrm.RollupStream, ready>"

    def test_learners_of_another_type(self) -> None:
        stream = engine().stream(as_of=AS_OF)
        stream.push(ROWS)
        for learner in (pa.array([200], pa.int64()), pa.array(["x"])):
            with pytest.raises(lrm.ColumnTypeError) as caught:
                stream.push(ROWS.slice(0, 1).set_column(0, "learner", learner))
            assert caught.value.context == {"column": "learner"}

    def test_after_the_end(self) -> None:
        stream = engine().stream(as_of=AS_OF)
        stream.finish()
        for ask in (lambda: stream.push(ROWS), stream.finish):
            with pytest.raises(lrm.InvalidDocumentError, match="finished"):
                ask()
        assert repr(stream) == "<lrm.RollupStream, finished>"
