//! Reading the native document, `lrm-framework/1`.

use serde_json::value::RawValue;

use super::model::{Association, AssociationType, Competency, Criterion, CriterionLevel, Extra, Rubric, Strength};
use super::{Framework, FrameworkBuilder, Head};
use crate::error::{Code, Error, Result, quote};
use crate::json::read::{Fields, Kind, Path, Sink, document, kind, members, text};
use crate::json::write::canonical;

pub(super) const FORMAT: &str = "lrm-framework/1";
pub(super) const STRENGTHS: [(&str, Strength); 2] = [("hard", Strength::Hard), ("soft", Strength::Soft)];

pub(super) fn framework(json: &[u8]) -> Result<Framework> {
    let sink = Sink::default();
    let built = read(document(json)?, &sink);
    let report = sink.into_report();
    match built {
        Some(framework) if report.is_empty() => Ok(framework),
        _ => Err(Error::from_findings(report.findings().to_vec())),
    }
}

/// The format of a stand-alone document; within another document it may be left out.
pub(crate) fn check_format(fields: &mut Fields<'_, '_>, sink: &Sink, format: &str) {
    if let Some(found) = fields.text("format")
        && found != format
    {
        let path = fields.path.key("format");
        sink.add(Code::UnsupportedFormat, &path, format!("the format is {}, expected `{format}`", quote(&found)));
    }
}

fn read(raw: &RawValue, sink: &Sink) -> Option<Framework> {
    let path = Path::ROOT;
    let mut fields = Fields::of(raw, &path, sink)?;
    check_format(&mut fields, sink, FORMAT);
    let head = Head {
        id: fields.string("id"),
        version: fields.string("version"),
        title: fields.string("title"),
        status: fields.string("status"),
        extra: extra(&mut fields, sink),
    };
    if !fields.has("competencies") {
        fields.missing("competencies");
    }
    let competencies = fields.list("competencies").unwrap_or_default();
    let competencies = each(competencies, &path.key("competencies"), |raw, path| competency(raw, path, sink));
    let associations = fields.list("associations").unwrap_or_default();
    let associations = each(associations, &path.key("associations"), |raw, path| association(raw, path, sink));
    let rubrics = fields.list("rubrics").unwrap_or_default();
    let rubrics = each(rubrics, &path.key("rubrics"), |raw, path| rubric(raw, path, sink));
    fields.finish();
    FrameworkBuilder { head, competencies, associations, rubrics, ..FrameworkBuilder::default() }.checked(sink)
}

/// Reads each element of a list with its place; elements that cannot be read leave findings.
fn each<T>(list: Vec<&RawValue>, path: &Path<'_>, read: impl Fn(&RawValue, &Path<'_>) -> Option<T>) -> Vec<T> {
    list.into_iter().enumerate().filter_map(|(at, raw)| read(raw, &path.index(at))).collect()
}

/// The `extra` object: whatever stands in it is kept.
pub(crate) fn extra(fields: &mut Fields<'_, '_>, sink: &Sink) -> Extra {
    kept("extra", fields, sink)
}

/// The members of a field, kept as they are.
pub(crate) fn kept(name: &str, fields: &mut Fields<'_, '_>, sink: &Sink) -> Extra {
    let path = fields.path.key(name);
    let kept = fields.read(name, |raw| match kind(raw) {
        Kind::Object => members(raw, &path),
        _ => Err(Error::new(Code::InvalidValue, "", "expected an object")),
    });
    let kept = kept.unwrap_or_default().into_iter().filter_map(|(key, raw)| {
        let raw = sink.ok(canonical(raw, &path.key(&key)), &path)?;
        Some((key.into_owned(), raw))
    });
    Extra::of(kept.collect())
}

fn competency(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Competency> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.required_string("id");
    let statement = fields.required_string("statement");
    let read = Competency {
        id: String::new(),
        statement: String::new(),
        code: fields.string("code"),
        kind: fields.string("type"),
        tags: fields.texts("tags").unwrap_or_default(),
        weight: fields.weight("weight").unwrap_or_default(),
        extra: extra(&mut fields, sink),
    };
    fields.finish();
    Some(Competency { id: id?, statement: statement?, ..read })
}

fn association(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Association> {
    let mut fields = Fields::of(raw, path, sink)?;
    let known = |raw| {
        let word = text(raw)?;
        AssociationType::parse(&word).ok_or_else(|| {
            let words: Vec<&str> = AssociationType::WORDS.iter().map(|(word, _, _)| *word).collect();
            let known = words.join(", ");
            Error::new(Code::InvalidValue, "", format!("{} is not one of {known}, ext:…", quote(&word)))
        })
    };
    let kind = fields.required("type").and_then(|raw| sink.ok(known(raw), &path.key("type")));
    let from = fields.required_string("from");
    let to = fields.required_string("to");
    let weight = fields.weight("weight").unwrap_or_default();
    let sequence = fields.read("sequence", |raw| {
        raw.get().parse().map_err(|_| Error::new(Code::InvalidValue, "", "expected a whole number"))
    });
    let strength = fields.word("strength", &STRENGTHS);
    let level = fields.string("level");
    let extra = extra(&mut fields, sink);
    if kind.as_ref().is_some_and(|kind| *kind != AssociationType::Precedes) {
        // the builder looks at the level, which it can see
        if strength.is_some() {
            sink.add(Code::InvalidValue, &path.key("strength"), "only `precedes` has a strength");
        }
    }
    fields.finish();
    Some(Association {
        kind: kind?,
        from: from?,
        to: to?,
        weight,
        sequence,
        strength: strength.unwrap_or_default(),
        level,
        extra,
    })
}

fn rubric(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Rubric> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.required_string("id");
    let title = fields.string("title");
    let list = fields.list("criteria").unwrap_or_default();
    let criteria = each(list, &path.key("criteria"), |raw, path| criterion(raw, path, sink));
    let extra = extra(&mut fields, sink);
    fields.finish();
    Some(Rubric { id: id?, title, criteria, extra })
}

fn criterion(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Criterion> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.required_string("id");
    let competency = fields.string("competency");
    let weight = fields.weight("weight").unwrap_or_default();
    let description = fields.string("description");
    let list = fields.list("levels").unwrap_or_default();
    let levels = each(list, &path.key("levels"), |raw, path| {
        let mut fields = Fields::of(raw, path, sink)?;
        let level = CriterionLevel {
            level: fields.string("level"),
            score: fields.value("score"),
            description: fields.string("description"),
            extra: extra(&mut fields, sink),
        };
        fields.finish();
        Some(level)
    });
    let extra = extra(&mut fields, sink);
    fields.finish();
    Some(Criterion { id: id?, competency, weight, description, levels, extra })
}
