"""The columns of a frame: every type that is taken, every type that is refused, and bad rows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import lrm
import numpy
import pyarrow as pa
import pytest
from fixtures import AS_OF, engine


def value(**columns: Any) -> Any:
    """The value that one row of these columns comes to."""
    frame = pa.table({"competency": ["NF.1"], **columns})
    return engine().rollup(frame, as_of=AS_OF).to_dicts()[0]["value"]


THREE = Decimal(3)
NUMBERS = {
    **{f"{sign}int{bits}": pa.array([3], f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)},
    **{f"float{bits}": pa.array(numpy.array([3], f"float{bits}")) for bits in (16, 32, 64)},
    "decimal32": pa.array([THREE], pa.decimal32(5, 2)),
    "decimal64": pa.array([THREE], pa.decimal64(9, 3)),
    "decimal128": pa.array([THREE], pa.decimal128(20, 10)),
    "decimal256": pa.array([THREE], pa.decimal256(40, 12)),
    "dictionary": pa.array([3]).dictionary_encode(),
    "runs": pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array([3.0])),
}


class TestTypes:
    @pytest.mark.parametrize("array", NUMBERS.values(), ids=NUMBERS)
    def test_numbers(self, array: pa.Array) -> None:
        assert value(score=array) == 3

    def test_numbers_are_exact(self) -> None:
        assert value(score=pa.array([Decimal("2.0000000005")])) == Decimal("2.000000001")
        assert value(score=pa.array([0.1], pa.float64())) == Decimal("0.1")
        assert value(score=pa.array([0.1], pa.float32())) == Decimal("0.100000001")
        assert value(score=[7], possible=[Decimal("8.0")]) == Decimal("3.5")

    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (float("nan"), "invalid-value"),
            (float("inf"), "invalid-value"),
            (1e300, "limit-exceeded"),
            (Decimal("1e30"), "limit-exceeded"),
            (Decimal("-1e30"), "limit-exceeded"),
            (2**62, "limit-exceeded"),
        ],
    )
    def test_numbers_out_of_range_are_findings(self, number: Any, code: str) -> None:
        frame = pa.table({"competency": ["NF.1", "NF.1"], "score": pa.array([type(number)(3), number])})
        rollup = engine().rollup(frame, as_of=AS_OF)
        assert [(finding.code, finding.path) for finding in rollup.report()] == [(code, "/rows/1/score")]
        assert rollup.report()[0].context["row"] == 1
        assert rollup.to_dicts()[0]["value"] == 3

    @pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
    @pytest.mark.parametrize("packed", [None, pa.int8(), pa.int32(), pa.uint32(), pa.int64()], ids=str)
    def test_texts(self, kind: pa.DataType, packed: pa.DataType | None) -> None:
        texts = pa.array(["x", "mastery", None, "mastery"], kind)
        if packed:
            places = pa.array([1, 1, None, 2], packed)
            texts = pa.DictionaryArray.from_arrays(places, pa.array(["unused", "mastery", "mastery"], kind))
        frame = pa.table({"competency": ["NF.1"] * 4, "level": texts}).slice(1)
        row = engine().rollup(frame, as_of=AS_OF).to_dicts()[0]
        assert (row["value"], row["evidence"]) == (3, 2)

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    @pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "-05:00"])
    def test_timestamps(self, unit: str, zone: str) -> None:
        at = datetime(2026, 1, 15, 12, tzinfo=UTC)
        frame = pa.table(
            {"competency": ["NF.1"], "score": [3], "observed_at": pa.array([at], pa.timestamp(unit, zone))}
        )
        assert engine().rollup(frame, as_of=AS_OF).to_dicts()[0]["newest"] == at

    def test_nanoseconds_are_cut_off_towards_the_past(self) -> None:
        stamps = pa.array([-1, 1_999], pa.timestamp("ns", "UTC"))
        frame = pa.table({"competency": ["NF.1", "NF.2"], "score": [3, 3], "observed_at": stamps})
        rows = engine().rollup(frame, as_of=AS_OF).to_dicts()
        assert rows[1]["newest"] == datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
        assert rows[2]["newest"] == datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC)

    def test_instants_as_texts(self) -> None:
        frame = pa.table(
            {"competency": ["NF.1"] * 2, "score": [3, 1], "observed_at": ["2026-01-15T13:00:00+01:00", "soon"]}
        )
        rollup = engine().rollup(frame, as_of=AS_OF)
        assert rollup.to_dicts()[0]["newest"] == datetime(2026, 1, 15, 12, tzinfo=UTC)
        assert [finding.path for finding in rollup.report()] == ["/rows/1/observed_at"]

    def test_nested_fields_with_dots_or_in_structs(self) -> None:
        roles = ["self", None, "teacher", "peer"]
        dotted = {"competency": ["NF.1"] * 4, "score": [0, 3, 3, 0], "assessor.role": roles}
        struct = [{"role": role, "id": "x"} if role else None for role in roles]
        nested = {"competency": ["NF.1"] * 4, "score": [0, 3, 3, 0], "assessor": struct}
        for columns in (dotted, nested):
            row = engine().rollup(pa.table(columns), as_of=AS_OF).to_dicts()[0]
            assert (row["value"], row["evidence"]) == (3, 2)

    def test_a_null_struct_hides_what_its_fields_hold(self) -> None:
        fields = pa.StructArray.from_arrays([pa.array(["self", "self"])], ["role"], mask=pa.array([True, False]))
        frame = pa.table({"competency": ["NF.1"] * 2, "score": [3, 0], "assessor": fields})
        assert engine().rollup(frame, as_of=AS_OF).to_dicts()[0]["value"] == 3

    def test_columns_of_nothing_but_nulls(self) -> None:
        nulls = dict.fromkeys(["learner", "level", "passed", "weight", "observed_at", "assessor.id"], pa.nulls(1))
        frame = pa.table({"competency": ["NF.1"], "score": [3], **nulls})
        rollup = engine().rollup(frame, as_of=AS_OF)
        assert rollup.report().counts() == {"missing-field": 1}, "the row names no learner"
        assert value(score=[3], **{name: array for name, array in nulls.items() if name != "learner"}) == 3

    def test_empty_dictionaries(self) -> None:
        empty = pa.DictionaryArray.from_arrays(pa.array([None], pa.int8()), pa.array([], pa.string()))
        assert value(score=[3], level=empty) == 3

    @pytest.mark.parametrize("kind", [pa.uint32(), pa.int8()], ids=str)
    def test_dictionaries_with_nulls_in_places_or_texts(self, kind: pa.DataType) -> None:
        places = pa.array([0, 1, None, 2], kind)
        levels = pa.DictionaryArray.from_arrays(places, pa.array(["mastery", None, "exceeds"]))
        frame = pa.table({"competency": ["NF.1"] * 4, "level": levels, "score": [None, 1, 2, None]})
        row = engine().rollup(frame, as_of=AS_OF).to_dicts()[0]
        assert (row["value"], row["evidence"]) == (Decimal("2.5"), 4)

    def test_slices_and_chunks_of_every_layout(self) -> None:
        columns = {
            "learner": pa.array([1, 2, 1, 2, None, 3] * 50, pa.int32()),
            "competency": pa.array(["NF.1", "NF.2"] * 150).dictionary_encode(),
            "score": pa.array([None, *range(4), 0.5] * 50, pa.float64()),
            "passed": pa.array([True, None, None, False, None, None] * 50),
            "observed_at": pa.array([*range(299), None], pa.timestamp("us", "UTC")),
            "assessor": pa.array([{"role": "teacher"}, None, {"role": "peer"}] * 100),
        }
        table = pa.table(columns)
        chunked = pa.concat_tables([table.slice(0, 7), table.slice(7, 0), table.slice(7, 200), table.slice(207)])
        whole = engine().rollup(table, as_of=AS_OF).to_json()
        assert engine().rollup(chunked, as_of=AS_OF).to_json() == whole
        assert engine().rollup(pa.concat_tables([table, chunked]).slice(300), as_of=AS_OF).to_json() == whole

    def test_distinct_texts_and_repeated_texts_read_the_same(self) -> None:
        rows = 5_000
        ids = [f"e{number:05}" for number in range(rows)]
        columns = {"competency": ["NF.1"] * rows, "score": [number % 5 for number in range(rows)]}
        distinct = engine().rollup(pa.table({**columns, "id": ids}), as_of=AS_OF).to_dicts()
        packed = engine().rollup(pa.table({**columns, "id": pa.array(ids).dictionary_encode()}), as_of=AS_OF).to_dicts()
        assert distinct == packed
        assert distinct[0]["evidence"] == rows


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "array", "found", "accepted"),
        [
            ("score", pa.array(["3"]), "text", ["number", "integer", "decimal"]),
            ("passed", pa.array([1]), "integer", ["boolean"]),
            ("level", pa.array([1.5]), "number", ["text"]),
            ("learner", pa.array([1.0]), "number", ["text", "integer"]),
            ("learner", pa.array([2**63], pa.uint64()), "UInt64 with numbers above 2^63 - 1", ["text", "integer"]),
            ("observed_at", pa.array([date(2026, 1, 1)]), "Date32", ["instant", "text"]),
            ("observed_at", pa.array([0]), "integer", ["instant", "text"]),
            (
                "observed_at",
                pa.array([datetime(2026, 1, 1)]),
                "Timestamp(µs) without a time zone",
                ["instant", "text"],
            ),
        ],
    )
    def test_types(self, name: str, array: pa.Array, found: str, accepted: list[str]) -> None:
        columns = {"competency": ["NF.1"], "score": [3], name: array}
        with pytest.raises(lrm.ColumnTypeError) as caught:
            engine().rollup(pa.table(columns), as_of=AS_OF)
        error = caught.value
        assert isinstance(error, TypeError)
        assert (error.code, error.path) == ("column-type", f"/{name}")
        assert error.context["column"] == name
        assert error.context["found"] == found
        assert error.context["accepted"] == accepted
        assert found in error.message

    def test_all_wrong_types_are_told_at_once(self) -> None:
        with pytest.raises(lrm.ColumnTypeError) as caught:
            engine().rollup(pa.table({"competency": [1.5], "score": ["3"], "passed": ["yes"]}), as_of=AS_OF)
        assert [finding.path for finding in caught.value.findings] == ["/competency", "/score", "/passed"]

    def test_missing_columns(self) -> None:
        with pytest.raises(lrm.ColumnMissingError) as caught:
            engine().rollup(pa.table({"learner": ["ana"]}), as_of=AS_OF)
        error = caught.value
        assert isinstance(error, KeyError)
        assert [finding.code for finding in error.findings] == ["column-missing"] * 2
        assert error.context == {"column": "competency"}

    def test_a_column_that_stands_twice(self) -> None:
        twice = pa.Table.from_arrays(
            [pa.array(["NF.1"]), pa.array([3]), pa.array([4])], names=["competency", "score", "score"]
        )
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            engine().rollup(twice, as_of=AS_OF)
        assert (caught.value.code, caught.value.path) == ("duplicate-id", "/score")

    def test_bad_rows_are_findings_or_under_strict_an_error(self) -> None:
        frame = pa.table({"learner": ["ana", None, "ben"], "competency": ["NF.1", "NF.1", None], "score": [9, 3, 3]})
        rollup = engine().rollup(frame, as_of=AS_OF)
        found = [(finding.code, finding.path, finding.context["row"]) for finding in rollup.report()]
        assert found == [
            ("score-off-scale", "/rows/0/score", 0),
            ("missing-field", "/rows/1/learner", 1),
            ("missing-field", "/rows/2/competency", 2),
        ]
        with pytest.raises(lrm.LrmError) as caught:
            engine().rollup(frame, as_of=AS_OF, strict=True)
        assert caught.value.code == "score-off-scale"
        assert caught.value.findings == list(rollup.report())

    @pytest.mark.parametrize(
        "wrong", [None, 3, "frame", [{"competency": "NF.1", "score": 3}], {"competency": ["NF.1"]}]
    )
    def test_what_is_no_frame(self, wrong: Any) -> None:
        with pytest.raises(TypeError, match="Arrow"):
            engine().rollup(wrong, as_of=AS_OF)

    def test_a_frame_that_fails_while_it_is_read(self) -> None:
        table = pa.table({"competency": ["NF.1"], "score": [3]})

        def batches() -> Any:
            yield table.to_batches()[0]
            raise RuntimeError("the disk is gone")

        reader = pa.RecordBatchReader.from_batches(table.schema, batches())
        with pytest.raises(lrm.LrmError, match="the disk is gone"):
            engine().rollup(reader, as_of=AS_OF)
