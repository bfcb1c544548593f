//! What is there and what is gone: erased events leave their digests, so that the hash of a log stays what it was (semantics:
//! Erasure).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Code;
use super::document::{Object, field};
use super::entry::Entry;
use super::event;
use super::faults;
use super::identity;
use super::instant::{self, Instant};
use super::log::Log;

/// The kinds of events that nobody can erase.
const LASTING: [&str; 6] = ["erased", "held", "released", "published", "identified", "separated"];

/// One copy of the log of a learner: what is there of it.
#[derive(Clone, Debug, Default)]
pub(super) struct LogCopy {
    /// The learner, if any event ever named one.
    pub(super) learner: Option<String>,
    /// The events, in any order, and some of them maybe several times.
    pub(super) events: Vec<Value>,
}

/// An event that is there no more.
struct Gone {
    label: Option<String>,
    digest: String,
    /// Since when it was known.
    known: Option<Instant>,
}

impl LogCopy {
    /// The copy that reads these events: what is erased among them is dropped at once.
    ///
    /// # Errors
    ///
    /// `invalid-value` if events name somebody else.
    pub(super) fn read(events: &[Value]) -> Result<Self, Code> {
        let mut copy = Self { learner: identity::learner(events)?, events: events.to_vec() };
        copy.drop_gone();
        Ok(copy)
    }

    /// What had come in by an instant. What is said about another learner came in with who they are.
    pub(super) fn known_at(&self, at: Instant) -> Self {
        let others = self.others(at);
        let was_there = |one: &&Value| {
            is_known(event::known(one), at) && self.label(one).is_none_or(|label| others.contains(label))
        };
        let events = self.events.iter().filter(was_there).cloned().collect();
        let mut copy = Self { learner: self.learner.clone(), events };
        copy.drop_gone();
        copy
    }

    /// The hash of all that was ever there, as far as this copy knows.
    pub(super) fn hash(&self) -> String {
        let there = self.events.iter().map(|one| line(&digest(one), self.label(one)));
        let gone = self.gone().into_iter().map(|one| line(&one.digest, one.label.as_deref()));
        self.hash_of(there.chain(gone))
    }

    /// The hash that the log had when only what was known at an instant had come in.
    pub(super) fn hash_at(&self, at: Instant) -> String {
        let others = self.others(at);
        let was_there = |known: Option<Instant>, label: Option<&str>| {
            is_known(known, at) && label.is_none_or(|label| others.contains(label))
        };
        // an erasure that does not say when it was is of no day before
        let is_dated = |one: &&Value| event::opens(one) != Some("erasure") || event::known(one).is_some();
        let there = self.events.iter().filter(is_dated).filter(|one| was_there(event::known(one), self.label(one)));
        let there = there.map(|one| line(&digest(one), self.label(one)));
        let gone = self.gone().into_iter().filter(|one| was_there(one.known, one.label.as_deref()));
        let gone = gone.map(|one| line(&one.digest, one.label.as_deref()));
        self.hash_of(there.chain(gone))
    }

    /// Erases events, with all that is about them; gives how many are gone.
    ///
    /// # Errors
    ///
    /// `dangling-reference` for what is not there; `invalid-value` for what lasts, and for what is about an event that stays;
    /// `legal-hold`; what is wrong with the event itself. Then nothing has changed.
    pub(super) fn erase(&mut self, what: &[&str], fields: &Object) -> Result<usize, Vec<Code>> {
        let mut findings = Vec::new();
        let mut chosen: BTreeSet<usize> = BTreeSet::new();
        for name in what {
            let found: Vec<usize> = (0..self.events.len()).filter(|place| self.is_meant(*place, name)).collect();
            if found.iter().any(|place| self.events.get(*place).is_some_and(|one| !can_be_erased(one))) {
                findings.push("invalid-value");
            }
            if found.is_empty() && !self.gone().iter().any(|one| one.digest == *name) {
                findings.push("dangling-reference");
            }
            chosen.extend(found);
        }
        self.close(&mut chosen);
        for one in chosen.iter().filter_map(|place| self.events.get(*place)) {
            let before = event::text(one, "of").map(|of| self.of_id(of)).unwrap_or_default();
            if !before.is_subset(&chosen) {
                findings.push("invalid-value");
            }
        }
        findings.extend(self.reviews(&chosen));
        if self.is_held() {
            findings.push("legal-hold");
        }
        let said = self.erasures(&chosen, fields);
        findings.extend(said.iter().flat_map(|one| faults::faults(one).into_iter().chain(faults::item_faults(one))));
        if !findings.is_empty() {
            return Err(findings);
        }
        let before = self.distinct() + said.len();
        self.events.extend(said);
        self.drop_gone();
        Ok(before - self.distinct())
    }

    /// A finding for each of the chosen that is why a credit which stays is under review.
    fn reviews(&self, chosen: &BTreeSet<usize>) -> Vec<Code> {
        let learner = self.learner.as_deref();
        let counting = self.counting();
        let entries = Log::of(counting.iter(), learner).entries(&mut Vec::new());
        let goes = |one: &Value| {
            let content = event::content(one, learner);
            chosen.iter().filter_map(|place| self.events.get(*place)).any(|one| event::content(one, learner) == content)
        };
        let credits = entries.values().filter(|entry| entry.kind == "credit" && entry.shown() == "under_review");
        let stay = credits.filter(|entry| !goes(entry.opening));
        let causes = stay.flat_map(|entry| entry.causes.iter().collect::<BTreeSet<_>>());
        causes.filter(|cause| !self.of_id(cause).is_disjoint(chosen)).map(|_| "invalid-value").collect()
    }

    /// True while somebody's reason not to erase stands.
    pub(super) fn is_held(&self) -> bool {
        let is_hold = |entry: &Entry<'_>| entry.kind == "hold" && entry.state == "held";
        let counting = self.counting();
        Log::of(counting.iter(), self.learner.as_deref()).entries(&mut Vec::new()).values().any(is_hold)
    }

    /// True for an event that erases something that is there: a hold is in force.
    pub(super) fn waits(&self, erasing: &Value) -> bool {
        let label = self.label(erasing).map(str::to_owned);
        let listed = Self { learner: self.learner.clone(), events: vec![erasing.clone()] }.gone();
        self.events.iter().any(|one| {
            let is_listed = || listed.iter().any(|gone| gone.digest == digest(one));
            can_be_erased(one) && self.label(one) == label.as_deref() && is_listed()
        })
    }

    /// The events of the learner, and of all who are the same person.
    pub(super) fn counting(&self) -> Vec<Value> {
        let names = self.names();
        let counts = |one: &&Value| event::text(one, "learner").is_none_or(|learner| names.contains(learner));
        self.events.iter().filter(counts).cloned().collect()
    }

    /// The names of the learner, and of all who are the same person.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let learner = self.learner.as_deref();
        identity::counting(&Log::of(self.events.iter(), learner), learner)
    }

    /// The learner whom an event names, if that is another one.
    fn label<'e>(&self, one: &'e Value) -> Option<&'e str> {
        event::label(one, self.learner.as_deref())
    }

    /// How many different events there are.
    fn distinct(&self) -> usize {
        self.events.iter().map(|one| event::content(one, self.learner.as_deref())).collect::<BTreeSet<_>>().len()
    }

    /// What sound events of the kind `erased` list.
    fn gone(&self) -> Vec<Gone> {
        let sound = self.events.iter().filter(|one| event::opens(one) == Some("erasure") && faults::is_sound(one));
        let listed = sound.flat_map(|one| {
            let list = one.get("erased").and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|listed| {
                let known = event::text(listed, "known").and_then(instant::parse);
                let label = self.label(one).map(str::to_owned);
                Some(Gone { label, digest: event::text(listed, "digest")?.to_owned(), known })
            })
        });
        listed.collect()
    }

    /// Drops what is erased, unless somebody has a reason against it.
    fn drop_gone(&mut self) {
        let gone = self.gone();
        if gone.is_empty() || self.is_held() {
            return;
        }
        let learner = self.learner.clone();
        self.events.retain(|one| {
            let label = event::label(one, learner.as_deref());
            let is_listed = || gone.iter().any(|gone| gone.label.as_deref() == label && gone.digest == digest(one));
            !(can_be_erased(one) && is_listed())
        });
    }

    /// Everybody who by an instant was said to be the same person, maybe by way of others.
    fn others(&self, at: Instant) -> BTreeSet<String> {
        let mut others = BTreeSet::new();
        loop {
            let before = others.len();
            for one in &self.events {
                let says = event::opens(one) == Some("identity") && faults::is_sound(one);
                if says && is_known(event::known(one), at) && self.label(one).is_none_or(|by| others.contains(by)) {
                    others.extend(event::text(one, "other").map(str::to_owned));
                }
            }
            if others.len() == before {
                return others;
            }
        }
    }

    fn hash_of(&self, lines: impl Iterator<Item = String>) -> String {
        let learner = self.learner.as_ref().map(|learner| format!(r#","learner":{}"#, json!(learner)));
        let head = format!(r#"{{"format":"lrm-log/1"{}}}"#, learner.unwrap_or_default());
        let sorted: BTreeSet<String> = lines.collect();
        sha256(&[head].into_iter().chain(sorted).collect::<Vec<_>>().join("\n"))
    }

    /// True if the event is the one of that id or, without an id, of that digest.
    fn is_meant(&self, place: usize, name: &str) -> bool {
        let Some(one) = self.events.get(place) else { return false };
        let ids = |one: &Value| self.has_own_id(one) && event::text(one, "id") == Some(name);
        ids(one) || (digest(one) == name && !self.events.iter().any(ids))
    }

    /// True for an event of the learner or of somebody who is the same person: ids of others are not theirs.
    fn has_own_id(&self, one: &Value) -> bool {
        let names = self.names();
        event::text(one, "learner").is_none_or(|learner| names.contains(learner))
    }

    /// The places of the events of an id.
    fn of_id(&self, id: &str) -> BTreeSet<usize> {
        let own = |place: &usize| self.events.get(*place).filter(|one| self.has_own_id(one));
        (0..self.events.len()).filter(|place| own(place).and_then(|one| event::text(one, "id")) == Some(id)).collect()
    }

    /// Adds what is about the chosen events, and what has an id of theirs, until there is nothing more.
    fn close(&self, chosen: &mut BTreeSet<usize>) {
        loop {
            let before = chosen.len();
            let ids: BTreeSet<&str> =
                chosen.iter().filter_map(|place| event::text(self.events.get(*place)?, "id")).collect();
            // what lasts stays, whatever it says that it is about
            let can_go = |one: &Value| can_be_erased(one) && self.has_own_id(one);
            for (place, one) in self.events.iter().enumerate().filter(|(_, one)| can_go(one)) {
                let names = [event::text(one, "id"), event::text(one, "of")];
                if names.into_iter().flatten().any(|name| ids.contains(name)) {
                    chosen.insert(place);
                }
            }
            if chosen.len() == before {
                return;
            }
        }
    }

    /// The events that say what was erased: one for the learner's own, and one for every other name.
    fn erasures(&self, chosen: &BTreeSet<usize>, fields: &Object) -> Vec<Value> {
        let mut by_label: BTreeMap<Option<&str>, BTreeMap<String, Value>> = BTreeMap::new();
        for one in chosen.iter().filter_map(|place| self.events.get(*place)) {
            let digest = digest(one);
            let listed = match event::known(one) {
                Some(known) => json!({"digest": digest, "known": instant::show(known)}),
                None => json!({ "digest": digest }),
            };
            by_label.entry(self.label(one)).or_default().insert(digest, listed);
        }
        let said = by_label.into_iter().map(|(label, listed)| {
            let mut one = fields.clone();
            one.insert("event".to_owned(), json!("erased"));
            one.insert("erased".to_owned(), listed.into_values().collect());
            if let Some(label) = label {
                one.insert("learner".to_owned(), json!(label));
                if let Some(id) = field(fields, "id").and_then(Value::as_str) {
                    one.insert("id".to_owned(), json!(format!("{id}/{label}")));
                }
            }
            Value::Object(one)
        });
        said.collect()
    }
}

/// What stands for an event whatever becomes of it.
pub(super) fn digest(one: &Value) -> String {
    sha256(&event::own_content(one))
}

/// True if the event is of a kind that can be erased, or would be of another one but for what is wrong with it.
pub(super) fn can_be_erased(one: &Value) -> bool {
    event::kind(one).is_none_or(|kind| !LASTING.contains(&kind)) || !faults::is_sound(one)
}

fn line(digest: &str, label: Option<&str>) -> String {
    label.map_or_else(|| digest.to_owned(), |label| format!("{digest} {}", json!(label)))
}

fn is_known(known: Option<Instant>, at: Instant) -> bool {
    known.is_none_or(|known| known <= at)
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
