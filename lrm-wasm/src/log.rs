//! Logs of events. Records and engines live in the other module: the record that follows from a log goes there as text.

use std::cell::RefCell;

use lrm_core::{EntryKind, EntryState, EventLog, Framework, Instant, Report, Retention};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// All events of one learner.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawEventLog(pub(crate) RefCell<EventLog>);

#[wasm_bindgen]
impl RawEventLog {
    /// Reads an `lrm-log/1` document or an array of events.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        EventLog::from_json(document).map(Self::of).map_err(thrown)
    }

    /// Reads what `to_bytes` and `block` have written.
    ///
    /// # Errors
    /// The bytes are damaged, or of something else.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        EventLog::from_bytes(bytes).map(Self::of).map_err(thrown)
    }

    /// Adds an event; false if it was there already.
    ///
    /// # Errors
    /// The event is not possible here.
    pub fn add(&self, event: &[u8]) -> Result<bool> {
        self.0.borrow_mut().push_json(event).map_err(thrown)
    }

    /// Adds all events of another log; gives how many were new.
    ///
    /// # Errors
    /// The other log is about another learner.
    pub fn merge(&self, other: &Self) -> Result<usize> {
        // a log may be merged with itself
        let other = other.0.borrow().clone();
        self.0.borrow_mut().merge(&other).map_err(thrown)
    }

    /// The log as it was known at an instant.
    ///
    /// # Errors
    /// The instant is none.
    #[wasm_bindgen(js_name = knownAt)]
    pub fn known_at(&self, instant: &str) -> Result<Self> {
        let instant = Instant::parse(instant).map_err(thrown)?;
        Ok(Self::of(self.0.borrow().known_at(instant)))
    }

    /// The record that follows, as JSON.
    pub fn record(&self) -> String {
        self.0.borrow().record().to_json()
    }

    /// What is wrong with events, as JSON.
    pub fn report(&self) -> String {
        self.0.borrow().report().to_json()
    }

    /// Where the entry stands that an event opened or corrected.
    #[wasm_bindgen(js_name = stateOf)]
    pub fn state_of(&self, id: &str) -> Option<String> {
        self.0.borrow().state_of(id).map(EntryState::as_str).map(str::to_owned)
    }

    /// What the log tells of, as JSON.
    ///
    /// # Errors
    /// There are no entries of that kind.
    pub fn entries(&self, kind: Option<String>) -> Result<String> {
        let kind = kind.map(|kind| EntryKind::parse(&kind)).transpose().map_err(thrown)?;
        Ok(self.0.borrow().entries_json(kind))
    }

    /// What waits for a person, as JSON.
    pub fn pending(&self) -> String {
        self.0.borrow().pending_json()
    }

    /// The competencies that apply at an instant.
    ///
    /// # Errors
    /// The instant is none.
    #[wasm_bindgen(js_name = scopeAt)]
    pub fn scope_at(&self, instant: &str) -> Result<Option<Vec<String>>> {
        let instant = Instant::parse(instant).map_err(thrown)?;
        Ok(self.0.borrow().scope_at(instant))
    }

    /// The document of a framework with the learner's own competencies.
    ///
    /// # Errors
    /// They do not fit into it.
    #[wasm_bindgen(js_name = frameworkWithSubgoals)]
    pub fn framework_with_subgoals(&self, framework: &str) -> Result<String> {
        let shared = Framework::from_json(framework).map_err(thrown)?;
        self.0.borrow().framework_with_subgoals(&shared).map(|framework| framework.to_json()).map_err(thrown)
    }

    /// The events of one of the learners who are one person.
    #[must_use]
    #[wasm_bindgen(js_name = ofLearner)]
    pub fn of_learner(&self, learner: &str) -> Self {
        Self::of(self.0.borrow().of(learner))
    }

    /// The hash of the log, today or as it was known at an instant.
    ///
    /// # Errors
    /// The instant is none.
    pub fn hash(&self, at: Option<String>) -> Result<String> {
        let at = at.map(|at| Instant::parse(&at)).transpose().map_err(thrown)?;
        let log = self.0.borrow();
        Ok(at.map_or_else(|| log.hash(), |at| log.hash_at(at)))
    }

    /// Erases events; gives how many are gone.
    ///
    /// # Errors
    /// They cannot be erased.
    #[expect(clippy::needless_pass_by_value, reason = "texts come as a list of their own")]
    pub fn erase(&self, what: Vec<String>, fields: &[u8]) -> Result<usize> {
        self.0.borrow_mut().erase(what.iter().map(String::as_str), fields).map_err(thrown)
    }

    /// What is past its time.
    ///
    /// # Errors
    /// The rules are none, or the instants.
    #[wasm_bindgen(js_name = dueForErasure)]
    pub fn due_for_erasure(&self, rules: &[u8], left: &str, at: &str) -> Result<Vec<String>> {
        let rules = Retention::from_json(rules).map_err(thrown)?;
        let (left, at) = (Instant::parse(left).map_err(thrown)?, Instant::parse(at).map_err(thrown)?);
        Ok(self.0.borrow().due_for_erasure(&rules, left, at))
    }

    /// The learner, if the log names one.
    pub fn learner(&self) -> Option<String> {
        self.0.borrow().learner().map(str::to_owned)
    }

    /// The number of events.
    pub fn size(&self) -> usize {
        self.0.borrow().len()
    }

    /// The canonical text of each event.
    pub fn events(&self) -> Vec<String> {
        self.0.borrow().events().map(|event| event.to_json().to_owned()).collect()
    }

    /// A snapshot.
    ///
    /// # Errors
    /// The log is too large.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.0.borrow().to_bytes().map_err(thrown)
    }

    /// A block that may stand after a snapshot.
    ///
    /// # Errors
    /// The log is too large.
    pub fn block(&self) -> Result<Vec<u8>> {
        self.0.borrow().block().map_err(thrown)
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.borrow().to_json()
    }
}

/// What could be read of damaged bytes.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRecovery(EventLog, Report);

#[wasm_bindgen]
impl RawRecovery {
    /// Reads what is whole.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Self {
        let (log, report) = EventLog::recover(bytes);
        Self(log, report)
    }

    /// What is wrong with the rest, as JSON.
    pub fn report(&self) -> String {
        self.1.to_json()
    }

    /// The log, instead of this.
    #[wasm_bindgen(js_name = intoLog)]
    pub fn into_log(self) -> RawEventLog {
        RawEventLog::of(self.0)
    }
}

impl RawEventLog {
    const fn of(log: EventLog) -> Self {
        Self(RefCell::new(log))
    }
}
