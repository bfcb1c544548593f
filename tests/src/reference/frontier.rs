//! What a learner can learn next, what is in the way, and the way to a competency (progress: prerequisites).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Code;
use super::case::NodeResult;
use super::document::Object;
use super::erasure::LogCopy;
use super::framework::Precedes;
use super::instant::{self, Instant};
use super::log::folded;
use super::setup::Setup;
use super::status::Status;
use super::waivers::{self, Waiver};

/// How all competencies stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    /// In the order of the framework those that apply. What is empty, false or zero is left out.
    pub standings: Vec<(String, Object)>,
    /// The waivers that name what the framework does not have.
    pub unknown: BTreeSet<String>,
}

/// Competencies by the competency that they have to do with.
type Sets<'s> = BTreeMap<&'s str, BTreeSet<&'s str>>;

/// How a learner stands at an instant.
struct Ground<'s> {
    setup: &'s Setup,
    results: BTreeMap<String, NodeResult>,
    waivers: Vec<Waiver>,
}

/// The frontier of a learner.
pub(super) fn frontier(setup: &Setup, copy: &LogCopy, at: Instant) -> Result<Frontier, Code> {
    let ground = Ground::of(setup, copy, at)?;
    let missing = ground.all_missing();
    let order = || setup.framework.order.iter().map(String::as_str);
    let is_blocked = |id: &str| ground.applies(id) && missing.get(id).is_some_and(|missing| !missing.is_empty());
    let causes: Sets<'_> = order().filter(|id| is_blocked(id)).map(|id| (id, causes(&missing, id))).collect();
    let mut frontier = Frontier { standings: Vec::new(), unknown: ground.unknown() };
    for id in order().filter(|id| ground.applies(id)) {
        let state = match (ground.is_learned(id), is_blocked(id)) {
            (true, _) => "learned",
            (false, true) => "blocked",
            (false, false) => "ready",
        };
        let only_this = |(other, missing): (&&str, &BTreeSet<&str>)| {
            ground.applies(other) && missing.len() == 1 && missing.contains(id)
        };
        let mut standing = Object::new();
        standing.insert("state".to_owned(), json!(state));
        standing.insert("recent".to_owned(), json!(ground.is_recent(id)));
        standing.insert("missing".to_owned(), json!(missing.get(id)));
        standing.insert("advised".to_owned(), json!(ground.advised(id)));
        standing.insert("root_causes".to_owned(), json!(causes.get(id)));
        standing.insert("unlocks".to_owned(), json!(causes.values().filter(|causes| causes.contains(id)).count()));
        standing.insert("opens".to_owned(), json!(missing.iter().filter(|one| only_this(*one)).count()));
        standing.insert("waived".to_owned(), json!(ground.waived(id)));
        standing.retain(|_, value| ![json!(null), json!(false), json!(0), json!([])].contains(value));
        frontier.standings.push((id.to_owned(), standing));
    }
    Ok(frontier)
}

/// The steps on the way to a competency.
pub(super) fn path(setup: &Setup, copy: &LogCopy, target: &str, at: Instant) -> Result<Vec<Value>, Code> {
    let ground = Ground::of(setup, copy, at)?;
    let Some((target, _)) = setup.framework.competencies.get_key_value(target) else {
        return Err("unknown-competency");
    };
    ground.way(&BTreeSet::from([target.as_str()]))
}

/// What is not learned of some competencies, and the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The leaves at or below them that apply and are not met, in the order of the framework.
    pub unmet: Vec<String>,
    /// The steps.
    pub steps: Vec<Value>,
}

/// The recovery plan for some competencies; or what is wrong with them, each with its place.
pub(super) fn recovery(
    setup: &Setup,
    copy: &LogCopy,
    of: &[String],
    at: Instant,
) -> Result<Recovery, Vec<(Code, String)>> {
    let whole = |code: Code| vec![(code, String::new())];
    let is_unknown = |(_, id): &(usize, &String)| !setup.framework.competencies.contains_key(*id);
    let unknown = of.iter().enumerate().filter(is_unknown);
    let faults: Vec<(Code, String)> =
        unknown.map(|(place, _)| ("unknown-competency", format!("/of/{place}"))).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    if of.is_empty() {
        return Err(whole("invalid-value"));
    }
    let ground = Ground::of(setup, copy, at).map_err(whole)?;
    let all: BTreeSet<&str> = of.iter().flat_map(|id| setup.framework.down(id)).collect();
    let mut unmet: Vec<&str> = setup.framework.order.iter().map(String::as_str).collect();
    unmet.retain(|id| all.contains(id) && setup.framework.is_leaf(id) && ground.applies(id) && !ground.is_learned(id));
    let steps = ground.way(&unmet.iter().copied().collect()).map_err(whole)?;
    Ok(Recovery { unmet: unmet.into_iter().map(str::to_owned).collect(), steps })
}

impl<'s> Ground<'s> {
    fn of(setup: &'s Setup, copy: &LogCopy, at: Instant) -> Result<Self, Code> {
        let results = setup.answer(&folded(copy).items, at, false)?.results;
        Ok(Self { setup, results, waivers: waivers::in_force(copy, at) })
    }

    fn has(&self, id: &str, status: Status) -> bool {
        self.results.get(id).is_some_and(|result| result.status == status)
    }

    fn is_learned(&self, id: &str) -> bool {
        self.has(id, Status::Met)
    }

    fn applies(&self, id: &str) -> bool {
        !self.has(id, Status::NotApplicable)
    }

    /// The steps to some competencies: they, and all that is missing before them.
    fn way(&self, targets: &BTreeSet<&'s str>) -> Result<Vec<Value>, Code> {
        let missing = self.all_missing();
        let mut left: BTreeSet<&str> = targets.iter().flat_map(|target| before(&missing, target)).collect();
        left.extend(targets.iter().filter(|target| !self.is_learned(target)));
        // of each step all that waits for it, directly or not
        let mut waiting: Sets<'_> = BTreeMap::new();
        for id in &left {
            for prerequisite in before(&missing, id) {
                waiting.entry(prerequisite).or_default().insert(id);
            }
        }
        let mut steps = Vec::new();
        while !left.is_empty() {
            let can_be_next = |id: &&str| missing.get(*id).is_none_or(|missing| missing.is_disjoint(&left));
            let mut next: Vec<&str> = self.setup.framework.order.iter().map(String::as_str).collect();
            next.retain(|id| left.contains(id) && can_be_next(id));
            // a stable sort: of equals the first in the framework stays the first
            next.sort_by_key(|id| std::cmp::Reverse(waiting.get(id).map_or(0, BTreeSet::len)));
            let (step, alternatives) = next.split_first().ok_or("cycle")?;
            left.remove(step);
            let mut object = Object::new();
            object.insert("competency".to_owned(), json!(step));
            if !alternatives.is_empty() {
                object.insert("alternatives".to_owned(), json!(alternatives));
            }
            steps.push(Value::Object(object));
        }
        Ok(steps)
    }

    /// The prerequisites of a competency: those that must be, or those that should.
    fn prerequisites(&self, id: &str, is_hard: bool) -> impl Iterator<Item = &'s Precedes> {
        let all = self.setup.framework.precedes.iter();
        all.filter(move |edge| edge.to == id && edge.is_hard == is_hard)
    }

    /// Whether the learner has what comes before: it is met, or it shows the level that is asked for or a higher one, or it is none of
    /// their business.
    fn is_satisfied(&self, edge: &Precedes) -> bool {
        if !self.applies(&edge.from) {
            return true;
        }
        let Some(level) = &edge.level else { return self.is_learned(&edge.from) };
        let is_settled = self.has(&edge.from, Status::Met) || self.has(&edge.from, Status::NotMet);
        let scale = self.setup.sections.get(&edge.from).map(|sections| &sections.scale);
        let place = |level: &String| scale.and_then(|scale| scale.place_of(level));
        let shown = self.results.get(&edge.from).and_then(|result| result.level.as_ref()).and_then(place);
        is_settled && place(level).is_some_and(|wanted| shown.is_some_and(|shown| shown >= wanted))
    }

    fn waivers_for<'w>(&'w self, edge: &'w Precedes) -> impl Iterator<Item = &'w Waiver> {
        let is_about = |waiver: &&Waiver| {
            waiver.competency == edge.to && waiver.prerequisite.as_ref().is_none_or(|waived| *waived == edge.from)
        };
        self.waivers.iter().filter(is_about)
    }

    /// Of every competency that is not learned what it waits for.
    fn all_missing(&self) -> Sets<'s> {
        let ids = self.setup.framework.order.iter().map(String::as_str).filter(|id| !self.is_learned(id));
        let missing = |id: &'s str| {
            let is_missing = |edge: &&Precedes| !self.is_satisfied(edge) && self.waivers_for(edge).next().is_none();
            self.prerequisites(id, true).filter(is_missing).map(|edge| edge.from.as_str()).collect()
        };
        ids.map(|id| (id, missing(id))).collect()
    }

    /// What would be good to have before a competency that is not learned.
    fn advised(&self, id: &str) -> BTreeSet<&'s str> {
        let is_open = |edge: &&Precedes| !self.is_learned(id) && !self.is_satisfied(edge);
        self.prerequisites(id, false).filter(is_open).map(|edge| edge.from.as_str()).collect()
    }

    /// Whether a competency is learned and nothing is that has to come after it.
    fn is_recent(&self, id: &str) -> bool {
        let mut after = self.setup.framework.precedes.iter().filter(|edge| edge.is_hard && edge.from == id);
        self.is_learned(id) && !after.any(|edge| self.is_learned(&edge.to))
    }

    /// The waivers that make a difference to a competency, by prerequisite.
    fn waived(&self, id: &str) -> Vec<Value> {
        let mut found = BTreeMap::new();
        for edge in self.prerequisites(id, true).filter(|edge| !self.is_satisfied(edge)) {
            for waiver in self.waivers_for(edge) {
                let mut object = Object::new();
                object.insert("prerequisite".to_owned(), json!(edge.from));
                object.insert("by".to_owned(), json!(waiver.by));
                object.insert("reason".to_owned(), json!(waiver.reason));
                object.extend(waiver.until.map(|until| ("until".to_owned(), json!(instant::show(until)))));
                found.insert((&edge.from, &waiver.id, object_text(&object)), Value::Object(object));
            }
        }
        found.into_values().collect()
    }

    fn unknown(&self) -> BTreeSet<String> {
        let is_known = |id: &String| self.setup.framework.competencies.contains_key(id);
        let are_known =
            |waiver: &&Waiver| is_known(&waiver.competency) && waiver.prerequisite.as_ref().is_none_or(is_known);
        self.waivers.iter().filter(|waiver| !are_known(waiver)).filter_map(|waiver| waiver.id.clone()).collect()
    }
}

fn object_text(object: &Object) -> String {
    Value::Object(object.clone()).to_string()
}

/// All that is missing before a competency, and before that, and so on.
fn before<'s>(missing: &Sets<'s>, id: &str) -> BTreeSet<&'s str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = missing.get(id).into_iter().flatten().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(missing.get(next).into_iter().flatten());
        }
    }
    found
}

/// Those of them before which nothing is missing.
fn causes<'s>(missing: &Sets<'s>, id: &str) -> BTreeSet<&'s str> {
    let mut causes = before(missing, id);
    causes.retain(|cause| missing.get(cause).is_none_or(BTreeSet::is_empty));
    causes
}
