//! Who is who: identifiers of items, of the document and of what lies outside, compared as CASE identifiers are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::fields::{Object, list, plain};
use crate::error::{Code, Result};
use crate::json::read::{Path, Sink};

/// What an identifier stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// An item of the package.
    Item,
    /// The document itself.
    Document,
    /// Something that the package only points at.
    Outside,
}

/// All identifiers met so far, numbered: first the items in their order, then the others.
#[derive(Debug, Default)]
pub(super) struct Nodes<'a> {
    numbers: BTreeMap<Cow<'a, str>, u32>,
    /// The identifiers as they were first written.
    names: Vec<Cow<'a, str>>,
    items: usize,
    documents: Vec<u32>,
}

impl<'a> Nodes<'a> {
    /// The number of an identifier, a new one if it was not met before.
    pub(super) fn number(&mut self, id: Cow<'a, str>) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(compared(id.clone())).or_insert(next);
        if number == next {
            self.names.push(id);
        }
        number
    }

    /// Says that all items have been met.
    pub(super) fn end_items(&mut self) {
        self.items = self.names.len();
    }

    /// Says that an identifier is the document's, unless it is an item's.
    pub(super) fn document(&mut self, id: Cow<'a, str>) {
        let number = self.number(id);
        self.documents.push(number);
    }

    pub(super) fn kind(&self, number: u32) -> Node {
        if (number as usize) < self.items {
            Node::Item
        } else if self.documents.contains(&number) {
            Node::Document
        } else {
            Node::Outside
        }
    }

    /// The number of an item; none for anything else.
    pub(super) fn item(&self, id: Cow<'a, str>) -> Option<u32> {
        let number = *self.numbers.get(&compared(id))?;
        (self.kind(number) == Node::Item).then_some(number)
    }

    /// The identifier as it was first written.
    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", AsRef::as_ref)
    }

    /// The place of each item in the byte order of their ids.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<usize> = (0..self.items).collect();
        order.sort_by_key(|item| self.names.get(*item));
        let mut ranks = vec![0; self.items];
        for (rank, item) in (0..).zip(order) {
            if let Some(slot) = ranks.get_mut(item) {
                *slot = rank;
            }
        }
        ranks
    }
}

/// True for 8-4-4-4-12 hexadecimal digits, whatever version or variant they claim.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The form in which identifiers are compared: UUIDs in lower case, all else as it is.
pub(super) fn compared(id: Cow<'_, str>) -> Cow<'_, str> {
    if id.bytes().any(|byte| byte.is_ascii_uppercase()) && is_uuid(&id) {
        Cow::Owned(id.to_ascii_lowercase())
    } else {
        id
    }
}

/// The identifier that a URI ends with, else the whole URI.
pub(super) fn tail(uri: Cow<'_, str>) -> Cow<'_, str> {
    match uri.rsplit(['/', ':', '#']).next() {
        Some(tail) if tail.len() < uri.len() && is_uuid(tail) => Cow::Owned(tail.to_owned()),
        _ => uri,
    }
}

/// A reference to something by its identifier.
#[derive(Debug)]
pub(super) struct Link<'a> {
    pub(super) id: Cow<'a, str>,
    uri: Option<&'a RawValue>,
    /// It has no members but those that can be made again from its target.
    plain: bool,
}

impl<'a> Link<'a> {
    /// Reads a link; none if it names nothing, with a finding.
    ///
    /// # Errors
    /// `invalid-json` if a key stands twice.
    pub(super) fn read(raw: &'a RawValue, path: &Path<'_>, sink: &Sink) -> Result<Option<Self>> {
        if let Some(text) = plain(raw) {
            sink.add(Code::InvalidValue, path, "expected an object with `identifier`; the text was taken for it");
            return Ok(Some(Self { id: tail(text), uri: None, plain: false }));
        }
        let links = list(raw, path, sink);
        if links.len() > 1 {
            sink.add(Code::InvalidValue, path, "expected one link, found several; the first was taken");
        }
        let Some(mut object) = links.first().map(|(_, raw)| Object::of(raw, path)).transpose()?.flatten() else {
            sink.add(Code::InvalidValue, path, "expected an object with `identifier`");
            return Ok(None);
        };
        let uri = object.peek("uri");
        let id = object.text("identifier", path, sink).or_else(|| {
            let uri = uri.and_then(plain).filter(|uri| !uri.is_empty())?;
            sink.add(Code::MissingField, path, "the link has no `identifier`; it was taken from its `uri`");
            Some(tail(uri))
        });
        let Some(id) = id else {
            sink.add(Code::MissingField, path, "the link has neither `identifier` nor `uri`");
            return Ok(None);
        };
        let plain = links.len() == 1 && object.names().all(|name| matches!(name, "title" | "uri"));
        Ok(Some(Self { id, uri, plain }))
    }

    /// True if the link says nothing beyond its target's identifier and URI. Titles of links are never data: servers
    /// write anything there.
    pub(super) fn says_only(&self, uri: Option<&RawValue>) -> bool {
        self.plain && self.uri.map(RawValue::get) == uri.map(RawValue::get)
    }
}
