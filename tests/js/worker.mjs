// A worker that rolls up a class and gives the result to its page. Workers have no import map: the package comes by its path.

import init, { Engine } from "/pkg/web.js";

import { workersClass } from "/class.mjs";

await init();
self.postMessage(workersClass(Engine));
