//! Simulation: what another policy would change, for whom, and in which direction.

use std::collections::{BTreeMap, BTreeSet};

use super::simulation::{Direction, Move, Moved, Simulation, SimulationOptions};
use crate::engine::{Compiled, Engine, Mastery, NodeResult, Status, of_learner};
use crate::error::{Code, Error, Finding, Result, quote};
use crate::framework::Framework;
use crate::instant::Instant;
use crate::record::LearnerRecord;
use crate::value::Value;

impl Engine {
    /// What would change for these learners with the policy of another engine, which has the same framework: who would move, in
    /// which direction, with counts.
    ///
    /// Where both results have values on the same scale these are compared, and at equal values whether the competency is met; on
    /// different scales only whether it is met. Where a competency does not apply on either side nothing is counted.
    ///
    /// ```
    /// use lrm_core::{Engine, Framework, Instant, LearnerRecord, Policy};
    /// let framework = Framework::from_json(r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#)?;
    /// let policy = |method| Policy::from_json(format!(
    ///     r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "{method}"}}}}"#
    /// ));
    /// let (latest, mean) = (Engine::new(framework.clone(), policy("latest")?)?, Engine::new(framework, policy("mean")?)?);
    /// let record = LearnerRecord::from_json(r#"[
    ///   {"learner": "ana", "competency": "NF.1", "score": 1, "observed_at": "2026-10-01T00:00:00Z"},
    ///   {"learner": "ana", "competency": "NF.1", "score": 4, "observed_at": "2026-11-01T00:00:00Z"}]"#)?;
    /// let simulation = latest.simulate(&mean, [&record], Instant::parse("2026-12-01T00:00:00Z")?)?;
    /// assert_eq!((simulation.moved(), simulation.competencies()[0].down), (1, 1));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `incompatible-frameworks` if the frameworks have other competencies or another hierarchy, `duplicate-id` for two records of
    /// one learner; as [`Engine::evaluate`] otherwise, with the `learner` in the context and the place of the record.
    ///
    /// # Complexity
    /// That of two evaluations for each record; the memory for the moves that are kept and the learners' names.
    pub fn simulate<'r>(
        &self,
        other: &Self,
        records: impl IntoIterator<Item = &'r LearnerRecord>,
        as_of: Instant,
    ) -> Result<Simulation> {
        self.simulate_with(other, records, as_of, &SimulationOptions::new())
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Engine::simulate`]; with `strict` the findings of the first record that has some.
    pub fn simulate_with<'r>(
        &self,
        other: &Self,
        records: impl IntoIterator<Item = &'r LearnerRecord>,
        as_of: Instant,
        options: &SimulationOptions,
    ) -> Result<Simulation> {
        let mut simulator = Simulator::new(self, other, as_of, options)?;
        for record in records {
            simulator.push(record)?;
        }
        Ok(simulator.finish())
    }
}

/// A simulation to which records are given one by one.
///
/// ```
/// use lrm_core::{Engine, Instant, LearnerRecord, SimulationOptions, Simulator};
/// let engine = Engine::from_json(
///     r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#,
///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
/// )?;
/// let mut simulator = Simulator::new(&engine, &engine, Instant::EPOCH, &SimulationOptions::new())?;
/// simulator.push(&LearnerRecord::default())?;
/// assert_eq!(simulator.finish().moved(), 0);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Simulator {
    before: Engine,
    after: Engine,
    as_of: Instant,
    options: SimulationOptions,
    /// Of each node, whether both policies measure it on one scale.
    same_scale: Vec<bool>,
    /// Of each node, its place in the framework.
    place: Vec<usize>,
    counts: Vec<Count>,
    learners: u64,
    moved: u64,
    named: BTreeSet<String>,
    /// The first record that names no learner: its place and its moves, until it is known whether it is the only one.
    unnamed: Option<(u64, Vec<(usize, Move)>)>,
    /// The least by learner and place, no more than are to be kept; a learner may have the name of one who has none.
    kept: BTreeMap<(String, bool, usize), Move>,
    truncated: bool,
}

/// Of one competency, how many learners moved in which direction, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    moved: [u64; 4],
    all: u64,
}

impl Simulator {
    /// A simulation without records.
    ///
    /// # Errors
    /// `incompatible-frameworks`, and `unknown-competency` for a scope with unknown ids.
    pub fn new(before: &Engine, after: &Engine, as_of: Instant, options: &SimulationOptions) -> Result<Self> {
        check_frameworks(before.framework(), after.framework())?;
        // a scope is wrong with or without records
        before.board(&LearnerRecord::default(), as_of, &options.options)?;
        let (one, other) = (before.compiled(), after.compiled());
        let nodes = one.framework.graph.len();
        Ok(Self {
            before: before.clone(),
            after: after.clone(),
            as_of,
            options: options.clone(),
            same_scale: same_scales(one, other),
            place: (0..nodes).map(|node| one.framework.place_of(node)).collect(),
            counts: vec![Count::default(); nodes as usize],
            learners: 0,
            moved: 0,
            named: BTreeSet::new(),
            unnamed: None,
            kept: BTreeMap::new(),
            truncated: false,
        })
    }

    /// Takes in a learner. After an error nothing has changed.
    ///
    /// # Errors
    /// `duplicate-id` for a second record of a learner; as [`Engine::simulate`] otherwise.
    pub fn push(&mut self, record: &LearnerRecord) -> Result<()> {
        let learner = record.learner();
        let place = self.learners;
        let above = format!("/records/{place}");
        if let Some(learner) = learner.filter(|learner| self.named.contains(*learner)) {
            let message = format!("the learner {} has two records", quote(learner));
            return Err(Finding::new(Code::DuplicateId, above, message).with("learner", learner).into());
        }
        let moves = self.moves(record).map_err(|error| of_learner(&error, learner.unwrap_or_default(), &above))?;
        self.learners += 1;
        self.moved += u64::from(!moves.is_empty());
        match (learner, self.unnamed.take()) {
            (Some(learner), unnamed) => {
                self.unnamed = unnamed;
                self.named.insert(learner.to_owned());
                self.keep(learner, true, moves);
            }
            (None, None) => self.unnamed = Some((place, moves)),
            (None, Some((first, others))) => {
                self.keep(&format!("#{first}"), false, others);
                self.keep(&format!("#{place}"), false, moves);
                // there is no only one any more
                self.unnamed = Some((first, Vec::new()));
            }
        }
        Ok(())
    }

    /// The same with a record as JSON; what is wrong with it has a place below `/records` and its number.
    ///
    /// # Errors
    /// As [`LearnerRecord::from_json`] and [`Simulator::push`].
    pub fn push_json(&mut self, record: impl AsRef<[u8]>) -> Result<()> {
        let record = LearnerRecord::from_json(record);
        self.push(&record.map_err(|error| error.below(&format!("/records/{}", self.learners)))?)
    }

    /// What came of it.
    #[must_use]
    pub fn finish(mut self) -> Simulation {
        if let Some((_, moves)) = self.unnamed.take() {
            self.keep("", false, moves);
        }
        let framework = self.before.framework();
        let mut competencies: Vec<(usize, Moved)> = Vec::new();
        for ((node, place), count) in (0..).zip(&self.place).zip(&self.counts) {
            let [up, down, gained, lost] = count.moved;
            let moved = up + down + gained + lost;
            if moved > 0 {
                let competency = framework.id_of(node).to_owned();
                competencies.push((*place, Moved { competency, up, down, gained, lost, same: count.all - moved }));
            }
        }
        crate::sorting::sort_by(&mut competencies, |(one, _), (other, _)| one.cmp(other));
        Simulation {
            learners: self.learners,
            moved: self.moved,
            competencies: competencies.into_iter().map(|(_, moved)| moved).collect(),
            moves: self.kept.into_values().collect(),
            truncated: self.truncated,
        }
    }

    /// Evaluates a record twice and counts.
    fn moves(&mut self, record: &LearnerRecord) -> Result<Vec<(usize, Move)>> {
        let options = &self.options.options;
        let before = self.before.checked_board(record, self.as_of, options)?;
        let after = self.after.checked_board(record, self.as_of, options)?;
        let mut moves = Vec::new();
        let sides = before.cells.iter().zip(&after.cells);
        let nodes = (0..).zip(self.same_scale.iter().zip(&self.place));
        for (((node, (same_scale, place)), count), (one, other)) in nodes.zip(&mut self.counts).zip(sides) {
            let (one, other) = (&one.result, &other.result);
            if one.status == Status::NotApplicable || other.status == Status::NotApplicable {
                continue;
            }
            count.all += 1;
            let Some(direction) = direction(one, other, *same_scale) else { continue };
            if let Some(slot) = count.moved.get_mut(direction as usize) {
                *slot += 1;
            }
            let (before, after) =
                (Mastery::of(node, one, self.before.compiled()), Mastery::of(node, other, self.after.compiled()));
            moves.push((*place, Move { learner: String::new(), direction, before, after }));
        }
        Ok(moves)
    }

    /// Keeps the least, so that it does not depend on the order of the records which are kept.
    fn keep(&mut self, learner: &str, named: bool, moves: Vec<(usize, Move)>) {
        for (place, one) in moves {
            self.kept.insert((learner.to_owned(), named, place), Move { learner: learner.to_owned(), ..one });
            if self.kept.len() > self.options.most_moves {
                self.kept.pop_last();
                self.truncated = true;
            }
        }
    }
}

/// Which way a result moves; none if it does not.
fn direction(before: &NodeResult, after: &NodeResult, same_scale: bool) -> Option<Direction> {
    let (one, other) = match (before.value, after.value) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Direction::Gained),
        (Some(_), None) => return Some(Direction::Lost),
        (Some(one), Some(other)) => (one, other),
    };
    let value = |value: Value| same_scale.then_some(value);
    let is_met = |result: &NodeResult| result.status == Status::Met;
    match (value(other), is_met(after)).cmp(&(value(one), is_met(before))) {
        std::cmp::Ordering::Greater => Some(Direction::Up),
        std::cmp::Ordering::Less => Some(Direction::Down),
        std::cmp::Ordering::Equal => None,
    }
}

fn same_scales(one: &Compiled, other: &Compiled) -> Vec<bool> {
    // policies have few scales
    let mut known = BTreeMap::new();
    let is_same = |node: u32| {
        let (a, b) = (one.set(node), other.set(node));
        *known.entry((a.scale_class, b.scale_class)).or_insert_with(|| a.scale.is_compatible_with(&b.scale))
    };
    (0..one.framework.graph.len()).map(is_same).collect()
}

/// The same competencies in the same hierarchy. Statements, weights and other associations may differ.
fn check_frameworks(one: &Framework, other: &Framework) -> Result<()> {
    let nodes = one.graph.len();
    let differs =
        |node: &u32| one.id_of(*node) != other.id_of(*node) || !one.graph.parents(*node).eq(other.graph.parents(*node));
    let message = if nodes == other.graph.len() {
        let found = (0..nodes).find(differs);
        found.map(|node| format!("the frameworks differ at {}", quote(one.id_of(node))))
    } else {
        Some(format!("one framework has {nodes} competencies, the other {}", other.graph.len()))
    };
    message.map_or(Ok(()), |message| Err(Error::new(Code::IncompatibleFrameworks, "", message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMEWORK: &str = r#"{"competencies": [{"id": "z", "statement": "Z"}, {"id": "b", "statement": "B"}, {"id": "a", "statement": "A"}],
      "associations": [{"type": "is_child_of", "from": "a", "to": "z"}, {"type": "is_child_of", "from": "b", "to": "z"}]}"#;

    fn engine(scale: &str, more: &str) -> Engine {
        let policy = format!(r#"{{"scale": {scale}, "estimate": {{"method": "latest"}}{more}}}"#);
        Engine::from_json(FRAMEWORK, policy).unwrap()
    }

    fn record(learner: &str, scores: &[(&str, &str)]) -> LearnerRecord {
        let item = |(competency, score): &(&str, &str)| {
            let named = if learner.is_empty() { String::new() } else { format!(r#""learner": "{learner}", "#) };
            format!(r#"{{{named}"competency": "{competency}", "score": {score}, "possible": 4}}"#)
        };
        LearnerRecord::from_json(format!("[{}]", scores.iter().map(item).collect::<Vec<_>>().join(","))).unwrap()
    }

    fn moves(simulation: &Simulation) -> Vec<(&str, &str, &str)> {
        let names = simulation.moves().iter().map(|one| (one.learner.as_str(), one.before.competency.as_str()));
        names.zip(simulation.moves()).map(|((learner, id), one)| (learner, id, one.direction.as_str())).collect()
    }

    const STANDARD: &str = r#"{"max": 4, "proficient": 3}"#;

    #[test]
    fn on_another_scale_only_met_is_compared() {
        let (before, after) = (engine(STANDARD, ""), engine(r#"{"max": 100, "proficient": 50}"#, ""));
        let records = [record("ana", &[("a", "2"), ("b", "4")]), record("ben", &[("a", "1")])];
        let simulation = before.simulate(&after, &records, Instant::EPOCH).unwrap();
        assert_eq!(moves(&simulation), [("ana", "a", "up")]);
        assert_eq!((simulation.learners(), simulation.moved()), (2, 1));
        let moved = Moved { competency: "a".to_owned(), up: 1, down: 0, gained: 0, lost: 0, same: 1 };
        assert_eq!(simulation.competencies(), [moved]);
    }

    #[test]
    fn values_come_and_go_in_the_order_of_the_framework() {
        let (before, after) = (engine(STANDARD, ""), engine(STANDARD, r#", "sufficiency": {"min_evidence": 2}"#));
        let records = [record("", &[("a", "2"), ("b", "4")])];
        let lost = before.simulate(&after, &records, Instant::EPOCH).unwrap();
        assert_eq!(moves(&lost), [("", "z", "lost"), ("", "b", "lost"), ("", "a", "lost")]);
        let gained = after.simulate(&before, &records, Instant::EPOCH).unwrap();
        assert_eq!(gained.competencies().iter().map(|one| one.gained).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn which_moves_are_kept_does_not_depend_on_the_order() {
        let (before, after) = (engine(STANDARD, ""), engine(r#"{"max": 4, "proficient": 3, "min": 1}"#, ""));
        let mut records: Vec<_> = ["ben", "ana", "cleo"].map(|name| record(name, &[("a", "2")])).into();
        let options = SimulationOptions::new().most_moves(3);
        let one = before.simulate_with(
            &engine(STANDARD, r#", "sufficiency": {"min_evidence": 2}"#),
            &records,
            Instant::EPOCH,
            &options,
        );
        let one = one.unwrap();
        assert!(one.is_truncated() && one.to_json().ends_with(r#""truncated":true}"#));
        records.reverse();
        let other = before.simulate_with(
            &engine(STANDARD, r#", "sufficiency": {"min_evidence": 2}"#),
            &records,
            Instant::EPOCH,
            &options,
        );
        assert_eq!(other.unwrap(), one);
        assert_eq!(one.competencies().iter().map(|one| one.lost).collect::<Vec<_>>(), [3, 3]);
        // another scale, on which nothing is met
        assert_eq!(before.simulate(&after, &records, Instant::EPOCH).unwrap().moved(), 0);
    }

    #[test]
    fn those_without_a_name_are_told_apart_by_their_places() {
        let (before, after) = (engine(STANDARD, ""), engine(STANDARD, r#", "sufficiency": {"min_evidence": 2}"#));
        let item = &[("a", "2")][..];
        let records = [record("", item), record("#0", item), record("", &[]), record("", item)];
        let simulation = before.simulate(&after, &records, Instant::EPOCH).unwrap();
        let names: Vec<_> = simulation.moves().iter().map(|one| one.learner.as_str()).collect();
        assert_eq!(names, ["#0", "#0", "#0", "#0", "#3", "#3"]);
        let twice = before.simulate(&after, [&records[1], &records[1]], Instant::EPOCH).unwrap_err();
        assert_eq!((twice.code(), twice.path()), (Code::DuplicateId, "/records/1"));
    }

    #[test]
    fn other_frameworks_are_refused() {
        let engine = engine(STANDARD, "");
        for other in [
            FRAMEWORK.replace(r#""id": "z""#, r#""id": "y""#).replace(r#""to": "z""#, r#""to": "y""#),
            FRAMEWORK.replace(r#""from": "a", "to": "z""#, r#""from": "a", "to": "b""#),
            r#"{"competencies": [{"id": "a", "statement": "A"}]}"#.to_owned(),
        ] {
            let other =
                Engine::new(Framework::from_json(other).unwrap(), std::sync::Arc::clone(engine.policy())).unwrap();
            let refused = engine.simulate(&other, [], Instant::EPOCH).unwrap_err();
            assert_eq!(refused.code(), Code::IncompatibleFrameworks);
        }
    }

    #[test]
    fn strict_names_the_record() {
        let engine = engine(STANDARD, "");
        let records = [record("ana", &[("a", "2")]), record("ben", &[("nothing", "2")])];
        let options = SimulationOptions::new().strict();
        let error = engine.simulate_with(&engine, &records, Instant::EPOCH, &options).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::UnknownCompetency, "/records/1/evidence/0/competency"));
        assert!(engine.simulate(&engine, &records, Instant::EPOCH).is_ok());
        let scoped = SimulationOptions::new().scope(["nothing"]);
        let error = engine.simulate_with(&engine, [], Instant::EPOCH, &scoped).unwrap_err();
        assert_eq!(error.code(), Code::UnknownCompetency);
    }
}
