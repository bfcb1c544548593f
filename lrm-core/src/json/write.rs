//! Canonical JSON: keys in a fixed order, no white space, plain numbers, UTF-8 unescaped where JSON allows.

use std::fmt::Write;

use serde_json::value::RawValue;

use crate::error::{Code, Error, Result};
use crate::json::read::{Kind, Path, elements, kind, members, plain};
use crate::limits::NESTING;
use crate::sorting;

/// Writes canonical JSON; commas place themselves.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Starts an object or a list.
    pub(crate) fn open(&mut self, bracket: char) -> &mut Self {
        self.out.push(bracket);
        self
    }

    /// Ends an object or a list.
    pub(crate) fn close(&mut self, bracket: char) -> &mut Self {
        self.out.push(bracket);
        self
    }

    /// The next member's key.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.item().text(name);
        self.out.push(':');
        self
    }

    /// The next element: writes the comma if one is due.
    pub(crate) fn item(&mut self) -> &mut Self {
        if !self.out.is_empty() && !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
        self
    }

    /// A string.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.out.push('"');
        escape(text, &mut self.out);
        self.out.push('"');
        self
    }

    /// Something whose display is its JSON: a number, `true`, `null`, canonical JSON.
    pub(crate) fn raw(&mut self, json: &str) -> &mut Self {
        self.out.push_str(json);
        self
    }

    /// A member with a string, left out if there is none.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.key(name).text(text);
        }
        self
    }

    /// A member whose display is its JSON, left out if there is none.
    pub(crate) fn optional_raw(&mut self, name: &str, json: Option<impl ToString>) -> &mut Self {
        if let Some(json) = json {
            self.key(name).raw(&json.to_string());
        }
        self
    }

    /// A member with a list of strings, left out if it is empty.
    pub(crate) fn texts(&mut self, name: &str, texts: &[String]) -> &mut Self {
        if texts.is_empty() { self } else { self.all_texts(name, texts) }
    }

    /// A member with a list of strings, empty or not.
    pub(crate) fn all_texts(&mut self, name: &str, texts: &[String]) -> &mut Self {
        self.key(name).open('[');
        for text in texts {
            self.item().text(text);
        }
        self.close(']')
    }

    /// A member with a list of objects.
    pub(crate) fn list<T>(&mut self, name: &str, items: &[T], write: impl Fn(&mut Self, &T)) -> &mut Self {
        self.key(name).open('[');
        for item in items {
            self.item().open('{');
            write(self, item);
            self.close('}');
        }
        self.close(']')
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }
}

/// Appends `text` with the escapes that JSON demands and no others.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                // writing to a string cannot fail
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// Any JSON in one form: no white space, members in the byte order of their keys, texts unescaped, numbers plain.
///
/// # Errors
/// `invalid-json` where a key stands twice or the nesting is deeper than [`NESTING`].
pub(crate) fn canonical(raw: &RawValue, path: &Path<'_>) -> Result<Box<RawValue>> {
    canonical_within(NESTING, raw, path)
}

/// The same with another bound of the nesting.
///
/// # Errors
/// As [`canonical`].
pub(crate) fn canonical_within(depth: usize, raw: &RawValue, path: &Path<'_>) -> Result<Box<RawValue>> {
    // most values are texts without escapes: canonical as they stand
    if raw.get().starts_with('"') && !raw.get().contains('\\') {
        return Ok(raw.to_owned());
    }
    let mut w = Writer::new();
    copy(raw, path, &mut w, depth)?;
    RawValue::from_string(w.finish())
        .map_err(|error| Error::new(Code::InvalidJson, path.to_string(), error.to_string()))
}

fn copy(raw: &RawValue, path: &Path<'_>, w: &mut Writer, depth: usize) -> Result<()> {
    let Some(deeper) = depth.checked_sub(1) else {
        return Err(Error::new(Code::InvalidJson, path.to_string(), "the nesting is too deep"));
    };
    match kind(raw) {
        Kind::Text(text) => {
            w.text(&text);
        }
        Kind::Object => {
            let mut members = members(raw, path)?;
            sorting::sort_by(&mut members, |a, b| a.0.cmp(&b.0));
            w.open('{');
            for (key, value) in members {
                w.key(&key);
                copy(value, &path.key(&key), w, deeper)?;
            }
            w.close('}');
        }
        Kind::List => {
            w.open('[');
            for (index, value) in elements(raw).into_iter().enumerate() {
                w.item();
                copy(value, &path.index(index), w, deeper)?;
            }
            w.close(']');
        }
        Kind::Number(number) => {
            w.raw(&plain(number));
        }
        Kind::Null | Kind::Bool(_) => {
            w.raw(raw.get());
        }
    }
    Ok(())
}
