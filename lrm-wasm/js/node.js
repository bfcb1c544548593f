// Entry for Node: the module is loaded when this file is, without waiting, so that `import` and `require` both work.

import { readFileSync } from "node:fs";

import { setLoaded } from "./error.js";
import { initSync } from "./lrm.js";

initSync({ module: readFileSync(new URL("./lrm_bg.wasm", import.meta.url)) });
setLoaded();

/** Everything is loaded already: here only so that the same program runs in Node and in browsers. */
export default async function init() {}

export * from "./index.js";
