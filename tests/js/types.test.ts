// Compiled with --strict and then run: every name that index.d.ts declares, used as its types allow.

import assert from "node:assert/strict";
import { test } from "node:test";

import init, { Calendar, Derivation, Engine, EventLog, Framework, LearnerRecord, LrmError, Policy, initReaders } from "lrm-wasm";
import type {
  AssessorRole,
  Association,
  Benchmark,
  Award,
  BooleanColumn,
  CalendarDocument,
  Change,
  Class,
  Competency,
  CompetencyTest,
  Context,
  Criterion,
  Deadline,
  Document,
  Entry,
  EntryKind,
  EntryState,
  ErasureFields,
  EstimateSection,
  EvaluateOptions,
  Event,
  EventKind,
  Evidence,
  EvidenceColumns,
  EvidenceSection,
  EvidenceTest,
  Finding,
  FrameworkDocument,
  Frontier,
  Goal,
  HistoryChange,
  IntegerColumn,
  KeyColumn,
  LearningPath,
  LayeredPolicy,
  LeastEvidence,
  Live,
  LogDocument,
  Mastery,
  Member,
  MissingCondition,
  ModuleSource,
  NumberColumn,
  Pace,
  PaceMeasure,
  PacePeriod,
  PaceStatus,
  PathStep,
  Pending,
  PointsMember,
  PolicyDocument,
  PolicyLayer,
  PolicyLock,
  Programme,
  ProgrammeKind,
  ProgrammeRule,
  Purpose,
  ReadyMade,
  RecordDocument,
  RecordLike,
  Recovery,
  RecoveryPlan,
  Requirement,
  ResultColumn,
  RetentionRules,
  Rollup,
  RollupOptions,
  RollupSection,
  RollupStream,
  RoundingSection,
  Rubric,
  Rule,
  ScaleSection,
  ScopeColumns,
  Sections,
  Selector,
  SelfRating,
  Standing,
  SimulatedResult,
  Simulation,
  SimulationOptions,
  State,
  Status,
  SufficiencySection,
  Target,
  TextColumn,
  Time,
  TimeColumn,
  Waiver,
  TracedRequirement,
  Verdict,
} from "lrm-wasm";
import type { EventStore, openStore } from "lrm-wasm/indexeddb";

const criterion: Criterion = { id: "k1", competency: "a", weight: 1, levels: [{ level: "yes", description: "Can" }] };
const rubric: Rubric = { id: "r1", title: "Reading", criteria: [criterion] };
const competencies: Competency[] = [
  { id: "root", statement: "Root" },
  { id: "a", statement: "A", code: "1.A", type: "Standard", tags: ["core"], weight: 2, extra: { own: 1 } },
];
const associations: Association[] = [
  { type: "is_child_of", from: "a", to: "root", weight: 1, sequence: 1 },
  { type: "ext:inspired_by", from: "a", to: "root" },
];
const framework: FrameworkDocument = { format: "lrm-framework/1", competencies, associations, rubrics: [rubric] };

const scale: ScaleSection = { min: 0, max: 4, proficient: 3, levels: [{ id: "no", from: 0 }, { id: "yes", from: 3 }] };
const estimates: EstimateSection[] = [
  { method: "mean" },
  { method: "mode", tie: "higher" },
  { method: "n_mastery", n: 1 },
  { method: "exponential", latest_percent: 65 },
  { method: "power_law", predict: "next" },
];
const role: AssessorRole = "teacher";
const purpose: Purpose = "summative";
const eligible: EvidenceSection = { order_by: "observed_at", purposes: [purpose], assessor_roles: [role], extra_credit: "keep",
  sources: { priority: ["sis"] }, raters: { adjacent: "lower" }, reassessment: { keep: "higher", within_school_days: 5, school_days: ["mon"] } };
const rounding: RoundingSection = { digits: 2, mode: "half_even" };
const sufficiency: SufficiencySection = { min_evidence: 1, independent_from_level: "yes", max_age_days: 10_000 };
const rollup: RollupSection = { method: "children_mean", missing: { require_at_least: 1 }, own_evidence: "as_child" };
const sections: Sections = { rounding, sufficiency, rollup };
const rule: Rule = { id: "every-a", match: { id: "a" }, estimate: { method: "latest" } };
const policy: PolicyDocument = { format: "lrm-policy/1", scale, estimate: { method: "mean" }, evidence: eligible, ...sections, rules: [rule] };

const now: Time = new Date("2026-06-01T00:00:00Z");
const item: Evidence = {
  id: "e1",
  competency: "a",
  score: 3,
  possible: 4,
  observed_at: "2026-05-01T00:00:00Z",
  assessor: { id: "t", role },
  purpose,
  assistance: "independent",
  source: { system: "lms", id: "2", replaces: "1" },
};
const decision: Evidence = { competency: "a", passed: true, override: { reason: "seen" }, assessor: { id: "t" }, adaptation: "modification" };
const record: RecordDocument = { format: "lrm-record/1", learner: "ana", evidence: [item] };

// @ts-expect-error a method that does not exist
estimates.push({ method: "average" });
// @ts-expect-error a competency needs a statement
competencies.push({ id: "b" });
competencies.pop();
estimates.pop();

test("the package is loaded", async () => {
  const source: ModuleSource = "https://example.org/lrm.wasm";
  const loaded: Promise<void> = init(source);
  await loaded;
  const readers: Promise<void> = initReaders(source);
  await readers;
});

test("using frees what it declares", () => {
  let outlived: Framework;
  {
    using handle = Framework.fromJson(framework);
    outlived = handle;
    const title: string | undefined = handle.title;
    assert.equal(title, undefined);
    assert.deepEqual(handle.competency("a"), { ...competencies[1], extra: { own: 1 } });
  }
  assert.throws(() => outlived.length, (error) => error instanceof LrmError && error.code === "use-after-free");
});

test("everything that is declared can be called", () => {
  const text: Document<PolicyDocument> = JSON.stringify(policy);
  using graph = Framework.fromJson(framework);
  using rules = Policy.fromJson(text);
  using evidence = LearnerRecord.fromJson(record);
  using same = LearnerRecord.fromEvents([item]);
  using engine = new Engine(graph, rules);
  using other = Engine.fromJson(framework, policy);
  using graphAgain = engine.framework();
  using rulesAgain = engine.policy();
  const options: EvaluateOptions = { scope: new Set(["root"]), strict: true };
  const like: RecordLike = evidence;
  using state: State = engine.evaluate(like, now, options);
  using live: Live = engine.start(record, now);
  using group: Class = engine.startClass(new Set<RecordLike>([evidence]), now, options);
  using derivation = engine.explain(evidence, "root", now, options);
  using derivationAgain = Derivation.fromJson(derivation.toJson());

  const findings: Finding[] = [...graph.report(), ...rules.lint(graph), ...engine.lint(), ...state.report(), ...other.lint()];
  assert.deepEqual(findings, []);
  const ids: string[] = [...graph.children("root"), ...graph.parents("a"), ...graph.roots(), ...graph.leaves()];
  assert.deepEqual(ids, ["a", "root", "root", "a"]);
  const names: (string | undefined)[] = [graph.id, graph.version, graph.title, graph.status, same.learner, evidence.learner];
  assert.deepEqual(names, [undefined, undefined, undefined, undefined, undefined, "ana"]);
  const counts: number[] = [graph.length, graph.depth(), evidence.length, graph.competencies().length, graph.associations().length];
  assert.deepEqual(counts, [2, 2, 1, 2, 2]);

  const mastery: Mastery = state.mastery("root");
  const value: number | null = mastery.value;
  const exact: string | null = mastery.exact;
  const status: Status = mastery.status;
  const [covered, of]: [number, number] = mastery.coverage;
  assert.deepEqual([value, exact, mastery.level, status, mastery.evidence, mastery.newest, covered, of], [
    3, "3", "yes", "met", 1, "2026-05-01T00:00:00Z", 1, 1,
  ]);
  const modified: boolean[] = [engine.evaluate([decision], now).mastery("a").modified, mastery.modified];
  assert.deepEqual(modified, [true, false]);
  const all: Mastery[] = [...state];
  assert.deepEqual(all, state.results());

  const changes: Change[] = engine.whatIf(record, [{ competency: "a", passed: false }], now);
  assert.deepEqual(changes.map(({ before, after }) => before.competency === after.competency), [true, true]);
  const changed: Mastery[] = [...live.apply(item, now), ...live.advance(now), live.mastery("a")];
  assert.equal(changed.at(-1)?.competency, "a");
  const byLearner: Map<string, Mastery[]> = group.apply({ ...item, id: "new", learner: "ana" }, now);
  assert.deepEqual([...byLearner.keys(), ...group.advance(now).keys()], ["ana"]);
  const learners: string[] = group.learners();
  const counted: [number, boolean, string] = [group.length, group.has("ana"), group.asOf];
  assert.deepEqual([learners, counted], [["ana"], [1, true, live.asOf]]);
  assert.equal(group.mastery("ana", "a").evidence, 2);
  using stateInGroup: State = group.state("ana");
  using recordInGroup: LearnerRecord = group.record("ana");
  using removed: LearnerRecord = group.remove("ana");
  assert.deepEqual([stateInGroup.mastery("a").evidence, recordInGroup.length, removed.length], [2, 2, 2]);
  using later: State = live.state();
  assert.equal(later.asOf, live.asOf);

  derivation.verify();
  derivationAgain.verify();
  const explained: Mastery = derivationAgain.result();
  assert.deepEqual(explained, mastery);
  const said: string = derivation.text({ "status.met": "erreicht" });
  assert.notEqual(said, derivation.toString());
  assert.ok(Derivation.messageIds().length > 0);

  const texts: string[] = [graph, graphAgain, rules, rulesAgain, evidence, same, state, live, derivation].map((handle) => handle.toJson());
  assert.equal(texts.filter((json) => json.startsWith("{")).length, texts.length);
  for (const handle of [graph, rules, evidence, engine, state, live, derivation]) handle.free();
});

test("layers and simulations are typed", () => {
  const lock: PolicyLock = { parameter: "/scale/proficient", min: 3, reason: "the board" };
  const layers: PolicyLayer[] = [
    { layer: "platform", set: { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" } } },
    { layer: "district", locks: [lock] },
    { layer: "school", set: { scale: { proficient: 2 }, rounding: null, rules: [{ match: {} }] } },
  ];
  const name: ReadyMade = "otus";
  using made: Policy = Policy.readyMade(name);
  const names: ReadyMade[] = Policy.readyMadeNames();
  assert.ok(names.includes(name) && made.toJson().includes(name));
  // @ts-expect-error no ready-made policy has that name
  assert.throws(() => Policy.readyMade("nothing"), { code: "unknown-policy" });
  const base: PolicyLayer = { layer: "base", ready_made: name };
  using built: Policy = Policy.fromLayers([base]).policy;
  assert.equal(built.words().length, made.words().length);
  const layered: LayeredPolicy = Policy.fromLayers(layers);
  using rules: Policy = layered.policy;
  const words: string[] = rules.words({ "policy.estimate.latest": "Das Letzte zählt." });
  assert.ok(words.includes("Das Letzte zählt."));
  assert.deepEqual([layered.refused[0]?.lock, layered.trace.length], ["district", 3]);
  using graph: Framework = Framework.fromJson({ competencies: [{ id: "a", statement: "A" }] });
  using engine: Engine = new Engine(graph, rules);
  using other: Engine = Engine.fromJson(graph.toJson(), { scale: { max: 4, proficient: 2 }, estimate: { method: "latest" } });
  const options: SimulationOptions = { mostMoves: 10, strict: true };
  const simulation: Simulation = engine.simulate(other, [[{ competency: "a", score: 2 }]], now, options);
  const after: SimulatedResult | undefined = simulation.moves[0]?.after;
  assert.deepEqual([simulation.moved, simulation.competencies[0]?.up, after?.status], [1, 1, "met"]);
});

test("columns have types, too", () => {
  using engine = Engine.fromJson(framework, policy);
  const learner: IntegerColumn = Uint32Array.of(1, 2);
  const competency: TextColumn = { keys: Uint32Array.of(0, 0), values: ["a"] };
  const id: KeyColumn = ["x", null];
  const score: NumberColumn = Float64Array.of(1, 4);
  const transfer: BooleanColumn = [true, null];
  const observed: TimeColumn = BigInt64Array.of(0n, 1n);
  const columns: EvidenceColumns = { id, learner, competency, score, transfer, observed_at: observed, "assessor.id": ["t", "u"] };
  const wanted: ResultColumn[] = ["learner", "competency", "value", "status"];
  const options: RollupOptions = { nodes: ["root"], unassessed: true, columns: wanted };
  const result: Rollup = engine.rollup(columns, now, options);
  assert.deepEqual([...result.value], [1, 4]);
  const word: Status | undefined = result.statuses[result.status[0] ?? 0];
  assert.equal(word, "provisional");
  const scopes: ScopeColumns = { learner: Uint32Array.of(1), competency: ["a"] };
  using stream: RollupStream = engine.stream(now, { scopes });
  assert.deepEqual([stream.push(columns).length, stream.finish().length], [2, 0]);
});

test("a log is typed", () => {
  const wrong: Event = { id: "e1", competency: "a", score: 1 };
  const right: Event = { id: "e2", event: "corrected", of: "e1", score: 4, actor: { id: "t" }, reason: "a typing error" };
  const document: LogDocument = { format: "lrm-log/1", learner: "ana", events: [wrong] };
  using log: EventLog = EventLog.fromJson(document);
  const added: boolean = log.add(right);
  const state: EntryState | undefined = log.stateOf("e1");
  using copy: EventLog = log.knownAt("2026-01-15T12:00:00Z");
  using record: LearnerRecord = copy.record();
  const found: Finding[] = log.report();
  const word: EventKind = "subdivided";
  const own: Event = { id: "u", event: word, competency: "a.1", under: ["a"] };
  const entries: EntryKind = "subgoal";
  log.add(own);
  const [subgoal]: Entry[] = log.entries(entries);
  const waiting: Pending[] = log.pending();
  const scope: string[] | undefined = log.scopeAt(new Date(0));
  using framework: Framework = Framework.fromJson({ competencies: [{ id: "a", statement: "A" }] });
  using mine: Framework = log.frameworkWithSubgoals(framework);
  using theirs: EventLog = log.of("bo");
  assert.deepEqual([subgoal?.state, waiting, scope, mine.length, theirs.length], ["added", [], undefined, 2, 0]);
  assert.deepEqual([added, state, log.merge(copy), record.length, found, log.hash().length], [true, "assessed", 0, 2, [], 64]);
  const rules: RetentionRules = { "": 5, transcript: null };
  const fields: ErasureFields = { id: "x", actor: { id: "t" }, reason: "asked for" };
  const due: string[] = log.dueForErasure(rules, now, now);
  const [gone, then]: [number, string] = [log.erase(due, fields), log.hash(now)];
  assert.deepEqual([due, gone, then.length], [[], 0, 64]);
  const texts: string[] = log.events();
  const recovery: Recovery = EventLog.recover(Uint8Array.of(...log.toBytes(), ...copy.block()));
  using recovered: EventLog = recovery.log;
  using read: EventLog = EventLog.fromBytes(recovered.toBytes());
  assert.deepEqual([texts.length, recovery.report, read.length], [3, [], 3]);
  using engine: Engine = Engine.fromJson(framework.toJson(), policy);
  const changes: HistoryChange[] = engine.history(log, "a", now, "known");
  const goals: Goal[] = engine.goals(log, now);
  const waiver: Event = {
    id: "w", event: "waived", competency: "a", prerequisite: "b", expires_at: now, actor: { id: "t" }, reason: "moved here",
  };
  const waiving = EventLog.fromJson([waiver]);
  assert.deepEqual(waiving.report(), []);
  waiving.free();
  const frontier: Frontier = engine.frontier(log, now);
  const [first]: Standing[] = frontier.standings;
  const waived: Waiver[] | undefined = first?.waived;
  const path: LearningPath = engine.path(log, "a", now, { scope: ["a"] });
  assert.deepEqual([first?.state, waived, frontier.unknown, path.steps], ["learned", undefined, undefined, []]);
  const plan: RecoveryPlan = engine.recoveryPlan(log, ["a"], now, { scope: ["a"] });
  const steps: PathStep[] = plan.steps;
  assert.deepEqual([plan.of, plan.unmet, steps], [["a"], [], []]);
  const ratings: SelfRating[] = engine.selfRatings(record, now, { strict: true });
  assert.deepEqual([changes.length, goals.length, ratings.length], [0, 0, 0]);
  const [measure, benchmarks]: [PaceMeasure, Benchmark[]] = ["met", [{ on: "2026-06-30", percent: 50 }]];
  const school: CalendarDocument = { zone: "UTC", courses: [{ id: "c", competencies: ["a"], from: "2026-01-01", until: "2026-12-31", measure, benchmarks }] };
  using calendar: Calendar = Calendar.fromJson(school);
  const [pace]: Pace[] = engine.pace(log, calendar, now, { strict: true });
  const period: PacePeriod | undefined = pace?.own;
  const status: PaceStatus | undefined = period?.pace;
  const deadlines: Deadline[] = engine.deadlines(log, calendar, now);
  const instant: string = calendar.cutoff("2026-11-01T23:59", 1, { schoolDays: true });
  assert.deepEqual([status, deadlines, instant, calendar.schoolDays("2026-11-01", "2026-11-07")], ["ahead", [], "2026-11-02T23:59:00Z", 5]);
  const evidence: EvidenceTest = { min_independent: 1, kinds: ["test"] };
  const each: CompetencyTest = { level: "proficient" };
  const selector: Selector = { tag: "core", leaves: true };
  const member: Member = { credential: "c", until: "2026-01-15T12:00:00Z" };
  const required: PointsMember = { points: 2, required: true, of: { competency: "a", evidence } };
  const requirement: Requirement = {
    points: 4,
    of: [
      required,
      { points: 3, of: { at_least: 1, of: selector, each }, until: now },
      { points: 3, of: { any: [member, { not_before: now }] } },
    ],
  };
  const kind: ProgrammeKind = "pathway";
  const programme: ProgrammeRule = { id: "p", kind, requirement: { all: [{ competency: "a", value: 5 }, { not_before: now }] } };
  const asking: PolicyDocument = { scale: { max: 4, proficient: 3 }, estimate: { method: "latest" }, programmes: [programme], sequences: [["p", "q"]] };
  assert.throws(() => Engine.fromJson(framework.toJson(), { ...asking, programmes: [{ id: "p", requirement }] }), { code: "empty-group" });
  assert.throws(() => Engine.fromJson(framework.toJson(), asking), { code: "parameter-out-of-range" });
  const award: Award = { id: "c", actor: "t", at: now };
  const programmes: Programme[] = engine.programmes(log, now, { strict: true });
  const target: Target = { competency: "a", level: undefined };
  const least: LeastEvidence = engine.leastEvidence(log, target, now, { scope: ["a"] });
  assert.deepEqual([least.reached, least.exact, least.pieces], [true, true, []]);
  assert.throws(() => engine.leastEvidence(log, { programme: "p" }, now), { code: "unknown-programme" });
  assert.throws((): Event => engine.award(log, "p", award), { code: "unknown-programme" });
  assert.deepEqual(programmes.map((one): [Verdict, MissingCondition[], TracedRequirement[]] => [one.verdict, one.missing, one.trace]), []);
});

// Compiled only: there is no IndexedDB here.
export async function stored(open: typeof openStore): Promise<[number, string[]]> {
  const store: EventStore = await open("school");
  using log: EventLog = await store.log("ana");
  const added: number = (await store.append("ana", log)) + (await store.append("ben", [{ competency: "a", score: 1 }]));
  const learners: string[] = await store.learners();
  store.close();
  return [added, learners];
}

test("an error is typed", () => {
  try {
    Framework.fromCase("{");
  } catch (error) {
    if (!(error instanceof LrmError)) throw error;
    const context: Context = error.context;
    const first: Finding | undefined = error.findings[0];
    assert.deepEqual([error.code, error.path, first?.code, typeof context], ["invalid-json", "", "invalid-json", "object"]);
    return;
  }
  assert.fail("nothing was thrown");
});
