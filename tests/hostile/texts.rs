//! Texts of ten megabytes in every field that takes one.

use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{READERS, good, in_time};

static LONG: LazyLock<String> = LazyLock::new(|| "é".repeat(5_000_000) + "\u{1}\"~/");

/// Every place of a text, and of a key.
fn texts(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| texts(value, format!("{place}/{key}"), places));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| texts(value, format!("{place}/{at}"), places));
        }
        Value::String(_) => places.push(place),
        _ => {}
    }
}

#[test]
fn long_texts_are_read_or_refused_with_a_short_message() {
    let long = Value::String(LONG.clone()).to_string();
    for (name, read) in READERS {
        let document = good(name);
        let mut places = Vec::new();
        texts(&document, String::new(), &mut places);
        for place in places {
            let mut document = document.clone();
            *document.pointer_mut(&place).expect("a place") = Value::String("LONG".to_owned());
            let text = document.to_string().replacen("\"LONG\"", &long, 1);
            match in_time(|| read(text.as_bytes())) {
                // a package has names that nobody keeps
                Ok(again) => assert!(again.len() > LONG.len() || name == "case", "{name}{place}"),
                Err(error) => {
                    assert!(error.to_json().len() < 5_000, "{name}{place}");
                    assert!(error.to_string().len() < 2_000, "{name}{place}");
                }
            }
        }
    }
}

#[test]
fn long_keys_are_refused_with_a_short_message() {
    let long = Value::String(LONG.clone()).to_string();
    for (name, read) in READERS {
        let text = good(name).to_string().replacen('{', &format!("{{{long}:1,"), 1);
        match in_time(|| read(text.as_bytes())) {
            Ok(again) => assert!(again.len() > LONG.len() || name == "case", "{name}"),
            Err(error) => {
                assert!(error.to_json().len() < 5_000, "{name}");
                assert!(error.to_string().len() < 2_000, "{name}");
            }
        }
    }
}
