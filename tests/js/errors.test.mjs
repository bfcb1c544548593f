// Whatever is wrong is an LrmError that says what and where.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Calendar, Class, Derivation, Engine, Framework, LearnerRecord, Live, LrmError, Policy, State } from "lrm-wasm";

import { guarded } from "../../lrm-wasm/pkg/error.js";
import { EVIDENCE, FRAMEWORK, NOW, POLICY, withHandles } from "./fixtures.mjs";

/** Asserts that the call throws an LrmError with at least these properties. */
function fails(call, properties, message) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof LrmError, `${message ?? call}: ${error}`);
    for (const [name, value] of Object.entries(properties)) assert.deepEqual(error[name], value, message);
    return true;
  });
}

test("an error has code, path, context and findings", () => {
  const bad = { format: "lrm-framework/1", competencies: [{ id: "a" }, { id: "b", statement: "B", weight: 2e6 }] };
  fails(() => Framework.fromJson(bad), {
    name: "LrmError",
    code: "missing-field",
    path: "/competencies/0",
  });
  try {
    Framework.fromJson(bad);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.deepEqual(error.findings.map(({ code, path }) => [code, path]), [
      ["missing-field", "/competencies/0"],
      ["parameter-out-of-range", "/competencies/1/weight"],
    ]);
    assert.ok(error.message.startsWith("/competencies/0: "), error.message);
    assert.match(error.stack, /^LrmError: /);
  }
});

test("the path of a cycle is in the context", () => {
  const edge = (from, to) => ({ type: "is_child_of", from, to });
  const associations = [edge("NF", "NF.1"), edge("NF.1", "NF")];
  try {
    Framework.fromJson({ ...FRAMEWORK, associations });
    assert.fail("a cycle was accepted");
  } catch (error) {
    assert.equal(error.code, "cycle");
    assert.deepEqual(error.context.path, ["NF", "NF.1", "NF"]);
  }
});

test("an LrmError can be made by hand", () => {
  const cause = new Error("because");
  const error = new LrmError("invalid-value", "no good", { path: "/a", context: { a: 1 }, cause });
  assert.deepEqual([error.code, error.path, error.message, error.context, error.cause], ["invalid-value", "/a", "/a: no good", { a: 1 }, cause]);
  assert.deepEqual(error.findings, [{ code: "invalid-value", path: "/a", message: "no good" }]);
  const plain = new LrmError("internal", "no good");
  assert.deepEqual([plain.message, plain.path, plain.context, "cause" in plain], ["no good", "", {}, false]);
});

test("a trap in the module is an LrmError, too", () => {
  const trap = new WebAssembly.RuntimeError("unreachable");
  const stop = () => {
    throw trap;
  };
  fails(() => guarded(stop), { code: "internal", cause: trap, message: "the engine stopped: RuntimeError: unreachable" });
});

test("what JSON would change silently is refused with its place", () => {
  const circle = { id: "x" };
  circle.self = circle;
  class Item {}
  const holes = new Array(1);
  const cases = [
    [{ score: Number.NaN }, "/0/score"],
    [{ score: Number.POSITIVE_INFINITY }, "/0/score"],
    [{ score: 3n }, "/0/score"],
    [{ extra: { tags: [undefined] } }, "/0/extra/tags/0"],
    [{ extra: { tags: holes } }, "/0/extra/tags/0"],
    [{ extra: { "a/b~c": () => 1 } }, "/0/extra/a~1b~0c"],
    [{ extra: Symbol("s") }, "/0/extra"],
    [{ extra: new Map() }, "/0/extra"],
    [{ extra: new Item() }, "/0/extra"],
    [{ extra: Float64Array.of(1) }, "/0/extra"],
    [{ extra: Object(1) }, "/0/extra"],
    [{ extra: circle }, "/0/extra/self"],
    [{ observed_at: new Date(Number.NaN) }, "/0/observed_at"],
    [{ context: "half a pair: \ud83d" }, "/0/context"],
    [{ "\udc00": 1 }, "/0"],
  ];
  for (const [fields, path] of cases) {
    fails(() => LearnerRecord.fromJson([{ competency: "NF.1", ...fields }]), { code: "invalid-value", path }, path);
  }
  fails(() => LearnerRecord.fromJson(Array.from({ length: 1 }, () => nested(100_000))), { code: "limit-exceeded" });
});

function nested(depth) {
  let value = [];
  for (let i = 0; i < depth; i += 1) value = [value];
  return { competency: "NF.1", extra: value };
}

test("what JSON can say is accepted", () => {
  withHandles((keep) => {
    const shared = { deep: [null, true, "\ud83d\ude00"] };
    const item = { competency: "NF.1", score: 1e-7, weight: undefined, extra: { a: shared, b: shared } };
    const bare = Object.assign(Object.create(null), item);
    const frozen = Object.freeze([Object.freeze(item)]);
    const texts = [[item], [bare], frozen].map((document) => keep(LearnerRecord.fromJson(document)).toJson());
    assert.equal(new Set(texts).size, 1);
    assert.equal(JSON.parse(texts[0]).evidence[0].score, 1e-7);
    assert.deepEqual(JSON.parse(texts[0]).evidence[0].extra.b, shared);
  });
});

test("a document of the wrong type is refused", () => {
  for (const document of [undefined, null, 1, true, 3n, Symbol("s"), () => "{}"]) {
    for (const type of [Framework, Policy, LearnerRecord, Calendar, Derivation]) {
      fails(() => type.fromJson(document), { code: "invalid-value", path: "" });
    }
    fails(() => Engine.fromJson(FRAMEWORK, document), { code: "invalid-value" });
    fails(() => Framework.fromCase(document), { code: "invalid-value" });
  }
});

test("a text that is not JSON is refused", () => {
  const documents = ["", "{", "nul", "[1,]", '{"a":1,"a":2}', `${"[".repeat(5_000)}`, Uint8Array.of(0xff), "\ud800"];
  for (const document of documents) {
    for (const type of [Framework, Policy, LearnerRecord, Calendar, Derivation]) {
      fails(() => type.fromJson(document), {}, JSON.stringify(document).slice(0, 20));
    }
  }
});

test("an instant that is none is refused", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const times = [undefined, null, 0, 1e12, "", "now", "2026-01-15", "2026-01-15T12:00:00", new Date(Number.NaN), {}, new Date(8.64e15)];
    for (const time of times) {
      fails(() => engine.evaluate([], time), { code: "invalid-value" }, String(time));
      fails(() => engine.explain([], "NF", time), { code: "invalid-value" }, String(time));
      fails(() => engine.whatIf([], [], time), { code: "invalid-value" }, String(time));
      fails(() => engine.start([], time), { code: "invalid-value" }, String(time));
      fails(() => engine.rollup({ competency: [], score: [] }, time), { code: "invalid-value" }, String(time));
    }
  });
});

test("an option that is not known or not right is refused", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const cases = [
      [{ scoop: [] }, "unknown-field", "/options/scoop"],
      [{ Strict: true }, "unknown-field", "/options/Strict"],
      [{ strict: 1 }, "invalid-value", "/options/strict"],
      [{ strict: null }, "invalid-value", "/options/strict"],
      [{ scope: "NF" }, "invalid-value", "/options/scope"],
      [{ scope: [1] }, "invalid-value", "/options/scope/0"],
      [{ scope: null }, "invalid-value", "/options/scope"],
      [["NF"], "invalid-value", "/options"],
      [null, "invalid-value", "/options"],
      ["strict", "invalid-value", "/options"],
    ];
    for (const [options, code, path] of cases) {
      fails(() => engine.evaluate([], NOW, options), { code, path }, path);
      fails(() => engine.explain([], "NF", NOW, options), { code, path }, path);
      fails(() => engine.whatIf([], [], NOW, options), { code, path }, path);
      fails(() => engine.start([], NOW, options), { code, path }, path);
    }
    fails(() => engine.evaluate([], NOW, { scope: ["unheard-of"] }), { code: "unknown-competency" });
  });
});

test("a competency that is not there is refused", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const framework = keep(engine.framework());
    const state = keep(engine.evaluate([], NOW));
    const live = keep(engine.start([], NOW));
    const questions = [
      (id) => framework.competency(id),
      (id) => framework.children(id),
      (id) => framework.parents(id),
      (id) => state.mastery(id),
      (id) => live.mastery(id),
      (id) => engine.explain([], id, NOW),
    ];
    for (const question of questions) {
      fails(() => question("unheard-of"), { code: "unknown-competency" });
      for (const id of [undefined, null, 1, ["NF"], "\ud800"]) fails(() => question(id), { code: "invalid-value", path: "/id" });
    }
  });
});

test("strict makes the first finding an error and lists them all", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const record = [{ competency: "x", score: 1 }, { competency: "NF.1", score: 9 }, ...EVIDENCE];
    fails(() => engine.evaluate(record, NOW, { strict: true }), { code: "unknown-competency" });
    const { findings } = caught(() => engine.evaluate(record, NOW, { strict: true }));
    assert.deepEqual(findings.map(({ code }) => code), ["unknown-competency", "score-off-scale"]);
    fails(() => engine.start(record, NOW, { strict: true }), { code: "unknown-competency" });
    const live = keep(engine.start([], NOW, { strict: true }));
    fails(() => live.apply({ competency: "x", score: 1 }, NOW), { code: "unknown-competency" });
  });
});

test("events of a what-if must be good", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    fails(() => engine.whatIf([], [{ score: 1 }], NOW), { code: "missing-field" });
    fails(() => engine.whatIf([], [{ competency: "NF.1", score: Number.NaN }], NOW), { path: "/events/0/score" });
    for (const events of [undefined, null, {}, "[]", 1]) {
      fails(() => engine.whatIf([], events, NOW), { code: "invalid-value", path: "/events" });
      fails(() => LearnerRecord.fromEvents(events), { code: "invalid-value", path: "/events" });
    }
  });
});

test("a warm learner's clock does not go back", () => {
  withHandles((keep) => {
    const live = keep(keep(Engine.fromJson(FRAMEWORK, POLICY)).start(EVIDENCE, NOW));
    const before = live.toJson();
    fails(() => live.advance("2026-03-01T00:00:00Z"), { code: "clock-moved-back" });
    fails(() => live.apply({ competency: "NF.1", score: 1 }, "2026-03-01T00:00:00Z"), { code: "clock-moved-back" });
    fails(() => live.apply("{", NOW), { code: "invalid-json" });
    assert.equal(live.toJson(), before);
  });
});

test("a derivation that was changed does not verify", () => {
  withHandles((keep) => {
    const derivation = keep(keep(Engine.fromJson(FRAMEWORK, POLICY)).explain(EVIDENCE, "NF.1", NOW));
    const forged = derivation.toJson().replace('"value":3.3', '"value":3.4');
    assert.notEqual(forged, derivation.toJson());
    fails(() => keep(Derivation.fromJson(forged)).verify(), { code: "derivation-mismatch" });
  });
});

test("a catalogue that has no such message is refused", () => {
  withHandles((keep) => {
    const derivation = keep(keep(Engine.fromJson(FRAMEWORK, POLICY)).explain(EVIDENCE, "NF.1", NOW));
    fails(() => derivation.text({ "status.mett": "acquis" }), { code: "unknown-field" });
    fails(() => derivation.text({ "status.met": 1 }), { code: "invalid-value" });
    fails(() => derivation.text(1), { code: "invalid-value" });
  });
});

test("a class that refuses is as before", () => {
  withHandles((keep) => {
    const engine = keep(Engine.fromJson(FRAMEWORK, POLICY));
    const ana = { format: "lrm-record/1", learner: "ana", evidence: [] };
    fails(() => engine.startClass([[]], NOW), { code: "missing-field", path: "/records/0/learner" });
    fails(() => engine.startClass([ana, ana], NOW), { code: "duplicate-id", path: "/records/1/learner" });
    fails(() => engine.startClass(ana, NOW), { code: "invalid-value", path: "/records" });
    fails(() => engine.startClass([1], NOW), { code: "invalid-value", path: "/records/0" });
    fails(() => engine.startClass([ana, "[{]"], NOW), { code: "invalid-json", path: "/records/1" });
    fails(() => engine.startClass([ana, { ...ana, format: "x" }], NOW), { code: "unsupported-format", path: "/records/1/format" });
    const group = keep(engine.startClass([ana], NOW, { strict: true }));
    fails(() => group.apply({ competency: "NF.1", score: 1 }, NOW), { code: "missing-field", path: "/learner" });
    fails(() => group.apply({ learner: "ben", competency: "NF.1", score: 99 }, NOW), { code: "score-off-scale" });
    fails(() => group.apply({ learner: "ana", competency: "NF.1", score: 1 }, "2020-01-01T00:00:00Z"), { code: "clock-moved-back" });
    assert.deepEqual(group.learners(), ["ana"]);
    for (const ask of ["state", "record", "remove"]) fails(() => group[ask]("ben"), { code: "unknown-learner" });
    fails(() => group.mastery("ben", "NF"), { code: "unknown-learner" });
    fails(() => group.mastery("ana", "no"), { code: "unknown-competency" });
    fails(() => group.has(1), { code: "invalid-value", path: "/learner" });
  });
});

test("arguments of the wrong class are refused", () => {
  withHandles((keep) => {
    const framework = keep(Framework.fromJson(FRAMEWORK));
    const policy = keep(Policy.fromJson(POLICY));
    fails(() => new Engine(policy, framework), { code: "invalid-value" });
    fails(() => new Engine(framework), { code: "invalid-value" });
    fails(() => new Engine(), { code: "invalid-value" });
    fails(() => new Engine(FRAMEWORK, POLICY), { code: "invalid-value" });
    fails(() => policy.lint(policy), { code: "invalid-value" });
    fails(() => Framework.prototype.report.call(policy), { code: "invalid-value" });
    for (const type of [Framework, Policy, LearnerRecord, State, Live, Class, Calendar, Derivation]) {
      fails(() => new type(), { code: "invalid-value" });
      fails(() => new type("{}"), { code: "invalid-value" });
    }
  });
});

function caught(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
