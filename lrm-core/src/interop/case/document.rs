//! `CFDocument`: what the framework says of itself.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::fields::{Object, composed, plain};
use super::nodes::{Nodes, compared};
use crate::error::{Code, Result, quote};
use crate::framework::Head;
use crate::json::read::{Path, Sink};
use crate::json::write::Writer;

/// The document of a package.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    head: Head,
    id: Option<Cow<'a, str>>,
    /// The identifier of the package, which some publishers choose differently.
    package: Option<Cow<'a, str>>,
    /// The last `CFDocumentURI` that named this document.
    own: Option<&'a str>,
}

impl<'a> Document<'a> {
    /// Reads the document; without one the framework has no name.
    ///
    /// # Errors
    /// `invalid-json` where a key stands twice or the nesting is too deep.
    pub(super) fn read(mut object: Object<'a>, path: &Path<'_>, sink: &Sink) -> Result<Self> {
        let id = super::items::identifier(&mut object, path, sink);
        if id.is_none() {
            sink.add(Code::MissingField, path, "the document has no `identifier`; the framework has no id");
        }
        let title = object.text("title", path, sink).map(Cow::into_owned);
        if title.is_none() {
            sink.add(Code::MissingField, path, "the document has no `title`; the framework has none");
        }
        let version = object.text("version", path, sink).map(Cow::into_owned);
        let status = object.text("adoptionStatus", path, sink).map(Cow::into_owned);
        let package = object.peek("CFPackageURI").and_then(|raw| identifier_of(raw, path));
        let head = Head {
            id: id.as_ref().map(|id| id.as_ref().to_owned()),
            version,
            title,
            status,
            extra: object.rest(path)?,
        };
        Ok(Self { head, id, package, own: None })
    }

    /// Makes the document's identifiers known.
    pub(super) fn register(&self, nodes: &mut Nodes<'a>) {
        for id in [&self.id, &self.package].into_iter().flatten() {
            nodes.document(id.clone());
        }
    }

    /// Drops the `CFDocumentURI` of an item or association if it names this document: it says nothing new.
    ///
    /// # Errors
    /// `invalid-json` if a key stands twice.
    pub(super) fn drop_own(&mut self, object: &mut Object<'a>, path: &Path<'_>) -> Result<()> {
        let Some(raw) = object.peek("CFDocumentURI") else { return Ok(()) };
        let text = raw.get();
        // the same text stands in all of them
        let own = self.own == Some(text) || {
            Object::of(raw, path)?;
            let id = identifier_of(raw, path);
            id.is_some() && id.map(compared) == self.id.clone().map(compared)
        };
        if own {
            self.own = Some(text);
            object.drop("CFDocumentURI");
        }
        Ok(())
    }

    /// The head of the framework, with what the package holds beside the document as further extra fields.
    ///
    /// # Errors
    /// `invalid-json` where a key stands twice or the nesting is too deep.
    pub(super) fn head(mut self, kept: Vec<(&'static str, Writer)>, path: &Path<'_>, sink: &Sink) -> Result<Head> {
        for (name, w) in kept {
            let raw = composed(w, &path.key(name))?;
            if self.head.extra.insert(name.to_owned(), raw) {
                let message = format!("the document's field {} gave way to one of the package's", quote(name));
                sink.add(Code::UnknownField, path, message);
            }
        }
        Ok(self.head)
    }
}

fn identifier_of<'a>(link: &'a RawValue, path: &Path<'_>) -> Option<Cow<'a, str>> {
    let link = Object::of(link, path).ok().flatten()?;
    link.peek("identifier").and_then(plain).filter(|id| !id.is_empty())
}
