//! Self-ratings: how learners rate themselves, beside what the evaluation says.

use crate::engine::{Board, Engine, Options, judgement, sort};
use crate::error::Result;
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::{AssessorRole, LearnerRecord};
use crate::value::Value;

/// How a learner rates themselves in a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfRating {
    /// The competency.
    pub competency: String,
    /// The rating, on the competency's scale.
    pub rated: Value,
    /// The clock instant of the rating; none if nothing says when it was.
    pub observed_at: Option<Instant>,
    /// The value of the competency at the same instant; none is not zero.
    pub value: Option<Value>,
    /// The rating less the value: above zero, learners rate themselves higher than others do.
    pub gap: Option<Value>,
}

impl SelfRating {
    /// Canonical JSON: `{"competency", "rated", "observed_at"?, "value"?, "gap"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("competency").text(&self.competency);
        w.key("rated").raw(&self.rated.to_string());
        w.optional("observed_at", self.observed_at.map(|at| at.to_string()).as_deref());
        w.optional_raw("value", self.value);
        w.optional_raw("gap", self.gap);
        w.close('}');
        w.finish()
    }
}

impl Engine {
    /// How a learner rates themselves, beside what the evaluation at the same instant says, in the byte order of the
    /// competencies' ids. It changes no result.
    ///
    /// A rating is an item with a value whose assessor has the role `self`, whatever its purpose; of several on one competency
    /// the last in the order of evidence counts. A competency without one is left out.
    ///
    /// ```
    /// use lrm_core::{Engine, Instant, LearnerRecord};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let record = LearnerRecord::from_json(r#"[
    ///   {"competency": "NF.1", "score": 4, "assessor": {"role": "self"}},
    ///   {"competency": "NF.1", "score": 2, "assessor": {"role": "teacher"}}]"#)?;
    /// let ratings = engine.self_ratings(&record, Instant::parse("2026-01-15T12:00:00Z")?)?;
    /// assert_eq!(ratings[0].to_json(), r#"{"competency":"NF.1","rated":4,"value":2,"gap":2}"#);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::evaluate`]; `limit-exceeded` for a gap beyond ±9·10⁹.
    ///
    /// # Complexity
    /// That of one evaluation.
    pub fn self_ratings(&self, record: &LearnerRecord, as_of: Instant) -> Result<Vec<SelfRating>> {
        self.self_ratings_with(record, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`] and [`Engine::self_ratings`].
    pub fn self_ratings_with(
        &self,
        record: &LearnerRecord,
        as_of: Instant,
        options: &Options,
    ) -> Result<Vec<SelfRating>> {
        let board = self.checked_board(record, as_of, options)?;
        let mut ratings = Vec::new();
        for (node, cell) in (0..).zip(&board.cells) {
            let Some(rating) = self.last_rating(&board, node) else { continue };
            let (rated, value) = (rating.value, cell.result.value);
            let gap = |value: Value| Value::ratio(i128::from(rated.grid()) - i128::from(value.grid()), 1);
            ratings.push(SelfRating {
                competency: self.compiled().framework.id_of(node).to_owned(),
                rated,
                observed_at: rating.clock,
                value,
                gap: value.map(gap).transpose()?,
            });
        }
        Ok(ratings)
    }

    /// The self-rating of a node that holds.
    fn last_rating(&self, board: &Board<'_>, node: u32) -> Option<Judgement> {
        // most nodes have no items
        let placed = board.bodies.placed(node).filter(|_| board.applies.to(node))?;
        let rating = |placed: &crate::engine::Placed| {
            let item = board.items.get(placed.item as usize)?;
            let evidence = &item.evidence;
            let by_learner = evidence.assessor.as_ref()?.role == Some(AssessorRole::OneSelf);
            let holds =
                by_learner && evidence.overriding.is_none() && evidence.clock().is_none_or(|at| at <= board.as_of);
            holds.then(|| judgement(item, placed.item, placed.value))
        };
        let mut ratings: Vec<Judgement> = placed.iter().filter_map(rating).collect();
        sort(&mut ratings, &board.items, self.compiled().set(node).evidence.order_by);
        ratings.pop()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Code, Engine, Instant, LearnerRecord, Options};

    fn engine() -> Engine {
        let framework = r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}, {"id": "c", "statement": "C"}],
          "associations": [{"type": "is_child_of", "from": "a", "to": "c"}, {"type": "is_child_of", "from": "b", "to": "c"}]}"#;
        let policy = r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#;
        Engine::from_json(framework, policy).unwrap()
    }

    fn ratings(items: &str, options: &Options) -> crate::Result<Vec<String>> {
        let record = LearnerRecord::from_json(items)?;
        let as_of = Instant::parse("2026-03-01T00:00:00Z")?;
        let ratings = engine().self_ratings_with(&record, as_of, options)?;
        Ok(ratings.iter().map(super::SelfRating::to_json).collect())
    }

    #[test]
    fn the_last_rating_that_holds_counts() {
        let items = r#"[
          {"id": "e1", "competency": "a", "score": 4, "assessor": {"role": "self"}, "observed_at": "2026-02-01T00:00:00Z"},
          {"id": "e2", "competency": "a", "score": 1.5, "assessor": {"role": "self"}, "observed_at": "2026-02-02T00:00:00Z",
           "purpose": "practice", "weight": 0},
          {"id": "e3", "competency": "a", "score": 3, "assessor": {"role": "self"}, "observed_at": "2026-03-02T00:00:00Z"},
          {"id": "e4", "competency": "a", "score": 3, "assessor": {"role": "self"}, "withdrawn": "retracted",
           "observed_at": "2026-02-03T00:00:00Z"},
          {"id": "e5", "competency": "a", "absence": "excused", "assessor": {"role": "self"}, "observed_at": "2026-02-03T00:00:00Z"},
          {"id": "e6", "competency": "a", "score": 9, "assessor": {"role": "self"}, "observed_at": "2026-02-03T00:00:00Z"},
          {"id": "e7", "competency": "a", "score": 4, "assessor": {"role": "self", "id": "ana"}, "observed_at": "2026-02-03T00:00:00Z",
           "override": {"reason": "I can"}},
          {"id": "e8", "competency": "a", "score": 2, "assessor": {"role": "peer"}, "observed_at": "2026-02-04T00:00:00Z"},
          {"id": "e9", "competency": "a", "score": 3, "assessor": {"role": "teacher"}, "observed_at": "2026-02-05T00:00:00Z"},
          {"id": "e10", "competency": "c", "score": 3, "assessor": {"role": "self"}},
          {"id": "e11", "competency": "b", "score": 4, "assessor": {"role": "self"}},
          {"id": "e12", "competency": "nothing", "score": 4, "assessor": {"role": "self"}}]"#;
        let of_a = r#"{"competency":"a","rated":1.5,"observed_at":"2026-02-02T00:00:00Z","value":3,"gap":-1.5}"#;
        let of_b = r#"{"competency":"b","rated":4}"#;
        let of_c = r#"{"competency":"c","rated":3,"value":3,"gap":0}"#;
        assert_eq!(ratings(items, &Options::new()).unwrap(), [of_a, of_b, of_c]);
        assert_eq!(ratings(items, &Options::new().scope(["a"])).unwrap(), [of_a]);
        let strict = ratings(items, &Options::new().strict()).map_err(|error| error.code());
        assert_eq!(strict, Err(Code::ScoreOffScale));
    }
}
