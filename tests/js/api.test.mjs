// What the classes do when they are used as they should be.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import init, { Calendar, Derivation, Engine, EventLog, Framework, LearnerRecord, LrmError, Policy } from "lrm-wasm";
import * as lrm from "lrm-wasm";

import { CASE, EVIDENCE, FRAMEWORK, NOW, POLICY, withHandles } from "./fixtures.mjs";

const engineOf = (keep) => keep(Engine.fromJson(FRAMEWORK, POLICY));

/** A test that frees its handles. */
function check(name, body) {
  test(name, () => withHandles(body));
}

test("the package exports its classes and nothing else", async () => {
  const names = ["Calendar", "Class", "Derivation", "Engine", "EventLog", "Framework", "LearnerRecord", "Live", "LrmError", "Policy", "RollupStream"];
  names.push("State", "default", "initReaders");
  assert.deepEqual(Object.keys(lrm).sort(), names);
  assert.deepEqual([await init(), await lrm.initReaders()], [undefined, undefined]);
});

check("a framework says what it holds", (keep) => {
  const framework = keep(Framework.fromJson(FRAMEWORK));
  assert.equal(framework.id, "demo");
  assert.equal(framework.version, "2026");
  assert.equal(framework.title, "Fractions");
  assert.equal(framework.status, "adopted");
  assert.equal(framework.length, 3);
  assert.equal(framework.depth(), 2);
  assert.deepEqual(framework.competencies(), FRAMEWORK.competencies);
  assert.deepEqual(framework.competency("NF.2"), FRAMEWORK.competencies[2]);
  assert.deepEqual(framework.associations(), FRAMEWORK.associations);
  assert.deepEqual(framework.children("NF"), ["NF.1", "NF.2"]);
  assert.deepEqual(framework.children("NF.1"), []);
  assert.deepEqual(framework.parents("NF.2"), ["NF"]);
  assert.deepEqual(framework.roots(), ["NF"]);
  assert.deepEqual(framework.leaves(), ["NF.1", "NF.2"]);
  assert.deepEqual(framework.report(), []);
});

check("what a caller does to a result stays with the caller", (keep) => {
  const framework = keep(Framework.fromJson(FRAMEWORK));
  framework.competency("NF.1").tags.push("changed");
  framework.competencies().pop();
  assert.deepEqual(framework.competency("NF.1").tags, ["core"]);
  assert.equal(framework.competencies().length, 3);
});

check("a framework without a head has none", (keep) => {
  const framework = keep(Framework.fromJson({ format: "lrm-framework/1", competencies: [] }));
  assert.deepEqual([framework.id, framework.version, framework.title, framework.status], [undefined, undefined, undefined, undefined]);
  assert.deepEqual([framework.length, framework.depth(), framework.associations()], [0, 0, []]);
});

check("a document is text, bytes or an object", (keep) => {
  const text = JSON.stringify(FRAMEWORK);
  const texts = [FRAMEWORK, text, new TextEncoder().encode(text), Buffer.from(text)].map((document) =>
    keep(Framework.fromJson(document)).toJson(),
  );
  assert.equal(new Set(texts).size, 1);
  assert.deepEqual(JSON.parse(texts[0]), FRAMEWORK);
});

check("canonical texts are fixed points", (keep) => {
  for (const [type, document] of [[Framework, FRAMEWORK], [Policy, POLICY], [LearnerRecord, EVIDENCE]]) {
    const first = keep(type.fromJson(document)).toJson();
    assert.equal(keep(type.fromJson(first)).toJson(), first);
  }
});

check("a CASE package becomes a framework, with what its reader found", (keep) => {
  const framework = keep(Framework.fromCase(CASE));
  assert.equal(framework.title, "Fractions");
  assert.deepEqual(framework.children("a"), ["b"]);
  assert.equal(framework.report().length, 1);
  assert.deepEqual(keep(Framework.fromCase(JSON.stringify(CASE))).toJson(), framework.toJson());
  const engine = keep(new Engine(framework, keep(Policy.fromJson(POLICY))));
  assert.deepEqual(keep(engine.framework()).report(), framework.report());
  assert.deepEqual(keep(Framework.fromJson(framework.toJson())).report(), []);
});

check("a policy is checked against a framework", (keep) => {
  const framework = keep(Framework.fromJson(FRAMEWORK));
  const policy = keep(Policy.fromJson({ ...POLICY, rules: [{ id: "r", match: { tag: "unheard-of" }, estimate: { method: "mean" } }] }));
  const codes = policy.lint(framework).map((finding) => finding.code);
  assert.deepEqual(codes, ["rule-matches-nothing"]);
  const engine = keep(new Engine(framework, policy));
  assert.deepEqual(engine.lint(), policy.lint(framework));
});

check("a record comes from a document or from events", (keep) => {
  const fromArray = keep(LearnerRecord.fromJson(EVIDENCE));
  const fromDocument = keep(LearnerRecord.fromJson({ format: "lrm-record/1", learner: "ana", evidence: EVIDENCE }));
  const fromEvents = keep(LearnerRecord.fromEvents(new Set(EVIDENCE)));
  for (const record of [fromArray, fromDocument, fromEvents]) {
    assert.equal(record.learner, "ana");
    assert.equal(record.length, 3);
    assert.equal(record.toJson(), fromArray.toJson());
  }
  const nobody = keep(LearnerRecord.fromJson("[]"));
  assert.deepEqual([nobody.learner, nobody.length], [undefined, 0]);
});

check("an engine gives its parts back", (keep) => {
  const framework = keep(Framework.fromJson(FRAMEWORK));
  const policy = keep(Policy.fromJson(POLICY));
  const engine = keep(new Engine(framework, policy));
  const [again, rules] = [keep(engine.framework()), keep(engine.policy())];
  assert.equal(again.toJson(), framework.toJson());
  assert.equal(rules.toJson(), policy.toJson());
  framework.free();
  policy.free();
  assert.equal(again.length, 3);
  assert.deepEqual(engine.lint(), []);
});

check("a state holds the results", (keep) => {
  const state = keep(engineOf(keep).evaluate(EVIDENCE, NOW));
  assert.equal(state.asOf, NOW);
  assert.deepEqual(state.mastery("NF.1"), {
    competency: "NF.1",
    value: 3.3,
    exact: "3.3",
    level: "mastery",
    status: "met",
    evidence: 2,
    newest: "2026-02-15T12:00:00Z",
    coverage: [1, 1],
    modified: false,
  });
  assert.deepEqual(Object.keys(state.mastery("NF.1")).slice(0, 3), ["competency", "value", "exact"]);
  assert.deepEqual(state.results().map((result) => result.exact), ["3.1", "3.3", "3"]);
  assert.deepEqual([...state], state.results());
  assert.deepEqual(state.report(), []);
  const document = JSON.parse(state.toJson());
  assert.deepEqual(document.results.map((result) => result.value), state.results().map((result) => result.value));
});

check("no value is null, not zero", (keep) => {
  const state = keep(engineOf(keep).evaluate([], NOW));
  const { value, exact, level, status, newest } = state.mastery("NF");
  assert.deepEqual([value, exact, level, status, newest], [null, null, null, "not_assessed", undefined]);
});

check("the exact value has digits that a number has not", (keep) => {
  const scale = { max: 1_000_000, proficient: 3 };
  const engine = keep(Engine.fromJson(FRAMEWORK, { ...POLICY, scale, estimate: { method: "latest" } }));
  const state = keep(engine.evaluate('[{"competency":"NF.1","score":999999.123456789},{"competency":"NF.2","score":0.1}]', NOW));
  assert.equal(state.mastery("NF.1").exact, "999999.123456789");
  assert.equal(state.mastery("NF.2").exact, "0.1");
});

check("an instant is text or a Date", (keep) => {
  const engine = engineOf(keep);
  const times = [NOW, new Date(NOW), "2026-03-02T01:00:00+01:00"];
  const texts = times.map((time) => keep(engine.evaluate(EVIDENCE, time)).toJson());
  assert.equal(new Set(texts).size, 1);
  assert.equal(keep(engine.evaluate([], new Date(1.5))).asOf, "1970-01-01T00:00:00.001Z");
  assert.equal(keep(engine.evaluate([], "2026-03-02T00:00:00.123456Z")).asOf, "2026-03-02T00:00:00.123456Z");
});

check("a record can be a handle or a document", (keep) => {
  const engine = engineOf(keep);
  const handle = keep(LearnerRecord.fromJson(EVIDENCE));
  const records = [handle, EVIDENCE, handle.toJson(), Buffer.from(handle.toJson())];
  const texts = records.map((record) => keep(engine.evaluate(record, NOW)).toJson());
  assert.equal(new Set(texts).size, 1);
  assert.equal(handle.length, 3);
});

check("a scope says what applies", (keep) => {
  const engine = engineOf(keep);
  for (const scope of [["NF.1"], new Set(["NF.1"])]) {
    const state = keep(engine.evaluate(EVIDENCE, NOW, { scope }));
    assert.equal(state.mastery("NF.2").status, "not_applicable");
    assert.deepEqual(state.mastery("NF").coverage, [1, 1]);
  }
  assert.equal(keep(engine.evaluate(EVIDENCE, NOW, { scope: undefined })).mastery("NF.2").status, "met");
});

check("bad evidence is a finding", (keep) => {
  const state = keep(engineOf(keep).evaluate([{ id: "x", competency: "unheard-of", score: 1 }, ...EVIDENCE], NOW));
  assert.deepEqual(state.report().map(({ code, path }) => [code, path]), [["unknown-competency", "/evidence/0/competency"]]);
  assert.equal(state.mastery("NF.1").exact, "3.3");
});

check("a what-if keeps nothing", (keep) => {
  const engine = engineOf(keep);
  const record = keep(LearnerRecord.fromJson(EVIDENCE));
  const changes = engine.whatIf(record, [{ competency: "NF.2", score: 1, observed_at: "2026-03-01T12:00:00Z" }], NOW);
  assert.deepEqual(changes.map(({ before, after }) => [after.competency, before.exact, after.exact]), [
    ["NF", "3.1", "2.233333333"],
    ["NF.2", "3", "1.7"],
  ]);
  assert.equal(record.length, 3);
  assert.deepEqual(engine.whatIf(record, [], NOW), []);
});

check("a warm learner says what an event changes", (keep) => {
  const engine = engineOf(keep);
  const live = keep(engine.start(EVIDENCE.slice(0, 2), "2026-02-20T00:00:00Z"));
  const changed = live.apply(EVIDENCE[2], NOW);
  assert.deepEqual(changed.map((result) => [result.competency, result.exact]), [["NF", "3.1"], ["NF.2", "3"]]);
  assert.equal(live.asOf, NOW);
  assert.deepEqual(live.mastery("NF.2"), changed[1]);
  const state = keep(live.state());
  assert.equal(live.toJson(), keep(engine.evaluate(EVIDENCE, NOW)).toJson());
  const stale = live.advance("2030-01-01T00:00:00Z");
  assert.deepEqual(stale.map((result) => result.status), ["provisional", "stale", "stale"]);
  assert.equal(state.mastery("NF.2").status, "met");
});

check("a warm class says whose results an event changes", (keep) => {
  const engine = engineOf(keep);
  const about = (learner, items) => items.map((item) => ({ ...item, learner }));
  const ben = keep(LearnerRecord.fromEvents(about("ben", EVIDENCE)));
  const empty = { format: "lrm-record/1", learner: "10", evidence: [] };
  const group = keep(engine.startClass(new Set([ben, empty]), "2026-02-20T00:00:00Z"));
  assert.equal(ben.length, 3);
  const changed = [];
  for (const item of about("ana", EVIDENCE)) changed.push(...group.apply(item, NOW));
  const [learner, results] = changed.at(-1);
  assert.deepEqual([learner, ...results.map((result) => [result.competency, result.exact])], ["ana", ["NF", "3.1"], ["NF.2", "3"]]);
  assert.equal(group.asOf, NOW);
  assert.equal(group.length, 3);
  assert.deepEqual(group.learners(), ["10", "ana", "ben"]);
  assert.deepEqual([group.has("ana"), group.has("cem")], [true, false]);
  assert.deepEqual(group.mastery("ana", "NF.2"), results[1]);
  for (const who of ["ana", "ben"]) {
    assert.equal(keep(group.state(who)).toJson(), keep(engine.evaluate(about(who, EVIDENCE), NOW)).toJson());
  }
  assert.equal(keep(group.record("ben")).toJson(), ben.toJson());
  const stale = group.advance("2030-01-01T00:00:00Z");
  assert.deepEqual([...stale.keys()], ["ana", "ben"]);
  assert.deepEqual(stale.get("ben").map((result) => result.status), ["provisional", "stale", "stale"]);
  assert.equal(keep(group.remove("ana")).length, 3);
  assert.deepEqual(group.learners(), ["10", "ben"]);
});

check("a derivation explains a result and proves it", (keep) => {
  const derivation = keep(engineOf(keep).explain(EVIDENCE, "NF.1", NOW));
  assert.equal(derivation.verify(), undefined);
  assert.equal(derivation.result().exact, "3.3");
  assert.match(derivation.text(), /3\.3/);
  assert.equal(String(derivation), derivation.text());
  const again = keep(Derivation.fromJson(derivation.toJson()));
  assert.equal(again.toJson(), derivation.toJson());
  assert.equal(again.text(), derivation.text());
  again.verify();
});

check("a derivation speaks the words of a catalogue", (keep) => {
  const derivation = keep(engineOf(keep).explain(EVIDENCE, "NF.1", NOW));
  assert.ok(Derivation.messageIds().includes("status.met"));
  assert.match(derivation.text({ "status.met": "acquis" }), /acquis/);
  assert.doesNotMatch(derivation.text(), /acquis/);
});

check("layers come to a policy, within their locks", (keep) => {
  const { policy, trace, refused } = Policy.fromLayers([
    { layer: "platform", set: { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" } } },
    { layer: "district", locks: [{ parameter: "/scale/proficient", min: 3 }] },
    JSON.stringify({ layer: "school", set: { scale: { proficient: 2 } } }),
    { layer: "course", set: { scale: { proficient: 4 } } },
  ]);
  keep(policy);
  assert.deepEqual(refused, [{ parameter: "/scale/proficient", layer: "school", value: 2, lock: "district" }]);
  const { layers } = trace.find(({ parameter }) => parameter === "/scale/proficient");
  assert.deepEqual(layers.map(({ layer, refused_by }) => [layer, refused_by]), [["platform", undefined], ["school", "district"], ["course", undefined]]);
  assert.ok(policy.words().includes("Scores go from 0 to 4. A competency is met from 4 on."));
  const derivation = keep(keep(new Engine(keep(Framework.fromJson(FRAMEWORK)), policy)).explain(EVIDENCE, "NF.1", NOW));
  assert.match(derivation.text(), /scale: set by course, platform\./);
  assert.throws(() => Policy.fromLayers([{ layer: "school", set: { scale: { max: 1 } } }]), (error) => {
    assert.deepEqual([error.code, error.path, error.context.layer], ["missing-field", "", undefined]);
    return error instanceof LrmError;
  });
  assert.throws(() => Policy.fromLayers("[]"), { code: "invalid-value", path: "/documents" });
  const platform = { layer: "platform", set: { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" } } };
  const bytes = [platform, { layer: "school", set: { scale: { max: 5 } } }].map((layer) => new TextEncoder().encode(JSON.stringify(layer)));
  assert.match(keep(Policy.fromLayers(bytes).policy).toJson(), /"max":5/);
  assert.throws(() => Policy.fromLayers([platform, { layer: "school", set: { scale: { max: NaN } } }]), {
    code: "invalid-value",
    path: "/documents/1/set/scale/max",
  });
  assert.throws(() => Policy.fromLayers([platform, new Uint8Array([255])]), (error) => {
    assert.deepEqual([error.code, error.context.document], ["invalid-json", 1]);
    return true;
  });
});

check("ready-made policies are there by name, and can be built upon", (keep) => {
  const names = Policy.readyMadeNames();
  assert.deepEqual(names, [...names].sort());
  for (const name of names) {
    const { id, extra } = JSON.parse(keep(Policy.readyMade(name)).toJson());
    assert.equal(id, name);
    assert.ok(extra.title && extra.sources.length > 0 && extra.leaves_out.length > 0, name);
  }
  assert.throws(() => Policy.readyMade("nothing"), (error) => {
    assert.deepEqual([error.code, error.context], ["unknown-policy", { policy: "nothing" }]);
    return error instanceof LrmError && error.message.includes("moodle-competencies");
  });
  assert.throws(() => Policy.readyMade(7), { code: "invalid-value", path: "/name" });
  const school = { layer: "school", set: { estimate: { n: 2 } } };
  const { policy } = Policy.fromLayers([{ layer: "platform", ready_made: "canvas-n-mastery" }, school]);
  const engine = keep(new Engine(keep(Framework.fromJson(FRAMEWORK)), keep(policy)));
  const scores = [3, 1, 4].map((score) => ({ id: `e${score}`, competency: "NF.1", score }));
  assert.equal(keep(engine.evaluate(scores, NOW)).mastery("NF.1").value, 3.5);
  assert.throws(() => Policy.fromLayers([{ layer: "platform", ready_made: "nothing" }]), { code: "unknown-policy", path: "/ready_made" });
});

check("a simulation says who would move", (keep) => {
  const engine = engineOf(keep);
  const other = keep(Engine.fromJson(FRAMEWORK, { ...POLICY, sufficiency: { min_evidence: 3 } }));
  const log = keep(EventLog.fromJson(EVIDENCE));
  const record = keep(LearnerRecord.fromJson([{ learner: "ben", competency: "NF.1", score: 1 }]));
  const simulation = engine.simulate(other, [log, record], NOW);
  assert.deepEqual([simulation.learners, simulation.moved], [2, 2]);
  assert.ok(simulation.moves.every(({ direction, after }) => direction === "lost" && after.value === null));
  const short = engine.simulate(other, new Set([log, record]), new Date(NOW), { mostMoves: 1 });
  assert.deepEqual([short.moves, short.competencies], [simulation.moves.slice(0, 1), simulation.competencies]);
  assert.equal(short.truncated, true);
  assert.throws(() => engine.simulate(other, [record, record], NOW), { code: "duplicate-id", path: "/records/1" });
  assert.throws(() => engine.simulate(other, [record, log, "[{]"], NOW), { code: "invalid-json", path: "/records/2" });
  assert.throws(() => engine.simulate(other, [record, { format: "lrm-record/2" }], NOW), { code: "unsupported-format", path: "/records/1/format" });
  assert.throws(() => engine.simulate(other, [[{ score: NaN }]], NOW), { code: "invalid-value", path: "/records/0/0/score" });
  assert.throws(() => engine.simulate(other, [], NOW, { mostMoves: -1 }), { code: "parameter-out-of-range", path: "/options/mostMoves" });
  assert.throws(() => engine.simulate({}, [], NOW), { code: "invalid-value" });
  const strange = keep(Engine.fromJson({ competencies: [{ id: "x", statement: "X" }] }, POLICY));
  assert.throws(() => engine.simulate(strange, [], NOW), { code: "incompatible-frameworks" });
});

const EVENTS = [
  { id: "e1", learner: "ana", competency: "NF.1", score: 1, observed_at: "2026-01-15T09:00:00Z" },
  { id: "e2", event: "corrected", of: "e1", score: 4, received_at: "2026-01-16T08:00:00Z", actor: { id: "t", role: "teacher" } },
];

check("a log says what is known, and what was known", (keep) => {
  const log = keep(EventLog.fromEvents(EVENTS));
  const engine = engineOf(keep);
  const value = (from) => engine.evaluate(keep(from.record()), NOW).mastery("NF.1").value;
  assert.equal(log.learner, "ana");
  assert.equal(log.length, 2);
  assert.equal(value(log), 4);
  assert.equal(value(keep(log.knownAt("2026-01-15T12:00:00Z"))), 1);
  assert.equal(log.stateOf("e1"), "assessed");
  assert.equal(log.stateOf("e9"), undefined);
  assert.deepEqual(log.report(), []);
  assert.equal(keep(EventLog.fromJson(log.toJson())).hash(), log.hash());
});

check("a log forgets what is erased, and proves what it was", (keep) => {
  const transcript = { id: "e3", competency: "NF.1", score: 2, retention: "transcript" };
  const log = keep(EventLog.fromEvents([...EVENTS, transcript]));
  const old = keep(EventLog.fromJson(log.toJson()));
  const noted = log.hash();
  const rules = { "": 5, transcript: null };
  const left = "2026-06-30T12:00:00Z";
  assert.deepEqual(log.dueForErasure(rules, left, "2031-06-30T11:59:59Z"), []);
  assert.deepEqual(log.dueForErasure(rules, new Date(left), "2031-06-30T12:00:00Z"), ["e1"]);
  const fields = { id: "x1", actor: { id: "registrar" }, reason: "five years", received_at: "2031-07-01T00:00:00Z" };
  assert.equal(log.erase(["e1"], fields), 2);
  assert.deepEqual([log.length, log.merge(old), log.add(EVENTS[0]), old.merge(log)], [2, 0, false, 1]);
  assert.equal(log.toJson(), old.toJson());
  assert.notEqual(log.hash(), noted);
  assert.equal(log.hash("2031-06-30T00:00:00Z"), noted);
  assert.throws(() => log.erase(["e9", "x1"], fields), (error) => {
    assert.ok(error instanceof LrmError);
    assert.deepEqual(error.findings.map(({ code }) => code), ["dangling-reference", "invalid-value"]);
    return true;
  });
  assert.equal(log.add({ id: "h1", event: "held", actor: { id: "court" }, reason: "a case" }), true);
  assert.throws(() => log.erase(["e3"], fields), (error) => {
    assert.ok(error instanceof LrmError);
    assert.deepEqual([error.code, error.context.hold], ["legal-hold", "h1"]);
    return true;
  });
  assert.throws(() => log.erase("e3", fields), { name: "LrmError", code: "invalid-value", path: "/what" });
  assert.throws(() => log.erase([3], fields), { name: "LrmError", code: "invalid-value", path: "/what/0" });
  assert.throws(() => log.hash("now"), { name: "LrmError", code: "invalid-value" });
  assert.throws(() => log.dueForErasure({ "": -1 }, left, left), { name: "LrmError", code: "parameter-out-of-range", path: "/" });
});

check("a log grows, and nothing counts twice", (keep) => {
  const [one, other] = EVENTS.map((event) => keep(EventLog.fromEvents([event])));
  assert.equal(one.merge(other), 1);
  assert.equal(other.merge(one), 1);
  assert.equal(one.merge(one), 0);
  assert.equal(one.toJson(), other.toJson());
  assert.equal(one.add(EVENTS[1]), false);
  assert.equal(one.add({ id: "e3", event: "retracted", of: "e1" }), true);
  assert.equal(one.stateOf("e2"), "retracted");
  const again = { id: "e4", event: "verified", of: "e2" };
  assert.throws(() => one.add(again), (error) => {
    assert.ok(error instanceof LrmError);
    assert.equal(error.code, "illegal-transition");
    assert.deepEqual([error.context.from, error.context.to], ["retracted", "verified"]);
    return true;
  });
  assert.equal(one.length, 3);
  const theirs = keep(EventLog.fromEvents([{ id: "e9", learner: "bo", competency: "NF.1", score: 1 }]));
  assert.throws(() => one.merge(theirs), { code: "invalid-value" });
  // from another copy it may come nevertheless: it is kept and has no effect
  assert.equal(one.merge(keep(EventLog.fromEvents([again]))), 1);
  assert.deepEqual(one.report().map((finding) => finding.code), ["illegal-transition"]);
});

check("a log tells of more than evidence", (keep) => {
  const log = keep(EventLog.fromEvents([
    { id: "s", learner: "ana", event: "submitted", competencies: ["NF.1", "NF.2"] },
    { id: "a", of: "s", competency: "NF.1", score: 2.5, observed_at: new Date("2026-01-15T00:00:00Z") },
    { id: "g", event: "proposed", competencies: ["NF.1"], title: "Fractions" },
    { id: "y", event: "approved", of: "g" },
    { id: "n", event: "enrolled", scope: ["NF"], starts_at: "2026-01-01T00:00:00Z" },
  ]));
  assert.deepEqual(log.pending(), [{ id: "s", waits_for: "assessment", competencies: ["NF.2"] }]);
  assert.deepEqual(log.entries().map(({ entry }) => entry), ["evidence", "goal", "enrolment", "submission"]);
  const [goal] = log.entries("goal");
  assert.deepEqual([goal.state, goal.events, goal.title], ["approved", ["g", "y"], "Fractions"]);
  const [judged] = log.entries("evidence");
  assert.deepEqual([judged.score, judged.since], [2.5, "2026-01-15T00:00:00Z"]);
  assert.deepEqual([log.stateOf("s"), log.stateOf("g")], ["submitted", "approved"]);
  assert.deepEqual(log.scopeAt("2026-02-01T00:00:00Z"), ["NF"]);
  assert.deepEqual(log.scopeAt(new Date(0)), []);
  assert.equal(keep(EventLog.fromEvents([])).scopeAt(NOW), undefined);
  assert.throws(() => log.entries("goals"), { code: "invalid-value", path: "/kind" });
  assert.throws(() => log.entries(5), { code: "invalid-value", path: "/kind" });
});

check("a calendar gives pace and deadlines", (keep) => {
  const calendar = keep(Calendar.fromJson({
    zone: "America/New_York", version: "2", holidays: ["2026-11-26", "2026-11-27"],
    courses: [{ id: "fractions", competencies: ["NF"], from: "2026-01-05", until: "2026-01-16", buffer_percent: 5 }],
    deadlines: [{ activity: "essay", due: "2026-11-01T23:59" }],
  }));
  assert.deepEqual([calendar.zone, calendar.id, calendar.version], ["America/New_York", undefined, "2"]);
  assert.match(calendar.zoneRules, /^20\d\d[a-z]$/);
  assert.equal(calendar.instant("2026-11-01T23:59"), "2026-11-02T04:59:00Z");
  assert.equal(calendar.local(new Date("2026-11-02T04:30:00Z")), "2026-11-01T23:30:00-05:00");
  assert.equal(calendar.cutoff("2026-10-31T20:00", 1), "2026-11-02T01:00:00Z");
  assert.equal(calendar.cutoff("2026-11-25T20:00", 1, { schoolDays: true }), "2026-12-01T01:00:00Z");
  assert.equal(calendar.cutoff("2026-11-25T20:00"), "2026-11-26T01:00:00Z");
  assert.equal(calendar.schoolDays("2026-11-23", "2026-11-29"), 3);
  assert.equal(keep(Calendar.fromJson(calendar.toJson())).toJson(), calendar.toJson());
  const engine = engineOf(keep);
  const log = keep(EventLog.fromEvents([
    { id: "e1", competency: "NF.1", score: 4, observed_at: "2026-01-06T15:00:00Z" },
    { id: "s1", event: "submitted", competency: "NF.1", activity: "essay", observed_at: "2026-11-02T04:30:00Z" },
    { id: "h1", event: "paced", course: "fractions", pace: "ahead", actor: { id: "t" }, reason: "knows it", observed_at: "2026-01-06T15:00:00Z" },
  ]));
  const [pace] = engine.pace(log, calendar, "2026-01-09T20:00:00Z");
  const period = { from: "2026-01-05", until: "2026-01-16", days: 10, elapsed: 5, expected: 50, pace: "on" };
  assert.deepEqual(pace, {
    course: "fractions", measure: "points", done: 3, of: 6, percent: 50, assessed: 1, leaves: 2, own: period, calendar: period, pauses: [],
    set: { id: "h1", pace: "ahead", by: "t", reason: "knows it" }, buffer_percent: 5, zone: "America/New_York",
    zone_rules: calendar.zoneRules, calendar_version: "2",
  });
  assert.equal(engine.pace(log, calendar, "2026-01-09T20:00:00Z", { scope: ["NF.1"] })[0].percent, 100);
  assert.deepEqual(engine.deadlines(log, calendar, "2026-11-03T00:00:00Z"), [{
    activity: "essay", due: "2026-11-02T04:59:00Z", cutoff: "2026-11-02T04:59:00Z", state: "on_time", at: "2026-11-02T04:30:00Z", by: "s1",
  }]);
  assert.throws(() => Calendar.fromJson({ zone: "America/NewYork" }), { code: "unknown-zone", path: "/zone" });
  assert.throws(() => calendar.instant("2026-11-01T23:59Z"), { code: "invalid-value" });
  assert.throws(() => calendar.instant(5), { code: "invalid-value", path: "/local" });
  assert.throws(() => calendar.cutoff("2026-11-01T23:59", 367), { code: "parameter-out-of-range" });
  for (const bad of [1.5, "1", NaN]) {
    assert.throws(() => calendar.cutoff("2026-11-01T23:59", bad), { code: "invalid-value", path: "/graceDays" });
  }
  for (const bad of [-1, 2 ** 32, 2 ** 60]) {
    assert.throws(() => calendar.cutoff("2026-11-01T23:59", bad), { code: "parameter-out-of-range", path: "/graceDays" });
  }
  assert.throws(() => calendar.cutoff("2026-11-01T23:59", 1, { school: true }), { code: "unknown-field" });
  assert.throws(() => engine.pace(log, {}, NOW), { code: "invalid-value" });
  assert.throws(() => engine.deadlines(calendar, log, NOW), { code: "invalid-value" });
});

check("a learner has subgoals of their own", (keep) => {
  const log = keep(EventLog.fromEvents([
    { id: "u", event: "subdivided", competency: "NF.1.a", statement: "Halves", under: ["NF.1"] },
  ]));
  const framework = keep(engineOf(keep).framework());
  const mine = keep(log.frameworkWithSubgoals(framework));
  assert.equal(mine.length, framework.length + 1);
  assert.deepEqual([mine.competency("NF.1.a").statement, mine.competency("NF.1.a").tags], ["Halves", ["subgoal"]]);
  assert.deepEqual(mine.children("NF.1"), framework.children("NF.1"));
  log.add({ id: "v", event: "subdivided", competency: "x", under: ["nothing"] });
  assert.throws(() => log.frameworkWithSubgoals(framework), { code: "dangling-reference" });
  assert.throws(() => log.frameworkWithSubgoals({}), { code: "invalid-value" });
});

check("two ids of one person, and apart again", (keep) => {
  const theirs = keep(EventLog.fromEvents([{ id: "e9", learner: "anna", competency: "NF.1", score: 3 }]));
  const log = keep(EventLog.fromEvents(EVENTS));
  assert.throws(() => log.merge(theirs), { code: "invalid-value" });
  log.add({ id: "i", event: "identified", other: "anna", reason: "one birth date", actor: { id: "office" } });
  assert.deepEqual([log.merge(theirs), log.merge(theirs), log.learner], [1, 0, "ana"]);
  assert.equal(log.stateOf("e9"), "assessed");
  log.add({ id: "x", event: "separated", of: "i" });
  assert.equal(log.stateOf("e9"), undefined);
  assert.equal(keep(log.of("anna")).toJson(), theirs.toJson());
  assert.equal(keep(log.of("ana")).length, log.length - 1);
});

check("a result has a history, and goals are met", (keep) => {
  const engine = engineOf(keep);
  const log = keep(EventLog.fromEvents([
    { id: "e1", competency: "NF.1", score: 1, received_at: "2026-01-15T09:00:00Z" },
    { id: "e2", event: "corrected", of: "e1", score: 4, received_at: "2026-01-16T08:00:00Z" },
    { id: "g", event: "proposed", competencies: ["NF.1"] },
    { id: "y", event: "approved", of: "g" },
  ]));
  const changes = engine.history(log, "NF.1", NOW);
  assert.deepEqual(changes.map(({ at, events, after }) => [at, events, after.exact]), [
    ["2026-01-15T09:00:00Z", ["e1"], "1"],
    ["2026-01-16T08:00:00Z", ["e2"], "4"],
  ]);
  assert.deepEqual(changes[1].before, changes[0].after);
  assert.equal(engine.history(log, "NF.1", NOW, "observed").length, 1);
  const [goal] = engine.goals(log, NOW);
  assert.deepEqual([goal.id, goal.state, goal.reached, goal.evidence], ["g", "met", ["NF.1"], ["e2"]]);
  assert.throws(() => engine.history(log, "nothing", NOW), { code: "unknown-competency" });
  assert.throws(() => engine.history(log, "NF.1", NOW, "wall"), { code: "invalid-value", path: "/clock" });
  assert.throws(() => engine.goals({}, NOW), { code: "invalid-value" });
});

check("what is ready, what is blocked and why, and the way to a target", (keep) => {
  const framework = {
    competencies: ["share", "unit", "compare", "add"].map((id) => ({ id, statement: id })),
    associations: [["share", "unit"], ["unit", "compare"], ["compare", "add"]].map(([from, to]) => ({ type: "precedes", from, to })),
  };
  const engine = keep(Engine.fromJson(framework, { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" } }));
  const log = keep(EventLog.fromEvents([{ id: "e1", competency: "share", score: 3 }]));
  assert.deepEqual(engine.frontier(log, NOW), {
    standings: [
      { competency: "share", state: "learned", recent: true },
      { competency: "unit", state: "ready", unlocks: 2, opens: 1 },
      { competency: "compare", state: "blocked", missing: ["unit"], root_causes: ["unit"], opens: 1 },
      { competency: "add", state: "blocked", missing: ["compare"], root_causes: ["unit"] },
    ],
  });
  const steps = ["unit", "compare", "add"].map((competency) => ({ competency }));
  assert.deepEqual(engine.path(log, "add", new Date(NOW)), { target: "add", steps });
  const actor = { id: "coach" };
  log.add({ id: "w1", event: "waived", competency: "add", prerequisite: "compare", actor, reason: "new here" });
  log.add({ id: "w2", event: "waived", competency: "nowhere", actor, reason: "a typing error" });
  const { standings, unknown } = engine.frontier(log, NOW);
  assert.deepEqual(standings[3].waived, [{ prerequisite: "compare", by: "coach", reason: "new here" }]);
  assert.deepEqual([standings[3].state, unknown], ["ready", ["w2"]]);
  assert.equal(log.entries("waiver").length, 2);
  assert.deepEqual(engine.frontier(log, NOW, { scope: ["add"] }).standings.map((one) => one.competency), ["add"]);
  assert.throws(() => engine.path(log, "nowhere", NOW), { code: "unknown-competency" });
  assert.throws(() => engine.path(log, 5, NOW), { code: "invalid-value", path: "/target" });
  assert.deepEqual(engine.recoveryPlan(log, new Set(["share", "compare"]), NOW, { strict: true }), {
    of: ["share", "compare"], unmet: ["compare"], steps: [{ competency: "unit" }, { competency: "compare" }],
  });
  assert.throws(() => engine.recoveryPlan(log, ["nowhere"], NOW), { code: "unknown-competency", path: "/of/0" });
  assert.throws(() => engine.recoveryPlan(log, [], NOW), { code: "invalid-value", path: "/of" });
  assert.throws(() => engine.recoveryPlan(log, "share", NOW), { code: "invalid-value", path: "/of" });
  assert.throws(() => engine.frontier({}, NOW), { code: "invalid-value" });
  assert.throws(() => engine.frontier(log, "never"), { code: "invalid-value" });
  assert.throws(() => engine.frontier(log, NOW, { scope: ["x"] }), { code: "unknown-competency" });
});

check("the least evidence with which a target is reached", (keep) => {
  const requirement = { all: [{ competency: "NF.1" }, { competency: "NF.2", value: 2.5 }] };
  const policy = { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" }, sufficiency: { min_assessors: 2 } };
  const engine = keep(Engine.fromJson(FRAMEWORK, { ...policy, programmes: [{ id: "p", requirement }] }));
  const log = keep(EventLog.fromEvents([{ id: "new-1", competency: "NF.1", score: 1, assessor: { id: "ms-lee" } }]));
  const piece = { id: "new-2", competency: "NF.1", score: 3, observed_at: "2026-02-01T00:00:00Z", assessor: { id: "new-2" } };
  const now = new Date("2026-02-01T00:00:00Z");
  assert.deepEqual(engine.leastEvidence(log, { competency: "NF.1" }, now), {
    target: { competency: "NF.1" }, reached: true, exact: true, pieces: [piece],
  });
  const { reached, exact, pieces } = engine.leastEvidence(log, { programme: "p" }, now, { strict: true });
  assert.deepEqual([reached, exact, pieces.map((one) => one.competency)], [true, true, ["NF.1", "NF.2", "NF.2"]]);
  for (const one of pieces) log.add(one);
  assert.equal(engine.programmes(log, now)[0].verdict, "met");
  assert.deepEqual(engine.leastEvidence(log, { programme: "p" }, now).pieces, []);
  const none = engine.leastEvidence(log, { competency: "NF.2", value: 4 }, now, { scope: ["NF.1"] });
  assert.deepEqual(none, { target: { competency: "NF.2", value: 4 }, reached: false, exact: false, pieces: [] });
  assert.throws(() => engine.leastEvidence(log, {}, NOW), { code: "invalid-value" });
  assert.throws(() => engine.leastEvidence(log, { competency: "NF.1", level: "proficient", value: 3 }, NOW), { code: "invalid-value" });
  assert.throws(() => engine.leastEvidence(log, { competency: "NF.1", level: "x" }, NOW), { code: "unknown-level" });
  assert.throws(() => engine.leastEvidence(log, { competency: "NF.1", value: 5 }, NOW), { code: "parameter-out-of-range" });
  assert.throws(() => engine.leastEvidence(log, { competency: "x" }, NOW), { code: "unknown-competency" });
  assert.throws(() => engine.leastEvidence(log, { programme: "x" }, NOW), { code: "unknown-programme" });
  assert.throws(() => engine.leastEvidence(log, { program: "p" }, NOW), { code: "unknown-field", path: "/target/program" });
  assert.throws(() => engine.leastEvidence(log, "NF.1", NOW), { code: "invalid-value", path: "/target" });
});

check("a learner stands in programmes, and is awarded a credit", (keep) => {
  const requirement = { all: [{ competency: "NF.1" }, { competency: "NF.2", value: 2.5 }] };
  const programmes = [{ id: "graduation", kind: "graduation", credit: "diploma", requirement }];
  const engine = keep(Engine.fromJson(FRAMEWORK, { ...POLICY, programmes, sequences: [["diploma", "degree"]] }));
  const log = keep(EventLog.fromEvents([
    { id: "e1", competency: "NF.1", score: 4, observed_at: "2026-01-15T09:00:00Z" },
    { id: "e2", competency: "NF.2", score: 2, observed_at: "2026-01-15T09:00:00Z" },
  ]));
  const award = { id: "c1", actor: { id: "ms-lee", role: "teacher" }, at: NOW, reason: "done" };
  const [open] = engine.programmes(log, NOW);
  assert.deepEqual(open, {
    id: "graduation",
    kind: "graduation",
    credit: "diploma",
    verdict: "not_met",
    missing: [{ at: "/all/1", competency: "NF.2", needs: "value", value: 2.5, status: "not_met" }],
    trace: [
      { at: "", verdict: "not_met" },
      { at: "/all/0", competency: "NF.1", verdict: "met" },
      { at: "/all/1", competency: "NF.2", verdict: "not_met" },
    ],
  });
  assert.throws(() => engine.award(log, "graduation", award), (error) => error.code === "requirement-not-met" && error.context.missing === 1);
  assert.throws(() => engine.award(log, "nothing", award), { code: "unknown-programme" });
  const event = engine.award(log, "graduation", award, { scope: ["NF.1"] });
  assert.deepEqual([event.event, event.credit, event.evidence, event.actor], ["awarded", "diploma", ["e1"], award.actor]);
  assert.equal(log.add(event), true);
  assert.equal(log.stateOf("c1"), "awarded");
  assert.throws(() => engine.award(log, "graduation", { ...award, id: "c2", actor: "ms-lee" }), { code: "already-awarded" });
  assert.throws(() => engine.award(log, "graduation", { ...award, on: NOW }), { code: "unknown-field", path: "/award/on" });
  assert.throws(() => engine.award(log, "graduation", { ...award, actor: {} }), { code: "invalid-value", path: "/award/actor/id" });
  assert.throws(() => engine.award(log, "graduation", { ...award, id: "" }), { code: "invalid-value", path: "/id" });
  assert.throws(() => engine.award(log, "graduation", { ...award, id: "e1" }), { code: "duplicate-id", path: "/id" });
  assert.deepEqual(engine.programmes(log, new Date(NOW), { scope: ["NF.1"] })[0].verdict, "met");
  assert.throws(() => engine.programmes(log, NOW, { scope: ["nowhere"] }), { code: "unknown-competency" });
});

check("what an award says of its role and its reason is kept, and null is absent", (keep) => {
  const programmes = [{ id: "p", requirement: { competency: "NF.1" } }];
  const engine = keep(Engine.fromJson(FRAMEWORK, { ...POLICY, programmes }));
  const log = keep(EventLog.fromEvents([{ id: "e1", competency: "NF.1", score: 4 }]));
  const said = (role, reason) => {
    const { actor, ...event } = engine.award(log, "p", { id: "c1", actor: { id: "t", role }, at: NOW, reason });
    return [actor.role, event.reason];
  };
  assert.deepEqual(said("", ""), ["", ""]);
  assert.deepEqual(said(null, null), [undefined, undefined]);
  assert.deepEqual(said(undefined, undefined), [undefined, undefined]);
});

check("all that is wrong with a policy is told at once", () => {
  const programmes = [{ id: "p", requirement: { all: [] } }];
  assert.throws(
    () => Policy.fromJson({ ...POLICY, estimate: { method: "zz" }, programmes }),
    (error) => error.findings.map(({ code }) => code).sort().join() === "empty-group,invalid-value",
  );
});

check("learners rate themselves, and others see the gap", (keep) => {
  const engine = engineOf(keep);
  const items = [
    { competency: "NF.1", score: 4, assessor: { role: "self" }, observed_at: "2026-01-15T09:00:00Z" },
    { competency: "NF.1", score: 2.5, assessor: { role: "teacher" }, observed_at: "2026-01-16T09:00:00Z" },
    { competency: "NF.2", score: 3, assessor: { role: "self" } },
    { competency: "NF.2", score: 9, assessor: { role: "self" } },
  ];
  const first = { competency: "NF.1", rated: 4, observed_at: "2026-01-15T09:00:00Z", value: 2.5, gap: 1.5 };
  const second = { competency: "NF.2", rated: 3 };
  assert.deepEqual(engine.selfRatings(items, NOW), [first, second]);
  assert.deepEqual(engine.selfRatings(keep(LearnerRecord.fromJson(items)), new Date(NOW), { scope: ["NF.2"] }), [second]);
  assert.deepEqual(engine.selfRatings([], NOW), []);
  assert.throws(() => engine.selfRatings(items, NOW, { strict: true }), { code: "score-off-scale" });
  assert.throws(() => engine.selfRatings(items, "never"), { code: "invalid-value" });
  assert.throws(() => engine.selfRatings([], NOW, { scope: ["nowhere"] }), { code: "unknown-competency" });
});

/** A log as bytes by the book, with nothing of the engine. */
function packed(marker, text) {
  const data = deflateRawSync(text, { level: 9 });
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(Buffer.byteLength(text), 4);
  const digest = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const said = Buffer.concat([Buffer.from(marker), numbers]);
  const head = Buffer.concat([said, digest(said).subarray(0, 4)]);
  return Buffer.concat([head, digest(head, data), data]);
}

check("a log becomes bytes, which grow, and are read by the book and as they are", (keep) => {
  const log = keep(EventLog.fromEvents(EVENTS));
  const more = keep(EventLog.fromEvents([{ id: "r", event: "retracted", of: "e1" }]));
  const start = Buffer.from("\x89lrm-log-bytes/1\n", "latin1");
  const bytes = Buffer.concat([log.toBytes(), more.block()]);
  assert.deepEqual([...log.toBytes().subarray(0, 21)], [...start, ...Buffer.from("lrmS")]);
  const byTheBook = [start, packed("lrmS", `${log.hash()}\n${log.toJson()}`), packed("lrmE", more.toJson())];
  log.merge(more);
  for (const data of [bytes, Uint8Array.from(bytes), Buffer.concat(byTheBook)]) {
    assert.equal(keep(EventLog.fromBytes(data)).toJson(), log.toJson());
    const { log: known, report } = EventLog.recover(data);
    assert.deepEqual([keep(known).hash(), report], [log.hash(), []]);
  }
  const { log: rest, report } = EventLog.recover(bytes.subarray(0, -1));
  assert.deepEqual([keep(rest).length, report.map(({ code }) => code)], [2, ["damaged"]]);
  assert.throws(() => EventLog.fromBytes(bytes.subarray(0, -1)), (error) => {
    assert.ok(error instanceof LrmError);
    assert.deepEqual([error.code, error.context.offset], ["damaged", keep(EventLog.fromEvents(EVENTS)).toBytes().length]);
    return /^a block of \d+ bytes$/.test(error.context.expected);
  });
  assert.throws(() => EventLog.fromBytes(Buffer.from("\x89lrm-log-bytes/2\n", "latin1")), (error) => {
    assert.deepEqual(error.context, { found: "lrm-log-bytes/2", known: "lrm-log-bytes/1" });
    return error.code === "unsupported-format";
  });
  for (const wrong of ["text", undefined, [1], bytes.buffer]) {
    assert.throws(() => EventLog.fromBytes(wrong), { name: "LrmError", code: "invalid-value", path: "/data" });
    assert.throws(() => EventLog.recover(wrong), { name: "LrmError", code: "invalid-value", path: "/data" });
  }
});

check("a log gives the canonical text of each event", (keep) => {
  const log = keep(EventLog.fromEvents([{ score: 1.50, competency: "NF.1", id: "e1", learner: "ana" }, ...EVENTS.slice(1)]));
  const texts = log.events();
  assert.equal(texts.length, 2);
  assert.ok(texts.includes('{"id":"e1","competency":"NF.1","score":1.5}'));
  const again = keep(EventLog.fromJson(`{"format":"lrm-log/1","learner":"ana","events":[${texts.join()}]}`));
  assert.equal(again.hash(), log.hash());
});
