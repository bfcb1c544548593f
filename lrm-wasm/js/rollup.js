import { table } from "./columns.js";
import { guarded } from "./error.js";
import { Handle } from "./handle.js";
import { flag, invalid, named, texts } from "./input.js";
import { RawRollupOptions } from "./lrm.js";

/** @typedef {import("./index.d.ts").EvidenceColumns} EvidenceColumns */
/** @typedef {import("./index.d.ts").ScopeColumns} ScopeColumns */
/** @typedef {import("./index.d.ts").Rollup} Rollup */
/** @typedef {import("./lrm.js").RawRollup} RawRollup */

const COLUMNS = ["learner", "competency", "value", "level", "status", "evidence", "newest", "valued", "covered", "modified"];

/**
 * The options, and the scopes of single learners, which go with the columns.
 * @param {unknown} given
 * @returns {{ options: RawRollupOptions, scopes: ScopeColumns | undefined }}
 */
function read(given) {
  const names = ["scope", "scopes", "nodes", "columns", "unassessed", "strict"];
  const { scope, scopes, nodes, columns, unassessed, strict } = named(given, names);
  const ids = scope === undefined ? undefined : texts(scope, "/options/scope");
  const asked = nodes === undefined ? undefined : texts(nodes, "/options/nodes");
  const wanted = columns === undefined ? undefined : texts(columns, "/options/columns");
  wanted?.forEach((name, i) => {
    if (!COLUMNS.includes(name)) throw invalid(`/options/columns/${i}`, `expected one of ${COLUMNS.join(", ")}`);
  });
  const all = flag(unassessed, "/options/unassessed");
  const strictly = flag(strict, "/options/strict");
  const options = guarded(() => new RawRollupOptions());
  if (ids !== undefined) options.scope(ids);
  if (asked !== undefined) options.nodes(asked);
  if (wanted !== undefined) options.columns(wanted);
  if (all) options.unassessed();
  if (strictly) options.strict();
  return { options, scopes: /** @type {ScopeColumns | undefined} */ (scopes) };
}

/**
 * Gives columns to `use`, with the scopes that go with them.
 * @param {EvidenceColumns} columns
 * @param {ScopeColumns | undefined} scopes
 * @param {(evidence: import("./lrm.js").RawColumns) => RawRollup} use
 * @returns {Rollup}
 */
function withTable(columns, scopes, use) {
  const evidence = table(columns);
  try {
    if (scopes !== undefined) {
      evidence.setScopes(table(scopes));
    }
    return taken(guarded(() => use(evidence)));
  } finally {
    evidence.free();
  }
}

/**
 * The results of many learners, as a plain object of columns.
 * @param {import("./lrm.js").RawEngine} engine
 * @param {EvidenceColumns} columns
 * @param {string} asOf
 * @param {unknown} given
 * @returns {Rollup}
 */
export function rollup(engine, columns, asOf, given) {
  const { options, scopes } = read(given);
  try {
    return withTable(columns, scopes, (evidence) => engine.rollup(evidence, asOf, options));
  } finally {
    options.free();
  }
}

/**
 * @param {import("./lrm.js").RawEngine} engine
 * @param {string} asOf
 * @param {unknown} given
 */
export function stream(engine, asOf, given) {
  const { options, scopes } = read(given);
  try {
    return new RollupStream(guarded(() => engine.stream(asOf, options)), scopes);
  } finally {
    options.free();
  }
}

/** @extends {Handle<import("./lrm.js").RawRollupStream>} */
export class RollupStream extends Handle {
  /** @type {ScopeColumns | undefined} */
  #scopes;

  /**
   * @param {import("./lrm.js").RawRollupStream} raw
   * @param {ScopeColumns | undefined} scopes
   */
  constructor(raw, scopes) {
    super(raw);
    this.#scopes = scopes;
  }

  /** @param {EvidenceColumns} columns */
  push(columns) {
    const raw = Handle.open(this, RollupStream);
    return withTable(columns, this.#scopes, (evidence) => raw.push(evidence));
  }

  finish() {
    const raw = Handle.open(this, RollupStream);
    const none = /** @type {EvidenceColumns} */ ({});
    return withTable(none, this.#scopes, (nothing) => raw.finish(nothing));
  }
}

/**
 * The columns, and the handle freed.
 * @param {RawRollup} raw
 */
function taken(raw) {
  try {
    return guarded(() => columnsOf(raw));
  } finally {
    raw.free();
  }
}

/**
 * @param {import("./lrm.js").RawRollup} raw
 * @returns {import("./index.d.ts").Rollup}
 */
function columnsOf(raw) {
  return {
    length: raw.size(),
    learners: raw.learnerTexts() ?? raw.learnerNumbers(),
    learner: raw.learner(),
    competencies: cut(raw.competencyText(), raw.competencyEnds()),
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
    modified: raw.modified(),
    ignored: raw.ignoredColumns(),
    report: JSON.parse(raw.report()),
  };
}

/**
 * The parts of a text that end there.
 * @param {string} text
 * @param {Uint32Array} ends
 */
function cut(text, ends) {
  let from = 0;
  return Array.from(ends, (end) => text.slice(from, (from = end)));
}
