//! How a result came to be what it is: the question is asked anew at every instant at which anything may change.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Code;
use super::canonical::exact_decimal;
use super::case::NodeResult;
use super::erasure::LogCopy;
use super::event;
use super::evidence::clock_of;
use super::instant::{self, DAY, Instant};
use super::items;
use super::log::{Log, Root, folded};
use super::setup::Setup;

/// Every change of a result up to an instant: what was believed at each instant or, by the other clock, what was so.
pub(super) fn history(
    setup: &Setup,
    copy: &LogCopy,
    competency: &str,
    until: Instant,
    is_observed: bool,
) -> Result<Vec<Value>, Code> {
    let result_at = |at: Instant| -> Result<NodeResult, Code> {
        let known = if is_observed { copy.clone() } else { copy.known_at(at) };
        let answer = setup.answer(&folded(&known).items, at, false)?;
        answer.results.get(competency).cloned().ok_or("unknown-competency")
    };
    let mut before = result_at(Instant::MIN)?;
    let mut changes = Vec::new();
    for at in instants(setup, copy).into_iter().filter(|at| *at <= until) {
        let after = result_at(at)?;
        if after != before {
            let value = after.value.map(|value| exact_decimal(&value.exact()));
            let value: Option<Value> = value.and_then(|text| serde_json::from_str(&text).ok());
            let events = causes(setup, copy, competency, at, is_observed);
            let status = after.status.as_str();
            changes.push(json!({"at": instant::show(at), "events": events, "value": value, "status": status}));
            before = after;
        }
    }
    Ok(changes)
}

/// All the instants at which a result may change: something is known, comes into its time, ends, or becomes too old.
pub(super) fn instants(setup: &Setup, copy: &LogCopy) -> BTreeSet<Instant> {
    let known: BTreeSet<Instant> = copy.events.iter().filter_map(event::known).collect();
    let copies = known.iter().map(|at| copy.known_at(*at)).chain([copy.clone()]);
    let items: Vec<Value> = copies.flat_map(|copy| folded(&copy).items).collect();
    let limits = setup.sections.values().flat_map(|sections| [&sections.sufficiency, &sections.rollup_sufficiency]);
    let limits: BTreeSet<i64> = limits.filter_map(|limit| limit.max_age_days).collect();
    let mut instants = known;
    for item in &items {
        let ends = item.get("override").and_then(|said| event::text(said, "expires_at")).and_then(instant::parse);
        instants.extend(ends);
        if let Some(clock) = clock_of(item) {
            instants.insert(clock);
            instants.extend(limits.iter().map(|days| clock + days * DAY + 1));
        }
    }
    instants
}

/// The ids of the events that made a change: those that became known and have to do with the competency or what is below it,
/// and those whose evidence comes into its time.
fn causes(setup: &Setup, copy: &LogCopy, competency: &str, at: Instant, is_observed: bool) -> BTreeSet<String> {
    let below = setup.framework.down(competency);
    let is_below = |item: &Value| event::text(item, "competency").is_some_and(|one| below.contains(one));
    let known = if is_observed { copy.clone() } else { copy.known_at(at) };
    let learner = known.learner.as_deref();
    let counting = known.counting();
    let log = Log::of(counting.iter(), learner);
    let entries = log.entries(&mut Vec::new());
    let names = known.names();
    let mut causes = BTreeSet::new();
    if !is_observed {
        for (content, one) in log.events.iter().filter(|(_, one)| event::known(one) == Some(at)) {
            let acted = match log.root(one) {
                Root::Entry(root) => entries.get(root).filter(|entry| entry.acts.contains(content)),
                Root::Missing | Root::Circle => None,
            };
            let entries = [entries.get(content), acted];
            if entries.into_iter().flatten().any(|entry| items::of(entry, &names).iter().any(is_below)) {
                causes.extend(event::text(one, "id").map(str::to_owned));
            }
        }
    }
    // work that nobody has judged is no evidence
    let items = entries.values().filter(|entry| entry.kind != "submission").flat_map(|entry| items::of(entry, &names));
    for item in items.filter(|item| is_below(item) && clock_of(item) == Some(at)) {
        if event::text(&item, "withdrawn").is_none() {
            causes.extend(event::text(&item, "id").map(str::to_owned));
        }
    }
    causes
}
