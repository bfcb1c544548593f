//! What a simulation gives, and what it may be told.

use crate::engine::{Mastery, Options};
use crate::json::write::Writer;

/// Which way a result moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Direction {
    /// The value is higher, or the competency is met with the same value.
    Up,
    /// The value is lower, or the competency is no longer met with the same value.
    Down,
    /// There is a value, and there was none.
    Gained,
    /// There is no value, and there was one.
    Lost,
}

impl Direction {
    /// The word in documents, such as `gained`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Gained => "gained",
            Self::Lost => "lost",
        }
    }
}

/// One result that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// The learner. Of a record that names none this is empty; where several name none they are `#0`, `#7`, by their places
    /// among all records.
    pub learner: String,
    /// Which way.
    pub direction: Direction,
    /// With the policy as it is.
    pub before: Mastery,
    /// With the other policy.
    pub after: Mastery,
}

/// How many learners' results of one competency move.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// The competency.
    pub competency: String,
    /// Learners whose result is higher.
    pub up: u64,
    /// Learners whose result is lower.
    pub down: u64,
    /// Learners who have a value, and had none.
    pub gained: u64,
    /// Learners who have no value, and had one.
    pub lost: u64,
    /// All others to whom the competency applies.
    pub same: u64,
}

/// What another policy would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    pub(super) learners: u64,
    pub(super) moved: u64,
    pub(super) competencies: Vec<Moved>,
    pub(super) moves: Vec<Move>,
    pub(super) truncated: bool,
}

impl Simulation {
    /// How many learners there are.
    pub const fn learners(&self) -> u64 {
        self.learners
    }

    /// How many learners have a result that moves.
    pub const fn moved(&self) -> u64 {
        self.moved
    }

    /// The competencies with a result that moves, in the order of the framework.
    pub fn competencies(&self) -> &[Moved] {
        &self.competencies
    }

    /// All that moves: learners in the byte order of their names, the competencies of each in the order of the framework.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// True if there are more moves than were to be kept; the first are. The counts are complete.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Canonical JSON: `{"learners", "moved", "competencies": [{"competency", "up", "down", "gained", "lost", "same"}], "moves":
    /// [{"learner", "competency", "direction", "before": {"value", "level", "status"}, "after": {…}}], "truncated"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{');
        w.key("learners").raw(&self.learners.to_string());
        w.key("moved").raw(&self.moved.to_string());
        w.list("competencies", &self.competencies, |w, moved| {
            w.key("competency").text(&moved.competency);
            let counts = [
                ("up", moved.up),
                ("down", moved.down),
                ("gained", moved.gained),
                ("lost", moved.lost),
                ("same", moved.same),
            ];
            for (name, count) in counts {
                w.key(name).raw(&count.to_string());
            }
        });
        w.list("moves", &self.moves, |w, one| {
            w.key("learner").text(&one.learner);
            w.key("competency").text(&one.before.competency);
            w.key("direction").text(one.direction.as_str());
            side(w.key("before"), &one.before);
            side(w.key("after"), &one.after);
        });
        w.optional_raw("truncated", self.truncated.then_some(true));
        w.close('}');
        w.finish()
    }
}

fn side(w: &mut Writer, result: &Mastery) {
    let value = result.value.map_or_else(|| "null".to_owned(), |value| value.to_string());
    w.open('{').key("value").raw(&value);
    match &result.level {
        Some(level) => w.key("level").text(level),
        None => w.key("level").raw("null"),
    };
    w.key("status").text(result.status.as_str()).close('}');
}

/// What a simulation may be told besides the records and the instant.
///
/// ```
/// use lrm_core::SimulationOptions;
/// let options = SimulationOptions::new().most_moves(1000).strict();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulationOptions {
    pub(super) options: Options,
    pub(super) most_moves: usize,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self { options: Options::new(), most_moves: crate::limits::MOVES }
    }
}

impl SimulationOptions {
    /// Everything applies, bad items are ignored, and the first [`MOVES`](crate::limits::MOVES) moves are kept.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these competencies and what lies below them apply, to every learner.
    #[must_use]
    pub fn scope(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options = self.options.scope(ids);
        self
    }

    /// Findings become an error.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.options = self.options.strict();
        self
    }

    /// How many moves are kept at most; the counts are complete whatever it is.
    #[must_use]
    pub const fn most_moves(mut self, most: usize) -> Self {
        self.most_moves = most;
        self
    }
}
