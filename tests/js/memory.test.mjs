// The memory of the module: handles give it back, and none is used after that.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Calendar, Engine, EventLog, Framework, LearnerRecord, LrmError, Policy } from "lrm-wasm";

import { initSync } from "../../lrm-wasm/pkg/lrm.js";
import { initSync as initReadersSync } from "../../lrm-wasm/pkg/readers.js";
import { CASE, EVIDENCE, FRAMEWORK, NOW, POLICY, withHandles } from "./fixtures.mjs";

// The modules are loaded already: this only gives what they export.
Framework.fromCase(CASE).free();
const memories = [initSync(), initReadersSync()].map((module) => module.memory);
const LOG = withHandles((keep) => keep(EventLog.fromJson(EVIDENCE)).toBytes());
const LAYER = { layer: "school", set: { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" } } };
const sizes = () => memories.map((memory) => memory.buffer.byteLength);

/** One handle of each class, and what can be asked of it. */
function everything() {
  const framework = Framework.fromJson(FRAMEWORK);
  const policy = Policy.fromJson(POLICY);
  const record = LearnerRecord.fromJson(EVIDENCE);
  const engine = new Engine(framework, policy);
  const state = engine.evaluate(record, NOW);
  const live = engine.start(record, NOW);
  const group = engine.startClass([{ format: "lrm-record/1", learner: "ana", evidence: [] }], NOW);
  const derivation = engine.explain(record, "NF", NOW);
  const log = EventLog.fromJson(EVIDENCE);
  const calendar = Calendar.fromJson({ zone: "UTC" });
  const good = withHandles((keep) => keep(LearnerRecord.fromJson([])).length);
  assert.equal(good, 0);
  const questions = new Map([
    [framework, ["id", "version", "title", "status", "length", "competencies", "associations", "roots", "leaves", "depth", "report", "toJson"]],
    [policy, ["toJson", "words"]],
    [record, ["learner", "length", "toJson"]],
    [engine, ["framework", "policy", "lint"]],
    [state, ["asOf", "results", "report", "toJson", Symbol.iterator]],
    [live, ["asOf", "state", "toJson"]],
    [group, ["asOf", "length", "learners"]],
    [log, ["record", "report", "entries", "pending", "events", "hash", "learner", "length", "toJson", "toBytes", "block"]],
    [calendar, ["id", "version", "zone", "zoneRules", "toJson"]],
    [derivation, ["result", "text", "verify", "toJson", "toString"]],
  ]);
  const withArguments = [
    () => framework.competency("NF"),
    () => framework.children("NF"),
    () => framework.parents("NF"),
    () => policy.lint(framework),
    () => policy.words({}),
    () => engine.simulate(engine, [], NOW),
    () => engine.evaluate([], NOW),
    () => engine.explain([], "NF", NOW),
    () => engine.whatIf([], [], NOW),
    () => engine.start([], NOW),
    () => engine.rollup({ competency: [], score: [] }, NOW),
    () => state.mastery("NF"),
    () => log.add({ id: "r1", event: "retracted", of: "e1" }),
    () => log.merge(log),
    () => log.knownAt(NOW),
    () => log.stateOf("e1"),
    () => log.scopeAt(NOW),
    () => log.frameworkWithSubgoals(framework),
    () => log.of("ana"),
    () => log.hash(NOW),
    () => log.erase([], { actor: { id: "t" }, reason: "r" }),
    () => log.dueForErasure({}, NOW, NOW),
    () => engine.history(log, "NF", NOW),
    () => engine.goals(log, NOW),
    () => engine.frontier(log, NOW),
    () => engine.path(log, "NF", NOW),
    () => engine.recoveryPlan(log, ["NF"], NOW),
    () => engine.selfRatings([], NOW),
    () => engine.pace(log, calendar, NOW),
    () => engine.deadlines(log, calendar, NOW),
    () => calendar.instant("2026-11-01T23:59"),
    () => calendar.local(NOW),
    () => calendar.cutoff("2026-11-01T23:59", 1),
    () => calendar.schoolDays("2026-11-01", "2026-11-30"),
    () => engine.programmes(log, NOW),
    () => engine.leastEvidence(log, { competency: "NF" }, NOW),
    () => engine.award(log, "p", { id: "c", actor: "t", at: NOW }),
    () => live.mastery("NF"),
    () => live.apply({ competency: "NF.1", score: 1 }, NOW),
    () => live.advance(NOW),
    () => engine.startClass([], NOW),
    () => group.has("ana"),
    () => group.mastery("ana", "NF"),
    () => group.state("ana"),
    () => group.record("ana"),
    () => group.remove("ana"),
    () => group.apply({ learner: "ana", competency: "NF.1", score: 1 }, NOW),
    () => group.advance(NOW),
  ];
  return { questions, withArguments };
}

const freed = (error) => error instanceof LrmError && error.code === "use-after-free" && /was freed$/.test(error.message);

test("nothing answers after it was freed", () => {
  const { questions, withArguments } = everything();
  for (const handle of questions.keys()) handle.free();
  for (const [handle, names] of questions) {
    for (const name of names) {
      const ask = () => (typeof handle[name] === "function" ? handle[name]() : handle[name]);
      assert.throws(ask, freed, `${handle.constructor.name}.${String(name)}`);
    }
  }
  for (const ask of withArguments) assert.throws(ask, freed, String(ask));
});

test("a freed argument is refused", () => {
  const framework = Framework.fromJson(FRAMEWORK);
  const policy = Policy.fromJson(POLICY);
  const record = LearnerRecord.fromJson(EVIDENCE);
  withHandles((keep) => {
    const engine = keep(new Engine(framework, policy));
    for (const handle of [framework, policy, record]) handle.free();
    assert.throws(() => new Engine(framework, policy), freed);
    assert.throws(() => engine.evaluate(record, NOW), freed);
    assert.throws(() => engine.explain(record, "NF", NOW), freed);
    assert.throws(() => engine.selfRatings(record, NOW), freed);
    assert.throws(() => engine.start(record, NOW), freed);
    assert.throws(() => engine.simulate(engine, [record], NOW), freed);
    assert.throws(() => engine.whatIf(record, [], NOW), freed);
    const rules = keep(engine.policy());
    assert.throws(() => rules.lint(framework), freed);
    // What is made of the two stands on its own.
    assert.equal(keep(engine.evaluate(EVIDENCE, NOW)).mastery("NF.1").exact, "3.3");
  });
});

test("freeing twice does nothing, and disposing frees", () => {
  for (const handle of everything().questions.keys()) {
    assert.equal(handle.free(), undefined);
    assert.equal(handle.free(), undefined);
    assert.equal(handle[Symbol.dispose](), undefined);
  }
  const policy = Policy.fromJson(POLICY);
  policy[Symbol.dispose]();
  assert.throws(() => policy.toJson(), freed);
});

/** Calls often, and asserts that the memory has not grown since the first calls. */
function staysFlat(times, call) {
  for (let i = 0; i < times / 10; i += 1) call(i);
  const before = sizes();
  for (let i = 0; i < times; i += 1) call(i);
  assert.deepEqual(sizes(), before);
}

test("100 000 handles that are freed leave the memory as it was", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const record = keep(LearnerRecord.fromJson(EVIDENCE));
    staysFlat(100_000, () => engine.evaluate(record, NOW).free());
  });
});

test("documents, derivations and warm learners leave nothing behind", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const log = keep(EventLog.fromJson(EVIDENCE));
    staysFlat(3_000, () => {
      engine.frontier(log, NOW);
      engine.path(log, "NF", NOW);
      engine.recoveryPlan(log, ["NF"], NOW);
      engine.leastEvidence(log, { competency: "NF.1", value: 4 }, NOW);
      for (const handle of everything().questions.keys()) handle.free();
      Framework.fromCase(CASE).free();
      EventLog.fromBytes(LOG).free();
      EventLog.recover(LOG).log.free();
      engine.evaluate(EVIDENCE, NOW).free();
      engine.simulate(engine, [EVIDENCE], NOW);
      Policy.fromLayers([LAYER]).policy.free();
      Policy.readyMade("canvas-n-mastery").free();
      Policy.readyMadeNames();
      engine.whatIf(EVIDENCE, [{ competency: "NF.1", score: 1 }], NOW);
      engine.rollup({ competency: ["NF.1"], score: [3] }, NOW);
    });
  });
});

test("errors leave nothing behind, and the handles stay good", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const live = keep(engine.start(EVIDENCE, NOW));
    const log = keep(EventLog.fromJson(EVIDENCE));
    const before = live.toJson();
    const mistakes = [
      () => Framework.fromJson('{"format":"lrm-framework/1"}'),
      () => Framework.fromCase("{"),
      () => Policy.fromJson("{"),
      () => Policy.fromLayers([LAYER, LAYER]),
      () => Policy.readyMade("nothing"),
      () => engine.simulate(engine, [EVIDENCE, "{"], NOW),
      () => LearnerRecord.fromJson("{}"),
      () => Calendar.fromJson({ zone: "Mars" }),
      () => EventLog.fromBytes(LOG.subarray(1)),
      () => EventLog.fromBytes(LOG.subarray(0, 90)),
      () => engine.evaluate(EVIDENCE, "never"),
      () => engine.evaluate(EVIDENCE, NOW, { scope: ["x"] }),
      () => engine.evaluate("{", NOW),
      () => engine.explain(EVIDENCE, "x", NOW),
      () => engine.path(log, "x", NOW),
      () => engine.recoveryPlan(log, ["x"], NOW),
      () => engine.leastEvidence(log, { competency: "NF.1", level: "x" }, NOW),
      () => engine.whatIf(EVIDENCE, [{ score: 1 }], NOW),
      () => engine.rollup({ competency: ["NF.1"], score: ["x"] }, NOW),
      () => engine.rollup({ competency: ["NF.1"], score: [1] }, "never"),
      () => engine.rollup({ competency: ["NF.1", 2], score: [1, 2] }, NOW),
      () => live.apply("{", NOW),
      () => live.advance("1999-01-01T00:00:00Z"),
    ];
    staysFlat(3_000, () => {
      for (const mistake of mistakes) assert.throws(mistake, { name: "LrmError" });
    });
    assert.equal(live.toJson(), before);
  });
});
