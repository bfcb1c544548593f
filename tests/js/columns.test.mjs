// Bulk rollups: columns in, columns out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Engine } from "lrm-wasm";

import { FRAMEWORK, NOW, POLICY, withHandles } from "./fixtures.mjs";

const NONE = -(2n ** 63n);
const IDS = ["NF.1", "NF.2"];
const MICROS = BigInt64Array.from(["2026-01-15T12:00:00Z", "2026-02-15T12:00:00Z", "2026-03-01T09:30:00Z"], (time) => {
  return BigInt(Date.parse(time)) * 1000n;
});

/** Three rows of one learner and one of another, in odd order. */
const COLUMNS = {
  learner: Uint32Array.of(7, 3, 7, 7),
  competency: { keys: Uint32Array.of(0, 1, 0, 1), values: IDS },
  score: Float64Array.of(4, 1, 2, 3),
  possible: [null, null, null, 4],
  observed_at: BigInt64Array.of(MICROS[1], MICROS[0], MICROS[0], MICROS[2]),
};

function rollup(columns, options) {
  return withHandles((keep) => keep(Engine.fromJson(FRAMEWORK, POLICY)).rollup(columns, NOW, options));
}

/** Everything but the names of learners. */
const numbers = ({ learners, ...rest }) => rest;

test("a rollup gives the results of evaluate as columns", () => {
  const result = rollup(COLUMNS);
  assert.equal(result.length, 5);
  assert.deepEqual(result.learners, BigInt64Array.of(3n, 7n));
  assert.deepEqual(result.competencies, ["NF", "NF.1", "NF.2"]);
  assert.deepEqual(result.levels, ["below", "mastery"]);
  assert.deepEqual([...result.learner], [0, 0, 1, 1, 1]);
  assert.deepEqual([...result.competency], [0, 2, 0, 1, 2]);
  assert.deepEqual([...result.value], [1, 1, 3.1, 3.3, 3]);
  assert.deepEqual([...result.exact], [1_000_000_000n, 1_000_000_000n, 3_100_000_000n, 3_300_000_000n, 3_000_000_000n]);
  assert.deepEqual([...result.level], [0, 0, 1, 1, 1]);
  assert.deepEqual([...result.evidence], [1, 1, 3, 2, 1]);
  assert.deepEqual([...result.valued], [1, 1, 2, 1, 1]);
  assert.deepEqual([...result.covered], [2, 1, 2, 1, 1]);
  assert.deepEqual([...result.newest], [MICROS[0], MICROS[0], MICROS[2], MICROS[1], MICROS[2]]);
  assert.deepEqual([...result.status].map((place) => result.statuses[place]), ["provisional", "not_met", "met", "met", "met"]);
  assert.deepEqual([result.ignored, result.report], [[], []]);
});

test("a rollup agrees with evaluate", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const evidence = [
      { competency: "NF.1", score: 4, observed_at: "2026-02-15T12:00:00Z" },
      { competency: "NF.1", score: 2, observed_at: "2026-01-15T12:00:00Z" },
      { competency: "NF.2", score: 3, possible: 4, observed_at: "2026-03-01T09:30:00Z" },
    ];
    const expected = keep(engine.evaluate(evidence, NOW)).results();
    const column = (name) => evidence.map((item) => item[name]);
    const result = engine.rollup(
      { competency: column("competency"), score: column("score"), possible: column("possible"), observed_at: column("observed_at") },
      NOW,
    );
    assert.equal(result.learners, undefined);
    const rows = [...result.value.keys()].map((row) => ({
      competency: result.competencies[result.competency[row]],
      value: result.value[row],
      exact: result.value[row].toString(),
      level: result.levels[result.level[row]],
      status: result.statuses[result.status[row]],
      evidence: result.evidence[row],
      newest: new Date(Number(result.newest[row] / 1000n)).toISOString().replace(".000", ""),
      coverage: [result.valued[row], result.covered[row]],
      modified: false,
    }));
    assert.deepEqual(rows, expected);
  });
});

test("the same column in other forms gives the same", () => {
  const expected = rollup(COLUMNS);
  const others = [
    { learner: Uint16Array.of(7, 3, 7, 7) },
    { learner: Uint8Array.of(7, 3, 7, 7) },
    { learner: Int32Array.of(7, 3, 7, 7) },
    { learner: BigInt64Array.of(7n, 3n, 7n, 7n) },
    { learner: [7, 3, 7, 7] },
    { competency: ["NF.1", "NF.2", "NF.1", "NF.2"] },
    { competency: { keys: Uint32Array.of(2, 0, 2, 0), values: ["NF.2", "unused", "NF.1"] } },
    { score: Float32Array.of(4, 1, 2, 3) },
    { score: Uint8Array.of(4, 1, 2, 3) },
    { score: [4, 1, 2, 3] },
    { possible: [undefined, null, undefined, 4] },
    { observed_at: Array.from(COLUMNS.observed_at, (micros) => new Date(Number(micros / 1000n))) },
    { observed_at: Array.from(COLUMNS.observed_at, (micros) => new Date(Number(micros / 1000n)).toISOString()) },
    { due_at: undefined },
  ];
  for (const other of others) {
    assert.deepEqual(rollup({ ...COLUMNS, ...other }), expected, Object.keys(other)[0]);
  }
  const named = rollup({ ...COLUMNS, learner: ["zoe", "ana", "zoe", "zoe"] });
  assert.deepEqual(named.learners, ["ana", "zoe"]);
  assert.deepEqual(numbers(named), numbers(expected));
});

test("true, false and null are three things", () => {
  const expected = ["NF.1:4", "NF.2:0"];
  const policy = { ...POLICY, scale: { max: 4, proficient: 4 }, estimate: { method: "latest" } };
  for (const passed of [[true, false, null], Uint8Array.of(1, 0, 2)]) {
    const result = withHandles((keep) =>
      keep(Engine.fromJson(FRAMEWORK, policy)).rollup({ competency: ["NF.1", "NF.2", "NF.2"], passed }, NOW, { nodes: IDS }),
    );
    assert.deepEqual([...result.value].map((value, row) => `${IDS[row]}:${value}`), expected);
    assert.deepEqual([...result.evidence], [1, 1]);
  }
});

test("a column of nulls says nothing, and a table of no rows neither", () => {
  const nulls = Array(4).fill(null);
  const empty = { possible: nulls, passed: nulls, level: nulls, due_at: nulls, id: nulls, weight: nulls };
  const { possible, ...columns } = COLUMNS;
  assert.deepEqual(rollup({ ...columns, ...empty }), rollup(columns));
  const unscored = rollup({ competency: COLUMNS.competency, score: nulls });
  assert.deepEqual([unscored.length, unscored.report], [0, []]);
  assert.equal(rollup({ competency: [], score: [] }).length, 0);
});

test("options narrow and widen the table", () => {
  const two = rollup(COLUMNS, { nodes: ["NF.2", "NF"] });
  assert.deepEqual([...two.competency], [2, 0, 2, 0]);
  const all = rollup(COLUMNS, { unassessed: true });
  assert.equal(all.length, 6);
  const none = all.value.findIndex(Number.isNaN);
  assert.equal(none, 1);
  assert.deepEqual([all.exact[none], all.level[none], all.newest[none], all.evidence[none]], [NONE, -1, NONE, 0]);
  assert.equal(all.statuses[all.status[none]], "not_assessed");
  const scoped = rollup(COLUMNS, { scope: new Set(["NF.2"]) });
  assert.deepEqual([...scoped.covered], [1, 1, 1, 1]);
});

test("a bad row is a finding, or an error if asked for", () => {
  const columns = { ...COLUMNS, score: Float64Array.of(4, 1, Number.NaN, 3) };
  const { report, evidence } = rollup(columns);
  assert.deepEqual(report.map(({ path, context }) => [path, context.row]), [["/rows/2/score", 2]]);
  assert.deepEqual([...evidence], [1, 1, 2, 1, 1]);
  assert.throws(() => rollup(columns, { strict: true }), { name: "LrmError", code: report[0].code });
});

test("unknown columns are named", () => {
  assert.deepEqual(rollup({ ...COLUMNS, colour: ["r", "g", "b", "c"] }).ignored, ["colour"]);
});

test("columns that cannot be read are errors", () => {
  const cases = [
    ["column-missing", {}],
    ["column-missing", { competency: ["NF.1"] }],
    ["column-missing", { ...COLUMNS, competency: undefined }],
    ["column-type", { ...COLUMNS, score: ["4", "1", "2", "3"] }],
    ["column-type", { ...COLUMNS, learner: Float64Array.of(7, 3, 7, 7) }],
    ["column-type", { ...COLUMNS, score: new Map() }],
    ["column-type", { ...COLUMNS, score: "4123" }],
    ["invalid-value", { ...COLUMNS, score: Float64Array.of(4) }],
    ["invalid-value", { ...COLUMNS, learner: [7, 3, 7, 7.5] }],
    ["invalid-value", { ...COLUMNS, learner: [7, 3, 7, "zoe"] }],
    ["invalid-value", { ...COLUMNS, score: [4, 1, 2, "3"] }],
    ["invalid-value", { ...COLUMNS, competency: ["NF.1", "NF.2", "NF.1", 2] }],
    ["invalid-value", { ...COLUMNS, competency: { keys: Uint32Array.of(0, 0, 0, 0), values: [1] } }],
    ["invalid-value", { ...COLUMNS, observed_at: [new Date(Number.NaN), null, null, null] }],
    ["invalid-value", { ...COLUMNS, observed_at: [new Date(0), "1970-01-01T00:00:00Z", null, null] }],
    ["invalid-value", { ...COLUMNS, passed: [true, false, 1, null] }],
    ["invalid-value", []],
    ["invalid-value", null],
    ["invalid-value", "columns"],
  ];
  for (const [at, [code, columns]] of cases.entries()) {
    assert.throws(() => rollup(columns), { name: "LrmError", code }, `case ${at}`);
  }
  assert.throws(() => rollup(COLUMNS, { nodes: ["unheard-of"] }), { name: "LrmError", code: "unknown-competency" });
  assert.throws(() => rollup(COLUMNS, { unasessed: true }), { name: "LrmError", code: "unknown-field", path: "/options/unasessed" });
});

test("only the columns that are asked for are made", () => {
  const all = rollup(COLUMNS);
  const some = rollup(COLUMNS, { columns: ["learner", "competency", "value"] });
  for (const name of ["learner", "competency", "value", "exact"]) assert.deepEqual(some[name], all[name], name);
  assert.deepEqual([some.length, some.status.length, some.newest.length], [all.length, 0, 0]);
  const code = { name: "LrmError", code: "invalid-value", path: "/options/columns/0" };
  assert.throws(() => rollup(COLUMNS, { columns: ["values"] }), code);
});

test("a modified standard is a column that is named", () => {
  const table = { competency: ["NF.1", "NF.2"], score: [3, 3], adaptation: ["modification", "accommodation"] };
  const { competencies, competency, modified } = rollup(table, { columns: ["competency", "modified"] });
  const marked = [...competency].map((node, row) => [competencies[node], modified[row]]);
  assert.deepEqual(marked, [["NF", 1], ["NF.1", 1], ["NF.2", 0]]);
  assert.equal(rollup(table).modified.length, 0);
});

test("one submission from two systems is one row", () => {
  const table = {
    competency: ["NF.1", "NF.1", "NF.2"],
    score: [3, 3, 2],
    activity: ["quiz", "quiz", "quiz"],
    attempt: [1, 1, 1],
    "source.system": ["lms", "sis", "lms"],
    "override.reason": [null, null, "seen"],
    "assessor.id": ["t", "t", "t"],
  };
  const { competencies, competency, evidence } = rollup(table);
  const counted = [...competency].map((node, row) => [competencies[node], evidence[row]]);
  assert.deepEqual(counted, [["NF", 1], ["NF.1", 1], ["NF.2", 0]]);
});

test("what a system deleted and restored with a new id is one row", () => {
  const table = {
    competency: ["NF.1", "NF.1", "NF.2"],
    score: [2, 4, 3],
    "source.system": ["lms", "lms", "lms"],
    "source.id": ["1", "2", "3"],
    "source.replaces": [null, "1", null],
  };
  const { competencies, competency, value, evidence } = rollup(table);
  const counted = [...competency].map((node, row) => [competencies[node], value[row], evidence[row]]);
  assert.deepEqual(counted.slice(1), [["NF.1", 4, 1], ["NF.2", 3, 1]]);
});

test("scopes limit what applies to whom", () => {
  const scopes = { learner: [7], competency: ["NF.2"] };
  const result = rollup(COLUMNS, { scopes });
  assert.deepEqual([...result.learners], [7n]);
  const ids = Array.from(result.competency, (place) => result.competencies[place]);
  assert.deepEqual(ids, ["NF", "NF.2"]);
  const unknown = { learner: [7], competency: ["gone"] };
  assert.throws(() => rollup(COLUMNS, { scopes: unknown }), { code: "unknown-competency", path: "/scopes/rows/0" });
  assert.throws(() => rollup(COLUMNS, { scopes: { learner: [7] } }), { code: "column-missing" });
});

test("a stream gives learners as they are finished", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const sorted = {
      learner: ["ana", "ana", "ben", "ben", "cy"],
      competency: ["NF.1", "NF.2", "NF.1", "NF.1", "NF.2"],
      score: [4, 1, 2, 3, 3.5],
    };
    const whole = engine.rollup(sorted, NOW);
    const part = (from, to) => Object.fromEntries(Object.entries(sorted).map(([name, column]) => [name, column.slice(from, to)]));
    for (const size of [1, 2, 3, 5]) {
      const stream = keep(engine.stream(NOW));
      const parts = [];
      for (let from = 0; from < 5; from += size) parts.push(stream.push(part(from, from + size)));
      parts.push(stream.finish());
      assert.deepEqual(parts.flatMap((one) => [...one.exact]), [...whole.exact], `batches of ${size}`);
      const learners = parts.flatMap((one) => Array.from(one.learner, (place) => one.learners[place]));
      assert.deepEqual(learners, Array.from(whole.learner, (place) => whole.learners[place]), `batches of ${size}`);
    }
    const stream = keep(engine.stream(NOW));
    stream.push(part(2, 3));
    assert.throws(() => stream.push(part(0, 1)), { name: "LrmError", code: "invalid-value", path: "/rows/1/learner" });
  });
});
