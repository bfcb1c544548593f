"""The rollup as a job of Apache Spark: the learners of one partition after another, on all machines of a cluster.

Learners do not depend on each other, so each partition is rolled up as any frame is, and the answer is that of one machine
to the byte. Needs ``lrm[spark]`` on the driver and on the workers: PySpark 4 or newer, on Java 17 or newer.

    import lrm, lrm.spark

    mastery = lrm.spark.rollup(engine, spark.table("evidence"), as_of="2026-11-22T00:00:00Z", learner="student_id")
    mastery.write.saveAsTable("mastery")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import lrm
from lrm._types import AsOf

if TYPE_CHECKING:
    import pyarrow as _pa  # type: ignore[import-untyped]
    from pyspark.sql import Column, DataFrame

__all__ = ["Options", "rollup"]

# Rows of a batch that goes to Spark, which holds a batch as a whole outside of its heap.
_ROWS = 1 << 16

# The columns of the result, with their types in Spark: it has neither dictionaries nor unsigned numbers.
_TYPES = {
    "learner": "string",
    "competency": "string",
    "value": "decimal(19, 9)",
    "level": "string",
    "status": "string",
    "evidence": "int",
    "newest": "timestamp",
    "valued": "int",
    "covered": "int",
    "modified": "boolean",
}


class Options(TypedDict, total=False):
    """What :meth:`lrm.Engine.rollup` takes too, with the same meaning."""

    scope: Iterable[str] | None
    nodes: Iterable[str] | None
    unassessed: bool
    strict: bool
    values: Literal["decimal", "float"]
    columns: Iterable[Any] | None
    threads: int | None


def rollup(
    engine: lrm.Engine, df: DataFrame, *, as_of: AsOf, learner: str = "learner", **options: Unpack[Options]
) -> DataFrame:
    """The results of all learners of a Spark DataFrame: one row per learner and competency, in no order.

    Args:
        engine: goes to each worker once, as its two documents, and is compiled there.
        df: evidence, one item a row, with the columns that :meth:`lrm.Engine.rollup` reads; names count as they are
            written. Nested fields are columns with a dot in their name or fields of a struct column. Other columns are
            left behind before anything moves.
        as_of: the instant, RFC 3339 text or aware datetime. Evidence after it does not count.
        learner: the column that tells learners apart, texts or whole numbers; with dots, a field of a struct column. All
            rows of a learner go to one partition. Rows where it is null do not count.
        options: as of :meth:`lrm.Engine.rollup`. With ``strict``, a bad row fails the job. ``threads`` is 1 if not given,
            since Spark gives a task one core.

    Returns:
        A lazy DataFrame of these columns, or of those that ``columns`` names, in its order:

        ============== ============================== ======================================================
        column         type                           meaning
        ============== ============================== ======================================================
        ``learner``    ``bigint`` or ``string``       as it came in: a whole number or a text
        ``competency`` ``string``                     the id
        ``value``      ``decimal(19, 9)``             null where there is none; ``double`` with ``values="float"``
        ``level``      ``string``                     null without a value or below the first level
        ``status``     ``string``                     see :attr:`Mastery.status`
        ``evidence``   ``int``                        distinct eligible items behind the result
        ``newest``     ``timestamp``                  of the items that the value rests on: an instant in UTC
        ``valued``     ``int``                        covered leaves with a value
        ``covered``    ``int``                        covered leaves
        ``modified``   ``boolean``                    see :attr:`Mastery.modified`; given only if it is named
        ============== ============================== ======================================================

        The session's time zone decides how Spark shows ``newest``, never which instant it is.

    Raises:
        ColumnTypeError: at once, for columns of a type that cannot be read. ``timestamp_ntz`` is one.
        ColumnMissingError: at once, if a required column is not there.
        LrmError: at once, for options that the engine refuses. What it refuses in a row fails the job.

    Complexity: one shuffle of the columns that are read, and a sort by learner, which Spark spills to disk if it must; as
    :meth:`lrm.Engine.stream` for each partition.
    """
    settings = _settings(options)
    evidence = _named(df, learner)
    # The engine itself says what is wrong with the columns and the options, before a job starts.
    empty = evidence.limit(0).toArrow()
    ignored = engine.rollup(empty, as_of=as_of, **settings).ignored_columns
    read = [name for name in evidence.columns if name not in ignored]
    if not settings.get("strict"):
        # They would all meet in one partition.
        evidence = evidence.where(evidence["learner"].isNotNull())

    schema = _schema(empty.schema.field("learner").type, settings)
    names = [name for name, _ in schema]
    carried = _carried(engine, df)

    def roll_up(batches: Iterator[_pa.RecordBatch]) -> Iterator[_pa.RecordBatch]:
        arrived = (batch.rename_columns(read) for batch in batches)
        for answer in _answers(carried(), arrived, as_of, settings):
            yield from _to_spark(answer, names)

    return _partitioned(_numbered(evidence, read)).mapInArrow(roll_up, ", ".join(f"{name} {kind}" for name, kind in schema))


# ---------------------------------------------------------------------------------------------------- one partition


def _partitioned(evidence: DataFrame) -> DataFrame:
    """All rows of a learner in one partition and in a row, as :func:`_answers` needs them."""
    # The learner is the first column. Spark orders texts by bytes, as a stream does.
    learner = evidence.columns[0]
    return evidence.repartition(learner).sortWithinPartitions(learner)


def _answers(
    engine: lrm.Engine, batches: Iterator[_pa.RecordBatch], as_of: AsOf, settings: Options
) -> Iterator[lrm.Rollup]:
    """The rollups of one partition; every learner is in one of them. Holds one batch and one learner at a time."""
    stream = engine.stream(as_of=as_of, **settings)
    # A partition without rows has no batches, or empty ones that tell no schema worth reading.
    for batch in batches:
        if batch.num_rows:
            yield stream.push(batch)
    yield stream.finish()


def _to_spark(answer: lrm.Rollup, names: list[str]) -> Iterator[_pa.RecordBatch]:
    """A rollup in batches of types that Spark reads."""
    import pyarrow as pa

    plain = {"evidence": pa.int32(), "valued": pa.int32(), "covered": pa.int32()}
    texts = {"competency": pa.string(), "level": pa.string(), "status": pa.string()}
    for batch in pa.RecordBatchReader.from_stream(answer):
        if not batch.num_rows:
            continue  # a rollup of nothing does not know what its learners are
        table = pa.Table.from_batches([batch]).select(names)
        for at, field in enumerate(table.schema):
            kind = plain.get(field.name) or texts.get(field.name)
            if field.name == "learner":
                kind = pa.int64() if pa.types.is_integer(field.type) else pa.string()
            if kind:
                table = table.set_column(at, field.name, table[field.name].cast(kind))
        yield from table.to_batches(max_chunksize=_ROWS)


# ------------------------------------------------------------------------------------------------------ columns


def _named(df: DataFrame, learner: str) -> DataFrame:
    """The frame with its learners in a column of that name."""
    others = [name for name in df.columns if name not in (learner, "learner")]
    return df.select(_column(df, learner).alias("learner"), *(_column(df, name) for name in others))


def _column(df: DataFrame, name: str) -> Column:
    """A column by its name; if there is none, a field of a struct column by its path."""
    from pyspark.sql import functions

    # Spark reads a dot as a step into a struct unless the name is quoted.
    return functions.col("`{}`".format(name.replace("`", "``")) if name in df.columns else name)


def _numbered(df: DataFrame, names: list[str]) -> DataFrame:
    """These columns, called by their places: ``mapInArrow`` takes a dot in a name for a step into a struct."""
    return df.select(*(_column(df, name).alias(f"_{at}") for at, name in enumerate(names)))


def _schema(learners: _pa.DataType, settings: Options) -> list[tuple[str, str]]:
    """The names and types of the result."""
    import pyarrow as pa

    types = dict(_TYPES)
    if pa.types.is_integer(learners):
        types["learner"] = "bigint"
    if settings.get("values") == "float":
        types["value"] = "double"
    columns = settings.get("columns")
    standard = [name for name in types if name != "modified"]
    return [(name, types[name]) for name in (standard if columns is None else columns)]


# ------------------------------------------------------------------------------------------- what goes to workers


def _settings(options: Options) -> Options:
    """The options in a form that can be sent and be read more than once."""
    settings: Options = {"threads": 1, **options}
    for name in ("scope", "nodes", "columns"):
        given: Any = settings.get(name)
        if given is not None:
            # A text is left for the engine to refuse: its letters are no ids.
            settings[name] = given if isinstance(given, str) else list(given)
    return settings


def _carried(engine: lrm.Engine, df: DataFrame) -> Callable[[], lrm.Engine]:
    """The engine as each worker gets it."""
    if hasattr(df.sparkSession, "sparkContext"):
        shared = df.sparkSession.sparkContext.broadcast(engine)
        return lambda: shared.value
    # Spark Connect has no broadcasts: the engine goes with the function.
    return lambda: engine
