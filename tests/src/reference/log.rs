//! The log: events, the entries that they open and act on, and the items that follow (semantics: Log).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Code;
use super::enrolment::{Stay, scope_at, stays};
use super::entry::Entry;
use super::erasure::{LogCopy, can_be_erased};
use super::event::{self, opens};
use super::faults;
use super::identity;
use super::instant::Instant;
use super::items;
use super::pending;
use super::submission;
use super::thread::{Place, Step, follow, thread};

/// What follows from events.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// Every item in every version.
    pub items: Vec<Value>,
    /// The codes of what is wrong with events, in any order.
    pub findings: Vec<Code>,
    /// Where the entry of each id stands.
    pub states: BTreeMap<String, &'static str>,
    /// The entries by id, as objects.
    pub entries: BTreeMap<String, Map<String, Value>>,
    /// The entries that wait for a person.
    pub pending: Vec<Value>,
    /// The enrolments that name competencies.
    stays: Vec<Stay>,
}

impl Folded {
    /// The competencies that apply to the learner at an instant; none if all of them do.
    pub fn scope_at(&self, at: Instant) -> Option<Vec<String>> {
        scope_at(&self.stays, at)
    }
}

/// The set of events that were known at an instant, each once.
#[derive(Debug)]
pub(super) struct Log<'e> {
    /// By content.
    pub(super) events: BTreeMap<String, &'e Value>,
    /// Of each id the least content.
    ids: BTreeMap<&'e str, String>,
    /// The contents of those that nothing keeps from having an effect. What is wrong with evidence keeps it from nothing.
    sound: BTreeSet<String>,
}

/// What an event is about.
pub(super) enum Root<'l> {
    /// The entry that the event of this content opens.
    Entry(&'l str),
    /// Not known so far.
    Missing,
    /// Itself.
    Circle,
}

/// What follows from the events that were known at an instant, or from all.
pub fn fold(events: &[Value], known_at: Option<Instant>) -> Folded {
    let copy = LogCopy::read(events).unwrap_or_default();
    folded(&known_at.map_or_else(|| copy.clone(), |at| copy.known_at(at)))
}

/// The contents of the events that are there, by which they are told apart.
pub fn contents(events: &[Value]) -> BTreeSet<String> {
    let copy = LogCopy::read(events).unwrap_or_default();
    copy.events.iter().map(|one| event::content(one, copy.learner.as_deref())).collect()
}

/// What follows from what is there.
pub(super) fn folded(copy: &LogCopy) -> Folded {
    let learner = &copy.learner;
    let all = Log::of(copy.events.iter(), learner.as_deref());
    let count = identity::counting(&all, learner.as_deref());
    let counts = |one: &&Value| event::text(one, "learner").is_none_or(|learner| count.contains(learner));
    let log = Log::of(all.events.values().copied().filter(counts), learner.as_deref());
    let mut folded = Folded::default();
    for (content, one) in &log.events {
        log.report(content, one, &mut folded.findings);
    }
    // what is held stays until it is released
    let waits = log.events.values().filter(|one| opens(one) == Some("erasure") && copy.waits(one));
    folded.findings.extend(waits.map(|_| "legal-hold"));
    let entries = log.entries(&mut folded.findings);
    log.items(&entries, &count, &mut folded.items);
    for entry in entries.values() {
        folded.states.extend(entry.ids.iter().map(|id| (id.clone(), entry.shown())));
        folded.entries.extend(entry.id().map(|id| (id.to_owned(), entry.object())));
    }
    folded.pending = pending::pending(&entries, &count);
    folded.stays = stays(entries.values());
    folded
}

impl<'e> Log<'e> {
    /// The set of some events of a learner.
    pub(super) fn of(events: impl Iterator<Item = &'e Value>, learner: Option<&str>) -> Self {
        let mut log = Self { events: BTreeMap::new(), ids: BTreeMap::new(), sound: BTreeSet::new() };
        for one in events {
            log.events.entry(event::content(one, learner)).or_insert(one);
        }
        for (content, one) in &log.events {
            // nothing takes the place of what lasts
            let first = |(_, other): &(&String, &&'e Value)| {
                event::text(other, "id") == event::text(one, "id") && !can_be_erased(other)
            };
            if let Some(id) = event::text(one, "id").filter(|_| !can_be_erased(one)) {
                log.ids.entry(id).or_insert_with(|| content.clone());
            } else if let Some(id) = event::text(one, "id").filter(|_| !log.events.iter().any(|one| first(&one))) {
                log.ids.entry(id).or_insert_with(|| content.clone());
            }
            let is_judged = event::is_judgement(one) && faults::faults(one).is_empty();
            if event::is_item(one) || is_judged || faults::is_sound(one) {
                log.sound.insert(content.clone());
            }
        }
        log
    }

    /// True if no other event of the same id stays.
    fn stays(&self, content: &str, one: &Value) -> bool {
        event::text(one, "id").is_none_or(|id| self.ids.get(id).is_some_and(|least| least == content))
    }

    /// True if the event opens an entry, as far as it is up to itself.
    fn may_open(&self, content: &str, one: &Value) -> bool {
        opens(one).is_some() && self.stays(content, one) && self.sound.contains(content)
    }

    /// True if the event may do something to an entry.
    fn may_act(&self, content: &str, one: &Value) -> bool {
        event::may_act(one)
            && event::text(one, "of").is_some()
            && self.stays(content, one)
            && self.sound.contains(content)
    }

    /// The event that another one names.
    pub(super) fn named(&self, one: &Value) -> Option<(&str, &'e Value)> {
        self.by_id(event::text(one, "of")?)
    }

    /// The event of an id.
    fn by_id(&self, id: &str) -> Option<(&str, &'e Value)> {
        let (content, one) = self.events.get_key_value(self.ids.get(id)?)?;
        Some((content, one))
    }

    /// The event that opened the entry of an event, by the id of the latter.
    pub(super) fn entry_of(&self, id: &str) -> Option<&str> {
        let (content, one) = self.by_id(id)?;
        if self.may_open(content, one) {
            return Some(content);
        }
        match self.root(one) {
            Root::Entry(root) => Some(root),
            Root::Missing | Root::Circle => None,
        }
    }

    /// What an event that names another one is about: the first event on the way that opens an entry.
    pub(super) fn root(&self, one: &Value) -> Root<'_> {
        if self.is_about_itself(one) {
            return Root::Circle;
        }
        let mut at = self.named(one);
        loop {
            let Some((content, one)) = at else { return Root::Missing };
            if self.may_open(content, one) {
                return Root::Entry(content);
            }
            // what should have opened one of its own leads to no other
            if opens(one).is_some() {
                return Root::Missing;
            }
            at = self.named(one);
        }
    }

    /// True if the way from an event never ends. With evidence it does, and with all that is about nothing.
    fn is_about_itself(&self, one: &Value) -> bool {
        let mut seen = BTreeSet::new();
        let mut at = self.named(one);
        while let Some((content, one)) = at.filter(|(_, one)| !event::is_item(one)) {
            if !seen.insert(content) {
                return true;
            }
            at = self.named(one);
        }
        false
    }

    /// When an event that acts on an entry has its turn: not before the event that it is about, and after it if at the same
    /// time. What does not say when it came has its turn last.
    pub(super) fn turn(&self, one: &Value) -> (Instant, usize) {
        let before = self.named(one).filter(|(content, one)| !self.may_open(content, one));
        let (known, others) = before.map_or((Instant::MIN, 0), |(_, one)| self.turn(one));
        (known.max(event::known(one).unwrap_or(Instant::MAX)), others + 1)
    }

    /// What is wrong with one event. What is wrong with an item as such, the record reports.
    fn report(&self, content: &str, one: &Value, findings: &mut Vec<Code>) {
        let stays = self.stays(content, one);
        if stays || event::is_item(one) {
            findings.extend(faults::faults(one));
        }
        if !event::is_judgement(one) {
            findings.extend(faults::item_faults(one));
        }
        let first = event::text(one, "id").and_then(|id| self.by_id(id));
        let record_sees_both = event::is_item(one) && first.is_some_and(|(_, first)| event::is_item(first));
        if !stays && !record_sees_both {
            findings.push("duplicate-id");
        }
        let is_about = event::is_item(one) && event::text(one, "of").is_some();
        if is_about || self.may_act(content, one) {
            match self.root(one) {
                // evidence is about a submission or about nothing
                Root::Entry(root) if is_about && self.opened_by(root) != Some("submission") => {
                    findings.push("invalid-value");
                }
                Root::Entry(_) => {}
                Root::Missing => findings.push("dangling-reference"),
                Root::Circle => findings.push("cycle"),
            }
        }
    }

    /// The kind of the entry that the event of this content opens.
    pub(super) fn opened_by(&self, content: &str) -> Option<&'static str> {
        opens(self.events.get(content)?)
    }

    /// The events that act on entries, each with the content of the event that opened the entry, in the order of their turns.
    fn acts(&self) -> Vec<(Place<'_>, &'e Value, &str)> {
        let mut acts = Vec::new();
        for (content, one) in self.events.iter().filter(|(content, one)| self.may_act(content, one)) {
            let Root::Entry(root) = self.root(one) else { continue };
            // evidence acts on submissions alone
            if !event::is_item(one) || self.opened_by(root) == Some("submission") {
                acts.push(((self.turn(one), content.as_str()), *one, root));
            }
        }
        acts.sort_by_key(|(place, ..)| *place);
        acts
    }

    /// The entries by the content of the event that opened them: those that stand on nothing, then submissions' evidence and
    /// goals' successors, and credits last, which hang on what became of all others.
    pub(super) fn entries(&self, findings: &mut Vec<Code>) -> BTreeMap<String, Entry<'e>> {
        let mut entries = BTreeMap::new();
        let acts = self.acts();
        let followed =
            |content: &str, entry: Entry<'e>, causes: Vec<(Place<'_>, Step<'e>)>, findings: &mut Vec<Code>| {
                let own =
                    acts.iter().filter(|(.., root)| *root == content).map(|(place, one, _)| (*place, *one)).collect();
                follow(entry, thread(own, causes), findings)
            };
        let openings = || self.events.iter().filter(|(content, one)| self.may_open(content, one));
        let is_of_submission = |one: &&Value| {
            event::is_item(one)
                && matches!(self.root(one), Root::Entry(root) if self.opened_by(root) == Some("submission"))
        };
        let is_successor = |one: &&Value| event::kind(one) == Some("renegotiated");
        let is_credit = |one: &&Value| opens(one) == Some("credit");
        let (mut successors, mut credits, mut judgements) = (Vec::new(), Vec::new(), Vec::new());
        for (content, one) in openings() {
            if is_successor(one) {
                successors.push((content, *one));
            } else if is_credit(one) {
                credits.push((content, *one));
            } else if is_of_submission(one) {
                judgements.push((content, *one));
            } else {
                let entry = followed(content, Entry::new(one), Vec::new(), findings);
                entries.insert(content.clone(), entry);
            }
        }
        for (content, one) in judgements {
            let Root::Entry(root) = self.root(one) else { continue };
            let Some(entry) = entries.get(root).and_then(|of| submission::judgement(of, one)) else { continue };
            let entry = followed(content, entry, Vec::new(), findings);
            entries.insert(content.clone(), entry);
        }
        // a successor stands on the goal before it, which may be a successor itself
        while let Some(place) = successors.iter().position(|(_, one)| self.predecessor(one, &entries).is_some()) {
            let (content, one) = successors.remove(place);
            if let Some(before) = self.predecessor(one, &entries).filter(|before| before.acts.contains(content)) {
                let entry = Entry::successor(one, before);
                let entry = followed(content, entry, Vec::new(), findings);
                entries.insert(content.clone(), entry);
            }
        }
        for (content, one) in credits {
            // the evidence that it names in the end
            let named = followed(content, Entry::new(one), Vec::new(), &mut Vec::new());
            let causes = self.causes(&named, &entries);
            let entry = followed(content, Entry::new(one), causes, findings);
            entries.insert(content.clone(), entry);
        }
        // what acts on an event that turned out to open nothing
        for (content, one) in &self.events {
            if let Root::Entry(root) = self.root(one)
                && !entries.contains_key(root)
                && !event::is_item(one)
                && self.may_act(content, one)
            {
                findings.push("dangling-reference");
            }
        }
        entries
    }

    /// The entry on which a renegotiation acts, if it is known by now.
    fn predecessor<'b>(&self, one: &Value, entries: &'b BTreeMap<String, Entry<'e>>) -> Option<&'b Entry<'e>> {
        match self.root(one) {
            Root::Entry(root) => entries.get(root),
            Root::Missing | Root::Circle => None,
        }
    }

    /// What happens to a credit by itself: each retraction of evidence that it names.
    fn causes<'l>(
        &'l self,
        credit: &Entry<'e>,
        entries: &'l BTreeMap<String, Entry<'e>>,
    ) -> Vec<(Place<'l>, Step<'e>)> {
        let mut causes = Vec::new();
        for id in BTreeSet::from_iter(credit.list("evidence")) {
            let entry = self.entry_of(id).and_then(|content| entries.get(content));
            if let Some(by) = entry.and_then(|entry| entry.retracted_by.as_deref())
                && let Some((content, one)) = self.events.get_key_value(by)
            {
                // before what people do that is known since the same time
                let (known, _) = self.turn(one);
                causes.push((((known, 0), content.as_str()), Step::Cause(id.to_owned(), one)));
            }
        }
        causes
    }

    /// The items of all entries, and those of evidence that stays behind another of the same id.
    fn items(&self, entries: &BTreeMap<String, Entry<'e>>, names: &BTreeSet<String>, into: &mut Vec<Value>) {
        for entry in entries.values() {
            into.extend(items::of(entry, names));
        }
        for (content, one) in self.events.iter().filter(|(_, one)| event::is_item(one)) {
            if self.stays(content, one) {
                continue;
            }
            // what no longer stands does so in no other content of its id
            let stays = event::text(one, "id").and_then(|id| entries.get(self.ids.get(id)?));
            let why = stays.filter(|stays| stays.kind == "evidence").and_then(|stays| stays.why);
            let of = match self.root(one) {
                Root::Entry(root) => entries.get(root).filter(|entry| entry.kind == "submission"),
                Root::Missing | Root::Circle => None,
            };
            let item = of.map_or_else(|| event::item(one), |of| submission::judged(of, one));
            into.push(why.map_or_else(|| item.clone(), |why| items::withdrawn(&item, why)));
        }
    }
}
