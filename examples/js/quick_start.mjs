// The quick start of the README.
import { Engine } from "lrm-wasm";

const framework = {
  competencies: [{ id: "NF", statement: "Fractions" }, { id: "NF.1", statement: "Unit fractions" },
                 { id: "NF.2", statement: "Equal parts" }],
  associations: [{ type: "is_child_of", from: "NF.1", to: "NF" }, { type: "is_child_of", from: "NF.2", to: "NF" }] };
const policy = { scale: { max: 4, proficient: 3 }, estimate: { method: "exponential", latest_percent: 65 } };
const record = [
  { id: "quiz", competency: "NF.1", score: 3, possible: 4, observed_at: "2026-01-15T12:00:00Z" },
  { id: "essay", competency: "NF.1", score: 4, observed_at: "2026-02-01T12:00:00Z" },
  { id: "game", competency: "NF.2", score: 1, observed_at: "2026-02-01T12:00:00Z", purpose: "practice" }];

const engine = Engine.fromJson(framework, policy); // in a browser, `await init()` comes first
const now = "2026-03-01T00:00:00Z";
console.log("NF is", engine.evaluate(record, now).mastery("NF").status);
process.stdout.write(engine.explain(record, "NF.1", now).text());
for (const { before, after } of engine.whatIf(record, [{ competency: "NF.2", score: 2 }], now)) {
  console.log(`${after.competency}: ${before.status} -> ${after.status}`);
}
engine.free();
