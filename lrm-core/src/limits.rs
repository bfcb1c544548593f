//! What the engine takes at most. Beyond it there is an error, `limit-exceeded` unless said otherwise.

/// Scores, possible points and scales lie within ± this.
pub const SCORE: i32 = 1_000_000;
/// Levels of one scale.
pub const LEVELS: usize = 1_000;
/// Items of one record.
pub const ITEMS: usize = 100_000_000;
/// Bytes of all versions of one entry of a log: what corrections make of it, and what other entries have from it.
pub const VERSIONS: usize = 64_000_000;
/// Bytes of JSON in one block of a log that was written as bytes.
pub const BLOCK: usize = 1 << 30;
/// Items that `linear_trend` takes.
pub const TREND_ITEMS: usize = 1_000_000;
/// Rules of a policy times the competencies they look at.
pub const RULE_WORK: usize = 200_000_000;
/// Layers of one policy.
pub const LAYERS: usize = 100;
/// Locks of all layers of one policy.
pub const LOCKS: usize = 1_000;
/// Moves that a simulation keeps, by default.
pub const MOVES: usize = 100_000;
/// Pairs of ancestor and descendant outside of trees, by default (`closure-too-large`); see
/// [`Engine::with_closure_limit`](crate::Engine::with_closure_limit). Lint counts inputs of rollups in so many at most.
pub const CLOSURE: u64 = 50_000_000;
/// Root causes and waivers, each added up over the competencies of one frontier (`closure-too-large`).
pub const FRONTIER: usize = 2_000_000;
/// Bytes of ids, reasons and other texts in one answer about pace or prerequisites, each time that one stands there, with 32 more
/// for each.
pub const ANSWER: usize = 64_000_000;
/// Sets of further evidence that are tried out to find the least one that reaches a target; fewer where one takes long.
pub const LEAST_EVIDENCE: usize = 20_000;
/// Pieces of further evidence that are looked for.
pub const PIECES: usize = 1_000;
/// Events that are folded again, added up over the instants of a history at which something about the same entries became known.
pub const FOLDED: usize = 10_000_000;
/// Competencies of the courses of a calendar, with all below them and the associations between these, and the pauses that concern a
/// course, each counted for every course.
pub const PACE: usize = 50_000_000;
/// Levels of nesting in JSON that is kept as it is (`invalid-json`), and of requirements.
pub const NESTING: usize = 64;
/// Covered leaves, added up over the nodes of a derivation that is verified.
pub const VERIFIED_LEAVES: usize = 10_000_000;
/// Rows of one rollup; a stream takes any number.
pub const ROWS: usize = 4_000_000_000;
/// Requirements of a policy: selectors count as what they stand for, those of a rollup once for each competency that it rolls up.
pub const REQUIREMENTS: usize = 100_000;
/// Bytes of the ids that the requirements of a policy name, of competencies and levels; counted as [`REQUIREMENTS`].
pub const REQUIREMENT_IDS: usize = 64_000_000;
/// Items that conditions about evidence look at, and covered leaves, each counted for every condition: added up over one evaluation and the
/// programmes that are asked with it, or over one derivation that is verified.
pub const REQUIREMENT_ITEMS: usize = 10_000_000;
/// Findings that the report of a rollup lists, by default.
pub const FINDINGS: usize = 100_000;
/// Findings that a strict rollup raises.
pub const STRICT_FINDINGS: usize = 100;
