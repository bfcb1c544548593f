import { guarded } from "./error.js";
import { Framework } from "./framework.js";
import { Handle, ask } from "./handle.js";
import { binary, bytes, iterable, text, texts, time } from "./input.js";
import { RawFramework } from "./lrm.js";
import { RawEventLog, RawRecovery } from "./readers.js";
import { withReaders } from "./readers-module.js";
import { LearnerRecord } from "./record.js";

/** @typedef {import("./index.d.ts").Event} Event */

/** @extends {Handle<RawEventLog>} */
export class EventLog extends Handle {
  /** @param {import("./index.d.ts").Document<import("./index.d.ts").LogDocument>} document */
  static fromJson(document) {
    const input = bytes(document);
    return new EventLog(withReaders(() => RawEventLog.fromJson(input)));
  }

  /** @param {Iterable<Event>} events */
  static fromEvents(events) {
    return EventLog.fromJson(/** @type {Event[]} */ (Array.from(iterable(events, "/events"))));
  }

  /** @param {Uint8Array} data */
  static fromBytes(data) {
    const input = binary(data, "/data");
    return new EventLog(withReaders(() => RawEventLog.fromBytes(input)));
  }

  /**
   * @param {Uint8Array} data
   * @returns {import("./index.d.ts").Recovery}
   */
  static recover(data) {
    const input = binary(data, "/data");
    return withReaders(() => {
      const raw = new RawRecovery(input);
      const report = JSON.parse(raw.report());
      return { log: new EventLog(raw.intoLog()), report };
    });
  }

  /** @param {import("./index.d.ts").Document<Event>} event */
  add(event) {
    const input = bytes(event);
    return ask(this, EventLog, (raw) => raw.add(input));
  }

  /** @param {EventLog} other */
  merge(other) {
    const from = Handle.open(other, EventLog);
    return ask(this, EventLog, (raw) => raw.merge(from));
  }

  /** @param {import("./index.d.ts").Time} instant */
  knownAt(instant) {
    const at = time(instant, "/instant");
    return new EventLog(ask(this, EventLog, (raw) => raw.knownAt(at)));
  }

  record() {
    return LearnerRecord.fromJson(ask(this, EventLog, (raw) => raw.record()));
  }

  /** @returns {import("./index.d.ts").Finding[]} */
  report() {
    return JSON.parse(ask(this, EventLog, (raw) => raw.report()));
  }

  /**
   * @param {string} id
   * @returns {import("./index.d.ts").EntryState | undefined}
   */
  stateOf(id) {
    const name = text(id, "/id");
    const state = ask(this, EventLog, (raw) => raw.stateOf(name));
    return /** @type {import("./index.d.ts").EntryState | undefined} */ (state);
  }

  /**
   * @param {import("./index.d.ts").EntryKind} [kind]
   * @returns {import("./index.d.ts").Entry[]}
   */
  entries(kind) {
    const name = kind === undefined ? undefined : text(kind, "/kind");
    return JSON.parse(ask(this, EventLog, (raw) => raw.entries(name)));
  }

  /** @returns {import("./index.d.ts").Pending[]} */
  pending() {
    return JSON.parse(ask(this, EventLog, (raw) => raw.pending()));
  }

  /** @param {import("./index.d.ts").Time} instant */
  scopeAt(instant) {
    const at = time(instant, "/instant");
    return ask(this, EventLog, (raw) => raw.scopeAt(at));
  }

  /** @param {Framework} framework */
  frameworkWithSubgoals(framework) {
    Handle.open(framework, Framework);
    const shared = framework.toJson();
    const report = JSON.stringify(framework.report());
    const document = ask(this, EventLog, (raw) => raw.frameworkWithSubgoals(shared));
    return new Framework(guarded(() => RawFramework.fromReading(document, report)));
  }

  /** @param {string} learner */
  of(learner) {
    const name = text(learner, "/learner");
    return new EventLog(ask(this, EventLog, (raw) => raw.ofLearner(name)));
  }

  events() {
    return ask(this, EventLog, (raw) => raw.events());
  }

  /** @param {import("./index.d.ts").Time} [at] */
  hash(at) {
    const instant = at === undefined ? undefined : time(at, "/at");
    return ask(this, EventLog, (raw) => raw.hash(instant));
  }

  /**
   * @param {Iterable<string>} what
   * @param {import("./index.d.ts").Document<import("./index.d.ts").ErasureFields>} fields
   */
  erase(what, fields) {
    const names = texts(what, "/what");
    const input = bytes(fields);
    return ask(this, EventLog, (raw) => raw.erase(names, input));
  }

  /**
   * @param {import("./index.d.ts").Document<import("./index.d.ts").RetentionRules>} rules
   * @param {import("./index.d.ts").Time} leftAt
   * @param {import("./index.d.ts").Time} at
   */
  dueForErasure(rules, leftAt, at) {
    const input = bytes(rules);
    const [left, now] = [time(leftAt, "/leftAt"), time(at, "/at")];
    return ask(this, EventLog, (raw) => raw.dueForErasure(input, left, now));
  }

  get learner() {
    return ask(this, EventLog, (raw) => raw.learner());
  }

  /** The number of events. */
  get length() {
    return ask(this, EventLog, (raw) => raw.size());
  }

  toJson() {
    return ask(this, EventLog, (raw) => raw.toJson());
  }

  toBytes() {
    return ask(this, EventLog, (raw) => raw.toBytes());
  }

  block() {
    return ask(this, EventLog, (raw) => raw.block());
  }
}
