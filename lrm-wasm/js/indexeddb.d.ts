/**
 * Logs of many learners in the browser's own database. They are there without a network and after the page was closed, for all
 * tabs and workers of an origin at once.
 *
 * `await init()` and `await initReaders()` of `lrm-wasm` come first. What the database itself refuses, such as more than the
 * browser's quota, is thrown as the `DOMException` that it is.
 */

import type { Document, ErasureFields, Event, EventLog } from "./index.js";

/**
 * Opens the store of that name, or makes it. An `LrmError` with the code `unsupported-format` for one that a later version has
 * made.
 */
export function openStore(name: string): Promise<EventStore>;

/** A set of events by learner and content, which only grows, but for what they say is erased. */
export class EventStore {
  private constructor();
  /**
   * Adds events to a learner's log, all or none; gives how many were new. When it resolves they are on the disk. As in
   * `EventLog.merge`, no event is refused for what it says or for the state of its evidence: the report of the log tells.
   * Events that name another learner are an error.
   */
  append(learner: string, events: EventLog | Iterable<Event>): Promise<number>;
  /**
   * Erases events of a learner, as `EventLog.erase` does; gives how many are gone. The browser may keep their bytes in its files
   * until it tidies them up.
   */
  erase(learner: string, what: Iterable<string>, fields: Document<ErasureFields>): Promise<number>;
  /** All events of a learner; an empty log if there are none. It lives in the memory of the module: free it. */
  log(learner: string): Promise<EventLog>;
  /** Who has events, in the order of their ids by UTF-16. */
  learners(): Promise<string[]>;
  /** Closes the database. */
  close(): void;
}
