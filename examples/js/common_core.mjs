// Common Core mathematics, read from a CASE package: what is in it, its prerequisites, and one learner.
//
//     node examples/js/common_core.mjs

import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

import { Engine, Framework, LearnerRecord, Policy } from "lrm-wasm";

const EXAMPLES = new URL("../", import.meta.url);
const AS_OF = "2026-11-22T00:00:00Z";
const SCORES = { "2.NBT.A.1a": [2, 3], "2.NBT.A.1b": [4], "2.NBT.A.2": [1, 3], "2.NBT.A.3": [2] };

function main() {
  const started = performance.now();
  const framework = Framework.fromCase(readFileSync(new URL("data/ccss/ccss-math.json", EXAMPLES)));
  const policy = Policy.fromJson(readFileSync(new URL("common_core.policy.json", EXAMPLES)));
  const engine = new Engine(framework, policy);
  const [competencies, associations] = [framework.competencies(), framework.associations()];
  const codeOf = new Map(competencies.map(({ id, code }) => [id, code]));
  const idOf = new Map(competencies.map(({ id, code }) => [code, id]));

  console.log(framework.title);
  const shape = `depth ${framework.depth()}, ${framework.roots().length} roots, ${framework.leaves().length} leaves`;
  console.log(`  ${framework.length} competencies, ${shape}`);
  console.log(`  ${framework.report().length} findings in the package, ${engine.lint().length} in the policy`);
  for (const { path, message, code } of framework.report()) console.log(`  ${path}: ${message} (${code})`);
  counted("Kinds", competencies.map(({ type }) => type));
  counted("Associations", associations.map(({ type }) => type));

  const way = longestWay(codeOf, associations);
  console.log(`\nThe longest way through the prerequisites: ${way.length} steps`);
  for (let start = 0; start < way.length; start += 8) console.log(`  ${way.slice(start, start + 8).join(" ")}`);

  const events = Object.entries(SCORES).flatMap(([code, scores]) =>
    scores.map((score, at) => ({
      id: `${code}/${at + 1}`,
      competency: idOf.get(code),
      score,
      observed_at: `2026-10-${11 + at}T09:00:00Z`,
    })),
  );
  const record = LearnerRecord.fromEvents(events);
  const state = engine.evaluate(record, AS_OF);
  console.log("\nA learner in grade 2");
  for (const code of ["2", "2.NBT", "2.NBT.A", "2.NBT.A.1", ...Object.keys(SCORES)]) {
    const { exact, level, status, coverage } = state.mastery(idOf.get(code));
    const cells = [code.padEnd(10), (exact ?? "-").padStart(11), (level ?? "-").padEnd(10), status.padEnd(11)];
    console.log(`  ${cells.join("  ")}  ${coverage.join(" of ")}`);
  }
  console.log(`\n${engine.explain(record, idOf.get("2.NBT.A.1"), AS_OF).text().trimEnd()}`);

  const counts = `${framework.length} competencies, ${associations.length} associations`;
  console.log(`\n${counts}, ${((performance.now() - started) / 1000).toFixed(2)} seconds`);
}

/** How often each word occurs, the most frequent first. */
function counted(title, words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  console.log(`\n${title}`);
  const order = ([a, m], [b, n]) => n - m || (a < b ? -1 : 1);
  for (const [word, count] of [...counts].sort(order)) console.log(`  ${String(count).padStart(4)} ${word}`);
}

/** The longest chain of prerequisites as codes, the first of equally long ones. */
function longestWay(codeOf, associations) {
  const before = new Map([...codeOf.values()].map((code) => [code, []]));
  for (const { type, from, to } of associations) {
    if (type === "precedes") before.get(codeOf.get(to)).push(codeOf.get(from));
  }
  const known = new Map();
  const longest = (codes) =>
    codes.sort().map(way).reduce((best, other) => (other.length > best.length ? other : best), []);
  function way(code) {
    if (!known.has(code)) known.set(code, [...longest(before.get(code)), code]);
    return known.get(code);
  }
  return longest([...codeOf.values()]);
}

main();
