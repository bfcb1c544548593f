import { below, guarded } from "./error.js";
import { Handle, ask } from "./handle.js";
import { bytes, iterable, text, time } from "./input.js";
import { RawRecords } from "./lrm.js";
import { masteries, mastery } from "./mastery.js";
import { LearnerRecord, withRecord } from "./record.js";
import { State } from "./state.js";

/** @extends {Handle<import("./lrm.js").RawClass>} */
export class Class extends Handle {
  /**
   * Takes one item of evidence in and moves the clock.
   * @param {import("./index.d.ts").Document<import("./index.d.ts").Evidence>} evidence
   * @param {import("./index.d.ts").Time} asOf
   */
  apply(evidence, asOf) {
    const item = bytes(evidence);
    const now = time(asOf, "/asOf");
    return byLearner(ask(this, Class, (raw) => raw.apply(item, now)));
  }

  /**
   * Moves the clock only: what is old becomes stale, what was in the future counts.
   * @param {import("./index.d.ts").Time} asOf
   */
  advance(asOf) {
    const now = time(asOf, "/asOf");
    return byLearner(ask(this, Class, (raw) => raw.advance(now)));
  }

  /** The instant that the clock shows, in universal time. */
  get asOf() {
    return ask(this, Class, (raw) => raw.asOf());
  }

  /** The number of learners. */
  get length() {
    return ask(this, Class, (raw) => raw.size());
  }

  learners() {
    return ask(this, Class, (raw) => raw.learners());
  }

  /** @param {string} learner */
  has(learner) {
    const who = text(learner, "/learner");
    return ask(this, Class, (raw) => raw.has(who));
  }

  /**
   * @param {string} learner
   * @param {string} id
   */
  mastery(learner, id) {
    const who = text(learner, "/learner");
    const name = text(id, "/id");
    return mastery(ask(this, Class, (raw) => raw.mastery(who, name)));
  }

  /** @param {string} learner */
  state(learner) {
    const who = text(learner, "/learner");
    return new State(ask(this, Class, (raw) => raw.state(who)));
  }

  /** @param {string} learner */
  record(learner) {
    const who = text(learner, "/learner");
    return new LearnerRecord(ask(this, Class, (raw) => raw.record(who)));
  }

  /** @param {string} learner */
  remove(learner) {
    const who = text(learner, "/learner");
    return new LearnerRecord(ask(this, Class, (raw) => raw.remove(who)));
  }
}

/**
 * Lends records to a call.
 * @template T
 * @param {Iterable<import("./index.d.ts").RecordLike>} records
 * @param {(raw: RawRecords) => T} use
 */
export function withRecords(records, use) {
  const all = new RawRecords();
  try {
    let at = 0;
    for (const record of iterable(records, "/records")) {
      const given = /** @type {import("./index.d.ts").RecordLike} */ (record);
      below(`/records/${at}`, () => withRecord(given, (raw) => all.add(raw)));
      at += 1;
    }
    return guarded(() => use(all));
  } finally {
    all.free();
  }
}

/**
 * The module gives each learner followed by the results.
 * @param {string[]} flat
 * @returns {Map<string, import("./index.d.ts").Mastery[]>}
 */
function byLearner(flat) {
  const changes = new Map();
  for (let i = 0; i + 1 < flat.length; i += 2) changes.set(flat[i], masteries(flat[i + 1]));
  return changes;
}
