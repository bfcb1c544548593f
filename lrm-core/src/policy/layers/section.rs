//! What a layer says about a section: each parameter by itself, but for those that stand and fall with the section's lead.

use super::Refused;
use super::locks::InForce;
use super::parameters::{default_of, depends_on_lead, fits, lead_of};
use super::read::Layer;
use super::stack::{Held, NULL, Stack, pointer};

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

impl From<&InForce> for Refusal {
    fn from(lock: &InForce) -> Self {
        Self { layer: lock.layer, reason: lock.reason.clone() }
    }
}

impl Stack {
    /// What a parameter is, said or not.
    pub(super) fn effective(&self, section: &'static str, key: &str) -> String {
        self.json(section, key).map_or_else(|| default_of(section, key, &self.lead(section)).to_owned(), str::to_owned)
    }

    /// What the lead of a section is, said or not; null where it has none.
    fn lead(&self, section: &'static str) -> String {
        let Some(lead) = lead_of(section) else { return NULL.to_owned() };
        self.json(section, lead).unwrap_or_else(|| default_of(section, lead, NULL)).to_owned()
    }

    /// The layer whose lock refuses a value, and the reason.
    fn refuses(&self, section: &'static str, key: &str, json: &str) -> Option<Refusal> {
        let (_, force) = self.in_force.iter().find(|((other, known), _)| *other == section && *known == key)?;
        force.refuses(&[json], &[&self.effective(section, key)]).map(Refusal::from)
    }

    /// The parameters of a layer, the lead first.
    pub(super) fn section(&mut self, layers: &[Layer], at: usize, section: &'static str, given: &[(&str, &str)]) {
        let named = given.first().filter(|(key, _)| lead_of(section) == Some(*key));
        if let Some((lead, json)) = named {
            let next = if *json == NULL { default_of(section, lead, NULL) } else { json };
            if let Some(refusal) = self.lead_refused(section, (lead, next), given) {
                let before = self.lead(section);
                for (key, json) in given {
                    // what is there for a method is refused with it; decimals may be rounded in another way if there are some
                    let stays = section == "rounding" && fits(section, key, &before);
                    if key == lead || (depends_on_lead(section, key) && !stays) {
                        self.refuse(layers, at, section, key, json, refusal.clone());
                    } else {
                        self.give(layers, at, section, key, json);
                    }
                }
                return;
            }
            self.drop_dependents(at, section, next, given);
        }
        for (key, json) in given {
            self.give(layers, at, section, key, json);
        }
    }

    /// Why the lead of a section cannot become what a layer wants: it is locked, or something locked that depends on it would be
    /// gone, or outside of its lock, or lacking.
    fn lead_refused(
        &self,
        section: &'static str,
        (lead, next): (&str, &str),
        given: &[(&str, &str)],
    ) -> Option<Refusal> {
        if next == self.lead(section) {
            return None;
        }
        let dependents =
            self.in_force.iter().filter(|((other, key), _)| *other == section && depends_on_lead(section, key));
        let mut against = dependents.filter_map(|((_, key), force)| {
            let default = default_of(section, key, next);
            if !fits(section, key, next) {
                return self.refuses(section, key, default);
            }
            let said = given.iter().find(|(other, json)| other == key && *json != NULL);
            let refused = said.map(|(_, json)| self.refuses(section, key, json));
            match refused {
                // what was there before stays, or what the layer says comes
                _ if self.json(section, key).is_some() => None,
                Some(None) => None,
                // there is nothing else
                Some(refused) if default == NULL => refused,
                _ => force.outside(default).map(Refusal::from),
            }
        });
        self.refuses(section, lead, next).or_else(|| against.next())
    }

    /// What depends on the lead goes with it, unless the layer says it anew or a lock keeps it.
    fn drop_dependents(&mut self, at: usize, section: &'static str, next: &str, given: &[(&str, &str)]) {
        // `estimate` is replaced as a whole, also by the same method; where there is no lead nothing depends on it
        if section != "estimate" && next == self.lead(section) && next != NULL {
            return;
        }
        let gone = |key: &&str| {
            let stays = section == "rounding" && fits(section, key, next);
            depends_on_lead(section, key) && !stays && !given.iter().any(|(other, _)| other == key)
        };
        let gone: Vec<String> = self.keys(section).filter(gone).map(ToOwned::to_owned).collect();
        for key in gone {
            let default = default_of(section, &key, next);
            if self.refuses(section, &key, default).is_none() {
                self.held.remove(&(section, key.clone()));
                self.say(at, pointer(section, &key), NULL, None);
            }
        }
    }

    /// One parameter of a layer.
    fn give(&mut self, layers: &[Layer], at: usize, section: &'static str, key: &str, json: &str) {
        let becomes = if json == NULL { default_of(section, key, &self.lead(section)) } else { json };
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
        self.say(at, pointer(section, key), json, None);
    }

    fn refuse(&mut self, layers: &[Layer], at: usize, section: &'static str, key: &str, json: &str, refusal: Refusal) {
        let parameter = pointer(section, key);
        self.say(at, parameter.clone(), json, Some(refusal.layer));
        self.refused.push(refusal.of(layers, at, parameter, json.to_owned()));
    }
}
