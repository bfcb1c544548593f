// Compiled, never run: what index.d.ts declares is what the hand-written classes are.

import type * as declared from "lrm-wasm";
import type * as indexeddb from "lrm-wasm/indexeddb";

import type { Calendar } from "../../lrm-wasm/pkg/calendar.js";
import type { Class } from "../../lrm-wasm/pkg/class.js";
import type { Derivation } from "../../lrm-wasm/pkg/derivation.js";
import type { Engine } from "../../lrm-wasm/pkg/engine.js";
import type { LrmError } from "../../lrm-wasm/pkg/error.js";
import type { Framework } from "../../lrm-wasm/pkg/framework.js";
import type { Live } from "../../lrm-wasm/pkg/live.js";
import type { Policy } from "../../lrm-wasm/pkg/policy.js";
import type { EventStore } from "../../lrm-wasm/pkg/indexeddb.js";
import type { EventLog } from "../../lrm-wasm/pkg/log.js";
import type { LearnerRecord } from "../../lrm-wasm/pkg/record.js";
import type { RollupStream } from "../../lrm-wasm/pkg/rollup.js";
import type { State } from "../../lrm-wasm/pkg/state.js";

/** An error of compilation wherever the first type is not one of the second. */
type Is<Implemented extends Declared, Declared> = Implemented;

export type Checked = [
  Is<Calendar, declared.Calendar>,
  Is<Class, declared.Class>,
  Is<Derivation, declared.Derivation>,
  Is<Engine, declared.Engine>,
  Is<LrmError, declared.LrmError>,
  Is<EventLog, declared.EventLog>,
  Is<EventStore, indexeddb.EventStore>,
  Is<Framework, declared.Framework>,
  Is<LearnerRecord, declared.LearnerRecord>,
  Is<Live, declared.Live>,
  Is<Policy, declared.Policy>,
  Is<RollupStream, declared.RollupStream>,
  Is<State, declared.State>,
];
