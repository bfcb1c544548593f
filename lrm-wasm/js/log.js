import { Handle, ask } from "./handle.js";
import { bytes, iterable, text, time } from "./input.js";
import { RawEventLog } from "./readers.js";
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
   * @returns {import("./index.d.ts").EvidenceState | undefined}
   */
  stateOf(id) {
    const name = text(id, "/id");
    const state = ask(this, EventLog, (raw) => raw.stateOf(name));
    return /** @type {import("./index.d.ts").EvidenceState | undefined} */ (state);
  }

  hash() {
    return ask(this, EventLog, (raw) => raw.hash());
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
}
