// The classes. What they compute, they compute in the module: here is only conversion.

export { LrmError } from "./error.js";
export { Framework } from "./framework.js";
export { Policy } from "./policy.js";
export { LearnerRecord } from "./record.js";
export { Calendar } from "./calendar.js";
export { EventLog } from "./log.js";
export { Engine } from "./engine.js";
export { RollupStream } from "./rollup.js";
export { State } from "./state.js";
export { Live } from "./live.js";
export { Class } from "./class.js";
export { Derivation } from "./derivation.js";
