//! From a row to a value: the short way of the rows that are as they should be. What is wrong with the others is said by
//! `rows::item` and `engine::door`.

use std::ops::Range;

use super::column::{Column, Valid, is_valid};
use super::competencies::{Mapped, Names, Nodes};
use super::contract::EvidenceColumns;
use crate::dense::{BAD, NONE, RARE, Record};
use crate::engine::{Compiled, Door, Occasion, door, score_on, value_on};
use crate::instant::Instant;
use crate::policy::OwnEvidence;
use crate::record::{
    ABSENCES, ADAPTATIONS, ASSISTANCES, Absence, Adaptation, KINDS, OrderBy, Outcome, PURPOSES, ROLES, WITHDRAWALS,
    Withdrawal,
};
use crate::scale::SCORE_LIMIT;
use crate::value::{Value, Weight};

/// What a score without further fields must fulfil to count for a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    min: Value,
    max: Value,
    /// True of inner nodes whose own evidence is ignored.
    ignores: bool,
}

impl Gate {
    /// The gates of all nodes.
    pub(super) fn all(compiled: &Compiled) -> Vec<Self> {
        let graph = &compiled.framework.graph;
        let gate = |node: u32| {
            let set = compiled.set(node);
            let ignores = set.rollup.own_evidence == OwnEvidence::Ignored && !graph.is_leaf(node);
            Self { min: set.scale.min(), max: set.scale.max(), ignores }
        };
        (0..graph.len()).map(gate).collect()
    }
}

/// One table, ready to be read.
pub(super) struct Reader<'s, 'f> {
    table: &'s EvidenceColumns<'s>,
    compiled: &'s Compiled,
    gates: &'s [Gate],
    as_of: Instant,
    nodes: Nodes<'s, 'f>,
    score: Option<&'s Column<'s>>,
    possible: Option<&'s Column<'s>>,
    level: Option<&'s Column<'s>>,
    passed: Option<&'s Column<'s>>,
    absence: Words<'s, Absence>,
    /// Observed, due, assessed, received.
    instants: [Option<&'s Column<'s>>; 4],
    purpose: Words<'s, crate::record::Purpose>,
    role: Words<'s, crate::record::AssessorRole>,
    kind: Words<'s, crate::record::EvidenceKind>,
    assistance: Words<'s, crate::record::Assistance>,
    adaptation: Words<'s, Adaptation>,
    weight: Option<&'s Column<'s>>,
    withdrawn: Words<'s, Withdrawal>,
    attempt: Option<&'s Column<'s>>,
    /// Reason and end of overrides.
    overrides: [Option<&'s Column<'s>>; 2],
    plain: Option<Plain<'s>>,
}

/// Scores without nulls, and instants if there are some.
struct Plain<'s> {
    scores: &'s [f64],
    observed: Option<(&'s [i64], &'s Valid<'s>)>,
}

impl<'s, 'f> Reader<'s, 'f> {
    pub(super) fn new(
        table: &'s EvidenceColumns<'s>,
        names: &'s Names<'f>,
        compiled: &'s Compiled,
        gates: &'s [Gate],
        as_of: Instant,
    ) -> Self {
        let column = |name| table.get(name);
        Self {
            table,
            compiled,
            gates,
            as_of,
            nodes: Nodes::new(table, names),
            score: column("score"),
            possible: column("possible"),
            level: column("level"),
            passed: column("passed"),
            absence: Words::new(column("absence"), &ABSENCES),
            instants: ["observed_at", "due_at", "assessed_at", "received_at"].map(column),
            purpose: Words::new(column("purpose"), &PURPOSES),
            role: Words::new(column("assessor.role"), &ROLES),
            kind: Words::new(column("kind"), &KINDS),
            assistance: Words::new(column("assistance"), &ASSISTANCES),
            adaptation: Words::new(column("adaptation"), &ADAPTATIONS),
            weight: column("weight"),
            withdrawn: Words::new(column("withdrawn"), &WITHDRAWALS),
            attempt: column("attempt").filter(|column| matches!(column, Column::Integer(..))),
            overrides: ["override.reason", "override.expires_at"].map(column),
            plain: plain(table),
        }
    }

    /// Adds the records of rows, whose numbers are counted from `row` on: what counts has its node, what is in order but does
    /// not count now has none, and what something is wrong with is [`BAD`].
    pub(super) fn read(&self, rows: Range<usize>, row: u32, records: &mut Vec<Record>) {
        if let (Nodes::Mapped(nodes), Some(plain)) = (&self.nodes, &self.plain) {
            return self.read_plain(nodes, plain, rows, row, records);
        }
        records.extend(
            (row..)
                .zip(rows)
                .map(|(row, at)| self.any(at, row).unwrap_or(Record { value: Value::ZERO, order: 0, row, node: BAD })),
        );
    }

    /// The short way through a table that has no more than learner, competency, score and when it was observed.
    fn read_plain(
        &self,
        nodes: &Mapped<'_>,
        plain: &Plain<'_>,
        rows: Range<usize>,
        row: u32,
        records: &mut Vec<Record>,
    ) {
        let (Some(keys), Some(scores)) = (nodes.keys(&rows), plain.scores.get(rows.clone())) else { return };
        let given = keys.iter().zip(scores);
        if let Some((micros, None)) = plain.observed {
            let micros = micros.get(rows).unwrap_or_default().iter().map(|micros| Some(*micros));
            return self.scores(nodes, row, given.zip(micros), records);
        }
        let observed = |at: usize| {
            let (micros, valid) = plain.observed?;
            micros.get(at).copied().filter(|_| is_valid(valid, at))
        };
        self.scores(nodes, row, given.zip(rows.map(observed)), records);
    }

    /// Adds the records of keys and scores, each with when it was observed.
    // a loop in a function of its own has the registers that it needs
    #[inline(never)]
    fn scores<'g>(
        &self,
        nodes: &Mapped<'_>,
        row: u32,
        given: impl Iterator<Item = ((&'g u32, &'g f64), Option<i64>)>,
        records: &mut Vec<Record>,
    ) {
        let (gates, as_of) = (self.gates, self.as_of.micros());
        let mut row = row;
        records.extend(given.map(|((key, score), observed)| {
            let mut record = Record { value: Value::ZERO, order: observed.unwrap_or(i64::MIN), row, node: BAD };
            row = row.wrapping_add(1);
            let node = nodes.node_of(*key);
            let (Some(value), Some(gate)) = (Value::nearest(*score), gates.get(node as usize)) else { return record };
            // a scale lies within the limits of scores
            let on_scale = value >= gate.min && value <= gate.max;
            let early = observed.is_some_and(|micros| micros < Instant::FIRST.micros());
            let late = observed.is_some_and(|micros| micros > as_of);
            if on_scale && !early && !(late && observed.and_then(Instant::in_range).is_none()) {
                record.value = value;
                record.node = if late || gate.ignores { NONE } else { node };
            }
            record
        }));
    }

    /// None for a bad row.
    fn any(&self, row: usize, number: u32) -> Option<Record> {
        let ignored = Record { value: Value::ZERO, order: 0, row: number, node: NONE };
        if self.withdrawn.get(row).ok()?.is_some() {
            return Some(ignored);
        }
        let node = self.nodes.node(row);
        if node == NONE {
            return None;
        }
        let [reason, end] = self.overrides;
        if reason.is_some_and(|reason| reason.text(row).is_some()) || end.is_some_and(|end| end.instant(row).is_some())
        {
            let item = super::rows::item(self.table, row);
            return match door(&item, Some(node), self.compiled) {
                Door::Ignored(_, findings) => findings.is_empty().then_some(ignored),
                Door::Value(_) | Door::Override(_) => Some(Record { node: RARE, ..ignored }),
            };
        }
        let set = self.compiled.set(node);
        let instant = |at: usize| match self.instants.get(at).copied().flatten().and_then(|column| column.instant(row))
        {
            None => Some(None),
            Some(instant) => instant.ok().map(Some),
        };
        let (observed, due, assessed, received) = (instant(0)?, instant(1)?, instant(2)?, instant(3)?);
        let (purpose, role) = (self.purpose.get(row).ok()?, self.role.get(row).ok()?);
        self.kind.get(row).ok()?;
        self.assistance.get(row).ok()?;
        let modified = self.adaptation.get(row).ok()? == Some(Adaptation::Modification);
        let weight = match self.weight.and_then(|column| column.number(row)) {
            None => Weight::ONE,
            Some(weight) => Weight::new(weight.ok()?).ok()?,
        };
        if let Some(attempt) = self.attempt.and_then(|column| column.integer(row)) {
            u32::try_from(attempt).ok()?;
        }
        let value = match self.door(row, set)? {
            Door::Value(value) | Door::Override(Some(value)) => value,
            Door::Override(None) => return None,
            Door::Ignored(_, findings) => return findings.is_empty().then_some(ignored),
        };
        let clock = observed.or(assessed).or(received);
        let occasion = Occasion { clock, purpose, role, weight };
        if occasion.unfit(&set.evidence, set.estimate, self.as_of).is_some()
            || self.gates.get(node as usize).is_some_and(|gate| gate.ignores)
        {
            return Some(ignored);
        }
        let order = match set.evidence.order_by {
            OrderBy::ObservedAt => clock,
            OrderBy::AssessedAt => assessed.or(clock),
            OrderBy::DueAt => due.or(clock),
        };
        // results that rest on a modified standard are marked, which is rare
        let node = if modified { RARE } else { node };
        Some(Record { value, order: order.map_or(i64::MIN, Instant::micros), row: number, node })
    }

    /// What the row says, on its node's scale; none if it says nothing readable.
    fn door(&self, row: usize, set: &crate::policy::RuleSet) -> Option<Door> {
        let number = |column: Option<&Column<'_>>| match column.and_then(|column| column.number(row)) {
            None => Some(None),
            Some(number) => {
                number.ok().filter(|value| (-SCORE_LIMIT.grid()..=SCORE_LIMIT.grid()).contains(&value.grid())).map(Some)
            }
        };
        let score = number(self.score)?;
        let possible = number(self.possible)?;
        let level = self.level.and_then(|column| column.text(row));
        let passed = self.passed.and_then(|column| column.bool(row));
        let absence = self.absence.get(row).ok()?;
        let given = [score.is_some(), level.is_some(), passed.is_some(), absence.is_some()];
        if given.iter().filter(|given| **given).count() > 1
            || (possible.is_some() && score.is_none())
            || possible.is_some_and(|possible| possible <= Value::ZERO)
        {
            return None;
        }
        let extra_credit = set.evidence.extra_credit;
        if let Some(score) = score {
            return Some(score_on(score, possible, &set.scale, extra_credit));
        }
        if let Some(level) = level {
            return set.scale.level(&level).map(|level| Door::Value(level.from));
        }
        let outcome = match (passed, absence) {
            (Some(passed), _) => Outcome::Passed(passed),
            (_, Some(absence)) => Outcome::Absence(absence),
            _ => Outcome::Nothing,
        };
        Some(value_on(&outcome, &set.scale, extra_credit))
    }
}

/// What the short way needs, if a table has nothing but learner, competency, score and when it was observed. The texts that
/// no rule looks at may be there, too.
fn plain<'s>(table: &'s EvidenceColumns<'s>) -> Option<Plain<'s>> {
    const SILENT: [&str; 11] = [
        "id",
        "learner",
        "competency",
        "criterion",
        "context",
        "artifact.uri",
        "artifact.sha256",
        "activity",
        "source.system",
        "source.id",
        "source.replaces",
    ];
    let mut plain = Plain { scores: &[], observed: None };
    for (name, column) in table.present() {
        match (name, column) {
            ("score", Column::Number(scores, None)) => plain.scores = scores,
            ("observed_at", Column::Instant(micros, valid)) => plain.observed = Some((micros, valid)),
            (name, _) if SILENT.contains(&name) => {}
            _ => return None,
        }
    }
    Some(plain)
}

/// A column of words from a list.
enum Words<'s, T: 'static> {
    Absent,
    Keys(&'s [u32], Vec<Option<T>>),
    Texts(&'s Column<'s>, &'static [(&'static str, T)]),
}

impl<'s, T: Copy> Words<'s, T> {
    fn new(column: Option<&'s Column<'s>>, known: &'static [(&'static str, T)]) -> Self {
        match column {
            None => Self::Absent,
            Some(Column::Dictionary { keys, values }) => {
                Self::Keys(keys, values.iter().map(|text| word(text, known)).collect())
            }
            Some(column) => Self::Texts(column, known),
        }
    }

    /// The word of a row.
    fn get(&self, row: usize) -> Result<Option<T>, Unknown> {
        let known = |word: Option<T>| word.map(Some).ok_or(Unknown);
        match self {
            Self::Absent => Ok(None),
            Self::Keys(keys, words) => {
                keys.get(row).and_then(|key| words.get(*key as usize)).map_or(Ok(None), |word| known(*word))
            }
            Self::Texts(column, list) => column.text(row).map_or(Ok(None), |text| known(word(&text, list))),
        }
    }
}

/// A word that is not on the list.
struct Unknown;

fn word<T: Copy>(text: &str, known: &[(&'static str, T)]) -> Option<T> {
    known.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice)
}
