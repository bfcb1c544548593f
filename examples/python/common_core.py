"""Common Core mathematics, read from a CASE package: what is in it, its prerequisites, and one learner.

    python examples/python/common_core.py
"""

import time
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import lrm

EXAMPLES = Path(__file__).resolve().parent.parent
AS_OF = "2026-11-22T00:00:00Z"
SCORES = {"2.NBT.A.1a": [2, 3], "2.NBT.A.1b": [4], "2.NBT.A.2": [1, 3], "2.NBT.A.3": [2]}


def main():
    started = time.perf_counter()
    framework = lrm.Framework.from_case((EXAMPLES / "data/ccss/ccss-math.json").read_bytes())
    policy = lrm.Policy.from_json((EXAMPLES / "common_core.policy.json").read_bytes())
    engine = lrm.Engine(framework, policy)
    competencies, associations = framework.competencies(), framework.associations()
    code_of = {competency.id: competency.code for competency in competencies}
    id_of = {code: id for id, code in code_of.items()}

    print(framework.title)
    shape = f"depth {framework.depth()}, {len(framework.roots())} roots, {len(framework.leaves())} leaves"
    print(f"  {len(framework)} competencies, {shape}")
    print(f"  {len(framework.report())} findings in the package, {len(engine.lint())} in the policy")
    for finding in framework.report():
        print(f"  {finding}")
    counted("Kinds", (competency.type for competency in competencies))
    counted("Associations", (association.type for association in associations))

    way = longest_way(code_of, associations)
    print(f"\nThe longest way through the prerequisites: {len(way)} steps")
    for start in range(0, len(way), 8):
        print(f"  {' '.join(way[start:start + 8])}")

    events = [
        {"id": f"{code}/{n}", "competency": id_of[code], "score": score, "observed_at": f"2026-10-{10 + n}T09:00:00Z"}
        for code, scores in SCORES.items()
        for n, score in enumerate(scores, 1)
    ]
    record = lrm.LearnerRecord.from_events(events)
    state = engine.evaluate(record, as_of=AS_OF)
    print("\nA learner in grade 2")
    for code in ["2", "2.NBT", "2.NBT.A", "2.NBT.A.1", *SCORES]:
        result = state[id_of[code]]
        value = "-" if result.value is None else f"{result.value:f}"
        covered, of = result.coverage
        print(f"  {code:10}  {value:>11}  {result.level or '-':10}  {result.status:11}  {covered} of {of}")
    print(f"\n{engine.explain(record, id_of['2.NBT.A.1'], as_of=AS_OF).text().rstrip()}")

    counts = f"{len(framework)} competencies, {len(associations)} associations"
    print(f"\n{counts}, {time.perf_counter() - started:.2f} seconds")


def counted(title, words):
    """How often each word occurs, the most frequent first."""
    print(f"\n{title}")
    for word, count in sorted(Counter(words).items(), key=lambda entry: (-entry[1], entry[0])):
        print(f"  {count:>4} {word}")


def longest_way(code_of, associations):
    """The longest chain of prerequisites as codes, the first of equally long ones."""
    before = defaultdict(list)
    for association in associations:
        if association.type == "precedes":
            before[code_of[association.destination]].append(code_of[association.origin])

    @cache
    def way(code):
        return longest(map(way, sorted(before[code]))) + [code]

    def longest(ways):
        return max(ways, key=len, default=[])

    return longest(map(way, sorted(code_of.values())))


if __name__ == "__main__":
    main()
