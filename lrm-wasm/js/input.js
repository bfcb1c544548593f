// What may be passed in: documents, instants, options. Nothing is lost or changed silently on the way.

import { LrmError } from "./error.js";

const encoder = new TextEncoder();

/**
 * The UTF-8 text of a document.
 * @param {unknown} document
 * @returns {Uint8Array}
 */
export function bytes(document) {
  if (document instanceof Uint8Array) return document;
  return encoder.encode(typeof document === "string" ? wellFormed(document, "") : json(document));
}

/**
 * Bytes that are no text.
 * @param {unknown} value
 * @param {string} path
 * @returns {Uint8Array}
 */
export function binary(value, path) {
  if (value instanceof Uint8Array) return value;
  throw invalid(path, `expected a Uint8Array, not ${kind(value)}`);
}

/**
 * Documents one by one, each as its text.
 * @param {unknown} documents
 * @param {string} path
 */
export function items(documents, path) {
  return Array.from(iterable(documents, path), (document, i) => {
    const place = `${path}/${i}`;
    return typeof document === "string" ? wellFormed(document, place) : json(document, place);
  });
}

/**
 * `JSON.stringify`, but what it would drop or turn into null is an error.
 * @param {unknown} document
 * @param {string} [path]
 * @returns {string}
 */
function json(document, path = "") {
  if (typeof document !== "object" || document === null) {
    throw invalid(path, `expected JSON as text, bytes, an object or an array, not ${kind(document)}`);
  }
  try {
    check(document, path, []);
    return JSON.stringify(document);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new LrmError("limit-exceeded", "the document nests too deeply", { cause: thrown });
    throw thrown;
  }
}

/**
 * @param {unknown} value
 * @param {string} path a JSON Pointer
 * @param {object[]} above the objects that hold this value
 */
function check(value, path, above) {
  switch (typeof value) {
    case "boolean":
      return;
    case "string":
      wellFormed(value, path);
      return;
    case "number":
      if (!Number.isFinite(value)) throw invalid(path, `${value} is not a number of JSON`);
      return;
    case "object":
      break;
    default:
      throw invalid(path, `${kind(value)} is not a value of JSON`);
  }
  if (value === null) return;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw invalid(path, "the Date is invalid");
    return;
  }
  if (above.includes(value)) throw invalid(path, "the object holds itself");
  above.push(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) check(value[i], `${path}/${i}`, above);
  } else {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw invalid(path, `a ${prototype.constructor?.name ?? "class"} is not a plain object`);
    }
    for (const [key, member] of Object.entries(value)) {
      // As in JSON.stringify, a member without value is one that is not there.
      if (member !== undefined) check(member, `${path}/${pointer(key)}`, above);
      wellFormed(key, path);
    }
  }
  above.pop();
}

/**
 * The instant as text.
 * @param {unknown} instant
 * @param {string} name
 * @returns {string}
 */
export function time(instant, name) {
  if (typeof instant === "string") return wellFormed(instant, name);
  if (instant instanceof Date && !Number.isNaN(instant.getTime())) return instant.toISOString();
  throw invalid(name, `expected a Date or a text such as \`2026-01-15T12:00:00Z\`, not ${kind(instant)}`);
}

/**
 * A text that has a UTF-8 form: other ones would be changed on their way.
 * @param {unknown} value
 * @param {string} path
 * @returns {string}
 */
export function text(value, path) {
  if (typeof value !== "string") throw invalid(path, `expected a string, not ${kind(value)}`);
  return wellFormed(value, path);
}

/**
 * Options by name; a name that is not known is an error, since a typing mistake would otherwise change results silently.
 * @template {string} Name
 * @param {unknown} options
 * @param {readonly Name[]} names
 * @param {string} [path]
 * @returns {Partial<Record<Name, unknown>>}
 */
export function named(options, names, path = "/options") {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalid(path, `expected an object, not ${kind(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.some((known) => known === name)) {
      throw new LrmError("unknown-field", `expected one of ${names.map((known) => `\`${known}\``).join(", ")}`, {
        path: `${path}/${pointer(name)}`,
      });
    }
  }
  return options;
}

/**
 * What `evaluate` and its relatives can be told.
 * @param {unknown} options
 * @returns {[scope: string[] | undefined, strict: boolean]}
 */
export function evaluation(options) {
  const { scope, strict } = named(options, ["scope", "strict"]);
  return [scope === undefined ? undefined : texts(scope, "/options/scope"), flag(strict, "/options/strict")];
}

/**
 * @param {unknown} value
 * @param {string} path
 * @returns {string[]}
 */
export function texts(value, path) {
  return Array.from(iterable(value, path), (item, i) => text(item, `${path}/${i}`));
}

/**
 * An array or something else to go through, but not a string, which one could go through by mistake.
 * @param {unknown} value
 * @param {string} path
 * @returns {Iterable<unknown>}
 */
export function iterable(value, path) {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) {
    return /** @type {Iterable<unknown>} */ (value);
  }
  throw invalid(path, `expected an array, not ${kind(value)}`);
}

/**
 * A whole number that is not negative.
 * @param {unknown} value
 * @param {string} path
 */
export function count(value, path) {
  const is = typeof value === "number" ? value : kind(value);
  const message = `expected a whole number from 0 to ${2 ** 32 - 1}, not ${is}`;
  if (typeof value !== "number" || !Number.isInteger(value)) throw invalid(path, message);
  if (value < 0 || value >= 2 ** 32) throw new LrmError("parameter-out-of-range", message, { path });
  return value;
}

/**
 * @param {unknown} value
 * @param {string} path
 */
export function flag(value, path) {
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw invalid(path, `expected true or false, not ${kind(value)}`);
  return value;
}

/**
 * @param {string} path
 * @param {string} message
 */
export function invalid(path, message) {
  return new LrmError("invalid-value", message, { path });
}

/** @param {unknown} value */
export function kind(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return `a ${value.constructor?.name ?? "object"}`;
  return `a ${typeof value}`;
}

/**
 * @param {string} value
 * @param {string} path
 */
function wellFormed(value, path) {
  if (LONE_SURROGATE.test(value)) throw invalid(path, "the string holds half a surrogate pair");
  return value;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** @param {string} key */
function pointer(key) {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
