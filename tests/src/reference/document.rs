//! Reading JSON documents with the codes of their errors (formats: error codes).

use serde_json::{Map, Value};

use super::Code;
use super::value::{Exact, Grid, integer, number};

/// One JSON object.
pub(super) type Object = Map<String, Value>;

/// The value as an object.
pub(super) fn object(value: &Value) -> Result<&Object, Code> {
    value.as_object().ok_or("invalid-value")
}

/// Refuses every field that is not in the list; `extra` is always allowed.
pub(super) fn only(object: &Object, known: &[&str]) -> Result<(), Code> {
    let good = object.keys().all(|key| key == "extra" || known.contains(&key.as_str()));
    if good { Ok(()) } else { Err("unknown-field") }
}

/// A field that is there and not null.
pub(super) fn field<'a>(object: &'a Object, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// A field that must be there.
pub(super) fn required<T>(found: Option<T>) -> Result<T, Code> {
    found.ok_or("missing-field")
}

/// A text, if given.
pub(super) fn text<'a>(object: &'a Object, key: &str) -> Result<Option<&'a str>, Code> {
    field(object, key).map(|value| value.as_str().ok_or("invalid-value")).transpose()
}

/// A truth value, if given.
pub(super) fn truth(object: &Object, key: &str) -> Result<Option<bool>, Code> {
    field(object, key).map(|value| value.as_bool().ok_or("invalid-value")).transpose()
}

/// A number with its exact value, if given.
pub(super) fn exact(object: &Object, key: &str) -> Result<Option<Exact>, Code> {
    field(object, key).map(|value| value.as_number().map(number).ok_or("invalid-value")).transpose()
}

/// A number on the grid, if given.
pub(super) fn grid(object: &Object, key: &str) -> Result<Option<Grid>, Code> {
    exact(object, key)?.map(|exact| Grid::nearest(&exact)).transpose()
}

/// A whole number within bounds, if given.
pub(super) fn whole(object: &Object, key: &str, low: i64, high: i64) -> Result<Option<i64>, Code> {
    let Some(found) = exact(object, key)? else { return Ok(None) };
    if !found.is_integer() || found < integer(low) || found > integer(high) {
        return Err("parameter-out-of-range");
    }
    i64::try_from(found.to_integer()).map(Some).map_err(|_| "parameter-out-of-range")
}

/// A weight: not negative, at most a million, at most six decimals (semantics: limits); default 1.
pub(super) fn weight(object: &Object) -> Result<Exact, Code> {
    let weight = grid(object, "weight")
        .map_err(|code| if code == "limit-exceeded" { "parameter-out-of-range" } else { code })?;
    let Some(weight) = weight else { return Ok(integer(1)) };
    let (million, millionth) = (1_000_000_000_000_000, 1_000);
    let good = (0..=million).contains(&weight.units()) && weight.units() % millionth == 0;
    if good { Ok(weight.exact()) } else { Err("parameter-out-of-range") }
}

/// A list, empty if not given.
pub(super) fn list<'a>(object: &'a Object, key: &str) -> Result<&'a [Value], Code> {
    field(object, key).map_or(Ok(&[]), |value| value.as_array().map(Vec::as_slice).ok_or("invalid-value"))
}

/// A list of texts, if given.
pub(super) fn texts(object: &Object, key: &str) -> Result<Option<Vec<String>>, Code> {
    if field(object, key).is_none() {
        return Ok(None);
    }
    let read = |value: &Value| value.as_str().map(str::to_owned).ok_or("invalid-value");
    list(object, key)?.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// The text of a field as one of the named choices, if given.
pub(super) fn choice<T: Copy>(object: &Object, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, Code> {
    let Some(text) = text(object, key)? else { return Ok(None) };
    choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| Some(*choice)).ok_or("invalid-value")
}

/// Refuses a document of another format; inside a case the format may be left out.
pub(super) fn format(object: &Object, expected: &str) -> Result<(), Code> {
    match text(object, "format")? {
        Some(found) if found != expected => Err("unsupported-format"),
        _ => Ok(()),
    }
}
