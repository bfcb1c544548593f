//! Reading records and items; what is wrong with an item stays with the item.

use serde_json::value::RawValue;

use super::evidence::{
    ABSENCES, ADAPTATIONS, ASSISTANCES, Artifact, Assessor, Attempt, Evidence, KINDS, Outcome, Override, PURPOSES,
    ROLES, Source, WITHDRAWALS,
};
use super::{Item, LearnerRecord};
use crate::error::{Code, Error, Finding, Result, quote};
use crate::framework::{check_format, extra};
use crate::json::read::{Fields, Kind, Path, Sink, document, elements, kind, whole};
use crate::json::write::canonical;
use crate::limits::ITEMS;

pub(super) const FORMAT: &str = "lrm-record/1";

pub(super) fn record(json: &[u8]) -> Result<LearnerRecord> {
    let (learner, list) = of_one_learner(json, FORMAT, "evidence")?;
    of_items(learner.as_deref(), items(&list))
}

/// What a document about one learner lists, and the learner if it names one; also a bare list.
pub(crate) fn of_one_learner<'a>(
    json: &'a [u8],
    format: &str,
    name: &str,
) -> Result<(Option<String>, Vec<&'a RawValue>)> {
    let raw = document(json)?;
    if let Kind::List = kind(raw) {
        return Ok((None, elements(raw)));
    }
    let sink = Sink::default();
    let path = Path::ROOT;
    let mut parts = (None, None);
    if let Some(mut fields) = Fields::of(raw, &path, &sink) {
        check_format(&mut fields, &sink, format);
        if !fields.has(name) {
            fields.missing(name);
        }
        parts = (fields.string("learner"), fields.list(name));
        fields.finish();
    }
    sink.into_report().into_result()?;
    Ok((parts.0, parts.1.unwrap_or_default()))
}

pub(super) fn evidence(json: &[u8]) -> Result<Evidence> {
    let item = item(document(json)?);
    if item.problems.is_empty() { Ok(item.evidence) } else { Err(Error::from_findings(item.problems)) }
}

fn items(list: &[&RawValue]) -> Vec<Item> {
    list.iter().map(|raw| item(raw)).collect()
}

/// A record of these items.
pub(super) fn of_items(named: Option<&str>, items: Vec<Item>) -> Result<LearnerRecord> {
    if items.len() > ITEMS {
        return Err(Error::new(Code::LimitExceeded, "/evidence", format!("more than {ITEMS} items")));
    }
    Ok(LearnerRecord { learner: one_learner(named, &items)?, items })
}

/// A record is about one learner: the one it names, or the one that its items name.
pub(crate) fn one_learner(named: Option<&str>, items: &[Item]) -> Result<Option<String>> {
    let mut learners: Vec<&str> =
        items.iter().filter_map(|item| item.evidence.learner.as_deref()).chain(named).collect();
    crate::sorting::sort(&mut learners);
    learners.dedup();
    if let [first, second, ..] = learners.as_slice() {
        let message = format!("a record is about one learner, this one names {} and {}", quote(first), quote(second));
        let finding = Finding::new(Code::InvalidValue, "/evidence", message);
        let some = learners.iter().take(10).map(|id| crate::error::clip(id)).collect();
        return Err(finding.with_list("learners", some).into());
    }
    Ok(learners.first().map(|learner| (*learner).to_owned()))
}

/// One item, as far as it can be read; places in its findings are relative to the item.
pub(crate) fn item(raw: &RawValue) -> Item {
    let sink = Sink::default();
    let evidence = Fields::of(raw, &Path::ROOT, &sink).map(|fields| fields_of(fields, &sink)).unwrap_or_default();
    let mut problems = evidence.problems();
    let report = sink.into_report();
    // what could not be read is not missing
    let unread = |path: &str| report.findings().iter().any(|one| !one.path.is_empty() && path.starts_with(&one.path));
    problems.retain(|problem| problem.code != Code::MissingField || !unread(&problem.path));
    problems.extend(report.findings().iter().cloned());
    let given = (!problems.is_empty()).then(|| super::given::content(raw));
    Item { evidence, problems, given }
}

fn fields_of(mut fields: Fields<'_, '_>, sink: &Sink) -> Evidence {
    let id = fields.string("id");
    let learner = fields.string("learner");
    let competency = fields.required_string("competency").unwrap_or_default();
    let outcome = outcome(&mut fields, sink);
    let mut evidence = Evidence {
        id,
        learner,
        competency,
        outcome,
        observed_at: fields.instant("observed_at"),
        due_at: fields.instant("due_at"),
        assessed_at: fields.instant("assessed_at"),
        received_at: fields.instant("received_at"),
        kind: fields.word("kind", &KINDS),
        purpose: fields.word("purpose", &PURPOSES),
        assessor: None,
        criterion: fields.string("criterion"),
        context: fields.string("context"),
        transfer: fields.bool("transfer"),
        assistance: fields.word("assistance", &ASSISTANCES),
        adaptation: fields.word("adaptation", &ADAPTATIONS),
        overriding: None,
        artifact: None,
        activity: fields.string("activity"),
        attempt: fields.read("attempt", |raw| match kind(raw) {
            Kind::Text(name) => Ok(Attempt::Name(name.into_owned())),
            _ => whole(raw, 0, u32::MAX).map(Attempt::Number),
        }),
        source: None,
        weight: fields.weight("weight"),
        withdrawn: fields.word("withdrawn", &WITHDRAWALS),
        extra: extra(&mut fields, sink),
    };
    let mut kept = Vec::new();
    evidence.assessor = nested(&mut fields, "assessor", sink, &mut kept, |fields| Assessor {
        id: fields.string("id"),
        role: fields.word("role", &ROLES),
    });
    evidence.overriding = nested(&mut fields, "override", sink, &mut kept, |fields| {
        Box::new(Override { reason: fields.string("reason"), expires_at: fields.instant("expires_at") })
    });
    evidence.artifact = nested(&mut fields, "artifact", sink, &mut kept, |fields| Artifact {
        uri: fields.string("uri"),
        sha256: fields.string("sha256"),
        media_type: fields.string("media_type"),
    });
    evidence.source = nested(&mut fields, "source", sink, &mut kept, |fields| Source {
        system: fields.string("system"),
        id: fields.string("id"),
        replaces: fields.string("replaces"),
    });
    kept.extend(fields.rest().into_iter().map(|(key, raw)| (key.into_owned(), raw)));
    let canonical = |(key, raw): (String, &RawValue)| {
        let path = Path::ROOT.key(&key);
        let raw = sink.ok(canonical(raw, &path), &path)?;
        Some((key, raw))
    };
    for key in evidence.extra.merge(kept.into_iter().filter_map(canonical).collect()) {
        let message = format!("the field {} stands beside the format and in `extra`", quote(&key));
        sink.add(Code::InvalidValue, &Path::ROOT.key(&key), message);
    }
    evidence
}

/// A nested object; its unknown fields are kept under `name.field`.
fn nested<'a, T>(
    fields: &mut Fields<'a, '_>,
    name: &str,
    sink: &Sink,
    kept: &mut Vec<(String, &'a RawValue)>,
    read: impl FnOnce(&mut Fields<'a, '_>) -> T,
) -> Option<T> {
    let raw = fields.raw(name)?;
    let path = fields.path.key(name);
    let mut inner = Fields::of(raw, &path, sink)?;
    let nested = read(&mut inner);
    kept.extend(inner.rest().into_iter().map(|(key, raw)| (format!("{name}.{key}"), raw)));
    Some(nested)
}

fn outcome(fields: &mut Fields<'_, '_>, sink: &Sink) -> Outcome {
    let given = ["score", "level", "passed", "absence"].map(|name| fields.has(name));
    let stray = fields.has("possible") && !fields.has("score");
    let score = fields.value("score");
    let possible = fields.value("possible");
    let level = fields.string("level");
    let passed = fields.bool("passed");
    let absence = fields.word("absence", &ABSENCES);
    if given.iter().filter(|given| **given).count() > 1 {
        let message = "more than one of `score`, `level`, `passed`, `absence`";
        sink.add(Code::InvalidValue, fields.path, message);
    }
    if stray {
        sink.add(Code::InvalidValue, &fields.path.key("possible"), "`possible` stands without a `score`");
    }
    match (score, level, passed, absence) {
        (Some(score), ..) => Outcome::Score { score, possible },
        (_, Some(level), ..) => Outcome::Level(level),
        (_, _, Some(passed), _) => Outcome::Passed(passed),
        (.., Some(absence)) => Outcome::Absence(absence),
        _ => Outcome::Nothing,
    }
}
