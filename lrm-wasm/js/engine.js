import { Calendar } from "./calendar.js";
import { Class, withRecords } from "./class.js";
import { LrmError, guarded } from "./error.js";
import { Explainer } from "./explainer.js";
import { Framework } from "./framework.js";
import { Handle, ask } from "./handle.js";
import { bytes, count, evaluation, items, iterable, named, text, texts, time } from "./input.js";
import { Live } from "./live.js";
import { EventLog } from "./log.js";
import { RawEngine } from "./lrm.js";
import { changes } from "./mastery.js";
import { Policy } from "./policy.js";
import { withRecord } from "./record.js";
import { rollup, stream } from "./rollup.js";
import { State } from "./state.js";

/** @typedef {import("./index.d.ts").EvaluateOptions} EvaluateOptions */
/** @typedef {import("./index.d.ts").RecordLike} RecordLike */
/** @typedef {import("./index.d.ts").Time} Time */

/** @extends {Handle<RawEngine>} */
export class Engine extends Handle {
  /** What it explains with. */
  #explainer;

  /**
   * @param {Framework} framework
   * @param {Policy} policy
   */
  constructor(framework, policy) {
    const explainer = new Explainer();
    super(compile(framework, policy, explainer));
    this.#explainer = explainer;
  }

  /**
   * @param {import("./index.d.ts").Document<import("./index.d.ts").FrameworkDocument>} framework
   * @param {import("./index.d.ts").Document<import("./index.d.ts").PolicyDocument>} policy
   */
  static fromJson(framework, policy) {
    const graph = Framework.fromJson(framework);
    try {
      const rules = Policy.fromJson(policy);
      try {
        return new Engine(graph, rules);
      } finally {
        rules.free();
      }
    } finally {
      graph.free();
    }
  }

  framework() {
    return new Framework(ask(this, Engine, (raw) => raw.framework()));
  }

  policy() {
    return new Policy(ask(this, Engine, (raw) => raw.policy()));
  }

  /** @returns {import("./index.d.ts").Finding[]} */
  lint() {
    return JSON.parse(ask(this, Engine, (raw) => raw.lint()));
  }

  /**
   * @param {RecordLike} record
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  evaluate(record, asOf, options) {
    const engine = Handle.open(this, Engine);
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return new State(withRecord(record, (raw) => engine.evaluate(raw, now, ...how)));
  }

  /**
   * @param {RecordLike} record
   * @param {string} id
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  explain(record, id, asOf, options) {
    const engine = Handle.open(this, Engine);
    const name = text(id, "/id");
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.explain(() => documents(engine), record, name, now, ...how);
  }

  /**
   * @param {EventLog} log
   * @param {string} id
   * @param {Time} until
   * @param {"known" | "observed"} [clock]
   */
  history(log, id, until, clock = "known") {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const name = text(id, "/id");
    const end = time(until, "/until");
    if (clock !== "known" && clock !== "observed") {
      throw new LrmError("invalid-value", 'a clock is "known" or "observed"', { path: "/clock" });
    }
    return this.#explainer.history(() => documents(engine), events, name, end, clock === "observed");
  }

  /**
   * @param {EventLog} log
   * @param {Time} asOf
   */
  goals(log, asOf) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    return this.#explainer.goals(() => documents(engine), events, time(asOf, "/asOf"));
  }

  /**
   * @param {EventLog} log
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  frontier(log, asOf, options) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.frontier(() => documents(engine), events, now, ...how);
  }

  /**
   * @param {EventLog} log
   * @param {string} target
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  path(log, target, asOf, options) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const name = text(target, "/target");
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.path(() => documents(engine), events, name, now, ...how);
  }

  /**
   * @param {EventLog} log
   * @param {Iterable<string>} of
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  recoveryPlan(log, of, asOf, options) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const ids = texts(of, "/of");
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.recoveryPlan(() => documents(engine), events, ids, now, ...how);
  }

  /**
   * @param {EventLog} log
   * @param {Calendar} calendar
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  pace(log, calendar, asOf, options) {
    const engine = Handle.open(this, Engine);
    const [events, days] = [Handle.open(log, EventLog), Handle.open(calendar, Calendar)];
    const now = time(asOf, "/asOf");
    return this.#explainer.pace(() => documents(engine), events, days, now, ...evaluation(options));
  }

  /**
   * @param {EventLog} log
   * @param {Calendar} calendar
   * @param {Time} asOf
   */
  deadlines(log, calendar, asOf) {
    const engine = Handle.open(this, Engine);
    const [events, days] = [Handle.open(log, EventLog), Handle.open(calendar, Calendar)];
    return this.#explainer.deadlines(() => documents(engine), events, days, time(asOf, "/asOf"));
  }

  /**
   * @param {EventLog} log
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  programmes(log, asOf, options) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.programmes(() => documents(engine), events, now, ...how);
  }

  /**
   * @param {EventLog} log
   * @param {import("./index.d.ts").Target} target
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  leastEvidence(log, target, asOf, options) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const aim = bytes(named(target, ["competency", "level", "value", "programme"], "/target"));
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.leastEvidence(() => documents(engine), events, aim, now, ...how);
  }

  /**
   * @param {EventLog} log
   * @param {string} programme
   * @param {import("./index.d.ts").Award} award
   * @param {EvaluateOptions} [options]
   */
  award(log, programme, award, options) {
    const engine = Handle.open(this, Engine);
    const events = Handle.open(log, EventLog);
    const name = text(programme, "/programme");
    const { id, actor, at, reason } = named(award, ["id", "actor", "at", "reason"], "/award");
    const by = named(typeof actor === "string" ? { id: actor } : actor, ["id", "role"], "/award/actor");
    const who = ["id", text(id, "/award/id"), "actor", text(by.id, "/award/actor/id")];
    // null is absent, as in documents
    if (by.role !== undefined && by.role !== null) who.push("role", text(by.role, "/award/actor/role"));
    if (reason !== undefined && reason !== null) who.push("reason", text(reason, "/award/reason"));
    const when = time(at, "/award/at");
    const how = evaluation(options);
    return this.#explainer.award(() => documents(engine), events, name, who, when, ...how);
  }

  /**
   * @param {RecordLike} record
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  selfRatings(record, asOf, options) {
    const engine = Handle.open(this, Engine);
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return this.#explainer.selfRatings(() => documents(engine), record, now, ...how);
  }

  /**
   * @param {Engine} other
   * @param {Iterable<RecordLike | EventLog>} records
   * @param {Time} asOf
   * @param {import("./index.d.ts").SimulationOptions} [options]
   */
  simulate(other, records, asOf, options) {
    const before = Handle.open(this, Engine);
    const after = Handle.open(other, Engine);
    const now = time(asOf, "/asOf");
    const learners = /** @type {Iterable<RecordLike | EventLog>} */ (iterable(records, "/records"));
    const { scope, strict, mostMoves } = named(options, ["scope", "strict", "mostMoves"]);
    const how = evaluation({ scope, strict });
    const most = mostMoves === undefined ? undefined : count(mostMoves, "/options/mostMoves");
    return this.#explainer.simulate(
      () => documents(before),
      other.#explainer,
      () => documents(after),
      learners,
      now,
      ...how,
      most,
    );
  }

  /**
   * @param {RecordLike} record
   * @param {Iterable<import("./index.d.ts").Evidence>} events
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  whatIf(record, events, asOf, options) {
    const engine = Handle.open(this, Engine);
    const added = items(events, "/events");
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return changes(withRecord(record, (raw) => engine.whatIf(raw, added, now, ...how)));
  }

  /**
   * @param {import("./index.d.ts").EvidenceColumns} columns
   * @param {Time} asOf
   * @param {import("./index.d.ts").RollupOptions} [options]
   */
  rollup(columns, asOf, options) {
    return rollup(Handle.open(this, Engine), columns, time(asOf, "/asOf"), options);
  }

  /**
   * @param {Time} asOf
   * @param {import("./index.d.ts").RollupOptions} [options]
   */
  stream(asOf, options) {
    return stream(Handle.open(this, Engine), time(asOf, "/asOf"), options);
  }

  /**
   * @param {RecordLike} record
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  start(record, asOf, options) {
    const engine = Handle.open(this, Engine);
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return new Live(withRecord(record, (raw) => engine.start(raw, now, ...how)));
  }

  /**
   * @param {Iterable<RecordLike>} records
   * @param {Time} asOf
   * @param {EvaluateOptions} [options]
   */
  startClass(records, asOf, options) {
    const engine = Handle.open(this, Engine);
    const now = time(asOf, "/asOf");
    const how = evaluation(options);
    return new Class(withRecords(records, (raw) => engine.startClass(raw, now, ...how)));
  }

  free() {
    this.#explainer.free();
    super.free();
  }
}

/**
 * What an engine was made of.
 * @param {RawEngine} engine
 * @returns {[framework: string, policy: string]}
 */
function documents(engine) {
  const framework = engine.framework();
  const policy = engine.policy();
  try {
    return [framework.toJson(), policy.toJson()];
  } finally {
    framework.free();
    policy.free();
  }
}

/**
 * @param {Framework} framework
 * @param {Policy} policy
 * @param {Explainer} explainer
 */
function compile(framework, policy, explainer) {
  const graph = Handle.open(framework, Framework);
  const rules = Handle.open(policy, Policy);
  const asked = rules.hasRequirements();
  const documents = () => /** @type {[string, string]} */ ([graph.toJson(), rules.toJson()]);
  const requirements = asked ? explainer.requirements(documents) : new BigInt64Array();
  try {
    return guarded(() => new RawEngine(graph, rules, requirements));
  } catch (thrown) {
    explainer.free();
    throw thrown;
  }
}
