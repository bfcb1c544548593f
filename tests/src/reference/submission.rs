//! Work that nobody has judged, and the judgements of it (semantics: Log, submissions).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::Object;
use super::entry::Entry;
use super::event;
use super::faults;
use super::items;

/// The competencies that the work is about.
pub(super) fn competencies(of: &Entry<'_>) -> Vec<String> {
    let criteria = of.own.get("criteria").and_then(Value::as_array).into_iter().flatten();
    let by_criterion = criteria.filter_map(|one| event::text(one, "competency"));
    let one = event::text(&of.item, "competency").into_iter();
    let all = one.chain(of.list("competencies")).chain(by_criterion);
    let mut found: Vec<String> = Vec::new();
    for competency in all {
        if !found.iter().any(|known| known == competency) {
            found.push(competency.to_owned());
        }
    }
    found
}

/// True if all of it was judged.
pub(super) fn is_done(of: &Entry<'_>) -> bool {
    competencies(of).iter().all(|competency| of.judged.contains(competency)) && !of.judged.is_empty()
}

/// The competency that an assessment of the work judges; none if it is the learner's own, or a peer's, or cannot be read.
pub(super) fn judges(of: &Entry<'_>, one: &Value) -> BTreeSet<String> {
    let item = judged(of, one);
    let role = item.get("assessor").and_then(|assessor| event::text(assessor, "role"));
    if matches!(role, Some("self" | "peer")) || !faults::item_faults(&item).is_empty() {
        return BTreeSet::new();
    }
    event::text(&item, "competency").map(str::to_owned).into_iter().collect()
}

/// The work with what its assessment says laid over it.
pub(super) fn judged(of: &Entry<'_>, one: &Value) -> Value {
    let says = event::item(one);
    let mut work = of.item.as_object().cloned().unwrap_or_default();
    if let [only] = competencies(of).as_slice() {
        work.insert("competency".to_owned(), json!(only));
    } else {
        work.remove("competency");
    }
    // a criterion of the rubric says the competency, if the assessment does not
    let criteria = of.own.get("criteria").and_then(Value::as_array).into_iter().flatten();
    let by_criterion = event::text(&says, "criterion").and_then(|wanted| {
        let mut found = criteria.filter(|one| event::text(one, "criterion") == Some(wanted));
        found.find_map(|one| event::text(one, "competency"))
    });
    if let Some(competency) = by_criterion {
        work.insert("competency".to_owned(), json!(competency));
    }
    work.remove("id");
    // what it corrected is none of what judges it
    if let Some(extra) = work.get_mut("extra").and_then(Value::as_object_mut) {
        extra.remove("corrects");
    }
    items::assessed(&Value::Object(work), &says, of.id())
}

/// The evidence that an assessment of the work opens, if the work still stood when it came.
pub(super) fn judgement<'e>(of: &Entry<'e>, one: &'e Value) -> Option<Entry<'e>> {
    let has_effect = of.judgements.iter().any(|judgement| std::ptr::eq(*judgement, one));
    has_effect.then(|| Entry { item: judged(of, one), ..Entry::new(one) })
}

/// The items that stand for the work itself, in every version.
pub(super) fn of_work(of: &Entry<'_>) -> Vec<Value> {
    let version = |(item, own): &(Value, Object)| Entry { item: item.clone(), own: own.clone(), ..of.clone() };
    let before = of.versions.iter().flat_map(|said| of_version(&version(said), true));
    before.chain(of_version(of, false)).collect()
}

/// One item for each competency: not yet judged, or in the place of which the judgement or a correction stands.
fn of_version(of: &Entry<'_>, is_corrected: bool) -> Vec<Value> {
    let all = competencies(of);
    let mut items = Vec::new();
    for competency in &all {
        let mut item = of.item.as_object().cloned().unwrap_or_default();
        item.insert("competency".to_owned(), json!(competency));
        // where one criterion is about it, that one
        let criteria = of.own.get("criteria").and_then(Value::as_array).into_iter().flatten();
        let mut about = criteria.filter(|one| event::text(one, "competency") == Some(competency));
        if let (Some(only), None) = (about.next(), about.next())
            && let Some(name) = event::text(only, "criterion")
        {
            item.insert("criterion".to_owned(), json!(name));
        }
        if let Some(id) = event::text(&of.item, "id") {
            let id = if all.len() > 1 { format!("{id}/{competency}") } else { id.to_owned() };
            item.insert("id".to_owned(), json!(id));
        }
        let item = Value::Object(item);
        let why = match of.state {
            // what was judged was so before the work was taken back
            _ if is_corrected || of.judged.contains(competency) => Some("superseded"),
            "retracted" => Some("retracted"),
            _ => None,
        };
        items.push(why.map_or_else(|| item.clone(), |why| items::withdrawn(&item, why)));
    }
    items
}
