//! The fields that each kind of entry has besides those of evidence, in one table, and what is wrong with them.
//!
//! They stand in an event beside the fields of evidence, which knows none of them and keeps them in `extra`: so an event of a
//! kind that this version does not know loses nothing.

use serde_json::value::RawValue;

use super::event::{Actor, EventKind};
use super::transitions::EntryKind;
#[cfg(feature = "zones")]
use crate::calendar::Benchmark;
use crate::calendar::{read_benchmarks, read_date};
use crate::error::{Code, Error, Result, quote};
use crate::instant::Instant;
use crate::json::read::{Fields, Kind, Path, Sink, elements, kind, text as text_of, value as number_of, whole, word};
use crate::record::{Item, Outcome, words};
use crate::value::Value;

/// What a field must be.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Texts,
    Instant,
    Number,
    /// A whole number, at least 1.
    Count,
    /// A list of objects.
    Objects,
    /// A list of objects with texts of these names, the first of which they must have.
    Pairs([&'static str; 2]),
    Date,
    /// A list of days, each with how much is to be done by then.
    Benchmarks,
    Pace,
    /// A list of objects with a `digest` and maybe the instant from which on it was `known`.
    Digests,
}

/// A field: its name, its form, and whether it must be there.
type Field = (&'static str, Form, bool);

use Form::{Benchmarks, Count, Date, Digests, Instant as Moment, Number, Objects, Pairs, Text, Texts};

words! {
    /// How a pace is.
    PaceStatus, PACES {
        /// More is done than was to be done by now, by more than the buffer.
        Ahead = "ahead",
        /// As much as was to be done, give or take the buffer.
        On = "on",
        /// Less, by more than the buffer.
        Behind = "behind",
    }
}

/// The fields of an entry, in the order in which they are written.
const fn of_entry(kind: EntryKind) -> &'static [Field] {
    match kind {
        EntryKind::Submission => {
            &[("competencies", Texts, false), ("criteria", Pairs(["competency", "criterion"]), false)]
        }
        EntryKind::Override => &[("expires_at", Moment, false)],
        EntryKind::Reflection => &[("text", Text, true), ("about", Text, false)],
        EntryKind::GroupWork => &[("members", Texts, true)],
        EntryKind::Goal => &[
            ("title", Text, false),
            ("under", Text, false),
            ("competencies", Texts, true),
            ("at_least", Count, false),
            ("value", Number, false),
        ],
        EntryKind::Credit => &[("credit", Text, true), ("evidence", Texts, true)],
        EntryKind::Subgoal => &[("statement", Text, false), ("under", Texts, true)],
        EntryKind::Identity => &[("other", Text, true)],
        EntryKind::Enrolment => &[
            ("section", Text, false),
            ("scope", Texts, false),
            ("starts_at", Moment, false),
            ("ends_at", Moment, false),
            ("people", Pairs(["id", "role"]), false),
        ],
        EntryKind::Waiver => &[("prerequisite", Text, false), ("expires_at", Moment, false)],
        EntryKind::Plan => &[
            ("course", Text, true),
            ("starts_on", Date, false),
            ("ends_on", Date, false),
            ("benchmarks", Benchmarks, false),
        ],
        EntryKind::Pause => &[("course", Text, false), ("starts_on", Date, true), ("ends_on", Date, true)],
        EntryKind::Pace => &[("course", Text, true), ("pace", Form::Pace, true), ("expires_at", Moment, false)],
        EntryKind::Publication => &[("results", Objects, true), ("as_of", Moment, true)],
        EntryKind::Erasure => &[("erased", Digests, true)],
        EntryKind::Evidence | EntryKind::Hold => &[],
    }
}

/// The names of the fields of an entry, in the order in which they are written.
pub(super) fn names(kind: EntryKind) -> impl Iterator<Item = &'static str> {
    of_entry(kind).iter().map(|(name, ..)| *name)
}

/// The fields of an event that acts on an entry.
const fn of_act(kind: EventKind) -> &'static [Field] {
    match kind {
        EventKind::Adjusted => &[("by", Number, true)],
        EventKind::Reflected => of_entry(EntryKind::Reflection),
        EventKind::Renegotiated => of_entry(EntryKind::Goal),
        _ => &[],
    }
}

/// What is wrong with an event that opens an entry.
pub(super) fn check_opening(kind: EntryKind, item: &Item, sink: &Sink) {
    check(of_entry(kind), item, true, sink);
    match kind {
        EntryKind::Override | EntryKind::Subgoal | EntryKind::Waiver
            if item.problems.iter().any(|problem| problem.code == Code::MissingField) =>
        {
            sink.add(Code::MissingField, &Path::ROOT, "the field `competency` is missing");
        }
        EntryKind::Submission if !matches!(item.evidence.outcome, Outcome::Nothing) => {
            let message = "work that was handed in says nothing of how good it is; what judges it is `assessed`, with its id in `of`";
            sink.add(Code::InvalidValue, &Path::ROOT, message);
        }
        EntryKind::Override if matches!(item.evidence.outcome, Outcome::Absence(_)) => {
            sink.add(
                Code::InvalidValue,
                &Path::ROOT.key("absence"),
                "an override sets a result, or says that there is enough",
            );
        }
        EntryKind::Plan | EntryKind::Pause => check_days(item, sink),
        _ => {}
    }
}

/// What is wrong with an event that acts on an entry.
pub(super) fn check_act(kind: EventKind, item: &Item, sink: &Sink) {
    // the new goal has from the old one what the event does not say
    check(of_act(kind), item, kind != EventKind::Renegotiated, sink);
}

/// Who decides must say why, and who they are.
pub(super) fn check_decision(kind: EventKind, actor: Option<&Actor>, reason: Option<&str>, sink: &Sink) {
    use EventKind::{Erased, Held, Identified, Overridden, Paced, Paused, Released, Revoked, Waived};
    if !matches!(kind, Overridden | Identified | Held | Released | Erased | Revoked | Waived | Paused | Paced) {
        return;
    }
    if reason.is_none() {
        sink.add(Code::MissingField, &Path::ROOT, "the field `reason` is missing");
    }
    if actor.is_none_or(|actor| actor.id.is_none()) {
        sink.add(Code::MissingField, &Path::ROOT.key("actor"), "the field `id` is missing");
    }
}

/// The days of a plan or a pause lie in their order.
fn check_days(item: &Item, sink: &Sink) {
    let (from, until) = (date(item, "starts_on"), date(item, "ends_on"));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        sink.add(Code::InvalidValue, &Path::ROOT.key("ends_on"), "the last day lies before the first");
    }
}

fn check(fields: &[Field], item: &Item, complete: bool, sink: &Sink) {
    for (name, form, required) in fields {
        match given(item, name) {
            Some(raw) => {
                let path = Path::ROOT.key(name);
                sink.ok(form.check(raw, item, &path, sink), &path);
            }
            None if *required && complete => {
                sink.add(Code::MissingField, &Path::ROOT, format!("the field {} is missing", quote(name)));
            }
            None => {}
        }
    }
}

impl Form {
    fn check(self, raw: &RawValue, item: &Item, path: &Path<'_>, sink: &Sink) -> Result<()> {
        match self {
            Self::Text => text_of(raw).map(drop),
            Self::Instant => text_of(raw).and_then(|text| Instant::parse(&text)).map(drop),
            Self::Number => number_of(raw).map(drop),
            Self::Count => whole(raw, 1, u32::MAX).map(drop),
            Self::Date => read_date(raw).map(drop),
            Self::Pace => word(raw, &PACES).map(drop),
            Self::Texts | Self::Objects | Self::Pairs(_) | Self::Digests | Self::Benchmarks => {
                let Kind::List = kind(raw) else { return Err(Error::new(Code::InvalidValue, "", "expected a list")) };
                if let Self::Benchmarks = self {
                    let bounds = (date(item, "starts_on"), date(item, "ends_on"));
                    read_benchmarks(&elements(raw), path, sink, bounds);
                    return Ok(());
                }
                for (at, raw) in elements(raw).into_iter().enumerate() {
                    let path = path.index(at);
                    if let Self::Texts = self {
                        sink.ok(text_of(raw), &path);
                        continue;
                    }
                    let Some(mut fields) = Fields::of(raw, &path, sink) else { continue };
                    match self {
                        Self::Pairs([first, second]) => {
                            fields.required_string(first);
                            fields.string(second);
                        }
                        Self::Digests => {
                            digest(&mut fields);
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
        }
    }
}

/// A digest, and the instant that goes with it.
fn digest(fields: &mut Fields<'_, '_>) -> Option<(String, Option<Instant>)> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let known = fields.instant("known");
    if !fields.has("digest") {
        fields.missing("digest");
    }
    let digest = fields.read("digest", |raw| match text_of(raw)? {
        digest if digest.len() == 64 && digest.bytes().all(is_digit) => Ok(digest.into_owned()),
        _ => Err(Error::new(Code::InvalidValue, "", "expected 64 hexadecimal digits, in lower case")),
    })?;
    Some((digest, known))
}

/// A field of the item that evidence does not know.
fn given<'i>(item: &'i Item, name: &str) -> Option<&'i RawValue> {
    let raw: &RawValue = serde_json::from_str(item.evidence.extra.get(name)?).ok()?;
    (raw.get() != "null").then_some(raw)
}

pub(super) fn text(item: &Item, name: &str) -> Option<String> {
    given(item, name).and_then(|raw| text_of(raw).ok()).map(std::borrow::Cow::into_owned)
}

/// The texts of a list; none if the field is not there.
pub(super) fn texts(item: &Item, name: &str) -> Option<Vec<String>> {
    let list = elements(given(item, name)?);
    Some(list.into_iter().filter_map(|raw| text_of(raw).ok()).map(std::borrow::Cow::into_owned).collect())
}

pub(super) fn instant(item: &Item, name: &str) -> Option<Instant> {
    Instant::parse(&text(item, name)?).ok()
}

pub(super) fn date(item: &Item, name: &str) -> Option<i64> {
    given(item, name).and_then(|raw| read_date(raw).ok())
}

/// The benchmarks of a plan.
#[cfg(feature = "zones")]
pub(super) fn benchmarks(item: &Item) -> Vec<Benchmark> {
    let list = given(item, "benchmarks").map_or_else(Vec::new, elements);
    read_benchmarks(&list, &Path::ROOT, &Sink::default(), (None, None))
}

/// What a person says of a learner's pace.
#[cfg(feature = "zones")]
pub(super) fn pace(item: &Item) -> Option<PaceStatus> {
    given(item, "pace").and_then(|raw| word(raw, &PACES).ok())
}

pub(super) fn count(item: &Item, name: &str) -> Option<u32> {
    given(item, name).and_then(|raw| whole(raw, 1, u32::MAX).ok())
}

pub(super) fn number(item: &Item, name: &str) -> Option<Value> {
    given(item, name).and_then(|raw| number_of(raw).ok())
}

/// The criteria of a submission: the competency that each is about, and its name.
pub(super) fn criteria(item: &Item) -> Vec<(String, Option<String>)> {
    let list = given(item, "criteria").map_or_else(Vec::new, elements);
    let sink = Sink::default();
    let one = |raw| {
        let mut fields = Fields::of(raw, &Path::ROOT, &sink)?;
        Some((fields.string("competency")?, fields.string("criterion")))
    };
    list.into_iter().filter_map(one).collect()
}

/// The digests of what an event erases, each with the instant from which on it was known.
pub(super) fn erased(item: &Item) -> Vec<(String, Option<Instant>)> {
    let list = given(item, "erased").map_or_else(Vec::new, elements);
    let sink = Sink::default();
    list.into_iter().filter_map(|raw| digest(&mut Fields::of(raw, &Path::ROOT, &sink)?)).collect()
}

/// The class of an event: `""` if it names none, nothing if what it names is no text.
pub(super) fn retention(item: &Item) -> Option<String> {
    given(item, "retention")
        .map_or_else(|| Some(String::new()), |raw| text_of(raw).ok().map(std::borrow::Cow::into_owned))
}
