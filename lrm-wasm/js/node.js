// Entry for Node: modules are loaded without waiting, so that `import` and `require` both work.

import { readFileSync } from "node:fs";

import { setLoaded } from "./error.js";
import { initSync } from "./lrm.js";
import { loadWhenNeeded } from "./readers-module.js";
import { initSync as initReadersSync } from "./readers.js";

initSync({ module: readFileSync(new URL("./lrm_bg.wasm", import.meta.url)) });
setLoaded();
loadWhenNeeded(() => initReadersSync({ module: readFileSync(new URL("./readers_bg.wasm", import.meta.url)) }));

/** There is nothing to wait for: here only so that the same program runs in Node and in browsers. */
export default async function init() {}

/** Likewise. */
export async function initReaders() {}

export * from "./index.js";
