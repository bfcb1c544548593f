//! Writing the native document, `lrm-framework/1`, as canonical JSON.

use super::Framework;
use super::model::{Association, AssociationType, Competency, Criterion, Extra, Rubric};
use super::read::{FORMAT, STRENGTHS};
use crate::json::read::word_of;
use crate::json::write::Writer;
use crate::value::Weight;

pub(super) fn framework(framework: &Framework) -> String {
    let mut w = Writer::new();
    w.open('{');
    w.key("format").text(FORMAT);
    w.optional("id", framework.id());
    w.optional("version", framework.version());
    w.optional("title", framework.title());
    w.optional("status", framework.status());
    w.list("competencies", &framework.competencies, competency);
    if !framework.associations.is_empty() {
        w.list("associations", &framework.associations, association);
    }
    if !framework.rubrics.is_empty() {
        w.list("rubrics", &framework.rubrics, rubric);
    }
    extra(&mut w, &framework.head.extra);
    w.close('}');
    w.finish()
}

pub(crate) fn extra(w: &mut Writer, extra: &Extra) {
    kept("extra", w, extra);
}

/// A field whose members were kept as they were.
pub(crate) fn kept(name: &str, w: &mut Writer, kept: &Extra) {
    let mut fields = kept.fields().peekable();
    if fields.peek().is_none() {
        return;
    }
    w.key(name).open('{');
    for (name, raw) in fields {
        w.key(name).raw(raw);
    }
    w.close('}');
}

fn weight(w: &mut Writer, weight: Weight) {
    if weight != Weight::ONE {
        w.key("weight").raw(&weight.value().to_string());
    }
}

fn competency(w: &mut Writer, competency: &Competency) {
    w.key("id").text(&competency.id);
    w.key("statement").text(&competency.statement);
    w.optional("code", competency.code.as_deref());
    w.optional("type", competency.kind.as_deref());
    w.texts("tags", &competency.tags);
    weight(w, competency.weight);
    extra(w, &competency.extra);
}

fn association(w: &mut Writer, edge: &Association) {
    w.key("type").text(edge.kind.as_str());
    w.key("from").text(&edge.from);
    w.key("to").text(&edge.to);
    weight(w, edge.weight);
    w.optional_raw("sequence", edge.sequence);
    if edge.kind == AssociationType::Precedes {
        w.key("strength").text(word_of(edge.strength, &STRENGTHS));
    }
    w.optional("level", edge.level.as_deref());
    extra(w, &edge.extra);
}

fn rubric(w: &mut Writer, rubric: &Rubric) {
    w.key("id").text(&rubric.id);
    w.optional("title", rubric.title.as_deref());
    w.list("criteria", &rubric.criteria, criterion);
    extra(w, &rubric.extra);
}

fn criterion(w: &mut Writer, criterion: &Criterion) {
    w.key("id").text(&criterion.id);
    w.optional("competency", criterion.competency.as_deref());
    weight(w, criterion.weight);
    w.optional("description", criterion.description.as_deref());
    if !criterion.levels.is_empty() {
        w.list("levels", &criterion.levels, |w, level| {
            w.optional("level", level.level.as_deref());
            w.optional_raw("score", level.score);
            w.optional("description", level.description.as_deref());
            extra(w, &level.extra);
        });
    }
    extra(w, &criterion.extra);
}
