//! What the stores have in common, and a program around each: events come in, one a line, and of each it says that it is kept
//! once it is.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{Write, stdin, stdout};

use lrm_core::{Event, EventLog};
use sha2::{Digest, Sha256};

pub(crate) type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// Logs of many learners. A log is a set that only grows, so a table will do whose key is learner and content, or what stands
/// for the content. Only what a log says is erased has to leave the table.
pub(crate) trait Store: Sized {
    /// Opens the store at this place, or makes it.
    fn open(place: &str) -> Result<Self>;

    /// Adds events to a learner's log, all or none; gives how many were new. When it returns they are on the disk.
    fn append(&mut self, learner: &str, events: &EventLog) -> Result<usize>;

    /// All events of a learner.
    fn log(&mut self, learner: &str) -> Result<EventLog>;
}

/// What stands for the content of an event in a key.
pub(crate) fn hash(event: &Event) -> [u8; 32] {
    Sha256::digest(event.to_json()).into()
}

/// True if a log may erase something; a few too many are. The tables have an index by the same condition.
pub(crate) fn erases(log: &EventLog) -> bool {
    log.events().any(|event| event.to_json().contains(r#""event":"erased""#))
}

/// What becomes of the events of a learner that are known when others come in.
pub(crate) struct Merged {
    pub(crate) log: EventLog,
    pub(crate) new: usize,
    /// The keys of what was erased.
    pub(crate) gone: Vec<Vec<u8>>,
}

pub(crate) fn merged(learner: &str, known: &[String], events: &EventLog) -> Result<Merged> {
    let mut log = log_of(learner, known)?;
    let new = log.merge(events)?;
    let stays: BTreeSet<&str> = log.events().map(Event::to_json).collect();
    let gone = known.iter().filter(|content| !stays.contains(content.as_str()));
    let gone = gone.map(|content| Sha256::digest(content).to_vec()).collect();
    Ok(Merged { log, new, gone })
}

/// The log of these events of one learner, each as JSON.
pub(crate) fn log_of(learner: &str, events: &[String]) -> Result<EventLog> {
    let (learner, events) = (serde_json::to_string(learner)?, events.join(","));
    Ok(EventLog::from_json(format!(r#"{{"format":"lrm-log/1","learner":{learner},"events":[{events}]}}"#))?)
}

/// `PROGRAM PLACE LEARNER < EVENTS`: appends each line of the input as an event.
#[cfg_attr(test, expect(dead_code, reason = "the tests run the programs"))]
pub(crate) fn run<S: Store>() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [place, learner] = arguments.as_slice() else { return Err("expected a place and a learner".into()) };
    let mut store = S::open(place)?;
    for line in stdin().lines() {
        let events = log_of(learner, &[line?])?;
        store.append(learner, &events)?;
        for event in events.events() {
            writeln!(stdout(), "kept {}", event.id().unwrap_or("an event without an id"))?;
        }
    }
    let log = store.log(learner)?;
    writeln!(stdout(), "{} events, {} findings, hash {}", log.len(), log.report().len(), log.hash())?;
    Ok(())
}
