//! Deadlines: whether work came in time.

use serde_json::{Value, json};

use super::calendar::{Calendar, Deadline};
use super::document::Object;
use super::entry::Entry;
use super::event;
use super::evidence::clock_of;
use super::instant::{self, Instant};
use super::record::distinct;

/// How each deadline of a calendar stands, in the order of the document.
pub(super) fn deadlines(items: &[Value], entries: &[Entry<'_>], calendar: &Calendar, as_of: Instant) -> Vec<Object> {
    let stand = |deadline| standing(items, entries, calendar, deadline, as_of);
    calendar.deadlines.iter().filter_map(stand).collect()
}

/// Work, or why there is none.
struct Work {
    /// None of an excuse that does not say when.
    at: Option<Instant>,
    id: Option<String>,
    is_done: bool,
    is_excused: bool,
}

fn standing(
    items: &[Value],
    entries: &[Entry<'_>],
    calendar: &Calendar,
    deadline: &Deadline,
    as_of: Instant,
) -> Option<Object> {
    let due = calendar.instant(deadline.due)?;
    let cutoff = calendar.cutoff(deadline.due, deadline.grace, deadline.by_school_days)?;
    let of_items =
        distinct(items).into_iter().filter(|item| event::text(item, "withdrawn").is_none()).filter_map(|item| {
            let says = |name: &str| item.get(name).is_some_and(|value| !value.is_null());
            let is_judged = ["score", "level", "passed", "override"].iter().any(|name| says(name));
            let absence = event::text(item, "absence");
            let is_work = is_judged || matches!(absence, Some("withheld"));
            let is_excused = absence == Some("excused");
            let (at, id) = of_activity(item, deadline)?;
            (at.is_some() || is_excused).then_some(Work { at, id, is_done: is_work && at.is_some(), is_excused })
        });
    let submissions = entries.iter().filter(|entry| entry.kind == "submission" && entry.state != "retracted");
    let submitted = submissions.filter_map(|entry| {
        let (_, id) = of_activity(&entry.item, deadline)?;
        let at = clock_of(&entry.item);
        at.is_some().then_some(Work { at, id, is_done: true, is_excused: false })
    });
    let works: Vec<Work> = of_items.chain(submitted).filter(|work| work.at.is_none_or(|at| at <= as_of)).collect();
    let first =
        |of: fn(&Work) -> bool| works.iter().filter(|work| of(work)).min_by_key(|work| (work.at, work.id.clone()));
    let (state, by) = match (first(|work| work.is_done), first(|work| work.is_excused)) {
        (Some(work), _) if work.at <= Some(due) => ("on_time", Some(work)),
        (Some(work), _) if work.at <= Some(cutoff) => ("in_grace", Some(work)),
        (Some(work), _) => ("late", Some(work)),
        (None, Some(excuse)) => ("excused", Some(excuse)),
        (None, None) if as_of <= cutoff => ("open", None),
        (None, None) => ("missed", None),
    };
    let mut object = Object::new();
    object.insert("activity".to_owned(), json!(deadline.activity));
    object.insert("due".to_owned(), json!(instant::show(due)));
    object.insert("cutoff".to_owned(), json!(instant::show(cutoff)));
    object.insert("state".to_owned(), json!(state));
    object.extend(by.and_then(|work| work.at).map(|at| ("at".to_owned(), json!(instant::show(at)))));
    object.extend(by.and_then(|work| work.id.clone()).map(|id| ("by".to_owned(), json!(id))));
    Some(object)
}

/// When an item of an activity was observed, if it says so, and its id.
fn of_activity(item: &Value, deadline: &Deadline) -> Option<(Option<Instant>, Option<String>)> {
    let at = event::text(item, "observed_at").and_then(instant::parse);
    let is_of = event::text(item, "activity") == Some(deadline.activity.as_str());
    is_of.then(|| (at, event::text(item, "id").map(str::to_owned)))
}
