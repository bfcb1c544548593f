import { guarded } from "./error.js";
import { Handle, ask } from "./handle.js";
import { bytes } from "./input.js";
import { RawDerivation } from "./lrm.js";
import { mastery } from "./mastery.js";
import { RawDerivation as ReadDerivation } from "./readers.js";
import { withReaders } from "./readers-module.js";

/** @extends {Handle<RawDerivation | ReadDerivation>} */
export class Derivation extends Handle {
  /** @param {import("./index.d.ts").Document<object>} document */
  static fromJson(document) {
    return new Derivation(read(bytes(document)));
  }

  static messageIds() {
    return guarded(() => RawDerivation.messageIds());
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
    const raw = Handle.open(this, Derivation);
    if (raw instanceof ReadDerivation) {
      guarded(() => raw.verify());
      return;
    }
    // The module that made it cannot verify it: the other one does, from the same text that anybody would be given.
    const again = read(bytes(guarded(() => raw.toJson())));
    try {
      guarded(() => again.verify());
    } finally {
      again.free();
    }
  }

  toJson() {
    return ask(this, Derivation, (raw) => raw.toJson());
  }

  toString() {
    return this.text();
  }
}

/** @param {Uint8Array} document */
function read(document) {
  return withReaders(() => ReadDerivation.fromJson(document));
}
