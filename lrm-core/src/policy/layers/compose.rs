//! From the layers to one policy document, and from what is wrong with that back to the layer that said it.

use std::collections::BTreeMap;

use super::placed;
use super::read::Layer;
use super::stack::{List, Listed, Stack, top_pointer};
use super::{origins, parameters::SECTIONS};
use crate::error::{Error, Finding, Result};
use crate::json::write::Writer;
use crate::policy::Policy;

/// The policy that the layers come to.
pub(super) fn policy(stack: &Stack, layers: &[Layer]) -> Result<Policy> {
    let json = document(stack, layers);
    Policy::from_json(&json).map_err(|error| {
        let lists = stack.lists.iter().map(|(top, list)| (top.as_str(), list));
        let lists = lists.chain([("rules", &stack.rules)]).map(|(top, list)| (top, list.items().collect()));
        let lists: Lists<'_> = lists.collect();
        let found = error.findings().iter().flat_map(|finding| back(finding, stack, &lists, layers));
        Error::from_findings(found.collect())
    })
}

/// The lists of the policy, by name.
type Lists<'s> = BTreeMap<&'s str, Vec<&'s Listed>>;

fn document(stack: &Stack, layers: &[Layer]) -> String {
    let lowest = |field: fn(&Layer) -> &Option<String>| layers.iter().rev().find_map(|layer| field(layer).as_deref());
    let mut w = Writer::new();
    w.open('{');
    w.optional("id", lowest(|layer| &layer.id));
    w.optional("version", lowest(|layer| &layer.version));
    for section in SECTIONS {
        if stack.keys(section).next().is_some() {
            w.key(section).raw(&stack.section_json(section));
        }
    }
    let rules = ("rules", &stack.rules);
    let lists = stack.lists.iter().map(|(top, list)| (top.as_str(), list));
    for (top, list) in std::iter::once(rules).chain(lists) {
        let has_other = stack.wholes.contains_key(top);
        if has_other || (top == "rules" && list.items().next().is_none()) {
            continue;
        }
        w.key(top).open('[');
        for listed in list.items() {
            w.item().raw(&listed.given.json);
        }
        w.close(']');
    }
    for (top, held) in &stack.wholes {
        w.key(top).raw(&held.json);
    }
    // of several the first has the name
    let mut named = BTreeMap::new();
    for (parameter, layer) in origins(stack) {
        named.entry(parameter).or_insert(layer);
    }
    w.key("layers").open('{');
    for (parameter, layer) in &named {
        w.key(parameter).text(layers.get(*layer).map_or("", |layer| &layer.name));
    }
    w.close('}').close('}');
    w.finish()
}

fn plain(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// What holds at a pointer, as canonical JSON.
pub(super) fn value(stack: &Stack, parameter: &str) -> String {
    let (top, name) = steps(parameter);
    let item = |list: &List, name: &str| list.get(name).map(|listed| listed.given.json.clone());
    let whole = || stack.wholes.get(&top).map(|held| held.json.clone());
    let found = match (SECTIONS.into_iter().find(|section| *section == top), name) {
        (Some(section), Some(name)) => Some(stack.effective(section, &name)),
        (None, Some(name)) if top == "rules" => item(&stack.rules, &name),
        (None, Some(name)) => stack.lists.get(&top).and_then(|list| item(list, &name)),
        (_, None) => whole(),
    };
    found.unwrap_or_else(|| "null".to_owned())
}

/// The first step of a pointer, and the second.
fn steps(pointer: &str) -> (String, Option<String>) {
    let mut steps = pointer.split('/').skip(1).map(plain);
    (steps.next().unwrap_or_default(), steps.next())
}

/// A finding about the policy as one about the document of the layer that said it.
fn back(finding: &Finding, stack: &Stack, lists: &Lists<'_>, layers: &[Layer]) -> Vec<Finding> {
    let Some((layer, path)) = origin(&finding.path, stack, lists) else { return vec![finding.clone()] };
    let finding = Finding { path, ..finding.clone() };
    placed(&[finding], layer, layers.get(layer).map_or("", |layer| &layer.name))
}

fn origin(path: &str, stack: &Stack, lists: &Lists<'_>) -> Option<(usize, String)> {
    let (top, next) = steps(path);
    let in_set = format!("/set{path}");
    if let Some(section) = SECTIONS.into_iter().find(|section| *section == top) {
        let held = next.and_then(|key| stack.held.get(&(section, key)));
        let layer = held.map(|held| held.layer).or_else(|| stack.touched.get(section).copied())?;
        return Some((layer, in_set));
    }
    if let Some(held) = stack.wholes.get(&top) {
        return Some((held.layer, in_set));
    }
    let list = lists.get(top.as_str())?;
    let Some(listed) = next.and_then(|at| list.get(at.parse::<usize>().ok()?)) else {
        // about the list as a whole: the lowest that adds to it
        let layer = list.iter().map(|listed| listed.layer).max()?;
        return Some((layer, in_set));
    };
    let rest: String = path.split('/').skip(3).flat_map(|step| ["/", step]).collect();
    Some((listed.layer, format!("/set{}/{}{rest}", top_pointer(&top), listed.given.place)))
}
