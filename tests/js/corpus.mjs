// The corpus: finds the cases and fills in what a case leaves out.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { EventLog, LrmError } from "lrm-wasm";

import { parse, stringify } from "./lossless.mjs";

const OWN = join(dirname(fileURLToPath(import.meta.url)), "..", "corpus");

/** Every case of the project's own corpus and of the folder that LRM_CORPUS names, as `{name, ...}`. */
export function cases() {
  const folders = process.env.LRM_CORPUS ? [OWN, process.env.LRM_CORPUS] : [OWN];
  return folders.flatMap(files).flatMap(casesOf);
}

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

function casesOf(file) {
  const document = parse(readFileSync(file, "utf8"));
  if (document.get("format") !== "lrm-corpus/1") throw new Error(`${file} is not a corpus file`);
  return document.get("cases").map((fields) => read(`${document.get("topic")}::${fields.get("id")}`, fields));
}

const KNOWN = new Set([
  "id", "source", "note", "framework", "policy", "evidence", "as_of", "scope", "strict",
  "expect", "expect_error", "expect_findings", "events", "known_at", "expect_states",
  "expect_entries", "expect_pending", "expect_scope_at", "expect_history", "expect_goals",
  "expect_frontier", "expect_path",
  "erase", "expect_hash", "expect_hash_at", "expect_due", "expect_self_ratings",
  "calendar", "expect_pace", "expect_deadlines", "expect_local",
  "layers", "expect_trace", "expect_refused", "expect_words",
  "policy_b", "framework_b", "records", "most_moves", "expect_simulation",
  "ready_made",
  "expect_programmes", "expect_award", "expect_least_evidence", "expect_recovery_plan",
]);

/** Documents stay JSON text, so that the engine sees the digits that the case was written with. */
function read(name, fields) {
  for (const key of fields.keys()) {
    if (!KNOWN.has(key)) throw new Error(`${name}: the runner does not know \`${key}\``);
  }
  const events = fields.get("events");
  const ofLog = ["expect_programmes", "expect_award", "expect_least_evidence", "expect_recovery_plan"];
  const asked = ofLog.some((key) => fields.has(key));
  const log = events === undefined ? undefined : { events: stringify(events), knownAt: fields.get("known_at"), erase: fields.get("erase") };
  // the items that follow from the events take the place of evidence
  const evidence = log === undefined ? fields.get("evidence") ?? [] : withLog(log, (_, record) => parse(record).get("evidence"));
  const strict = fields.get("strict") ?? false;
  const scope = fields.get("scope");
  const records = fields.get("records");
  const named = [...evidence, ...(events ?? []), ...(records ?? []).flat()];
  const framework = document("lrm-framework/1", fields.get("framework") ?? plainFramework(named));
  return {
    name,
    framework,
    policy: fields.has("policy") ? document("lrm-policy/1", withOrder(fields.get("policy"))) : undefined,
    layers: layers(fields),
    readyMade: fields.get("ready_made"),
    trace: fields.get("expect_trace") ?? new Map(),
    refused: fields.get("expect_refused"),
    words: fields.get("expect_words") ?? [],
    other: fields.has("policy_b") ? other(fields, framework) : undefined,
    simulation: fields.get("expect_simulation") ?? new Map(),
    evidence: stringify(evidence),
    asOf: fields.get("as_of") ?? newest(evidence),
    options: scope === undefined ? { strict } : { scope, strict },
    expect: fields.get("expect") ?? new Map(),
    error: fields.get("expect_error"),
    findings: fields.get("expect_findings"),
    // the log of the evidence, where there are no events
    evidenceLog: log === undefined && asked ? { events: stringify(evidence) } : undefined,
    log,
    states: fields.get("expect_states") ?? new Map(),
    entries: fields.get("expect_entries") ?? new Map(),
    pending: fields.get("expect_pending"),
    scopeAt: fields.get("expect_scope_at"),
    history: fields.get("expect_history") ?? [],
    goals: fields.get("expect_goals"),
    frontier: fields.get("expect_frontier"),
    path: fields.get("expect_path"),
    hash: fields.get("expect_hash"),
    hashAt: fields.get("expect_hash_at"),
    due: fields.get("expect_due"),
    selfRatings: fields.get("expect_self_ratings"),
    calendar: fields.has("calendar") ? stringify(fields.get("calendar")) : undefined,
    pace: fields.get("expect_pace") ?? new Map(),
    deadlines: fields.get("expect_deadlines") ?? new Map(),
    locals: fields.get("expect_local") ?? [],
    programmes: fields.get("expect_programmes"),
    award: fields.get("expect_award"),
    leasts: fields.get("expect_least_evidence") ?? [],
    plans: fields.get("expect_recovery_plan") ?? [],
  };
}

/**
 * Lends the log of the events that were known at the instant of a case, the text of the record that follows, and what came of
 * the erasure before: how many events are gone, or an error.
 */
export function withLog({ events, knownAt, erase }, use) {
  const all = EventLog.fromJson(events);
  const erased = erase && answer(() => all.erase(erase.get("what"), JSON.parse(stringify(erase.get("fields")))));
  const log = knownAt === undefined ? all : all.knownAt(knownAt);
  const record = log.record();
  try {
    return use(log, record.toJson(), erased);
  } finally {
    for (const handle of new Set([all, log, record])) handle.free();
  }
}

/** What a function gives: a value or an error of this package. */
export function answer(ask) {
  try {
    return { value: ask() };
  } catch (error) {
    if (!(error instanceof LrmError)) throw error;
    return { error };
  }
}

/** The layers of the policy, that of a ready-made one before the others. */
function layers(fields) {
  const name = fields.get("ready_made");
  const base = name === undefined ? [] : [JSON.stringify({ layer: name, ready_made: name })];
  return fields.has("layers") ? [...base, ...fields.get("layers").map((layer) => stringify(layer))] : undefined;
}

/** The other side of a simulation, and the records. */
function other(fields, framework) {
  const own = fields.get("framework_b");
  const most = fields.get("most_moves");
  return {
    framework: own === undefined ? framework : document("lrm-framework/1", own),
    policy: document("lrm-policy/1", fields.get("policy_b")),
    records: fields.get("records").map((items) => stringify(items)),
    options: most === undefined ? {} : { mostMoves: Number(most.text) },
  };
}

/** The text of a document, with the head that a case may leave out. */
function document(format, fields) {
  return stringify(new Map([["format", format], ["id", "corpus"], ["version", "1"], ...fields]));
}

/** What is no object names nothing. */
const isItem = (item) => item instanceof Map;

/** One competency for each id that the evidence names. */
function plainFramework(evidence) {
  const ids = new Set(evidence.filter(isItem).map((item) => item.get("competency")).filter((id) => typeof id === "string"));
  const inBytes = Array.from(ids, (id) => Buffer.from(id)).sort(Buffer.compare);
  return new Map([["competencies", inBytes.map((id) => new Map([["id", id.toString()], ["statement", id.toString()]]))]]);
}

/** `order_by` at the top of a policy is short for the one in its section `evidence`. */
function withOrder(policy) {
  const { order_by: order, ...rest } = Object.fromEntries(policy);
  if (order === undefined) return policy;
  const section = new Map([["order_by", order], ...(rest.evidence ?? [])]);
  return new Map(Object.entries({ ...rest, evidence: section }));
}

/** The newest clock instant of any item, also of one that does not count. */
function newest(evidence) {
  let last = { micros: undefined, text: "1970-01-01T00:00:00Z" };
  for (const item of evidence.filter(isItem)) {
    const text = item.get("observed_at") ?? item.get("assessed_at") ?? item.get("received_at");
    const micros = microseconds(text);
    if (micros === undefined) continue;
    if (last.micros === undefined || micros > last.micros) last = { micros, text };
  }
  return last.text;
}

/** Microseconds since 1970, finer digits cut off; undefined if the text is no instant. */
export function microseconds(text) {
  const [, seconds, fraction = "", offset] = INSTANT.exec(text) ?? [];
  const millis = Date.parse(`${seconds}${offset}`);
  // a day that its month does not have is read as one of the next month
  if (Number.isNaN(millis) || !new Date(`${seconds}Z`).toISOString().startsWith(seconds)) return undefined;
  return BigInt(millis) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;
