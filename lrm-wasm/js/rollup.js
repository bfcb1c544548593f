import { table } from "./columns.js";
import { guarded } from "./error.js";
import { flag, named, texts } from "./input.js";

/**
 * The results of many learners, as a plain object of columns.
 * @param {import("./lrm.js").RawEngine} engine
 * @param {import("./index.d.ts").EvidenceColumns} columns
 * @param {string} asOf
 * @param {unknown} options
 * @returns {import("./index.d.ts").Rollup}
 */
export function rollup(engine, columns, asOf, options) {
  const { scope, nodes, unassessed, strict } = named(options, ["scope", "nodes", "unassessed", "strict"]);
  const how = /** @type {const} */ ([
    scope === undefined ? undefined : texts(scope, "/options/scope"),
    nodes === undefined ? undefined : texts(nodes, "/options/nodes"),
    flag(unassessed, "/options/unassessed"),
    flag(strict, "/options/strict"),
  ]);
  const evidence = table(columns);
  try {
    const raw = guarded(() => engine.rollup(evidence, asOf, ...how));
    try {
      return guarded(() => columnsOf(raw));
    } finally {
      raw.free();
    }
  } finally {
    evidence.free();
  }
}

/**
 * @param {import("./lrm.js").RawRollup} raw
 * @returns {import("./index.d.ts").Rollup}
 */
function columnsOf(raw) {
  const learner = raw.learner();
  return {
    length: learner.length,
    learners: raw.learnerTexts() ?? raw.learnerNumbers(),
    learner,
    competencies: raw.competencyIds(),
    competency: raw.competency(),
    value: raw.value(),
    exact: raw.exact(),
    levels: raw.levelIds(),
    level: raw.level(),
    statuses: /** @type {import("./index.d.ts").Status[]} */ (raw.statusWords()),
    status: raw.status(),
    evidence: raw.evidence(),
    newest: raw.newest(),
    valued: raw.valued(),
    covered: raw.covered(),
    ignored: raw.ignoredColumns(),
    report: JSON.parse(raw.report()),
  };
}
