//! One entry through all that happened to it (semantics: Log, transitions).

use serde_json::Value;

use super::Code;
use super::document::{Object, exact};
use super::entry::Entry;
use super::event;
use super::faults::entry_faults;
use super::fields;
use super::instant::Instant;
use super::items;

/// Where a step stands among others: its turn, then the content of its event.
pub(super) type Place<'l> = ((Instant, usize), &'l str);

/// What happens to an entry.
pub(super) enum Step<'e> {
    /// Somebody acts on it, by an event of this content.
    Act(String, &'e Value),
    /// Evidence that a credit names was retracted.
    Cause(String, &'e Value),
}

/// The acts on an entry and what happens by itself, one after the other.
pub(super) fn thread<'l, 'e>(acts: Vec<(Place<'l>, &'e Value)>, causes: Vec<(Place<'l>, Step<'e>)>) -> Vec<Step<'e>> {
    let acts = acts.into_iter().map(|(place, one)| (place, Step::Act(place.1.to_owned(), one)));
    let mut steps: Vec<_> = acts.chain(causes).collect();
    steps.sort_by_key(|(place, _)| *place);
    steps.into_iter().map(|(_, step)| step).collect()
}

/// The state of an entry of a kind after an act; none if there is no such way.
fn next(kind: &str, state: &'static str, act: &str) -> Option<&'static str> {
    let next = match (kind, act, state) {
        // a hold is released
        (_, _, "retracted") | ("erasure", ..) | ("hold", "retracted", _) => return None,
        (_, "retracted", _) => "retracted",
        ("evidence", "corrected", _) | ("group", "corrected", "disputed" | "verified") => "assessed",
        (_, "corrected", _)
        | ("submission", "assessed", _)
        | ("reflection", "reflected", _)
        | ("group", "confirmed", _) => state,
        ("evidence" | "group", "disputed", _) => "disputed",
        ("evidence" | "group", "verified", _) => "verified",
        ("group", "adjusted", _) => "adjusted",
        ("goal", "approved", "proposed") => "approved",
        ("goal", "met", "approved") => "met",
        ("goal", "missed", "approved") => "missed",
        ("goal", "renegotiated", "proposed" | "approved" | "missed") => "renegotiated",
        ("credit", "reviewed", "awarded") => "under_review",
        ("credit", "upheld", "under_review") => "awarded",
        ("credit", "revoked", "awarded" | "under_review") => "revoked",
        ("identity", "separated", "identified") => "separated",
        ("enrolment", "left", "enrolled") => "left",
        ("hold", "released", "held") => "released",
        _ => return None,
    };
    Some(next)
}

/// The entry after all its steps.
pub(super) fn follow<'e>(mut entry: Entry<'e>, steps: Vec<Step<'e>>, findings: &mut Vec<Code>) -> Entry<'e> {
    for step in steps {
        let before = entry.shown();
        let one = match step {
            Step::Act(content, one) => {
                if let Err(code) = act(&mut entry, &content, one) {
                    findings.push(code);
                    continue;
                }
                one
            }
            Step::Cause(id, one) => {
                entry.causes.push(id);
                one
            }
        };
        if entry.shown() != before {
            entry.since = event::clock(one);
        }
    }
    entry.settle();
    entry
}

fn act<'e>(entry: &mut Entry<'e>, content: &str, one: &'e Value) -> Result<(), Code> {
    let act = event::kind(one).unwrap_or_default();
    // an upheld credit may be under review by itself; all else asks for the state that people gave it
    let from = if act == "upheld" { entry.shown() } else { entry.state };
    let state = next(entry.kind, from, act).ok_or("illegal-transition")?;
    match act {
        "corrected" | "reflected" => correct(entry, one)?,
        "adjusted" => adjust(entry, one)?,
        "confirmed" => entry.is_confirmed = true,
        "upheld" => entry.causes.clear(),
        "assessed" => entry.judgements.push(one),
        "left" => entry.left = event::clock(one),
        "renegotiated" => entry.gave = Some((entry.item.clone(), entry.own.clone())),
        "retracted" => {
            entry.why = entry.why.or(Some("retracted"));
            entry.retracted_by = Some(content.to_owned());
        }
        _ => {}
    }
    entry.state = state;
    entry.acts.push(content.to_owned());
    // what the learner or a peer thinks of it does not make the submission what it is
    let role = one.get("assessor").and_then(|assessor| event::text(assessor, "role"));
    if entry.kind != "submission" || act != "assessed" || !matches!(role, Some("self" | "peer")) {
        entry.events.extend(event::text(one, "id").map(str::to_owned));
    }
    if act == "corrected" {
        entry.ids.extend(event::text(one, "id").map(str::to_owned));
    }
    Ok(())
}

/// What a correction says takes the place of what the entry says, field by field. The next version of a reflection stands
/// beside the version before.
fn correct(entry: &mut Entry<'_>, one: &Value) -> Result<(), Code> {
    let said = event::item(one);
    let object: Object = said.as_object().cloned().unwrap_or_default();
    if let Some(code) = entry_faults(entry.kind, &object).first() {
        return Err(code);
    }
    let (own, rest) = fields::split(fields::of_entry(entry.kind), &object);
    // days that are in order by themselves may not be so together
    if matches!(entry.kind, "plan" | "pause") {
        let together = entry.own.iter().chain(&own).map(|(name, value)| (name.clone(), value.clone())).collect();
        if let Some(code) = entry_faults(entry.kind, &together).first() {
            return Err(code);
        }
    }
    let has_versions = matches!(entry.kind, "evidence" | "override" | "group" | "submission");
    if has_versions {
        entry.why = entry.why.or(Some("superseded"));
        entry.versions.push((entry.item.clone(), entry.own.clone()));
        entry.item = items::corrected(&entry.item, &Value::Object(rest), event::text(one, "of"));
    } else {
        let says = |object: &Object, name: &str| object.get(name).is_some_and(|value| !value.is_null());
        if entry.kind == "goal" && says(&own, "value") {
            entry.forget("level");
        }
        if entry.kind == "goal" && says(&rest, "level") {
            entry.own.remove("value");
        }
        entry.item = items::laid_over(&entry.item, &Value::Object(rest));
    }
    if let Some(text) = own.get("text").filter(|_| entry.kind == "reflection") {
        let id: Vec<String> = event::text(one, "id").map(str::to_owned).into_iter().collect();
        let of = event::text(one, "of").unwrap_or_default();
        // a correction changes the version that it is about
        let version = entry.text_ids.iter().position(|ids| ids.iter().any(|known| known == of));
        let slot = version.filter(|_| event::kind(one) == Some("corrected"));
        let slots = slot.and_then(|at| Some((entry.texts.get_mut(at)?, entry.text_ids.get_mut(at)?)));
        if let Some((version, ids)) = slots {
            *version = text.clone();
            ids.extend(id);
        } else {
            entry.texts.push(text.clone());
            entry.text_ids.push(id);
        }
    }
    entry.own.extend(own);
    Ok(())
}

/// The last adjustment counts. Only a score can be adjusted.
fn adjust(entry: &mut Entry<'_>, one: &Value) -> Result<(), Code> {
    let said = one.as_object().and_then(|object| exact(object, "by").ok()?);
    let has_score = entry.item.get("score").is_some_and(|score| !score.is_null());
    match said.filter(|_| has_score) {
        Some(by) => {
            entry.by = Some(by);
            entry.by_text = one.get("by").cloned();
            Ok(())
        }
        None => Err("invalid-value"),
    }
}
