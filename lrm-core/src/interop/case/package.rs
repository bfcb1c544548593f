//! Finding the package in what a server sent or a file holds.

use serde_json::value::RawValue;

use super::fields::Object;
use crate::error::{Code, Error, Result, quote};
use crate::json::read::{Path, Sink, elements};

/// How many wrappers may lie around a package.
const WRAPPERS: usize = 4;

/// A package, or a document without one.
pub(super) struct Package<'a> {
    pub(super) object: Object<'a>,
    /// The object is a document from a list of documents, which come without items.
    pub(super) is_document: bool,
    /// Further documents of that list.
    pub(super) others: Vec<&'a RawValue>,
}

/// Unwraps `{"CFPackage": …}`, `{"CFDocuments": […]}` and lists, and hands on what lies inside, with its place.
///
/// # Errors
/// `unsupported-format` if this is no package; what `then` gives.
pub(super) fn open<'a, T>(
    raw: &'a RawValue,
    path: &Path<'_>,
    sink: &Sink,
    then: impl FnOnce(Package<'a>, &Path<'_>) -> Result<T>,
) -> Result<T> {
    unwrap(raw, path, sink, (WRAPPERS, Vec::new()), then)
}

fn unwrap<'a, T>(
    raw: &'a RawValue,
    path: &Path<'_>,
    sink: &Sink,
    (wrappers, mut others): (usize, Vec<&'a RawValue>),
    then: impl FnOnce(Package<'a>, &Path<'_>) -> Result<T>,
) -> Result<T> {
    let Some(left) = wrappers.checked_sub(1) else { return Err(no_package(path, "more wrappers than a package has")) };
    if raw.get().starts_with('[') {
        let mut all = elements(raw).into_iter().enumerate().filter(|(_, raw)| raw.get() != "null");
        let Some((index, first)) = all.next() else { return Err(no_package(path, "an empty list")) };
        let before = others.len();
        others.extend(all.map(|(_, raw)| raw));
        let count = others.len() - before;
        if count > 0 {
            let message =
                format!("only the first document of the list was read; {count} more were kept as extra fields");
            sink.add(Code::Notice, path, message);
        }
        return unwrap(first, &path.index(index), sink, (left, others), then);
    }
    let Some(mut object) = Object::of(raw, path)? else { return Err(no_package(path, "neither an object nor a list")) };
    let bare = ["CFItems", "CFAssociations"].into_iter().any(|name| object.peek(name).is_some());
    let wrappers: &[&str] = match (bare, object.peek("CFDocument")) {
        (true, _) => &[],
        (false, Some(_)) => &["CFPackage"],
        (false, None) => &["CFPackage", "CFDocuments"],
    };
    if let Some((key, raw)) = wrappers.iter().find_map(|wrapper| object.take(wrapper)) {
        return unwrap(raw, &path.key(&key), sink, (left, others), then);
    }
    let has = |name| object.peek(name).is_some();
    let is_package = bare || has("CFDocument");
    let is_document = !is_package && has("identifier") && has("title") && (has("creator") || has("CFPackageURI"));
    if is_package || is_document {
        return then(Package { object, is_document, others }, path);
    }
    let names: Vec<String> = object.names().take(5).map(quote).collect();
    let found = if names.is_empty() { "an empty object".to_owned() } else { format!("only {}", names.join(", ")) };
    Err(no_package(path, &found))
}

fn no_package(path: &Path<'_>, found: &str) -> Error {
    let message = format!("this is no CASE package: expected an object with `CFDocument` and `CFItems`, found {found}");
    Error::new(Code::UnsupportedFormat, path.to_string(), message)
}
