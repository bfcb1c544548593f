//! Who a log is about, and whose events count in it (semantics: Log, identity).

use std::collections::BTreeSet;

use serde_json::Value;

use super::Code;
use super::event;
use super::faults::is_sound;
use super::log::Log;

/// The learner of a log: the one that events name, besides those who are said to be the same person. Where each of several is
/// said to be another's, the least name.
///
/// # Errors
///
/// `invalid-value` if events name somebody else.
pub(super) fn learner(events: &[Value]) -> Result<Option<String>, Code> {
    let named: BTreeSet<&str> = events.iter().filter_map(|one| event::text(one, "learner")).collect();
    let identified = events.iter().filter(|one| event::opens(one) == Some("identity") && is_sound(one));
    let others: BTreeSet<&str> = identified.filter_map(|one| event::text(one, "other")).collect();
    let own: Vec<&str> = named.difference(&others).copied().collect();
    match own.as_slice() {
        [] if named.len() > 1 => Ok(named.first().map(|least| (*least).to_owned())),
        // only the other person is named so far
        [] => Ok(None),
        [own] => Ok(Some((*own).to_owned())),
        _ => Err("invalid-value"),
    }
}

/// The learners whose events count: the log's own, those who are the same person, those who are the same person as one of
/// them, and so on.
pub(super) fn counting(log: &Log<'_>, learner: Option<&str>) -> BTreeSet<String> {
    let entries = log.entries(&mut Vec::new());
    let identities: Vec<_> =
        entries.values().filter(|entry| entry.kind == "identity" && entry.state == "identified").collect();
    let mut count: BTreeSet<String> = learner.map(str::to_owned).into_iter().collect();
    loop {
        let known = count.len();
        for identity in &identities {
            let by = event::text(identity.opening, "learner");
            let other = identity.own.get("other").and_then(Value::as_str);
            if by.is_none_or(|by| count.contains(by)) {
                count.extend(other.map(str::to_owned));
            }
        }
        if count.len() == known {
            return count;
        }
    }
}
