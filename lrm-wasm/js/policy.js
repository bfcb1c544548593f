import { guarded } from "./error.js";
import { Framework } from "./framework.js";
import { Handle, ask } from "./handle.js";
import { bytes } from "./input.js";
import { RawPolicy } from "./lrm.js";

/** @extends {Handle<RawPolicy>} */
export class Policy extends Handle {
  /** @param {import("./index.d.ts").Document<import("./index.d.ts").PolicyDocument>} document */
  static fromJson(document) {
    const input = bytes(document);
    return new Policy(guarded(() => RawPolicy.fromJson(input)));
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
