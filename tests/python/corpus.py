"""The shared corpus, as the runners of all languages read it (the format is `lrm-corpus/1`)."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import lrm

OWN = Path(__file__).parents[1] / "corpus"
KEYS = {
    "id", "source", "note", "framework", "policy", "evidence", "as_of", "scope", "strict",
    "expect", "expect_error", "expect_findings", "events", "known_at", "expect_states",
    "expect_entries", "expect_pending", "expect_scope_at", "expect_history", "expect_goals",
    "expect_frontier", "expect_path",
    "erase", "expect_hash", "expect_hash_at", "expect_due", "expect_self_ratings",
    "calendar", "expect_pace", "expect_deadlines", "expect_local",
    "layers", "expect_trace", "expect_refused", "expect_words",
    "policy_b", "framework_b", "records", "most_moves", "expect_simulation",
    "ready_made",
    "expect_programmes", "expect_award", "expect_least_evidence", "expect_recovery_plan",
}  # fmt: skip
RESULT_KEYS = {"value", "level", "status", "evidence", "newest", "coverage", "modified"}
EPOCH = "1970-01-01T00:00:00Z"


@dataclass
class Case:
    """One case, with what it leaves out filled in."""

    name: str
    framework: dict[str, Any]
    policy: dict[str, Any]
    evidence: list[dict[str, Any]]
    log: lrm.EventLog | None
    erased: int | lrm.LrmError | None
    as_of: str
    scope: list[str] | None
    strict: bool
    body: dict[str, Any]

    def engine(self) -> lrm.Engine:
        return lrm.Engine(lrm.Framework.from_json(self.framework), self.read_policy())

    def read_policy(self) -> lrm.Policy:
        layered = self.layered()
        if layered is not None:
            return layered.policy
        if "ready_made" in self.body:
            return lrm.Policy.ready_made(self.body["ready_made"])
        return lrm.Policy.from_json(self.policy)

    def layered(self) -> lrm.LayeredPolicy | None:
        if "layers" not in self.body:
            return None
        name = self.body.get("ready_made")
        base = [] if name is None else [{"layer": name, "ready_made": name}]
        return lrm.Policy.from_layers([*base, *self.body["layers"]])

    def simulate(self) -> lrm.Simulation | None:
        if "policy_b" not in self.body:
            return None
        framework = lrm.Framework.from_json(self.body.get("framework_b", self.framework))
        other = lrm.Engine(framework, lrm.Policy.from_json(self.body["policy_b"]))
        return self.engine().simulate(
            other,
            (lrm.LearnerRecord.from_json(items) for items in self.body["records"]),
            as_of=self.as_of,
            scope=self.scope,
            strict=self.strict,
            most_moves=self.body.get("most_moves"),
        )

    def record(self) -> lrm.LearnerRecord:
        return self.log.record() if self.log is not None else lrm.LearnerRecord.from_json(self.evidence)

    def calendar(self) -> lrm.Calendar | None:
        return lrm.Calendar.from_json(self.body["calendar"]) if "calendar" in self.body else None

    def any_log(self) -> lrm.EventLog:
        return self.log if self.log is not None else lrm.EventLog.from_json(self.evidence)

    def evaluate(self) -> lrm.State:
        return self.engine().evaluate(self.record(), as_of=self.as_of, scope=self.scope, strict=self.strict)


def cases() -> list[Case]:
    """Every case of the project's own folder and of the one that the environment names."""
    folders = [OWN, *(Path(folder) for folder in [os.environ.get("LRM_CORPUS")] if folder)]
    files = [file for folder in folders for file in sorted(folder.rglob("*.json"))]
    found = [case for file in files for case in _file(file)]
    names = [case.name for case in found]
    assert len(set(names)) == len(names), "two cases have the same name"
    assert found, "the corpus is empty"
    return found


def _file(file: Path) -> list[Case]:
    document = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    assert document["format"] == "lrm-corpus/1", file.name
    return [_case(document["topic"], body) for body in document["cases"]]


def _case(topic: str, body: dict[str, Any]) -> Case:
    name = f"{topic}::{body['id']}"
    assert body.keys() <= KEYS, f"{name} has keys that this runner does not know: {body.keys() - KEYS}"
    policy = dict(body.get("policy", {}))
    if "order_by" in policy:
        evidence_section = {"order_by": policy.pop("order_by"), **policy.get("evidence", {})}
        policy["evidence"] = evidence_section
    log, erased = _log(body)
    # the items that follow from the events take the place of evidence
    record = body if log is None else json.loads(log.record().to_json(), parse_float=Decimal)
    evidence = record.get("evidence", [])
    named = [*evidence, *body.get("events", []), *(item for items in body.get("records", []) for item in items)]
    return Case(
        name=name,
        framework={"format": "lrm-framework/1", **(body.get("framework") or _framework_of(named))},
        policy={"format": "lrm-policy/1", **policy},
        evidence=evidence,
        log=log,
        erased=erased,
        as_of=body.get("as_of") or _newest(evidence),
        scope=body.get("scope"),
        strict=body.get("strict", False),
        body=body,
    )


def _log(body: dict[str, Any]) -> tuple[lrm.EventLog | None, int | lrm.LrmError | None]:
    """The log of the events that were known at the instant of the case, if it has any, and what came of its erasure."""
    if "events" not in body:
        return None, None
    assert "evidence" not in body, "evidence follows from the events"
    log = lrm.EventLog.from_json(body["events"])
    erased = _erase(log, **body["erase"]) if "erase" in body else None
    return log.known_at(body["known_at"]) if "known_at" in body else log, erased


def _erase(log: lrm.EventLog, *, what: list[str], fields: dict[str, Any], **_expected: object) -> int | lrm.LrmError:
    try:
        return log.erase(what, fields)
    except lrm.LrmError as error:
        return error


def _framework_of(evidence: list[dict[str, Any]]) -> dict[str, Any]:
    items = [item for item in evidence if isinstance(item, dict)]
    named = {item["competency"] for item in items if isinstance(item.get("competency"), str)}
    return {"competencies": [{"id": name, "statement": name} for name in sorted(named, key=str.encode)]}


def _newest(evidence: list[dict[str, Any]]) -> str:
    clocks = [clock for item in evidence if isinstance(item, dict) and (clock := _clock(item))]
    return max(clocks, default=(datetime.min, EPOCH))[1]


def _clock(item: dict[str, Any]) -> tuple[datetime, str] | None:
    """The clock instant of an item, and its text."""
    named = (item.get(field) for field in ("observed_at", "assessed_at", "received_at"))
    first = next((text for text in named if text is not None), None)
    moment = instant(first) if isinstance(first, str) else None
    return (moment, first) if moment and first else None


def instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
