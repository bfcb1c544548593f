// Entry for browsers and bundlers: the caller decides when a module is loaded, and awaits it.

import { LrmError, setLoaded } from "./error.js";
import load from "./lrm.js";
import { setReadersLoaded } from "./readers-module.js";
import loadReaders from "./readers.js";

/** @typedef {import("./index.d.ts").ModuleSource} ModuleSource */

/** @type {Promise<void> | undefined} */
let loading;

/** @type {Promise<void> | undefined} */
let loadingReaders;

/**
 * Loads the module once; further calls wait for the same load. One that failed can be tried again.
 * @param {ModuleSource} [source]
 */
export default function init(source) {
  // Written so, bundlers find the file and ship it.
  const beside = new URL("./lrm_bg.wasm", import.meta.url);
  loading ??= load(from(source ?? beside)).then(setLoaded, (cause) => {
    loading = undefined;
    throw failed(cause);
  });
  return loading;
}

/**
 * The same for explanations, logs and foreign formats.
 * @param {ModuleSource} [source]
 */
export function initReaders(source) {
  const beside = new URL("./readers_bg.wasm", import.meta.url);
  loadingReaders ??= loadReaders(from(source ?? beside)).then(setReadersLoaded, (cause) => {
    loadingReaders = undefined;
    throw failed(cause);
  });
  return loadingReaders;
}

/** @param {ModuleSource} source */
function from(source) {
  return { module_or_path: /** @type {import("./lrm.js").InitInput} */ (source) };
}

/** @param {unknown} cause */
function failed(cause) {
  return new LrmError("not-initialized", `the module could not be loaded: ${String(cause)}`, { cause });
}

export * from "./index.js";
