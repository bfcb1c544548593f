//! [`Class`]: many learners kept warm on one clock. An event costs what it changes, however many learners there are.

use std::collections::BTreeMap;

use super::Engine;
use super::live::{Live, Pending, check_clock};
use super::options::Options;
use super::state::{Mastery, State};
use super::wakes::Wakes;
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::instant::Instant;
use crate::record::{Evidence, Item, LearnerRecord};
use crate::sorting;

/// Many learners, kept warm. They share one clock, which moves forward only.
///
/// Every item names its learner. A learner who was not there before joins with the first item, as one without evidence.
///
/// ```
/// use lrm_core::{Engine, Evidence, Instant, LearnerRecord};
/// let engine = Engine::from_json(
///     r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}]}"#,
///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
/// )?;
/// let now = Instant::parse("2026-01-15T12:00:00Z")?;
/// let ben = LearnerRecord::from_events([Evidence::scored("a", 2).learner("ben")])?;
/// let mut class = engine.start_class([ben], now)?;
/// let changes = class.apply(Evidence::scored("a", 3).learner("ana"), now)?;
/// assert_eq!((changes[0].learner.as_str(), changes[0].changed.len()), ("ana", 1));
/// assert_eq!(class.learners().collect::<Vec<_>>(), ["ana", "ben"]);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Class {
    as_of: Instant,
    numbers: BTreeMap<String, u32>,
    /// By number; none where a learner was taken out.
    learners: Vec<Option<Member>>,
    /// The numbers of those who were taken out.
    free: Vec<u32>,
    /// Whose results may change by time alone, and when. The clocks of the others stand where they last changed.
    wakes: Wakes,
    /// A learner without evidence, as every new one is.
    blank: Live,
}

/// A learner of a class.
#[derive(Clone, Debug)]
struct Member {
    id: String,
    live: Live,
}

/// The results of one learner that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LearnerChanges {
    /// The learner.
    pub learner: String,
    /// The results as they are now, in the byte order of the competencies' ids; at least one.
    pub changed: Vec<Mastery>,
}

impl Engine {
    /// Keeps many learners warm from here on.
    ///
    /// # Errors
    /// `missing-field` for a record that names no learner, `duplicate-id` for a second record of a learner; as
    /// [`Engine::evaluate`] otherwise, with the `learner` in the context.
    ///
    /// # Complexity
    /// That of [`Engine::evaluate`] for each record.
    pub fn start_class(&self, records: impl IntoIterator<Item = LearnerRecord>, as_of: Instant) -> Result<Class> {
        self.start_class_with(records, as_of, &Options::new())
    }

    /// The same with a scope for all, or strictness; a strict class refuses items with findings.
    ///
    /// # Errors
    /// As [`Engine::start_class`] and [`Engine::evaluate_with`].
    pub fn start_class_with(
        &self,
        records: impl IntoIterator<Item = LearnerRecord>,
        as_of: Instant,
        options: &Options,
    ) -> Result<Class> {
        let mut class = Class {
            as_of,
            numbers: BTreeMap::new(),
            learners: Vec::new(),
            free: Vec::new(),
            wakes: Wakes::default(),
            blank: self.start_with(&LearnerRecord::default(), as_of, options)?,
        };
        for (place, record) in records.into_iter().enumerate() {
            class.start(self, &record, place, options)?;
        }
        Ok(class)
    }
}

impl Class {
    /// Adds one item of the learner whom it names and moves the clock for all; gives the results that changed, in the byte
    /// order of learners and, of each, of competencies.
    ///
    /// Results of other learners change by time alone, as when the newest evidence becomes too old. A learner who was not
    /// there before joins.
    ///
    /// # Errors
    /// `missing-field` if the item names no learner, `clock-moved-back`; as [`Live::apply`] otherwise, with the `learner` in
    /// the context. After an error the class is as before.
    ///
    /// # Complexity
    /// As [`Live::apply`] for the learner and for those whose time has come, plus the logarithm of the number of learners; a
    /// learner who joins costs the competencies once.
    pub fn apply(&mut self, event: Evidence, as_of: Instant) -> Result<Vec<LearnerChanges>> {
        self.apply_item(Item::from(event), as_of)
    }

    /// The same with an item as JSON; an item that cannot be read is kept and reported, if only its learner can be.
    ///
    /// # Errors
    /// `invalid-json`; as [`Class::apply`] otherwise.
    pub fn apply_json(&mut self, event: impl AsRef<[u8]>, as_of: Instant) -> Result<Vec<LearnerChanges>> {
        self.apply_item(crate::record::item(event.as_ref())?, as_of)
    }

    /// Moves the clock; gives the results that changed.
    ///
    /// # Errors
    /// `clock-moved-back`; as [`Engine::evaluate`] otherwise, with the `learner` in the context. After an error the class is as
    /// before: it can go on without the learner, see [`Class::remove`].
    ///
    /// # Complexity
    /// As [`Live::advance`] for each learner whose time has come, and nothing for the others.
    pub fn advance(&mut self, as_of: Instant) -> Result<Vec<LearnerChanges>> {
        check_clock(self.as_of, as_of)?;
        self.go(None, as_of)
    }

    /// Takes a learner out; gives the record of all that was taken in.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn remove(&mut self, learner: &str) -> Result<LearnerRecord> {
        let member = self.numbers.get(learner).copied().and_then(|number| self.leave(number));
        member.map(|member| member.live.record()).ok_or_else(|| unknown(learner))
    }

    /// The result of a learner for a competency.
    ///
    /// # Errors
    /// `unknown-learner`, `unknown-competency`.
    pub fn mastery(&self, learner: &str, competency: &str) -> Result<Mastery> {
        self.live(learner)?.mastery(competency)
    }

    /// Everything about a learner as it stands now, as `evaluate` of the whole record would give it.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn state(&self, learner: &str) -> Result<State> {
        // nothing about a learner depends on the clock until the learner's time has come
        Ok(State { as_of: self.as_of, ..self.live(learner)?.state() })
    }

    /// What is wrong with the items of a learner, in the order in which they came.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn report(&self, learner: &str) -> Result<Report> {
        Ok(self.live(learner)?.report())
    }

    /// Everything that was taken in about a learner.
    ///
    /// # Errors
    /// `unknown-learner`.
    pub fn record(&self, learner: &str) -> Result<LearnerRecord> {
        Ok(self.live(learner)?.record())
    }

    /// The learners, in the byte order of their ids.
    pub fn learners(&self) -> impl Iterator<Item = &str> {
        self.numbers.keys().map(String::as_str)
    }

    /// True if the learner is in the class.
    pub fn contains(&self, learner: &str) -> bool {
        self.numbers.contains_key(learner)
    }

    /// How many learners there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// True without learners.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The instant that the clock shows.
    pub const fn as_of(&self) -> Instant {
        self.as_of
    }

    fn live(&self, learner: &str) -> Result<&Live> {
        let member = self.numbers.get(learner).and_then(|number| self.member(*number));
        member.map(|member| &member.live).ok_or_else(|| unknown(learner))
    }

    fn member(&self, number: u32) -> Option<&Member> {
        self.learners.get(number as usize)?.as_ref()
    }

    fn member_mut(&mut self, number: u32) -> Option<&mut Member> {
        self.learners.get_mut(number as usize)?.as_mut()
    }

    /// One more learner, with a record that is the `place`-th of a list.
    fn start(&mut self, engine: &Engine, record: &LearnerRecord, place: usize, options: &Options) -> Result<()> {
        let wrong = |code, message: String| Finding::new(code, format!("/records/{place}/learner"), message);
        let Some(learner) = record.learner() else {
            return Err(wrong(Code::MissingField, "the record names no learner".to_owned()).into());
        };
        if self.contains(learner) {
            let message = format!("another record is about {} too", quote(learner));
            return Err(wrong(Code::DuplicateId, message).with("id", learner).into());
        }
        let started = engine.start_with(record, self.as_of, options);
        let live = started.map_err(|error| of_learner(&error, learner, &format!("/records/{place}")))?;
        let wake = live.next_wake();
        let number = self.join(learner, live);
        self.wakes.set(number, wake);
        Ok(())
    }

    /// Gives a learner a number.
    fn join(&mut self, learner: &str, live: Live) -> u32 {
        let number = self.free.pop().unwrap_or_else(|| {
            self.learners.push(None);
            u32::try_from(self.learners.len() - 1).unwrap_or(u32::MAX)
        });
        if let Some(slot) = self.learners.get_mut(number as usize) {
            *slot = Some(Member { id: learner.to_owned(), live });
        }
        self.numbers.insert(learner.to_owned(), number);
        number
    }

    fn leave(&mut self, number: u32) -> Option<Member> {
        let member = self.learners.get_mut(number as usize)?.take()?;
        self.numbers.remove(&member.id);
        self.wakes.set(number, None);
        self.free.push(number);
        Some(member)
    }

    fn apply_item(&mut self, item: Item, as_of: Instant) -> Result<Vec<LearnerChanges>> {
        check_clock(self.as_of, as_of)?;
        let Some(learner) = item.evidence.learner.as_deref() else {
            // what is wrong with the item may be its learner
            let problems = item.problems.into_iter().filter(|finding| finding.path == "/learner");
            let missing = || Finding::new(Code::MissingField, "/learner", "an item of a class names its learner");
            return Err(problems.into_iter().next().unwrap_or_else(missing).into());
        };
        let known = self.numbers.get(learner).copied();
        let number = match known {
            Some(number) => number,
            None => self.join(learner, self.blank.clone().at(as_of)),
        };
        let result = self.go(Some((number, item)), as_of);
        if known.is_none() && result.is_err() {
            self.leave(number);
        }
        result
    }

    /// Moves the clock of the learner of the event and of those whose time has come: all of them, or none after an error.
    fn go(&mut self, event: Option<(u32, Item)>, as_of: Instant) -> Result<Vec<LearnerChanges>> {
        let first = event.as_ref().map(|(number, _)| *number);
        let mut due: Vec<u32> = self.wakes.due(as_of).filter(|number| Some(*number) != first).collect();
        let id = |number: u32| self.member(number).map(|member| &member.id);
        sorting::sort_by(&mut due, |one, other| id(*one).cmp(&id(*other)));
        let mut steps = Vec::with_capacity(due.len() + 1);
        let mut failed = None;
        if let Some((number, item)) = event {
            failed = self.step(number, &mut steps, |live| live.try_item(item, as_of)).err();
        }
        for number in due {
            if failed.is_none() {
                failed = self.step(number, &mut steps, |live| live.try_clock(as_of)).err();
            }
        }
        if let Some(error) = failed {
            for (number, pending) in steps {
                if let Some(member) = self.member_mut(number) {
                    member.live.take_back(pending);
                }
            }
            return Err(error);
        }
        self.as_of = as_of;
        let mut changes = Vec::with_capacity(steps.len());
        for (number, pending) in steps {
            let Some(Member { id, live }) = self.member_mut(number) else { continue };
            let changed = live.keep(pending);
            if !changed.is_empty() {
                changes.push(LearnerChanges { learner: id.clone(), changed });
            }
            let wake = live.next_wake();
            self.wakes.set(number, wake);
        }
        sorting::sort_by(&mut changes, |one, other| one.learner.cmp(&other.learner));
        Ok(changes)
    }

    /// Tries a step of one learner.
    fn step(
        &mut self,
        number: u32,
        steps: &mut Vec<(u32, Pending)>,
        step: impl FnOnce(&mut Live) -> Result<Pending>,
    ) -> Result<()> {
        let Some(Member { id, live }) = self.member_mut(number) else { return Ok(()) };
        let pending = step(live).map_err(|error| of_learner(&error, id, ""))?;
        steps.push((number, pending));
        Ok(())
    }
}

fn unknown(learner: &str) -> Error {
    let message = format!("the class has no learner {}", quote(learner));
    Finding::new(Code::UnknownLearner, "", message).with("learner", learner).into()
}

/// The error of one learner, with the learner, and its places below `above`.
pub(crate) fn of_learner(error: &Error, learner: &str, above: &str) -> Error {
    let place = |finding: &Finding| {
        let mut finding = finding.clone();
        if !finding.path.is_empty() {
            finding.path = format!("{above}{}", finding.path);
        }
        finding.with("learner", learner)
    };
    Error::from_findings(error.findings().iter().map(place).collect())
}
