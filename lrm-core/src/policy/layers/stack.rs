//! Putting layers together, from the highest to the lowest.

use std::collections::BTreeMap;

use super::Refused;
use super::locks::{Fault, Force, InForces};
use super::parameters::lead_first;
use super::read::{Given, Layer, Setting};
use crate::error::{Code, Error, Finding, Result, quote};
use crate::json::read::step;
use crate::json::write::Writer;

pub(super) const NULL: &str = "null";

/// A value that holds, as canonical JSON, and the place of the layer that set it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) json: String,
    pub(super) layer: usize,
}

/// One of a list, and the place of the layer that has it.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) given: Given,
    pub(super) layer: usize,
}

/// What a layer said about a parameter, and the place of the layer whose lock refused it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) layer: usize,
    pub(super) json: String,
    pub(super) refused_by: Option<usize>,
}

/// What the layers so far come to.
#[derive(Debug, Default)]
pub(super) struct Stack {
    /// By section and key; what was taken away is not there.
    pub(super) held: BTreeMap<(&'static str, String), Held>,
    /// The lowest layer that said something about a section and was heard.
    pub(super) touched: BTreeMap<&'static str, usize>,
    pub(super) rules: List,
    /// Other lists of objects with ids.
    pub(super) lists: BTreeMap<String, List>,
    pub(super) wholes: BTreeMap<String, Held>,
    pub(super) said: BTreeMap<String, Vec<Said>>,
    pub(super) refused: Vec<Refused>,
    pub(super) in_force: InForces,
}

/// A list in which objects are found by their ids.
#[derive(Debug, Default)]
pub(super) struct List {
    /// What was taken out leaves a gap.
    slots: Vec<Option<Listed>>,
    places: BTreeMap<String, usize>,
}

impl List {
    pub(super) fn items(&self) -> impl Iterator<Item = &Listed> {
        self.slots.iter().flatten()
    }

    fn push(&mut self, listed: Listed) {
        if let Some(id) = &listed.given.id {
            self.places.insert(id.clone(), self.slots.len());
        }
        self.slots.push(Some(listed));
    }

    /// Adds to the end; what had the id before is gone.
    pub(super) fn put_last(&mut self, listed: Listed) {
        let before = listed.given.id.as_ref().and_then(|id| self.places.get(id));
        if let Some(slot) = before.and_then(|at| self.slots.get_mut(*at)) {
            *slot = None;
        }
        self.push(listed);
    }

    /// Takes the place of what had the id before, or is added to the end.
    fn put(&mut self, listed: Listed) {
        let before = listed.given.id.as_ref().and_then(|id| self.places.get(id));
        match before.and_then(|at| self.slots.get_mut(*at)) {
            Some(slot) => *slot = Some(listed),
            None => self.push(listed),
        }
    }

    /// What has an id.
    pub(super) fn get(&self, id: &str) -> Option<&Listed> {
        self.places.get(id).and_then(|at| self.slots.get(*at)).and_then(Option::as_ref)
    }
}

/// The pointer to a name at the top.
pub(super) fn top_pointer(top: &str) -> String {
    format!("/{}", step(top))
}

/// The pointer to something below a name at the top.
pub(super) fn pointer(top: &str, name: &str) -> String {
    top_pointer(top) + &top_pointer(name)
}

impl Stack {
    /// Lays a layer below those so far.
    pub(super) fn lay(&mut self, layers: &[Layer], at: usize) -> Result<()> {
        let Some(layer) = layers.get(at) else { return Ok(()) };
        for (top, setting) in &layer.set {
            match setting {
                Setting::Section(section, None) => {
                    let mut keys: Vec<String> = self.keys(section).map(ToOwned::to_owned).collect();
                    lead_first(section, &mut keys, |key| key);
                    let nothing: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), NULL)).collect();
                    self.section(layers, at, section, &nothing);
                }
                Setting::Section(section, Some(given)) => {
                    let given: Vec<(&str, &str)> = given.iter().map(|(key, json)| (&**key, &**json)).collect();
                    self.section(layers, at, section, &given);
                }
                Setting::Items(items) if top == "rules" => self.take_rules(layers, at, items),
                Setting::Items(items) => {
                    self.wholes.remove(top);
                    let list = self.lists.entry(top.clone()).or_default();
                    for given in items {
                        list.put(Listed { given: given.clone(), layer: at });
                    }
                    for given in items {
                        let name = pointer(top, given.id.as_deref().unwrap_or_default());
                        self.say(at, name, &given.json, None);
                    }
                }
                Setting::Whole(json) => self.take_whole(at, top, json),
            }
        }
        self.lock(layers, at)
    }

    /// The keys of a section that have a value.
    pub(super) fn keys(&self, section: &'static str) -> impl Iterator<Item = &str> {
        let from = self.held.range((section, String::new())..);
        from.take_while(move |((other, _), _)| *other == section).map(|((_, key), _)| key.as_str())
    }

    pub(super) fn json(&self, section: &'static str, key: &str) -> Option<&str> {
        self.held.get(&(section, key.to_owned())).map(|held| held.json.as_str())
    }

    /// Notes for the trace what a layer says of a parameter, and the layer whose lock refused it.
    pub(super) fn say(&mut self, layer: usize, parameter: String, json: &str, refused_by: Option<usize>) {
        let said = Said { layer, json: json.to_owned(), refused_by };
        self.said.entry(parameter).or_default().push(said);
    }

    fn take_whole(&mut self, at: usize, top: &str, json: &str) {
        let list = if top == "rules" { Some(std::mem::take(&mut self.rules)) } else { self.lists.remove(top) };
        for id in list.iter().flat_map(List::items).filter_map(|listed| listed.given.id.as_deref()) {
            self.say(at, pointer(top, id), NULL, None);
        }
        if list.is_none() || json != NULL {
            self.say(at, top_pointer(top), json, None);
        }
        if json == NULL {
            self.wholes.remove(top);
        } else {
            self.wholes.insert(top.to_owned(), Held { json: json.to_owned(), layer: at });
        }
    }

    /// A section as it is.
    pub(super) fn section_json(&self, section: &'static str) -> String {
        let mut w = Writer::new();
        w.open('{');
        for key in self.keys(section) {
            w.key(key).raw(self.json(section, key).unwrap_or(NULL));
        }
        w.close('}');
        w.finish()
    }

    /// The layer's own locks, for the layers below it.
    fn lock(&mut self, layers: &[Layer], at: usize) -> Result<()> {
        let mut findings = Vec::new();
        for (place, lock) in layers.get(at).map(|layer| &layer.locks).into_iter().flatten() {
            for parameter in &lock.parameters {
                let (section, key) = (parameter.section, parameter.key);
                let current = self.effective(section, key);
                let force: &mut Force = self.in_force.entry((section, key)).or_default();
                let name = quote(&pointer(section, key));
                let (code, message) = match force.add(at, lock, &current) {
                    Ok(()) => continue,
                    Err(Fault::Contradiction) => {
                        (Code::Contradiction, format!("no value of {name} is left by this lock and those above"))
                    }
                    Err(Fault::Outside) => (Code::Locked, format!("{name} is {current}, outside of its own lock")),
                };
                findings.push(Finding::new(code, format!("/locks/{place}"), message));
            }
        }
        if findings.is_empty() { Ok(()) } else { Err(Error::from_findings(findings)) }
    }
}
