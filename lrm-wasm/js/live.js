import { Handle, ask } from "./handle.js";
import { bytes, text, time } from "./input.js";
import { masteries, mastery } from "./mastery.js";
import { State } from "./state.js";

/** @extends {Handle<import("./lrm.js").RawLive>} */
export class Live extends Handle {
  /**
   * Takes one item of evidence in and moves the clock.
   * @param {import("./index.d.ts").Document<import("./index.d.ts").Evidence>} evidence
   * @param {import("./index.d.ts").Time} asOf
   */
  apply(evidence, asOf) {
    const item = bytes(evidence);
    const now = time(asOf, "/asOf");
    return masteries(ask(this, Live, (raw) => raw.apply(item, now)));
  }

  /**
   * Moves the clock only: what is old becomes stale, what was in the future counts.
   * @param {import("./index.d.ts").Time} asOf
   */
  advance(asOf) {
    const now = time(asOf, "/asOf");
    return masteries(ask(this, Live, (raw) => raw.advance(now)));
  }

  /** The instant that the clock shows, in universal time. */
  get asOf() {
    return ask(this, Live, (raw) => raw.asOf());
  }

  /** @param {string} id */
  mastery(id) {
    const name = text(id, "/id");
    return mastery(ask(this, Live, (raw) => raw.mastery(name)));
  }

  state() {
    return new State(ask(this, Live, (raw) => raw.state()));
  }

  toJson() {
    return ask(this, Live, (raw) => raw.toJson());
  }
}
