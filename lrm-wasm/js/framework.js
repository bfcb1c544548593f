import { LrmError, guarded } from "./error.js";
import { Handle, ask } from "./handle.js";
import { bytes, text } from "./input.js";
import { RawFramework } from "./lrm.js";
import { RawReading } from "./readers.js";
import { withReaders } from "./readers-module.js";

/** @typedef {import("./index.d.ts").Competency} Competency */
/** @typedef {import("./index.d.ts").FrameworkDocument} FrameworkDocument */

/** @extends {Handle<RawFramework>} */
export class Framework extends Handle {
  /**
   * The competencies by id, once somebody asks for one.
   * @type {Map<string, Competency> | undefined}
   */
  #byId;

  /** @param {import("./index.d.ts").Document<FrameworkDocument>} document */
  static fromJson(document) {
    const input = bytes(document);
    return new Framework(guarded(() => RawFramework.fromJson(input)));
  }

  /** @param {import("./index.d.ts").Document<object>} document */
  static fromCase(document) {
    const input = bytes(document);
    const reading = withReaders(() => RawReading.fromCase(input));
    try {
      return new Framework(guarded(() => RawFramework.fromReading(reading.framework(), reading.report())));
    } finally {
      reading.free();
    }
  }

  get id() {
    return ask(this, Framework, (raw) => raw.id());
  }

  get version() {
    return ask(this, Framework, (raw) => raw.version());
  }

  get title() {
    return ask(this, Framework, (raw) => raw.title());
  }

  get status() {
    return ask(this, Framework, (raw) => raw.status());
  }

  get length() {
    return ask(this, Framework, (raw) => raw.size());
  }

  competencies() {
    return this.#document().competencies;
  }

  /** @param {string} id */
  competency(id) {
    const name = this.#known(id);
    this.#byId ??= new Map(this.competencies().map((competency) => [competency.id, competency]));
    // A copy, so that what a caller does to it stays with the caller.
    return structuredClone(/** @type {Competency} */ (this.#byId.get(name)));
  }

  associations() {
    return this.#document().associations ?? [];
  }

  /** @param {string} id */
  children(id) {
    const name = this.#known(id);
    return ask(this, Framework, (raw) => raw.children(name));
  }

  /** @param {string} id */
  parents(id) {
    const name = this.#known(id);
    return ask(this, Framework, (raw) => raw.parents(name));
  }

  roots() {
    return ask(this, Framework, (raw) => raw.roots());
  }

  leaves() {
    return ask(this, Framework, (raw) => raw.leaves());
  }

  depth() {
    return ask(this, Framework, (raw) => raw.depth());
  }

  /** @returns {import("./index.d.ts").Finding[]} */
  report() {
    return JSON.parse(ask(this, Framework, (raw) => raw.report()));
  }

  toJson() {
    return ask(this, Framework, (raw) => raw.toJson());
  }

  /** @returns {FrameworkDocument} */
  #document() {
    return JSON.parse(this.toJson());
  }

  /** @param {string} id */
  #known(id) {
    const name = text(id, "/id");
    if (!ask(this, Framework, (raw) => raw.has(name))) {
      throw new LrmError("unknown-competency", `the framework has no competency \`${name}\``, { path: "/id" });
    }
    return name;
  }
}
