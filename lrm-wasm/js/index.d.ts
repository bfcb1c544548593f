/// <reference lib="esnext.disposable" />

/**
 * `lrm` computes what a learner has mastered: an exact and explainable function of a competency framework, a policy, the
 * learner's record and an instant.
 *
 * Objects with `free` live in the memory of the WebAssembly module. Free them, or declare them with `using`; what is
 * forgotten is freed some time after the garbage collector has found it.
 *
 * Everything that goes wrong is thrown as an {@link LrmError}.
 */

/**
 * Where the module can be loaded from, if not from beside this package: its address as text or `URL`, a `Request`, a
 * `Response` or the promise of one, its bytes, or a compiled `WebAssembly.Module`.
 */
export type ModuleSource = string | object;

/**
 * Loads the module. In browsers it must be awaited before anything else is called; calling it again waits for the same
 * load. In Node the module is loaded on import and this does nothing.
 */
export default function init(source?: ModuleSource): Promise<void>;

/**
 * Loads the second module, which few pages need at once: the reader of CASE packages ({@link Framework.fromCase}),
 * explanations ({@link Engine.explain}, {@link Derivation}), logs ({@link EventLog}), policies from layers and in words, and
 * simulations ({@link Engine.simulate}). In browsers it must be awaited before
 * one of them is called; in Node it is loaded when it is first needed and this does nothing.
 */
export function initReaders(source?: ModuleSource): Promise<void>;

/** A document: JSON text, its bytes in UTF-8, or the same as plain objects and arrays. */
export type Document<T> = string | Uint8Array | T;

/** An instant: RFC 3339 with an offset, to the microsecond, or a `Date`. */
export type Time = string | Date;

/** A learner's record, or the document of one. */
export type RecordLike = LearnerRecord | Document<RecordDocument>;

// ---------------------------------------------------------------------------------------------- errors and findings

/** What is wrong in typed form, by name. */
export type Context = Record<string, string | number | string[]>;

/** Something wrong at one place of the input. */
export interface Finding {
  /** A stable word such as `"score-off-scale"`. */
  code: string;
  /** Where: a JSON Pointer such as `/evidence/3/score`, or empty for the whole. */
  path: string;
  /** What was wrong and what was expected, in English. */
  message: string;
  /** The same in typed form. */
  context?: Context;
}

/**
 * What this package throws. Besides the engine's codes there are `not-initialized` (a module is not loaded),
 * `use-after-free` and `internal` (the engine stopped where it never should: please report it).
 */
export class LrmError extends Error {
  constructor(
    code: string,
    message: string,
    details?: {
      path?: string;
      context?: Context;
      findings?: Finding[];
      cause?: unknown;
    },
  );
  /** The stable word for what is wrong, such as `"score-off-scale"`. Codes never change their meaning. */
  readonly code: string;
  /** Where: a JSON Pointer, or empty for the whole. */
  readonly path: string;
  /** What is wrong in typed form, such as the `path` of a cycle. */
  readonly context: Context;
  /** Everything that was found, in the order of the input; the first gives the error its code. */
  readonly findings: Finding[];
}

// ------------------------------------------------------------------------------------------------------- frameworks

/** `lrm-framework/1`. */
export interface FrameworkDocument {
  format?: "lrm-framework/1";
  id?: string;
  version?: string;
  title?: string;
  status?: string;
  competencies: Competency[];
  associations?: Association[];
  rubrics?: Rubric[];
  extra?: Record<string, unknown>;
}

/** Something that can be learnt. */
export interface Competency {
  id: string;
  statement: string;
  /** What people call it, such as `3.NF.A.1`; not a key. */
  code?: string;
  /** The kind of item, such as `Standard`: free text. */
  type?: string;
  tags?: string[];
  /** In rules over leaves; 1 if left out. */
  weight?: number;
  extra?: Record<string, unknown>;
}

/** A typed edge, with CASE's names and directions. */
export interface Association {
  type:
    | "is_child_of"
    | "precedes"
    | "exact_match_of"
    | "is_peer_of"
    | "is_related_to"
    | "is_part_of"
    | "replaced_by"
    | "exemplar"
    | "has_skill_level"
    | "is_translation_of"
    | `ext:${string}`;
  from: string;
  to: string;
  /** In `children_mean`; 1 if left out. */
  weight?: number;
  sequence?: number;
  /** Of `precedes`; hard if left out. */
  strength?: "hard" | "soft";
  /** Of `precedes`; the proficient one if left out. */
  level?: string;
  extra?: Record<string, unknown>;
}

/** A scoring guide. */
export interface Rubric {
  id: string;
  title?: string;
  criteria: Criterion[];
  extra?: Record<string, unknown>;
}

/** One row of a rubric. */
export interface Criterion {
  id: string;
  competency?: string;
  weight?: number;
  description?: string;
  levels?: { level?: string; score?: number; description?: string; extra?: Record<string, unknown> }[];
  extra?: Record<string, unknown>;
}

/** A checked competency framework. It never changes. */
export class Framework {
  private constructor();
  /** Reads a native document. Throws all that is wrong with it at once. */
  static fromJson(document: Document<FrameworkDocument>): Framework;
  /**
   * Reads a CASE package. What publishers get wrong is left out or mended, with a finding each in `report()`. In browsers
   * `initReaders()` comes first.
   */
  static fromCase(document: Document<object>): Framework;
  readonly id: string | undefined;
  readonly version: string | undefined;
  readonly title: string | undefined;
  /** The adoption status: free text, as in CASE. */
  readonly status: string | undefined;
  /** The number of competencies. */
  readonly length: number;
  /** In the order of the document. */
  competencies(): Competency[];
  /** Throws `unknown-competency` if there is none of that id. */
  competency(id: string): Competency;
  /** In the order of the document. */
  associations(): Association[];
  /** The ids of a competency's children, by `sequence`, then id. */
  children(id: string): string[];
  /** The ids of a competency's parents, in byte order. */
  parents(id: string): string[];
  /** The ids of the competencies without parents, in byte order. */
  roots(): string[];
  /** The ids of the competencies without children, in byte order. */
  leaves(): string[];
  /** The longest way from a root down to a leaf, in competencies. */
  depth(): number;
  /** What the reader found worth telling: empty for native documents, which are refused instead. */
  report(): Finding[];
  /** Canonical JSON of the native document. */
  toJson(): string;
  free(): void;
  [Symbol.dispose](): void;
}

// ----------------------------------------------------------------------------------------------------------- policies

/** `lrm-policy/1`. */
export interface PolicyDocument extends Sections {
  format?: "lrm-policy/1";
  id?: string;
  version?: string;
  scale: ScaleSection;
  estimate: EstimateSection;
  /** Each replaces whole sections for the competencies that it matches; of several the later wins. */
  rules?: Rule[];
  /** Requirements with a name, and the credit that each earns. */
  programmes?: ProgrammeRule[];
  /** Credits, lowest first: who has a later one is not awarded an earlier one. */
  sequences?: string[][];
  extra?: Record<string, unknown>;
  /** Which layer set what, by JSON Pointer, in a policy that was put together from layers. */
  layers?: Record<string, string>;
}

export interface ProgrammeRule {
  id: string;
  title?: string;
  kind?: ProgrammeKind;
  /** The name of the credit that it earns; its id if left out. */
  credit?: string;
  requirement: Requirement;
  extra?: Record<string, unknown>;
}

export type ProgrammeKind = "graduation" | "course_credit" | "pathway" | "destination";

/** What must be met: exactly one operator. Nested at most 64 deep. */
export type Requirement =
  | ({ all: Member[] } | { any: Member[] } | { at_least: number; of: Member[] } | { percent: number; of: Member[] })
  | { points: number; of: PointsMember[] }
  | ({ all: Selector } | { any: Selector } | { at_least: number; of: Selector } | { percent: number; of: Selector }) & {
      /** What is asked of each; that it is met if left out. */
      each?: CompetencyTest;
    }
  | ({ competency: string } & (CompetencyTest | {}))
  | { credential: string }
  | { not_before: Time };

/** A member is left out from `until` on. */
export type Member = Requirement & { until?: Time };

/** A member that is `required` may be worth nothing. */
export interface PointsMember {
  points: number;
  required?: boolean;
  of: Requirement;
  until?: Time;
}

/** Competencies that stand for the members of a group: all keys must hold, and one must be there. `under` is not itself one of them. */
export interface Selector {
  under?: string;
  type?: string;
  tag?: string;
  id?: string;
  leaves?: boolean;
  /** In rollups: only what stands directly below the competency; not with `leaves`. */
  children?: boolean;
}

/** The level that is shown, the value, or the eligible evidence. */
export type CompetencyTest = { level: string } | { value: number } | { below: number } | { evidence: EvidenceTest };

/** Minima over the eligible items that are of these kinds, and meet the level or the value. */
export interface EvidenceTest {
  min_evidence?: number;
  min_assessors?: number;
  min_contexts?: number;
  min_kinds?: number;
  min_artifacts?: number;
  min_transfer?: number;
  min_independent?: number;
  kinds?: NonNullable<Evidence["kind"]>[];
  level?: string;
  value?: number;
}

export interface Rule extends Sections {
  id?: string;
  /** All keys must hold; an empty match fits every competency. */
  match: { under?: string; type?: string; tag?: string; id?: string };
}

export interface Sections {
  scale?: ScaleSection;
  evidence?: EvidenceSection;
  estimate?: EstimateSection;
  rounding?: RoundingSection;
  sufficiency?: SufficiencySection;
  rollup?: RollupSection;
}

export interface ScaleSection {
  min?: number;
  max: number;
  proficient: number;
  levels?: { id: string; label?: string; from: number }[];
}

export interface EvidenceSection {
  order_by?: "observed_at" | "assessed_at" | "due_at";
  purposes?: Purpose[];
  assessor_roles?: AssessorRole[];
  extra_credit?: "clamp" | "keep" | "error";
  /**
   * One submission (activity and attempt, else activity and `observed_at`) that several systems report counts once. Where they
   * disagree a person decides (`person`, as if left out), what was known last counts, or the system that is listed first.
   */
  sources?: "person" | "newest" | "separate" | { priority: string[] };
  /** One submission that several assessors judge: of neighbouring levels the lower or the higher counts. */
  raters?: "separate" | { adjacent: "lower" | "higher" };
  /** What becomes of an activity that is handed in again. */
  reassessment?: {
    /** Which of the submissions of an activity count; all if left out. */
    keep?: "higher" | "newest" | "all";
    /** 1 to 400, from the day after the original was assessed. */
    within_school_days?: number;
    /** 0 to 1,000. */
    at_most?: number;
    /** What is handed in again is worth at most this part of the scale, 0 to 100. */
    cap_percent?: number;
    /** Monday to Friday if left out. */
    school_days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
    /** Dates such as `2026-11-25`. */
    holidays?: string[];
    /** Such as `-05:00`, for the dates of instants. */
    utc_offset?: string;
  };
}

export type EstimateSection =
  | { method: "highest" | "lowest" | "latest" | "mean" | "median" }
  | { method: "mode"; tie?: "most_recent" | "higher" | "lower" }
  | { method: "n_mastery" | "top_n_mean"; n: number }
  | { method: "latest_vs_mean" | "exponential"; latest_percent: number }
  | { method: "power_law" | "linear_trend"; predict?: "at_n" | "next" };

export interface RoundingSection {
  digits: number;
  mode?: "half_away_from_zero" | "half_even" | "floor";
}

export interface SufficiencySection {
  min_evidence?: number;
  min_assessors?: number;
  min_contexts?: number;
  min_kinds?: number;
  min_artifacts?: number;
  min_transfer?: number;
  independent_from_level?: string;
  max_age_days?: number;
}

export interface RollupSection {
  method?:
    | "unique_leaves"
    | "children_mean"
    | "lowest"
    | "highest"
    | "median"
    | "mode"
    | "sum"
    | "share_met"
    | "pooled"
    | "requirement";
  /** Of the method `requirement`: about what stands below, without `credential`, `not_before` and `until`. */
  requirement?: Requirement;
  missing?: "ignore" | "require_all" | { require_at_least: number } | { require_at_least_percent: number };
  own_evidence?: "as_child" | "overrides" | "ignored";
}

/** `lrm-policy-layer/1`: what one layer says about a policy. */
export interface PolicyLayer {
  format?: "lrm-policy-layer/1";
  /** The name of the layer, such as `school`; each layer has another. */
  layer: string;
  /** The id of the policy, unless a lower layer has one. */
  id?: string;
  version?: string;
  /** Some parameters of some sections, and rules. Null takes away what the layers above say. */
  set?: {
    [section in "scale" | "evidence" | "estimate" | "rounding" | "sufficiency" | "rollup"]?: Record<string, unknown> | null;
  } & { rules?: Rule[] | null; [other: string]: unknown };
  /** In the place of `set`: the ready-made policy that the layer sets. */
  ready_made?: ReadyMade;
  locks?: PolicyLock[];
  extra?: Record<string, unknown>;
}

/** The names of the ready-made policies. */
export type ReadyMade =
  | "building-21"
  | "canvas-decaying-average"
  | "canvas-n-mastery"
  | "canvas-weighted-average"
  | "empower-80-100"
  | "jumprope"
  | "marzano"
  | "moodle-competencies"
  | "otus"
  | "summit";

/** What the layers below may not change: nothing if there are no bounds, else only within all of them. */
export interface PolicyLock {
  /** A JSON Pointer to a parameter or to a section, such as `/scale/proficient`. */
  parameter: string;
  min?: number;
  max?: number;
  allowed?: unknown[];
  reason?: string;
}

/** A policy that was put together from layers. */
export interface LayeredPolicy {
  /** The policy that holds, in a handle. */
  policy: Policy;
  /** Of each parameter that a layer said something about, what holds and what the layers said, the highest first. */
  trace: {
    parameter: string;
    value: unknown;
    layers: { layer: string; value: unknown; refused_by?: string }[];
  }[];
  /** What locks refused, from the highest layer to the lowest; `lock` is the highest layer that does not let it through. */
  refused: { parameter: string; layer: string; value: unknown; lock: string; reason?: string }[];
}

/** The rules by which evidence becomes mastery. It never changes. */
export class Policy {
  private constructor();
  /**
   * Reads a policy. Throws all that is wrong with it at once. Programmes, sequences and rollups by requirement are read in the second
   * module: in browsers `initReaders()` comes first.
   */
  static fromJson(document: Document<PolicyDocument>): Policy;
  /**
   * Puts a policy together from layers, the highest first: those of a platform, a tenant, a school, a course. Where several set a
   * parameter the lowest holds; what a lock does not let through is refused to the layers below it. Throws all that is wrong,
   * with the `layer` in the context. In browsers `initReaders()` comes first.
   */
  static fromLayers(documents: Iterable<Document<PolicyLayer>>): LayeredPolicy;
  /**
   * A ready-made policy: the published rule of a product or a school, with the numbers that it has by default. Its `extra` says
   * where the rule comes from, what schools set, and what the rule has that a policy cannot say. A layer with `ready_made` is one
   * to build upon. Throws `unknown-policy`. In browsers `initReaders()` comes first.
   */
  static readyMade(name: ReadyMade): Policy;
  /** The names of the ready-made policies, in byte order. In browsers `initReaders()` comes first. */
  static readyMadeNames(): ReadyMade[];
  /**
   * The policy in plain words, sentence by sentence: those of a catalogue (texts by message id, which begin with `policy.`) where
   * it has them, else English ones. In browsers `initReaders()` comes first.
   */
  words(catalogue?: Document<Record<string, string>>): string[];
  /** What is odd about the policy for this framework, such as a rule that matches nothing. */
  lint(framework: Framework): Finding[];
  /** Canonical JSON. */
  toJson(): string;
  free(): void;
  [Symbol.dispose](): void;
}

// ----------------------------------------------------------------------------------------------------------- evidence

export type Purpose = "practice" | "diagnostic" | "summative" | "common_task";
export type AssessorRole = "teacher" | "self" | "peer" | "external" | "machine";

/** One judgement of one learner on one competency; at most one of `score`, `level`, `passed`, `absence`. */
export interface Evidence {
  /** Items with the same id and content count once. */
  id?: string;
  learner?: string;
  competency: string;
  /** On the scale as it is, or out of `possible` points. */
  score?: number;
  possible?: number;
  level?: string;
  passed?: boolean;
  /** Why there is no judgement: never a zero. */
  absence?: "not_yet" | "missed" | "excused" | "not_applicable" | "withheld";
  observed_at?: Time;
  due_at?: Time;
  assessed_at?: Time;
  received_at?: Time;
  kind?: "product" | "performance" | "observation" | "test" | "experience" | "credential";
  purpose?: Purpose;
  assessor?: { id?: string; role?: AssessorRole };
  /** Of a rubric. */
  criterion?: string;
  context?: string;
  /** Shown in a new situation. */
  transfer?: boolean;
  assistance?: "independent" | "prompted" | "with_help";
  /** An accommodation keeps the standard; a modification marks the results that rest on the item. */
  adaptation?: "accommodation" | "modification";
  /**
   * Makes the item the decision of its assessor, whom it must name, instead of evidence: with `score`, `level` or `passed` it
   * sets the value, without one it says that the evidence there is is enough. It holds until `expires_at`.
   */
  override?: { reason: string; expires_at?: Time };
  artifact?: { uri?: string; sha256?: string; media_type?: string };
  activity?: string;
  attempt?: number | string;
  /** `replaces` is the id, in the same system, of what was deleted there and restored as this: of the two one counts. */
  source?: { system?: string; id?: string; replaces?: string };
  /** In `mean`; 1 if left out. */
  weight?: number;
  /** It no longer stands, and counts for nothing: taken back, corrected since, or the work of a group without the learner. */
  withdrawn?: "retracted" | "superseded" | "unconfirmed";
  extra?: Record<string, unknown>;
}

/** `lrm-record/1`, or only its evidence. */
export type RecordDocument = { format?: "lrm-record/1"; learner?: string; evidence: Evidence[] } | readonly Evidence[];

/** The evidence of one learner, as it was given. It never changes. */
export class LearnerRecord {
  private constructor();
  /**
   * Reads a record or a bare array of evidence. An item that cannot be read is kept, does not count and is reported by
   * the evaluation.
   */
  static fromJson(document: Document<RecordDocument>): LearnerRecord;
  /** A record of these items. */
  static fromEvents(events: Iterable<Evidence>): LearnerRecord;
  readonly learner: string | undefined;
  /** The number of items, bad ones included. */
  readonly length: number;
  /** Canonical JSON. */
  toJson(): string;
  free(): void;
  [Symbol.dispose](): void;
}

/** What happened. An item of evidence is an event itself, of kind `assessed`. */
export type EventKind =
  // what opens an entry
  | "assessed"
  | "submitted"
  | "overridden"
  | "reflected"
  | "group_assessed"
  | "proposed"
  | "awarded"
  | "subdivided"
  | "identified"
  | "enrolled"
  | "waived"
  | "planned"
  | "paused"
  | "paced"
  | "published"
  | "held"
  | "erased"
  // what acts on one
  | "corrected"
  | "retracted"
  | "disputed"
  | "verified"
  | "adjusted"
  | "confirmed"
  | "approved"
  | "met"
  | "missed"
  | "renegotiated"
  | "reviewed"
  | "upheld"
  | "revoked"
  | "separated"
  | "left"
  | "released";

/** Something that happened in a learner's record. */
export interface Event extends Omit<Evidence, "competency"> {
  event?: EventKind;
  /** The id of the event that this one is about. */
  of?: string;
  competency?: string;
  /** Who caused it. */
  actor?: { id?: string; role?: string };
  /** Why, in words. */
  reason?: string;
  /** Of a submission or a goal: what it is about. */
  competencies?: string[];
  /** Of a submission: what it is about, criterion by criterion. */
  criteria?: { competency: string; criterion?: string }[];
  /** Of an override, a waiver or a set pace: until when it holds. */
  expires_at?: Time;
  /** Of a waiver: what is not asked for; nothing that has to come before the competency if left out. */
  prerequisite?: string;
  /** Of a reflection. */
  text?: string;
  /** Of a reflection: the id of an event. */
  about?: string;
  /** Of the work of a group: the learners who took part. */
  members?: string[];
  /** Of an adjustment: what is added to the score. */
  by?: number;
  /** Of a goal. */
  title?: string;
  /** Of a goal, the one above it; of a subgoal, the competencies above it. */
  under?: string | string[];
  /** Of a goal: on how many of its competencies; all if left out. */
  at_least?: number;
  /** Of a goal: the value to reach, instead of a `level`. */
  value?: number;
  /** Of a credit: which. */
  credit?: string;
  /** Of a credit: the ids of the events that it rests on. */
  evidence?: string[];
  /** Of a subgoal: what the learner knows or can do. */
  statement?: string;
  /** Of an identity: the other id of the same person. */
  other?: string;
  /** Of an enrolment. */
  section?: string;
  /** Of an enrolment: the competencies that apply. */
  scope?: string[];
  /** Of an enrolment. */
  starts_at?: Time;
  /** Of an enrolment. */
  ends_at?: Time;
  /** Of an enrolment: who else is there. */
  people?: { id: string; role?: string }[];
  /** Of a plan or a set pace, the course; of a pause likewise: all of them if left out. */
  course?: string;
  /** Of a plan or a pause: the first day. */
  starts_on?: string;
  /** Of a plan or a pause: the last day. */
  ends_on?: string;
  /** Of a plan: how much is to be done by the end of some days, in percent. */
  benchmarks?: Benchmark[];
  /** Of a set pace. */
  pace?: PaceStatus;
  /** Of a publication: what was shown. */
  results?: object[];
  /** Of a publication: as of when. */
  as_of?: Time;
  /** Of an erasure: the digests of what is gone, each with the instant from which on it was known. */
  erased?: { digest: string; known?: string }[];
  /** For how long it is kept: a class of `RetentionRules`. */
  retention?: string;
}

/** What an erasure says besides what is erased. */
export interface ErasureFields {
  id?: string;
  actor: { id: string; role?: string };
  reason: string;
  received_at?: Time;
  observed_at?: Time;
  [field: string]: unknown;
}

/** For how many years after a learner has left each class of events is kept; null is for good. `""` is the class of the others. */
export type RetentionRules = Record<string, number | null>;

/** What an entry of a log is. */
export type EntryKind =
  | "evidence"
  | "submission"
  | "override"
  | "reflection"
  | "group_work"
  | "goal"
  | "credit"
  | "subgoal"
  | "identity"
  | "enrolment"
  | "waiver"
  | "plan"
  | "pause"
  | "pace"
  | "publication"
  | "hold"
  | "erasure";

/** Where an entry stands. */
export type EntryState =
  | "assessed"
  | "disputed"
  | "verified"
  | "retracted"
  | "submitted"
  | "overridden"
  | "reflected"
  | "adjusted"
  | "proposed"
  | "approved"
  | "met"
  | "missed"
  | "renegotiated"
  | "awarded"
  | "under_review"
  | "revoked"
  | "added"
  | "identified"
  | "separated"
  | "enrolled"
  | "left"
  | "waived"
  | "planned"
  | "paused"
  | "paced"
  | "published"
  | "held"
  | "released"
  | "erased";

/** One thing that a log tells of, with the fields of what opened it, as last corrected. */
export interface Entry {
  id: string;
  entry: EntryKind;
  state: EntryState;
  /** Since when it stands there, if that is known. */
  since?: string;
  /** The ids of the events that made it, in turn. */
  events: string[];
  /** Of a goal: the one that gave way to it. */
  succeeds?: string;
  /** Of a credit under review: the evidence that was retracted. */
  cause?: string[];
  /** Of a reflection: its texts, the oldest first. */
  versions?: string[];
  /** Of the work of a group: somebody said that the learner took part. */
  confirmed?: boolean;
  [field: string]: unknown;
}

/** An entry that waits for a person. */
export interface Pending {
  id: string;
  waits_for: "assessment" | "confirmation" | "decision" | "review";
  /** Of a submission: what nobody has judged. */
  competencies?: string[];
}

/** A log, or the bare events. */
export type LogDocument = { format?: "lrm-log/1"; learner?: string; events: Event[] } | readonly Event[];

/**
 * All events of one learner, each once. A log only grows: the order of events, their sources and how often they come make
 * no difference, and copies that were merged either way are equal. In browsers `initReaders()` comes first.
 */
export class EventLog {
  private constructor();
  /** Reads a log or a bare array of events. An event that cannot be read is kept and reported. */
  static fromJson(document: Document<LogDocument>): EventLog;
  /** A log of these events. */
  static fromEvents(events: Iterable<Event>): EventLog;
  /**
   * Reads what `toBytes()` and `block()` have written. An `LrmError` with the code `damaged` for bytes that were cut or
   * changed (its context has the `offset` and what was `expected`), with `unsupported-format` for those of another version.
   */
  static fromBytes(data: Uint8Array): EventLog;
  /** The events of all blocks that are whole, and what is wrong with the rest; nothing without damage. */
  static recover(data: Uint8Array): Recovery;
  readonly learner: string | undefined;
  /** The number of events. */
  readonly length: number;
  /**
   * Adds an event that happens here and now; false if it was there already, or was erased. An `LrmError` with the code
   * `illegal-transition` if the state of the entry does not allow it, `legal-hold` if it erases while a hold is in force.
   */
  add(event: Document<Event>): boolean;
  /** Adds all events of another log; gives how many were new. It refuses none: see `report()`. */
  merge(other: EventLog): number;
  /** The log as it was known at an instant: what had come in (`received_at`, else `assessed_at`, else `observed_at`) by then. */
  knownAt(instant: Time): EventLog;
  /** The record that follows: every item in every version, those that no longer stand `withdrawn`. */
  record(): LearnerRecord;
  /** What is wrong with events that are no items, or about each other. */
  report(): Finding[];
  /** Where the entry stands that the event of this id opened or corrected. */
  stateOf(id: string): EntryState | undefined;
  /** Everything that the log tells of, with its state, in the byte order of the ids; or what is of one kind. */
  entries(kind?: EntryKind): Entry[];
  /** What waits for a person: work to judge, a part in a group's work to confirm, disputes, credits under review. */
  pending(): Pending[];
  /**
   * The competencies that apply at an instant, for the option `scope`: those of all enrolments that have begun and have neither
   * ended nor been left. Undefined if no enrolment ever named any: then everything applies.
   */
  scopeAt(instant: Time): string[] | undefined;
  /**
   * The shared framework with the learner's own competencies (`subdivided`), which have the tag `subgoal` and change no result of
   * what is shared.
   */
  frameworkWithSubgoals(framework: Framework): Framework;
  /** The events of a learner whom this log said to be the same person (`identified`), as a log of their own. */
  of(learner: string): EventLog;
  /** Canonical JSON of each event, without the learner, in the byte order of these texts: what a store keeps. */
  events(): string[];
  /**
   * A hash of the whole log, as 64 hexadecimal digits: equal if and only if the same was ever known; what was erased counts in it
   * as before. With an instant, the hash that the log had when only what was known by then had come in.
   */
  hash(at?: Time): string;
  /**
   * Erases events for good, by their ids or, without one, their digests, with everything that is about them; gives how many are
   * gone. They do not come back when an old copy is merged, unless a hold is in force by then. Bytes that were written before have to
   * be written anew. A digest is no payload, but whoever can guess a whole event can tell that it was there. An `LrmError` with the code `legal-hold` while a hold is in force,
   * `dangling-reference` for what is not there, `invalid-value` for what is about an event that stays and for kinds that are never
   * erased (`erased`, `held`, `released`, `published`, `identified`, `separated`).
   */
  erase(what: Iterable<string>, fields: Document<ErasureFields>): number;
  /** What is past its time at an instant, if the learner left at another one: for `erase()`. */
  dueForErasure(rules: Document<RetentionRules>, leftAt: Time, at: Time): string[];
  /** Canonical JSON. */
  toJson(): string;
  /** The log as bytes that keep for a school career: a compact, checksummed snapshot. Equal logs give equal bytes. */
  toBytes(): Uint8Array;
  /** The events of this log as a block that may stand after the bytes of a log of the same learner. */
  block(): Uint8Array;
  free(): void;
  [Symbol.dispose](): void;
}

/** How much is to be done by the end of a day, in percent. */
export interface Benchmark {
  on: string;
  percent: number;
}

/** How a pace is: by more than the buffer ahead, behind, or neither. */
export type PaceStatus = "ahead" | "on" | "behind";

/** What pace counts: points of the scales up to proficiency, or competencies that are met. */
export type PaceMeasure = "points" | "met";

/** `lrm-calendar/1`. Dates are texts such as `2026-11-25`. */
export interface CalendarDocument {
  format?: "lrm-calendar/1";
  id?: string;
  version?: string;
  /** By its IANA name, such as `America/New_York`. */
  zone: string;
  /** Monday to Friday if left out. */
  school_days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  holidays?: string[];
  /** On which there is school all the same. */
  extra_days?: string[];
  /** How far on pace reaches, in percentage points; 0 if left out. */
  buffer_percent?: number;
  measure?: PaceMeasure;
  terms?: { id: string; from: string; until: string }[];
  /** Each with a `term`, or with `from` and `until`. */
  courses?: {
    id: string;
    title?: string;
    /** Each with all below it. */
    competencies: string[];
    term?: string;
    from?: string;
    until?: string;
    buffer_percent?: number;
    measure?: PaceMeasure;
    benchmarks?: Benchmark[];
  }[];
  /** `due` is a local time such as `2026-11-01T23:59`. */
  deadlines?: { activity: string; due: string; grace_days?: number; grace?: "days" | "school_days" }[];
  extra?: Record<string, unknown>;
}

/**
 * The calendar of a school. Local times have no offset: the rules of the zone, which come with this package, give it. Of a time
 * that stands twice, since the clocks go back, the later is meant; one that does not exist, since they go forward, is read by the
 * clock of before. It never changes. In browsers `initReaders()` comes first.
 */
export class Calendar {
  private constructor();
  /** Reads a calendar. Throws all that is wrong with it at once. */
  static fromJson(document: Document<CalendarDocument>): Calendar;
  readonly id: string | undefined;
  readonly version: string | undefined;
  readonly zone: string;
  /** The version of the rules of time zones, such as `2026a`: countries change their clocks. */
  readonly zoneRules: string;
  /** The instant of a local time such as `2026-11-01T23:59`, in universal time. */
  instant(local: string): string;
  /** The local time of an instant, with its offset. */
  local(instant: Time): string;
  /**
   * The last instant that is in time for what is due at a local time: so many days of grace later at the same time of the day.
   * With `schoolDays` only those count, from the day after on.
   */
  cutoff(due: string, graceDays?: number, options?: { schoolDays?: boolean }): string;
  /** How many school days there are from a date up to and including another. */
  schoolDays(from: string, until: string): number;
  /** Canonical JSON. */
  toJson(): string;
  free(): void;
  [Symbol.dispose](): void;
}

/** A time, what was to be done by now in it, and how that compares with what is done. */
export interface PacePeriod {
  from: string;
  until: string;
  /** Its school days; of the learner's own time without those in pauses. */
  days: number;
  /** Those that have come so far, today included. */
  elapsed: number;
  /** What was to be done by the end of today, in percent. */
  expected?: number;
  /** Left out if there is nothing to compare. */
  pace?: PaceStatus;
  /** Of the learner's own time: the id of the plan or the enrolment that it is by. */
  source?: string;
}

/** The pace of a learner in a course. */
export interface Pace {
  course: string;
  title?: string;
  measure: PaceMeasure;
  done: number;
  of: number;
  percent?: number;
  /** The leaves that are `met` or `not_met`. */
  assessed: number;
  leaves: number;
  own: PacePeriod;
  calendar: PacePeriod;
  /** Those within the learner's own time. */
  pauses: { id?: string; from: string; until: string; days: number; reason: string; by: string }[];
  /** What a person has said of the pace, and still holds. It replaces nothing. */
  set?: { id?: string; pace: PaceStatus; by: string; reason: string; until?: string };
  buffer_percent: number;
  zone: string;
  zone_rules: string;
  calendar_id?: string;
  calendar_version?: string;
  /** Competencies of the course that the framework does not have. */
  unknown?: string[];
}

/** A deadline, and what became of it. */
export interface Deadline {
  activity: string;
  due: string;
  /** The last instant that is in time. */
  cutoff: string;
  state: "on_time" | "in_grace" | "late" | "open" | "missed" | "excused";
  /** When the first work came; of what is excused, when that was. */
  at?: string;
  /** The id of that work or excuse. */
  by?: string;
}

/** What could be read of bytes that may be damaged. */
export interface Recovery {
  log: EventLog;
  report: Finding[];
}

// ------------------------------------------------------------------------------------------------------------ results

export type Status =
  | "not_applicable"
  | "not_assessed"
  | "conflict"
  | "insufficient"
  | "stale"
  | "provisional"
  | "met"
  | "not_met";

/** What a learner has shown of one competency: a plain object. */
export interface Mastery {
  competency: string;
  /** The value as the nearest number, or null if there is none. For arithmetic use `exact`. */
  value: number | null;
  /** The value as it is, in decimal digits. */
  exact: string | null;
  /** The level's id. */
  level: string | null;
  status: Status;
  /** How many items of evidence count. */
  evidence: number;
  /** When the newest of the items was observed that the value rests on, in universal time. */
  newest?: string;
  /** Leaves with a value, and leaves in all. */
  coverage: [covered: number, of: number];
  /** It rests on a standard that was modified for the learner. */
  modified: boolean;
}

export interface EvaluateOptions {
  /** Only these competencies and what lies below them apply to the learner; all if left out. */
  scope?: Iterable<string>;
  /** Makes an error of the first bad item of evidence instead of a finding of each. */
  strict?: boolean;
}

/** What a learner had mastered at one instant. It never changes. */
export class State implements Iterable<Mastery> {
  private constructor();
  /** The instant, in universal time. */
  readonly asOf: string;
  /** The result of one competency. Throws `unknown-competency` if the framework does not have it. */
  mastery(id: string): Mastery;
  /** All results, in the byte order of the ids. */
  results(): Mastery[];
  [Symbol.iterator](): IterableIterator<Mastery>;
  /** What was wrong with the evidence. */
  report(): Finding[];
  /** Canonical JSON: the same bytes in every language. */
  toJson(): string;
  free(): void;
  [Symbol.dispose](): void;
}

/** One competency before and after. */
export interface Change {
  before: Mastery;
  after: Mastery;
}

/** One change of a result in its history. */
export interface HistoryChange extends Change {
  /** The instant, on the clock that the history follows, in universal time. */
  at: string;
  /** The ids of the events that caused it, in byte order; none if only time passed, or if the events have no ids. */
  events: string[];
}

/** A goal, as it stands. */
export interface Goal {
  id: string;
  /** What a person decided, else what follows from the evidence. A goal that was not agreed on is `proposed`. */
  state: "proposed" | "approved" | "met" | "missed" | "renegotiated" | "retracted";
  since?: string;
  /** The competencies that were reached when it was met or missed, else those that are now. */
  reached: string[];
  /** How many have to be. */
  needed: number;
  /** The ids of the evidence that counted for those when it was met. */
  evidence: string[];
  /** Competencies that the framework does not have. */
  unknown: string[];
}

/** A prerequisite that a person does not ask for. */
export interface Waiver {
  prerequisite: string;
  /** Who decided so. */
  by: string;
  reason: string;
  /** The first instant at which it is asked for again; left out: it never is. */
  until?: string;
}

/** How a learner stands with a competency. What is empty, false or 0 is left out. */
export interface Standing {
  competency: string;
  /** Its status is `met`; nothing that has to come before it is missing; or something is. */
  state: "learned" | "ready" | "blocked";
  /** Of what is learned: nothing that is learned builds upon it. */
  recent?: true;
  /** Of what is not learned: hard prerequisites that are neither satisfied nor waived. */
  missing?: string[];
  /** Of what is not learned: soft prerequisites that are not satisfied. */
  advised?: string[];
  /** Of what is blocked: where to begin. */
  root_causes?: string[];
  /** How many blocked competencies have this one among their root causes. */
  unlocks?: number;
  /** How many blocked competencies would be ready at once if this one were satisfied. */
  opens?: number;
  /** The waivers in force for hard prerequisites that are not satisfied. */
  waived?: Waiver[];
}

/** How a learner stands with every competency that applies. */
export interface Frontier {
  /** In the order of the framework. */
  standings: Standing[];
  /** The ids of waivers that name what the framework does not have; left out if there are none. */
  unknown?: string[];
}

/** One step on the way to what is to be learned. */
export interface PathStep {
  competency: string;
  /** What else on the way could be learned at this point; left out if there is nothing. */
  alternatives?: string[];
}

/** What a learner has to learn to get to a target. */
export interface LearningPath {
  target: string;
  /** First things first. Empty if the target is learned. */
  steps: PathStep[];
}

/** What a learner has to learn to make up for what is unmet. */
export interface RecoveryPlan {
  of: string[];
  /** The leaves at or below that which apply and are not learned, in the order of the framework. */
  unmet: string[];
  /** These and all that is missing before them, first things first. */
  steps: PathStep[];
}

export interface SimulationOptions extends EvaluateOptions {
  /** How many moves are listed at most, 100,000 if left out. The counts are complete. */
  mostMoves?: number;
}

/** A result on one side of a simulation. */
export interface SimulatedResult {
  value: number | null;
  level: string | null;
  status: Status;
}

/** What another policy would change. */
export interface Simulation {
  /** How many learners there are. */
  learners: number;
  /** How many learners have a result that moves. */
  moved: number;
  /** The competencies with a result that moves, in the order of the framework, and how many learners move which way. */
  competencies: { competency: string; up: number; down: number; gained: number; lost: number; same: number }[];
  /**
   * All that moves, by learner in byte order and then in the order of the framework. A learner without a name is `""`; several are
   * `#0`, `#7`, by the places of their records.
   */
  moves: {
    learner: string;
    competency: string;
    direction: "up" | "down" | "gained" | "lost";
    before: SimulatedResult;
    after: SimulatedResult;
  }[];
  /** True if there are more moves than were to be listed. */
  truncated?: true;
}

export type Verdict = "met" | "not_met" | "undetermined";

/** How a learner stands in a programme. */
export interface Programme {
  id: string;
  title?: string;
  kind?: ProgrammeKind;
  credit: string;
  verdict: Verdict;
  /** The shortest list of conditions which, met together with what is met, make it met. */
  missing: MissingCondition[];
  /** Only where there may be a shorter list. */
  exact?: false;
  /** Only where no list is enough; `missing` is then what would bring it nearest. */
  unreachable?: true;
  trace: TracedRequirement[];
}

/** A condition that is still to be met. */
export interface MissingCondition {
  /** A JSON Pointer below the requirement. */
  at: string;
  competency?: string;
  /** What it asks for; where there is more to say, under the same name. */
  needs: "met" | "level" | "value" | "below" | "evidence" | "credential" | "not_before";
  level?: string;
  value?: number;
  below?: number;
  credential?: string;
  not_before?: string;
  /** How the competency stands. */
  status?: Status;
  /** Of a condition about evidence, the minima that are not reached, and by how much. */
  short?: Record<string, number>;
}

/** How one requirement stands. */
export interface TracedRequirement {
  /** A JSON Pointer below the requirement; all that a selector stands for stand where it does. */
  at: string;
  competency?: string;
  verdict: Verdict | "left_out";
  /** Only of those by which the programme is met. */
  won?: true;
}

/** What a learner is to reach: that a competency is met, is at a level or has a value, or that a programme is met. */
export type Target =
  | { competency: string; level?: string; value?: undefined; programme?: undefined }
  | { competency: string; value?: number; level?: undefined; programme?: undefined }
  | { programme: string; competency?: undefined; level?: undefined; value?: undefined };

/** The further evidence with which a target would be reached. */
export interface LeastEvidence {
  target: Target;
  /** False if nothing was found. */
  reached: boolean;
  /** True if there is surely no smaller set. */
  exact: boolean;
  /** None of them can be left out; none if the target is reached already. */
  pieces: Evidence[];
}

/** Who awards a credit, when and why. */
export interface Award {
  /** Of the event. */
  id: string;
  actor: string | { id: string; role?: string | null };
  at: Time;
  reason?: string | null;
}

/** How a learner rates themselves in a competency, on its scale. */
export interface SelfRating {
  competency: string;
  rated: number;
  /** The clock instant of the rating, in universal time; left out if nothing says when it was. */
  observed_at?: string;
  /** The value of the competency at the same instant; left out if there is none. */
  value?: number;
  /** The rating less the value: above zero, learners rate themselves higher than others do. */
  gap?: number;
}

/** One learner kept warm: takes in evidence one item at a time, in microseconds. */
export class Live {
  private constructor();
  /** The instant that the clock shows, in universal time. */
  readonly asOf: string;
  /**
   * Takes in one item and moves the clock, which only moves forward. Gives the results that changed. An item that
   * cannot be read is kept, does not count and is reported by the state.
   */
  apply(evidence: Document<Evidence>, asOf: Time): Mastery[];
  /** Moves the clock only: what is old becomes stale, what lay in the future counts. Gives the results that changed. */
  advance(asOf: Time): Mastery[];
  mastery(id: string): Mastery;
  /** The state as it is now; later changes do not touch it. */
  state(): State;
  /** Canonical JSON of the state. */
  toJson(): string;
  free(): void;
  [Symbol.dispose](): void;
}

/**
 * Many learners kept warm on one clock: takes in evidence one item at a time, in microseconds. Every item names its
 * learner; a learner who was not there before joins with the first item.
 */
export class Class {
  private constructor();
  /** The instant that the clock shows, in universal time. */
  readonly asOf: string;
  /** The number of learners. */
  readonly length: number;
  /**
   * Takes in one item and moves the clock of all, which only moves forward. Gives the results that changed, by learner, in
   * the byte order of the ids; those of other learners change by time alone. Throws `missing-field` if the item names no
   * learner. After an error the class is as before.
   */
  apply(evidence: Document<Evidence>, asOf: Time): Map<string, Mastery[]>;
  /** Moves the clock only: what is old becomes stale, what lay in the future counts. Gives the results that changed. */
  advance(asOf: Time): Map<string, Mastery[]>;
  /** The ids of the learners, in their byte order. */
  learners(): string[];
  has(learner: string): boolean;
  /** Throws `unknown-learner` if the class does not have the learner; so do the following. */
  mastery(learner: string, id: string): Mastery;
  /** The state of a learner as it is now; later changes do not touch it. */
  state(learner: string): State;
  /** Everything that was taken in about a learner. */
  record(learner: string): LearnerRecord;
  /** Takes a learner out; gives everything that was taken in. */
  remove(learner: string): LearnerRecord;
  free(): void;
  [Symbol.dispose](): void;
}

/** Why a result is what it is, down to each item of evidence. It never changes. In browsers `initReaders()` comes first. */
export class Derivation {
  private constructor();
  /** Reads what `toJson` wrote. */
  static fromJson(document: Document<object>): Derivation;
  /** The ids of the messages that a catalogue can hold. */
  static messageIds(): string[];
  /** The result that is explained. */
  result(): Mastery;
  /** The explanation in words: those of a catalogue (texts by message id) where it has them, else English ones. */
  text(catalogue?: Document<Record<string, string>>): string;
  /** Computes the result anew from the explanation alone. Throws `derivation-mismatch` if it differs. */
  verify(): void;
  /** Canonical JSON. */
  toJson(): string;
  toString(): string;
  free(): void;
  [Symbol.dispose](): void;
}

// ------------------------------------------------------------------------------------------------------------ columns

/** Texts; in the second form by their place in a list of the distinct ones. */
export type TextColumn =
  | readonly (string | null | undefined)[]
  | { readonly keys: Uint32Array; readonly values: readonly string[] };

/** Whole numbers. */
export type IntegerColumn =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | readonly (number | null | undefined)[];

/** Ids: texts or whole numbers. */
export type KeyColumn = TextColumn | IntegerColumn;

/** Numbers; NaN is a bad value, not null. */
export type NumberColumn = Float64Array | Float32Array | IntegerColumn;

/** True and false; in the first form as 1 and 0. */
export type BooleanColumn = Uint8Array | readonly (boolean | null | undefined)[];

/** Instants; in the first form in microseconds since 1970. */
export type TimeColumn = BigInt64Array | readonly (Time | null | undefined)[];

/**
 * Evidence of many learners, one row per item, in any order. The columns have the names of the fields of
 * {@link Evidence}, nested ones with a dot. Besides `competency` there must be one of `score`, `level`, `passed` and
 * `absence`. Without `learner` there is one learner. In arrays null stands for what is absent.
 */
export interface EvidenceColumns {
  id?: KeyColumn;
  learner?: KeyColumn;
  competency: KeyColumn;
  score?: NumberColumn;
  possible?: NumberColumn;
  level?: TextColumn;
  passed?: BooleanColumn;
  absence?: TextColumn;
  observed_at?: TimeColumn;
  due_at?: TimeColumn;
  assessed_at?: TimeColumn;
  received_at?: TimeColumn;
  kind?: TextColumn;
  purpose?: TextColumn;
  "assessor.id"?: KeyColumn;
  "assessor.role"?: TextColumn;
  criterion?: TextColumn;
  context?: TextColumn;
  transfer?: BooleanColumn;
  assistance?: TextColumn;
  adaptation?: TextColumn;
  "override.reason"?: TextColumn;
  "override.expires_at"?: TimeColumn;
  "artifact.uri"?: TextColumn;
  "artifact.sha256"?: TextColumn;
  "artifact.media_type"?: TextColumn;
  activity?: KeyColumn;
  attempt?: KeyColumn;
  "source.system"?: TextColumn;
  "source.id"?: KeyColumn;
  "source.replaces"?: KeyColumn;
  weight?: NumberColumn;
  withdrawn?: TextColumn;
}

/** What applies to whom (enrolments): pairs of a learner and a competency, which stands for all below it, too. */
export interface ScopeColumns {
  learner: KeyColumn;
  competency: KeyColumn;
}

/** The names of result columns. */
export type ResultColumn =
  | "learner"
  | "competency"
  | "value"
  | "level"
  | "status"
  | "evidence"
  | "newest"
  | "valued"
  | "covered"
  | "modified";

export interface RollupOptions {
  /** Only these competencies and what lies below them apply, to every learner. */
  scope?: Iterable<string>;
  /** What applies to single learners, instead; to a learner who is not there nothing applies. */
  scopes?: ScopeColumns;
  /** Only these columns are made; the arrays of the others are empty. All if left out. `value` stands for `exact`, too. */
  columns?: Iterable<ResultColumn>;
  /** Only the results of these competencies are given, in this order; all if left out. */
  nodes?: Iterable<string>;
  /**
   * Gives the competencies without evidence, too. Every learner then has a row for each of the competencies, so that a
   * column is a dense matrix, learner by learner.
   */
  unassessed?: boolean;
  /** Makes an error of bad rows, which lists the first hundred, instead of a finding of each. */
  strict?: boolean;
}

/**
 * The results of many learners: columns of equal length, one row per learner and competency. Learners stand in ascending
 * order, the competencies of each in the byte order of their ids. A plain object: nothing of it needs to be freed.
 */
export interface Rollup {
  /** The number of rows. */
  length: number;
  /** The distinct learners, of the type that the column had; undefined without a column `learner`. */
  learners: string[] | BigInt64Array | undefined;
  /** Of each row, the place of its learner in `learners`. */
  learner: Uint32Array;
  /** The ids of all competencies. */
  competencies: string[];
  /** Of each row, the place of its competency in `competencies`. */
  competency: Uint32Array;
  /** Of each row, the value as the nearest number; NaN if there is none. */
  value: Float64Array;
  /** Of each row, the value as it is, in billionths; `-(2n ** 63n)` if there is none. */
  exact: BigInt64Array;
  /** The ids of the levels. */
  levels: string[];
  /** Of each row, the place of its level in `levels`; -1 if there is none. */
  level: Int32Array;
  /** The words for statuses. */
  statuses: Status[];
  /** Of each row, the place of its status in `statuses`. */
  status: Uint8Array;
  /** Of each row, how many items of evidence count. */
  evidence: Uint32Array;
  /** Of each row, the newest instant that the value rests on, in microseconds since 1970; `-(2n ** 63n)` if there is none. */
  newest: BigInt64Array;
  /** Of each row, the leaves with a value. */
  valued: Uint32Array;
  /** Of each row, the leaves in all. */
  covered: Uint32Array;
  /** 1 where the value rests on a standard that was modified for the learner. Only if it was named in `columns`. */
  modified: Uint8Array;
  /** The input columns that mean nothing to the engine. */
  ignored: string[];
  /** What is wrong with rows; the other rows count. */
  report: Finding[];
}

/**
 * A rollup of batches in the order of their learners. Keeps the rows of one learner at a time, so that its memory does not
 * grow with the number of learners.
 */
export class RollupStream {
  private constructor();
  /** Takes a batch; gives the results of the learners who are finished, all but the last. */
  push(columns: EvidenceColumns): Rollup;
  /** Gives the results of the last learner. */
  finish(): Rollup;
  free(): void;
  [Symbol.dispose](): void;
}

// ------------------------------------------------------------------------------------------------------------- engine

/** A framework and a policy, compiled: build it once, ask it often. It never changes. */
export class Engine {
  /** Compiles the two; they can be freed afterwards or used again. */
  constructor(framework: Framework, policy: Policy);
  /** The same straight from documents. */
  static fromJson(framework: Document<FrameworkDocument>, policy: Document<PolicyDocument>): Engine;
  /** The framework, in a handle of its own. */
  framework(): Framework;
  /** The policy, in a handle of its own. */
  policy(): Policy;
  /** What is odd about the policy for this framework. */
  lint(): Finding[];
  /** What a learner has mastered at an instant. */
  evaluate(record: RecordLike, asOf: Time, options?: EvaluateOptions): State;
  /**
   * Why the result of one competency is what it is. In browsers `initReaders()` comes first. The first call compiles the engine
   * once more, in the second module.
   */
  explain(record: RecordLike, id: string, asOf: Time, options?: EvaluateOptions): Derivation;
  /**
   * Every change of one result up to an instant, oldest first, with the events that caused it: what was believed at each
   * instant from what was known by then (`"known"`), or what was so at each instant from all that is known today
   * (`"observed"`). In browsers `initReaders()` comes first.
   */
  history(log: EventLog, id: string, until: Time, clock?: "known" | "observed"): HistoryChange[];
  /**
   * The goals of a learner as of an instant, in the byte order of their ids. A goal that was agreed on is met at the first instant
   * up to its `due_at` at which enough of its competencies are reached, and stays met; it is missed once the time is up. In
   * browsers `initReaders()` comes first.
   */
  goals(log: EventLog, asOf: Time): Goal[];
  /**
   * What a learner has learned, what is ready to be learned next, and what is blocked by which root causes. A prerequisite
   * (`precedes`) is satisfied if it is `met` or, if the association names a level, if that level or a higher one is shown; one that
   * does not apply or is `waived` blocks nothing. Throws `closure-too-large` for very many pairs of what is blocked and a root cause,
   * or of a prerequisite and a waiver of it, and `limit-exceeded` where the answer has very much text. In browsers `initReaders()`
   * comes first.
   */
  frontier(log: EventLog, asOf: Time, options?: EvaluateOptions): Frontier;
  /**
   * What to learn on the way to a target, each after what it lacks. Of what could be next comes first what most of the others on
   * the way build upon, then what stands first in the framework. Throws `closure-too-large` for too many steps to count what
   * builds upon what, and `limit-exceeded` for very many alternatives, or very long ones. In browsers `initReaders()` comes first.
   */
  path(log: EventLog, target: string, asOf: Time, options?: EvaluateOptions): LearningPath;
  /**
   * What of some competencies, such as a course, is unmet, and what to learn to make up for it: the leaves at or below them that
   * apply and are not `met`, and what is missing before them, as `path` has it. In browsers `initReaders()` comes first.
   */
  recoveryPlan(log: EventLog, of: Iterable<string>, asOf: Time, options?: EvaluateOptions): RecoveryPlan;
  /**
   * The pace of a learner in every course of a calendar as of an instant, in the order of the document: what is done, and what
   * was to be done by the end of the day, by the learner's own time (plans, enrolments and pauses of the log) and by the
   * calendar's. It changes no result. Throws `limit-exceeded` for very many points, competencies and pauses, or very much text. In
   * browsers `initReaders()` comes first.
   */
  pace(log: EventLog, calendar: Calendar, asOf: Time, options?: EvaluateOptions): Pace[];
  /**
   * The deadlines of a calendar, in the order of the document, and when the first work for each came. They change no result. In
   * browsers `initReaders()` comes first.
   */
  deadlines(log: EventLog, calendar: Calendar, asOf: Time): Deadline[];
  /**
   * How a learner stands in the programmes of the policy, in its order. What does not apply to the learner is left out; what is not
   * settled is undetermined. In browsers `initReaders()` comes first.
   */
  programmes(log: EventLog, asOf: Time, options?: EvaluateOptions): Programme[];
  /**
   * The fewest pieces of further evidence with which a learner would reach a target at that instant. Adding exactly these, to the
   * record or to the log, reaches it, and none can be left out. A piece says no more than it must: `new-1`, `new-2`, … stand for an
   * assessor, a context and an artifact that are new, and the score is the lowest cut of the scale that does. What no evidence
   * brings (a credit, an instant, the decision in a conflict) is not reached. In browsers `initReaders()` comes first.
   */
  leastEvidence(log: EventLog, target: Target, asOf: Time, options?: EvaluateOptions): LeastEvidence;
  /**
   * The event that awards the credit of a programme, with the evidence by which it is met; add it to the log. Throws
   * `requirement-not-met`, `already-awarded`, `lower-in-sequence` or `unknown-programme`, and for an id that the log has
   * `duplicate-id`. In browsers `initReaders()` comes first.
   */
  award(log: EventLog, programme: string, award: Award, options?: EvaluateOptions): Event;
  /**
   * How a learner rates themselves, beside what the evaluation at the same instant says: of each competency the last item in the
   * order of evidence whose assessor has the role `self`. It changes no result. In browsers `initReaders()` comes first.
   */
  selfRatings(record: RecordLike, asOf: Time, options?: EvaluateOptions): SelfRating[];
  /**
   * What the policy of another engine of the same framework would change for these learners. Where both results have values on the
   * same scale these are compared, and at equal values whether the competency is met; on different scales only whether it is met.
   * Throws `incompatible-frameworks` for other competencies or another hierarchy, and `duplicate-id` for two records of one
   * learner. In browsers `initReaders()` comes first.
   */
  simulate(other: Engine, records: Iterable<RecordLike | EventLog>, asOf: Time, options?: SimulationOptions): Simulation;
  /** What would change if these events were in the record too. Nothing is kept. */
  whatIf(record: RecordLike, events: Iterable<Evidence>, asOf: Time, options?: EvaluateOptions): Change[];
  /** The results of many learners at once, from columns to columns. */
  rollup(columns: EvidenceColumns, asOf: Time, options?: RollupOptions): Rollup;
  /** A rollup of batches that come in the order of their learners: numbers ascending, texts by bytes. */
  stream(asOf: Time, options?: RollupOptions): RollupStream;
  /** Keeps a learner warm; a strict one refuses bad items. */
  start(record: RecordLike, asOf: Time, options?: EvaluateOptions): Live;
  /**
   * Keeps many learners warm, each of whom has one record that names the learner. Scope and strictness are those of all.
   * Throws `missing-field` or `duplicate-id` for a record that names no learner or another record's.
   */
  startClass(records: Iterable<RecordLike>, asOf: Time, options?: EvaluateOptions): Class;
  free(): void;
  [Symbol.dispose](): void;
}
