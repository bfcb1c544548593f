"""The rollup as a Spark job on two local workers: the answer of one machine to the byte."""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import lrm
import lrm.spark
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from fixtures import AS_OF, engine
from pyspark.errors import AnalysisException, PythonException
from pyspark.sql import DataFrame, SparkSession

JAVA = shutil.which("java") or "JAVA_HOME" in os.environ
pytestmark = pytest.mark.skipif(
    not JAVA and "CI" not in os.environ, reason="there is no Java on this machine: Spark was not tried"
)

ROWS = 4_000
SCHEMA = (
    "student bigint, room string, competency string, score double, passed boolean, observed_at timestamp, "
    "assessor struct<role: string, id: bigint, name: string>, `artifact.uri` string, id string"
)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .appName("lrm")
        # far from UTC, and with half an hour
        .config("spark.sql.session.timeZone", "Asia/Kolkata")
        .config("spark.sql.shuffle.partitions", 4)
        # else small partitions become one, and nothing is distributed
        .config("spark.sql.adaptive.enabled", False)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 100)
        .config("spark.ui.enabled", False)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    # a job that is to fail would fill the output
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def evidence() -> pa.Table:
    """Items of 150 learners in random order, some rows bad, some without a learner."""
    some = random.Random(7)
    begin = datetime(2025, 1, 1, tzinfo=UTC)

    def row(at: int) -> dict[str, Any]:
        role = some.choice(["teacher", "self", "external", None])
        return {
            "student": some.choice([*range(1_000, 1_150), None]),
            "room": some.choice("abc"),
            "competency": some.choice(["NF.1", "NF.2", "NF.2", "NF", "nowhere"]),
            "score": some.choice([some.randrange(0, 401) / 100, 5.5]),
            "passed": None,
            "observed_at": some.choice([begin + timedelta(microseconds=some.randrange(10**14)), None]),
            "assessor": role and {"role": role, "id": some.randrange(5), "name": "n"},
            "artifact.uri": some.choice(["https://example.org/1", None]),
            "id": some.choice([f"e{at}", f"e{at % 700}", None]),
        }

    names = ["role", "id", "name"]
    schema = pa.schema(
        {
            "student": pa.int64(),
            "room": pa.string(),
            "competency": pa.string(),
            "score": pa.float64(),
            "passed": pa.bool_(),
            "observed_at": pa.timestamp("us", "UTC"),
            "assessor": pa.struct(dict(zip(names, [pa.string(), pa.int64(), pa.string()], strict=True))),
            "artifact.uri": pa.string(),
            "id": pa.string(),
        }
    )
    return pa.Table.from_pylist([row(at) for at in range(ROWS)], schema)


EVIDENCE = evidence()
RENAMED = EVIDENCE.rename_columns({"student": "learner"})
DEFAULT = ["learner", "competency", "value", "level", "status", "evidence", "newest", "valued", "covered"]
OPTIONS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "scope and unassessed": {"scope": ["NF.1"], "unassessed": True},
    "nodes": {"nodes": iter(["NF.2", "NF"])},
    "columns": {"columns": ["value", "learner", "competency"]},
    "floats": {"values": "float", "columns": ("learner", "competency", "value", "newest")},
    "in the past": {"as_of": datetime(2026, 2, 1, tzinfo=UTC)},
}


def single(frame: pa.Table, **options: Any) -> pa.Table:
    """The answer of one machine, texts and numbers in the types that Spark has."""
    options = {"as_of": AS_OF, **options}
    table = pa.table(engine().rollup(frame, **options)).select(list(options.get("columns") or DEFAULT))
    types = {"evidence": pa.int32(), "valued": pa.int32(), "covered": pa.int32()}
    for at, field in enumerate(table.schema):
        packed = pa.types.is_dictionary(field.type) or pa.types.is_large_string(field.type)
        kind = types.get(field.name, pa.string() if packed else field.type)
        table = table.set_column(at, field.name, table[field.name].cast(kind))
    return table


def canonical(table: pa.Table) -> list[tuple[Any, ...]]:
    """The rows as they are printed, to the last digit and microsecond, in order."""
    instants = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    for name in instants:
        table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pa.int64()))
    return sorted(tuple(map(repr, row.values())) for row in table.to_pylist())


def of_spark(df: DataFrame) -> list[tuple[Any, ...]]:
    return canonical(df.toArrow())


@pytest.fixture(scope="module")
def df(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(EVIDENCE, SCHEMA).repartition(3)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_answer_is_that_of_one_machine(df: DataFrame, options: dict[str, Any]) -> None:
    options = {name: list(value) if name == "nodes" else value for name, value in options.items()}
    found = lrm.spark.rollup(engine(), df, learner="student", **{"as_of": AS_OF, **options})
    expected = single(RENAMED, **options)
    assert found.columns == expected.column_names
    assert expected.num_rows > 100
    assert of_spark(found) == canonical(expected)


def test_the_schema_is_fixed(df: DataFrame) -> None:
    found = lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student")
    assert found.schema.simpleString() == (
        "struct<learner:bigint,competency:string,value:decimal(19,9),level:string,status:string,evidence:int,"
        "newest:timestamp,valued:int,covered:int>"
    )
    assert isinstance(found.where("value is not null").head()["value"], Decimal)  # type: ignore[index]


def test_several_workers_share_the_work(df: DataFrame) -> None:
    found = lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student")
    assert found.rdd.getNumPartitions() == 4
    sizes = [len(rows) for rows in found.select("learner").rdd.glom().collect()]
    assert sum(sizes) == single(RENAMED).num_rows
    assert min(sizes) > 0


def test_learners_that_are_texts(spark: SparkSession) -> None:
    texts = RENAMED.set_column(0, "learner", RENAMED["learner"].cast(pa.string()))
    schema = SCHEMA.replace("student bigint", "learner string")
    found = lrm.spark.rollup(engine(), spark.createDataFrame(texts, schema), as_of=AS_OF)
    assert found.schema["learner"].dataType.simpleString() == "string"
    assert of_spark(found) == canonical(single(texts))


def test_learners_inside_a_struct(spark: SparkSession) -> None:
    df = spark.sql("select struct(7 as key) as student, 'other' as learner, 'NF.1' as competency, 3.25 as score")
    found = lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student.key", columns=["learner", "value"])
    assert {tuple(row) for row in found.collect()} == {(7, Decimal("3.25"))}


def test_partitions_without_rows(spark: SparkSession, df: DataFrame) -> None:
    one = df.where("student = 1001")
    with_empty = lrm.spark.rollup(engine(), one, as_of=AS_OF, learner="student")
    assert 0 in [len(rows) for rows in with_empty.rdd.glom().collect()]
    assert of_spark(with_empty) == canonical(single(RENAMED.filter(pa.compute.equal(RENAMED["learner"], 1_001))))
    nothing = lrm.spark.rollup(engine(), df.where("false"), as_of=AS_OF, learner="student")
    assert nothing.count() == 0


def test_only_columns_that_are_read_move(df: DataFrame) -> None:
    found = lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student")
    plan = found._jdf.queryExecution().optimizedPlan().toString()
    shuffled = plan[plan.index("RepartitionByExpression") :].splitlines()[1]
    # all but the room
    assert shuffled.count("#") == len(df.columns) - 1


class TestWhatIsRefused:
    def test_timestamps_without_a_time_zone(self, df: DataFrame) -> None:
        local = df.withColumn("observed_at", df["observed_at"].cast("timestamp_ntz"))
        with pytest.raises(lrm.ColumnTypeError, match="time zone"):
            lrm.spark.rollup(engine(), local, as_of=AS_OF, learner="student")

    def test_learners_of_another_type(self, df: DataFrame) -> None:
        with pytest.raises(lrm.ColumnTypeError, match="learner"):
            lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="score")

    def test_no_such_column(self, df: DataFrame) -> None:
        with pytest.raises(AnalysisException, match="pupil"):
            lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="pupil")
        with pytest.raises(lrm.ColumnMissingError):
            lrm.spark.rollup(engine(), df.drop("competency"), as_of=AS_OF, learner="student")

    def test_options(self, df: DataFrame) -> None:
        with pytest.raises(lrm.UnknownCompetencyError):
            lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student", nodes=["elsewhere"])
        with pytest.raises(lrm.InvalidDocumentError):
            lrm.spark.rollup(engine(), df, as_of="yesterday", learner="student")
        with pytest.raises(TypeError):
            lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student", scope="NF")

    def test_bad_rows_if_strict(self, df: DataFrame) -> None:
        found = lrm.spark.rollup(engine(), df, as_of=AS_OF, learner="student", strict=True)
        with pytest.raises(PythonException, match="score-off-scale"):
            found.collect()
