//! The canonical text of an item: what ties and duplicates compare (semantics: Order, Duplicates).

use serde_json::Value;

use super::document::{Object, field};
use super::instant;
use super::value::{Exact, integer, number};

/// The fields of an item in canonical order, without the last one, `extra`.
const FIELDS: [&str; 25] = [
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
];

/// Those after them.
const LAST: [&str; 2] = ["weight", "withdrawn"];

/// The fields of an object inside an item, in canonical order.
fn inner(key: &str) -> &[&str] {
    match key {
        "assessor" => &["id", "role"],
        "override" => &["reason", "expires_at"],
        "artifact" => &["uri", "sha256", "media_type"],
        "source" => &["system", "id", "replaces"],
        _ => &[],
    }
}

/// Whether a field of an item has a meaning; all others belong into `extra`.
pub(super) fn is_field(key: &str) -> bool {
    FIELDS.contains(&key) || LAST.contains(&key)
}

/// The canonical text of what stands in a list of items.
pub fn of_item(found: &Value) -> String {
    found.as_object().map_or_else(|| plain(found), item)
}

/// The canonical text of an item.
pub(super) fn item(item: &Object) -> String {
    let mut parts: Vec<String> = Vec::new();
    for key in FIELDS.into_iter().chain(LAST) {
        if let Some(value) = field(item, key) {
            parts.push(format!("{}:{}", quote(key), field_text(key, value)));
        }
    }
    let mut extra: Object = item.get("extra").and_then(Value::as_object).cloned().unwrap_or_default();
    extra.extend(
        item.iter()
            .filter(|(key, _)| !is_field(key) && *key != "extra")
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    if !extra.is_empty() {
        parts.push(format!("{}:{}", quote("extra"), plain(&Value::Object(extra))));
    }
    format!("{{{}}}", parts.join(","))
}

/// The text of a field of a known meaning: instants in UTC, inner objects in their own order.
pub(super) fn field_text(key: &str, value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let order = inner(key);
            let place = |name: &str| order.iter().position(|inner| *inner == name).unwrap_or(order.len());
            let mut fields: Vec<(&String, &Value)> = object.iter().filter(|(_, value)| !value.is_null()).collect();
            fields.sort_by_key(|(name, _)| (place(name), name.as_str()));
            let parts: Vec<String> =
                fields.iter().map(|(name, value)| format!("{}:{}", quote(name), of_field(name, value))).collect();
            format!("{{{}}}", parts.join(","))
        }
        _ => of_field(key, value),
    }
}

/// An instant in UTC; all else as it is.
fn of_field(key: &str, value: &Value) -> String {
    match value {
        Value::String(text) if key.ends_with("_at") || key == "as_of" => {
            quote(&instant::parse(text).map_or_else(|| text.clone(), instant::show))
        }
        _ => plain(value),
    }
}

/// Any JSON with canonical numbers and sorted keys.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Number(found) => decimal(found),
        Value::Array(values) => format!("[{}]", values.iter().map(plain).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            let mut fields: Vec<(&String, &Value)> = object.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            let parts: Vec<String> =
                fields.iter().map(|(name, value)| format!("{}:{}", quote(name), plain(value))).collect();
            format!("{{{}}}", parts.join(","))
        }
        _ => value.to_string(),
    }
}

/// A text with its JSON quotes.
fn quote(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A number with at most nine decimals and no trailing zeros.
fn decimal(found: &serde_json::Number) -> String {
    exact_decimal(&number(found))
}

/// The same of an exact number.
pub(super) fn exact_decimal(found: &Exact) -> String {
    let billionths = (found * integer(1_000_000_000)).round().to_integer();
    let text = billionths.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let padded = format!("{digits:0>10}");
    let (whole, fraction) = padded.split_at(padded.len() - 9);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_and_instants() {
        let text = r#"{"source":{"id":"1","system":"s"},"weight":1.50,"observed_at":"2026-01-01T01:00:00+01:00",
                      "score":2.0,"competency":"c","id":"é","possible":null,"zz":[1e-3,-0.0],"assessor":{"role":"self","id":"a"}}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            item(value.as_object().unwrap()),
            r#"{"id":"é","competency":"c","score":2,"observed_at":"2026-01-01T00:00:00Z","assessor":{"id":"a","role":"self"},"source":{"system":"s","id":"1"},"weight":1.5,"extra":{"zz":[0.001,0]}}"#
        );
    }
}
