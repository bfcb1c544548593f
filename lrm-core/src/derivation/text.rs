//! A derivation in words: message ids with parameters, rendered through a replaceable catalogue. English is shipped.

use std::collections::BTreeMap;

use super::Derivation;
use super::model::{Basis, DerivedItem, DerivedNode, IgnoredItem, Number};
use super::write::note_id;
use crate::engine::Mastery;
use crate::error::Result;
use crate::estimate::Note;
use crate::json::read::{Fields, Path, Sink, document};
use crate::record::Outcome;

/// The sentences of an explanation, by message id, with `{parameters}`.
///
/// ```
/// use lrm_core::Catalogue;
/// let french = Catalogue::english().with_json(r#"{"status.met": "acquis"}"#)?;
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue(BTreeMap<String, String>);

/// Every message: its id and its English sentence.
const ENGLISH: &[(&str, &str)] = &[
    ("head", "{statement} ({competency}), as of {as_of}"),
    ("node", "{statement} ({competency})"),
    ("own_evidence", "{statement} ({competency}), its own evidence"),
    ("result", "Result: {value}{level}, {status}. Evidence: {evidence}. Coverage: {valued} of {covered}."),
    ("no_result", "Result: no value, {status}. Evidence: {evidence}. Coverage: {valued} of {covered}."),
    ("level", ", level {level}"),
    ("newest", "Newest evidence it rests on: {newest}."),
    ("documents", "Framework {framework}, policy {policy}."),
    ("set_by", "The rule {rule} sets: {sections}."),
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
    ("item.ignored", "{id}: {reason}"),
    ("input", "{competency}: {value}, {status}, weight {weight}"),
    ("input.own", "{competency}, own evidence: {value}, {status}, weight {weight}"),
    ("no_value", "no value"),
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
    ("step.share_met", "{met} of {values} are met; by weight that gives {value}"),
    ("step.children.lowest", "the lowest of {values} is {value}"),
    ("step.children.highest", "the highest of {values} is {value}"),
    ("step.children.median", "the median of {values} is {value}"),
    ("step.children.mode", "the most frequent of {values} is {value}"),
    ("step.sum", "the sum of {values} is {value}"),
    ("step.rounding", "{from} rounded to {digits} decimals is {value}"),
    ("step.meets", "{value} meets the proficient cut {cut}"),
    ("step.does_not_meet", "{value} does not meet the proficient cut {cut}"),
    ("note.clamped", "The trend led to {raw}, beyond the scale, and was held at its end."),
    ("note.log_of_zero", "A score of 0 has no logarithm, so the plain mean was taken."),
    ("note.independence_required", "No independent evidence reaches that level, so the level below is shown."),
    ("missing.n_mastery", "Missing: {missing} more that meet the proficient cut."),
    ("missing.min_evidence", "Missing: {missing} more items of evidence."),
    ("missing.min_assessors", "Missing: {missing} more assessors."),
    ("missing.min_contexts", "Missing: {missing} more contexts."),
    ("missing.min_kinds", "Missing: {missing} more kinds of evidence."),
    ("missing.min_artifacts", "Missing: {missing} more artifacts."),
    ("missing.min_transfer", "Missing: {missing} more shown in a new situation."),
    ("missing.require_all", "Missing: a value for {missing} of the parts."),
    ("missing.require_at_least", "Missing: a value for {missing} more of the parts."),
    ("missing.require_at_least_percent", "Missing: a value for {missing} more of the parts."),
    ("next", "To the level {level}, from {from}: {gap} more."),
    ("status.not_applicable", "does not apply"),
    ("status.not_assessed", "not assessed"),
    ("status.insufficient", "not enough evidence"),
    ("status.stale", "too old"),
    ("status.provisional", "provisional"),
    ("status.met", "met"),
    ("status.not_met", "not met"),
    ("reason.duplicate", "the same item came twice"),
    ("reason.unknown_competency", "the framework does not have its competency"),
    ("reason.invalid", "it cannot be read"),
    ("reason.off_scale", "its score lies off the scale"),
    ("reason.not_yet", "not judged yet"),
    ("reason.missed", "missed"),
    ("reason.excused", "excused"),
    ("reason.not_applicable", "does not apply"),
    ("reason.withheld", "withheld"),
    ("reason.out_of_scope", "the competency does not apply to this learner"),
    ("reason.in_future", "it lies after the day in question"),
    ("reason.practice", "purpose=practice"),
    ("reason.purpose_not_selected", "its purpose does not count here"),
    ("reason.self_assessment", "the learner judged"),
    ("reason.peer_assessment", "another learner judged"),
    ("reason.untrusted", "who judged does not count here"),
    ("reason.zero_weight", "its weight is 0"),
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
        Self(ENGLISH.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect())
    }

    /// Replaces messages: a JSON object of message ids and sentences.
    ///
    /// # Errors
    /// `invalid-json`, `invalid-value`; `unknown-field` for an id that no message has.
    pub fn with_json(mut self, json: impl AsRef<[u8]>) -> Result<Self> {
        let sink = Sink::default();
        let path = Path::ROOT;
        if let Some(mut fields) = Fields::of(document(json.as_ref())?, &path, &sink) {
            for (id, _) in ENGLISH {
                if let Some(text) = fields.string(id) {
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
        ENGLISH.iter().map(|(id, _)| *id)
    }

    fn say(&self, id: &str, parameters: &[(&str, String)]) -> String {
        let template = self.0.get(id).map_or(id, String::as_str);
        let mut said = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            if let Some((_, text)) = parameters.iter().find(|(known, _)| *known == name) {
                said.push_str(text);
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }
}

pub(super) fn render(derivation: &Derivation, catalogue: &Catalogue) -> String {
    let mut lines = Vec::new();
    let results: BTreeMap<(&str, bool), &Mastery> = derivation
        .nodes
        .iter()
        .map(|node| ((node.result.competency.as_str(), node.basis == Basis::OwnEvidence), &node.result))
        .collect();
    for (place, node) in derivation.nodes.iter().enumerate() {
        if place > 0 {
            lines.push(String::new());
        }
        describe(node, place == 0, derivation, &results, catalogue, &mut lines);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn describe(
    node: &DerivedNode,
    head: bool,
    derivation: &Derivation,
    results: &BTreeMap<(&str, bool), &Mastery>,
    catalogue: &Catalogue,
    lines: &mut Vec<String>,
) {
    let result = &node.result;
    let heading = match (head, node.basis) {
        (true, _) => "head",
        (_, Basis::OwnEvidence) => "own_evidence",
        _ => "node",
    };
    let names = [
        ("statement", node.statement.clone()),
        ("competency", result.competency.clone()),
        ("as_of", derivation.as_of.to_string()),
    ];
    lines.push(catalogue.say(heading, &names));
    lines.push(format!("  {}", result_line(result, catalogue)));
    if let Some(newest) = result.newest {
        lines.push(format!("  {}", catalogue.say("newest", &[("newest", newest.to_string())])));
    }
    if head {
        let named = |(id, version): &(Option<String>, Option<String>)| {
            let parts: Vec<&str> = [id.as_deref(), version.as_deref()].into_iter().flatten().collect();
            if parts.is_empty() { "–".to_owned() } else { parts.join(" ") }
        };
        let documents = [("framework", named(&derivation.framework)), ("policy", named(&derivation.policy))];
        lines.push(format!("  {}", catalogue.say("documents", &documents)));
    }
    let mut by_rule = BTreeMap::<&str, Vec<&str>>::new();
    for (section, rule) in &node.rules.set_by {
        by_rule.entry(rule).or_default().push(section);
    }
    for (rule, sections) in by_rule {
        let parameters = [("rule", rule.to_owned()), ("sections", sections.join(", "))];
        lines.push(format!("  {}", catalogue.say("set_by", &parameters)));
    }
    let mut block = |title: &str, entries: Vec<String>| {
        if !entries.is_empty() {
            lines.push(format!("  {}", catalogue.say(title, &[])));
            lines.extend(entries.into_iter().map(|entry| format!("    {entry}")));
        }
    };
    block("used", node.used.iter().map(|item| item_line(item, catalogue)).collect());
    block("ignored", node.ignored.iter().map(|item| ignored_line(item, catalogue)).collect());
    let inputs = node.inputs.iter().map(|input| {
        let result = results.get(&(input.competency.as_str(), input.own));
        let value = result.and_then(|result| result.value).map(|value| value.to_string());
        let status = result.map(|result| catalogue.say(&format!("status.{}", result.status.as_str()), &[]));
        let parameters = [
            ("competency", input.competency.clone()),
            ("value", value.unwrap_or_else(|| catalogue.say("no_value", &[]))),
            ("status", status.unwrap_or_default()),
            ("weight", input.weight.value().to_string()),
        ];
        catalogue.say(if input.own { "input.own" } else { "input" }, &parameters)
    });
    block("inputs", inputs.collect());
    let steps = node.steps.iter().map(|step| {
        let numbers: Vec<(&str, String)> =
            step.numbers.iter().map(|(name, number)| (name.as_str(), number_text(number))).collect();
        // an estimator and a rule over children may share a name
        let children = numbers.iter().any(|(name, _)| *name == "values");
        let shared = children && ["lowest", "highest", "median", "mode"].contains(&step.id.as_str());
        let short = step.id == "n_mastery" && !numbers.iter().any(|(name, _)| *name == "value");
        catalogue.say(
            &format!("step.{}{}{}", if shared { "children." } else { "" }, step.id, if short { ".short" } else { "" }),
            &numbers,
        )
    });
    block("steps", steps.collect());
    for note in &node.notes {
        let raw = if let Note::Clamped(raw) = note { raw.to_string() } else { String::new() };
        lines.push(format!("  {}", catalogue.say(&format!("note.{}", note_id(note)), &[("raw", raw)])));
    }
    for (name, missing) in &node.missing {
        lines.push(format!("  {}", catalogue.say(&format!("missing.{name}"), &[("missing", missing.to_string())])));
    }
    if let Some(next) = &node.next {
        let parameters =
            [("level", next.level.clone()), ("from", next.from.to_string()), ("gap", next.gap.to_string())];
        lines.push(format!("  {}", catalogue.say("next", &parameters)));
    }
}

fn result_line(result: &Mastery, catalogue: &Catalogue) -> String {
    let level = result.level.as_ref().map(|level| catalogue.say("level", &[("level", level.clone())]));
    let parameters = [
        ("value", result.value.map(|value| value.to_string()).unwrap_or_default()),
        ("level", level.unwrap_or_default()),
        ("status", catalogue.say(&format!("status.{}", result.status.as_str()), &[])),
        ("evidence", result.evidence.to_string()),
        ("valued", result.coverage.0.to_string()),
        ("covered", result.coverage.1.to_string()),
    ];
    catalogue.say(if result.value.is_some() { "result" } else { "no_result" }, &parameters)
}

fn item_line(item: &DerivedItem, catalogue: &Catalogue) -> String {
    let outcome = match &item.evidence.outcome {
        Outcome::Score { score, possible: None } => catalogue.say("item.score", &[("score", score.to_string())]),
        Outcome::Score { score, possible: Some(possible) } => {
            catalogue.say("item.score_possible", &[("score", score.to_string()), ("possible", possible.to_string())])
        }
        Outcome::Level(level) => catalogue.say("item.level", &[("level", level.clone())]),
        Outcome::Passed(true) => catalogue.say("item.passed", &[]),
        Outcome::Passed(false) => catalogue.say("item.failed", &[]),
        Outcome::Absence(_) | Outcome::Nothing => catalogue.say("item.nothing", &[]),
    };
    let when = item.evidence.clock().map(|at| catalogue.say("item.when", &[("when", at.to_string())]));
    let parameters = [
        ("id", name_of(item.evidence.item_id(), catalogue)),
        ("outcome", outcome),
        ("value", item.value.to_string()),
        ("when", when.unwrap_or_default()),
    ];
    catalogue.say("item", &parameters)
}

fn ignored_line(ignored: &IgnoredItem, catalogue: &Catalogue) -> String {
    let reason = catalogue.say(&format!("reason.{}", ignored.reason.as_str()), &[]);
    let id = name_of(ignored.id.as_deref(), catalogue);
    match &ignored.eligible {
        Some(item) => format!("{} ({reason})", item_line(item, catalogue)),
        None => catalogue.say("item.ignored", &[("id", id), ("reason", reason)]),
    }
}

fn name_of(id: Option<&str>, catalogue: &Catalogue) -> String {
    id.map_or_else(|| catalogue.say("item.no_id", &[]), ToOwned::to_owned)
}

/// How many numbers of a list are shown at each end.
const SHOWN: usize = 20;

fn number_text(number: &Number) -> String {
    match number {
        Number::One(value) => value.to_string(),
        Number::Word(word) => word.clone(),
        Number::Many(values) if values.len() <= 2 * SHOWN => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Number::Many(values) => {
            let text = |values: &[crate::Value]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let (first, last) = (values.get(..SHOWN), values.get(values.len() - SHOWN..));
            format!("{}, …, {}", text(first.unwrap_or_default()), text(last.unwrap_or_default()))
        }
    }
}
