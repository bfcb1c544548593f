//! What learners say of themselves beside what others found (semantics: Self-ratings).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::canonical::exact_decimal;
use super::case::NodeResult;
use super::evidence::Item;
use super::instant;
use super::record::{Setting, order, sound};
use super::value::Exact;

/// For every competency that the learner rates, in their order: the last rating, and how far it lies above the value.
pub(super) fn self_ratings(
    items: &[Value],
    setting: &Setting<'_>,
    results: &BTreeMap<String, NodeResult>,
) -> Vec<Value> {
    let mut by_competency: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for (competency, item) in sound(items, setting) {
        let is_current = item.clock().is_none_or(|clock| clock <= setting.as_of);
        let is_rating = item.role.as_deref() == Some("self") && item.value().is_some() && item.overriding.is_none();
        if is_rating && is_current && setting.applying.contains(&competency) {
            by_competency.entry(competency).or_default().push(item);
        }
    }
    let mut ratings = Vec::new();
    for (competency, mut items) in by_competency {
        let Some(sections) = setting.sections.get(&competency) else { continue };
        order(&mut items, sections);
        let Some((last, rated)) = items.last().and_then(|last| Some((last, last.value()?.exact()))) else { continue };
        let mut rating = Map::new();
        rating.insert("competency".to_owned(), json!(competency));
        rating.insert("rated".to_owned(), number(&rated));
        rating.extend(last.clock().map(|at| ("observed_at".to_owned(), json!(instant::show(at)))));
        if let Some(value) = results.get(&competency).and_then(|result| result.value) {
            rating.insert("value".to_owned(), number(&value.exact()));
            rating.insert("gap".to_owned(), number(&(rated - value.exact())));
        }
        ratings.push(Value::Object(rating));
    }
    ratings
}

fn number(exact: &Exact) -> Value {
    serde_json::from_str(&exact_decimal(exact)).unwrap_or_default()
}
