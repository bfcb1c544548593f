// Explanations, logs and readers of foreign formats are a module of their own: large, and not needed at once.

import { LrmError, guarded } from "./error.js";

let loaded = false;

/** @type {(() => void) | undefined} */
let loadNow;

export function setReadersLoaded() {
  loaded = true;
}

/**
 * Where it is possible without waiting, the module is loaded when it is first needed.
 * @param {() => void} load
 */
export function loadWhenNeeded(load) {
  loadNow = load;
}

/**
 * Calls into the module, as `guarded` does.
 * @template T
 * @param {() => T} call
 * @returns {T}
 */
export function withReaders(call) {
  return guarded(() => {
    if (!loaded) {
      if (loadNow === undefined) {
        throw new LrmError("not-initialized", "the readers are not loaded yet: await `initReaders()` first");
      }
      loadNow();
      loaded = true;
    }
    return call();
  });
}
