// A university's results: levels per presentation, hardest assessments, the view half way, one learner explained.
//
//     node examples/js/district.mjs [--as-of 2014-12-01] [--learner 468386]

import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

import { Engine, Framework, LearnerRecord, Policy } from "lrm-wasm";

import { Data, policy, presentation } from "./oulad.mjs";

const USAGE = "usage: district [--as-of 2014-12-01] [--learner 468386]";
const END = new Date("2015-10-01T00:00:00Z");
const LEVELS = ["fail", "pass", "merit", "distinction"];
const LABELS = new Map([["not_assessed", "no result"], ["insufficient", "too few"], ...LEVELS.map((id) => [id, id])]);

function main() {
  const asked = parameters();
  const started = performance.now();

  const data = new Data();
  const [scopes, evidence] = [data.scopes(), data.evidence()];
  if (!scopes.has(asked.learner)) stop(1, `there is no learner ${asked.learner} in the data`);
  const framework = Framework.fromJson(data.framework());
  const engine = new Engine(framework, Policy.fromJson(policy()));
  const running = data.running(asked.asOf);

  // Each learner at two instants, in the scope of what the learner registered for.
  const [now, then, moves] = [new Tally(), new Tally(), new Counter()];
  let progress, derivation;
  for (const [learner, scope] of scopes) {
    const record = LearnerRecord.fromEvents(evidence.get(learner) ?? []);
    const end = engine.evaluate(record, END, { scope });
    const halfWay = engine.evaluate(record, asked.asOf, { scope });
    now.add(end);
    then.add(halfWay);
    for (const run of scope.filter((run) => running.includes(run))) {
      moves.add([label(halfWay.mastery(run)), label(end.mastery(run))]);
    }
    if (learner === asked.learner) {
      progress = [...learnerTable([halfWay, end], scope)];
      derivation = engine.explain(record, "OU", END, { scope }).text();
    }
    for (const handle of [record, end, halfWay]) handle.free();
  }

  console.log(framework.title);
  for (const line of overview(data, scopes, engine)) console.log(`  ${line}`);
  show(`Levels on ${date(END)}`, now.table([...data.presentations, "OU"]));
  show("Hardest assessments", hardest(now, data.assessments));
  show(`Half way, on ${date(asked.asOf)}: the presentations then under way`, then.table(running));
  show("From half way (rows) to the end (columns)", movement(moves));
  show(`Learner ${asked.learner}`, progress);
  console.log(`\n${derivation.trimEnd()}`);
  const counts = `${number(scopes.size)} learners, ${number(data.results.length)} results, ${framework.length} nodes`;
  console.log(`\n${counts}, ${((performance.now() - started) / 1000).toFixed(2)} seconds`);
}

/** What the command line asks for; anything else gives the usage and exit code 2. */
function parameters() {
  const options = {
    "as-of": { type: "string", default: "2014-12-01" },
    learner: { type: "string", default: "468386" },
  };
  try {
    const { values } = parseArgs({ options });
    const asOf = new Date(`${values["as-of"]}T00:00:00Z`);
    if (date(asOf) !== values["as-of"]) throw new RangeError(values["as-of"]);
    return { asOf, learner: values.learner };
  } catch {
    stop(2, USAGE);
  }
}

function stop(code, message) {
  console.error(message);
  process.exit(code);
}

/** Counts whatever can be written as text. */
class Counter {
  #counts = new Map();

  add(key, step = 1) {
    this.#counts.set(String(key), this.of(key) + step);
  }

  of(key) {
    return this.#counts.get(String(key)) ?? 0;
  }
}

/** How many learners stand where, node by node. */
class Tally {
  #labels = new Counter();
  #provisional = new Counter();

  add(state) {
    for (const mastery of state) {
      if (mastery.status === "not_applicable") continue;
      this.#labels.add([mastery.competency, label(mastery)]);
      if (mastery.status === "provisional") this.#provisional.add(mastery.competency);
    }
  }

  /** The learners with a level, and those of them who failed. */
  judged(node) {
    return [sum(LEVELS.map((level) => this.#labels.of([node, level]))), this.#labels.of([node, "fail"])];
  }

  *table(nodes) {
    yield ["", "learners", ...LABELS.values(), "passed", "provisional"];
    for (const node of nodes) {
      const counts = [...LABELS.keys()].map((label) => this.#labels.of([node, label]));
      const [judged, failed] = this.judged(node);
      const cells = [sum(counts), ...counts].map(number);
      yield [node, ...cells, percent(judged - failed, judged), number(this.#provisional.of(node))];
    }
  }
}

/** The level, or the status that says why there is none. */
function label(mastery) {
  return mastery.level ?? mastery.status;
}

/** The ten assessments that the largest share failed, of those with at least ten results. */
function* hardest(tally, assessments) {
  const judged = assessments.map((row) => ({ row, counts: tally.judged(row.id_assessment) }));
  const ranking = judged.filter(({ counts: [results] }) => results >= 10);
  const share = ({ counts: [results, failed] }) => failed / results;
  ranking.sort((a, b) => share(b) - share(a) || (a.row.id_assessment < b.row.id_assessment ? -1 : 1));
  yield ["", "presentation", "kind", "due day", "weight", "results", "failed", "share"];
  for (const { row, counts: [results, failed] } of ranking.slice(0, 10)) {
    const about = [row.id_assessment, presentation(row), row.assessment_type, row.date, row.weight];
    yield [...about, number(results), number(failed), percent(failed, results)];
  }
}

function* movement(moves) {
  yield ["", ...LABELS.values(), "all"];
  for (const [then, name] of LABELS) {
    const counts = [...LABELS.keys()].map((now) => moves.of([then, now]));
    yield [name, ...[...counts, sum(counts)].map(number)];
  }
}

function* learnerTable(states, scope) {
  yield ["", "as of", "value", "level", "status", "assessments"];
  for (const run of scope) {
    for (const state of states) {
      const { exact, level, status, coverage } = state.mastery(run);
      yield [run, state.asOf.slice(0, 10), exact ?? "-", level ?? "-", status, coverage.join(" of ")];
    }
  }
}

/** What was read, and what stands out in it. */
function* overview(data, scopes, engine) {
  const modules = new Set(data.assessments.map((row) => row.code_module));
  yield `${modules.size} modules, ${data.presentations.length} presentations, ${data.assessments.length} assessments`;
  const several = [...scopes.values()].filter((scope) => scope.length > 1).length;
  const registrations = number(data.registrations.length);
  yield `${number(scopes.size)} learners, ${registrations} registrations, ${several} learners with several`;
  const [banked, blank, late] = data.oddities();
  yield `${number(data.results.length)} results: ${banked} banked earlier, ${blank} without a score, ${number(late)} late`;
  yield `${engine.framework().report().length} findings in the framework, ${engine.lint().length} in the policy`;
  yield "a level needs half of the assessments; passed is the share of those with a level";
  for (const module of data.weightless()) {
    yield `all weights of ${module} are 0: the policy weighs its assessments equally`;
  }
}

function sum(counts) {
  return counts.reduce((total, count) => total + count, 0);
}

function date(instant) {
  return Number.isNaN(instant.getTime()) ? "" : instant.toISOString().slice(0, 10);
}

function number(count) {
  return count.toLocaleString("en");
}

/** With one decimal, half away from zero, in integers only. */
function percent(part, whole) {
  if (whole === 0) return "-";
  const tenths = Math.floor((2000 * part + whole) / (2 * whole));
  return `${Math.floor(tenths / 10)}.${tenths % 10} %`;
}

/** Prints a table: the first column to the left, the others to the right. */
function show(title, table) {
  const rows = [...table];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const [name, ...cells] of rows) {
    const padded = cells.map((cell, column) => cell.padStart(widths[column + 1]));
    console.log(`  ${[name.padEnd(widths[0]), ...padded].join("  ")}`);
  }
}

main();
