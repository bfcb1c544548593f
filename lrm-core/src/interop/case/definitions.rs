//! `CFDefinitions`: kept as they are; what the standard requires and servers leave out is told.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::fields::{Object, list, plain, within};
use super::nodes::compared;
use crate::error::{Code, Finding, Result};
use crate::json::read::{Path, Sink};

/// The lists of definitions, and what each definition must say.
const LISTS: [(&str, &[&str]); 5] = [
    ("CFConcepts", &["identifier", "uri", "title", "hierarchyCode", "lastChangeDateTime"]),
    ("CFSubjects", &["identifier", "uri", "title", "hierarchyCode", "lastChangeDateTime"]),
    ("CFLicenses", &["identifier", "uri", "title", "licenseText", "lastChangeDateTime"]),
    (ITEM_TYPES, &["identifier", "uri", "title", "description", "hierarchyCode", "lastChangeDateTime"]),
    ("CFAssociationGroupings", &["identifier", "uri", "title"]),
];
const ITEM_TYPES: &str = "CFItemTypes";

/// The titles of the item types, by identifier.
#[derive(Debug, Default)]
pub(super) struct ItemTypes<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl ItemTypes<'_> {
    /// The title of the item type that a link names.
    pub(super) fn title(&self, link: &RawValue, path: &Path<'_>) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let id = Object::of(link, path).ok().flatten()?.peek("identifier").and_then(plain)?;
        self.0.get(&compared(id)).map(|title| title.as_ref().to_owned())
    }
}

/// Looks through the definitions.
///
/// # Errors
/// `invalid-json` if a key stands twice.
pub(super) fn read<'a>(raw: &'a RawValue, path: &Path<'_>, sink: &Sink) -> Result<ItemTypes<'a>> {
    let mut types = ItemTypes::default();
    let Some(mut object) = Object::of(raw, path)? else {
        sink.add(Code::InvalidValue, path, "expected an object; it was kept as it is");
        return Ok(types);
    };
    for (name, required) in LISTS {
        let Some((key, raw)) = object.take(name) else { continue };
        let path = path.key(&key);
        for (at, raw) in list(raw, &path, sink) {
            let path = within(&path, at);
            let Some(definition) = Object::of(raw, &path)? else {
                sink.add(Code::InvalidValue, &path, "expected a definition; it was kept as it is");
                continue;
            };
            let absent = required.iter().filter(|name| definition.peek(name).is_none());
            let absent: Vec<String> = absent.map(|name| (*name).to_owned()).collect();
            if !absent.is_empty() {
                let message = format!("the definition lacks {}; it was kept as it is", absent.join(", "));
                sink.push(Finding::new(Code::MissingField, path.to_string(), message).with_list("fields", absent));
            }
            let named = definition.peek("identifier").and_then(plain).zip(definition.peek("title").and_then(plain));
            if let Some((id, title)) = named.filter(|_| name == ITEM_TYPES) {
                types.0.insert(compared(id), title);
            }
        }
    }
    Ok(types)
}
