"""A university's results: levels per presentation, hardest assessments, the view half way, one learner explained.

    python examples/python/district.py [--as-of 2014-12-01] [--learner 468386]
"""

import argparse
import sys
import time
from datetime import UTC, datetime

import lrm
import oulad
import polars as pl

END = datetime(2015, 10, 1, tzinfo=UTC)
LEVELS = ["fail", "pass", "merit", "distinction"]
LABELS = {"not_assessed": "no result", "insufficient": "too few", **{level: level for level in LEVELS}}


def main():
    asked = arguments()
    started = time.perf_counter()

    data = oulad.Data()
    scopes, evidence, running = data.scopes(), data.evidence(), data.running(asked.as_of)
    scope = " ".join(scopes.filter(learner=asked.learner)["scope"]).split()
    if not scope:
        sys.exit(f"there is no learner {asked.learner} in the data")
    policy = lrm.Policy.from_json(oulad.POLICY.read_bytes())
    engine = lrm.Engine(lrm.Framework.from_json(data.framework()), policy)

    # All learners at two instants, and the two joined where a presentation was under way.
    now, then = (standings(engine, evidence, scopes, as_of) for as_of in (END, asked.as_of))
    half_way = then.filter(pl.col("competency").is_in(running))
    moves = half_way.join(now, on=["learner", "competency"], suffix="_now")

    print(engine.framework.title)
    for line in overview(data, scopes, engine):
        print(f"  {line}")
    above = pl.col("competency").is_in([*data.presentations, "OU"])
    show(f"Levels on {END:%Y-%m-%d}", levels(now.filter(above)))
    show("Hardest assessments", hardest(now, data.assessments))
    show(f"Half way, on {asked.as_of:%Y-%m-%d}: the presentations then under way", levels(half_way))
    show("From half way (rows) to the end (columns)", movement(moves))

    record = lrm.LearnerRecord.from_events(evidence.filter(learner=asked.learner).to_dicts())
    states = [engine.evaluate(record, as_of=as_of, scope=scope) for as_of in (asked.as_of, END)]
    show(f"Learner {asked.learner}", learner(states, scope))
    print(f"\n{engine.explain(record, 'OU', as_of=END, scope=scope).text().rstrip()}")
    counts = f"{len(scopes):,} learners, {len(data.results):,} results, {len(engine.framework)} nodes"
    print(f"\n{counts}, {time.perf_counter() - started:.2f} seconds")


def arguments():
    """What the command line asks for; anything else gives the usage and exit code 2."""
    parser = argparse.ArgumentParser(prog="district", allow_abbrev=False)
    parser.add_argument("--as-of", metavar="2014-12-01", type=day, default="2014-12-01")
    parser.add_argument("--learner", metavar="468386", default="468386")
    return parser.parse_args()


def day(text):
    """The instant at which a day begins."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def standings(engine, evidence, scopes, as_of):
    """Where each learner stands, node by node, in the scope of what the learner registered for."""
    # Learners with the same scope go through the engine together, and those without any result in a row of their own.
    rows = scopes.join(evidence, on="learner", how="left").with_columns(pl.col("competency").fill_null("OU"))
    parts = rows.partition_by("scope", as_dict=True, include_key=False)
    rollups = [
        pl.DataFrame(engine.rollup(part, as_of=as_of, scope=scope.split(), unassessed=True))
        for (scope,), part in parts.items()
    ]
    # The level, or the status that says why there is none.
    label = pl.coalesce(pl.col("level").cast(pl.String), pl.col("status").cast(pl.String))
    results = pl.concat(rollup.select("learner", "competency", "status", label=label) for rollup in rollups)
    return results.filter(pl.col("status") != "not_applicable")


def counted(results):
    """How many learners have each label, node by node."""
    labels = [(pl.col("label") == label).sum().alias(label) for label in LABELS]
    provisional = (pl.col("status") == "provisional").sum().alias("provisional")
    return results.group_by("competency").agg(pl.len().alias("learners"), *labels, provisional)


def levels(results):
    yield ["", "learners", *LABELS.values(), "passed", "provisional"]
    for row in counted(results).sort("competency").rows(named=True):
        counts = [number(row[name]) for name in ("learners", *LABELS)]
        judged = sum(row[level] for level in LEVELS)
        yield [row["competency"], *counts, percent(judged - row["fail"], judged), number(row["provisional"])]


def hardest(results, assessments):
    """The ten assessments that the largest share failed, of those with at least ten results."""
    judged = counted(results).with_columns(results=pl.sum_horizontal(LEVELS)).filter(pl.col("results") >= 10)
    ranking = assessments.join(judged, left_on="id_assessment", right_on="competency")
    share = pl.col("fail") / pl.col("results")
    yield ["", "presentation", "kind", "due day", "weight", "results", "failed", "share"]
    for row in ranking.sort(-share, "id_assessment").head(10).rows(named=True):
        about = [row["id_assessment"], row["presentation"], row["assessment_type"], str(row["date"]), f"{row['weight']:g}"]
        yield [*about, number(row["results"]), number(row["fail"]), percent(row["fail"], row["results"])]


def movement(moves):
    counts = {(then, now): count for then, now, count in moves.group_by("label", "label_now").len().rows()}
    yield ["", *LABELS.values(), "all"]
    for then, name in LABELS.items():
        row = [counts.get((then, now), 0) for now in LABELS]
        yield [name, *map(number, [*row, sum(row)])]


def learner(states, scope):
    yield ["", "as of", "value", "level", "status", "assessments"]
    for run in scope:
        for state in states:
            result = state[run]
            value = "-" if result.value is None else f"{result.value:f}"
            assessed, of = result.coverage
            about = [value, result.level or "-", result.status, f"{assessed} of {of}"]
            yield [run, f"{state.as_of:%Y-%m-%d}", *about]


def overview(data, scopes, engine):
    """What was read, and what stands out in it."""
    modules = data.assessments["code_module"].n_unique()
    yield f"{modules} modules, {len(data.presentations)} presentations, {len(data.assessments)} assessments"
    several = scopes["scope"].str.contains(" ").sum()
    yield f"{len(scopes):,} learners, {len(data.registrations):,} registrations, {several} learners with several"
    banked, blank = data.results["is_banked"].sum(), data.results["score"].null_count()
    late = (data.results["date_submitted"] > data.results["date"]).sum()
    yield f"{len(data.results):,} results: {banked} banked earlier, {blank} without a score, {late:,} late"
    yield f"{len(engine.framework.report())} findings in the framework, {len(engine.lint())} in the policy"
    yield "a level needs half of the assessments; passed is the share of those with a level"
    for module in data.weightless():
        yield f"all weights of {module} are 0: the policy weighs its assessments equally"


def number(count):
    return f"{count:,}"


def percent(part, whole):
    """With one decimal, half away from zero, in integers only."""
    if whole == 0:
        return "-"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def show(title, rows):
    """Prints a table: the first column to the left, the others to the right."""
    rows = list(rows)
    first, *widths = (max(map(len, column)) for column in zip(*rows))
    print(f"\n{title}")
    for name, *cells in rows:
        print(f"  {name:{first}}", *(f"{cell:>{width}}" for cell, width in zip(cells, widths)), sep="  ")


if __name__ == "__main__":
    main()
