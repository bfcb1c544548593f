"""Every case of the shared corpus, one test each."""

import json
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

import corpus
import lrm
import pytest


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_case(case: corpus.Case, outcomes: dict[str, str]) -> None:
    body = case.body
    assert not ("expect_error" in body and "expect" in body), "a case expects results or an error"
    try:
        calendar = case.calendar()
        state = case.evaluate()
        simulation = case.simulate()
    except lrm.LrmError as error:
        outcomes[case.name] = error.code
        refuse(error, body.get("expect_error"))
        return
    outcomes[case.name] = state.to_json()
    leasts, plans = further(case, "expect_least_evidence"), further(case, "expect_recovery_plan")
    findings = list(state.report())
    if case.log is not None:
        outcomes[case.name] += f"\n{case.log.hash()}\n{case.log.record().to_json()}"
        findings += case.log.report()
        for event, expected in body.get("expect_states", {}).items():
            assert case.log.state_of(event) == expected, event
        compare_log(case.log, body)
        compare_course(case.engine(), case.log, body)
        compare_prerequisites(case, case.log, body)
        compare_erasure(case.log, case.erased, body)
    outcomes[case.name] += "".join(f"\n{written(answer)}" for answer in leasts + plans)
    compare_least(leasts, body)
    compare_recovery(plans, body)
    if "expect_self_ratings" in body:
        compare_self_ratings(case, body["expect_self_ratings"])
    if calendar is not None:
        compare_pace(case, calendar)
    compare_policy(case, simulation)
    compare_programmes(case, body)
    assert "expect_error" not in body, "this should have failed"
    for competency, expected in body.get("expect", {}).items():
        compare(state[competency], expected)
    if "expect_findings" in body:
        assert Counter(finding.code for finding in findings) == Counter(body["expect_findings"])


def compare_log(log: lrm.EventLog, body: dict[str, Any]) -> None:
    entries = {entry["id"]: entry for entry in log.entries()}
    for name, fields in body.get("expect_entries", {}).items():
        assert (name in entries) == (fields is not None), name
        for field, expected in (fields or {}).items():
            assert entries[name].get(field) == expected, f"{field} of {name}"
    if "expect_pending" in body:
        assert log.pending() == body["expect_pending"]
    if "expect_scope_at" in body:
        assert log.scope_at(body["expect_scope_at"]["at"]) == body["expect_scope_at"]["scope"]


def compare_course(engine: lrm.Engine, log: lrm.EventLog, body: dict[str, Any]) -> None:
    for expected in body.get("expect_history", []):
        clock = expected.get("clock", "known")
        changes = engine.history(log, expected["competency"], until=expected["until"], clock=clock)
        found = [(one.at, list(one.events), one.after.value, one.after.status) for one in changes]
        assert found == [
            (datetime.fromisoformat(one["at"]), one["events"], one["value"], one["status"])
            for one in expected["changes"]
        ]
        for before, after in zip(changes, changes[1:], strict=False):
            assert before.after == after.before
    if "expect_goals" in body:
        goals = {goal["id"]: goal for goal in engine.goals(log, as_of=body["expect_goals"]["at"])}
        for name, fields in body["expect_goals"]["goals"].items():
            for field, expected in fields.items():
                assert goals[name].get(field) == expected, f"{field} of {name}"


def compare_prerequisites(case: corpus.Case, log: lrm.EventLog, body: dict[str, Any]) -> None:
    engine, within = case.engine(), {"scope": case.scope, "strict": case.strict}
    if "expect_frontier" in body:
        asked = body["expect_frontier"]
        frontier = engine.frontier(log, as_of=asked["at"], **within)
        standings = {one["competency"]: one for one in frontier["standings"]}
        for name, fields in asked["standings"].items():
            assert (name in standings) == (fields is not None), name
            for field, expected in (fields or {}).items():
                # what is empty is left out
                assert (standings[name].get(field) or None) == (expected or None), f"{field} of {name}"
        assert frontier.get("unknown", []) == asked.get("unknown", frontier.get("unknown", []))
    if "expect_path" in body:
        asked = body["expect_path"]
        steps: list[dict[str, Any]] | lrm.LrmError
        try:
            steps = engine.path(log, asked["target"], as_of=asked["at"], **within)["steps"]
        except lrm.LrmError as error:
            steps = error
        refuse(steps, asked.get("expect_error"))
        if isinstance(steps, list):
            found = [(one["competency"], one.get("alternatives", [])) for one in steps]
            assert found == [(one["competency"], one.get("alternatives", [])) for one in asked["steps"]]


def compare_erasure(log: lrm.EventLog, erased: int | lrm.LrmError | None, body: dict[str, Any]) -> None:
    if "erase" in body:
        refuse(erased, body["erase"].get("expect_error"))
        if "expect" in body["erase"]:
            assert erased == body["erase"]["expect"]
    if "expect_hash" in body:
        assert log.hash() == body["expect_hash"]
    if "expect_hash_at" in body:
        assert log.hash(body["expect_hash_at"]["at"]) == body["expect_hash_at"]["hash"]
    if "expect_due" in body:
        asked = body["expect_due"]
        due: list[str] | lrm.LrmError
        try:
            due = log.due_for_erasure(asked["rules"], asked["left_at"], asked["at"])
        except lrm.LrmError as error:
            due = error
        refuse(due, asked.get("expect_error"))
        if "due" in asked:
            assert due == asked["due"]


def refuse(found: object, expected: dict[str, Any] | None) -> None:
    """That there is an error if, and only if, the case expects one."""
    if expected is None:
        assert not isinstance(found, lrm.LrmError), found
        return
    assert isinstance(found, lrm.LrmError), found
    assert (found.code, expected.get("path", found.path)) == (expected["code"], found.path), found
    if "layer" in expected:
        assert found.context.get("layer") == expected["layer"]
    if "all" in expected:
        wanted = Counter((one["code"], one["path"]) for one in expected["all"])
        assert Counter((one.code, one.path) for one in found.findings) == wanted


def compare_self_ratings(case: corpus.Case, expected: list[dict[str, Any]]) -> None:
    ratings = case.engine().self_ratings(case.record(), as_of=case.as_of, scope=case.scope, strict=case.strict)
    found = [(one.competency, one.rated, one.observed_at, one.value, one.gap) for one in ratings]
    wanted = [
        (
            one["competency"],
            one["rated"],
            corpus.instant(one["observed_at"]) if "observed_at" in one else None,
            one.get("value"),
            one.get("gap"),
        )
        for one in expected
    ]
    assert found == wanted


def compare_pace(case: corpus.Case, calendar: lrm.Calendar) -> None:
    log, engine = case.any_log(), case.engine()
    pace = engine.pace(log, calendar, as_of=case.as_of, scope=case.scope, strict=case.strict)
    for course, fields in case.body.get("expect_pace", {}).items():
        named(next(one for one in pace if one["course"] == course), fields, course)
    deadlines = engine.deadlines(log, calendar, as_of=case.as_of)
    for activity, fields in case.body.get("expect_deadlines", {}).items():
        named(next(one for one in deadlines if one["activity"] == activity), fields, activity)
    for asked in case.body.get("expect_local", []):
        if "instant" in asked:
            assert calendar.instant(asked["local"]) == corpus.instant(asked["instant"])
        elif "cutoff" in asked:
            in_school_days = asked.get("school_days", False)
            found = calendar.cutoff(asked["local"], asked["grace_days"], school_days=in_school_days)
            assert found == corpus.instant(asked["cutoff"])
        else:
            assert calendar.school_days(asked["from"], asked["until"]) == asked["school_days"]


def named(found: dict[str, Any], fields: dict[str, Any], place: str) -> None:
    """That the fields that an expectation names are as it says, also those of objects."""
    for name, expected in fields.items():
        value = found.get(name)
        if isinstance(expected, dict) and isinstance(value, dict):
            named(value, expected, f"{place}.{name}")
        else:
            assert value == expected, f"{place}.{name}"


def compare_policy(case: corpus.Case, simulation: lrm.Simulation | None) -> None:
    body = case.body
    layered = case.layered()
    if layered is not None:
        trace = {traced["parameter"]: traced for traced in layered.trace}
        for parameter, expected in body.get("expect_trace", {}).items():
            assert trace[parameter] == {"parameter": parameter, **expected}
        if "expect_refused" in body:
            pairs = zip(layered.refused, body["expect_refused"], strict=True)
            assert [{name: one.get(name) for name in wanted} for one, wanted in pairs] == body["expect_refused"]
    words = case.read_policy().words()
    for sentence in body.get("expect_words", []):
        assert sentence in words
    for name, expected in body.get("expect_simulation", {}).items():
        assert getattr(simulation, name) == expected, name


def compare_programmes(case: corpus.Case, body: dict[str, Any]) -> None:
    log = case.any_log()
    if "expect_programmes" in body:
        programmes = case.engine().programmes(log, as_of=case.as_of, scope=case.scope, strict=case.strict)
        stands = {one["id"]: {"exact": True, "unreachable": False, **one} for one in programmes}
        for name, expected in body["expect_programmes"].items():
            found = stands[name]
            found["won"] = [one["at"] for one in found["trace"] if one.get("won")]
            for field, wanted in expected.items():
                if field in ("missing", "trace"):
                    pairs = zip(found[field], wanted, strict=True)
                    assert [{key: one.get(key) for key in keys} for one, keys in pairs] == wanted, f"{field} of {name}"
                else:
                    assert found[field] == wanted, f"{field} of {name}"
    if "expect_award" in body:
        asked = body["expect_award"]
        by = {"id": asked["id"], "actor": asked["by"], "at": asked["at"]}
        try:
            event = case.engine().award(log, asked["programme"], **by, scope=case.scope, strict=case.strict)
        except lrm.LrmError as error:
            assert error.code == asked.get("error"), error
            return
        assert event["evidence"] == asked["evidence"]
        assert log.add(event)
        assert log.state_of(asked["id"]) == "awarded"


def further(case: corpus.Case, key: str) -> list[dict[str, Any] | lrm.LrmError]:
    """What further evidence would do, or what is left to learn: an answer to each question of a case."""
    engine, log = case.engine(), case.any_log()
    answers: list[dict[str, Any] | lrm.LrmError] = []
    for asked in case.body.get(key, []):
        within = {
            "as_of": asked.get("at", case.as_of),
            "scope": asked.get("scope", case.scope),
            "strict": case.strict,
        }
        try:
            if key == "expect_least_evidence":
                answers.append(engine.least_evidence(log, **asked["target"], **within))
            else:
                answers.append(engine.recovery_plan(log, asked["of"], **within))
        except lrm.LrmError as error:
            answers.append(error)
    return answers


def written(answer: dict[str, Any] | lrm.LrmError) -> str:
    """An answer as text, which is the same in every language."""
    if isinstance(answer, lrm.LrmError):
        return answer.code

    def plain(value: object) -> int | float:
        assert isinstance(value, Decimal), value
        return int(value) if value == int(value) else float(value)

    return json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain)


def compare_least(answers: list[dict[str, Any] | lrm.LrmError], body: dict[str, Any]) -> None:
    for answer, asked in zip(answers, body.get("expect_least_evidence", []), strict=True):
        refuse(answer, {"code": asked["error"]} if "error" in asked else None)
        if isinstance(answer, lrm.LrmError):
            continue
        for name in ("reached", "exact"):
            assert answer[name] == asked.get(name, answer[name]), f"{name}: {answer}"
        assert len(answer["pieces"]) == asked.get("count", len(answer["pieces"])), answer
        if "pieces" in asked:
            for piece, wanted in zip(answer["pieces"], asked["pieces"], strict=True):
                assert not piece.keys() & set(wanted.get("absent", [])), answer
                fields = {name: value for name, value in wanted.items() if name != "absent"}
                assert {name: piece.get(name) for name in fields} == fields, answer


def compare_recovery(answers: list[dict[str, Any] | lrm.LrmError], body: dict[str, Any]) -> None:
    for answer, asked in zip(answers, body.get("expect_recovery_plan", []), strict=True):
        refuse(answer, {"code": asked["error"]} if "error" in asked else None)
        if isinstance(answer, lrm.LrmError):
            paths = [finding.path for finding in answer.findings]
            assert paths == asked.get("paths", paths), answer
            continue
        assert answer["of"] == asked["of"]
        assert answer["unmet"] == asked.get("unmet", answer["unmet"]), answer
        if "steps" in asked:
            found = [(one["competency"], one.get("alternatives", [])) for one in answer["steps"]]
            assert found == [(one["competency"], one.get("alternatives", [])) for one in asked["steps"]], answer


def compare(mastery: lrm.Mastery, expected: dict[str, Any]) -> None:
    assert expected.keys() <= corpus.RESULT_KEYS, "an expectation that this runner does not know"
    found = {
        "value": mastery.value,
        "level": mastery.level,
        "status": mastery.status,
        "evidence": mastery.evidence,
        "newest": mastery.newest,
        "coverage": list(mastery.coverage),
        "modified": mastery.modified,
    }
    for name, value in expected.items():
        if name == "value" and value is not None:
            assert isinstance(found["value"], Decimal), mastery
            value = Decimal(value)
        if name == "newest" and value is not None:
            value = corpus.instant(value)
        assert found[name] == value, f"{name} of {mastery}"
