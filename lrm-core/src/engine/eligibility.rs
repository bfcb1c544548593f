//! Eligibility: every item ends as eligible or ignored with the first reason that holds.

use super::compile::Compiled;
use crate::error::{Code, Finding, quote};
use crate::estimate::Judgement;
use crate::instant::Instant;
use crate::policy::{Estimate, EvidenceRule, ExtraCredit, OwnEvidence, RuleSet};
use crate::record::{Absence, AssessorRole, Item, Outcome, Purpose, Withdrawal};
use crate::scale::Scale;
use crate::value::{Value, Weight, plus, times};

/// Why an item does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Another item has its id.
    Duplicate,
    /// It was taken back.
    Retracted,
    /// A correction took its place.
    Superseded,
    /// It is the work of a group, and nobody says that the learner took part.
    Unconfirmed,
    /// The framework does not have its competency.
    UnknownCompetency,
    /// It cannot be read.
    Invalid,
    /// Its score lies off the scale.
    OffScale,
    /// Absence code.
    NotYet,
    /// Absence code.
    Missed,
    /// Absence code.
    Excused,
    /// Absence code.
    NotApplicable,
    /// Absence code.
    Withheld,
    /// The competency does not apply to this learner.
    OutOfScope,
    /// Its clock instant lies after `as_of`.
    InFuture,
    /// An override that no longer holds.
    Expired,
    /// Its purpose is practice, which the policy does not select.
    Practice,
    /// Its purpose is another one that the policy does not select.
    PurposeNotSelected,
    /// The learner judged, and the policy does not count that.
    SelfAssessment,
    /// Another learner judged, and the policy does not count that.
    PeerAssessment,
    /// Another role that the policy does not count.
    Untrusted,
    /// Its weight is 0 and the method weighs.
    ZeroWeight,
    /// Another system reports the same submission, and its item counts.
    OtherSource,
    /// Another assessor judged the same submission, and that judgement counts.
    OtherRater,
    /// Systems or assessors disagree about the submission, and a person has to decide.
    Conflict,
    /// It was handed in again after the last day for that.
    LateReassessment,
    /// It was handed in again more often than the policy allows.
    ReassessmentLimit,
    /// Another submission of the activity counts in its place.
    Replaced,
    /// A person decided otherwise: of an override, a later one; of evidence, one that sets the value.
    Overridden,
    /// Eligible, but the method did not select it.
    NotSelected,
    /// The inner node's own evidence is ignored by the policy.
    OwnEvidenceIgnored,
}

impl Reason {
    pub(crate) const WORDS: [(&'static str, Self); 30] = [
        ("duplicate", Self::Duplicate),
        ("retracted", Self::Retracted),
        ("superseded", Self::Superseded),
        ("unconfirmed", Self::Unconfirmed),
        ("unknown_competency", Self::UnknownCompetency),
        ("invalid", Self::Invalid),
        ("off_scale", Self::OffScale),
        ("not_yet", Self::NotYet),
        ("missed", Self::Missed),
        ("excused", Self::Excused),
        ("not_applicable", Self::NotApplicable),
        ("withheld", Self::Withheld),
        ("out_of_scope", Self::OutOfScope),
        ("in_future", Self::InFuture),
        ("expired", Self::Expired),
        ("practice", Self::Practice),
        ("purpose_not_selected", Self::PurposeNotSelected),
        ("self_assessment", Self::SelfAssessment),
        ("peer_assessment", Self::PeerAssessment),
        ("untrusted", Self::Untrusted),
        ("zero_weight", Self::ZeroWeight),
        ("other_source", Self::OtherSource),
        ("other_rater", Self::OtherRater),
        ("conflict", Self::Conflict),
        ("late_reassessment", Self::LateReassessment),
        ("reassessment_limit", Self::ReassessmentLimit),
        ("replaced", Self::Replaced),
        ("overridden", Self::Overridden),
        ("not_selected", Self::NotSelected),
        ("own_evidence_ignored", Self::OwnEvidenceIgnored),
    ];

    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        crate::json::read::word_of(self, &Self::WORDS)
    }
}

/// What the first look at an item, without scope and clock, says.
pub(crate) enum Door {
    /// A value on the node's scale.
    Value(Value),
    /// An override, with the value that it sets, if it sets one.
    Override(Option<Value>),
    /// Ignored, with what to report.
    Ignored(Reason, Vec<Finding>),
}

/// The item's value on the scale of its competency, or why it has none. Places in findings are relative to the item.
pub(crate) fn door(item: &Item, node: Option<u32>, compiled: &Compiled) -> Door {
    if let Some(reason) = withdrawn(item) {
        return Door::Ignored(reason, Vec::new());
    }
    let Some(set) = node.map(|node| compiled.set(node)) else {
        let id = item.evidence.competency();
        if id.is_empty() && !item.problems.is_empty() {
            return Door::Ignored(Reason::Invalid, item.problems.clone());
        }
        let finding = Finding::new(
            Code::UnknownCompetency,
            "/competency",
            format!("the framework has no competency {}", quote(id)),
        );
        return Door::Ignored(Reason::UnknownCompetency, vec![finding.with("competency", id)]);
    };
    if !item.problems.is_empty() {
        return Door::Ignored(Reason::Invalid, item.problems.clone());
    }
    says(item, &set.scale, set.evidence.extra_credit)
}

/// What an item says on a scale.
pub(crate) fn says(item: &Item, scale: &Scale, extra_credit: ExtraCredit) -> Door {
    let evidence = &item.evidence;
    match (&evidence.overriding, &evidence.outcome) {
        (Some(_), Outcome::Nothing) => Door::Override(None),
        (Some(_), outcome) => match value_on(outcome, scale, extra_credit) {
            Door::Value(value) => Door::Override(Some(value)),
            ignored => ignored,
        },
        (None, outcome) => value_on(outcome, scale, extra_credit),
    }
}

/// Why an item no longer stands. Nothing else is asked of it then: what was wrong with it was withdrawn with it.
pub(crate) fn withdrawn(item: &Item) -> Option<Reason> {
    Some(match item.evidence.withdrawn? {
        Withdrawal::Retracted => Reason::Retracted,
        Withdrawal::Superseded => Reason::Superseded,
        Withdrawal::Unconfirmed => Reason::Unconfirmed,
    })
}

/// The value of an outcome on a scale, or why it has none.
pub(crate) fn value_on(outcome: &Outcome, scale: &Scale, extra_credit: ExtraCredit) -> Door {
    let absent = |absence| match absence {
        Absence::NotYet => Reason::NotYet,
        Absence::Missed => Reason::Missed,
        Absence::Excused => Reason::Excused,
        Absence::NotApplicable => Reason::NotApplicable,
        Absence::Withheld => Reason::Withheld,
    };
    match outcome {
        Outcome::Score { score, possible } => score_on(*score, *possible, scale, extra_credit),
        Outcome::Level(id) => scale.level(id).map_or_else(|| no_level(id), |level| Door::Value(level.from)),
        Outcome::Passed(true) => Door::Value(scale.proficient()),
        Outcome::Passed(false) => Door::Value(scale.min()),
        Outcome::Absence(absence) => Door::Ignored(absent(*absence), Vec::new()),
        Outcome::Nothing => Door::Ignored(Reason::NotYet, Vec::new()),
    }
}

fn no_level(id: &str) -> Door {
    let message = format!("the scale has no level {}", quote(id));
    Door::Ignored(Reason::Invalid, vec![Finding::new(Code::UnknownLevel, "/level", message).with("level", id)])
}

/// score / possible · (max − min) + min, exact and rounded once; without `possible` the score as it is.
pub(crate) fn score_on(score: Value, possible: Option<Value>, scale: &Scale, extra_credit: ExtraCredit) -> Door {
    let off =
        |message: String| Door::Ignored(Reason::OffScale, vec![Finding::new(Code::ScoreOffScale, "/score", message)]);
    let (min, max) = (scale.min(), scale.max());
    let Some(possible) = possible else {
        return if scale.holds(score) {
            Door::Value(score)
        } else {
            off(format!("the score {score} is not on the scale from {min} to {max}"))
        };
    };
    if score < Value::ZERO {
        return off(format!("the score {score} of {possible} is negative"));
    }
    if score > possible {
        match extra_credit {
            ExtraCredit::Clamp => return Door::Value(max),
            ExtraCredit::Error => return off(format!("the score {score} is more than the possible {possible}")),
            ExtraCredit::Keep => {}
        }
    }
    match share(score, possible, min, max) {
        Ok(value) => Door::Value(value),
        Err(error) => {
            let message = format!("the score {score} of {possible} gives a value beyond ±9000000000");
            Door::Ignored(Reason::Invalid, vec![Finding::new(error.code(), "/score", message)])
        }
    }
}

fn share(score: Value, possible: Value, min: Value, max: Value) -> crate::Result<Value> {
    let [score, possible, min, max] = [score, possible, min, max].map(|value| i128::from(value.grid()));
    Value::ratio(plus(times(score, max - min)?, times(min, possible)?)?, possible)
}

/// Why an item with a value does not count now, if it does not: scope, clock, purpose, assessor, weight.
pub(crate) fn ignored(item: &Item, set: &RuleSet, inner: bool, applies: bool, as_of: Instant) -> Option<Reason> {
    if !applies {
        return Some(Reason::OutOfScope);
    }
    // an override of an inner node is not evidence of its own
    let evidence = item.evidence.overriding.is_none();
    unfit(item, &set.evidence, set.estimate, as_of)
        .or((inner && evidence && set.rollup.own_evidence == OwnEvidence::Ignored)
            .then_some(Reason::OwnEvidenceIgnored))
}

/// The part of it that asks for nothing but the item and the sections: clock, purpose, assessor, weight.
pub(crate) fn unfit(item: &Item, rule: &EvidenceRule, estimate: Estimate, as_of: Instant) -> Option<Reason> {
    let evidence = &item.evidence;
    let role = evidence.assessor.as_ref().and_then(|assessor| assessor.role);
    let occasion = Occasion {
        clock: evidence.clock(),
        purpose: evidence.purpose,
        role,
        weight: evidence.weight.unwrap_or_default(),
    };
    if let Some(overriding) = &evidence.overriding {
        let expired = overriding.expires_at.is_some_and(|end| end <= as_of).then_some(Reason::Expired);
        return occasion.early(as_of).or(expired).or_else(|| occasion.untrusted(rule));
    }
    occasion.unfit(rule, estimate, as_of)
}

/// What a policy looks at when it selects items.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Occasion {
    pub(crate) clock: Option<Instant>,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) role: Option<AssessorRole>,
    pub(crate) weight: Weight,
}

impl Occasion {
    /// Why an item of this occasion does not count, if it does not.
    pub(crate) fn unfit(&self, rule: &EvidenceRule, estimate: Estimate, as_of: Instant) -> Option<Reason> {
        if let Some(reason) = self.early(as_of) {
            return Some(reason);
        }
        if let Some(purpose) = self.purpose.filter(|purpose| !rule.purposes.contains(purpose)) {
            return Some(if purpose == Purpose::Practice { Reason::Practice } else { Reason::PurposeNotSelected });
        }
        if let Some(reason) = self.untrusted(rule) {
            return Some(reason);
        }
        (estimate.weighs() && self.weight.is_zero()).then_some(Reason::ZeroWeight)
    }

    fn early(&self, as_of: Instant) -> Option<Reason> {
        self.clock.is_some_and(|clock| clock > as_of).then_some(Reason::InFuture)
    }

    fn untrusted(&self, rule: &EvidenceRule) -> Option<Reason> {
        let role = self.role.filter(|role| !rule.roles.contains(role))?;
        Some(match role {
            AssessorRole::OneSelf => Reason::SelfAssessment,
            AssessorRole::Peer => Reason::PeerAssessment,
            _ => Reason::Untrusted,
        })
    }
}

/// An eligible item as numbers.
pub(crate) fn judgement(item: &Item, place: u32, value: Value) -> Judgement {
    let evidence = &item.evidence;
    let (weight, modified) = (evidence.weight.unwrap_or_default(), evidence.is_modified());
    Judgement { value, clock: evidence.clock(), weight, item: place, modified }
}
