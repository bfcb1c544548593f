//! Writing a derivation as canonical JSON, `lrm-derivation/1`.

use super::Derivation;
use super::model::{Basis, DerivedItem, DerivedNode, IgnoredItem, Number, Rules, Step};
use crate::estimate::Note;
use crate::json::read::word_of;
use crate::json::write::Writer;
use crate::policy::{
    write_estimate, write_evidence, write_requirement, write_rollup, write_rounding, write_sufficiency,
};
use crate::value::Value;

pub(super) const FORMAT: &str = "lrm-derivation/1";

pub(super) fn derivation(derivation: &Derivation) -> String {
    let mut w = Writer::new();
    w.open('{');
    w.key("format").text(FORMAT);
    for (name, (id, version)) in [("framework", &derivation.framework), ("policy", &derivation.policy)] {
        w.key(name).open('{');
        w.optional("id", id.as_deref());
        w.optional("version", version.as_deref());
        w.close('}');
    }
    w.key("as_of").text(&derivation.as_of.to_string());
    w.list("nodes", &derivation.nodes, node);
    w.close('}');
    w.finish()
}

fn node(w: &mut Writer, node: &DerivedNode) {
    w.key("basis").text(word_of(node.basis, &Basis::WORDS));
    w.key("statement").text(&node.statement);
    node.result.write(w.key("result"));
    w.key("rules");
    rules(w, &node.rules);
    if let Some(overriding) = &node.overriding {
        w.key("override").open('{');
        w.key("evidence").raw(&overriding.evidence.to_json());
        w.optional_raw("value", overriding.value);
        w.close('}');
    }
    w.list("used", &node.used, item);
    w.list("ignored", &node.ignored, ignored);
    w.list("inputs", &node.inputs, |w, input| {
        w.key("competency").text(&input.competency);
        w.optional_raw("own", input.own.then_some(true));
        w.key("weight").raw(&input.weight.value().to_string());
    });
    w.list("steps", &node.steps, step);
    w.list("notes", &node.notes, note);
    w.list("missing", &node.missing, |w, (name, missing)| {
        w.key("requirement").text(name);
        w.key("missing").raw(&missing.to_string());
    });
    if let Some(next) = &node.next {
        w.key("next").open('{');
        w.key("level").text(&next.level);
        w.key("from").raw(&next.from.to_string());
        w.key("gap").raw(&next.gap.to_string());
        w.close('}');
    }
}

fn rules(w: &mut Writer, rules: &Rules) {
    w.open('{');
    rules.scale.write(w.key("scale"));
    write_evidence(w.key("evidence"), &rules.evidence);
    write_estimate(w.key("estimate"), rules.estimate);
    if let Some(rounding) = rules.rounding {
        write_rounding(w.key("rounding"), rounding);
    }
    write_sufficiency(w.key("sufficiency"), &rules.sufficiency);
    if let Some(rollup) = rules.rollup {
        let requirement = rules.requirement.as_ref().map(|tree| {
            let mut w = Writer::new();
            write_requirement(&mut w, tree);
            w.finish()
        });
        write_rollup(w.key("rollup"), rollup, requirement.as_deref());
    }
    w.key("set_by").open('{');
    for (section, rule) in &rules.set_by {
        w.key(section).text(rule);
    }
    w.close('}');
    if !rules.layers.is_empty() {
        w.key("layers").open('{');
        for (section, layers) in &rules.layers {
            w.all_texts(section, layers);
        }
        w.close('}');
    }
    w.close('}');
}

fn item(w: &mut Writer, item: &DerivedItem) {
    w.key("evidence").raw(&item.evidence.to_json());
    w.key("value").raw(&item.value.to_string());
    w.optional_raw("uncapped", item.uncapped);
}

fn ignored(w: &mut Writer, ignored: &IgnoredItem) {
    w.key("reason").text(ignored.reason.as_str());
    match &ignored.eligible {
        Some(eligible) => item(w, eligible),
        None => {
            w.key("evidence").raw(&ignored.json);
        }
    }
}

fn step(w: &mut Writer, step: &Step) {
    w.key("step").text(&step.id);
    for (name, number) in &step.numbers {
        w.key(name);
        match number {
            Number::One(value) => {
                w.raw(&value.to_string());
            }
            Number::Text(text) => {
                w.text(text);
            }
            Number::Many(values) => {
                w.open('[');
                for value in values {
                    w.item().raw(&Value::to_string(value));
                }
                w.close(']');
            }
        }
    }
}

fn note(w: &mut Writer, note: &Note) {
    w.key("note").text(note_id(note));
    if let Note::Clamped(raw) = note {
        w.key("raw").raw(&raw.to_string());
    }
}

/// The name of a note in documents and catalogues.
pub(super) fn note_id(note: &Note) -> &'static str {
    match note {
        Note::Clamped(_) => "clamped",
        Note::LogOfZero => "log_of_zero",
        Note::IndependenceRequired => "independence_required",
        Note::Overridden => "overridden",
        Note::NewerEvidence => "newer_evidence",
        Note::Capped => "capped",
        Note::ModifiedStandard => "modified_standard",
    }
}
