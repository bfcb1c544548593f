//! Proficiency scales: a range, the proficient cut, and levels with their cut scores.

use serde_json::value::RawValue;

use crate::error::Code;
use crate::json::read::{Fields, Path, Sink};
use crate::json::write::Writer;
use crate::limits::LEVELS;
use crate::value::{Value, meets};

/// One level of a scale: from its cut score up to the next level's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Level {
    /// The level's id, distinct in its scale.
    pub id: String,
    /// What people call it.
    pub label: Option<String>,
    /// The cut score: the least value of the level.
    pub from: Value,
}

/// A proficiency scale. `min < max`, `min ≤ proficient ≤ max`, levels strictly ascending within the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    min: Value,
    max: Value,
    proficient: Value,
    levels: Vec<Level>,
}

/// Scores and scales lie within ±10⁶.
pub(crate) const SCORE_LIMIT: Value = Value::literal(crate::limits::SCORE);

impl Scale {
    /// The least value of the scale.
    pub const fn min(&self) -> Value {
        self.min
    }

    /// The greatest value of the scale.
    pub const fn max(&self) -> Value {
        self.max
    }

    /// The cut score of proficiency.
    pub const fn proficient(&self) -> Value {
        self.proficient
    }

    /// The levels, lowest first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The level of that id.
    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.id == id)
    }

    /// The highest level whose cut the value meets, as an index into [`Scale::levels`]; none below the first.
    pub fn level_of(&self, value: Value) -> Option<usize> {
        self.levels.iter().rposition(|level| meets(value, level.from))
    }

    /// True if the value lies on the scale.
    pub(crate) fn holds(&self, value: Value) -> bool {
        self.min <= value && value <= self.max
    }

    /// The nearest value on the scale.
    pub(crate) fn clamp(&self, value: Value) -> Value {
        value.clamp(self.min, self.max)
    }

    /// True if both measure the same: range, proficient cut, level ids and cuts. Labels may differ.
    pub fn is_compatible_with(&self, other: &Self) -> bool {
        let cuts = |scale: &Self| -> Vec<(String, Value)> {
            scale.levels.iter().map(|level| (level.id.clone(), level.from)).collect()
        };
        (self.min, self.max, self.proficient) == (other.min, other.max, other.proficient) && cuts(self) == cuts(other)
    }

    pub(crate) fn read(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Self> {
        let before = sink.len();
        let mut fields = Fields::of(raw, path, sink)?;
        let min = fields.value("min").unwrap_or(Value::ZERO);
        for name in ["max", "proficient"] {
            if !fields.has(name) {
                fields.missing(name);
            }
        }
        let max = fields.value("max");
        let proficient = fields.value("proficient");
        let listed = fields.list("levels").filter(|levels| !levels.is_empty());
        fields.finish();
        let (max, proficient) = (max?, proficient?);

        let range = |message: String| sink.add(Code::ParameterOutOfRange, path, message);
        if min < Value::literal(-crate::limits::SCORE) || max > SCORE_LIMIT {
            range(format!("the scale from {min} to {max} passes ±1000000"));
        } else if min >= max {
            range(format!("min {min} is not below max {max}"));
        } else if proficient < min || proficient > max {
            range(format!("proficient {proficient} is not from {min} to {max}"));
        }
        let mut scale = Self { min, max, proficient, levels: Vec::new() };
        match listed {
            Some(list) => scale.take_levels(&list, path, sink),
            None => scale.levels = Self::two_levels(min, proficient),
        }
        (sink.len() == before).then_some(scale)
    }

    /// Without levels there are two.
    fn two_levels(min: Value, proficient: Value) -> Vec<Level> {
        let level = |id: &str, from| Level { id: id.to_owned(), label: None, from };
        vec![level("below", min), level("proficient", proficient)]
    }

    /// The levels, each with its place in the document. Its id is told also where something else is wrong.
    fn read_levels(list: &[&RawValue], path: &Path<'_>, sink: &Sink) -> Vec<(usize, Level)> {
        let mut ids = Vec::new();
        let levels = list.iter().enumerate().filter_map(|(at, raw)| {
            let path = path.index(at);
            let mut fields = Fields::of(raw, &path, sink)?;
            let id = fields.required_string("id");
            ids.extend(id.iter().map(|id| (path.to_string(), id.clone())));
            let label = fields.string("label");
            let from = match fields.required("from") {
                Some(raw) => sink.ok(crate::json::read::value(raw), &path.key("from")),
                None => None,
            };
            fields.finish();
            Some((at, Level { id: id?, label, from: from? }))
        });
        let levels = levels.collect();
        sink.twice("level", &ids);
        levels
    }

    /// Adds levels, and reports what does not fit.
    fn take_levels(&mut self, list: &[&RawValue], path: &Path<'_>, sink: &Sink) {
        let path = path.key("levels");
        if list.len() > LEVELS {
            sink.add(Code::LimitExceeded, &path, format!("more than {LEVELS} levels"));
            return;
        }
        let mut above = None;
        for (at, level) in Self::read_levels(list, &path, sink) {
            let path = path.index(at);
            if !self.holds(level.from) {
                let (min, max) = (self.min, self.max);
                sink.add(Code::ParameterOutOfRange, &path, format!("from {} is not from {min} to {max}", level.from));
            }
            if above.is_some_and(|above| level.from <= above) {
                sink.add(Code::ParameterOutOfRange, &path, format!("from {} does not ascend", level.from));
            }
            above = Some(level.from);
            self.levels.push(level);
        }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("min").raw(&self.min.to_string());
        w.key("max").raw(&self.max.to_string());
        w.key("proficient").raw(&self.proficient.to_string());
        // the two levels of a scale without levels may fall together, which a list of levels may not
        if self.levels != Self::two_levels(self.min, self.proficient) {
            w.key("levels").open('[');
            for level in &self.levels {
                w.item().open('{');
                w.key("id").text(&level.id);
                w.optional("label", level.label.as_deref());
                w.key("from").raw(&level.from.to_string());
                w.close('}');
            }
            w.close(']');
        }
        w.close('}');
    }
}
