//! The ready-made policies: documents that the engine comes with, read as the data that they are.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::Code;
use super::document::{Object, field, object, required, text};

/// The document of a ready-made policy.
pub(super) fn ready_made(name: &str) -> Result<Value, Code> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lrm-core/src/policy/ready_made");
    // a name is no path
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let document = fs::read_to_string(folder.join(format!("{name}.json"))).ok().filter(|_| is_name);
    serde_json::from_str(&document.ok_or("unknown-policy")?).map_err(|_| "invalid-json")
}

/// A layer in which a ready-made policy is written out.
pub(super) fn written_out(layer: &Value) -> Result<Value, Code> {
    let given: &Object = object(layer)?;
    let Some(name) = text(given, "ready_made")? else {
        let mut plain = given.clone();
        plain.remove("ready_made");
        return Ok(Value::Object(plain));
    };
    if field(given, "set").is_some() {
        return Err("invalid-value");
    }
    let mut policy = object(&ready_made(name)?)?.clone();
    policy.remove("format");
    let mut written = Map::new();
    for key in ["id", "version"] {
        let own = policy.remove(key);
        written.extend(field(given, key).cloned().or(own).map(|value| (key.to_owned(), value)));
    }
    written.insert("set".to_owned(), Value::Object(policy));
    let kept = given.iter().filter(|(key, _)| !["id", "version", "ready_made", "set"].contains(&key.as_str()));
    written.extend(kept.map(|(key, value)| (key.clone(), value.clone())));
    Ok(Value::Object(written))
}

/// The layers of a case, that of a ready-made policy before the others.
pub(super) fn with_base(case: &Object, layers: &[Value]) -> Result<Vec<Value>, Code> {
    let base = match field(case, "ready_made") {
        Some(_) => {
            let name = required(text(case, "ready_made")?)?;
            vec![json!({"layer": name, "ready_made": name})]
        }
        None => Vec::new(),
    };
    Ok([&base, layers].concat())
}
