//! A result as JSON text.

use lrm_core::Mastery;

/// The canonical text of a result, with the value once more as a string in front: a JavaScript number cannot hold every
/// exact decimal.
pub(crate) fn json(mastery: &Mastery) -> String {
    let canonical = mastery.to_json();
    let fields = canonical.strip_prefix('{').unwrap_or_default();
    match mastery.value {
        Some(value) => format!("{{\"exact\":\"{value}\",{fields}"),
        None => format!("{{\"exact\":null,{fields}"),
    }
}

/// Two results of one competency as JSON.
pub(crate) fn change(before: &Mastery, after: &Mastery) -> String {
    format!("{{\"before\":{},\"after\":{}}}", json(before), json(after))
}

/// A JSON array of texts that are JSON already.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut text = String::from("[");
    for item in items {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&item);
    }
    text.push(']');
    text
}
