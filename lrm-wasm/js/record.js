import { guarded } from "./error.js";
import { Handle, ask } from "./handle.js";
import { bytes, iterable } from "./input.js";
import { RawRecord } from "./lrm.js";

/** @typedef {import("./index.d.ts").Evidence} Evidence */
/** @typedef {import("./index.d.ts").Document<import("./index.d.ts").RecordDocument>} RecordInput */

/** @extends {Handle<RawRecord>} */
export class LearnerRecord extends Handle {
  /** @param {RecordInput} document */
  static fromJson(document) {
    return new LearnerRecord(read(document));
  }

  /** @param {Iterable<Evidence>} events */
  static fromEvents(events) {
    return new LearnerRecord(read(/** @type {Evidence[]} */ (Array.from(iterable(events, "/events")))));
  }

  get learner() {
    return ask(this, LearnerRecord, (raw) => raw.learner());
  }

  /** The number of items. */
  get length() {
    return ask(this, LearnerRecord, (raw) => raw.size());
  }

  toJson() {
    return ask(this, LearnerRecord, (raw) => raw.toJson());
  }
}

/** @param {RecordInput} document */
function read(document) {
  const input = bytes(document);
  return guarded(() => RawRecord.fromJson(input));
}

/**
 * Lends a record to a call; one that is given as a document lives only as long as the call.
 * @template T
 * @param {import("./index.d.ts").RecordLike} record
 * @param {(raw: RawRecord) => T} use
 */
export function withRecord(record, use) {
  if (record instanceof LearnerRecord) {
    const raw = Handle.open(record, LearnerRecord);
    return guarded(() => use(raw));
  }
  const raw = read(/** @type {RecordInput} */ (record));
  try {
    return guarded(() => use(raw));
  } finally {
    raw.free();
  }
}
