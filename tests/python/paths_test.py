"""Every way to the answer gives the same answer: at once, event by event, as columns in any order."""

import random
from decimal import Decimal
from typing import Any

import corpus
import lrm
import pyarrow as pa
import pytest

TEXTS = {
    "id", "learner", "competency", "level", "absence", "observed_at", "due_at", "assessed_at", "received_at", "kind",
    "purpose", "assessor.id", "assessor.role", "criterion", "context", "assistance", "adaptation", "override.reason", "override.expires_at", "artifact.uri", "artifact.sha256",
    "artifact.media_type", "activity", "attempt", "source.system", "source.id", "source.replaces", "withdrawn",
}  # fmt: skip
NUMBERS = {"score", "possible", "weight"}
BOOLEANS = {"passed", "transfer"}
CASES = corpus.cases()


def frame(evidence: list[dict[str, Any]]) -> pa.Table | None:
    """The items as columns; none where an item holds something that no column can."""
    if any(not isinstance(item, dict) or item.get("override") == {} for item in evidence):
        return None
    rows = [flat(item) for item in evidence]
    names = sorted({name for row in rows for name in row} | {"competency", "score"})
    try:
        columns = {name: column(name, [row.get(name) for row in rows]) for name in names}
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    return pa.table(columns)


def flat(item: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in item.items():
        if name in ("assessor", "override", "artifact", "source") and isinstance(value, dict):
            fields |= {f"{name}.{inner}": content for inner, content in value.items()}
        else:
            fields[name] = value
    return fields


def column(name: str, values: list[Any]) -> pa.Array:
    if name in NUMBERS:
        if not all(value is None or type(value) in (int, Decimal) for value in values):
            raise pa.ArrowInvalid(name)
        return pa.array([None if value is None else Decimal(value) for value in values], pa.decimal256(70, 30))
    if name in BOOLEANS:
        return pa.array(values, pa.bool_())
    if name in TEXTS:
        return pa.array(values, pa.string())
    raise pa.ArrowInvalid(f"{name} has no column")


def rows_of(state: lrm.State) -> list[dict[str, Any]]:
    return [
        {
            "competency": mastery.competency,
            "value": mastery.value,
            "level": mastery.level,
            "status": mastery.status,
            "evidence": mastery.evidence,
            "newest": mastery.newest,
            "valued": mastery.coverage[0],
            "covered": mastery.coverage[1],
        }
        for mastery in state.values()
    ]


FRAMES = {case.name: (case, table) for case in CASES if case.evidence and (table := frame(case.evidence)) is not None}


def test_most_cases_can_be_written_as_columns() -> None:
    # what cannot: bad documents, cases without evidence, and items of logs with fields that no column has
    assert len(FRAMES) > 0.75 * len(CASES)


@pytest.mark.parametrize("name", FRAMES)
def test_columns(name: str) -> None:
    case, table = FRAMES[name]
    try:
        state = case.evaluate()
    except lrm.LrmError as error:
        assert code_of_failure(case, table) == error.code
        return
    found = rollup(case, table)
    assert without_learner(found) == rows_of(state)
    assert [finding.code for finding in found.report()] == [finding.code for finding in state.report()]
    order = list(range(table.num_rows))
    random.Random(name).shuffle(order)
    assert without_learner(rollup(case, table.take(order))) == rows_of(state)


@pytest.mark.parametrize("case", [case for case in CASES if "expect" in case.body], ids=lambda case: case.name)
def test_explanations(case: corpus.Case) -> None:
    engine, record, state = case.engine(), case.record(), case.evaluate()
    for competency in case.body["expect"]:
        derivation = engine.explain(record, competency, as_of=case.as_of, scope=case.scope)
        assert derivation.result == state[competency]
        lrm.Derivation.from_json(derivation.to_json()).verify()


def code_of_failure(case: corpus.Case, table: pa.Table) -> str:
    """An error of the documents is an error; one of a learner is a finding, and the learner has no rows."""
    try:
        found = rollup(case, table)
    except lrm.LrmError as error:
        return error.code
    assert len(found) == 0
    return found.report()[0].code


def rollup(case: corpus.Case, table: pa.Table) -> lrm.Rollup:
    return case.engine().rollup(table, as_of=case.as_of, scope=case.scope, strict=case.strict, unassessed=True)


def without_learner(found: lrm.Rollup) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "learner"} for row in found.to_dicts()]


@pytest.mark.parametrize("case", [case for case in CASES if "expect" in case.body], ids=lambda case: case.name)
def test_events(case: corpus.Case) -> None:
    live = case.engine().start([], as_of="0001-01-01T00:00:00Z", scope=case.scope)
    for item in case.evidence:
        live.apply(item, as_of="0001-01-01T00:00:00Z")
    live.advance(as_of=case.as_of)
    assert live.to_json() == case.evaluate().to_json()
