// The readers of foreign formats are a module of their own: few programs need them, and they are large.

import { LrmError, guarded } from "./error.js";
import { RawFramework } from "./lrm.js";
import { RawReading } from "./readers.js";

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
 * @param {Uint8Array} document
 * @returns {RawFramework}
 */
export function frameworkFromCase(document) {
  return guarded(() => {
    if (!loaded) {
      if (loadNow === undefined) {
        throw new LrmError("not-initialized", "the readers are not loaded yet: await `initReaders()` first");
      }
      loadNow();
      loaded = true;
    }
    const reading = RawReading.fromCase(document);
    try {
      return RawFramework.fromReading(reading.framework(), reading.report());
    } finally {
      reading.free();
    }
  });
}
