// The cases of data/rollups.json, which Rust and Python replay too: as typed arrays, as streams, and learner by learner.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Engine } from "lrm-wasm";

import { microseconds } from "./corpus.mjs";
import { withHandles } from "./fixtures.mjs";
import { Digits, parse, stringify } from "./lossless.mjs";

const BEGINNING = "0000-01-01T00:00:00Z";
/** How many rows a stream takes at once: few, so that learners are cut in two. */
const BATCH = 4;
/** Stands for no number in columns of results. */
const NONE = -(2n ** 63n);

const NUMBERS = new Set(["score", "possible", "weight"]);
const BOOLEANS = new Set(["passed", "transfer"]);
const EMPTY = { competency: [], value: [], level: [], status: [], evidence: [], newest: [], valued: [], covered: [] };

const cases = parse(readFileSync(new URL("../data/rollups.json", import.meta.url), "utf8")).map(read);

/** Documents stay text; the expected numbers are whole. */
function read(fields) {
  const columns = Object.fromEntries(fields.get("columns"));
  const expect = Array.from(fields.get("expect"), ([name, cells]) => [name, cells.map(whole)]);
  return {
    number: Number(fields.get("case").text),
    framework: stringify(fields.get("framework")),
    policy: stringify(fields.get("policy")),
    asOf: fields.get("as_of"),
    options: fields.has("scope") ? { scope: fields.get("scope") } : {},
    columns,
    rows: columns.competency.length,
    learner: columns.learner?.map(whole),
    findings: fields.get("findings"),
    expect: Object.fromEntries(expect),
  };
}

function whole(cell) {
  return cell instanceof Digits ? BigInt(cell.text) : cell;
}

/** Some rows as columns: typed arrays wherever there is one that can hold the cells. */
function table({ columns, learner }, rows) {
  const some = Object.entries(columns).map(([name, cells]) => [name, rows.map((row) => cells[row])]);
  const filled = Object.fromEntries(some.map(([name, cells]) => [name, column(name, cells)]));
  return typeof learner?.[0] === "bigint" ? { ...filled, learner: numbered(learner, rows) } : filled;
}

function column(name, cells) {
  if (BOOLEANS.has(name)) return Uint8Array.from(cells, (cell) => (cell === null ? 2 : Number(cell)));
  if (NUMBERS.has(name)) return typed(Float64Array, cells.map((cell) => cell && Number(cell.text)));
  if (name === "attempt") return typed(Int32Array, cells.map((cell) => cell && Number(cell.text)));
  if (name.endsWith("_at")) return instants(cells);
  return texts(cells);
}

const typed = (Type, cells) => (cells.includes(null) ? cells : Type.from(cells));

/** Of one type in all batches of a stream. */
function numbered(learner, rows) {
  const numbers = rows.map((row) => learner[row]);
  return learner.some((one) => one < 0n) ? BigInt64Array.from(numbers) : Uint32Array.from(numbers, Number);
}

/** Texts where one is missing or is no instant. */
function instants(cells) {
  const micros = cells.map(microseconds);
  return micros.includes(undefined) ? cells : BigInt64Array.from(micros);
}

function texts(cells) {
  if (cells.includes(null)) return cells;
  const values = [...new Set(cells)];
  return { keys: Uint32Array.from(cells, (cell) => values.indexOf(cell)), values };
}

/** A row as the text of an item. */
function item({ columns }, row) {
  const fields = new Map();
  for (const [name, cells] of Object.entries(columns)) {
    if (name === "learner" || cells[row] === null) continue;
    const [outer, inner] = name.split(".");
    if (inner === undefined) fields.set(outer, cells[row]);
    else fields.set(outer, new Map([...(fields.get(outer) ?? []), [inner, cells[row]]]));
  }
  return stringify(fields);
}

/** The rows of each learner: numbers by size, texts by bytes. */
function byLearner({ learner, rows }) {
  const all = [...Array(rows).keys()];
  if (learner === undefined) return [all];
  const sorted = [...new Set(learner)].sort((one, other) => (one < other ? -1 : 1));
  return sorted.map((one) => all.filter((row) => learner[row] === one));
}

/** The rows of rollups, as the file has them. */
function found(...rollups) {
  const columns = structuredClone(rollups.some(({ learners }) => learners) ? { learner: [], ...EMPTY } : EMPTY);
  for (const rollup of rollups) {
    for (let row = 0; row < rollup.length; row += 1) {
      const exact = rollup.exact[row];
      assert.equal(rollup.value[row], exact === NONE ? Number.NaN : Number(`${exact}e-9`), "the nearest number");
      columns.learner?.push(rollup.learners[rollup.learner[row]]);
      columns.competency.push(rollup.competencies[rollup.competency[row]]);
      columns.value.push(exact === NONE ? null : exact);
      columns.level.push(rollup.levels[rollup.level[row]] ?? null);
      columns.status.push(rollup.statuses[rollup.status[row]]);
      columns.newest.push(rollup.newest[row] === NONE ? null : rollup.newest[row]);
      for (const name of ["evidence", "valued", "covered"]) columns[name].push(BigInt(rollup[name][row]));
    }
  }
  return columns;
}

/** Adds the results of one learner. */
function add(columns, learner, results) {
  for (const { competency, exact, level, status, evidence, newest, coverage } of results) {
    columns.learner?.push(learner);
    columns.competency.push(competency);
    columns.value.push(exact && billionths(exact));
    columns.level.push(level);
    columns.status.push(status);
    columns.newest.push(microseconds(newest) ?? null);
    for (const [i, name] of ["valued", "covered"].entries()) columns[name].push(BigInt(coverage[i]));
    columns.evidence.push(BigInt(evidence));
  }
}

function billionths(exact) {
  const [left, right = ""] = exact.split(".");
  return BigInt(left + right.padEnd(9, "0"));
}

/** Without what a rollup leaves out if it is not asked for more. */
function assessed(expect) {
  const kept = ({ status }, row) => status[row] !== "not_assessed" && status[row] !== "not_applicable";
  return Object.fromEntries(Object.entries(expect).map(([name, cells]) => [name, cells.filter((_, row) => kept(expect, row))]));
}

function replayRollup(engine, replayed) {
  const { asOf, options, findings, expect } = replayed;
  const columns = table(replayed, [...Array(replayed.rows).keys()]);
  const rollup = engine.rollup(columns, asOf, { ...options, unassessed: true });
  assert.deepEqual(found(rollup), expect, "rollup");
  assert.deepEqual(rollup.report.map(({ code }) => code).sort(), findings, "findings");
  assert.deepEqual(found(engine.rollup(columns, asOf, options)), assessed(expect), "only what is assessed");
}

function replayStream(engine, replayed, keep) {
  const stream = keep(engine.stream(replayed.asOf, { ...replayed.options, unassessed: true }));
  const rows = byLearner(replayed).flat();
  const rollups = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    rollups.push(stream.push(table(replayed, rows.slice(from, from + BATCH))));
  }
  assert.deepEqual(found(...rollups, stream.finish()), replayed.expect, "stream");
}

function replayLearners(engine, replayed, keep) {
  const { asOf, options, learner, expect } = replayed;
  const columns = structuredClone(learner === undefined ? EMPTY : { learner: [], ...EMPTY });
  for (const rows of byLearner(replayed)) {
    const items = rows.map((row) => item(replayed, row));
    const state = keep(engine.evaluate(`[${items.join(",")}]`, asOf, options));
    add(columns, learner?.[rows[0]], state.results());
    const live = keep(engine.start([], BEGINNING, options));
    for (const one of items) live.apply(one, BEGINNING);
    live.advance(asOf);
    assert.equal(live.toJson(), state.toJson(), "event by event");
  }
  assert.deepEqual(columns, expect, "learner by learner");
}

test("no case is left out", () => {
  assert.deepEqual(cases.map(({ number }) => number), Array.from({ length: 500 }, (_, i) => i + 1));
});

for (const replayed of cases) {
  test(`case ${replayed.number}`, () => {
    withHandles((keep) => {
      const engine = keep(Engine.fromJson(replayed.framework, replayed.policy));
      replayRollup(engine, replayed);
      replayStream(engine, replayed, keep);
      replayLearners(engine, replayed, keep);
    });
  });
}
