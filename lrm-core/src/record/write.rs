//! Writing records and items as canonical JSON.

use super::LearnerRecord;
use super::evidence::{
    Adaptation, AssessorRole, Assistance, Attempt, Evidence, EvidenceKind, Outcome, Purpose, Withdrawal,
};
use super::read::FORMAT;
use crate::framework::write_extra;
use crate::json::write::Writer;
use crate::value::Weight;

pub(super) fn record(record: &LearnerRecord) -> String {
    let mut w = Writer::new();
    w.open('{');
    w.key("format").text(FORMAT);
    w.optional("learner", record.learner());
    w.key("evidence").open('[');
    for item in record.items() {
        w.item().raw(&item.to_json());
    }
    w.close(']').close('}');
    w.finish()
}

pub(super) fn evidence(item: &Evidence) -> String {
    let mut w = Writer::new();
    w.open('{');
    w.optional("id", item.id.as_deref());
    w.optional("learner", item.learner.as_deref());
    w.key("competency").text(&item.competency);
    match &item.outcome {
        Outcome::Score { score, possible } => {
            w.key("score").raw(&score.to_string());
            w.optional_raw("possible", *possible);
        }
        Outcome::Level(level) => {
            w.optional("level", Some(level));
        }
        Outcome::Passed(passed) => {
            w.optional_raw("passed", Some(passed));
        }
        Outcome::Absence(absence) => {
            w.optional("absence", Some(absence.as_str()));
        }
        Outcome::Nothing => {}
    }
    for (name, at) in [
        ("observed_at", item.observed_at),
        ("due_at", item.due_at),
        ("assessed_at", item.assessed_at),
        ("received_at", item.received_at),
    ] {
        w.optional(name, at.map(|at| at.to_string()).as_deref());
    }
    w.optional("kind", item.kind.map(EvidenceKind::as_str));
    w.optional("purpose", item.purpose.map(Purpose::as_str));
    if let Some(assessor) = &item.assessor {
        w.key("assessor").open('{');
        w.optional("id", assessor.id.as_deref());
        w.optional("role", assessor.role.map(AssessorRole::as_str));
        w.close('}');
    }
    w.optional("criterion", item.criterion.as_deref());
    w.optional("context", item.context.as_deref());
    w.optional_raw("transfer", item.transfer);
    w.optional("assistance", item.assistance.map(Assistance::as_str));
    w.optional("adaptation", item.adaptation.map(Adaptation::as_str));
    if let Some(overriding) = &item.overriding {
        w.key("override").open('{');
        w.optional("reason", overriding.reason.as_deref());
        w.optional("expires_at", overriding.expires_at.map(|at| at.to_string()).as_deref());
        w.close('}');
    }
    if let Some(artifact) = &item.artifact {
        w.key("artifact").open('{');
        w.optional("uri", artifact.uri.as_deref());
        w.optional("sha256", artifact.sha256.as_deref());
        w.optional("media_type", artifact.media_type.as_deref());
        w.close('}');
    }
    w.optional("activity", item.activity.as_deref());
    match &item.attempt {
        Some(Attempt::Number(number)) => {
            w.optional_raw("attempt", Some(number));
        }
        Some(Attempt::Name(name)) => {
            w.optional("attempt", Some(name));
        }
        None => {}
    }
    if let Some(source) = &item.source {
        w.key("source").open('{');
        w.optional("system", source.system.as_deref());
        w.optional("id", source.id.as_deref());
        w.optional("replaces", source.replaces.as_deref());
        w.close('}');
    }
    w.optional_raw("weight", item.weight.map(Weight::value));
    w.optional("withdrawn", item.withdrawn.map(Withdrawal::as_str));
    write_extra(&mut w, &item.extra);
    w.close('}');
    w.finish()
}
