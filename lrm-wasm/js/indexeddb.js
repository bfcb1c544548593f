// Logs of many learners in the browser's own database, IndexedDB: they are there without a network, after the page was closed,
// and for all tabs of an origin. Like every log, a store is a set that only grows.

import { LrmError } from "./error.js";
import { text } from "./input.js";
import { EventLog } from "./log.js";

/** @typedef {{learner: string, hash: string, content: string, erases?: 1}} Row */

const VERSION = 2;
const EVENTS = "events";
// which learners' logs erase something, so that others need not be read to know
const ERASING = "erasing";

/**
 * Opens the store of that name, or makes it.
 * @param {string} name
 */
export async function openStore(name) {
  const request = indexedDB.open(text(name, "/name"), VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    // the key leads to all events of a learner in a row
    const key = { keyPath: ["learner", "hash"] };
    const store = oldVersion < 1 ? request.result.createObjectStore(EVENTS, key) : request.transaction?.objectStore(EVENTS);
    store?.createIndex(ERASING, ["learner", "erases"]);
  };
  try {
    return new EventStore(await answer(request));
  } catch (thrown) {
    if (!(thrown instanceof DOMException) || thrown.name !== "VersionError") throw thrown;
    throw new LrmError("unsupported-format", "the store was made by a later version of this package", { cause: thrown });
  }
}

export class EventStore {
  /** @type {IDBDatabase} */
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    if (!(database instanceof IDBDatabase)) {
      throw new LrmError("invalid-value", "an EventStore is not made with `new EventStore`: call `openStore`");
    }
    this.#database = database;
    // a tab with a later version of this package is not kept waiting
    database.onversionchange = () => database.close();
  }

  /**
   * @param {string} learner
   * @param {EventLog | Iterable<import("./index.d.ts").Event>} events
   */
  async append(learner, events) {
    const name = text(learner, "/learner");
    const rows = await Promise.all(contents(name, events).map((content) => row(name, content)));
    // "strict": it is not complete before it is on the disk
    const transaction = this.#database.transaction(EVENTS, "readwrite", { durability: "strict" });
    const complete = completed(transaction);
    const store = transaction.objectStore(EVENTS);
    let added = 0;
    const insert = () => {
      for (const one of rows) {
        const known = store.getKey([one.learner, one.hash]);
        // no other tab writes while a transaction does
        known.onsuccess = () => {
          if (known.result !== undefined) return;
          store.add(one);
          added += 1;
        };
      }
    };
    const erasing = store.index(ERASING).getKey([name, 1]);
    erasing.onsuccess = () => {
      if (erasing.result === undefined && !rows.some(({ erases }) => erases)) return insert();
      const known = store.getAll(allOf(name));
      known.onsuccess = () => {
        added = merge(store, name, known.result, rows);
      };
    };
    await complete;
    return added;
  }

  /**
   * @param {string} learner
   * @param {Iterable<string>} what
   * @param {import("./index.d.ts").Document<import("./index.d.ts").ErasureFields>} fields
   */
  async erase(learner, what, fields) {
    const log = await this.log(learner);
    const before = log.events();
    try {
      log.erase(what, fields);
      await this.append(learner, log);
    } finally {
      log.free();
    }
    // a hold that another tab added meanwhile has its effect
    const after = await this.log(learner);
    try {
      const stays = new Set(after.events());
      return before.filter((content) => !stays.has(content)).length;
    } finally {
      after.free();
    }
  }

  /** @param {string} learner */
  async log(learner) {
    const name = text(learner, "/learner");
    const store = this.#database.transaction(EVENTS).objectStore(EVENTS);
    /** @type {Row[]} */
    const rows = await answer(store.getAll(allOf(name)));
    return logOf(name, rows.map(({ content }) => content));
  }

  async learners() {
    const store = this.#database.transaction(EVENTS).objectStore(EVENTS);
    const found = /** @type {string[]} */ ([]);
    // from one learner to the next, however many events each of them has
    for (;;) {
      const rest = found.length > 0 ? IDBKeyRange.lowerBound([found.at(-1), []]) : null;
      const cursor = await answer(store.openKeyCursor(rest));
      if (cursor === null) return found;
      found.push(/** @type {[string, string]} */ (cursor.key)[0]);
    }
  }

  close() {
    this.#database.close();
  }
}

/**
 * The keys of a learner's events: an array stands after all texts.
 * @param {string} learner
 */
function allOf(learner) {
  return IDBKeyRange.bound([learner], [learner, []]);
}

/**
 * Adds rows to those that are known, and drops what was erased; gives how many are there that were not.
 * @param {IDBObjectStore} store
 * @param {string} learner
 * @param {Row[]} known
 * @param {Row[]} rows
 */
function merge(store, learner, known, rows) {
  const log = logOf(learner, known.map(({ content }) => content));
  const more = logOf(learner, rows.map(({ content }) => content));
  try {
    log.merge(more);
    const stays = new Set(log.events());
    const before = new Set(known.map(({ hash }) => hash));
    const added = rows.filter(({ hash, content }) => stays.has(content) && !before.has(hash));
    const gone = known.filter(({ content }) => !stays.has(content) && !stays.has(canonical(learner, content)));
    for (const { hash } of gone) store.delete([learner, hash]);
    for (const row of added) store.add(row);
    return added.length;
  } finally {
    log.free();
    more.free();
  }
}

/**
 * An event as this version writes it: an earlier one may have written it in another way.
 * @param {string} learner
 * @param {string} content
 */
function canonical(learner, content) {
  const log = logOf(learner, [content]);
  try {
    return log.events()[0];
  } finally {
    log.free();
  }
}

/**
 * The canonical text of each event. They have to be of this learner.
 * @param {string} learner
 * @param {EventLog | Iterable<import("./index.d.ts").Event>} events
 */
function contents(learner, events) {
  const log = logOf(learner, []);
  const given = events instanceof EventLog ? events : EventLog.fromEvents(events);
  try {
    log.merge(given);
    return log.events();
  } finally {
    log.free();
    if (given !== events) given.free();
  }
}

/**
 * @param {string} learner
 * @param {string[]} events
 */
function logOf(learner, events) {
  return EventLog.fromJson(`{"format":"lrm-log/1","learner":${JSON.stringify(learner)},"events":[${events.join(",")}]}`);
}

/**
 * @param {string} learner
 * @param {string} content
 * @returns {Promise<Row>}
 */
async function row(learner, content) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  // the condition lets in a few too many
  return content.includes('"event":"erased"') ? { learner, hash, content, erases: 1 } : { learner, hash, content };
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new LrmError("cancelled", "the transaction was aborted"));
  });
}
