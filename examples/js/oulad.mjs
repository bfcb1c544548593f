// The Open University's data as documents of lrm: a framework, and the evidence and registrations of each learner.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const EXAMPLES = new URL("../", import.meta.url);
const DAY = 24 * 60 * 60 * 1000;

/** The policy, as bytes. */
export const policy = () => readFileSync(new URL("district.policy.json", EXAMPLES));

/** The tables, and what is made of them. */
export class Data {
  assessments = read("assessments.csv");
  results = read("studentAssessment.csv.gz");
  registrations = read("studentRegistration.csv.gz");
  #lengths = new Map(read("courses.csv").map((row) => [presentation(row), Number(row.module_presentation_length)]));
  presentations = [...this.#lengths.keys()].sort();

  /** University → module → presentation → assessment, with the assessment's weight on the last edge. */
  framework() {
    const nodes = new Map();
    const edges = new Map();
    const add = (parent, type, id, statement, weight = 1) => {
      nodes.set(id, { id, statement, type });
      if (parent) edges.set(id, { type: "is_child_of", from: id, to: parent, weight });
    };
    add(null, "University", "OU", "The Open University");
    for (const row of this.assessments) {
      const [module, run, type] = [row.code_module, presentation(row), row.assessment_type];
      add("OU", "Module", module, `Module ${module}`);
      add(module, "Presentation", run, `${module} in ${row.code_presentation}`);
      add(run, type, row.id_assessment, `${type} of ${run}, due on day ${row.date}`, Number(row.weight));
    }
    return {
      format: "lrm-framework/1",
      id: "oulad",
      version: "2014J",
      title: "The Open University",
      competencies: [...nodes.values()],
      associations: [...edges.values()],
    };
  }

  /** The presentations that each learner registered for. */
  scopes() {
    return grouped(this.registrations.map((row) => [row.id_student, presentation(row)]));
  }

  /** The results of each learner. One without a score stays without: it means not yet, never zero. */
  evidence() {
    const assessments = new Map(this.assessments.map((row) => [row.id_assessment, row]));
    return grouped(
      this.results.map((row) => {
        const assessment = assessments.get(row.id_assessment);
        const run = presentation(assessment);
        const item = {
          id: `${row.id_student}/${row.id_assessment}`,
          competency: row.id_assessment,
          observed_at: instant(run, row.date_submitted),
          due_at: instant(run, assessment.date),
        };
        if (row.score !== "") item.score = Number(row.score);
        // Earned in an earlier presentation: the data dates it on the day before this one began.
        if (row.is_banked === "1") item.context = "earlier presentation";
        return [row.id_student, item];
      }),
    );
  }

  /** How many results were banked, have no score, came late. */
  oddities() {
    const due = new Map(this.assessments.map((row) => [row.id_assessment, Number(row.date)]));
    const count = (test) => this.results.filter(test).length;
    return [
      count((row) => row.is_banked === "1"),
      count((row) => row.score === ""),
      count((row) => Number(row.date_submitted) > due.get(row.id_assessment)),
    ];
  }

  /** The modules in which no assessment has a weight. */
  weightless() {
    const weights = grouped(this.assessments.map((row) => [row.code_module, Number(row.weight)]));
    return [...weights.keys()].filter((module) => weights.get(module).every((weight) => weight === 0)).sort();
  }

  /** The presentations under way at an instant. */
  running(at) {
    return this.presentations.filter((run) => instant(run, 0) <= at && at < instant(run, this.#lengths.get(run)));
  }
}

/** One run of a module: `BBB-2014J` is module BBB from October 2014. */
export function presentation(row) {
  return `${row.code_module}-${row.code_presentation}`;
}

/** Days count from the start of a presentation: J is 1 October, B is 1 February. */
function instant(run, day) {
  const [year, month] = [Number(run.slice(-5, -1)), { B: 1, J: 9 }[run.at(-1)]];
  return new Date(Date.UTC(year, month) + Number(day) * DAY);
}

/** The rows of a CSV file, packed or not. These files quote nothing. */
function read(name) {
  const bytes = readFileSync(new URL(`data/oulad/${name}`, EXAMPLES));
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const [head, ...rows] = text.trimEnd().split("\n").map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(head.map((column, at) => [column, row[at]])));
}

/** From pairs to a map of lists. */
function grouped(pairs) {
  const groups = new Map();
  for (const [key, value] of pairs) {
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(value);
  }
  return groups;
}
