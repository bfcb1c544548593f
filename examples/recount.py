"""Counts the levels of the district without the engine: in fractions, straight from the tables.

`compare.py` holds what the examples print against it, so that the figures do not rest on one program alone.
"""

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data" / "oulad"
LABELS = ["no result", "too few", "fail", "pass", "merit", "distinction"]
PASS, MERIT, DISTINCTION = 40, 70, 85


def levels(as_of):
    """For each presentation and for the university as a whole, how many learners have each label on a day."""
    results, parts = scores(as_of), assessments()
    counts = defaultdict(Counter)
    for learner, presentations in registrations().items():
        best = defaultdict(list)
        for presentation in presentations:
            value = mean([(results.get((learner, name)), weight) for name, weight in parts[presentation]])
            counts[presentation][label(value)] += 1
            best[presentation.split("-")[0]].append(value)
        # The best presentation of each module, and the mean of the modules.
        modules = [max((v for v in values if isinstance(v, Fraction)), default=None) for values in best.values()]
        counts["OU"][label(mean([(value, Fraction(1)) for value in modules]))] += 1
    return {node: [labels[label] for label in LABELS] for node, labels in counts.items()}


def mean(inputs):
    """The mean by weight of what has a value; None without any, "too few" with less than half."""
    inputs = [(value, weight) for value, weight in inputs if weight > 0]
    valued = [(value, weight) for value, weight in inputs if value is not None]
    if not valued:
        return None
    if 2 * len(valued) < len(inputs):
        return "too few"
    return sum(value * weight for value, weight in valued) / sum(weight for _, weight in valued)


def label(value):
    if value is None:
        return "no result"
    if value == "too few":
        return value
    # The engine compares to the sixth decimal.
    value = round(value, 6)
    return "distinction" if value >= DISTINCTION else "merit" if value >= MERIT else "pass" if value >= PASS else "fail"


def scores(as_of):
    """The scores on a day, by learner and assessment."""
    names = {row["id_assessment"]: row["code_presentation"] for row in read("assessments.csv")}
    found = {}
    for row in read("studentAssessment.csv.gz"):
        presentation = names[row["id_assessment"]]
        start = date(int(presentation[:4]), {"B": 2, "J": 10}[presentation[4]], 1)
        if row["score"] and start + timedelta(days=int(row["date_submitted"])) <= as_of:
            found[row["id_student"], row["id_assessment"]] = Fraction(row["score"])
    return found


def registrations():
    presentations = defaultdict(list)
    for row in read("studentRegistration.csv.gz"):
        presentations[row["id_student"]].append(f"{row['code_module']}-{row['code_presentation']}")
    return presentations


def assessments():
    """The assessments of each presentation with their weights: all equal where a module gives none."""
    rows = read("assessments.csv")
    weighted = {row["code_module"] for row in rows if Fraction(row["weight"]) > 0}
    found = defaultdict(list)
    for row in rows:
        weight = Fraction(row["weight"]) if row["code_module"] in weighted else Fraction(1)
        found[f"{row['code_module']}-{row['code_presentation']}"].append((row["id_assessment"], weight))
    return found


def read(name):
    path = DATA / name
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return list(csv.DictReader(file))
