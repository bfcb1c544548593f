//! The corpus: cases as data, run by every language. The JSON Schema of the format is made from these types.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use lrm_core::{Calendar, EventLog, Policy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// One file of cases about one topic.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// Always `lrm-corpus/1`.
    pub format: Format,
    /// What the cases are about; with a case's id, the name of a test.
    pub topic: String,
    /// The cases.
    pub cases: Vec<Case>,
}

/// The format's name and version.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Format {
    /// The first version.
    #[serde(rename = "lrm-corpus/1")]
    One,
}

/// One case: documents in, results, findings or an error out.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Distinct within the topic.
    pub id: String,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// Which rule the case shows.
    pub note: Option<String>,
    /// A framework document; left out: one competency without associations per id named in the evidence or in any event.
    pub framework: Option<Value>,
    /// A policy document; `order_by` at its top level stands for `evidence.order_by`. Left out where there are layers or a
    /// ready-made one.
    #[serde(default)]
    pub policy: Value,
    /// The layers that the policy is put together from, the highest first.
    pub layers: Option<Vec<Value>>,
    /// The items of one learner's record.
    #[serde(default)]
    pub evidence: Vec<Value>,
    /// The events of one learner's log, instead of `evidence`, which follows from them.
    pub events: Option<Vec<Value>>,
    /// The record follows from the events that were known at this instant; left out: from all.
    pub known_at: Option<String>,
    /// Left out: the newest clock instant of any item, ignored ones too, else 1970-01-01T00:00:00Z.
    pub as_of: Option<String>,
    /// The competencies that apply.
    pub scope: Option<Vec<String>>,
    /// Findings become an error.
    #[serde(default)]
    pub strict: bool,
    /// Results by competency; a field left out is not compared.
    pub expect: Option<BTreeMap<String, Expected>>,
    /// The error that is expected instead of results.
    pub expect_error: Option<ExpectedError>,
    /// The codes of the findings of the log and of the record, in any order.
    pub expect_findings: Option<Vec<String>>,
    /// By the id of an event, the state of the entry that it opened or corrected; null means that there is none.
    pub expect_states: Option<BTreeMap<String, Option<String>>>,
    /// Entries of the log by id; a field left out is not compared, null means that there is none. Null instead of an entry
    /// means that there is no such entry.
    pub expect_entries: Option<BTreeMap<String, Option<Map<String, Value>>>>,
    /// All that waits for a person, in the byte order of the ids.
    pub expect_pending: Option<Vec<Value>>,
    /// What applies to the learner at an instant.
    pub expect_scope_at: Option<ExpectedScope>,
    /// How results came to be what they are.
    pub expect_history: Option<Vec<ExpectedHistory>>,
    /// How goals stand at an instant.
    pub expect_goals: Option<ExpectedGoals>,
    /// What is learned, ready and blocked at an instant, within the scope of the case.
    pub expect_frontier: Option<ExpectedFrontier>,
    /// What to learn on the way to a target, within the scope of the case.
    pub expect_path: Option<ExpectedPath>,
    /// What is erased from the log once its events were read. All other expectations hold for the log after that.
    pub erase: Option<Erase>,
    /// The hash of the log.
    pub expect_hash: Option<String>,
    /// The hash that the log had at an instant.
    pub expect_hash_at: Option<ExpectedHash>,
    /// What may be erased by its age.
    pub expect_due: Option<ExpectedDue>,
    /// What the learner says of themselves, in the order of the results.
    pub expect_self_ratings: Option<Vec<Map<String, Value>>>,
    /// A calendar document.
    pub calendar: Option<Value>,
    /// Paces by course: a field left out is not compared, null means that there is none; of `own`, `calendar` and `set` likewise.
    pub expect_pace: Option<BTreeMap<String, Map<String, Value>>>,
    /// Deadlines by activity; a field left out is not compared, null means that there is none.
    pub expect_deadlines: Option<BTreeMap<String, Map<String, Value>>>,
    /// Local times and school days of the calendar.
    pub expect_local: Option<Vec<ExpectedLocal>>,
    /// By parameter what holds and what each layer said.
    pub expect_trace: Option<BTreeMap<String, ExpectedTrace>>,
    /// All that locks refused, in their order; a field left out is not compared.
    pub expect_refused: Option<Vec<Map<String, Value>>>,
    /// Sentences that are among those of the policy.
    pub expect_words: Option<Vec<String>>,
    /// Another policy, which the first one is compared with.
    pub policy_b: Option<Value>,
    /// The framework of the other policy; left out: the same.
    pub framework_b: Option<Value>,
    /// The records of the learners who are compared, each a list of items.
    pub records: Option<Vec<Vec<Value>>>,
    /// The most moves that are listed; left out: the default.
    pub most_moves: Option<usize>,
    /// What the other policy would change; a field left out is not compared.
    pub expect_simulation: Option<Map<String, Value>>,
    /// How programmes of the policy stand, by id, with the events (or the evidence) of the case at its instant.
    pub expect_programmes: Option<BTreeMap<String, ExpectedProgramme>>,
    /// What becomes of an award.
    pub expect_award: Option<ExpectedAward>,
    /// The name of the ready-made policy that takes the place of `policy`; where there are layers they are laid upon it.
    pub ready_made: Option<String>,
    /// The least evidence that would reach each of some targets.
    pub expect_least_evidence: Option<Vec<ExpectedLeast>>,
    /// What is not learned of some competencies, and the way there.
    pub expect_recovery_plan: Option<Vec<ExpectedRecovery>>,
}

/// The least evidence for a target, or the error instead. A field left out is not compared.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedLeast {
    /// What is to be reached.
    pub target: ExpectedTarget,
    /// The instant; left out: that of the case.
    pub at: Option<String>,
    /// The competencies that apply; left out: those of the case.
    pub scope: Option<Vec<String>>,
    /// The code of the error instead.
    pub error: Option<String>,
    /// Whether further evidence can reach it.
    pub reached: Option<bool>,
    /// Whether surely nothing smaller can.
    pub exact: Option<bool>,
    /// The number of pieces.
    pub count: Option<usize>,
    /// The pieces, each with some of its fields, and in `absent` the names of fields that it does not have.
    pub pieces: Option<Vec<Map<String, Value>>>,
}

/// A competency, maybe with a level or a value of it, or a programme.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedTarget {
    /// The id of a competency.
    pub competency: Option<String>,
    /// The level that is to be shown at least.
    pub level: Option<String>,
    /// The value that is to be met.
    pub value: Option<Number>,
    /// The id of a programme.
    pub programme: Option<String>,
}

/// A recovery plan, or the error instead. A field left out is not compared.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRecovery {
    /// The competencies that it is for.
    pub of: Vec<String>,
    /// The instant; left out: that of the case.
    pub at: Option<String>,
    /// The competencies that apply; left out: those of the case.
    pub scope: Option<Vec<String>>,
    /// The code of the error instead.
    pub error: Option<String>,
    /// The places of all that is wrong with the question.
    pub paths: Option<Vec<String>>,
    /// The leaves that are not met, in the order of the framework.
    pub unmet: Option<Vec<String>>,
    /// All of them and what is missing before them, first things first.
    pub steps: Option<Vec<ExpectedStep>>,
}

/// What a calendar says: the instant of a local time, the last instant after some days of grace, or how many school days there are.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ExpectedLocal {
    /// A local time, and its instant.
    Instant(LocalInstant),
    /// What is due at a local time, and the last instant that is in time.
    Cutoff(LocalCutoff),
    /// The first and the last day, and the school days.
    Days(SchoolDays),
}

/// A local time, and its instant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalInstant {
    /// Without an offset.
    pub local: String,
    /// The instant.
    pub instant: String,
}

/// What is due at a local time, and the last instant that is in time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalCutoff {
    /// Without an offset.
    pub local: String,
    /// The days of grace.
    pub grace_days: u32,
    /// Whether only school days count.
    #[serde(default)]
    pub school_days: bool,
    /// The last instant.
    pub cutoff: String,
}

/// The first and the last day, and the school days.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolDays {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// How many there are.
    pub school_days: u32,
}

/// What holds of a parameter, and what each layer said, the highest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedTrace {
    /// What holds; null means nothing.
    pub value: Value,
    /// Each with `layer`, `value` and maybe `refused_by`.
    pub layers: Vec<Map<String, Value>>,
}

/// How a programme stands. A field left out is not compared.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedProgramme {
    /// The title.
    pub title: Option<String>,
    /// `graduation`, `course_credit`, `pathway` or `destination`.
    pub kind: Option<String>,
    /// The name of the credit that it earns.
    pub credit: Option<String>,
    /// `met`, `not_met` or `undetermined`.
    pub verdict: Option<String>,
    /// The missing conditions in the order of the document, each with some of its fields.
    pub missing: Option<Vec<Map<String, Value>>>,
    /// Whether no list of conditions is enough.
    pub unreachable: Option<bool>,
    /// Whether there is surely no shorter list.
    pub exact: Option<bool>,
    /// Where the requirements stand that won, in the order of the document.
    pub won: Option<Vec<String>>,
    /// Every requirement in the order of the document, each with some of its fields.
    pub trace: Option<Vec<Map<String, Value>>>,
}

/// An award, and the evidence that it names or the error that refuses it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedAward {
    /// The id of the programme.
    pub programme: String,
    /// When it is awarded.
    pub at: String,
    /// Who awards it.
    pub by: String,
    /// The id of the event.
    pub id: String,
    /// The evidence that the event names.
    pub evidence: Option<Vec<String>>,
    /// The code of the error instead.
    pub error: Option<String>,
}

/// An erasure, and what comes of it: the number of events that are gone, or an error, after which the log is as before.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// Ids, or of events without an id digests.
    pub what: Vec<String>,
    /// The event without `event` and `erased`.
    pub fields: Map<String, Value>,
    /// How many events are gone.
    pub expect: Option<usize>,
    /// The error instead.
    pub expect_error: Option<ExpectedRefusal>,
}

impl Erase {
    /// Erases from a log; gives how many events are gone.
    ///
    /// # Errors
    /// If that is not possible.
    pub fn from(&self, log: &mut EventLog) -> lrm_core::Result<usize> {
        log.erase(self.what.iter().map(String::as_str), Value::Object(self.fields.clone()).to_string())
    }
}

/// A hash of the past.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedHash {
    /// The instant.
    pub at: String,
    /// 64 hexadecimal digits.
    pub hash: String,
}

/// What is due by rules, or the error of the rules.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDue {
    /// By class the years, or null.
    pub rules: Map<String, Value>,
    /// When the learner left.
    pub left_at: String,
    /// The instant of the question.
    pub at: String,
    /// In byte order.
    pub due: Option<Vec<String>>,
    /// The error instead.
    pub expect_error: Option<ExpectedRefusal>,
}

/// All changes of a result up to an instant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedHistory {
    /// The competency.
    pub competency: String,
    /// The last instant.
    pub until: String,
    /// `known` (left out) or `observed`.
    pub clock: Option<String>,
    /// Oldest first.
    pub changes: Vec<ExpectedChange>,
}

/// One change, and what is so from then on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedChange {
    /// The instant.
    pub at: String,
    /// The ids of the events that caused it, in byte order.
    pub events: Vec<String>,
    /// The value; null means that there is none.
    pub value: Option<Number>,
    /// The status.
    pub status: String,
}

/// Goals by id; a field left out is not compared, null means that there is none.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedGoals {
    /// The instant.
    pub at: String,
    /// Each with some of its fields.
    pub goals: BTreeMap<String, Map<String, Value>>,
}

/// Standings by competency. A field left out is not compared; of one that the answer leaves out null, false, 0 and an empty list
/// are expected alike. Null instead of a standing means that there is none.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFrontier {
    /// The instant.
    pub at: String,
    /// Each with some of its fields.
    pub standings: BTreeMap<String, Option<Map<String, Value>>>,
    /// The waivers that name what the framework does not have; left out: not compared.
    pub unknown: Option<Vec<String>>,
}

/// The way to a target, or the error instead.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedPath {
    /// Where it leads.
    pub target: String,
    /// The instant.
    pub at: String,
    /// All of them, first things first.
    pub steps: Option<Vec<ExpectedStep>>,
    /// The error instead.
    pub expect_error: Option<ExpectedRefusal>,
}

/// One step on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedStep {
    /// What to learn.
    pub competency: String,
    /// All that could come instead, in order; left out: nothing.
    #[serde(default)]
    pub alternatives: Vec<String>,
}

/// The competencies that apply at an instant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedScope {
    /// The instant.
    pub at: String,
    /// In byte order; null means that nothing says what applies.
    pub scope: Option<Vec<String>>,
}

/// What is expected of one competency. A field left out is not compared; null means that there is none.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The value, compared exactly as a decimal.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<f64>")]
    pub value: Option<Option<Number>>,
    /// The id of the level.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub level: Option<Option<String>>,
    /// The status.
    pub status: Option<String>,
    /// The number of distinct eligible items.
    pub evidence: Option<u32>,
    /// The newest selected instant.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub newest: Option<Option<String>>,
    /// Covered leaves with a value, and covered leaves.
    pub coverage: Option<(u32, u32)>,
    /// Whether the value rests on a modified standard.
    pub modified: Option<bool>,
}

/// An error by its stable code, and maybe by its place, the layer where that is, and all that is wrong.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedError {
    /// The code of the first finding.
    pub code: String,
    /// Its place; left out: not compared.
    pub path: Option<String>,
    /// The layer of a policy where it is; left out: not compared.
    pub layer: Option<String>,
    /// All that is wrong, in any order; left out: not compared.
    pub all: Option<Vec<ExpectedFault>>,
}

/// One of several things that are wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFault {
    /// The code.
    pub code: String,
    /// The place.
    pub path: String,
}

/// An error by its stable code, and maybe by its place.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRefusal {
    /// The code.
    pub code: String,
    /// The place of what is wrong; left out: not compared.
    pub path: Option<String>,
}

#[expect(clippy::option_option, reason = "null and left out are different here")]
/// Tells null from a field that is left out.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Case {
    /// The framework document, as text.
    pub fn framework_json(&self) -> String {
        self.framework.clone().unwrap_or_else(|| self.named_competencies()).to_string()
    }

    fn named_competencies(&self) -> Value {
        let all =
            self.evidence.iter().chain(self.events.iter().flatten()).chain(self.records.iter().flatten().flatten());
        let mut ids: Vec<&str> = all.filter_map(|item| item.get("competency")?.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let competencies = ids.into_iter().map(|id| serde_json::json!({"id": id, "statement": id}));
        serde_json::json!({ "competencies": competencies.collect::<Vec<_>>() })
    }

    /// The policy document, as text, with the shorthand written out.
    pub fn policy_json(&self) -> String {
        let mut policy = self.policy.clone();
        if let Some(sections) = policy.as_object_mut()
            && let Some(order) = sections.remove("order_by")
        {
            let evidence = sections.entry("evidence").or_insert_with(|| Value::Object(Map::new()));
            if let Some(evidence) = evidence.as_object_mut() {
                evidence.insert("order_by".to_owned(), order);
            }
        }
        policy.to_string()
    }

    /// The policy, put together if it has layers.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn read_policy(&self) -> lrm_core::Result<Policy> {
        match (self.layer_documents(), &self.ready_made) {
            (Some(layers), _) => Ok(Policy::from_layers(layers)?.into_policy()),
            (None, Some(name)) => Policy::ready_made(name),
            (None, None) => Policy::from_json(self.policy_json()),
        }
    }

    /// The layers of the policy as texts, that of a ready-made one before the others.
    pub fn layer_documents(&self) -> Option<Vec<String>> {
        let base = self.ready_made.as_ref().map(|name| serde_json::json!({"layer": name, "ready_made": name}));
        let layers = self.layers.as_ref()?;
        Some(base.iter().chain(layers).map(Value::to_string).collect())
    }

    /// The record, as text.
    pub fn record_json(&self) -> String {
        Value::Array(self.evidence.clone()).to_string()
    }

    /// The log of the events that were known at the instant of the case, if it has events.
    ///
    /// # Errors
    /// If the events are no log or `known_at` is not an instant.
    pub fn log(&self) -> lrm_core::Result<Option<EventLog>> {
        let Some(log) = self.erased()? else { return Ok(None) };
        match &self.known_at {
            Some(at) => Ok(Some(log.known_at(lrm_core::Instant::parse(at)?))),
            None => Ok(Some(log)),
        }
    }

    /// The log that the case is about: of its events, else of its evidence.
    ///
    /// # Errors
    /// As [`Case::log`].
    pub fn any_log(&self) -> lrm_core::Result<EventLog> {
        self.log()?.map_or_else(|| EventLog::from_json(Value::Array(self.evidence.clone()).to_string()), Ok)
    }

    /// The calendar of the case, if it has one.
    ///
    /// # Errors
    /// If it is none.
    pub fn calendar(&self) -> lrm_core::Result<Option<Calendar>> {
        self.calendar.as_ref().map(|calendar| Calendar::from_json(calendar.to_string())).transpose()
    }

    /// The log of the case: that of its events, or of its evidence.
    ///
    /// # Errors
    /// As [`Case::log`].
    pub fn log_or_evidence(&self) -> lrm_core::Result<EventLog> {
        self.log()?.map_or_else(|| EventLog::from_json(self.record_json()), Ok)
    }

    /// The log of the events, and nothing else.
    ///
    /// # Errors
    /// If they are no log.
    pub fn given(&self) -> lrm_core::Result<Option<EventLog>> {
        let log = self.events.as_ref().map(|events| EventLog::from_json(Value::Array(events.clone()).to_string()));
        log.transpose()
    }

    /// The log of the events, without what is erased from it if that is possible.
    ///
    /// # Errors
    /// If the events are no log.
    pub fn erased(&self) -> lrm_core::Result<Option<EventLog>> {
        let mut log = self.given()?;
        if let (Some(log), Some(erase)) = (&mut log, &self.erase) {
            // after an error, which is expected elsewhere, it is as before
            let _ = erase.from(log);
        }
        Ok(log)
    }

    /// Puts the items that follow from the events, if there are any, in the place of the evidence.
    ///
    /// # Errors
    /// If there is evidence besides the events, or no log of them.
    pub fn fold(&mut self) -> Result<(), String> {
        let Some(log) = self.log().map_err(|error| error.to_string())? else { return Ok(()) };
        if !self.evidence.is_empty() {
            return Err("evidence and events".to_owned());
        }
        let record: Value = serde_json::from_str(&log.record().to_json()).map_err(|error| error.to_string())?;
        self.evidence = record.get("evidence").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(())
    }

    /// The instant of the question.
    ///
    /// # Errors
    /// If `as_of` is not an instant.
    pub fn as_of(&self) -> lrm_core::Result<lrm_core::Instant> {
        if let Some(as_of) = &self.as_of {
            return lrm_core::Instant::parse(as_of);
        }
        let clock = |item: &Value| {
            let names = ["observed_at", "assessed_at", "received_at"];
            let first = names.iter().find_map(|name| item.get(name).filter(|at| !at.is_null()))?;
            lrm_core::Instant::parse(first.as_str()?).ok()
        };
        Ok(self.evidence.iter().filter_map(clock).max().unwrap_or(lrm_core::Instant::EPOCH))
    }
}

/// True for what an answer leaves out where it has nothing to say.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// True if two pieces of JSON say the same: numbers are compared as the decimals that they are.
pub fn alike(one: &Value, other: &Value) -> bool {
    let decimal = |number: &Number| number.to_string().parse::<lrm_core::Value>().ok();
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || decimal(one).is_some_and(|one| decimal(other) == Some(one))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let all = |(name, value)| other.get(name).is_some_and(|other| alike(value, other));
            one.len() == other.len() && one.iter().all(all)
        }
        (one, other) => one == other,
    }
}

/// True if lists of objects say the same in the fields that are expected.
pub fn alike_in(expected: &[Map<String, Value>], found: &Value) -> bool {
    let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
    let same = |(expected, found): (&Map<String, Value>, &Value)| {
        expected.iter().all(|(name, value)| alike(value, found.get(name).unwrap_or(&Value::Null)))
    };
    expected.len() == found.len() && expected.iter().zip(found).all(same)
}

/// All JSON files below a folder, in the order of their paths.
///
/// # Errors
/// If the folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The project's corpus folder.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The project's corpus, and that of the folder in the environment variable `LRM_CORPUS`.
///
/// # Errors
/// If a file cannot be read or is not in the format; the text names it.
pub fn load() -> Result<Vec<Corpus>, String> {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let private = std::env::var("LRM_CORPUS").ok().map(PathBuf::from);
    let mut corpora = Vec::new();
    for folder in [Some(folder()), private].into_iter().flatten() {
        for file in files(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let mut corpus: Corpus =
                serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
            for case in &mut corpus.cases {
                case.fold().map_err(|error| format!("{}: {}: {error}", file.display(), case.id))?;
            }
            corpora.push(corpus);
        }
    }
    Ok(corpora)
}
