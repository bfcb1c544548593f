//! The content of an item that cannot count: what was given, in canonical form as far as it has one.
//!
//! Items of one id are compared by their content whether or not they count, so what cannot be read stands in the same order
//! and form as what can: a fault in one field must not decide by itself which item of an id stays.

use std::cmp::Ordering;

use serde_json::value::RawValue;

use crate::error::Result;
use crate::instant::Instant;
use crate::json::read::{Kind, Member, Path, document, kind, members};
use crate::json::write::{Writer, canonical};
use crate::sorting;
use crate::value::Value;

/// The fields of an item in canonical order, without the last one, `extra`.
const FIELDS: [&str; 27] = [
    "id",
    "learner",
    "competency",
    "score",
    "possible",
    "level",
    "passed",
    "absence",
    "observed_at",
    "due_at",
    "assessed_at",
    "received_at",
    "kind",
    "purpose",
    "assessor",
    "criterion",
    "context",
    "transfer",
    "assistance",
    "adaptation",
    "override",
    "artifact",
    "activity",
    "attempt",
    "source",
    "weight",
    "withdrawn",
];

/// The fields of the objects inside an item.
const INNER: [(&str, &[&str]); 4] = [
    ("assessor", &["id", "role"]),
    ("override", &["reason", "expires_at"]),
    ("artifact", &["uri", "sha256", "media_type"]),
    ("source", &["system", "id", "replaces"]),
];

/// The content; what has no canonical form (a key that stands twice, deep nesting) stays as it is.
pub(super) fn content(raw: &RawValue) -> Box<str> {
    ordered(raw, |_| true).map_or_else(|_| raw.get().into(), String::into_boxed_str)
}

/// The same content without the learner.
pub(super) fn of_any_learner(content: &str) -> String {
    let others = document(content.as_bytes()).and_then(|raw| ordered(raw, |name| name != "learner"));
    others.unwrap_or_else(|_| content.to_owned())
}

/// The content without some of the known fields.
fn ordered(raw: &RawValue, stays: impl Fn(&str) -> bool) -> Result<String> {
    let mut w = Writer::new();
    let Kind::Object = kind(raw) else {
        copy(raw, &mut w)?;
        return Ok(w.finish());
    };
    let mut rest = members(raw, &Path::ROOT)?;
    w.open('{');
    for name in FIELDS {
        if let Some(raw) = take(&mut rest, name).filter(|_| stays(name)) {
            field(name, raw, w.key(name))?;
        }
    }
    let extra = take(&mut rest, "extra");
    let readable = extra.is_none_or(|raw| matches!(kind(raw), Kind::Object));
    let mut kept = Vec::new();
    match extra {
        Some(raw) if readable => kept = members(raw, &Path::ROOT)?,
        Some(raw) => copy(raw, w.key("extra"))?,
        None => {}
    }
    // unknown fields belong into `extra`, unless something else stands there
    sorting::sort_by(&mut rest, by_key);
    sorting::sort_by(&mut kept, by_key);
    let taken = |key: &str| kept.binary_search_by(|(known, _)| known.as_ref().cmp(key)).is_ok();
    let (unknown, loose): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(key, _)| readable && !taken(key));
    kept.extend(unknown);
    sorting::sort_by(&mut kept, by_key);
    if !kept.is_empty() {
        w.key("extra").open('{');
        for (key, raw) in kept {
            copy(raw, w.key(&key))?;
        }
        w.close('}');
    }
    for (key, raw) in loose {
        copy(raw, w.key(&key))?;
    }
    w.close('}');
    Ok(w.finish())
}

/// Takes a field out. Null is absent.
fn take<'a>(fields: &mut Vec<Member<'a>>, name: &str) -> Option<&'a RawValue> {
    let at = fields.iter().position(|(key, _)| key == name)?;
    let (_, raw) = fields.swap_remove(at);
    (raw.get() != "null").then_some(raw)
}

fn by_key(a: &Member<'_>, b: &Member<'_>) -> Ordering {
    a.0.cmp(&b.0)
}

/// A field that the format knows.
fn field(name: &str, raw: &RawValue, w: &mut Writer) -> Result<()> {
    match kind(raw) {
        Kind::Number(text) => {
            w.raw(&number(text));
        }
        Kind::Text(text) if name.ends_with("_at") => {
            w.text(&instant(&text));
        }
        Kind::Object => {
            let order = INNER.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, order)| order);
            let place = |key: &str| order.iter().position(|known| *known == key).unwrap_or(order.len());
            let mut inner = members(raw, &Path::ROOT)?;
            inner.retain(|(_, raw)| raw.get() != "null");
            sorting::sort_by(&mut inner, |(a, _), (b, _)| (place(a), a).cmp(&(place(b), b)));
            w.open('{');
            for (key, raw) in inner {
                match kind(raw) {
                    Kind::Text(text) if key == "expires_at" && name == "override" => {
                        w.key(&key).text(&instant(&text));
                    }
                    _ => copy(raw, w.key(&key))?,
                }
            }
            w.close('}');
        }
        _ => copy(raw, w)?,
    }
    Ok(())
}

fn copy(raw: &RawValue, w: &mut Writer) -> Result<()> {
    w.raw(canonical(raw, &Path::ROOT)?.get());
    Ok(())
}

/// A number in canonical form, if it has one.
fn number(text: &str) -> String {
    text.parse::<Value>().map_or_else(|_| text.to_owned(), |value| value.to_string())
}

/// An instant in canonical form, if it is one.
pub(crate) fn instant(text: &str) -> String {
    Instant::parse(text).map_or_else(|_| text.to_owned(), |at| at.to_string())
}
