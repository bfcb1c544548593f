// Runs the corpus: one test per case. LRM_DUMP names a file that gets what each case gave, for the comparison of languages.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, test } from "node:test";

import { Calendar, Engine, EventLog, Framework, LearnerRecord, LrmError, Policy } from "lrm-wasm";

import { answer, cases, microseconds, withLog } from "./corpus.mjs";
import { Digits, decimal, stringify } from "./lossless.mjs";

const all = cases();
const dump = {};

for (const corpusCase of all) {
  test(corpusCase.name, () => {
    assert.ok(!(corpusCase.name in dump), "two cases have this name");
    const outcome = run(corpusCase);
    dump[corpusCase.name] = outcome.error?.code ?? outcome.json;
    check(corpusCase, outcome);
  });
}

after(() => {
  console.log(`conformance: ${all.length} cases`);
  const file = process.env.LRM_DUMP;
  if (file) writeFileSync(file, `${JSON.stringify(dump)}\n`);
});

function run(corpusCase) {
  const { framework, evidence, asOf, options, log, states, calendar: school, locals } = corpusCase;
  const { scopeAt, history, goals, frontier, path, hashAt, due, selfRatings } = corpusCase;
  const handles = [];
  const kept = (handle) => {
    handles.push(handle);
    return handle;
  };
  try {
    const { layers, other, readyMade } = corpusCase;
    const layered = layers && Policy.fromLayers(layers);
    const plain = () => (readyMade === undefined ? Policy.fromJson(corpusCase.policy) : Policy.readyMade(readyMade));
    const policy = kept(layered?.policy ?? plain());
    const engine = kept(new Engine(kept(Framework.fromJson(framework)), policy));
    const record = kept(LearnerRecord.fromJson(evidence));
    const calendar = school === undefined ? undefined : kept(Calendar.fromJson(school));
    const inCalendar = (log) => calendar && {
      pace: new Map(engine.pace(log, calendar, asOf, options).map((one) => [one.course, one])),
      deadlines: new Map(engine.deadlines(log, calendar, asOf).map((one) => [one.activity, one])),
      locals: locals.map((asked) => local(calendar, json(asked))),
    };
    const state = kept(engine.evaluate(record, asOf, options));
    const live = kept(engine.start(record, asOf, options));
    assert.equal(live.toJson(), state.toJson(), "a warm learner gives another answer");
    const results = Object.fromEntries(state.results().map((result) => [result.competency, result]));
    const outcome = {
      json: state.toJson(),
      results,
      findings: state.report(),
      selfRatings: selfRatings && engine.selfRatings(record, asOf, options),
      layered,
      words: policy.words(),
      simulation: other && engine.simulate(kept(Engine.fromJson(other.framework, other.policy)), other.records, asOf, { ...options, ...other.options }),
    };
    const lent = log ?? corpusCase.evidenceLog;
    if (lent !== undefined) Object.assign(outcome, withLog(lent, (log) => stands(corpusCase, engine, log)));
    const further = [...(outcome.leasts ?? []), ...(outcome.plans ?? [])].map((one) => `\n${written(one)}`).join("");
    if (log === undefined) {
      outcome.json += further;
      return school === undefined ? outcome : { ...outcome, ...inCalendar(kept(EventLog.fromJson(evidence))) };
    }
    return withLog(log, (log, record, erased) => ({
      ...outcome,
      json: `${outcome.json}\n${log.hash()}\n${record}${further}`,
      findings: [...log.report(), ...outcome.findings],
      states: [...states.keys()].map((id) => [id, log.stateOf(id) ?? null]),
      entries: new Map(log.entries().map((entry) => [entry.id, entry])),
      pending: log.pending(),
      scope: scopeAt && (log.scopeAt(scopeAt.get("at")) ?? null),
      history: history.map((asked) => engine.history(log, asked.get("competency"), asked.get("until"), asked.get("clock"))),
      goals: goals && new Map(engine.goals(log, goals.get("at")).map((goal) => [goal.id, goal])),
      frontier: frontier && engine.frontier(log, frontier.get("at"), options),
      path: path && answer(() => engine.path(log, path.get("target"), path.get("at"), options).steps),
      ...inCalendar(log),
      erased,
      hash: log.hash(),
      hashAt: hashAt && log.hash(hashAt.get("at")),
      due: due && answer(() => log.dueForErasure(json(due.get("rules")), due.get("left_at"), due.get("at"))),
    }));
  } catch (error) {
    if (!(error instanceof LrmError)) throw error;
    return { error };
  } finally {
    for (const handle of handles) handle.free();
  }
}

/** How programmes stand, what becomes of an award, what further evidence would do, and what is left to learn. */
function stands({ programmes, award, leasts, plans, asOf, options }, engine, log) {
  const within = ({ at = asOf, scope }) => [at, scope === undefined ? options : { ...options, scope }];
  const awarded = () => {
    const given = { id: award.get("id"), actor: award.get("by"), at: award.get("at") };
    const event = engine.award(log, award.get("programme"), given, options);
    assert.equal(log.add(event), true, "the credit was in the log");
    assert.equal(log.stateOf(event.id), "awarded");
    return event.evidence;
  };
  return {
    programmes: programmes && new Map(engine.programmes(log, asOf, options).map((one) => [one.id, one])),
    award: award && answer(awarded),
    leasts: leasts.map(json).map((asked) => answer(() => engine.leastEvidence(log, asked.target, ...within(asked)))),
    plans: plans.map(json).map((asked) => answer(() => engine.recoveryPlan(log, asked.of, ...within(asked)))),
  };
}

/** An answer as text, which is the same in every language. */
function written({ value, error }) {
  const sorted = (_, part) => (part === null || typeof part !== "object" || Array.isArray(part) ? part : Object.fromEntries(Object.entries(part).sort()));
  return error?.code ?? JSON.stringify(value, sorted);
}

function check(corpusCase, outcome) {
  checkRefusal(outcome.error, corpusCase.error);
  if (outcome.error !== undefined) return;
  checkPolicy(corpusCase, outcome);
  for (const [id, fields] of corpusCase.expect) {
    const result = outcome.results[id];
    assert.ok(result, `no result for ${id}`);
    for (const [name, expected] of fields) {
      assert.deepEqual(shown(result, name), plain(expected), `${name} of ${id}`);
    }
  }
  assert.deepEqual(outcome.states ?? [], [...corpusCase.states]);
  for (const [id, fields] of corpusCase.entries) {
    const entry = outcome.entries.get(id);
    assert.equal(entry !== undefined, fields !== null, `the entry ${id}`);
    for (const [name, expected] of fields ?? []) assert.deepEqual(entry[name] ?? null, json(expected), `${name} of ${id}`);
  }
  if (corpusCase.pending !== undefined) assert.deepEqual(outcome.pending, json(corpusCase.pending));
  if (corpusCase.scopeAt !== undefined) assert.deepEqual(outcome.scope, corpusCase.scopeAt.get("scope"));
  for (const [place, asked] of corpusCase.history.entries()) {
    const found = outcome.history[place].map(({ at, events, after }) => [at, events, after.exact, after.status]);
    const expected = asked.get("changes").map((one) => ["at", "events", "value", "status"].map((name) => one.get(name)));
    assert.deepEqual(found, expected.map(([at, events, value, status]) => [at, events, plain(value), status]));
  }
  for (const [id, fields] of corpusCase.goals?.get("goals") ?? []) {
    const goal = outcome.goals.get(id);
    for (const [name, expected] of fields) assert.deepEqual(goal[name] ?? null, json(expected), `${name} of ${id}`);
  }
  for (const kind of ["pace", "deadlines"]) {
    for (const [id, fields] of corpusCase[kind]) checkNamed(outcome[kind].get(id), fields, id);
  }
  for (const [place, asked] of corpusCase.locals.entries()) {
    const { instant, cutoff = instant, from, school_days: days } = json(asked);
    const found = outcome.locals[place];
    if (from !== undefined) assert.equal(found, days);
    else assert.equal(microseconds(found), microseconds(cutoff));
  }
  const { log, frontier, path, hash, hashAt, due, selfRatings } = corpusCase;
  if (frontier !== undefined) checkFrontier(outcome.frontier, frontier);
  if (path !== undefined) {
    const steps = outcome.path.value?.map(({ competency, alternatives = [] }) => ({ competency, alternatives }));
    const expected = path.has("steps") ? json(path.get("steps")) : [];
    const wanted = expected.map(({ competency, alternatives = [] }) => ({ competency, alternatives }));
    checkAnswer({ value: steps, error: outcome.path.error }, wanted, path.get("expect_error"));
  }
  if (log?.erase !== undefined) checkAnswer(outcome.erased, log.erase.get("expect"), log.erase.get("expect_error"));
  if (hash !== undefined) assert.equal(outcome.hash, hash);
  if (hashAt !== undefined) assert.equal(outcome.hashAt, hashAt.get("hash"));
  if (due !== undefined) checkAnswer(outcome.due, due.get("due"), due.get("expect_error"));
  for (const [id, fields] of corpusCase.programmes ?? []) checkProgramme(outcome.programmes.get(id), fields);
  if (corpusCase.award !== undefined) {
    assert.equal(outcome.award.error?.code, corpusCase.award.get("error"), outcome.award.error?.message);
    if (outcome.award.error === undefined) assert.deepEqual(outcome.award.value, corpusCase.award.get("evidence"));
  }
  for (const [place, asked] of corpusCase.leasts.entries()) checkLeast(outcome.leasts[place], json(asked));
  for (const [place, asked] of corpusCase.plans.entries()) checkPlan(outcome.plans[place], json(asked));
  if (selfRatings !== undefined) assert.deepEqual(outcome.selfRatings, json(selfRatings));
  if (corpusCase.findings !== undefined) {
    const codes = outcome.findings.map((finding) => finding.code);
    assert.deepEqual(codes.sort(), [...corpusCase.findings].sort());
  }
}

/** A programme, in the fields that are expected. */
function checkProgramme(found, fields) {
  assert.ok(found, "there is no such programme");
  const shown = {
    ...found,
    unreachable: found.unreachable ?? false,
    exact: found.exact ?? true,
    won: found.trace.filter((one) => one.won).map((one) => one.at),
  };
  for (const [name, expected] of fields) {
    if (name !== "missing" && name !== "trace") {
      assert.deepEqual(shown[name], json(expected), `${name} of ${found.id}`);
      continue;
    }
    const named = expected.map((wanted, place) =>
      Object.fromEntries(Array.from(wanted.keys(), (key) => [key, shown[name][place]?.[key] ?? null])),
    );
    assert.deepEqual(named, json(expected), `${name} of ${found.id}`);
    assert.equal(shown[name].length, expected.length, `${name} of ${found.id}`);
  }
}

/** The least evidence for a target, in the fields that are expected. */
function checkLeast({ value, error }, asked) {
  assert.equal(error?.code, asked.error, error?.message);
  if (error !== undefined) return;
  for (const name of ["reached", "exact"]) {
    if (name in asked) assert.equal(value[name], asked[name], `${name} of ${JSON.stringify(value)}`);
  }
  if ("count" in asked) assert.equal(value.pieces.length, asked.count, JSON.stringify(value));
  if (asked.pieces === undefined) return;
  assert.equal(value.pieces.length, asked.pieces.length, JSON.stringify(value));
  for (const [place, { absent = [], ...fields }] of asked.pieces.entries()) {
    const piece = value.pieces[place];
    for (const name of absent) assert.ok(!(name in piece), `${name} of ${JSON.stringify(piece)}`);
    for (const [name, expected] of Object.entries(fields)) assert.deepEqual(piece[name], expected, `${name} of ${JSON.stringify(piece)}`);
  }
}

/** A recovery plan, in the fields that are expected. */
function checkPlan({ value, error }, { of, unmet, steps, error: code, paths }) {
  assert.equal(error?.code, code, error?.message);
  if (error !== undefined) {
    if (paths !== undefined) assert.deepEqual(error.findings.map((finding) => finding.path), paths);
    return;
  }
  assert.deepEqual(value.of, of);
  if (unmet !== undefined) assert.deepEqual(value.unmet, unmet);
  const whole = (list) => list.map(({ competency, alternatives = [] }) => ({ competency, alternatives }));
  if (steps !== undefined) assert.deepEqual(whole(value.steps), whole(steps));
}

/** What layers come to, the policy in words, and what another would change. */
function checkPolicy({ trace, refused, words, simulation }, outcome) {
  const traced = new Map(outcome.layered?.trace.map(({ parameter, ...rest }) => [parameter, rest]));
  for (const [parameter, expected] of trace) assert.deepEqual(traced.get(parameter), json(expected), parameter);
  if (refused !== undefined) {
    const found = outcome.layered.refused.map((one, i) => Object.fromEntries([...(refused[i]?.keys() ?? [])].map((name) => [name, one[name]])));
    assert.deepEqual(found, json(refused));
  }
  for (const sentence of words) assert.ok(outcome.words.includes(sentence), `${sentence} is not among ${outcome.words.join("\n")}`);
  for (const [name, expected] of simulation) assert.deepEqual(outcome.simulation[name], json(expected), name);
}

/** Standings with some of their fields; what is empty is left out of an answer. */
function checkFrontier({ standings, unknown = [] }, expected) {
  const found = new Map(standings.map((standing) => [standing.competency, standing]));
  for (const [id, fields] of expected.get("standings")) {
    const standing = found.get(id);
    assert.equal(standing !== undefined, fields !== null, `the standing of ${id}`);
    for (const [name, wanted] of fields ?? []) {
      assert.deepEqual(something(standing[name]), something(json(wanted)), `${name} of ${id}`);
    }
  }
  if (expected.has("unknown")) assert.deepEqual(unknown, json(expected.get("unknown")));
}

const something = (value) => (Array.isArray(value) && value.length === 0 ? null : value || null);

/** What a calendar says of local times and of days. */
function local(calendar, { local, instant, grace_days: grace, school_days: days, from, until }) {
  if (from !== undefined) return calendar.schoolDays(from, until);
  return instant === undefined ? calendar.cutoff(local, grace, { schoolDays: days ?? false }) : calendar.instant(local);
}

/** That the fields that an expectation names are as it says, also those of objects. */
function checkNamed(found, fields, place) {
  for (const [name, expected] of fields) {
    const value = found[name] ?? null;
    if (expected instanceof Map && value !== null) checkNamed(value, expected, `${place}.${name}`);
    else assert.deepEqual(value, json(expected), `${place}.${name}`);
  }
}

/** That there is an error if, and only if, the case expects one. */
function checkRefusal(error, refusal) {
  assert.equal(error?.code, refusal?.get("code"), error?.message);
  if (refusal?.has("path")) assert.equal(error.path, refusal.get("path"));
  if (refusal?.has("layer")) assert.equal(error.context.layer, refusal.get("layer"));
  const faults = (list) => list.map(({ code, path }) => `${code} ${path}`).sort();
  if (refusal?.has("all")) assert.deepEqual(faults(error.findings), faults(json(refusal.get("all"))));
}

/** A value, or the error that is expected instead. */
function checkAnswer({ value, error }, expected, refusal) {
  checkRefusal(error, refusal);
  if (refusal === undefined) assert.deepEqual(value, json(expected));
}

/** Numbers are compared as the decimals that they are. */
function shown(result, name) {
  if (name === "value") return result.exact;
  return typeof result[name] === "number" ? decimal(String(result[name])) : result[name] ?? null;
}

/** What `JSON.parse` would have given. */
function json(value) {
  return JSON.parse(stringify(value));
}

function plain(expected) {
  if (Array.isArray(expected)) return expected.map((item) => Number(item.text));
  return expected instanceof Digits ? decimal(expected.text) : expected;
}
