"""Exceptions: the class that belongs to each situation, what it tells, and that it travels."""

import copy
import pickle
from typing import Any

import lrm
import pytest
from fixtures import AS_OF, FRAMEWORK, POLICY, engine, record
from lrm import _errors


def circle() -> dict[str, Any]:
    edge = {"type": "is_child_of", "from": "NF", "to": "NF.1"}
    return {**FRAMEWORK, "associations": [*FRAMEWORK["associations"], edge]}


def test_a_cycle_names_its_path() -> None:
    with pytest.raises(lrm.CycleError) as caught:
        lrm.Framework.from_json(circle())
    error = caught.value
    assert error.code == "cycle"
    assert {"NF", "NF.1"} == set(error.context["path"])
    assert isinstance(error, lrm.InvalidDocumentError)
    assert isinstance(error, ValueError)


def test_a_document_tells_everything_that_is_wrong() -> None:
    policy = {**POLICY, "surprise": 1, "estimate": {"method": "guess"}}
    with pytest.raises(lrm.InvalidDocumentError) as caught:
        lrm.Policy.from_json(policy)
    error = caught.value
    assert {(finding.code, finding.path) for finding in error.findings} == {
        ("unknown-field", "/surprise"),
        ("invalid-value", "/estimate/method"),
    }
    first = error.findings[0]
    assert (error.code, error.path, error.message) == (first.code, first.path, first.message)
    assert str(error).splitlines() == [str(finding) for finding in error.findings]


def test_long_lists_are_cut_in_the_text_only() -> None:
    document = {"competencies": [{"id": str(number)} for number in range(25)]}
    with pytest.raises(lrm.InvalidDocumentError) as caught:
        lrm.Framework.from_json(document)
    assert len(caught.value.findings) == 25
    lines = str(caught.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 15 more"


def test_unknown_competencies_are_key_errors() -> None:
    state = engine().evaluate(record(), as_of=AS_OF)
    for ask in (
        lambda: state["nowhere"],
        lambda: state.mastery("nowhere"),
        lambda: engine().framework["nowhere"],
        lambda: engine().framework.children("nowhere"),
        lambda: engine().framework.parents("nowhere"),
        lambda: engine().explain(record(), "nowhere", as_of=AS_OF),
        lambda: engine().evaluate(record(), as_of=AS_OF, scope=["nowhere"]),
    ):
        with pytest.raises(lrm.UnknownCompetencyError, match="nowhere") as caught:
            ask()
        assert isinstance(caught.value, KeyError)
        assert caught.value.code == "unknown-competency"


def test_strict_turns_the_findings_into_one_error() -> None:
    bad = [{"competency": "NF.1", "score": 9}, {"competency": "nowhere", "score": 3}]
    state = engine().evaluate(bad, as_of=AS_OF)
    assert [finding.code for finding in state.report()] == ["score-off-scale", "unknown-competency"]
    with pytest.raises(lrm.LrmError) as caught:
        engine().evaluate(bad, as_of=AS_OF, strict=True)
    assert caught.value.code == "score-off-scale"
    assert caught.value.findings == list(state.report())


def test_scales_that_differ() -> None:
    rule = {"match": {"id": "NF.1"}, "scale": {"max": 100, "proficient": 75}}
    with pytest.raises(lrm.IncompatibleScalesError) as caught:
        engine(rules=[rule])
    assert caught.value.code == "incompatible-scales"


def test_every_code_has_its_class_and_every_class_is_public() -> None:
    for code, kind in _errors._CLASSES.items():
        error = _errors.from_parts(code, "/a/0", "wrong", {"number": 1})
        assert type(error) is kind
        assert getattr(lrm, kind.__name__) is kind
        assert (error.code, error.path, error.context) == (code, "/a/0", {"number": 1})
        assert str(error) == f"/a/0: wrong ({code})"


def test_a_code_of_a_later_version_is_an_lrm_error() -> None:
    error = _errors.from_json(['{"code":"new-code","path":"","message":"hm","findings":[]}'])
    assert type(error) is lrm.LrmError
    assert error.code == "new-code"
    assert str(error) == "hm (new-code)"


@pytest.mark.parametrize("move", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_exceptions_travel_between_processes(move: Any) -> None:
    with pytest.raises(lrm.CycleError) as caught:
        lrm.Framework.from_json(circle())
    error, moved = caught.value, move(caught.value)
    assert type(moved) is lrm.CycleError
    assert (moved.code, moved.path, moved.message, moved.context) == (
        error.code,
        error.path,
        error.message,
        error.context,
    )
    assert moved.findings == error.findings
    assert str(moved) == str(error)


def test_public_names_say_where_they_live() -> None:
    assert {getattr(lrm, name).__module__ for name in lrm.__all__ if isinstance(getattr(lrm, name), type)} == {"lrm"}
