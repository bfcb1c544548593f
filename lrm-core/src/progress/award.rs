//! Awarding the credit of a programme: never by itself, once, and not below what the learner has.

use std::collections::BTreeSet;

use super::programmes::{programme as find, standing};
use crate::engine::{Board, Compiled, Demand, Engine, Options};
use crate::error::{Code, Finding, Result, quote};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::{Event, EventLog};
use crate::policy::{Asks, OwnEvidence, RollupMethod, Test};
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
    /// the evidence on the branch by which the programme is met: where a person set a value, of that decision instead of what it
    /// set aside. From then on the log says what becomes of the credit.
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
    /// let again = Award::new("c2", "ms-lee", award.at);
    /// let again = engine.award(&log, "algebra-1", &again).map_err(|error| error.code());
    /// assert_eq!(again.err(), Some(Code::AlreadyAwarded));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid-value` for an empty id or actor; `duplicate-id` if the log has an event of that id; `unknown-programme`; `already-awarded` if the learner has a credit of that name, awarded or under review;
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
        for (name, text) in [("id", &award.id), ("actor", &award.actor)] {
            if text.is_empty() {
                let message = format!("an award has an {name}, which is not empty");
                return Err(Finding::new(Code::InvalidValue, format!("/{name}"), message).into());
            }
        }
        if log.events().any(|event| event.id() == Some(&award.id)) {
            let message = format!("the log has an event {}", quote(&award.id));
            return Err(Finding::new(Code::DuplicateId, "/id", message).with("id", &award.id).into());
        }
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
        let (stands, won) = standing(named, demand, &mut board, &log.credits(Some(award.at)), compiled)?;
        if stands.verdict != Verdict::Met {
            let named: Vec<String> = stands.missing.iter().take(NAMED).map(super::MissingCondition::to_json).collect();
            let more = if stands.missing.len() > NAMED { ", …" } else { "" };
            let why = match (named.is_empty(), stands.unreachable) {
                (true, _) => "nothing in it applies to the learner".to_owned(),
                (_, true) => {
                    format!("too few of its members apply, and so all is not enough: {}{more}", named.join(", "))
                }
                _ => format!("missing: {}{more}", named.join(", ")),
            };
            let message = format!("{} is {}, {why}", quote(programme), stands.verdict.as_str());
            let count = i64::try_from(stands.missing.len()).unwrap_or(i64::MAX);
            let finding = Finding::new(Code::RequirementNotMet, "", message).with("programme", programme);
            return Err(finding.with_number("missing", count).into());
        }
        let (mut items, mut judged) = (Vec::new(), Vec::new());
        for place in won {
            match (demand.tree.list().get(place).map(|this| &this.asks), demand.node(place)) {
                // counts are facts, whatever a person decided
                (Some(Asks::Competency(_, Test::Evidence(_))), Some(node)) => {
                    let covered = board.covered(node, compiled);
                    items.extend(covered.iter().flat_map(|one| board.eligible(one.node)).map(|one| one.item));
                }
                (_, node) => judged.extend(node),
            }
        }
        items.extend(grounds(judged, &mut board, compiled));
        let id = |item: u32| board.items.get(item as usize)?.evidence.id.clone();
        let evidence: BTreeSet<String> = items.into_iter().filter_map(id).collect();
        event(award, credit, &evidence.into_iter().collect::<Vec<_>>())
    }
}

/// The items on which the results of nodes rest: of each what a person decided about it, unless that sets the value also what it
/// covers.
fn grounds(nodes: Vec<u32>, board: &mut Board<'_>, compiled: &Compiled) -> Vec<u32> {
    let graph = &compiled.framework.graph;
    let (mut items, mut pending, mut seen) = (Vec::new(), nodes, BTreeSet::new());
    while let Some(node) = pending.pop() {
        if !board.cells.get(node as usize).is_some_and(|cell| cell.applies) || !seen.insert(node) {
            continue;
        }
        let ruling = *board.bodies.ruling(node);
        items.extend(ruling.overriding.map(|one| one.item));
        if ruling.set().is_some() {
            continue;
        }
        let rollup = compiled.set(node).rollup;
        let overrides = rollup.own_evidence == OwnEvidence::Overrides && board.bodies.own(node).is_some();
        if graph.is_leaf(node) || overrides {
            items.extend(board.eligible(node).iter().map(|one| one.item));
        } else if rollup.method.over_leaves() {
            for covered in board.covered(node, compiled) {
                if covered.own || rollup.method == RollupMethod::Pooled {
                    items.extend(board.eligible(covered.node).iter().map(|one| one.item));
                } else {
                    pending.push(covered.node);
                }
            }
            // what the requirement of the node names may be decided too
            pending.extend(compiled.demands.of(node).into_iter().flat_map(Demand::nodes));
        } else {
            let children = board.child_inputs(node, compiled).filter(|(_, child)| !child.weight.is_zero());
            for (child, _) in children {
                if child == node {
                    items.extend(board.eligible(node).iter().map(|one| one.item));
                } else {
                    pending.push(child);
                }
            }
        }
    }
    items
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
