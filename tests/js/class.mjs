// A class that a worker and Node roll up: what each of them says must be the same.

/** @param {typeof import("lrm-wasm").Engine} Engine */
export function workersClass(Engine) {
  const competencies = ["root", "a", "b"].map((id) => ({ id, statement: id }));
  const associations = ["a", "b"].map((from) => ({ type: "is_child_of", from, to: "root" }));
  const policy = { scale: { max: 4, proficient: 3 }, estimate: { method: "exponential", latest_percent: 65 } };
  const engine = Engine.fromJson({ competencies, associations }, policy);
  const stream = engine.stream("2026-03-01T00:00:00Z", { columns: ["learner", "competency", "value"] });
  try {
    const parts = [0, 1, 2].map((part) =>
      stream.push({
        learner: Uint32Array.of(part, part, part, part + 1),
        competency: { keys: Uint32Array.of(0, 1, 0, 1), values: ["a", "b"] },
        score: Float64Array.of(part, 4, 2.5, 1),
      }),
    );
    parts.push(stream.finish());
    return parts.flatMap((rollup) => Array.from(rollup.exact, String));
  } finally {
    stream.free();
    engine.free();
  }
}
