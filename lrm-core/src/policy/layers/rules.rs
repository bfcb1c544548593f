//! Rules of layers: the last of an id holds, and locks hold for the sections of rules, too.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::parameters::{SECTIONS, default_of};
use super::read::{Given, Layer};
use super::section::Refusal;
use super::stack::{Listed, NULL, Stack, pointer};
use crate::json::read::{Kind, Path, Sink, document, kind, members};
use crate::json::write::{Writer, canonical};
use crate::policy::{
    read_estimate, read_evidence, read_rollup, read_rounding, read_sufficiency, write_estimate, write_evidence,
    write_rollup, write_rounding, write_sufficiency,
};
use crate::scale::Scale;

impl Stack {
    /// Takes the rules of a layer, as far as the locks above let them through.
    pub(super) fn take_rules(&mut self, layers: &[Layer], at: usize, items: &[Given]) {
        self.wholes.remove("rules");
        let current = self.current();
        for given in items {
            let heard = self.rule(layers, at, given, &current);
            if let Some(id) = &given.id {
                let refused_by = heard.as_ref().err().copied();
                self.say(at, pointer("rules", id), &given.json, refused_by);
            }
            if let Ok(json) = heard {
                self.rules.put_last(Listed { given: Given { json, ..given.clone() }, layer: at });
            }
        }
    }

    /// The locked sections as they are, with their defaults written out.
    fn current(&self) -> BTreeMap<&'static str, Written> {
        let locked = SECTIONS.into_iter().filter(|section| self.in_force.keys().any(|(locked, _)| locked == section));
        locked.map(|section| (section, written(section, &self.section_json(section)))).collect()
    }

    /// What is left of a rule, as JSON; else the layer whose lock has left nothing.
    fn rule(
        &mut self,
        layers: &[Layer],
        at: usize,
        given: &Given,
        current: &BTreeMap<&'static str, Written>,
    ) -> Result<String, usize> {
        let raw: Option<&RawValue> = serde_json::from_str(&given.json).ok();
        let Some(raw) = raw.filter(|raw| matches!(kind(raw), Kind::Object)) else { return Ok(given.json.clone()) };
        let members = members(raw, &Path::ROOT).unwrap_or_default();
        let name = given.id.clone().unwrap_or_else(|| given.place.to_string());
        let (mut w, mut sections, mut refused_by) = (Writer::new(), 0, None);
        w.open('{');
        for (key, raw) in &members {
            let section = SECTIONS.into_iter().find(|section| section == key).filter(|_| raw.get() != NULL);
            let refused = section.and_then(|section| {
                let current = current.get(section)?;
                let refused = self.refused_in_rule(section, raw.get(), current);
                let first = refused.first().map(|(_, _, refusal)| refusal.layer);
                for (parameter, json, refusal) in refused {
                    let parameter = format!("{}/{section}/{parameter}", pointer("rules", &name));
                    self.refused.push(refusal.of(layers, at, parameter, json));
                }
                first
            });
            refused_by = refused_by.or(refused);
            if refused.is_none() {
                sections += u32::from(section.is_some());
                w.key(key).raw(raw.get());
            }
        }
        w.close('}');
        match refused_by {
            Some(layer) if sections == 0 => Err(layer),
            _ => Ok(w.finish()),
        }
    }

    /// The parameters of a rule's section that are outside of locks, and what they are there.
    fn refused_in_rule(&self, section: &'static str, json: &str, current: &Written) -> Vec<(String, String, Refusal)> {
        let given = object(json);
        let Some(full) = written(section, json) else { return Vec::new() };
        let method = full.get("method").map_or(NULL, String::as_str);
        let of_section = self.in_force.iter().filter(|((locked, _), _)| *locked == section);
        let refused = of_section.filter_map(|((_, key), force)| {
            let default = default_of(section, key, method);
            let full = full.get(*key).map_or(default, String::as_str);
            let given = given.get(*key).filter(|given| *given != NULL).map_or(full, String::as_str);
            let effective = self.effective(section, key);
            let current = current.as_ref().and_then(|current| current.get(*key)).unwrap_or(&effective);
            let lock = force.refuses(&[full, given], &[current, &effective])?;
            Some(((*key).to_owned(), given.to_owned(), Refusal::from(lock)))
        });
        refused.collect()
    }
}

/// The members of a section as canonical JSON, by key, with the defaults written out; none if it cannot be read.
type Written = Option<BTreeMap<String, String>>;

fn written(section: &str, json: &str) -> Written {
    let raw: &RawValue = document(json.as_bytes()).ok()?;
    let (sink, path, mut w) = (Sink::default(), Path::ROOT, Writer::new());
    match section {
        "scale" => Scale::read(raw, &path, &sink)?.write(&mut w),
        "evidence" => write_evidence(&mut w, &read_evidence(raw, &path, &sink)?),
        "estimate" => write_estimate(&mut w, read_estimate(raw, &path, &sink)?),
        "rounding" => write_rounding(&mut w, read_rounding(raw, &path, &sink)?),
        "sufficiency" => write_sufficiency(&mut w, &read_sufficiency(raw, &path, &sink)?),
        _ => {
            let (rollup, requirement) = read_rollup(raw, &path, &sink, None)?;
            write_rollup(&mut w, rollup, requirement.as_ref().map(|one| one.text.get()));
        }
    }
    if sink.len() > 0 {
        return None;
    }
    Some(object(&w.finish()))
}

/// The members of an object as canonical JSON.
fn object(json: &str) -> BTreeMap<String, String> {
    let Ok(raw) = document(json.as_bytes()).and_then(|raw| canonical(raw, &Path::ROOT)) else {
        return BTreeMap::new();
    };
    let members = members(&raw, &Path::ROOT).unwrap_or_default();
    members.into_iter().map(|(key, raw)| (key.into_owned(), raw.get().to_owned())).collect()
}
