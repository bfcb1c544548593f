import { Handle, ask } from "./handle.js";
import { bytes } from "./input.js";
import { mastery } from "./mastery.js";
import { RawDerivation } from "./readers.js";
import { withReaders } from "./readers-module.js";

/** @extends {Handle<RawDerivation>} */
export class Derivation extends Handle {
  /** @param {import("./index.d.ts").Document<object>} document */
  static fromJson(document) {
    const input = bytes(document);
    return new Derivation(withReaders(() => RawDerivation.fromJson(input)));
  }

  static messageIds() {
    return withReaders(() => RawDerivation.messageIds());
  }

  result() {
    return mastery(ask(this, Derivation, (raw) => raw.result()));
  }

  /** @param {import("./index.d.ts").Document<Record<string, string>>} [catalogue] */
  text(catalogue) {
    const words = catalogue === undefined ? undefined : bytes(catalogue);
    return ask(this, Derivation, (raw) => raw.text(words));
  }

  verify() {
    ask(this, Derivation, (raw) => raw.verify());
  }

  toJson() {
    return ask(this, Derivation, (raw) => raw.toJson());
  }

  toString() {
    return this.text();
  }
}
