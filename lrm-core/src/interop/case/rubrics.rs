//! `CFRubrics`: rubrics, their criteria and levels, in the order of their positions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::fields::{At, Object, list, tell, within};
use super::items::identifier;
use super::list_of;
use super::nodes::{Link, Nodes, compared};
use crate::error::{Code, Finding, Result, quote};
use crate::framework::{Criterion, CriterionLevel, Rubric};
use crate::json::read::{Path, Sink};
use crate::value::{Rounding, RoundingMode, Value, Weight};

/// Decimals of a weight.
const WEIGHT: Rounding = Rounding { digits: 6, mode: RoundingMode::HalfAwayFromZero };

/// The rubrics, and those that have no place in the framework.
///
/// # Errors
/// `invalid-json` where a key stands twice or the nesting is too deep.
pub(super) fn read<'a>(
    raw: &'a RawValue,
    path: &Path<'_>,
    nodes: &Nodes<'_>,
    sink: &Sink,
) -> Result<(Vec<Rubric>, Vec<&'a RawValue>)> {
    let named = named(raw, path, "rubric", sink)?;
    let mut rubrics = Vec::new();
    for (_, at, id, mut object) in named.kept {
        let path = within(path, at);
        let title = object.text("title", &path, sink).map(Cow::into_owned);
        let mut criteria = Vec::new();
        let mut dropped = Vec::new();
        if let Some((key, raw)) = object.take("CFRubricCriteria") {
            let path = path.key(&key);
            let rows = self::named(raw, &path, "criterion", sink)?;
            for (_, at, id, object) in rows.kept {
                criteria.push(criterion(id, object, &within(&path, at), nodes, sink)?);
            }
            dropped = rows.dropped;
        }
        let mut extra = object.rest(&path)?;
        if !dropped.is_empty() {
            extra.insert("dropped_criteria".to_owned(), super::fields::composed(list_of(&dropped), &path)?);
        }
        rubrics.push(Rubric { id: id.into_owned(), title, criteria, extra });
    }
    Ok((rubrics, named.dropped))
}

/// Things with identifiers of their own, each once, by position; those without position last.
struct Named<'a> {
    kept: Vec<(Option<Value>, At, Cow<'a, str>, Object<'a>)>,
    dropped: Vec<&'a RawValue>,
}

fn named<'a>(raw: &'a RawValue, path: &Path<'_>, what: &str, sink: &Sink) -> Result<Named<'a>> {
    let mut named = Named { kept: Vec::new(), dropped: Vec::new() };
    let mut seen = BTreeSet::new();
    for (at, raw) in list(raw, path, sink) {
        let path = within(path, at);
        let Some(mut object) = Object::of(raw, &path)? else {
            sink.add(Code::InvalidValue, &path, format!("expected a {what}; it was left out"));
            named.dropped.push(raw);
            continue;
        };
        let Some(id) = identifier(&mut object, &path, sink) else {
            let message = format!("the {what} has neither `identifier` nor `uri`; it was left out");
            sink.add(Code::MissingField, &path, message);
            named.dropped.push(raw);
            continue;
        };
        if seen.insert(compared(id.clone())) {
            let position = object.number("position", &path, sink, Ok);
            named.kept.push((position, at, id, object));
        } else {
            let message = format!("the {what} {} stands twice; the first one was kept", quote(&id));
            tell(sink, Code::DuplicateId, &path, &id, message);
            named.dropped.push(raw);
        }
    }
    named.kept.sort_by_key(|(position, ..)| (position.is_none(), *position));
    Ok(named)
}

fn criterion(
    id: Cow<'_, str>,
    mut object: Object<'_>,
    path: &Path<'_>,
    nodes: &Nodes<'_>,
    sink: &Sink,
) -> Result<Criterion> {
    let competency = competency(&object, path, nodes, sink)?;
    let weight = object.number("weight", path, sink, |number| {
        let rounded = number.rounded(WEIGHT)?;
        Ok((Weight::new(rounded)?, rounded == number))
    });
    match weight {
        Some((_, true)) => object.drop("weight"),
        Some((weight, false)) => {
            let message = format!("weights have at most six decimals; it was read as {}", weight.value());
            sink.add(Code::ParameterOutOfRange, &path.key("weight"), message);
        }
        None => {}
    }
    let description = object.text("description", path, sink).map(Cow::into_owned);
    let mut levels = Vec::new();
    if let Some((key, raw)) = object.take("CFRubricCriterionLevels") {
        let path = path.key(&key);
        for (at, raw) in list(raw, &path, sink) {
            let path = within(&path, at);
            let Some(object) = Object::of(raw, &path)? else {
                sink.add(Code::InvalidValue, &path, "expected a level; it was left out");
                continue;
            };
            let position = object.number("position", &path, sink, Ok);
            levels.push((position, level(object, &path, sink)?));
        }
    }
    levels.sort_by_key(|(position, _)| (position.is_none(), *position));
    Ok(Criterion {
        id: id.into_owned(),
        competency,
        weight: weight.map(|(weight, _)| weight).unwrap_or_default(),
        description,
        levels: levels.into_iter().map(|(_, level)| level).collect(),
        extra: object.rest(path)?,
    })
}

/// The competency that a criterion judges. The link itself stays among the extra fields.
fn competency(object: &Object<'_>, path: &Path<'_>, nodes: &Nodes<'_>, sink: &Sink) -> Result<Option<String>> {
    let Some(raw) = object.peek("CFItemURI") else { return Ok(None) };
    let path = path.key("CFItemURI");
    let link = Link::read(raw, &path, sink)?;
    let id = link.as_ref().and_then(|link| nodes.item(link.id.clone())).map(|item| nodes.name(item).to_owned());
    if let (None, Some(link)) = (&id, &link) {
        let message = format!("{} is not an item of the package; the criterion names no competency", quote(&link.id));
        sink.push(Finding::new(Code::DanglingReference, path.to_string(), message).with("id", link.id.as_ref()));
    }
    Ok(id)
}

fn level(mut object: Object<'_>, path: &Path<'_>, sink: &Sink) -> Result<CriterionLevel> {
    let score = object.number("score", path, sink, Ok);
    if score.is_some() {
        object.drop("score");
    }
    Ok(CriterionLevel {
        level: object.text("quality", path, sink).map(Cow::into_owned),
        score,
        description: object.text("description", path, sink).map(Cow::into_owned),
        extra: object.rest(path)?,
    })
}
