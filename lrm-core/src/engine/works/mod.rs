//! Works: what was handed in once counts once, however many systems report it and however many assessors judge it.
//!
//! Decided per node, among the items that are eligible there, before the estimator. Knows no framework, so that a derivation
//! can be verified alone.

mod raters;
mod reassessment;
mod restored;
mod sources;
mod submissions;

use super::eligibility::Reason;
use crate::estimate::Judgement;
use crate::policy::EvidenceRule;
use crate::record::Item;
use crate::scale::Scale;
use crate::sorting::Table;
use crate::value::Value;
use submissions::by_activity;

/// What the rules about works leave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Works {
    /// What enters the estimator, oldest first.
    pub(crate) eligible: Vec<Judgement>,
    /// What does not, and why, oldest first.
    pub(crate) aside: Vec<(Reason, Judgement)>,
    /// How many submissions a person has to decide about. Each is one of those set aside.
    pub(crate) conflicts: u32,
    /// By item, the value before it was held to the cap of a reassessment.
    pub(crate) capped: Table<u32, Value>,
}

/// The items of one node as the rules see them.
struct Body<'b> {
    /// Oldest first.
    judgements: &'b [Judgement],
    items: &'b [Item],
    rule: &'b EvidenceRule,
    scale: &'b Scale,
    /// By place, why the item does not stay.
    fates: Vec<Option<Reason>>,
    /// By place, the value, which a cap may have lowered.
    values: Vec<Value>,
}

impl<'b> Body<'b> {
    fn judgement(&self, place: usize) -> Option<&'b Judgement> {
        self.judgements.get(place)
    }

    fn item(&self, place: usize) -> Option<&'b Item> {
        self.items.get(self.judgement(place)?.item as usize)
    }

    fn value(&self, place: usize) -> Value {
        self.values.get(place).copied().unwrap_or_default()
    }

    /// Lowers a value to a cap.
    fn hold_to(&mut self, place: usize, cap: Value) {
        if let Some(value) = self.values.get_mut(place) {
            *value = cap.min(*value);
        }
    }

    /// True if these items have one value.
    fn agree(&self, places: &[usize]) -> bool {
        places.windows(2).all(|pair| matches!(pair, [one, other] if self.value(*one) == self.value(*other)))
    }

    /// All places.
    fn all(&self) -> Vec<usize> {
        (0..self.judgements.len()).collect()
    }

    /// Those of the places that stay so far, and, if asked for, those that stand for what a person has to decide.
    fn left(&self, places: &[usize], conflicts: bool) -> Vec<usize> {
        let is_left = |place: &usize| match self.fates.get(*place) {
            Some(None) => true,
            Some(Some(Reason::Conflict)) => conflicts,
            _ => false,
        };
        places.iter().copied().filter(is_left).collect()
    }

    fn set_aside(&mut self, place: usize, why: Reason) {
        if let Some(fate) = self.fates.get_mut(place) {
            *fate = Some(why);
        }
    }

    /// One of these items stays, for all of them; if none can, the first stands for what a person has to decide.
    fn one_of(&mut self, places: &[usize], stays: Option<usize>, others: Reason) {
        for (at, place) in places.iter().enumerate() {
            match stays {
                Some(stays) if stays == *place => {}
                None if at == 0 => self.set_aside(*place, Reason::Conflict),
                _ => self.set_aside(*place, others),
            }
        }
    }
}

/// Settles the eligible items of a node, oldest first.
pub(crate) fn works(judgements: Vec<Judgement>, items: &[Item], rule: &EvidenceRule, scale: &Scale) -> Works {
    if !rule.looks_at_works() {
        return Works { eligible: judgements, ..Works::default() };
    }
    let fates = vec![None; judgements.len()];
    let values = judgements.iter().map(|judgement| judgement.value).collect();
    let mut body = Body { judgements: &judgements, items, rule, scale, fates, values };
    restored::settle(&mut body);
    for submissions in by_activity(&body) {
        for submission in &submissions {
            sources::settle(submission, &mut body);
            raters::settle(submission, &mut body);
        }
        reassessment::settle(&submissions, &mut body);
    }
    let Body { fates, values, .. } = body;
    let mut works = Works::default();
    let mut capped = Vec::new();
    for ((judgement, fate), value) in judgements.iter().zip(fates).zip(values) {
        if value != judgement.value {
            capped.push((judgement.item, judgement.value));
        }
        let judgement = Judgement { value, ..*judgement };
        match fate {
            None => works.eligible.push(judgement),
            Some(why) => {
                works.conflicts += u32::from(why == Reason::Conflict);
                works.aside.push((why, judgement));
            }
        }
    }
    works.capped = capped.into_iter().collect();
    works
}
