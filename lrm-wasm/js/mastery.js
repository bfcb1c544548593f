// Results are plain objects.

/** @typedef {import("./index.d.ts").Mastery} Mastery */

/**
 * The module writes `exact` in front of the engine's own result.
 * @param {string} json
 * @returns {Mastery}
 */
export function mastery(json) {
  return arranged(JSON.parse(json));
}

/**
 * @param {string} json
 * @returns {Mastery[]}
 */
export function masteries(json) {
  return JSON.parse(json).map(arranged);
}

/**
 * @param {string} json
 * @returns {import("./index.d.ts").Change[]}
 */
export function changes(json) {
  return JSON.parse(json).map(change);
}

/** @param {import("./index.d.ts").Change} parsed */
export function change({ before, after }) {
  return { before: arranged(before), after: arranged(after) };
}

/**
 * The exact value beside the rounded one, for whoever prints the object.
 * @param {Mastery} parsed
 * @returns {Mastery}
 */
function arranged({ competency, value, exact, modified = false, ...rest }) {
  return { competency, value, exact, ...rest, modified };
}
