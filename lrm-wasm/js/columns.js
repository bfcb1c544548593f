// Columns on their way in: typed arrays cross as they are, arrays are turned into typed arrays first.

import { LrmError, guarded } from "./error.js";
import { invalid, kind, text, texts } from "./input.js";
import { RawColumns } from "./lrm.js";

/** Arrays of numbers are fractions in these columns, whole numbers in all others. */
const FRACTIONS = new Set(["score", "possible", "weight"]);
const BOOLEANS = new Set(["passed", "transfer"]);

/** @param {string} name */
const isTime = (name) => name.endsWith("_at");

/** The place that a text column gives to null. */
const NO_TEXT = 0xffffffff;

/**
 * Fills a table, which the caller frees.
 * @param {unknown} columns
 * @returns {RawColumns}
 */
export function table(columns) {
  if (typeof columns !== "object" || columns === null || Array.isArray(columns)) {
    throw invalid("", `expected an object with columns, not ${kind(columns)}`);
  }
  const given = Object.entries(columns).filter(([, column]) => column !== undefined);
  const rows = given.length === 0 ? 0 : rowsOf(given[0][1]);
  const raw = guarded(() => new RawColumns(rows));
  try {
    for (const [name, column] of given) add(raw, text(name, ""), column);
  } catch (thrown) {
    raw.free();
    throw thrown;
  }
  return raw;
}

/** @param {any} column */
function rowsOf(column) {
  return (column?.keys instanceof Uint32Array ? column.keys : column)?.length ?? 0;
}

/**
 * @param {RawColumns} raw
 * @param {string} name
 * @param {any} column
 */
function add(raw, name, column) {
  if (column instanceof BigInt64Array) {
    guarded(() => (isTime(name) ? raw.instants(name, column) : raw.integers(name, column)));
  } else if (column instanceof Float64Array) {
    guarded(() => raw.numbers(name, column));
  } else if (column instanceof Float32Array) {
    guarded(() => raw.numbers(name, Float64Array.from(column)));
  } else if (column instanceof Uint8Array && BOOLEANS.has(name)) {
    guarded(() => raw.bools(name, column));
  } else if (column instanceof Uint32Array) {
    guarded(() => raw.naturals(name, column));
  } else if (column instanceof Uint16Array || column instanceof Uint8Array) {
    guarded(() => raw.naturals(name, Uint32Array.from(column)));
  } else if (column instanceof Int32Array || column instanceof Int16Array || column instanceof Int8Array) {
    guarded(() => raw.shorts(name, Int32Array.from(column)));
  } else if (column?.keys instanceof Uint32Array && Array.isArray(column.values)) {
    const values = texts(column.values, `/${name}/values`);
    guarded(() => raw.texts(name, column.keys, values));
  } else if (Array.isArray(column)) {
    addArray(raw, name, column);
  } else {
    throw new LrmError("column-type", `the column \`${name}\` is ${kind(column)}, expected an array or a typed array`, {
      path: `/${name}`,
      context: { column: name },
    });
  }
}

/**
 * What stands for the first value of an array that has only nulls.
 * @param {string} name
 */
function example(name) {
  if (FRACTIONS.has(name)) return 0;
  if (BOOLEANS.has(name)) return false;
  return isTime(name) ? new Date(0) : "";
}

/**
 * All of an array is of the type of its first value.
 * @param {RawColumns} raw
 * @param {string} name
 * @param {unknown[]} column
 */
function addArray(raw, name, column) {
  const first = column.find((value) => value !== null && value !== undefined) ?? example(name);
  /** @type {(value: unknown, i: number) => Error} */
  const odd = (value, i) => invalid(`/${name}/${i}`, `expected ${kind(first)}, not ${kind(value)}`);
  if (typeof first === "boolean") {
    const bools = Uint8Array.from(column, (value, i) => {
      if (value === null || value === undefined) return 2;
      if (typeof value !== "boolean") throw odd(value, i);
      return value ? 1 : 0;
    });
    guarded(() => raw.bools(name, bools));
  } else if (typeof first === "number" && FRACTIONS.has(name)) {
    const numbers = Float64Array.from(column, (value, i) => {
      if (value === null || value === undefined) return 0;
      if (typeof value !== "number") throw odd(value, i);
      return value;
    });
    guarded(() => raw.numbers(name, numbers, valid(column)));
  } else if (typeof first === "number") {
    const integers = BigInt64Array.from(column, (value, i) => {
      if (value === null || value === undefined) return 0n;
      if (!Number.isSafeInteger(value)) throw invalid(`/${name}/${i}`, "expected a whole number");
      return BigInt(/** @type {number} */ (value));
    });
    guarded(() => raw.integers(name, integers, valid(column)));
  } else if (first instanceof Date) {
    const micros = BigInt64Array.from(column, (value, i) => {
      if (value === null || value === undefined) return 0n;
      if (!(value instanceof Date)) throw odd(value, i);
      if (Number.isNaN(value.getTime())) throw invalid(`/${name}/${i}`, "the Date is invalid");
      return BigInt(value.getTime()) * 1000n;
    });
    guarded(() => raw.instants(name, micros, valid(column)));
  } else {
    const [keys, values] = encoded(column, `/${name}`);
    guarded(() => raw.texts(name, keys, values));
  }
}

/**
 * Which places of an array are not null.
 * @param {unknown[]} column
 */
function valid(column) {
  return Uint8Array.from(column, (value) => (value === null || value === undefined ? 0 : 1));
}

/**
 * Texts by their place in the list of the distinct ones, so that each crosses once.
 * @param {unknown[]} column
 * @param {string} path
 * @returns {[keys: Uint32Array, values: string[]]}
 */
function encoded(column, path) {
  /** @type {Map<string, number>} */
  const places = new Map();
  const keys = Uint32Array.from(column, (value, i) => {
    if (value === null || value === undefined) return NO_TEXT;
    const word = /** @type {string} */ (value);
    const known = places.get(word);
    if (known !== undefined) return known;
    places.set(text(word, `${path}/${i}`), places.size);
    return places.size - 1;
  });
  return [keys, [...places.keys()]];
}
