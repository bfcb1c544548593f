// What all classes share: each holds one object in the memory of the module.

import { LrmError, guarded } from "./error.js";

/** @typedef {{free(): void}} Freeable */
/**
 * A class of handles.
 * @template {Freeable} Raw
 * @typedef {(abstract new (...given: any[]) => Handle<Raw>) & {name: string}} Kind
 */

/** @template {Freeable} Raw */
export class Handle {
  /** @type {Raw | undefined} */
  #raw;

  /** @param {Raw} raw */
  constructor(raw) {
    if (typeof raw?.free !== "function") {
      const { name } = new.target;
      throw new LrmError("invalid-value", `a ${name} is not made with \`new ${name}\``);
    }
    this.#raw = raw;
  }

  /** Gives the memory back. Calling it again does nothing. */
  free() {
    const raw = this.#raw;
    this.#raw = undefined;
    raw?.free();
  }

  // For `using`. Engines that do not know the symbol get a method of no use and no harm.
  [Symbol.dispose]() {
    this.free();
  }

  /**
   * The object behind a handle.
   * @template {Freeable} Raw
   * @param {unknown} handle
   * @param {Kind<Raw>} kind
   * @returns {Raw}
   */
  static open(handle, kind) {
    if (!(handle instanceof kind)) {
      throw new LrmError("invalid-value", `expected a ${kind.name}`);
    }
    if (handle.#raw === undefined) {
      throw new LrmError("use-after-free", `this ${kind.name} was freed`);
    }
    return handle.#raw;
  }
}

/**
 * Asks the object behind a handle.
 * @template {Freeable} Raw
 * @template T
 * @param {unknown} handle
 * @param {Kind<Raw>} kind
 * @param {(raw: Raw) => T} question
 */
export function ask(handle, kind, question) {
  const raw = Handle.open(handle, kind);
  return guarded(() => question(raw));
}
