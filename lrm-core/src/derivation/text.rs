//! A derivation in words.

use super::Derivation;
use super::items::kept;
use super::model::{Basis, DerivedItem, DerivedNode, DerivedOverride, IgnoredItem, Number, Step};
use super::write::note_id;
use crate::catalogue::{Catalogue, shortened};
use crate::engine::{Mastery, Reason};
use crate::estimate::Note;
use crate::record::{Evidence, Item, Outcome};
use crate::sorting::{self, Table};

pub(super) fn render(derivation: &Derivation, catalogue: &Catalogue) -> String {
    let mut lines = Vec::new();
    let results = derivation.nodes.iter().map(|node| {
        let result = &node.result;
        ((result.competency.as_str(), node.basis == Basis::OwnEvidence), result)
    });
    let duplicates = derivation.nodes.iter().flat_map(|node| &node.ignored).any(|one| one.reason == Reason::Duplicate);
    let kept = if duplicates { kept(derivation).collect() } else { Table::default() };
    let told = Told { results: results.collect(), kept };
    for (place, node) in derivation.nodes.iter().enumerate() {
        if place > 0 {
            lines.push(String::new());
        }
        describe(node, place == 0, derivation, &told, catalogue, &mut lines);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What the nodes tell of each other.
struct Told<'d> {
    results: Table<(&'d str, bool), &'d Mastery>,
    /// The content of the items that stay, by id; empty where no item gave way.
    kept: Table<String, String>,
}

fn describe(
    node: &DerivedNode,
    head: bool,
    derivation: &Derivation,
    told: &Told<'_>,
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
    if result.modified {
        lines.push(format!("  {}", catalogue.say("modified", &[])));
    }
    if head {
        let named = |(id, version): &(Option<String>, Option<String>)| {
            let parts: Vec<&str> = [id.as_deref(), version.as_deref()].into_iter().flatten().collect();
            if parts.is_empty() { "–".to_owned() } else { parts.join(" ") }
        };
        let documents = [("framework", named(&derivation.framework)), ("policy", named(&derivation.policy))];
        lines.push(format!("  {}", catalogue.say("documents", &documents)));
    }
    let mut by_rule: Vec<_> = node.rules.set_by.iter().collect();
    sorting::sort_by(&mut by_rule, |(_, one), (_, other)| one.cmp(other));
    for sections in by_rule.chunk_by(|(_, one), (_, other)| one == other) {
        let Some((_, rule)) = sections.first() else { continue };
        let sections: Vec<&str> = sections.iter().map(|(section, _)| *section).collect();
        let parameters = [("rule", rule.clone()), ("sections", sections.join(", "))];
        lines.push(format!("  {}", catalogue.say("set_by", &parameters)));
    }
    let mut by_layers: Vec<_> = node.rules.layers.iter().collect();
    sorting::sort_by(&mut by_layers, |(_, one), (_, other)| one.cmp(other));
    for sections in by_layers.chunk_by(|(_, one), (_, other)| one == other) {
        let Some((_, layers)) = sections.first() else { continue };
        let sections: Vec<&str> = sections.iter().map(|(section, _)| *section).collect();
        let parameters = [("sections", sections.join(", ")), ("layers", layers.join(", "))];
        lines.push(format!("  {}", catalogue.say("layers", &parameters)));
    }
    if let Some(overriding) = &node.overriding {
        lines.push(format!("  {}", override_line(overriding, catalogue)));
    }
    let mut block = |title: &str, entries: Vec<String>| {
        if !entries.is_empty() {
            lines.push(format!("  {}", catalogue.say(title, &[])));
            lines.extend(entries.into_iter().map(|entry| format!("    {entry}")));
        }
    };
    block("used", node.used.iter().map(|item| item_line(item, catalogue)).collect());
    block("ignored", node.ignored.iter().map(|item| ignored_line(item, told, catalogue)).collect());
    let inputs = node.inputs.iter().map(|input| {
        let result = told.results.get(&(input.competency.as_str(), input.own));
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
    block("steps", node.steps.iter().map(|step| step_line(step, catalogue)).collect());
    for note in &node.notes {
        let raw = if let Note::Clamped(raw) = note { raw.to_string() } else { String::new() };
        let level = node.next.as_ref().map(|next| next.level.clone()).unwrap_or_default();
        lines.push(format!(
            "  {}",
            catalogue.say(&format!("note.{}", note_id(note)), &[("raw", raw), ("level", level)])
        ));
    }
    for (name, missing) in &node.missing {
        lines.push(format!("  {}", catalogue.say(&format!("missing.{name}"), &[("missing", missing.to_string())])));
    }
    if let Some(next) = &node.next {
        let parameters =
            [("level", next.level.clone()), ("from", next.from.to_string()), ("gap", next.gap.to_string())];
        let held_back = node.notes.contains(&Note::IndependenceRequired);
        lines.push(format!("  {}", catalogue.say(if held_back { "next.independent" } else { "next" }, &parameters)));
    }
}

fn step_line(step: &Step, catalogue: &Catalogue) -> String {
    let numbers: Vec<(&str, String)> =
        step.numbers.iter().map(|(name, number)| (name.as_str(), number_text(number, catalogue))).collect();
    if step.id.starts_with("requirement.") {
        return requirement_line(&step.id, numbers, catalogue);
    }
    let has = |name: &str| numbers.iter().any(|(known, _)| *known == name);
    // without a value only what there is so far can be told
    let message = match step.id.as_str() {
        id if has("value") || id == "inputs" => format!("step.{id}"),
        "n_mastery" => "step.n_mastery.short".to_owned(),
        _ if has("values") => "step.values".to_owned(),
        _ => "step.scores".to_owned(),
    };
    catalogue.say(&message, &numbers)
}

/// A requirement, indented below its group.
fn requirement_line(id: &str, mut parts: Vec<(&str, String)>, catalogue: &Catalogue) -> String {
    let mut indent = String::new();
    for (name, text) in &mut parts {
        match *name {
            "at" => {
                let lists = text.split('/').filter(|step| step.parse::<u32>().is_ok()).count();
                indent = "  ".repeat(lists.min(crate::limits::NESTING));
            }
            "verdict" => *text = catalogue.say(&format!("verdict.{text}"), &[]),
            _ => {}
        }
    }
    indent + &catalogue.say(&format!("step.{id}"), &parts)
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

/// What the judgement says, if it says something.
fn outcome_text(outcome: &Outcome, catalogue: &Catalogue) -> Option<String> {
    let text = match outcome {
        Outcome::Score { score, possible: None } => catalogue.say("item.score", &[("score", score.to_string())]),
        Outcome::Score { score, possible: Some(possible) } => {
            catalogue.say("item.score_possible", &[("score", score.to_string()), ("possible", possible.to_string())])
        }
        Outcome::Level(level) => catalogue.say("item.level", &[("level", level.clone())]),
        Outcome::Passed(true) => catalogue.say("item.passed", &[]),
        Outcome::Passed(false) => catalogue.say("item.failed", &[]),
        Outcome::Absence(absence) => catalogue.say(&format!("reason.{}", absence.as_str()), &[]),
        Outcome::Nothing => return None,
    };
    Some(text)
}

fn when_text(evidence: &Evidence, catalogue: &Catalogue) -> String {
    evidence.clock().map(|at| catalogue.say("item.when", &[("when", at.to_string())])).unwrap_or_default()
}

/// The system and the assessor of an item, as far as it names them.
fn origin_text(evidence: &Evidence, catalogue: &Catalogue) -> String {
    let system = evidence.came_from().and_then(|source| source.system.clone());
    let replaced = evidence.replaced().map(|(_, id)| id.to_owned());
    let assessor = evidence.assessed_by().and_then(|assessor| assessor.id.clone());
    let system = system.map(|system| catalogue.say("item.from", &[("system", system)]));
    let replaced = replaced.map(|replaces| catalogue.say("item.replaces", &[("replaces", replaces)]));
    let assessor = assessor.map(|assessor| catalogue.say("item.by", &[("assessor", assessor)]));
    system.into_iter().chain(replaced).chain(assessor).collect()
}

fn item_line(item: &DerivedItem, catalogue: &Catalogue) -> String {
    let outcome = outcome_text(&item.evidence.outcome, catalogue);
    let held = |uncapped: crate::Value| {
        let values = [("value", item.value.to_string()), ("uncapped", uncapped.to_string())];
        catalogue.say("item.capped", &values)
    };
    let value = item.uncapped.map_or_else(|| item.value.to_string(), held);
    let parameters = [
        ("id", name_of(item.evidence.item_id(), catalogue)),
        ("outcome", outcome.unwrap_or_else(|| catalogue.say("item.nothing", &[]))),
        ("value", value),
        ("when", when_text(&item.evidence, catalogue)),
    ];
    catalogue.say("item", &parameters)
}

/// Who decided, why, and until when.
fn override_line(overriding: &DerivedOverride, catalogue: &Catalogue) -> String {
    let evidence = &overriding.evidence;
    let author = evidence.assessed_by().and_then(|assessor| assessor.id.clone()).unwrap_or_default();
    let terms = evidence.overrides();
    let until = terms.and_then(|terms| terms.expires_at);
    let until = until.map(|until| catalogue.say("override.until", &[("until", until.to_string())]));
    let parameters = [
        ("value", overriding.value.map(|value| value.to_string()).unwrap_or_default()),
        ("author", author),
        ("when", when_text(evidence, catalogue)),
        ("reason", terms.and_then(|terms| terms.reason.clone()).unwrap_or_default()),
        ("until", until.unwrap_or_default()),
    ];
    catalogue.say(if overriding.value.is_some() { "override.set" } else { "override.completed" }, &parameters)
}

fn ignored_line(ignored: &IgnoredItem, told: &Told<'_>, catalogue: &Catalogue) -> String {
    let word = ignored.reason.as_str();
    if let Some(item) = &ignored.eligible {
        let reason = catalogue.say(&format!("reason.{word}"), &[]);
        let mut line = item_line(item, catalogue);
        // where systems or assessors are the reason they are told
        if matches!(ignored.reason, Reason::OtherSource | Reason::OtherRater | Reason::Conflict) {
            line.push_str(&origin_text(&item.evidence, catalogue));
        }
        return catalogue.say("item.not_selected", &[("item", line), ("reason", reason)]);
    }
    let item = ignored.item();
    let evidence = item.as_ref().map(|item| &item.evidence);
    // the same item again, or another judgement that gave way
    let same = || {
        let content = evidence.and_then(Evidence::item_id).and_then(|id| told.kept.get(id));
        content.is_some() && content == item.as_ref().map(Item::content).as_ref()
    };
    let other = if ignored.reason == Reason::Duplicate && !same() { ".other" } else { "" };
    let outcome = evidence.map(|evidence| &evidence.outcome);
    // where the absence is the reason it is not told twice
    let outcome = outcome.filter(|outcome| !matches!(outcome, Outcome::Absence(absence) if absence.as_str() == word));
    let outcome = outcome.and_then(|outcome| outcome_text(outcome, catalogue));
    let message = if outcome.is_some() { "item.ignored" } else { "item.ignored.bare" };
    let parameters = [
        ("id", name_of(evidence.and_then(Evidence::item_id), catalogue)),
        ("outcome", outcome.unwrap_or_default()),
        ("when", evidence.map(|evidence| when_text(evidence, catalogue)).unwrap_or_default()),
        ("reason", catalogue.say(&format!("reason.{word}{other}"), &[])),
    ];
    catalogue.say(message, &parameters)
}

fn name_of(id: Option<&str>, catalogue: &Catalogue) -> String {
    id.map_or_else(|| catalogue.say("item.no_id", &[]), ToOwned::to_owned)
}

fn number_text(number: &Number, catalogue: &Catalogue) -> String {
    match number {
        Number::One(value) => value.to_string(),
        Number::Text(text) => text.clone(),
        Number::Many(values) if values.is_empty() => catalogue.say("none", &[]),
        Number::Many(values) => shortened(values.iter().map(ToString::to_string)),
    }
}
