//! From a row to an item of evidence.

use super::input::EvidenceColumns;
use crate::error::{Code, Error, Finding, Result, quote};
use crate::instant::Instant;
use crate::record::{
    ABSENCES, ASSISTANCES, Artifact, Assessor, Attempt, Evidence, Item, KINDS, Outcome, PURPOSES, ROLES, Source,
};
use crate::value::{Value, Weight};

/// Reads one row; what is wrong with it stays with the item.
pub(super) fn item(columns: &EvidenceColumns<'_>, row: usize) -> Item {
    let mut cells = Cells { columns, row, problems: Vec::new() };
    let evidence = cells.evidence();
    let mut problems = evidence.problems();
    problems.append(&mut cells.problems);
    Item { evidence, problems, given: None }
}

struct Cells<'c, 'a> {
    columns: &'c EvidenceColumns<'a>,
    row: usize,
    problems: Vec<Finding>,
}

impl Cells<'_, '_> {
    fn evidence(&mut self) -> Evidence {
        let competency = self.text("competency").unwrap_or_else(|| {
            self.problems.push(Finding::new(Code::MissingField, "/competency", "the row names no competency"));
            String::new()
        });
        let outcome = self.outcome();
        let assessor = Assessor { id: self.text("assessor.id"), role: self.word("assessor.role", &ROLES) };
        let artifact = Artifact {
            uri: self.text("artifact.uri"),
            sha256: self.text("artifact.sha256"),
            media_type: self.text("artifact.media_type"),
        };
        let source = Source { system: self.text("source.system"), id: self.text("source.id") };
        let weight = self.number("weight");
        Evidence {
            id: self.text("id"),
            observed_at: self.instant("observed_at"),
            due_at: self.instant("due_at"),
            assessed_at: self.instant("assessed_at"),
            received_at: self.instant("received_at"),
            kind: self.word("kind", &KINDS),
            purpose: self.word("purpose", &PURPOSES),
            assessor: (assessor != Assessor::default()).then_some(assessor),
            criterion: self.text("criterion"),
            context: self.text("context"),
            transfer: self.bool("transfer"),
            assistance: self.word("assistance", &ASSISTANCES),
            artifact: (artifact != Artifact::default()).then_some(artifact),
            activity: self.text("activity"),
            attempt: self.text("attempt").map(|text| text.parse().map_or(Attempt::Name(text), Attempt::Number)),
            source: (source != Source::default()).then_some(source),
            weight: weight.and_then(|weight| self.ok("weight", Weight::new(weight))),
            ..Evidence::of(competency, outcome)
        }
    }

    fn outcome(&mut self) -> Outcome {
        let has_score = self.has("score");
        if self.has("possible") && !has_score {
            let message = "`possible` stands without a `score`";
            self.problems.push(Finding::new(Code::InvalidValue, "/possible", message));
        }
        let (score, possible) = (self.number("score"), self.number("possible"));
        let level = self.text("level");
        let passed = self.bool("passed");
        let absence = self.word("absence", &ABSENCES);
        let given = [has_score, level.is_some(), passed.is_some(), self.has("absence")];
        if given.iter().filter(|given| **given).count() > 1 {
            let message = "more than one of `score`, `level`, `passed`, `absence`";
            self.problems.push(Finding::new(Code::InvalidValue, "", message));
        }
        match (score, level, passed, absence) {
            (Some(score), ..) => Outcome::Score { score, possible },
            (_, Some(level), ..) => Outcome::Level(level),
            (_, _, Some(passed), _) => Outcome::Passed(passed),
            (.., Some(absence)) => Outcome::Absence(absence),
            _ => Outcome::Nothing,
        }
    }

    fn has(&self, name: &str) -> bool {
        let column = self.columns.get(name);
        column.is_some_and(|column| column.number(self.row).is_some() || column.text(self.row).is_some())
    }

    /// The value of a result; an error's findings stay with the row.
    fn ok<T>(&mut self, name: &str, result: Result<T>) -> Option<T> {
        result
            .map_err(|error| {
                for finding in error.findings() {
                    self.problems.push(Finding { path: format!("/{name}"), ..finding.clone() });
                }
            })
            .ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.columns.get(name)?.text(self.row).map(std::borrow::Cow::into_owned)
    }

    fn bool(&self, name: &str) -> Option<bool> {
        self.columns.get(name)?.bool(self.row)
    }

    fn number(&mut self, name: &str) -> Option<Value> {
        let number = self.columns.get(name)?.number(self.row)?;
        self.ok(name, number)
    }

    fn instant(&mut self, name: &str) -> Option<Instant> {
        let instant = self.columns.get(name)?.instant(self.row)?;
        self.ok(name, instant)
    }

    fn word<T: Copy>(&mut self, name: &str, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        self.ok(
            name,
            known.ok_or_else(|| {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                Error::new(Code::InvalidValue, "", format!("{} is not one of {}", quote(&text), known.join(", ")))
            }),
        )
    }
}
