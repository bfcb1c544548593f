//! Putting layers together, from the highest to the lowest.

use std::collections::BTreeMap;

use super::Refused;
use super::locks::{Fault, Force, InForces};
use super::parameters::{default_of, depends_on_method, fits};
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
                    let keys: Vec<String> = self.keys(section).map(ToOwned::to_owned).collect();
                    let nothing: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), NULL)).collect();
                    self.section(layers, at, section, &nothing, false);
                }
                Setting::Section(section, Some(given)) => {
                    let given: Vec<(&str, &str)> = given.iter().map(|(key, json)| (&**key, &**json)).collect();
                    let names = given.first().is_some_and(|(key, json)| *key == "method" && *json != NULL);
                    self.section(layers, at, section, &given, names);
                }
                Setting::Items(items) if top == "rules" => self.take_rules(layers, at, items),
                Setting::Items(items) => {
                    self.wholes.remove(top);
                    let list = self.lists.entry(top.clone()).or_default();
                    for given in items {
                        list.put(Listed { given: given.clone(), layer: at });
                        let said = Said { layer: at, json: given.json.clone(), refused_by: None };
                        let name = pointer(top, given.id.as_deref().unwrap_or_default());
                        self.said.entry(name).or_default().push(said);
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

    /// What a parameter is, said or not.
    pub(super) fn effective(&self, section: &'static str, key: &str) -> String {
        self.json(section, key)
            .map_or_else(|| default_of(section, key, &self.method(section)).to_owned(), str::to_owned)
    }

    fn method(&self, section: &'static str) -> String {
        let said = self.json(section, "method");
        said.unwrap_or_else(|| default_of(section, "method", NULL)).to_owned()
    }

    /// The layer whose lock refuses a value, and the reason.
    fn refuses(&self, section: &'static str, key: &str, json: &str) -> Option<Refusal> {
        let (_, force) = self.in_force.iter().find(|((other, known), _)| *other == section && *known == key)?;
        let lock = force.refuses(&[json], &[&self.effective(section, key)])?;
        Some(Refusal { layer: lock.layer, reason: lock.reason.clone() })
    }

    fn section(
        &mut self,
        layers: &[Layer],
        at: usize,
        section: &'static str,
        given: &[(&str, &str)],
        names_method: bool,
    ) {
        if names_method
            && let Some((_, method)) = given.first()
            && let Some(refusal) = self.method_refused(section, method, given)
        {
            // what is there for a method is refused with it
            for (key, json) in given {
                if *key == "method" || depends_on_method(section, key) {
                    self.refuse(layers, at, section, key, json, refusal.clone());
                } else {
                    self.give(layers, at, section, key, json);
                }
            }
            return;
        }
        let before = self.method(section);
        if names_method && let Some((_, method)) = given.first() {
            self.drop_dependents(at, section, (&before, method), given);
        }
        for (key, json) in given {
            self.give(layers, at, section, key, json);
        }
    }

    /// Why a layer cannot have its method: it is locked, or a locked parameter would be gone with the one that there is.
    fn method_refused(&self, section: &'static str, method: &str, given: &[(&str, &str)]) -> Option<Refusal> {
        if method == self.method(section) {
            return None;
        }
        let lost = |key: &str| {
            let said = given.iter().any(|(other, json)| *other == key && *json != NULL);
            depends_on_method(section, key) && !fits(section, key, method) && !(said && section == "rollup")
        };
        let lost = self.keys(section).filter(|key| lost(key)).find_map(|key| self.refuses(section, key, NULL));
        self.refuses(section, "method", method).or(lost)
    }

    /// What depends on a method goes with it, unless the layer says it anew or a lock keeps it.
    fn drop_dependents(
        &mut self,
        at: usize,
        section: &'static str,
        (before, method): (&str, &str),
        given: &[(&str, &str)],
    ) {
        // `estimate` is replaced as a whole, also by the same method
        if section != "estimate" && before == method {
            return;
        }
        let gone = |key: &&str| depends_on_method(section, key) && !given.iter().any(|(other, _)| other == key);
        let gone: Vec<String> = self.keys(section).filter(gone).map(ToOwned::to_owned).collect();
        for key in gone {
            let default = default_of(section, &key, method);
            if self.refuses(section, &key, default).is_none() {
                self.held.remove(&(section, key.clone()));
                let said = Said { layer: at, json: NULL.to_owned(), refused_by: None };
                self.said.entry(pointer(section, &key)).or_default().push(said);
            }
        }
    }

    /// One parameter of a layer.
    fn give(&mut self, layers: &[Layer], at: usize, section: &'static str, key: &str, json: &str) {
        let becomes = if json == NULL { default_of(section, key, &self.method(section)) } else { json };
        if let Some(refusal) = self.refuses(section, key, becomes) {
            self.refuse(layers, at, section, key, json, refusal);
            return;
        }
        let place = (section, key.to_owned());
        if json == NULL {
            self.held.remove(&place);
        } else {
            self.held.insert(place, Held { json: json.to_owned(), layer: at });
        }
        self.touched.insert(section, at);
        let said = Said { layer: at, json: json.to_owned(), refused_by: None };
        self.said.entry(pointer(section, key)).or_default().push(said);
    }

    fn refuse(&mut self, layers: &[Layer], at: usize, section: &'static str, key: &str, json: &str, refusal: Refusal) {
        let parameter = pointer(section, key);
        let said = Said { layer: at, json: json.to_owned(), refused_by: Some(refusal.layer) };
        self.said.entry(parameter.clone()).or_default().push(said);
        self.refused.push(refusal.of(layers, at, parameter, json.to_owned()));
    }

    fn take_whole(&mut self, at: usize, top: &str, json: &str) {
        let says = |parameter: String, json: &str, said: &mut BTreeMap<String, Vec<Said>>| {
            let one = Said { layer: at, json: json.to_owned(), refused_by: None };
            said.entry(parameter).or_default().push(one);
        };
        let list = if top == "rules" { Some(std::mem::take(&mut self.rules)) } else { self.lists.remove(top) };
        for id in list.iter().flat_map(List::items).filter_map(|listed| listed.given.id.as_deref()) {
            says(pointer(top, id), NULL, &mut self.said);
        }
        if list.is_none() || json != NULL {
            says(top_pointer(top), json, &mut self.said);
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

/// Which lock refuses something.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) layer: usize,
    pub(super) reason: Option<String>,
}

impl Refusal {
    pub(super) fn of(self, layers: &[Layer], at: usize, parameter: String, value: String) -> Refused {
        let name = |at: usize| layers.get(at).map(|layer| layer.name.clone()).unwrap_or_default();
        Refused { parameter, layer: name(at), value, lock: name(self.layer), reason: self.reason }
    }
}
