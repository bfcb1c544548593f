"""The quick start of the README."""

import lrm

framework = {
    "competencies": [{"id": "NF", "statement": "Fractions"}, {"id": "NF.1", "statement": "Unit fractions"},
                     {"id": "NF.2", "statement": "Equal parts"}],
    "associations": [{"type": "is_child_of", "from": "NF.1", "to": "NF"},
                     {"type": "is_child_of", "from": "NF.2", "to": "NF"}]}
policy = {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "exponential", "latest_percent": 65}}
record = [
    {"id": "quiz", "competency": "NF.1", "score": 3, "possible": 4, "observed_at": "2026-01-15T12:00:00Z"},
    {"id": "essay", "competency": "NF.1", "score": 4, "observed_at": "2026-02-01T12:00:00Z"},
    {"id": "game", "competency": "NF.2", "score": 1, "observed_at": "2026-02-01T12:00:00Z", "purpose": "practice"}]

engine = lrm.Engine.from_json(framework, policy)
now = "2026-03-01T00:00:00Z"
print("NF is", engine.evaluate(record, as_of=now)["NF"].status)
print(engine.explain(record, "NF.1", as_of=now).text(), end="")
for competency, change in engine.what_if(record, [{"competency": "NF.2", "score": 2}], as_of=now).items():
    print(f"{competency}: {change.before.status} -> {change.after.status}")
