//! Erasing: which events go together, and the event that says that they are gone.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::event::Event;
use super::fold::Logged;
use super::identity;
use super::{EventLog, read};
use crate::error::{Code, Finding, Result, quote};
use crate::instant::Instant;
use crate::json::read::{Fields, Kind, Path, Sink, kind};
use crate::json::write::Writer;

/// The fields of an `erased` event that follow from what is erased.
const MADE: [&str; 4] = ["event", "of", "learner", "erased"];

/// What is erased, by the learner whom the events name if that is another one than the log's: digests, and since when each was
/// known.
type Lists = BTreeMap<Option<String>, BTreeMap<String, Option<Instant>>>;

impl EventLog {
    /// Erases events for good: an `erased` event is added that lists their digests, and they are not in the log any more. They
    /// do not come back when an old copy is merged or read again, unless a hold is in force by then. A store has to forget them too.
    ///
    /// `what` are ids of events, or of events without an id their [`Event::digest`]. With an event that opened an entry
    /// everything goes that is about it. `fields` are those of the new event as JSON: `actor` with an `id`, `reason`,
    /// `received_at`, without which it is of no day before today, and, best, `id`. It gives how many events are gone now. If some
    /// of them are of another learner who is the same person, there is an event for each of the two, and the id of that of the
    /// other one is `ID/LEARNER`.
    ///
    /// Who erased or held what, what was published and what says who is the same person is never erased. Files of
    /// [`EventLog::to_bytes`] have to be written anew. A hold keeps whatever there is while it is in force, also what comes back.
    ///
    /// A digest is no payload, but whoever can guess a whole event can tell that it was there. A log that is to leave no trace of a
    /// person is deleted as a whole.
    ///
    /// ```
    /// use lrm_core::EventLog;
    /// let old = EventLog::from_json(r#"[{"id": "e1", "competency": "NF.1", "score": 3}]"#)?;
    /// let mut log = old.clone();
    /// let fields = r#"{"id": "x1", "actor": {"id": "registrar"}, "reason": "asked for by a parent"}"#;
    /// assert_eq!(log.erase(["e1"], fields)?, 1);
    /// assert_eq!((log.merge(&old)?, log.len()), (0, 1));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `legal-hold` with the `hold` while one is in force, `dangling-reference` for what is not in the log, `invalid-value` for
    /// what cannot be erased: for those kinds, for an event about one that stays, and for retracted evidence while a credit is under
    /// review because of that; what keeps the new event from having an effect.
    /// After an error the log is as before.
    ///
    /// # Complexity
    /// O(n log n) in the events.
    pub fn erase<'w>(&mut self, what: impl IntoIterator<Item = &'w str>, fields: impl AsRef<[u8]>) -> Result<usize> {
        let sink = Sink::default();
        if let Some(hold) = self.hold() {
            sink.push(hold.finding(""));
        }
        let lists = self.lists(what.into_iter(), &sink);
        let events = made(crate::json::read::document(fields.as_ref())?, &lists, &sink);
        sink.into_report().into_result()?;
        let before = self.len() + events.len();
        self.insert_all(events)?;
        Ok(before - self.len())
    }

    /// What goes with what shall be erased.
    fn lists<'w>(&self, what: impl Iterator<Item = &'w str>, sink: &Sink) -> Lists {
        let threads = Threads::of(self);
        let mut chosen: BTreeSet<&String> = BTreeSet::new();
        let erased: BTreeSet<&str> = self.erased.digests().collect();
        let path = Path::ROOT.key("what");
        for (at, what) in what.enumerate() {
            let found = threads.named(what, self);
            if found.is_empty() && !erased.contains(what) {
                let message = format!("there is no event with the id or the digest {}", quote(what));
                sink.push(Finding::new(Code::DanglingReference, path.index(at).to_string(), message).with("id", what));
            }
            if found.iter().any(|(_, event)| event.is_kept()) {
                let message = format!("{} is of a kind that is not erased", quote(what));
                sink.push(Finding::new(Code::InvalidValue, path.index(at).to_string(), message).with("id", what));
            }
            threads.follow(found, &mut chosen);
        }
        self.check_credits(&threads, &chosen, sink);
        let mut lists = Lists::new();
        for (_, event) in self.events.iter().filter(|(content, _)| chosen.contains(content)) {
            let stays =
                |of: &&str| threads.ids.get(of).is_some_and(|list| list.iter().any(|(of, _)| !chosen.contains(of)));
            if let Some(of) = event.of().filter(stays) {
                let name = event.name();
                let message = format!("{} is about {}, which would stay", quote(&name), quote(of));
                sink.push(Finding::new(Code::InvalidValue, path.to_string(), message).with("id", name).with("of", of));
            }
            let learner = event.learner().map(str::to_owned);
            lists.entry(learner).or_default().insert(event.digest(), event.known());
        }
        lists
    }

    /// A credit that is under review since its evidence was retracted would stand again without that.
    fn check_credits(&self, threads: &Threads<'_>, chosen: &BTreeSet<&String>, sink: &Sink) {
        let (folded, _) = self.folded();
        for course in folded.courses().filter(|course| !chosen.contains(&course.opening.content)) {
            let goes = |cause: &String| {
                threads.ids.get(cause.as_str()).into_iter().flatten().any(|(of, _)| chosen.contains(of))
            };
            for cause in course.causes().into_iter().filter(goes) {
                let name = course.id.unwrap_or_default();
                let message = format!(
                    "{} is why the credit {} is under review, which a person has to decide first",
                    quote(&cause),
                    quote(name)
                );
                sink.push(Finding::new(Code::InvalidValue, "/what", message).with("id", cause).with("of", name));
            }
        }
    }
}

/// How events hang together.
struct Threads<'l> {
    /// The events of each id.
    ids: BTreeMap<&'l str, Vec<Logged<'l>>>,
    /// The events about each id.
    about: BTreeMap<&'l str, Vec<Logged<'l>>>,
    /// All events by digest, once somebody asks for one.
    digests: OnceCell<BTreeMap<String, Vec<Logged<'l>>>>,
}

impl<'l> Threads<'l> {
    fn of(log: &'l EventLog) -> Self {
        let mut threads = Self { ids: BTreeMap::new(), about: BTreeMap::new(), digests: OnceCell::new() };
        // the ids of somebody who is another one after all are not this learner's
        for (content, event) in identity::counting(&log.events).0 {
            let named = [(event.id(), &mut threads.ids), (event.of(), &mut threads.about)];
            for (id, map) in named.into_iter().filter_map(|(id, map)| Some((id?, map))) {
                map.entry(id).or_default().push((content, event));
            }
        }
        threads
    }

    /// The events of an id or a digest.
    fn named(&self, what: &str, log: &'l EventLog) -> Vec<Logged<'l>> {
        if let Some(list) = self.ids.get(what) {
            return list.clone();
        }
        if what.len() != 64 {
            return Vec::new();
        }
        let digests = self.digests.get_or_init(|| {
            let mut digests: BTreeMap<String, Vec<Logged<'l>>> = BTreeMap::new();
            for (content, event) in &log.events {
                digests.entry(event.digest()).or_default().push((content, event));
            }
            digests
        });
        digests.get(what).cloned().unwrap_or_default()
    }

    /// Chooses events with everything that goes with them.
    fn follow(&self, mut next: Vec<Logged<'l>>, chosen: &mut BTreeSet<&'l String>) {
        while let Some((content, event)) = next.pop() {
            if event.is_kept() || !chosen.insert(content) {
                continue;
            }
            for map in [&self.ids, &self.about] {
                next.extend(event.id().and_then(|id| map.get(id)).into_iter().flatten());
            }
        }
    }
}

/// The events that say what was erased, as far as nothing is wrong with the fields.
fn made(fields: &RawValue, lists: &Lists, sink: &Sink) -> Vec<Event> {
    let Some(mut fields) = Fields::of(fields, &Path::ROOT, sink) else { return Vec::new() };
    for name in MADE.into_iter().filter(|name| fields.has(name)) {
        let message = format!("the field {} follows from what is erased", quote(name));
        sink.add(Code::UnknownField, &Path::ROOT.key(name), message);
    }
    let members = fields.take_rest();
    let one = |(learner, digests): (&Option<String>, &BTreeMap<String, Option<Instant>>)| {
        let mut w = Writer::new();
        w.open('{').key("event").text("erased").key("erased").open('[');
        for (digest, known) in digests {
            w.item().open('{').key("digest").text(digest);
            w.optional("known", known.map(|at| at.to_string()).as_deref()).close('}');
        }
        w.close(']').optional("learner", learner.as_deref());
        for (key, raw) in members.iter().filter(|(key, _)| !MADE.contains(&key.as_ref())) {
            w.key(key);
            match (learner, kind(raw)) {
                (Some(learner), Kind::Text(id)) if key == "id" => w.text(&format!("{id}/{learner}")),
                _ => w.raw(raw.get()),
            };
        }
        w.close('}');
        RawValue::from_string(w.finish()).ok().map(|raw| read::event(&raw))
    };
    // what is wrong with the fields is so where nothing is left to erase, too
    let probe = one((&None, &BTreeMap::new()));
    for problem in probe.iter().flat_map(|event| event.problems.iter().chain(event.item_problems())) {
        sink.push(problem.clone());
    }
    lists.iter().filter_map(one).collect()
}
