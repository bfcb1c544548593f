import { Handle, ask } from "./handle.js";
import { text } from "./input.js";
import { masteries, mastery } from "./mastery.js";

/** @extends {Handle<import("./lrm.js").RawState>} */
export class State extends Handle {
  /** The instant that the state holds for, in universal time. */
  get asOf() {
    return ask(this, State, (raw) => raw.asOf());
  }

  /** @param {string} id */
  mastery(id) {
    const name = text(id, "/id");
    return mastery(ask(this, State, (raw) => raw.mastery(name)));
  }

  /** All results, in the byte order of the ids. */
  results() {
    return masteries(ask(this, State, (raw) => raw.results()));
  }

  [Symbol.iterator]() {
    return this.results().values();
  }

  /** @returns {import("./index.d.ts").Finding[]} */
  report() {
    return JSON.parse(ask(this, State, (raw) => raw.report()));
  }

  toJson() {
    return ask(this, State, (raw) => raw.toJson());
  }
}
