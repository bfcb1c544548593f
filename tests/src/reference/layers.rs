//! A policy from layers: every parameter is asked of every layer, and every lock above is asked about it.

#![expect(clippy::indexing_slicing, reason = "a model that is wrong shall fail at once")]

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Code;
use super::canonical::plain;
use super::document::{Object, exact, field, format, list, object, only, required, text};
use super::ready_made::written_out;
use super::value::Exact;

/// The parameters of each section: those of a number first.
const NUMBERS: [(&str, &[&str]); 6] = [
    ("scale", &["min", "max", "proficient"]),
    ("evidence", &[]),
    ("estimate", &["n", "latest_percent"]),
    ("rounding", &["digits"]),
    (
        "sufficiency",
        &[
            "min_evidence",
            "min_assessors",
            "min_contexts",
            "min_kinds",
            "min_artifacts",
            "min_transfer",
            "max_age_days",
        ],
    ),
    ("rollup", &[]),
];
const OTHERS: [(&str, &[&str]); 6] = [
    ("scale", &["levels"]),
    ("evidence", &["order_by", "purposes", "assessor_roles", "extra_credit", "sources", "raters", "reassessment"]),
    ("estimate", &["method", "tie", "predict"]),
    ("rounding", &["mode"]),
    ("sufficiency", &["independent_from_level"]),
    ("rollup", &["method", "missing", "own_evidence", "requirement"]),
];

/// What is put together, and what became of what each layer said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layered {
    /// The policy document.
    pub policy: Value,
    /// By pointer, `value` and `layers`.
    pub trace: BTreeMap<String, Value>,
    /// What was refused.
    pub refused: Vec<Value>,
}

/// A parameter: its section and its key.
type Name = (String, String);

/// One lock of a layer.
struct Lock {
    layer: String,
    names: Vec<Name>,
    min: Option<Exact>,
    max: Option<Exact>,
    allowed: Option<Vec<Value>>,
    reason: Option<String>,
}

impl Lock {
    fn is_about(&self, name: &Name) -> bool {
        self.names.contains(name)
    }

    fn is_fixed(&self) -> bool {
        self.min.is_none() && self.max.is_none() && self.allowed.is_none()
    }

    /// Whether what was `before` may become what is `after`.
    fn lets(&self, before: &Value, after: &Value) -> bool {
        plain(before) == plain(after) || (!self.is_fixed() && self.has(after))
    }

    /// Whether a value is one that the bounds know.
    fn has(&self, value: &Value) -> bool {
        let number = value.as_number().map(super::value::number);
        let from = |min: &Exact| number.as_ref().is_some_and(|number| number >= min);
        let to = |max: &Exact| number.as_ref().is_some_and(|number| number <= max);
        let among = |allowed: &Vec<Value>| allowed.iter().any(|one| plain(one) == plain(value));
        self.min.as_ref().is_none_or(from)
            && self.max.as_ref().is_none_or(to)
            && self.allowed.as_ref().is_none_or(among)
    }
}

/// The layers so far.
#[derive(Default)]
struct Stack {
    values: BTreeMap<Name, (Value, String)>,
    rules: Vec<(Value, String)>,
    wholes: BTreeMap<String, (Value, String)>,
    locks: Vec<Lock>,
    said: BTreeMap<String, Vec<Value>>,
    refused: Vec<Value>,
    ids: [Option<Value>; 2],
}

/// Puts layers together, the highest first.
///
/// # Errors
///
/// The code of what is wrong with a layer.
pub fn layered(documents: &[Value]) -> Result<Layered, Code> {
    let documents: Vec<Value> = documents.iter().map(written_out).collect::<Result<_, _>>()?;
    let documents = documents.as_slice();
    let mut names = Vec::new();
    for document in documents {
        let name = required(text(object(document)?, "layer")?)?;
        if name.is_empty() {
            return Err("invalid-value");
        }
        if names.contains(&name) {
            return Err("duplicate-id");
        }
        names.push(name);
    }
    let mut stack = Stack::default();
    for document in documents {
        check(object(document)?)?;
    }
    for document in documents {
        stack.lay(object(document)?)?;
    }
    Ok(stack.layered())
}

fn check(document: &Object) -> Result<(), Code> {
    only(document, &["format", "layer", "id", "version", "set", "locks"])?;
    format(document, "lrm-policy-layer/1")?;
    text(document, "id")?;
    text(document, "version")?;
    for (key, value) in field(document, "set").map(object).transpose()?.into_iter().flatten() {
        if is_section(key) && !value.is_null() {
            let keys = [NUMBERS, OTHERS].concat();
            let keys = keys.iter().filter(|(other, _)| other == key).flat_map(|(_, keys)| keys.iter());
            for own in object(value)?.keys() {
                if !keys.clone().any(|known| known == own) {
                    return Err("unknown-field");
                }
            }
        } else if !is_section(key) && !["rules", "programmes", "sequences", "extra"].contains(&key.as_str()) {
            return Err("unknown-field");
        }
        if key == "rules" {
            let ids: Vec<_> = value.as_array().into_iter().flatten().filter_map(|rule| rule["id"].as_str()).collect();
            if ids.iter().any(|id| ids.iter().filter(|other| *other == id).count() > 1) {
                return Err("duplicate-id");
            }
        }
    }
    for lock in list(document, "locks")? {
        read_lock(object(lock)?, "")?;
    }
    Ok(())
}

fn is_section(key: &str) -> bool {
    NUMBERS.iter().any(|(section, _)| *section == key)
}

fn read_lock(lock: &Object, layer: &str) -> Result<Lock, Code> {
    only(lock, &["parameter", "min", "max", "allowed", "reason"])?;
    if lock.contains_key("extra") {
        return Err("unknown-field");
    }
    let parameter = required(text(lock, "parameter")?)?;
    let steps: Vec<&str> = parameter.split('/').collect();
    let of = |table: [(&'static str, &'static [&'static str]); 6], wanted: Option<&str>| -> Vec<Name> {
        let mut names = Vec::new();
        for (section, keys) in table {
            for key in keys {
                if steps.get(1) == Some(&section) && wanted.is_none_or(|wanted| wanted == *key) {
                    names.push((section.to_owned(), (*key).to_owned()));
                }
            }
        }
        names
    };
    let (numbers, others) = match steps.as_slice() {
        ["", _] => (of(NUMBERS, None), of(OTHERS, None)),
        ["", _, key] => (of(NUMBERS, Some(key)), of(OTHERS, Some(key))),
        _ => (Vec::new(), Vec::new()),
    };
    let names = [numbers, others.clone()].concat();
    if names.is_empty() {
        return Err("unknown-field");
    }
    let found = Lock {
        layer: layer.to_owned(),
        names,
        min: exact(lock, "min")?,
        max: exact(lock, "max")?,
        allowed: field(lock, "allowed").map(|_| list(lock, "allowed").map(<[Value]>::to_vec)).transpose()?,
        reason: text(lock, "reason")?.map(str::to_owned),
    };
    let is_section = steps.len() == 2;
    let is_numeric = found.min.is_some() || found.max.is_some();
    if (is_section && !found.is_fixed()) || (is_numeric && !others.is_empty()) {
        return Err("invalid-value");
    }
    Ok(found)
}

/// What a parameter is without a word about it, beside a method.
fn default(section: &str, key: &str, method: &Value) -> Value {
    let method = method.as_str().unwrap_or_default();
    match (section, key) {
        ("scale", "min") => json!(0),
        ("evidence", "order_by") => json!("observed_at"),
        ("evidence", "purposes") => json!(["diagnostic", "summative", "common_task"]),
        ("evidence", "assessor_roles") => json!(["teacher", "external", "machine"]),
        ("evidence", "extra_credit") => json!("clamp"),
        ("evidence", "sources") => json!("person"),
        ("evidence", "raters") => json!("separate"),
        ("estimate", "tie") if method == "mode" => json!("most_recent"),
        ("estimate", "predict") if method == "power_law" || method == "linear_trend" => json!("at_n"),
        ("rounding", "mode") => json!("half_away_from_zero"),
        ("sufficiency", key) if key.starts_with("min_") => json!(0),
        ("rollup", "method") => json!("unique_leaves"),
        ("rollup", "missing") => json!("ignore"),
        ("rollup", "own_evidence") => json!("as_child"),
        _ => Value::Null,
    }
}

/// Whether an estimator has a parameter.
fn has_parameter(method: &Value, key: &str) -> bool {
    let method = method.as_str().unwrap_or_default();
    match key {
        "n" => method == "n_mastery" || method == "top_n_mean",
        "latest_percent" => method == "exponential" || method == "latest_vs_mean",
        "tie" => method == "mode",
        "predict" => method == "power_law" || method == "linear_trend",
        _ => false,
    }
}

fn name_of(section: &str, key: &str) -> Name {
    (section.to_owned(), key.to_owned())
}

fn pointer(top: &str, name: &str) -> String {
    format!("/{top}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Stack {
    fn value(&self, name: &Name) -> Value {
        let method = || self.values.get(&name_of(&name.0, "method")).map_or(Value::Null, |(method, _)| method.clone());
        self.values.get(name).map_or_else(|| default(&name.0, &name.1, &method()), |(value, _)| value.clone())
    }

    /// The highest lock that does not let a parameter become this.
    fn against(&self, name: &Name, after: &Value) -> Option<usize> {
        let before = self.value(name);
        self.locks.iter().position(|lock| lock.is_about(name) && !lock.lets(&before, after))
    }

    fn lay(&mut self, document: &Object) -> Result<(), Code> {
        let layer = required(text(document, "layer")?)?;
        for (place, key) in ["id", "version"].into_iter().enumerate() {
            if let Some(given) = field(document, key) {
                self.ids[place] = Some(given.clone());
            }
        }
        let set = field(document, "set").map(object).transpose()?.cloned().unwrap_or_default();
        for (section, _) in NUMBERS {
            match set.get(section) {
                None => {}
                Some(Value::Null) => {
                    let keys = self.values.keys().filter(|name| name.0 == section);
                    let nothing = keys.map(|name| (name.1.clone(), Value::Null)).collect();
                    self.section(layer, section, &nothing);
                }
                Some(given) => self.section(layer, section, object(given)?),
            }
        }
        for (top, given) in set.iter().filter(|(top, _)| !is_section(top)) {
            match given {
                Value::Array(rules) if top == "rules" => {
                    for (place, rule) in rules.iter().enumerate() {
                        self.rule(layer, place, rule);
                    }
                }
                Value::Null if top == "rules" => {
                    for (rule, _) in std::mem::take(&mut self.rules) {
                        if let Some(id) = rule["id"].as_str() {
                            self.say(layer, pointer("rules", id), &Value::Null, None);
                        }
                    }
                }
                given => {
                    self.say(layer, format!("/{top}"), given, None);
                    self.wholes.insert(top.clone(), (given.clone(), layer.to_owned()));
                }
            }
        }
        for lock in list(document, "locks")? {
            self.lock(read_lock(object(lock)?, layer)?)?;
        }
        Ok(())
    }

    fn section(&mut self, layer: &str, section: &str, given: &Object) {
        let Some(lead) = lead(section).filter(|lead| given.contains_key(*lead)) else {
            for (key, value) in given {
                self.give(layer, &name_of(section, key), value);
            }
            return;
        };
        let lead_name = name_of(section, lead);
        let before = self.value(&lead_name);
        let wanted = Some(&given[lead]).filter(|wanted| !wanted.is_null());
        let wanted = wanted.cloned().unwrap_or_else(|| default(section, lead, &Value::Null));
        let others = || given.iter().filter(|(key, _)| *key != lead);
        let is_other = plain(&before) != plain(&wanted);
        if is_other {
            let hanging = hanging(section).iter();
            let by_hanging = || hanging.clone().find_map(|key| self.against_what_hangs(section, key, &wanted, given));
            if let Some(lock) = self.against(&lead_name, &wanted).or_else(by_hanging) {
                self.refuse(layer, &pointer(section, lead), &given[lead], lock);
                for (key, value) in others() {
                    let goes_along = section != "rounding" || before.is_null();
                    if hangs(section, key) && goes_along {
                        self.refuse(layer, &pointer(section, key), value, lock);
                    } else {
                        self.give(layer, &name_of(section, key), value);
                    }
                }
                return;
            }
        }
        let goes = if section == "rounding" { wanted.is_null() } else { is_other || section == "estimate" };
        for key in hanging(section).iter().filter(|key| goes && !given.contains_key(**key)) {
            let name = name_of(section, key);
            let is_held = self.values.contains_key(&name);
            if is_held && self.against(&name, &default(section, key, &wanted)).is_none() {
                self.values.remove(&name);
                self.say(layer, pointer(section, key), &Value::Null, None);
            }
        }
        self.give(layer, &lead_name, &given[lead]);
        for (key, value) in others() {
            self.give(layer, &name_of(section, key), value);
        }
    }

    /// The lock for whose sake the lead of a section cannot become this: of a parameter that hangs on it, and would be gone, or
    /// missing, or what the lock does not know.
    fn against_what_hangs(&self, section: &str, key: &str, wanted: &Value, given: &Object) -> Option<usize> {
        let name = name_of(section, key);
        let default = default(section, key, wanted);
        let is_known = match section {
            "estimate" => has_parameter(wanted, key),
            "rollup" => wanted == "requirement",
            _ => !wanted.is_null(),
        };
        if !is_known {
            return self.against(&name, &default);
        }
        let said = given.get(key).filter(|said| !said.is_null());
        let refused = said.and_then(|said| self.against(&name, said));
        // what is there stays where nothing else may come
        if self.values.contains_key(&name) || (said.is_some() && refused.is_none()) {
            return None;
        }
        if default.is_null() {
            return refused;
        }
        self.locks.iter().position(|lock| lock.is_about(&name) && !lock.has(&default))
    }

    fn give(&mut self, layer: &str, name: &Name, given: &Value) {
        let method = self.value(&name_of(&name.0, lead(&name.0).unwrap_or("method")));
        let after = if given.is_null() { default(&name.0, &name.1, &method) } else { given.clone() };
        let parameter = pointer(&name.0, &name.1);
        if let Some(lock) = self.against(name, &after) {
            self.refuse(layer, &parameter, given, lock);
            return;
        }
        self.say(layer, parameter, given, None);
        if given.is_null() {
            self.values.remove(name);
        } else {
            self.values.insert(name.clone(), (given.clone(), layer.to_owned()));
        }
    }

    fn say(&mut self, layer: &str, parameter: String, value: &Value, refused_by: Option<&str>) {
        let mut said = json!({"layer": layer, "value": value});
        if let Some(refused_by) = refused_by {
            said["refused_by"] = json!(refused_by);
        }
        self.said.entry(parameter).or_default().push(said);
    }

    fn refusal(&self, layer: &str, parameter: &str, value: &Value, lock: usize) -> Value {
        let lock = &self.locks[lock];
        let mut refusal = json!({"parameter": parameter, "layer": layer, "value": value, "lock": lock.layer});
        if let Some(reason) = &lock.reason {
            refusal["reason"] = json!(reason);
        }
        refusal
    }

    fn refuse(&mut self, layer: &str, parameter: &str, value: &Value, lock: usize) {
        let refusal = self.refusal(layer, parameter, value, lock);
        self.refused.push(refusal);
        let by = self.locks[lock].layer.clone();
        self.say(layer, parameter.to_owned(), value, Some(&by));
    }

    fn rule(&mut self, layer: &str, place: usize, given: &Value) {
        let mut rule = given.clone();
        let id = given["id"].as_str();
        let name = id.map_or_else(|| place.to_string(), str::to_owned);
        let mut by = None;
        let mut sections = NUMBERS.map(|(section, _)| section);
        sections.sort_unstable();
        for section in sections {
            let Some(own) = given.get(section).and_then(Value::as_object) else { continue };
            let keys = [NUMBERS, OTHERS].concat();
            let keys = keys.iter().filter(|(other, _)| *other == section).flat_map(|(_, keys)| keys.iter());
            let mut keys: Vec<&&str> = keys.collect();
            keys.sort_unstable();
            for key in keys {
                let method = own.get("method").unwrap_or(&Value::Null);
                let value = field(own, key).cloned().unwrap_or_else(|| default(section, key, method));
                if let Some(lock) = self.against(&name_of(section, key), &value) {
                    let parameter = format!("{}/{section}/{key}", pointer("rules", &name));
                    let refusal = self.refusal(layer, &parameter, &value, lock);
                    self.refused.push(refusal);
                    by.get_or_insert_with(|| self.locks[lock].layer.clone());
                    rule.as_object_mut().map(|rule| rule.remove(section));
                }
            }
        }
        let is_gone = by.is_some() && NUMBERS.iter().all(|(section, _)| rule[*section].is_null());
        if let Some(id) = id {
            self.say(layer, pointer("rules", id), given, by.as_deref().filter(|_| is_gone));
        }
        if !is_gone {
            self.rules.retain(|(other, _)| id.is_none() || other["id"].as_str() != id);
            self.rules.push((rule, layer.to_owned()));
        }
    }

    fn lock(&mut self, lock: Lock) -> Result<(), Code> {
        for name in &lock.names {
            let value = self.value(name);
            let locks: Vec<&Lock> = self.locks.iter().filter(|lock| lock.is_about(name)).chain([&lock]).collect();
            let greatest = locks.iter().filter_map(|lock| lock.min.as_ref()).max();
            let least = locks.iter().filter_map(|lock| lock.max.as_ref()).min();
            let listed = locks.iter().find_map(|lock| lock.allowed.as_ref());
            let is_left = if locks.iter().any(|lock| lock.is_fixed()) {
                // it stays what it is; where there is nothing nothing is outside
                value.is_null() || locks.iter().all(|lock| lock.has(&value))
            } else if let Some(listed) = listed {
                // what is listed can be tried out
                listed.iter().any(|one| locks.iter().all(|lock| lock.has(one)))
            } else {
                greatest.zip(least).is_none_or(|(min, max)| min <= max)
            };
            if !is_left {
                return Err("contradiction");
            }
            if !value.is_null() && !lock.has(&value) {
                return Err("locked");
            }
        }
        self.locks.push(lock);
        Ok(())
    }

    fn layered(self) -> Layered {
        let mut policy = Map::new();
        let mut origins = BTreeMap::new();
        let [id, version] = self.ids.clone();
        policy.extend(id.map(|id| ("id".to_owned(), id)));
        policy.extend(version.map(|version| ("version".to_owned(), version)));
        for ((section, key), (value, layer)) in &self.values {
            policy.entry(section.clone()).or_insert_with(|| json!({}))[key] = value.clone();
            origins.insert(pointer(section, key), json!(layer));
        }
        if !self.rules.is_empty() {
            policy.insert("rules".to_owned(), self.rules.iter().map(|(rule, _)| rule.clone()).collect());
        }
        let with_id = |rule: &Value| rule["id"].as_str().map(str::to_owned);
        for (place, (rule, layer)) in self.rules.iter().enumerate() {
            let name = with_id(rule).unwrap_or_else(|| place.to_string());
            let is_taken = with_id(rule).is_none() && self.rules.iter().any(|(other, _)| other["id"] == json!(name));
            if !is_taken {
                origins.insert(pointer("rules", &name), json!(layer));
            }
        }
        for (top, (value, layer)) in self.wholes.iter().filter(|(_, (value, _))| !value.is_null()) {
            policy.insert(top.clone(), value.clone());
            origins.insert(format!("/{top}"), json!(layer));
        }
        let trace = self.said.iter().map(|(parameter, said)| {
            let steps: Vec<String> =
                parameter.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
            let value = match steps.as_slice() {
                [top] => policy.get(top).cloned().unwrap_or_default(),
                [top, id] if top == "rules" => {
                    let found = self.rules.iter().find(|(rule, _)| rule["id"].as_str() == Some(id));
                    found.map(|(rule, _)| rule.clone()).unwrap_or_default()
                }
                [section, key] => self.value(&name_of(section, key)),
                _ => Value::Null,
            };
            (parameter.clone(), json!({"value": value, "layers": said}))
        });
        let trace = trace.collect();
        policy.insert("layers".to_owned(), json!(origins));
        Layered { policy: Value::Object(policy), trace, refused: self.refused }
    }
}

/// The key of a section on which others hang.
fn lead(section: &str) -> Option<&'static str> {
    match section {
        "estimate" | "rollup" => Some("method"),
        "rounding" => Some("digits"),
        _ => None,
    }
}

/// What hangs on the lead of a section, in byte order.
fn hanging(section: &str) -> &'static [&'static str] {
    match section {
        "estimate" => &["latest_percent", "n", "predict", "tie"],
        "rollup" => &["requirement"],
        "rounding" => &["mode"],
        _ => &[],
    }
}

fn hangs(section: &str, key: &str) -> bool {
    hanging(section).contains(&key)
}
