// Compares what the languages made of the corpus, byte by byte: node compare-dumps.mjs rust.json python.json …

import { readFileSync } from "node:fs";
import { basename } from "node:path";

const SHOWN = 10;

const dumps = process.argv.slice(2).map((file) => {
  const cases = new Map(Object.entries(JSON.parse(readFileSync(file, "utf8"))));
  console.log(`${basename(file, ".json")}: ${cases.size} cases`);
  return { name: basename(file, ".json"), cases };
});
const names = new Set(dumps.flatMap(({ cases }) => [...cases.keys()]));
const different = [...names].filter((name) => new Set(dumps.map(({ cases }) => cases.get(name))).size > 1);

for (const name of different.slice(0, SHOWN)) {
  console.log(name);
  for (const dump of dumps) console.log(`  ${dump.name}: ${dump.cases.get(name) ?? "no such case"}`);
}
console.log(`${names.size - different.length} cases the same, ${different.length} different`);
process.exitCode = dumps.length > 1 && names.size > 0 && different.length === 0 ? 0 : 1;
