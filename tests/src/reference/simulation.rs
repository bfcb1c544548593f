//! What another policy would change: two answers for each learner, side by side.

#![expect(clippy::indexing_slicing, reason = "a model that is wrong shall fail at once")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Code;
use super::case::NodeResult;
use super::document::Object;
use super::instant::Instant;
use super::setup::Setup;
use super::status::Status;

/// What to ask besides the two setups.
pub(super) struct Asked<'a> {
    /// The records, each a list of items.
    pub(super) records: &'a [Value],
    /// The instant.
    pub(super) as_of: Instant,
    /// Whether a finding is an error.
    pub(super) is_strict: bool,
    /// The most moves that are listed.
    pub(super) most_moves: usize,
    /// The ids of the framework in the order of its document.
    pub(super) order: &'a [String],
}

/// The simulation as the engine writes it.
pub(super) fn simulation(one: &Setup, other: &Setup, asked: &Asked<'_>) -> Result<Value, Code> {
    let edges = |setup: &Setup| -> BTreeSet<(String, String)> {
        let ids = setup.framework.competencies.keys();
        ids.flat_map(|id| setup.framework.children(id).map(|(child, _)| (id.clone(), child.to_owned()))).collect()
    };
    let ids = |setup: &Setup| setup.framework.competencies.keys().cloned().collect::<Vec<_>>();
    if ids(one) != ids(other) || edges(one) != edges(other) {
        return Err("incompatible-frameworks");
    }
    let mut unnamed = 0;
    let mut named = BTreeSet::new();
    for record in asked.records {
        match learner(record) {
            Some(name) if !named.insert(name) => return Err("duplicate-id"),
            Some(_) => {}
            None => unnamed += 1,
        }
    }
    let mut counts: BTreeMap<&str, [u64; 5]> = BTreeMap::new();
    let mut moves: Vec<(String, bool, usize, Value)> = Vec::new();
    let mut moved = 0;
    for (number, record) in asked.records.iter().enumerate() {
        let items = record.as_array().ok_or("invalid-value")?;
        let before = one.answer(items, asked.as_of, asked.is_strict)?.results;
        let after = other.answer(items, asked.as_of, asked.is_strict)?.results;
        let name = match learner(record) {
            Some(name) => name.to_owned(),
            None if unnamed > 1 => format!("#{number}"),
            None => String::new(),
        };
        let mut is_moved = false;
        for (place, id) in asked.order.iter().enumerate() {
            let (Some(before), Some(after)) = (before.get(id), after.get(id)) else { continue };
            if [before, after].iter().any(|result| result.status == Status::NotApplicable) {
                continue;
            }
            let same = one.sections.get(id).map(|own| &own.scale) == other.sections.get(id).map(|own| &own.scale);
            let direction = direction(before, after, same);
            let words = ["up", "down", "gained", "lost"];
            let column = direction.and_then(|word| words.iter().position(|one| *one == word)).unwrap_or(4);
            counts.entry(id).or_default()[column] += 1;
            if let Some(word) = direction {
                is_moved = true;
                let one = json!({"learner": name, "competency": id, "direction": word, "before": side(before), "after": side(after)});
                moves.push((name.clone(), learner(record).is_some(), place, one));
            }
        }
        moved += u64::from(is_moved);
    }
    moves.sort_by(|a, b| (&a.0, a.1, a.2).cmp(&(&b.0, b.1, b.2)));
    let is_truncated = moves.len() > asked.most_moves;
    moves.truncate(asked.most_moves);
    let mut competencies = Vec::new();
    for id in asked.order {
        let [up, down, gained, lost, same] = counts.get(id.as_str()).copied().unwrap_or_default();
        if up + down + gained + lost > 0 {
            let count = json!({"competency": id, "up": up, "down": down, "gained": gained, "lost": lost, "same": same});
            competencies.push(count);
        }
    }
    let moves: Vec<Value> = moves.into_iter().map(|(_, _, _, one)| one).collect();
    let mut found = Object::new();
    found.insert("learners".to_owned(), json!(asked.records.len()));
    found.insert("moved".to_owned(), json!(moved));
    found.insert("competencies".to_owned(), json!(competencies));
    found.insert("moves".to_owned(), json!(moves));
    if is_truncated {
        found.insert("truncated".to_owned(), json!(true));
    }
    Ok(Value::Object(found))
}

fn learner(record: &Value) -> Option<&str> {
    record.as_array()?.iter().find_map(|item| item.get("learner")?.as_str())
}

fn direction(before: &NodeResult, after: &NodeResult, same_scale: bool) -> Option<&'static str> {
    match (before.value, after.value) {
        (None, None) => return None,
        (None, Some(_)) => return Some("gained"),
        (Some(_), None) => return Some("lost"),
        (Some(one), Some(other)) if same_scale && other > one => return Some("up"),
        (Some(one), Some(other)) if same_scale && other < one => return Some("down"),
        _ => {}
    }
    match (before.status == Status::Met, after.status == Status::Met) {
        (false, true) => Some("up"),
        (true, false) => Some("down"),
        _ => None,
    }
}

fn side(result: &NodeResult) -> Value {
    let value: Value = result.value.map_or(Value::Null, |value| {
        serde_json::from_str(&super::canonical::exact_decimal(&value.exact())).unwrap_or_default()
    });
    json!({"value": value, "level": result.level, "status": result.status.as_str()})
}
