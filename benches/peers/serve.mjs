// The engine in WebAssembly, for a comparison that takes turns with another process: one rollup for each line of input.
//
//     node serve.mjs FOLDER COLUMNS
//
// The same as `benches/serve.rs`, on the same files, with typed arrays in and typed arrays out.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";

import { Engine } from "../../lrm-wasm/pkg/node.js";

const OUTPUTS = {
  values: ["learner", "competency", "value"],
  all: ["learner", "competency", "value", "level", "status", "evidence"],
};

const [folder, columns] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name));
/** A file as numbers; a copy, since a buffer of a file may begin anywhere. */
const numbers = (name, Kind) => new Kind(new Uint8Array(read(name)).buffer);

const engine = Engine.fromJson(read("framework.json"), read("policy.json"));
const asOf = read("as_of").toString();
const table = {
  learner: numbers("learner.u32", Uint32Array),
  competency: numbers("competency.u32", Uint32Array),
  observed_at: numbers("observed_at.i64", BigInt64Array),
  score: numbers("score.f64", Float64Array),
};

for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const rollup = engine.rollup(table, asOf, { columns: OUTPUTS[columns] });
  const seconds = (performance.now() - began) / 1_000;
  const sum = rollup.exact.reduce((sum, value) => sum + value, 0n);
  console.log(JSON.stringify({ seconds, rows: rollup.length, sum: String(sum) }));
}
