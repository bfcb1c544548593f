import { LrmError, below, guarded } from "./error.js";
import { checkRequirements } from "./explainer.js";
import { Framework } from "./framework.js";
import { Handle, ask } from "./handle.js";
import { bytes, iterable, text } from "./input.js";
import { RawPolicy } from "./lrm.js";
import { RawLayers, policyWords, readyMadePolicies, readyMadePolicy } from "./readers.js";
import { withReaders } from "./readers-module.js";

/**
 * All that is wrong is told at once: what is wrong with requirements by the second module, where it is at hand.
 * @param {Uint8Array} input
 */
function read(input) {
  try {
    return guarded(() => RawPolicy.fromJson(input));
  } catch (thrown) {
    try {
      checkRequirements(input);
    } catch (all) {
      if (!(thrown instanceof LrmError && all instanceof LrmError)) throw thrown;
      if (all.findings.length > thrown.findings.length) throw all;
    }
    throw thrown;
  }
}

/** @extends {Handle<RawPolicy>} */
export class Policy extends Handle {
  /** @param {import("./index.d.ts").Document<import("./index.d.ts").PolicyDocument>} document */
  static fromJson(document) {
    const input = bytes(document);
    const raw = read(input);
    try {
      if (raw.hasRequirements()) checkRequirements(input);
    } catch (thrown) {
      raw.free();
      throw thrown;
    }
    return new Policy(raw);
  }

  /**
   * @param {Iterable<import("./index.d.ts").Document<import("./index.d.ts").PolicyLayer>>} documents
   * @returns {import("./index.d.ts").LayeredPolicy}
   */
  static fromLayers(documents) {
    const layers = Array.from(iterable(documents, "/documents"), (document, i) => below(`/documents/${i}`, () => bytes(document)));
    const [policy, trace, refused] = withReaders(() => {
      const raw = new RawLayers();
      try {
        for (const layer of layers) raw.add(layer);
        return /** @type {[string, string, string]} */ (raw.texts());
      } finally {
        raw.free();
      }
    });
    return { policy: Policy.fromJson(policy), trace: JSON.parse(trace), refused: JSON.parse(refused) };
  }

  /** @param {import("./index.d.ts").ReadyMade} name */
  static readyMade(name) {
    const wanted = text(name, "/name");
    return Policy.fromJson(withReaders(() => readyMadePolicy(wanted)));
  }

  /** @returns {import("./index.d.ts").ReadyMade[]} */
  static readyMadeNames() {
    return /** @type {import("./index.d.ts").ReadyMade[]} */ (withReaders(() => readyMadePolicies()));
  }

  /** @param {import("./index.d.ts").Document<Record<string, string>>} [catalogue] */
  words(catalogue) {
    const policy = bytes(this.toJson());
    const words = catalogue === undefined ? undefined : bytes(catalogue);
    return withReaders(() => policyWords(policy, words));
  }

  /**
   * @param {import("./index.d.ts").Framework} framework
   * @returns {import("./index.d.ts").Finding[]}
   */
  lint(framework) {
    const raw = Handle.open(framework, Framework);
    return JSON.parse(ask(this, Policy, (policy) => policy.lint(raw)));
  }

  toJson() {
    return ask(this, Policy, (raw) => raw.toJson());
  }
}
