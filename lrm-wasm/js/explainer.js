// Explanations are made in the second module. What it needs to know of an engine goes there as text, once for each engine.

import { Derivation } from "./derivation.js";
import { below } from "./error.js";
import { bytes } from "./input.js";
import { EventLog } from "./log.js";
import { change } from "./mastery.js";
import { RawExplainer, RawSimulation } from "./readers.js";
import { withReaders } from "./readers-module.js";
import { LearnerRecord } from "./record.js";

/** @typedef {import("./index.d.ts").RecordLike} RecordLike */

/**
 * Throws what is wrong with the requirements of a policy, which only this module reads.
 * @param {Uint8Array} policy
 */
export function checkRequirements(policy) {
  withReaders(() => RawExplainer.checkPolicy(policy));
}

/** What an engine explains with, made when it is first asked. */
export class Explainer {
  /** @type {RawExplainer | undefined} */
  #raw;

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {RecordLike} record
   * @param {Parameters<RawExplainer["explain"]> extends [any, ...infer Rest] ? Rest : never} rest
   */
  explain(documents, record, ...rest) {
    const given = recordBytes(record);
    return new Derivation(withReaders(() => this.#open(documents).explain(given, ...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["history"]>} rest
   * @returns {import("./index.d.ts").HistoryChange[]}
   */
  history(documents, ...rest) {
    const flat = withReaders(() => this.#open(documents).history(...rest)).values();
    const next = () => /** @type {string} */ (flat.next().value);
    const changes = [];
    for (const at of flat) {
      const { before, after } = change(JSON.parse(next()));
      changes.push({ at, events: Array.from({ length: Number(next()) }, next), before, after });
    }
    return changes;
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {RecordLike} record
   * @param {Parameters<RawExplainer["selfRatings"]> extends [any, ...infer Rest] ? Rest : never} rest
   * @returns {import("./index.d.ts").SelfRating[]}
   */
  selfRatings(documents, record, ...rest) {
    const given = recordBytes(record);
    return JSON.parse(withReaders(() => this.#open(documents).selfRatings(given, ...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["goals"]>} rest
   * @returns {import("./index.d.ts").Goal[]}
   */
  goals(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).goals(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["frontier"]>} rest
   * @returns {import("./index.d.ts").Frontier}
   */
  frontier(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).frontier(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["path"]>} rest
   * @returns {import("./index.d.ts").LearningPath}
   */
  path(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).path(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["recoveryPlan"]>} rest
   * @returns {import("./index.d.ts").RecoveryPlan}
   */
  recoveryPlan(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).recoveryPlan(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["pace"]>} rest
   * @returns {import("./index.d.ts").Pace[]}
   */
  pace(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).pace(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["deadlines"]>} rest
   * @returns {import("./index.d.ts").Deadline[]}
   */
  deadlines(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).deadlines(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Explainer} other
   * @param {() => [framework: string, policy: string]} others
   * @param {Iterable<RecordLike | EventLog>} records
   * @param {Parameters<typeof simulation> extends [any, any, ...infer Rest] ? Rest : never} rest
   * @returns {import("./index.d.ts").Simulation}
   */
  simulate(documents, other, others, records, ...rest) {
    const raw = withReaders(() => simulation(this.#open(documents), other.#open(others), ...rest));
    let given = false;
    try {
      let at = 0;
      for (const record of records) {
        const item = below(`/records/${at}`, () => recordBytes(record));
        withReaders(() => raw.push(item));
        at += 1;
      }
      given = true;
      return JSON.parse(withReaders(() => raw.finish()));
    } finally {
      if (!given) raw.free();
    }
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["programmes"]>} rest
   * @returns {import("./index.d.ts").Programme[]}
   */
  programmes(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).programmes(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["leastEvidence"]>} rest
   * @returns {import("./index.d.ts").LeastEvidence}
   */
  leastEvidence(documents, ...rest) {
    return JSON.parse(withReaders(() => this.#open(documents).leastEvidence(...rest)));
  }

  /**
   * @param {() => [framework: string, policy: string]} documents
   * @param {Parameters<RawExplainer["award"]>} rest
   * @returns {import("./index.d.ts").Event}
   */
  award(documents, ...rest) {
    const { extra, ...event } = JSON.parse(withReaders(() => this.#open(documents).award(...rest)));
    return { ...event, ...extra };
  }

  /**
   * What the rollups of a policy require, as the module that computes takes it.
   * @param {() => [framework: string, policy: string]} documents
   */
  requirements(documents) {
    return withReaders(() => this.#open(documents).requirements());
  }

  /** @param {() => [framework: string, policy: string]} documents */
  #open(documents) {
    this.#raw ??= new RawExplainer(.../** @type {[Uint8Array, Uint8Array]} */ (documents().map(bytes)));
    return this.#raw;
  }

  /** Gives the memory back. */
  free() {
    this.#raw?.free();
    this.#raw = undefined;
  }
}

/**
 * The text of a record; of a log that of the record that follows.
 * @param {RecordLike | EventLog} record
 */
function recordBytes(record) {
  if (!(record instanceof EventLog)) return bytes(record instanceof LearnerRecord ? record.toJson() : record);
  const follows = record.record();
  try {
    return bytes(follows.toJson());
  } finally {
    follows.free();
  }
}

/** @param {ConstructorParameters<typeof RawSimulation>} given */
function simulation(...given) {
  return new RawSimulation(...given);
}
