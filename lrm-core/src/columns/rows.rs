//! From a row to an item of evidence.

use super::column::Column;
use super::contract::EvidenceColumns;
use crate::error::{Code, Error, Finding, Result, quote};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::record::{
    ABSENCES, ADAPTATIONS, ASSISTANCES, Artifact, Assessor, Attempt, Evidence, Item, KINDS, Outcome, Override,
    PURPOSES, ROLES, Source, WITHDRAWALS, instant,
};
use crate::value::{Value, Weight, digits};

/// Reads one row; what is wrong with it stays with the item.
pub(super) fn item(columns: &EvidenceColumns<'_>, row: usize) -> Item {
    let mut cells = Cells { columns, row, problems: Vec::new() };
    let evidence = cells.evidence();
    let mut problems = evidence.problems();
    problems.append(&mut cells.problems);
    let given = (!problems.is_empty()).then(|| given(columns, row));
    Item { evidence, problems, given }
}

/// A row that cannot count, as the item that it would be in a record: what duplicates are compared by.
fn given(columns: &EvidenceColumns<'_>, row: usize) -> Box<str> {
    let mut w = Writer::new();
    w.open('{');
    let mut nested = "";
    // the contract has the order of the canonical item
    for name in EvidenceColumns::names().filter(|name| *name != "learner") {
        let Some(cell) = columns.get(name).and_then(|column| cell(name, column, row)) else { continue };
        let (object, key) = name.split_once('.').unwrap_or(("", name));
        if object != nested {
            if !nested.is_empty() {
                w.close('}');
            }
            if !object.is_empty() {
                w.key(object).open('{');
            }
            nested = object;
        }
        w.key(key).raw(&cell);
    }
    if !nested.is_empty() {
        w.close('}');
    }
    w.close('}');
    w.finish().into_boxed_str()
}

/// A cell as canonical JSON, as far as it can be read.
fn cell(name: &str, column: &Column<'_>, row: usize) -> Option<String> {
    let quoted = |text: &str| {
        let mut w = Writer::new();
        w.text(text);
        w.finish()
    };
    let text = || column.text(row);
    match column {
        Column::Bool(_) => column.bool(row).map(|bool| bool.to_string()),
        Column::Instant(..) => Some(match column.instant(row)? {
            Ok(at) => quoted(&at.to_string()),
            Err(_) => column.integer(row)?.to_string(),
        }),
        Column::Text(_) | Column::Dictionary { .. } if name.ends_with("_at") => Some(quoted(&instant(&text()?))),
        Column::Text(_) | Column::Dictionary { .. } | Column::Integer(..) if name == "attempt" => Some(
            text()?.parse::<u32>().map_or_else(|_| quoted(&text().unwrap_or_default()), |number| number.to_string()),
        ),
        Column::Text(_) | Column::Dictionary { .. } => Some(quoted(&text()?)),
        Column::Integer(..) if !EvidenceColumns::is_number(name) => Some(quoted(&text()?)),
        Column::Number(numbers, _) => Some(match column.number(row)? {
            Ok(value) => value.to_string(),
            Err(_) => quoted(&digits(*numbers.get(row)?)),
        }),
        Column::Integer(..) | Column::Decimal(_) => Some(match column.number(row)? {
            Ok(value) => value.to_string(),
            Err(_) => column.integer(row)?.to_string(),
        }),
    }
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
        let source = Source {
            system: self.text("source.system"),
            id: self.text("source.id"),
            replaces: self.text("source.replaces"),
        };
        let overriding =
            Override { reason: self.text("override.reason"), expires_at: self.instant("override.expires_at") };
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
            adaptation: self.word("adaptation", &ADAPTATIONS),
            overriding: (overriding != Override::default()).then(|| Box::new(overriding)),
            artifact: (artifact != Artifact::default()).then_some(artifact),
            activity: self.text("activity"),
            attempt: self.attempt(),
            source: (source != Source::default()).then_some(source),
            weight: weight.and_then(|weight| self.ok("weight", Weight::new(weight))),
            withdrawn: self.word("withdrawn", &WITHDRAWALS),
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

    fn attempt(&mut self) -> Option<Attempt> {
        let column = self.columns.get("attempt")?;
        let Some(number) = column.integer(self.row) else { return self.text("attempt").map(Attempt::Name) };
        let number = u32::try_from(number).map_err(|_| {
            Error::new(Code::ParameterOutOfRange, "", format!("{number} is not a whole number from 0 to {}", u32::MAX))
        });
        self.ok("attempt", number).map(Attempt::Number)
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
