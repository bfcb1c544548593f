// What the page in the browser and Node both compute. Only the package is imported, so that a browser can load this file.

import { Engine, Framework, LrmError } from "lrm-wasm";

const CHILDREN = 12;
const LEARNERS = 20;

/** A parent with children; the odd ones have a prerequisite. */
function framework() {
  const ids = Array.from({ length: CHILDREN }, (_, i) => `É.${i}`);
  return {
    format: "lrm-framework/1",
    competencies: ["É", ...ids].map((id) => ({ id, statement: `Competency ${id}` })),
    associations: ids.map((from, i) => ({ type: "is_child_of", from, to: "É", weight: (i % 3) + 0.25 })),
  };
}

const POLICY = {
  format: "lrm-policy/1",
  scale: { max: 4, proficient: 3 },
  estimate: { method: "power_law" },
  rollup: { method: "children_mean" },
  rounding: { digits: 6, mode: "half_even" },
};

/** Scores that repeat every time: no chance is involved. */
function evidence(learner) {
  return Array.from({ length: 50 }, (_, i) => ({
    id: `e${i}`,
    competency: `É.${(i * 7 + learner) % CHILDREN}`,
    score: ((i * 37 + learner * 11) % 30) / 10 + 1,
    observed_at: new Date(Date.UTC(2026, 0, 1 + ((i * 5) % 50))),
  }));
}

const CASE = {
  CFDocument: { identifier: "d", uri: "urn:d", title: "É", creator: "lrm", lastChangeDateTime: "2026-01-01T00:00:00Z" },
  CFItems: [{ identifier: "a", uri: "urn:a", fullStatement: "A", lastChangeDateTime: "2026-01-01T00:00:00Z" }],
};

/** Canonical JSON and columns: everything of it must be the same everywhere. */
export function answers() {
  const asOf = "2026-06-01T00:00:00Z";
  const engine = Engine.fromJson(framework(), POLICY);
  const state = engine.evaluate(evidence(0), asOf);
  const derivation = engine.explain(evidence(0), "É", asOf);
  const live = engine.start(evidence(1), asOf);
  const fromCase = Framework.fromCase(CASE);
  try {
    derivation.verify();
    const rows = Array.from({ length: LEARNERS }, (_, learner) =>
      evidence(learner).map(({ id, ...item }) => ({ learner, ...item })),
    ).flat();
    const column = (name) => rows.map((row) => row[name]);
    const rollup = engine.rollup(
      {
        learner: Uint32Array.from(column("learner")),
        competency: column("competency"),
        score: Float64Array.from(column("score")),
        observed_at: column("observed_at"),
      },
      new Date(asOf),
    );
    return {
      state: state.toJson(),
      derivation: derivation.toJson(),
      text: derivation.text(),
      changed: live.apply({ competency: "É.3", score: 4 }, asOf),
      rows: rollup.length,
      exact: Array.from(rollup.exact, String),
      status: Array.from(rollup.status, (place) => rollup.statuses[place]),
      fromCase: fromCase.toJson(),
      error: codeOf(() => engine.evaluate([], "never")),
    };
  } finally {
    for (const handle of [engine, state, derivation, live, fromCase]) handle.free();
  }
}

/** The code of the LrmError that a call throws. */
export function codeOf(call) {
  try {
    call();
  } catch (error) {
    return error instanceof LrmError ? error.code : `not an LrmError: ${error}`;
  }
  return "nothing was thrown";
}
