//! The members of a CASE object, read leniently: null is absent, capitals in keys do not matter, one value may stand for a
//! list of one, and what nobody takes is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::error::{Code, Error, Finding, Result, quote};
use crate::framework::Extra;
use crate::json::read::{Kind, Path, Sink, elements, kind, members};
use crate::json::write::{Writer, canonical};
use crate::value::Value;

/// Fields that hold a list in the standard, and often a single value in the wild.
const LISTS: [&str; 4] = [KEYWORDS, "educationLevel", "subject", "subjectURI"];
const KEYWORDS: &str = "conceptKeywords";

/// The members of one object. What has been taken is gone, so that the rest can be kept.
#[derive(Debug, Default)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    /// The members of an object; none for anything else.
    ///
    /// # Errors
    /// `invalid-json` if a key stands twice.
    pub(super) fn of(raw: &'a RawValue, path: &Path<'_>) -> Result<Option<Self>> {
        if raw.get().starts_with('{') { Ok(Some(Self(members(raw, path)?))) } else { Ok(None) }
    }

    /// Several descriptions of one thing as one: of each member the last value that is not null.
    pub(super) fn merged(objects: Vec<Self>) -> Self {
        let mut all = BTreeMap::new();
        for (key, raw) in objects.into_iter().flat_map(|object| object.0) {
            if raw.get() != "null" {
                all.insert(key, raw);
            }
        }
        Self(all.into_iter().collect())
    }

    /// The place of a member that is not null: by its exact name, else by one that differs in capitals only.
    fn place(&self, name: &str) -> Option<usize> {
        let place =
            |same: fn(&str, &str) -> bool| self.0.iter().position(|(key, raw)| same(key, name) && raw.get() != "null");
        place(|key, name| key == name).or_else(|| place(str::eq_ignore_ascii_case))
    }

    /// Looks at a member without taking it.
    pub(super) fn peek(&self, name: &str) -> Option<&'a RawValue> {
        self.place(name).and_then(|at| self.0.get(at)).map(|(_, raw)| *raw)
    }

    /// Takes a member out, with its key as it is written.
    pub(super) fn take(&mut self, name: &str) -> Option<(Cow<'a, str>, &'a RawValue)> {
        self.place(name).map(|at| self.0.swap_remove(at))
    }

    /// Takes a text out; an empty one is absent. Anything that is no text stays where it is and is a finding.
    pub(super) fn text(&mut self, name: &str, path: &Path<'_>, sink: &Sink) -> Option<Cow<'a, str>> {
        let at = self.place(name)?;
        let (key, raw) = self.0.get(at)?;
        let Some(text) = plain(raw) else {
            let message = format!("{} is not a text; it was kept as an extra field", quote(key));
            sink.add(Code::InvalidValue, &path.key(key), message);
            return None;
        };
        self.0.swap_remove(at);
        Some(text).filter(|text| !text.is_empty())
    }

    /// Reads a number and leaves it where it is: what the framework holds of it may be rounded. Bad ones are findings.
    pub(super) fn number<T>(
        &self,
        name: &str,
        path: &Path<'_>,
        sink: &Sink,
        read: impl FnOnce(Value) -> Result<T>,
    ) -> Option<T> {
        let (key, raw) = self.place(name).and_then(|at| self.0.get(at))?;
        let number = match kind(first(raw)) {
            Kind::Number(text) => text.parse().and_then(read),
            Kind::Text(text) => text.trim().parse().and_then(read),
            _ => Err(Error::new(Code::InvalidValue, "", format!("{} is not a number", quote(key)))),
        };
        sink.ok(number, &path.key(key))
    }

    /// Drops a member whose value has found its place elsewhere.
    pub(super) fn drop(&mut self, name: &str) {
        self.take(name);
    }

    /// Puts a member back that was taken.
    pub(super) fn put(&mut self, key: Cow<'a, str>, raw: &'a RawValue) {
        self.0.push((key, raw));
    }

    /// The names of the members, for messages.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_ref())
    }

    /// What is left, as canonical JSON without nulls; fields that are lists in the standard become lists.
    ///
    /// # Errors
    /// `invalid-json` where a key stands twice or the nesting is too deep.
    pub(super) fn rest(self, path: &Path<'_>) -> Result<Extra> {
        let kept = self.0.into_iter().filter(|(_, raw)| raw.get() != "null").map(|(key, raw)| {
            let raw = kept(&key, raw, &path.key(&key))?;
            Ok((key.into_owned(), raw))
        });
        kept.collect::<Result<_>>().map(Extra::of)
    }
}

/// A member as it is kept.
fn kept(key: &str, raw: &RawValue, path: &Path<'_>) -> Result<Box<RawValue>> {
    if raw.get().starts_with('[') || !LISTS.iter().any(|name| name.eq_ignore_ascii_case(key)) {
        return canonical(raw, path);
    }
    let mut w = Writer::new();
    w.open('[');
    match kind(raw) {
        // written as `addition, carrying` by some servers
        Kind::Text(text) if key.eq_ignore_ascii_case(KEYWORDS) => {
            for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                w.item().text(word);
            }
        }
        _ => {
            w.item().raw(raw.get());
        }
    }
    w.close(']');
    composed(w, path)
}

/// Canonical JSON of something put together from raw pieces.
///
/// # Errors
/// `invalid-json` where a key stands twice or the nesting is too deep.
pub(super) fn composed(w: Writer, path: &Path<'_>) -> Result<Box<RawValue>> {
    let raw = RawValue::from_string(w.finish())
        .map_err(|error| Error::new(Code::InvalidJson, path.to_string(), error.to_string()))?;
    canonical(&raw, path)
}

/// The one value of a list of one, else the value itself.
fn first(raw: &RawValue) -> &RawValue {
    if !raw.get().starts_with('[') {
        return raw;
    }
    match elements(raw).as_slice() {
        [only] => only,
        _ => raw,
    }
}

/// A text, a number as it is written, or the one text of a list.
pub(super) fn plain(raw: &RawValue) -> Option<Cow<'_, str>> {
    match kind(first(raw)) {
        Kind::Text(text) => Some(text),
        Kind::Number(text) => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

/// The place of an element: its index, or none where one value stands for a list of one.
pub(super) type At = Option<usize>;

/// The path of an element.
pub(super) fn within<'p>(path: &'p Path<'p>, at: At) -> Path<'p> {
    at.map_or(*path, |index| path.index(index))
}

/// The elements of a list without nulls, each with its place; an object stands for a list of one. Anything else is a
/// finding.
pub(super) fn list<'a>(raw: &'a RawValue, path: &Path<'_>, sink: &Sink) -> Vec<(At, &'a RawValue)> {
    match kind(raw) {
        Kind::List => {
            let all = elements(raw).into_iter().enumerate();
            all.filter(|(_, raw)| raw.get() != "null").map(|(index, raw)| (Some(index), raw)).collect()
        }
        Kind::Object => vec![(None, raw)],
        _ => {
            sink.add(Code::InvalidValue, path, "expected a list; it was read as an empty one");
            Vec::new()
        }
    }
}

/// Puts a finding about one id into the sink.
pub(super) fn tell(sink: &Sink, code: Code, path: &Path<'_>, id: &str, message: String) {
    sink.push(Finding::new(code, path.to_string(), message).with("id", id));
}
