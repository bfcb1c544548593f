// A small framework, policy and record for the tests.

export const FRAMEWORK = {
  format: "lrm-framework/1",
  id: "demo",
  version: "2026",
  title: "Fractions",
  status: "adopted",
  competencies: [
    { id: "NF", statement: "Fractions", type: "Domain" },
    { id: "NF.1", statement: "Unit fractions", tags: ["core"], weight: 0.5 },
    { id: "NF.2", statement: "Number line", extra: { colour: "blue" } },
  ],
  associations: [
    { type: "is_child_of", from: "NF.2", to: "NF", sequence: 2 },
    { type: "is_child_of", from: "NF.1", to: "NF", sequence: 1 },
    { type: "precedes", from: "NF.1", to: "NF.2", strength: "hard" },
  ],
};

export const POLICY = {
  format: "lrm-policy/1",
  id: "district",
  version: "3",
  scale: {
    max: 4,
    proficient: 3,
    levels: [
      { id: "below", from: 0 },
      { id: "mastery", from: 3 },
    ],
  },
  estimate: { method: "exponential", latest_percent: 65 },
  sufficiency: { max_age_days: 730 },
};

export const EVIDENCE = [
  { id: "e1", learner: "ana", competency: "NF.1", score: 2, observed_at: "2026-01-15T12:00:00Z" },
  { id: "e2", learner: "ana", competency: "NF.1", score: 4, observed_at: "2026-02-15T12:00:00Z" },
  { id: "e3", learner: "ana", competency: "NF.2", score: 3, possible: 4, observed_at: new Date("2026-03-01T09:30:00Z") },
];

export const NOW = "2026-03-02T00:00:00Z";

/** A CASE package with two items, and an association that points to nothing. */
export const CASE = {
  CFDocument: { ...named("d"), title: "Fractions", creator: "lrm" },
  CFItems: [
    { ...named("a"), fullStatement: "Fractions" },
    { ...named("b"), fullStatement: "Unit fractions" },
  ],
  CFAssociations: [association("x", "b", "a"), association("y", "b", "unheard-of")],
};

function named(identifier) {
  return { identifier, uri: `urn:${identifier}`, lastChangeDateTime: "2026-01-01T00:00:00Z" };
}

function association(id, from, to) {
  const end = (identifier) => ({ title: identifier, identifier, uri: `urn:${identifier}` });
  return { ...named(id), associationType: "isChildOf", originNodeURI: end(from), destinationNodeURI: end(to) };
}

/** Calls, and frees every handle that was made with `keep`, whatever happens. */
export function withHandles(call) {
  const handles = [];
  const keep = (handle) => {
    handles.push(handle);
    return handle;
  };
  try {
    return call(keep);
  } finally {
    for (const handle of handles) handle.free();
  }
}
