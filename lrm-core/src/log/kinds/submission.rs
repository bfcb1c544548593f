//! Submissions: work that waits for a judgement of each competency that it is about.

use std::collections::{BTreeMap, BTreeSet};

use super::{When, bare, withdrawn};
use crate::log::event::Event;
use crate::log::fields;
use crate::log::overlay::{self, Parts};
use crate::log::transitions::{EntryKind, EntryState};
use crate::record::{AssessorRole, Item, Withdrawal};

/// What was judged of a submission.
#[derive(Debug)]
pub(in crate::log) struct Submission {
    came: When,
    judged: BTreeSet<String>,
    waiting: BTreeSet<String>,
    /// When the last of its competencies was judged.
    complete: Option<When>,
}

/// The work that was handed in, for those who judge it.
pub(in crate::log) struct Work {
    id: String,
    parts: Parts,
    /// Its competency, if it is only one.
    only: Option<String>,
    /// Of each criterion, the competency.
    criteria: BTreeMap<String, String>,
}

impl Work {
    /// A judgement of it.
    pub(in crate::log) fn judged(&self, judgement: &Item) -> Item {
        let said = !judgement.evidence.competency.is_empty();
        let criterion = judgement.evidence.criterion.as_ref();
        let meant = criterion.and_then(|name| self.criteria.get(name)).or(self.only.as_ref());
        overlay::assessed(&self.parts, judgement, &self.id, meant.filter(|_| !said).map(String::as_str))
    }
}

/// True if an event is the judgement of somebody whose judgement is waited for.
pub(super) fn judges(event: &Event) -> bool {
    let role = event.item.evidence.assessor.as_ref().and_then(|assessor| assessor.role);
    !event.is_item() || !matches!(role, Some(AssessorRole::OneSelf | AssessorRole::Peer))
}

/// The competencies that a submission is about, each once, in the order in which it names them.
pub(super) fn competencies(body: &Item) -> Vec<String> {
    let one = Some(body.evidence.competency.clone()).filter(|id| !id.is_empty());
    let criteria = fields::criteria(body).into_iter().map(|(competency, _)| competency);
    let list = fields::texts(body, "competencies").unwrap_or_default();
    let mut seen = BTreeSet::new();
    one.into_iter().chain(list).chain(criteria).filter(|id| seen.insert(id.clone())).collect()
}

impl Submission {
    pub(super) const fn new(came: When) -> Self {
        Self { came, judged: BTreeSet::new(), waiting: BTreeSet::new(), complete: None }
    }

    /// Starts to wait for judgements of all that the work is about.
    pub(in crate::log) fn wait(&mut self, body: &Item, id: Option<&str>) -> Work {
        let mut all = competencies(body);
        self.waiting = all.iter().cloned().collect();
        let only = all.pop().filter(|_| all.is_empty());
        let mut parts = bare(body, EntryKind::Submission);
        parts.take("id");
        parts.take_extra("corrects");
        if only.is_none() {
            // which of several is judged the judgement has to say
            parts.take("competency");
        }
        // of two criteria of one name the first counts
        let criteria = fields::criteria(body).into_iter().rev();
        let criteria = criteria.filter_map(|(competency, name)| Some((name?, competency))).collect();
        Work { id: id.unwrap_or_default().to_owned(), parts, only, criteria }
    }

    /// Takes note of a judgement, as it came out.
    pub(in crate::log) fn judged(&mut self, event: &Event, judgement: &Item) {
        if !judges(event) || !judgement.problems.is_empty() {
            return;
        }
        self.waiting.remove(&judgement.evidence.competency);
        self.judged.insert(judgement.evidence.competency.clone());
        if self.waiting.is_empty() {
            self.complete.get_or_insert(When(event.clock()));
        }
    }

    /// The competencies that nobody has judged, in the order in which the submission names them.
    pub(in crate::log) fn waiting(&self, body: &Item) -> Vec<String> {
        competencies(body).into_iter().filter(|id| self.waiting.contains(id)).collect()
    }

    pub(super) fn shown(&self, stated: EntryState) -> (EntryState, Option<When>) {
        match stated {
            EntryState::Assessed if self.complete.is_some() => (EntryState::Assessed, self.complete),
            // a part of it waits as before
            EntryState::Assessed => (EntryState::Submitted, Some(self.came)),
            other => (other, None),
        }
    }

    /// One item for each competency, which stands while that waits.
    pub(super) fn items(&self, version: &Item, last: bool) -> Vec<Item> {
        let all = competencies(version);
        let several = all.len() > 1;
        // of each competency, the only criterion for it
        let mut criteria: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (competency, criterion) in fields::criteria(version) {
            criteria.entry(competency).and_modify(|one| *one = None).or_insert(criterion);
        }
        let bare = bare(version, EntryKind::Submission);
        let id = version.evidence.id.as_deref();
        let item = |competency: String| {
            let mut parts = bare.clone();
            if let Some(id) = id.filter(|_| several) {
                parts.set_text("id", &format!("{id}/{competency}"));
            }
            if let Some(criterion) = criteria.get(&competency).and_then(Option::as_deref) {
                parts.set_text("criterion", criterion);
            }
            parts.set_text("competency", &competency);
            let item = parts.into_item();
            let judged = last && self.judged.contains(&competency);
            if judged { withdrawn(&item, Withdrawal::Superseded) } else { item }
        };
        all.into_iter().map(item).collect()
    }
}
