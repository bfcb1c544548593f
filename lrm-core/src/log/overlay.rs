//! What a correction makes of an item, and an item that no longer stands: members laid over members.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use crate::json::read::{Path, members};
use crate::json::write::Writer;
use crate::record::{Item, Withdrawal, read_item};

/// What a correction says of itself, not of the item.
const OWN: [&str; 6] = ["id", "learner", "assessed_at", "received_at", "source", "withdrawn"];
/// What an item says: a correction that says one of them takes the place of all.
const OUTCOME: [&str; 5] = ["score", "possible", "level", "passed", "absence"];

/// Objects inside an item. Their unknown fields stand in `extra` under `name.field` and go with them.
const INNER: [&str; 3] = ["assessor", "override", "artifact"];

/// A member: its name and its JSON.
type Text = (String, String);

/// The item as corrected. It has the id of the correction, and under `corrects` in `extra` whom it corrects.
pub(super) fn corrected(item: &Item, correction: &Item, of: &str) -> Item {
    let mut says = texts(&correction.to_json());
    let id = take(&mut says, "id");
    says.retain(|(key, json)| !OWN.contains(&key.as_str()) && json != "null");
    let said = says.iter().any(|(key, _)| OUTCOME.contains(&key.as_str()));
    let mut fields = texts(&item.to_json());
    fields.retain(|(key, _)| key != "id" && !(said && OUTCOME.contains(&key.as_str())));
    let mut extra = take(&mut fields, "extra").map_or_else(Vec::new, |extra| texts(&extra));
    let replaced: Vec<&str> = INNER.into_iter().filter(|name| says.iter().any(|(key, _)| key == name)).collect();
    extra.retain(|(key, _)| !replaced.iter().any(|name| is_inside(key, name)));
    let mut says_extra = take(&mut says, "extra").map_or_else(Vec::new, |extra| texts(&extra));
    says_extra.retain(|(key, _)| !is_inside(key, "source"));
    lay(&mut extra, says_extra);
    let mut quoted = Writer::new();
    quoted.text(of);
    lay(&mut extra, vec![("corrects".to_owned(), quoted.finish())]);
    lay(&mut fields, says);
    fields.extend(id.map(|id| ("id".to_owned(), id)));
    fields.push(("extra".to_owned(), object(&extra)));
    read(&fields)
}

/// The item, which no longer stands.
pub(super) fn withdrawn(item: &Item, why: Withdrawal) -> Item {
    if item.given.is_none() {
        let mut item = item.clone();
        item.evidence.withdrawn = Some(why);
        return item;
    }
    let mut fields = texts(&item.to_json());
    lay(&mut fields, vec![("withdrawn".to_owned(), format!("\"{}\"", why.as_str()))]);
    read(&fields)
}

/// Lays members over others: those of the same name give way.
fn lay(under: &mut Vec<Text>, over: Vec<Text>) {
    // a set, since there may be very many of both
    let names: BTreeSet<&str> = over.iter().map(|(key, _)| key.as_str()).collect();
    under.retain(|(key, _)| !names.contains(key.as_str()));
    drop(names);
    under.extend(over);
}

/// True for an unknown field of the object of that name.
fn is_inside(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

fn take(fields: &mut Vec<Text>, name: &str) -> Option<String> {
    let at = fields.iter().position(|(key, _)| key == name)?;
    Some(fields.remove(at).1)
}

fn texts(json: &str) -> Vec<Text> {
    let Ok(raw) = RawValue::from_string(json.to_owned()) else { return Vec::new() };
    let members = members(&raw, &Path::ROOT).unwrap_or_default();
    members.into_iter().map(|(key, raw)| (key.into_owned(), raw.get().to_owned())).collect()
}

fn object(fields: &[Text]) -> String {
    let mut w = Writer::new();
    w.open('{');
    for (key, json) in fields {
        w.key(key).raw(json);
    }
    w.close('}');
    w.finish()
}

fn read(fields: &[Text]) -> Item {
    // written from JSON, it is JSON
    RawValue::from_string(object(fields)).map_or_else(|_| Item::from(crate::Evidence::default()), |raw| read_item(&raw))
}
