"""What the README hands to Dask and to Ray: the answer of one machine, whichever way the learners are spread."""

import re
from pathlib import Path
from typing import Any

import dask.dataframe
import pandas  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from fixtures import AS_OF, engine

README: str = (Path(__file__).parents[2] / "lrm-py" / "README.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"```py\n(.*?)```", README, flags=re.DOTALL)
KEYS = ["learner", "competency"]
ROWS = 3_000
LEARNERS: dict[str, list[Any]] = {
    "numbers": [(at * 7_919) % 331 for at in range(ROWS)],
    "texts": [f"learner {(at * 7_919) % 331}" for at in range(ROWS)],
}


def block(word: str) -> str:
    """The one block of the README in which this word stands."""
    (found,) = (text for text in BLOCKS if word in text)
    return found


def evidence(learners: list[Any]) -> pa.Table:
    competencies = [("NF.1", "NF.2", "NF")[at % 3] for at in range(ROWS)]
    return pa.table({"learner": learners, "competency": competencies, "score": [at % 401 / 100 for at in range(ROWS)]})


def single(frame: pa.Table) -> pa.Table:
    return pa.table(engine().rollup(frame, as_of=AS_OF)).select([*KEYS, "value"])


@pytest.mark.parametrize("learners", LEARNERS.values(), ids=LEARNERS)
def test_dask(learners: list[Any]) -> None:
    table = evidence(learners)
    frame = dask.dataframe.from_pandas(table.to_pandas(), npartitions=5)  # type: ignore[no-untyped-call]
    names: dict[str, Any] = {"engine": engine(), "as_of": AS_OF, "evidence": frame}
    exec(block(".shuffle("), names)
    found = names["mastery"].compute(scheduler="threads").sort_values(KEYS, ignore_index=True)
    pandas.testing.assert_frame_equal(found, names["mastery_of"](table).sort_values(KEYS, ignore_index=True))
    assert sorted(found["value"].map(str)) == sorted(map(str, single(table)["value"].to_pylist()))


@pytest.mark.parametrize("learners", LEARNERS.values(), ids=LEARNERS)
def test_the_functions_for_ray(learners: list[Any]) -> None:
    table = evidence(learners)
    names: dict[str, Any] = {"engine": engine(), "as_of": AS_OF}
    exec(block("def with_bucket"), names)
    # in batches, as they arrive from several files
    batches = [names["with_bucket"](table.slice(at, 700)) for at in range(0, ROWS, 700)]
    bucketed = pa.concat_tables(batches)
    buckets = bucketed["bucket"].unique()
    groups = [bucketed.filter(pa.compute.equal(bucketed["bucket"], bucket)) for bucket in buckets]
    assert len(groups) > 100
    found = pa.concat_tables(map(names["mastery_of"], groups))
    assert found.sort_by([(key, "ascending") for key in KEYS]) == single(table).sort_by(
        [(key, "ascending") for key in KEYS]
    )
