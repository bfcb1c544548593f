"""The Open University's data as documents and frames of lrm: a framework, evidence, and registrations."""

from pathlib import Path

import polars as pl

EXAMPLES = Path(__file__).resolve().parent.parent
POLICY = EXAMPLES / "district.policy.json"


class Data:
    """The tables, and what is made of them."""

    def __init__(self):
        self.assessments = read("assessments.csv")
        self.courses = read("courses.csv").sort("presentation")
        self.registrations = read("studentRegistration.csv.gz")
        self.results = read("studentAssessment.csv.gz").join(self.assessments, on="id_assessment")
        self.presentations = self.courses["presentation"].to_list()

    def framework(self):
        """University → module → presentation → assessment, with the assessment's weight on the last edge."""
        nodes, edges = {}, {}

        def add(parent, kind, id, statement, weight=1):
            nodes[id] = {"id": id, "statement": statement, "type": kind}
            if parent:
                edges[id] = {"type": "is_child_of", "from": id, "to": parent, "weight": weight}

        add(None, "University", "OU", "The Open University")
        for row in self.assessments.rows(named=True):
            module, run, kind = row["code_module"], row["presentation"], row["assessment_type"]
            add("OU", "Module", module, f"Module {module}")
            add(module, "Presentation", run, f"{module} in {row['code_presentation']}")
            add(run, kind, row["id_assessment"], f"{kind} of {run}, due on day {row['date']}", row["weight"])
        return {
            "format": "lrm-framework/1",
            "id": "oulad",
            "version": "2014J",
            "title": "The Open University",
            "competencies": list(nodes.values()),
            "associations": list(edges.values()),
        }

    def scopes(self):
        """The presentations that each learner registered for, as one text: one row per learner."""
        return self.registrations.group_by(learner="id_student").agg(scope=pl.col("presentation").str.join(" "))

    def evidence(self):
        """One row per result. One without a score stays without: it means not yet, never zero."""
        # A banked result was earned in an earlier presentation: the data dates it on the day before this one began.
        banked = pl.when(pl.col("is_banked") == 1).then(pl.lit("earlier presentation"))
        return self.results.select(
            learner="id_student",
            id=pl.concat_str("id_student", "id_assessment", separator="/"),
            competency="id_assessment",
            score="score",
            observed_at=instant(pl.col("date_submitted")),
            due_at=instant(pl.col("date")),
            context=banked,
        )

    def weightless(self):
        """The modules in which no assessment has a weight."""
        weights = self.assessments.group_by("code_module").agg(pl.sum("weight"))
        return weights.filter(weight=0)["code_module"].sort().to_list()

    def running(self, at):
        """The presentations under way at an instant."""
        days = pl.col("module_presentation_length")
        under_way = self.courses.filter((instant(pl.lit(0)) <= at) & (instant(days) > at))
        return under_way["presentation"].to_list()


def read(name):
    """A CSV file, packed or not, with the name of the presentation: `BBB-2014J` is module BBB from October 2014."""
    texts = {"id_assessment": pl.String, "id_student": pl.String}
    frame = pl.read_csv(EXAMPLES / "data" / "oulad" / name, schema_overrides=texts)
    if "code_module" not in frame.columns:
        return frame
    return frame.with_columns(presentation=pl.concat_str("code_module", "code_presentation", separator="-"))


def instant(day):
    """Days count from the start of a presentation: J is 1 October, B is 1 February."""
    name = pl.col("code_presentation")
    month = name.str.slice(4).replace_strict({"B": 2, "J": 10}, return_dtype=pl.Int8)
    return pl.datetime(name.str.slice(0, 4).cast(pl.Int32), month, 1, time_zone="UTC") + pl.duration(days=day)
