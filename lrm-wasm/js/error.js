// Everything that this package throws is an LrmError.

/** @typedef {import("./index.d.ts").Context} Context */
/** @typedef {import("./index.d.ts").Finding} Finding */

export class LrmError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{path?: string, context?: Context, findings?: Finding[], cause?: unknown}} [details]
   */
  constructor(code, message, details = {}) {
    const { path = "", context = {}, findings = [{ code, path, message }], cause } = details;
    super(path === "" ? message : `${path}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
    this.context = context;
    this.findings = findings;
  }
}
// On the prototype, where the built-in errors have it too.
Object.defineProperty(LrmError.prototype, "name", { value: "LrmError", configurable: true, writable: true });

/**
 * Calls what reads one of several documents: what is wrong with it has its place below that of the document.
 * @template T
 * @param {string} place
 * @param {() => T} call
 */
export function below(place, call) {
  try {
    return call();
  } catch (thrown) {
    if (!(thrown instanceof LrmError)) throw thrown;
    const findings = thrown.findings.map((finding) => ({ ...finding, path: place + finding.path }));
    const { code, context, cause } = thrown;
    throw new LrmError(code, findings[0].message, { path: place + thrown.path, context, findings, cause });
  }
}

let loaded = false;

/** The entry files say when the module can be called. */
export function setLoaded() {
  loaded = true;
}

/**
 * Calls into the module and turns whatever it throws into an LrmError.
 * @template T
 * @param {() => T} call
 * @returns {T}
 */
export function guarded(call) {
  if (!loaded) {
    throw new LrmError("not-initialized", "the module is not loaded yet: await the default export first");
  }
  try {
    return call();
  } catch (thrown) {
    throw converted(thrown);
  }
}

/** @param {unknown} thrown */
function converted(thrown) {
  if (thrown instanceof LrmError) return thrown;
  // The engine's own errors arrive as the JSON text of the error.
  if (typeof thrown === "string") {
    const { code, message, ...details } = JSON.parse(thrown);
    return new LrmError(code, message, details);
  }
  return new LrmError("internal", `the engine stopped: ${String(thrown)}`, { cause: thrown });
}
