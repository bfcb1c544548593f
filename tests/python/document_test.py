"""Documents and instants in: every form that is taken, every form that is refused."""

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import Any

import lrm
import numpy
import pytest
from fixtures import AS_OF, FRAMEWORK, POLICY, engine

TEXT = json.dumps(FRAMEWORK)
FORMS = {
    "str": TEXT,
    "bytes": TEXT.encode(),
    "bytearray": bytearray(TEXT.encode()),
    "memoryview": memoryview(TEXT.encode()),
    "dict": FRAMEWORK,
    "mapping": MappingProxyType(FRAMEWORK),
    "byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_a_document_reads_the_same(form: Any) -> None:
    assert lrm.Framework.from_json(form) == lrm.Framework.from_json(TEXT)


@pytest.mark.parametrize("wrong", [None, 42, 3.5, object(), {1, 2}, iter([])])
def test_other_types_are_no_documents(wrong: Any) -> None:
    with pytest.raises(TypeError):
        lrm.Framework.from_json(wrong)


def score(value: Any) -> Decimal | None:
    """What a score becomes on its way through the door."""
    item = {"competency": "NF.1", "score": value}
    return engine().evaluate([item], as_of=AS_OF)["NF.1"].value


class Grade(IntEnum):
    GOOD = 3


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (3, "3"),
        (0.1, "0.1"),  # the digits as written, not the binary value
        (2.675, "2.675"),
        (1e-9, "0.000000001"),
        (5e-10, "0.000000001"),
        (-0.0, "0"),
        (Decimal("3.123456789"), "3.123456789"),
        (Decimal("2.0000000005"), "2.000000001"),
        (Decimal("30E-1"), "3"),
        (Grade.GOOD, "3"),
        (numpy.int64(3), "3"),
        (numpy.float64(0.1), "0.1"),
        (numpy.float32(0.5), "0.5"),
    ],
)
def test_numbers_keep_their_digits(given: Any, value: str) -> None:
    found = score(given)
    assert found == Decimal(value)
    assert isinstance(found, Decimal)


@pytest.mark.parametrize(
    "given", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]
)
def test_what_json_does_not_know_is_named_with_its_place(given: Any) -> None:
    with pytest.raises(lrm.InvalidDocumentError) as caught:
        lrm.LearnerRecord.from_events([{"competency": "a"}, {"competency": "b", "x/y": {"score": given}}])
    assert caught.value.code == "invalid-value"
    assert caught.value.path == "/1/x~1y/score"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"competencies": [{"id": object()}]}, "/competencies/0/id"),
        ({"competencies": {1: 2}}, "/competencies"),
        ({"competencies": {1, 2}}, "/competencies"),
        ({"extra": {"on": date(2026, 1, 1)}}, "/extra/on"),
        ({"extra": {"text": "\ud800"}}, "/extra/text"),
        ({"extra": {"at": datetime(2026, 1, 1)}}, "/extra/at"),
        ({"extra": numpy.array([1, 2])}, "/extra"),
    ],
)
def test_what_has_no_form_in_json_is_named_with_its_place(given: Any, path: str) -> None:
    with pytest.raises(lrm.InvalidDocumentError) as caught:
        lrm.Framework.from_json(given)
    assert (caught.value.code, caught.value.path) == ("invalid-value", path)


def test_a_document_that_contains_itself_ends() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(lrm.LimitExceededError):
        lrm.Framework.from_json(loop)


def test_a_whole_number_without_end_is_refused() -> None:
    with pytest.raises(lrm.LimitExceededError):
        lrm.Framework.from_json({"extra": {"big": 10**10_000}})


def test_texts_reach_the_engine_unchanged() -> None:
    strange = 'a "quote", a \\ and \x00\x1f\u2028 é 日本 🎓'
    framework = lrm.Framework.from_json({"competencies": [{"id": strange, "statement": strange}]})
    assert list(framework) == [strange]
    assert framework[strange].statement == strange


@pytest.mark.parametrize("text", ["\ud800", b"\xff", "{", "", "nul"])
def test_text_that_is_not_json(text: Any) -> None:
    with pytest.raises(lrm.InvalidDocumentError) as caught:
        lrm.Policy.from_json(text)
    assert caught.value.code == "invalid-json"


INSTANTS = [
    "2026-11-22T00:00:00Z",
    "2026-11-22T01:30:00+01:30",
    datetime(2026, 11, 22, tzinfo=UTC),
    datetime(2026, 11, 21, 19, tzinfo=timezone(timedelta(hours=-5))),
]


@pytest.mark.parametrize("as_of", INSTANTS)
def test_every_form_of_an_instant_reads_the_same(as_of: Any) -> None:
    state = engine().evaluate([], as_of=as_of)
    assert state.as_of == datetime(2026, 11, 22, tzinfo=UTC)
    assert state.as_of.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_instants_come_back_to_the_microsecond(moment: datetime) -> None:
    assert engine().evaluate([], as_of=moment).as_of == moment


@pytest.mark.parametrize("as_of", ["", "2026-11-22", "2026-11-22T00:00:00", "now", datetime(2026, 11, 22)])
def test_instants_without_a_zone_or_form_are_refused(as_of: Any) -> None:
    with pytest.raises(lrm.LrmError) as caught:
        engine().evaluate([], as_of=as_of)
    assert caught.value.code == "invalid-value"


@pytest.mark.parametrize("as_of", [None, 0, date(2026, 11, 22)])
def test_other_types_are_no_instants(as_of: Any) -> None:
    with pytest.raises(TypeError):
        engine().evaluate([], as_of=as_of)


def test_datetimes_in_documents_are_instants() -> None:
    at = datetime(2026, 1, 15, 13, tzinfo=timezone(timedelta(hours=1)))
    items = [{"competency": "NF.1", "score": 3, "observed_at": at}]
    assert engine().evaluate(items, as_of=AS_OF)["NF.1"].newest == at


def test_policy_documents_take_decimals() -> None:
    exact = json.loads(json.dumps(POLICY), parse_int=Decimal)
    assert lrm.Policy.from_json(exact) == lrm.Policy.from_json(POLICY)
