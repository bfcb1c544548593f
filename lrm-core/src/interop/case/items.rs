//! `CFItems`: competencies, each identifier once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::definitions::ItemTypes;
use super::document::Document;
use super::fields::{At, Object, list, plain, tell, within};
use super::nodes::{Nodes, tail};
use crate::error::{Code, Result, quote};
use crate::framework::Competency;
use crate::json::read::{Path, Sink};
use crate::value::Weight;

/// The items as competencies; the number of an item is its place here.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    pub(super) competencies: Vec<Competency>,
    pub(super) facts: Vec<Facts<'a>>,
    /// What could not become a competency.
    pub(super) dropped: Vec<&'a RawValue>,
}

/// What other rooms need to know of an item.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// Its place in the file.
    pub(super) at: At,
    pub(super) uri: Option<&'a RawValue>,
    /// The publisher's numbering, such as `1.a`.
    pub(super) enumeration: Option<Cow<'a, str>>,
}

/// The items of a list, without what the document and the definitions say of them.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    first: Vec<(At, Object<'a>)>,
    /// Further descriptions of items, by number.
    again: BTreeMap<u32, Vec<Object<'a>>>,
    dropped: Vec<&'a RawValue>,
}

/// Finds the items and numbers their identifiers.
///
/// # Errors
/// `invalid-json` if a key stands twice.
pub(super) fn find<'a>(raw: &'a RawValue, path: &Path<'_>, nodes: &mut Nodes<'a>, sink: &Sink) -> Result<Found<'a>> {
    let mut found = Found::default();
    for (at, raw) in list(raw, path, sink) {
        let path = within(path, at);
        let Some(mut object) = Object::of(raw, &path)? else {
            sink.add(Code::InvalidValue, &path, "expected an item; it was left out");
            found.dropped.push(raw);
            continue;
        };
        let Some(id) = identifier(&mut object, &path, sink) else {
            sink.add(Code::MissingField, &path, "the item has neither `identifier` nor `uri`; it was left out");
            found.dropped.push(raw);
            continue;
        };
        let number = nodes.number(id);
        if (number as usize) < found.first.len() {
            let id = nodes.name(number);
            let message = format!("the item {} stands twice; later fields that are not null count", quote(id));
            tell(sink, Code::DuplicateId, &path, id, message);
            found.again.entry(number).or_default().push(object);
        } else {
            found.first.push((at, object));
        }
    }
    nodes.end_items();
    Ok(found)
}

/// Takes the identifier, from the URI if need be.
pub(super) fn identifier<'a>(object: &mut Object<'a>, path: &Path<'_>, sink: &Sink) -> Option<Cow<'a, str>> {
    object.text("identifier", path, sink).or_else(|| {
        let uri = object.peek("uri").and_then(plain).filter(|uri| !uri.is_empty())?;
        sink.add(Code::MissingField, path, "the field `identifier` is missing; it was taken from `uri`");
        Some(tail(uri))
    })
}

impl<'a> Found<'a> {
    /// Makes competencies of the items.
    ///
    /// # Errors
    /// `invalid-json` where a key stands twice or the nesting is too deep.
    pub(super) fn read(
        mut self,
        path: &Path<'_>,
        (nodes, document, types): (&Nodes<'a>, &mut Document<'a>, &ItemTypes<'a>),
        sink: &Sink,
    ) -> Result<Items<'a>> {
        let mut items = Items { dropped: self.dropped, ..Items::default() };
        for (number, (at, first)) in (0..).zip(self.first) {
            let path = within(path, at);
            let object = match self.again.remove(&number) {
                None => first,
                Some(again) => Object::merged([first].into_iter().chain(again).collect()),
            };
            let enumeration = object.peek("listEnumeration").and_then(plain);
            items.facts.push(Facts { at, uri: object.peek("uri"), enumeration });
            items.competencies.push(competency(object, nodes.name(number), &path, (document, types), sink)?);
        }
        Ok(items)
    }
}

fn competency<'a>(
    mut object: Object<'a>,
    id: &str,
    path: &Path<'_>,
    (document, types): (&mut Document<'a>, &ItemTypes<'a>),
    sink: &Sink,
) -> Result<Competency> {
    let statement = object.text("fullStatement", path, sink);
    let code = object.text("humanCodingScheme", path, sink).map(Cow::into_owned);
    let kind = object.text("CFItemType", path, sink);
    let kind = kind.map(Cow::into_owned).or_else(|| types.title(object.peek("CFItemTypeURI")?, path));
    let statement = statement.map_or_else(
        || {
            let instead = object.peek("abbreviatedStatement").and_then(plain).filter(|text| !text.is_empty());
            let instead = instead.map(Cow::into_owned).or_else(|| code.clone()).unwrap_or_default();
            let message = format!("the field `fullStatement` is missing; the statement is {}", quote(&instead));
            tell(sink, Code::MissingField, path, id, message);
            instead
        },
        Cow::into_owned,
    );
    document.drop_own(&mut object, path)?;
    Ok(Competency {
        id: id.to_owned(),
        statement,
        code,
        kind,
        tags: Vec::new(),
        weight: Weight::ONE,
        extra: object.rest(path)?,
    })
}
