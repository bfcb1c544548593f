// Entry for browsers and bundlers: the caller decides when the module is loaded, and awaits it.

import { LrmError, setLoaded } from "./error.js";
import load from "./lrm.js";

/** @type {Promise<void> | undefined} */
let loading;

/**
 * Loads the module once; further calls wait for the same load.
 * @param {import("./index.d.ts").ModuleSource} [source]
 */
export default function init(source) {
  loading ??= loadFrom(source).catch((cause) => {
    // So that a later call can try again.
    loading = undefined;
    throw new LrmError("not-initialized", `the module could not be loaded: ${String(cause)}`, { cause });
  });
  return loading;
}

/** @param {import("./index.d.ts").ModuleSource} [source] */
async function loadFrom(source) {
  // Written so, bundlers find the file and ship it.
  const beside = new URL("./lrm_bg.wasm", import.meta.url);
  await load({ module_or_path: /** @type {import("./lrm.js").InitInput} */ (source ?? beside) });
  setLoaded();
}

export * from "./index.js";
