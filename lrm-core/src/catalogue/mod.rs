//! The sentences of explanations and of policies: message ids with parameters. English is shipped.

mod policies;

use crate::error::{Code, Result, quote};
use crate::json::read::{Fields, Path, Sink, document};
use crate::sorting::Table;

/// The sentences of explanations and of policies, by message id, with `{parameters}`.
///
/// ```
/// use lrm_core::Catalogue;
/// let french = Catalogue::english().with_json(r#"{"status.met": "acquis"}"#)?;
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue(Table<String, String>);

/// Every message: its id and its English sentence.
fn english() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ENGLISH.iter().chain(policies::ENGLISH)
}

/// The messages of explanations.
const ENGLISH: &[(&str, &str)] = &[
    ("head", "{statement} ({competency}), as of {as_of}"),
    ("node", "{statement} ({competency})"),
    ("own_evidence", "{statement} ({competency}), its own evidence"),
    ("result", "Result: {value}{level}, {status}. Evidence: {evidence}. Coverage: {valued} of {covered}."),
    ("no_result", "Result: no value, {status}. Evidence: {evidence}. Coverage: {valued} of {covered}."),
    ("level", ", level {level}"),
    ("newest", "Newest evidence it rests on: {newest}."),
    ("modified", "It rests on a standard that was modified for the learner."),
    ("documents", "Framework {framework}, policy {policy}."),
    ("set_by", "The rule {rule} sets: {sections}."),
    ("layers", "{sections}: set by {layers}."),
    ("override.set", "Set to {value} by {author}{when}, because: {reason}{until}"),
    ("override.completed", "Taken as enough by {author}{when}, because: {reason}{until}"),
    ("override.until", " (until {until})"),
    ("used", "Counted:"),
    ("ignored", "Not counted:"),
    ("inputs", "Rests on:"),
    ("steps", "How:"),
    ("item", "{id}: {outcome} gives {value}{when}"),
    ("item.score", "{score}"),
    ("item.score_possible", "{score} of {possible}"),
    ("item.level", "level {level}"),
    ("item.passed", "passed"),
    ("item.failed", "not passed"),
    ("item.nothing", "nothing"),
    ("item.when", ", on {when}"),
    ("item.no_id", "an item without id"),
    ("item.capped", "{value} (held to the cap, {uncapped} before)"),
    ("item.from", ", from {system}"),
    ("item.replaces", ", in place of {replaces} there"),
    ("item.by", ", judged by {assessor}"),
    ("item.not_selected", "{item} ({reason})"),
    ("item.ignored", "{id}: {outcome}{when} ({reason})"),
    ("item.ignored.bare", "{id}: {reason}{when}"),
    ("input", "{competency}: {value}, {status}, weight {weight}"),
    ("input.own", "{competency}, own evidence: {value}, {status}, weight {weight}"),
    ("no_value", "no value"),
    ("none", "none"),
    ("step.scores", "the scores so far: {scores}"),
    ("step.values", "the values so far: {values}"),
    ("step.highest", "the highest of {scores} is {value}"),
    ("step.lowest", "the lowest of {scores} is {value}"),
    ("step.latest", "the latest score is {value}"),
    ("step.mean", "the mean of {scores} with the weights {weights} is {value}"),
    ("step.median", "the median of {scores} is {value}"),
    ("step.mode", "the most frequent of {scores} is {value}"),
    ("step.n_mastery", "the mean of the scores that meet {cut}, {scores}, is {value}"),
    ("step.n_mastery.short", "{n} scores must meet {cut}; these do: {scores}"),
    ("step.top_n_mean", "the mean of the best {n} or fewer, {scores}, is {value}"),
    (
        "step.latest_vs_mean",
        "{latest_percent} % of the latest of {scores} and the rest of the mean before it give {value}",
    ),
    ("step.exponential", "from {scores}, each score counting {latest_percent} %: {states}"),
    ("step.power_law", "the power curve through {scores} gives {value}"),
    ("step.linear_trend", "the line through {scores} gives {value}"),
    ("step.inputs", "{with_value} of {inputs} have a value"),
    ("step.unique_leaves", "the mean of {values} with the weights {weights} is {value}"),
    ("step.children_mean", "the mean of {values} with the weights {weights} is {value}"),
    ("step.share_met", "{met} of the {count} with a value are met; by their weights that gives {value}"),
    ("step.children.lowest", "the lowest of {values} is {value}"),
    ("step.children.highest", "the highest of {values} is {value}"),
    ("step.children.median", "the median of {values} is {value}"),
    ("step.children.mode", "the most frequent of {values} is {value}"),
    ("step.sum", "the sum of {values} is {value}"),
    ("step.requirement.all", "all of {members}, of which {met} are met: {verdict}"),
    ("step.requirement.any", "one of {members}, of which {met} are met: {verdict}"),
    ("step.requirement.at_least", "{n} of {members}, of which {met} are met: {verdict}"),
    ("step.requirement.percent", "{n} % of {members}, of which {met} are met: {verdict}"),
    ("step.requirement.points", "{points} points from {members}, of which {met} are met: {verdict}"),
    ("step.requirement.met", "{competency}: {verdict}"),
    ("step.requirement.level", "{competency} at the level {level} or above: {verdict}"),
    ("step.requirement.value", "{competency} at {value} or more: {verdict}"),
    ("step.requirement.below", "{competency} below {below}: {verdict}"),
    ("step.requirement.evidence", "{competency} with the evidence that is asked for: {verdict}"),
    ("verdict.met", "met"),
    ("verdict.not_met", "not met"),
    ("verdict.undetermined", "not settled"),
    ("verdict.left_out", "left out"),
    ("step.rounding", "{from} rounded to {digits} decimals is {value}"),
    ("step.meets", "{value} meets the proficient cut {cut}"),
    ("step.does_not_meet", "{value} does not meet the proficient cut {cut}"),
    ("note.clamped", "The trend led to {raw}, beyond the scale, and was held at its end."),
    ("note.log_of_zero", "A score of 0 has no logarithm, so the plain mean was taken."),
    (
        "note.independence_required",
        "The value reaches the level {level}, but no independent work does, so that level is not shown.",
    ),
    ("note.overridden", "A person decided here, in place of the rules."),
    ("note.newer_evidence", "There is evidence since then, which does not change the value."),
    ("note.capped", "What was handed in again counts up to a cap, and some of it was worth more."),
    ("note.modified_standard", "Some of what counts was judged by a modified standard, not by that of all others."),
    ("missing.conflict", "Submissions that a person has to decide about: {missing}."),
    ("missing.n_mastery", "Scores that meet the proficient cut, still needed: {missing}."),
    ("missing.min_evidence", "Items of evidence still needed: {missing}."),
    ("missing.min_assessors", "Different assessors still needed: {missing}."),
    ("missing.min_contexts", "Different contexts still needed: {missing}."),
    ("missing.min_kinds", "Different kinds of evidence still needed: {missing}."),
    ("missing.min_artifacts", "Different pieces of work still needed: {missing}."),
    ("missing.min_transfer", "Items shown in a new situation, still needed: {missing}."),
    ("missing.requirement", "Conditions that still have to be met: {missing}."),
    ("missing.require_all", "Parts that still need a value: {missing}."),
    ("missing.require_at_least", "Parts that still need a value: {missing}."),
    ("missing.require_at_least_percent", "Parts that still need a value: {missing}."),
    ("next", "To the level {level}, from {from}: {gap} more."),
    ("next.independent", "To the level {level}: independent work that reaches {from}."),
    ("status.not_applicable", "does not apply"),
    ("status.not_assessed", "not assessed"),
    ("status.conflict", "in conflict"),
    ("status.insufficient", "not enough evidence"),
    ("status.stale", "too old"),
    ("status.provisional", "provisional"),
    ("status.met", "met"),
    ("status.not_met", "not met"),
    ("reason.duplicate", "the same item came twice"),
    ("reason.duplicate.other", "another item has this id and says something else; that one stays"),
    ("reason.retracted", "taken back"),
    ("reason.superseded", "corrected since"),
    ("reason.unconfirmed", "the work of a group; nobody has confirmed that the learner took part"),
    ("reason.unknown_competency", "the framework does not have its competency"),
    ("reason.invalid", "something in it cannot be read"),
    ("reason.off_scale", "its score lies off the scale"),
    ("reason.not_yet", "not judged yet"),
    ("reason.missed", "missed"),
    ("reason.excused", "excused"),
    ("reason.not_applicable", "does not apply"),
    ("reason.withheld", "withheld"),
    ("reason.out_of_scope", "the competency does not apply to this learner"),
    ("reason.in_future", "it lies after the day in question"),
    ("reason.expired", "it no longer holds"),
    ("reason.practice", "purpose=practice"),
    ("reason.purpose_not_selected", "its purpose does not count here"),
    ("reason.self_assessment", "the learner judged"),
    ("reason.peer_assessment", "another learner judged"),
    ("reason.untrusted", "who judged does not count here"),
    ("reason.zero_weight", "its weight is 0"),
    ("reason.other_source", "another report of the same submission counts"),
    ("reason.other_rater", "another judgement of the same submission counts"),
    ("reason.conflict", "the judgements of this submission disagree, and a person has to decide"),
    ("reason.late_reassessment", "handed in again after the last day for it"),
    ("reason.reassessment_limit", "handed in again more often than allowed"),
    ("reason.replaced", "another submission of the same activity counts"),
    ("reason.overridden", "a person decided otherwise"),
    ("reason.not_selected", "not selected"),
    ("reason.own_evidence_ignored", "evidence of this level does not count here"),
];

impl Default for Catalogue {
    fn default() -> Self {
        Self::english()
    }
}

impl Catalogue {
    /// The English sentences.
    pub fn english() -> Self {
        Self(english().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect())
    }

    /// Replaces messages: a JSON object of message ids and sentences. A sentence need not use every parameter of the English
    /// one, and cannot use others.
    ///
    /// # Errors
    /// `invalid-json`; `unknown-field` for an id that no message has; `invalid-value` with the message id as place for
    /// parameters that the English sentence does not have and for a `{` without `}`.
    pub fn with_json(mut self, json: impl AsRef<[u8]>) -> Result<Self> {
        let sink = Sink::default();
        let path = Path::ROOT;
        if let Some(mut fields) = Fields::of(document(json.as_ref())?, &path, &sink) {
            for (id, english) in english() {
                if let Some(text) = fields.string(id) {
                    if let Some(message) = fault(&text, english) {
                        sink.add(Code::InvalidValue, &path.key(id), message);
                    }
                    self.0.insert((*id).to_owned(), text);
                }
            }
            fields.finish();
        }
        sink.into_report().into_result()?;
        Ok(self)
    }

    /// Every message id, for translators.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        english().map(|(id, _)| *id)
    }

    /// The sentence of a message, with its parameters in place.
    pub(crate) fn say(&self, id: &str, parameters: &[(&str, String)]) -> String {
        let template = self.0.get(id).map_or(id, String::as_str);
        let mut said = String::with_capacity(template.len());
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) | Piece::Open(text) => said.push_str(text),
                Piece::Parameter(name) => {
                    if let Some((_, text)) = parameters.iter().find(|(known, _)| *known == name) {
                        push_plain(text, &mut said);
                    }
                }
            }
        }
        said
    }
}

/// How many of a long list are told at each end.
const SHOWN: usize = 20;

pub(crate) fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

/// The first and the last of a long list.
pub(crate) fn shortened(texts: impl ExactSizeIterator<Item = String>) -> String {
    let len = texts.len();
    if len <= 2 * SHOWN {
        return joined(texts);
    }
    let shown = texts.enumerate().filter(|(at, _)| *at <= SHOWN || *at >= len - SHOWN);
    joined(shown.map(|(at, text)| if at == SHOWN { "…".to_owned() } else { text }))
}

/// A part of a sentence.
enum Piece<'t> {
    Text(&'t str),
    Parameter(&'t str),
    /// From a `{` without `}` on.
    Open(&'t str),
}

fn pieces(sentence: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = sentence;
    std::iter::from_fn(move || {
        let open = rest.find('{').unwrap_or(rest.len());
        let (text, after) = rest.split_at(open);
        if !text.is_empty() {
            rest = after;
            return Some(Piece::Text(text));
        }
        let inside = after.strip_prefix('{')?;
        let Some((name, next)) = inside.split_once('}') else {
            rest = "";
            return Some(Piece::Open(after));
        };
        rest = next;
        Some(Piece::Parameter(name))
    })
}

/// What is wrong with a sentence, compared with the English one.
fn fault(sentence: &str, english: &str) -> Option<String> {
    let known = || {
        pieces(english).filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(name),
            Piece::Text(_) | Piece::Open(_) => None,
        })
    };
    pieces(sentence).find_map(|piece| match piece {
        Piece::Text(_) => None,
        Piece::Open(text) => Some(format!("{} has no end", quote(text))),
        Piece::Parameter(name) if known().any(|known| known == name) => None,
        Piece::Parameter(name) => {
            let known = known().collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "none".to_owned() } else { known };
            Some(format!("the message has no parameter {}; it has: {known}", quote(name)))
        }
    })
}

/// Adds a text of somebody else's on one line: what breaks lines or turns the direction of writing becomes a space.
fn push_plain(text: &str, out: &mut String) {
    let breaks = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut broken = false;
    for c in text.chars() {
        if breaks(c) {
            if !broken && !out.ends_with(' ') {
                out.push(' ');
            }
            broken = true;
        } else if !(broken && c == ' ') {
            out.push(c);
            broken = false;
        }
    }
}
