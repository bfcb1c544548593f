//! Reading a derivation.

use serde_json::value::RawValue;

use super::Derivation;
use super::model::{
    Basis, DerivedInput, DerivedItem, DerivedNode, DerivedOverride, IgnoredItem, NextLevel, Number, Rules, Step,
};
use super::write::FORMAT;
use crate::engine::{Mastery, Reason, Status};
use crate::error::{Code, Error, Result};
use crate::estimate::Note;
use crate::framework::check_format;
use crate::instant::Instant;
use crate::json::read::{Fields, Kind, Path, Sink, document, elements, kind, text, value, whole, word};
use crate::policy::{FULL, read_estimate, read_evidence, read_rollup, read_rounding, read_sufficiency};
use crate::record::{Evidence, Item};
use crate::scale::Scale;
use crate::value::{Value, Weight};

pub(super) fn derivation(json: &[u8]) -> Result<Derivation> {
    let sink = Sink::default();
    let read = read(document(json)?, &sink);
    let report = sink.into_report();
    match read {
        Some(derivation) if report.is_empty() => Ok(derivation),
        _ => Err(Error::from_findings(report.findings().to_vec())),
    }
}

fn read(raw: &RawValue, sink: &Sink) -> Option<Derivation> {
    let path = Path::ROOT;
    let mut fields = Fields::of(raw, &path, sink)?;
    check_format(&mut fields, sink, FORMAT);
    let mut named = |name: &str| {
        let raw = fields.raw(name)?;
        let path = path.key(name);
        let mut fields = Fields::of(raw, &path, sink)?;
        let named = (fields.string("id"), fields.string("version"));
        fields.finish();
        Some(named)
    };
    let (framework, policy) = (named("framework").unwrap_or_default(), named("policy").unwrap_or_default());
    let as_of = needed(&mut fields, "as_of", sink, |raw| Instant::parse(&text(raw)?));
    let nodes_path = path.key("nodes");
    let list = fields.list("nodes").unwrap_or_default();
    let nodes: Vec<DerivedNode> =
        list.iter().enumerate().filter_map(|(at, raw)| node(raw, &nodes_path.index(at), sink)).collect();
    if nodes.is_empty() {
        sink.add(Code::MissingField, &nodes_path, "expected at least one node");
    }
    fields.finish();
    Some(Derivation { framework, policy, as_of: as_of?, nodes })
}

fn needed<'a, T>(
    fields: &mut Fields<'a, '_>,
    name: &str,
    sink: &Sink,
    parse: impl FnOnce(&'a RawValue) -> Result<T>,
) -> Option<T> {
    let raw = fields.required(name)?;
    sink.ok(parse(raw), &fields.path.key(name))
}

/// Reads each object of a list.
fn each<T>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    sink: &Sink,
    read: impl Fn(&mut Fields<'_, '_>) -> Option<T>,
) -> Vec<T> {
    let list = fields.list(name).unwrap_or_default();
    let path = fields.path.key(name);
    let read = list.into_iter().enumerate().filter_map(|(at, raw)| {
        let path = path.index(at);
        let mut fields = Fields::of(raw, &path, sink)?;
        let read = read(&mut fields);
        fields.finish();
        read
    });
    read.collect()
}

fn node(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<DerivedNode> {
    let mut fields = Fields::of(raw, path, sink)?;
    let basis = needed(&mut fields, "basis", sink, |raw| word(raw, &Basis::WORDS));
    let statement = fields.string("statement").unwrap_or_default();
    let result = fields.required("result").and_then(|raw| mastery(raw, &path.key("result"), sink));
    let rules = fields.required("rules").and_then(|raw| rules(raw, &path.key("rules"), sink));
    let overriding = fields.raw("override").and_then(|raw| {
        let path = path.key("override");
        let mut fields = Fields::of(raw, &path, sink)?;
        let evidence = needed(&mut fields, "evidence", sink, |raw| Evidence::from_json(raw.get()));
        let value = fields.value("value");
        fields.finish();
        Some(Box::new(DerivedOverride { evidence: evidence?, value }))
    });
    let used = each(&mut fields, "used", sink, |fields| item(fields, sink));
    let ignored = each(&mut fields, "ignored", sink, |fields| ignored(fields, sink));
    let inputs = each(&mut fields, "inputs", sink, |fields| {
        let competency = fields.required_string("competency");
        let own = fields.bool("own").unwrap_or_default();
        let weight = needed(fields, "weight", sink, |raw| value(raw).and_then(Weight::new));
        Some(DerivedInput { competency: competency?, own, weight: weight? })
    });
    let steps = each(&mut fields, "steps", sink, |fields| step(fields, sink));
    let notes = each(&mut fields, "notes", sink, |fields| {
        let known = [
            ("clamped", Note::Clamped(Value::ZERO)),
            ("log_of_zero", Note::LogOfZero),
            ("independence_required", Note::IndependenceRequired),
            ("overridden", Note::Overridden),
            ("newer_evidence", Note::NewerEvidence),
            ("capped", Note::Capped),
            ("modified_standard", Note::ModifiedStandard),
        ];
        match needed(fields, "note", sink, |raw| word(raw, &known))? {
            Note::Clamped(_) => needed(fields, "raw", sink, value).map(Note::Clamped),
            note => Some(note),
        }
    });
    let missing = each(&mut fields, "missing", sink, |fields| {
        let name = fields.required_string("requirement");
        let missing = needed(fields, "missing", sink, |raw| whole(raw, 0, u32::MAX));
        Some((name?, missing?))
    });
    let next = fields.raw("next").and_then(|raw| {
        let path = path.key("next");
        let mut fields = Fields::of(raw, &path, sink)?;
        let level = fields.required_string("level");
        let from = needed(&mut fields, "from", sink, value);
        let gap = needed(&mut fields, "gap", sink, value);
        fields.finish();
        Some(NextLevel { level: level?, from: from?, gap: gap? })
    });
    fields.finish();
    Some(DerivedNode {
        basis: basis?,
        statement,
        result: result?,
        rules: rules?,
        overriding,
        used,
        ignored,
        inputs,
        steps,
        notes,
        missing,
        next,
    })
}

fn mastery(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Mastery> {
    let mut fields = Fields::of(raw, path, sink)?;
    let competency = fields.required_string("competency");
    let statuses = Status::ALL.map(|status| (status.as_str(), status));
    let status = needed(&mut fields, "status", sink, |raw| word(raw, &statuses));
    let evidence = needed(&mut fields, "evidence", sink, |raw| whole(raw, 0, u32::MAX));
    let coverage = needed(&mut fields, "coverage", sink, |raw| match elements(raw).as_slice() {
        [valued, covered] => Ok((whole(valued, 0, u32::MAX)?, whole(covered, 0, u32::MAX)?)),
        _ => Err(Error::new(Code::InvalidValue, "", "expected two whole numbers")),
    });
    let mastery = Mastery {
        competency: competency?,
        value: fields.value("value"),
        level: fields.string("level"),
        status: status?,
        evidence: evidence?,
        newest: fields.instant("newest"),
        coverage: coverage?,
        modified: fields.bool("modified").unwrap_or_default(),
    };
    // `value` and `level` are null where there is none, which leaves nothing behind
    fields.finish();
    Some(mastery)
}

fn rules(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Rules> {
    let mut fields = Fields::of(raw, path, sink)?;
    let scale = fields.required("scale").and_then(|raw| Scale::read(raw, &path.key("scale"), sink));
    let evidence = fields.required("evidence").and_then(|raw| read_evidence(raw, &path.key("evidence"), sink));
    let estimate = fields.required("estimate").and_then(|raw| read_estimate(raw, &path.key("estimate"), sink));
    let rounding = fields.raw("rounding").and_then(|raw| read_rounding(raw, &path.key("rounding"), sink));
    let sufficiency = fields.required("sufficiency");
    let sufficiency = sufficiency.and_then(|raw| read_sufficiency(raw, &path.key("sufficiency"), sink));
    let rollup = fields.raw("rollup").and_then(|raw| read_rollup(raw, &path.key("rollup"), sink, Some(&FULL)));
    let (rollup, requirement) =
        rollup.map_or((None, None), |(rollup, tree)| (Some(rollup), tree.and_then(|one| one.tree)));
    let set_by = fields.raw("set_by").and_then(|raw| {
        let path = path.key("set_by");
        let mut fields = Fields::of(raw, &path, sink)?;
        let read = |section| Some((section, fields.string(section)?));
        let read = Rules::SECTIONS.into_iter().filter_map(read).collect();
        fields.finish();
        Some(read)
    });
    let layers = fields.raw("layers").and_then(|raw| {
        let path = path.key("layers");
        let mut fields = Fields::of(raw, &path, sink)?;
        let read = |section| Some((section, fields.texts(section)?));
        let read = Rules::SECTIONS.into_iter().filter_map(read).collect();
        fields.finish();
        Some(read)
    });
    fields.finish();
    Some(Rules {
        scale: scale?,
        evidence: evidence?,
        estimate: estimate?,
        rounding,
        sufficiency: sufficiency?,
        rollup,
        requirement,
        set_by: set_by.unwrap_or_default(),
        layers: layers.unwrap_or_default(),
    })
}

fn item(fields: &mut Fields<'_, '_>, sink: &Sink) -> Option<DerivedItem> {
    let evidence = needed(fields, "evidence", sink, |raw| Evidence::from_json(raw.get()));
    let value = needed(fields, "value", sink, value);
    let uncapped = fields.value("uncapped");
    Some(DerivedItem { evidence: evidence?, value: value?, uncapped })
}

fn ignored(fields: &mut Fields<'_, '_>, sink: &Sink) -> Option<IgnoredItem> {
    let reason = needed(fields, "reason", sink, |raw| word(raw, &Reason::WORDS))?;
    // of what is eligible the value is told
    if fields.has("value") {
        let eligible = item(fields, sink)?;
        return Some(IgnoredItem { reason, json: eligible.evidence.to_json(), eligible: Some(eligible) });
    }
    let path = fields.path;
    let raw = fields.required("evidence")?;
    // it may be one that cannot be read
    let kept: Item = sink.ok(crate::record::item(raw.get().as_bytes()), path)?;
    Some(IgnoredItem { reason, json: kept.to_json(), eligible: None })
}

fn step(fields: &mut Fields<'_, '_>, sink: &Sink) -> Option<Step> {
    let id = fields.required_string("step")?;
    let path = *fields.path;
    let asks = id.starts_with("requirement.");
    let numbers = fields.take_rest().into_iter().filter_map(|(name, raw)| {
        let path = path.key(&name);
        let number = match kind(raw) {
            Kind::List => {
                let values = elements(raw).into_iter().map(|raw| sink.ok(value(raw), &path));
                Number::Many(values.collect::<Option<Vec<_>>>()?)
            }
            // only requirements say something besides numbers
            Kind::Text(text) if asks => Number::Text(text.into_owned()),
            _ => Number::One(sink.ok(value(raw), &path)?),
        };
        Some((name.into_owned(), number))
    });
    Some(Step::new(id, numbers.collect()))
}
