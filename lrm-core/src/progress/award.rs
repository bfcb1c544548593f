//! Awarding the credit of a programme: never by itself, once, and not below what the learner has.

use std::collections::BTreeSet;

use super::programmes::{programme as find, standing};
use crate::engine::{Engine, Options};
use crate::error::{Code, Finding, Result, quote};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::{Event, EventLog};
use crate::rollup::Verdict;

/// Who awards a credit, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Award {
    /// The id of the event.
    pub id: String,
    /// Who awards it: an opaque id.
    pub actor: String,
    /// In what role: free text.
    pub role: Option<String>,
    /// When.
    pub at: Instant,
    /// Why, in words.
    pub reason: Option<String>,
}

impl Award {
    /// An award by somebody at an instant.
    pub fn new(id: impl Into<String>, actor: impl Into<String>, at: Instant) -> Self {
        Self { id: id.into(), actor: actor.into(), role: None, at, reason: None }
    }

    /// Says in what role.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Says why.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// How many missing conditions the message names.
const NAMED: usize = 20;

impl Engine {
    /// The event that awards the credit of a programme, which the caller adds to the log: an `awarded` event with the ids of
    /// the evidence on the branch by which the programme is met. From then on the log says what becomes of the credit.
    ///
    /// ```
    /// use lrm_core::{Award, Code, Engine, EventLog, Instant};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "a", "statement": "A"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
    ///       "programmes": [{"id": "algebra-1", "requirement": {"competency": "a"}}]}"#,
    /// )?;
    /// let mut log = EventLog::from_json(r#"[{"id": "e1", "competency": "a", "score": 3}]"#)?;
    /// let award = Award::new("c1", "ms-lee", Instant::parse("2026-06-10T12:00:00Z")?);
    /// log.push(engine.award(&log, "algebra-1", &award)?)?;
    /// let again = engine.award(&log, "algebra-1", &award).map_err(|error| error.code());
    /// assert_eq!(again.err(), Some(Code::AlreadyAwarded));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-programme`; `already-awarded` if the learner has a credit of that name, awarded or under review;
    /// `lower-in-sequence` if they have one that comes later in a sequence of the policy; `requirement-not-met` with the number
    /// of conditions that are `missing`; as [`Engine::evaluate`].
    ///
    /// # Complexity
    /// That of [`Engine::programmes`].
    pub fn award(&self, log: &EventLog, programme: &str, award: &Award) -> Result<Event> {
        self.award_with(log, programme, award, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::award`] and [`Engine::evaluate_with`].
    pub fn award_with(&self, log: &EventLog, programme: &str, award: &Award, options: &Options) -> Result<Event> {
        let compiled = self.compiled();
        let (named, demand) = find(programme, compiled)?;
        let credit = named.credit();
        let held = log.credits(None);
        if held.contains(credit) {
            let message = format!("the learner has the credit {}", quote(credit));
            return Err(Finding::new(Code::AlreadyAwarded, "", message).with("credit", credit).into());
        }
        let sequence = compiled.policy.sequences.iter().find(|sequence| sequence.iter().any(|one| one == credit));
        let mut later = sequence.into_iter().flatten().skip_while(|one| *one != credit);
        if let Some(higher) = later.find(|one| held.contains(*one)) {
            let message = format!("the learner has the credit {}, which comes after {}", quote(higher), quote(credit));
            let finding = Finding::new(Code::LowerInSequence, "", message);
            return Err(finding.with("credit", credit).with("higher", higher).into());
        }

        let record = log.record();
        let mut board = self.checked_board(&record, award.at, options)?;
        let (stands, won) = standing(named, demand, &mut board, &log.credits(Some(award.at)), compiled);
        if stands.verdict != Verdict::Met {
            let named: Vec<String> = stands.missing.iter().take(NAMED).map(super::MissingCondition::to_json).collect();
            let more = if stands.missing.len() > NAMED { ", …" } else { "" };
            let message =
                format!("{} is {}, missing: {}{more}", quote(programme), stands.verdict.as_str(), named.join(", "));
            let count = i64::try_from(stands.missing.len()).unwrap_or(i64::MAX);
            let finding = Finding::new(Code::RequirementNotMet, "", message).with("programme", programme);
            return Err(finding.with_number("missing", count).into());
        }
        let mut evidence = BTreeSet::new();
        for node in won.into_iter().filter_map(|place| demand.node(place)) {
            let behind = board.behind(node, compiled);
            evidence.extend(behind.into_iter().filter_map(|(_, item)| item.evidence.id.clone()));
        }
        event(award, credit, &evidence.into_iter().collect::<Vec<_>>())
    }
}

fn event(award: &Award, credit: &str, evidence: &[String]) -> Result<Event> {
    let at = award.at.to_string();
    let mut w = Writer::new();
    w.open('{').key("id").text(&award.id).key("event").text("awarded");
    w.key("actor").open('{').key("id").text(&award.actor);
    w.optional("role", award.role.as_deref());
    w.close('}');
    w.optional("reason", award.reason.as_deref());
    w.key("observed_at").text(&at).key("received_at").text(&at);
    w.key("credit").text(credit);
    w.all_texts("evidence", evidence);
    w.close('}');
    Event::from_json(w.finish())
}
