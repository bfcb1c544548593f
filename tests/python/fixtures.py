"""A small framework, policy and record that several tests share."""

from typing import Any

import lrm

FRAMEWORK: dict[str, Any] = {
    "format": "lrm-framework/1",
    "id": "demo",
    "version": "2026",
    "title": "Fractions",
    "status": "adopted",
    "competencies": [
        {"id": "NF", "statement": "Fractions", "code": "3.NF", "type": "Domain", "tags": ["core", "maths"]},
        {"id": "NF.1", "statement": "Unit fractions"},
        {"id": "NF.2", "statement": "Number line", "weight": 2.5},
    ],
    "associations": [
        {"type": "is_child_of", "from": "NF.1", "to": "NF", "sequence": 2},
        {"type": "is_child_of", "from": "NF.2", "to": "NF", "sequence": 1},
        {"type": "precedes", "from": "NF.1", "to": "NF.2", "strength": "soft", "level": "near"},
    ],
}
POLICY: dict[str, Any] = {
    "format": "lrm-policy/1",
    "id": "district",
    "version": "3",
    "scale": {
        "min": 0,
        "max": 4,
        "proficient": 3,
        "levels": [
            {"id": "none", "from": 0},
            {"id": "below", "from": 1},
            {"id": "near", "from": 2},
            {"id": "mastery", "from": 3},
            {"id": "exceeds", "from": 4},
        ],
    },
    "estimate": {"method": "mean"},
}
EVENTS: list[dict[str, Any]] = [
    {"id": "e1", "competency": "NF.1", "score": 3, "observed_at": "2026-01-15T12:00:00Z"},
    {"id": "e2", "competency": "NF.1", "score": 3.5, "observed_at": "2026-02-15T12:00:00.25+01:00"},
]
AS_OF = "2026-11-22T00:00:00Z"


def engine(**sections: Any) -> lrm.Engine:
    """An engine of the shared framework and policy, with some sections of the policy replaced."""
    return lrm.Engine(lrm.Framework.from_json(FRAMEWORK), lrm.Policy.from_json({**POLICY, **sections}))


def record() -> lrm.LearnerRecord:
    return lrm.LearnerRecord.from_events(EVENTS)
