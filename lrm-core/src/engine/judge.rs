//! Judging one node: evidence or inputs in, one result out. Needs no framework, so that a derivation can be verified alone.

use super::status::{Grounds, Status, decide};
use super::sufficiency::{Shortfall, shortfalls};
use crate::error::Result;
use crate::estimate::{Estimated, Judgement, Note, estimate};
use crate::instant::Instant;
use crate::policy::{Estimate, Rollup, RollupMethod, RuleSet, Sufficiency};
use crate::record::Item;
use crate::rollup::{Tally, Verdict, body, by_requirement, correct, over_children, over_leaves, shortfall};
use crate::scale::Scale;
use crate::value::{Rounding, Value};

/// The result of a node, as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeResult {
    pub(crate) value: Option<Value>,
    /// The place of the level in the node's scale.
    pub(crate) level: Option<usize>,
    pub(crate) status: Status,
    pub(crate) newest: Option<Instant>,
    pub(crate) cover: Cover,
    /// True if it rests on a modified standard.
    pub(crate) modified: bool,
}

impl NodeResult {
    /// True if that level of the scale is shown, or a higher one. A level that the scale does not have never is.
    pub(crate) fn shows(&self, level: &str, scale: &Scale) -> bool {
        let wanted = scale.levels().iter().position(|one| one.id == *level);
        wanted.is_some() && self.level >= wanted
    }
}

/// Covered leaves, those with a value, and the distinct eligible items behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cover {
    pub(crate) leaves: u32,
    pub(crate) valued: u32,
    pub(crate) evidence: u32,
}

impl Cover {
    pub(crate) fn add(&mut self, other: Self) {
        self.leaves = self.leaves.saturating_add(other.leaves);
        self.valued = self.valued.saturating_add(other.valued);
        self.evidence = self.evidence.saturating_add(other.evidence);
    }

    /// The sum in which `before` has become `after`; none where a sum had reached its end.
    pub(crate) fn corrected(self, before: Self, after: Self) -> Option<Self> {
        Some(Self {
            leaves: correct(self.leaves, before.leaves, after.leaves)?,
            valued: correct(self.valued, before.valued, after.valued)?,
            evidence: correct(self.evidence, before.evidence, after.evidence)?,
        })
    }
}

/// A result and how it came about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    pub(crate) result: NodeResult,
    /// The value before the declared rounding.
    pub(crate) raw: Option<Value>,
    pub(crate) estimated: Option<Estimated>,
    pub(crate) shortfalls: Vec<Shortfall>,
    pub(crate) notes: Vec<Note>,
}

/// What a person decided about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overriding {
    /// The value, if the decision sets one; else the evidence there is is enough.
    pub(crate) value: Option<Value>,
    pub(crate) clock: Option<Instant>,
    /// The item's place in the record.
    pub(crate) item: u32,
    /// True if the person decided by a modified standard.
    pub(crate) modified: bool,
}

/// What says how a node stands besides its eligible items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) overriding: Option<Overriding>,
    /// How many submissions a person has to decide about.
    pub(crate) conflicts: u32,
    /// True if the value of a reassessment was held to the cap.
    pub(crate) capped: bool,
    /// True of the own evidence of an inner node that overrides its inputs.
    pub(crate) instead_of_inputs: bool,
}

impl Ruling {
    /// Nothing but the eligible items.
    pub(crate) const NONE: Self = Self { overriding: None, conflicts: 0, capped: false, instead_of_inputs: false };

    /// The same without what a person decided about the node.
    pub(crate) fn of_evidence(self) -> Self {
        Self { overriding: None, ..self }
    }

    /// The value that a person set.
    pub(crate) fn set(&self) -> Option<(&Overriding, Value)> {
        self.overriding.as_ref().and_then(|one| Some((one, one.value?)))
    }
}

/// The sections that judge a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sections<'a> {
    pub(crate) scale: &'a Scale,
    pub(crate) estimate: Estimate,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) sufficiency: &'a Sufficiency,
}

impl RuleSet {
    /// The sections that judge a leaf, or own evidence as one.
    pub(crate) fn as_leaf(&self) -> Sections<'_> {
        let Self { scale, estimate, rounding, sufficiency, .. } = self;
        Sections { scale, estimate: *estimate, rounding: *rounding, sufficiency }
    }

    /// The sections that judge an inner node: rounding and sufficiency from rules that name it.
    pub(crate) fn as_inner(&self) -> Sections<'_> {
        Sections { rounding: self.inner_rounding, sufficiency: &self.inner_sufficiency, ..self.as_leaf() }
    }
}

/// The judgements with the items they stand for.
pub(crate) fn with_items<'i>(judgements: &[Judgement], items: &'i [Item]) -> Vec<(Judgement, &'i Item)> {
    judgements.iter().filter_map(|judgement| Some((*judgement, items.get(judgement.item as usize)?))).collect()
}

/// Judges a leaf by its eligible evidence, oldest first.
pub(crate) fn leaf(
    judgements: &[Judgement],
    items: &[Item],
    ruling: &Ruling,
    sections: Sections<'_>,
    as_of: Instant,
) -> Result<Judged> {
    let evidence = u32::try_from(judgements.len()).unwrap_or(u32::MAX).saturating_add(ruling.conflicts);
    let cover = Cover { leaves: 1, valued: 0, evidence };
    let mut judged = Judged { result: NodeResult { cover, ..NodeResult::default() }, ..Judged::default() };
    if evidence == 0 && ruling.overriding.is_none() {
        return Ok(judged);
    }
    if let Some((one, value)) = ruling.set() {
        if ruling.instead_of_inputs {
            // what an inner node covers a person does not change
            let by_evidence = leaf(judgements, items, &ruling.of_evidence(), sections, as_of)?;
            judged.result.cover = by_evidence.result.cover;
        } else {
            judged.result.cover.valued = 1;
        }
        overrule(&mut judged, one, value, sections.scale, judgements.iter());
        return Ok(judged);
    }
    let estimated = estimate(sections.estimate, judgements, sections.scale)?;
    judged.notes.extend(ruling.capped.then_some(Note::Capped));
    if ruling.conflicts > 0 {
        judged.estimated = estimated;
        judged.result.status = Status::Conflict;
        judged.shortfalls.push(Shortfall { name: "conflict", missing: ruling.conflicts });
        return Ok(judged);
    }
    let Some(mut estimated) = estimated else { return Ok(judged) };
    let eligible = || with_items(judgements, items);
    if ruling.overriding.is_some() {
        judged.notes.push(Note::Overridden);
        complete(&mut judged, &mut estimated, judgements, sections)?;
    } else {
        judged.shortfalls = lacking(&estimated, sections.sufficiency, eligible);
    }
    let newest = newest(&estimated, judgements);
    judged.raw = estimated.value;
    judged.notes.extend(estimated.note);
    judged.result.modified = estimated.is_modified(judgements);
    judged.notes.extend(judged.result.modified.then_some(Note::ModifiedStandard));
    judged.estimated = Some(estimated);
    conclude(&mut judged, sections, newest, false, as_of, eligible)?;
    judged.result.cover.valued = u32::from(judged.result.value.is_some());
    Ok(judged)
}

/// The value that a person set, with the level and the status that the scale gives it.
fn overrule<'j>(
    judged: &mut Judged,
    overriding: &Overriding,
    value: Value,
    scale: &Scale,
    mut eligible: impl Iterator<Item = &'j Judgement>,
) {
    let status = if crate::value::meets(value, scale.proficient()) { Status::Met } else { Status::NotMet };
    let NodeResult { cover, .. } = judged.result;
    let (level, newest) = (scale.level_of(value), overriding.clock);
    judged.result = NodeResult { value: Some(value), level, status, newest, cover, modified: overriding.modified };
    judged.notes.push(Note::Overridden);
    if overriding.clock.is_some_and(|decided| eligible.any(|one| one.clock.is_some_and(|clock| clock > decided))) {
        judged.notes.push(Note::NewerEvidence);
    }
    judged.notes.extend(overriding.modified.then_some(Note::ModifiedStandard));
}

/// The evidence there is is enough: scores at the cut are taken even if there are fewer than `n_mastery` asks for. Without
/// any there is nothing to take.
fn complete(
    judged: &mut Judged,
    estimated: &mut Estimated,
    judgements: &[Judgement],
    sections: Sections<'_>,
) -> Result<()> {
    if let Estimate::NMastery { n } = sections.estimate
        && estimated.short > 0
    {
        match n - estimated.short {
            0 => judged.shortfalls.push(Shortfall { name: "n_mastery", missing: estimated.short }),
            some => {
                let some = Estimate::NMastery { n: some };
                *estimated = estimate(some, judgements, sections.scale)?.unwrap_or_else(|| estimated.clone());
            }
        }
    }
    Ok(())
}

/// What the estimator and the minima lack.
fn lacking<'i>(
    estimated: &Estimated,
    sufficiency: &Sufficiency,
    eligible: impl FnOnce() -> Vec<(Judgement, &'i Item)>,
) -> Vec<Shortfall> {
    let mut lacking = Vec::new();
    if estimated.short > 0 {
        lacking.push(Shortfall { name: "n_mastery", missing: estimated.short });
    }
    if sufficiency.minima().iter().any(|(_, least)| *least > 0) {
        lacking.extend(shortfalls(sufficiency, &eligible()));
    }
    lacking
}

/// The newest clock instant among the selected items.
pub(crate) fn newest(estimated: &Estimated, judgements: &[Judgement]) -> Option<Instant> {
    let selected = judgements.iter().enumerate().filter(|(place, one)| estimated.selected.contains(*place, one));
    selected.filter_map(|(_, judgement)| judgement.clock).max()
}

/// From the raw value to the result: shortfalls, rounding, level, status.
fn conclude<'i>(
    judged: &mut Judged,
    sections: Sections<'_>,
    newest: Option<Instant>,
    provisional: bool,
    as_of: Instant,
    eligible: impl FnOnce() -> Vec<(Judgement, &'i Item)>,
) -> Result<()> {
    let Some(raw) = judged.raw.filter(|_| judged.shortfalls.is_empty()) else {
        judged.result.status = Status::Insufficient;
        judged.result.modified = false;
        return Ok(());
    };
    let value = match sections.rounding {
        Some(rounding) => raw.rounded(rounding)?,
        None => raw,
    };
    let grounds = Grounds { scale: sections.scale, sufficiency: sections.sufficiency, newest, as_of, provisional };
    let decision = decide(value, &grounds, eligible);
    judged.result.value = Some(value);
    judged.result.level = decision.level;
    judged.result.status = decision.status;
    judged.result.newest = newest;
    judged.notes.extend(decision.note);
    Ok(())
}

/// What an inner node is judged by.
pub(crate) struct Inputs<'a, C> {
    /// The leaves below, for rules over leaves.
    pub(crate) tally: &'a Tally,
    /// Gives the children, for rules over children.
    pub(crate) children: C,
    pub(crate) cover: Cover,
    /// Of a node whose rollup is by requirement.
    pub(crate) decided: Option<Decided>,
}

/// How the requirement of a node stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    /// The newest instant on which a leaf below rests, whatever it weighs.
    pub(crate) newest: Option<Instant>,
}

/// A child, or the own evidence of the node, as an input of a rule over children.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChildInput<'a> {
    pub(crate) result: &'a NodeResult,
    pub(crate) weight: crate::value::Weight,
}

/// How many inputs there are, and how they stand.
struct Count {
    inputs: u32,
    valued: u32,
    soft: bool,
    newest: Option<Instant>,
    modified: bool,
}

impl<'a, C: Fn() -> I, I: Iterator<Item = ChildInput<'a>>> Inputs<'_, C> {
    /// The children that weigh something.
    fn weighed(&self) -> impl Iterator<Item = ChildInput<'a>> {
        (self.children)().filter(|child| !child.weight.is_zero())
    }

    fn count(&self, method: RollupMethod) -> Count {
        let of_leaves = |counts: crate::rollup::Counts| Count {
            inputs: counts.leaves,
            valued: counts.valued,
            soft: counts.stale > 0,
            newest: self.tally.newest,
            modified: counts.modified > 0,
        };
        match method {
            RollupMethod::Pooled => of_leaves(self.tally.all),
            RollupMethod::Requirement => Count {
                soft: false,
                newest: self.decided.and_then(|decided| decided.newest),
                ..of_leaves(self.tally.all)
            },
            method if method.over_leaves() => of_leaves(self.tally.weighed),
            _ => {
                let mut count = Count { inputs: 0, valued: 0, soft: false, newest: None, modified: false };
                for child in self.weighed() {
                    count.inputs = count.inputs.saturating_add(1);
                    count.valued = count.valued.saturating_add(u32::from(child.result.value.is_some()));
                    count.soft |= matches!(child.result.status, Status::Stale | Status::Provisional);
                    count.newest = count.newest.max(child.result.newest);
                    count.modified |= child.result.modified;
                }
                count
            }
        }
    }

    fn value(&self, method: RollupMethod, scale: &Scale) -> Result<Option<Value>> {
        if method.over_leaves() {
            return over_leaves(method, self.tally, scale);
        }
        over_children(method, self.weighed().filter_map(|child| Some((child.result.value?, child.weight))))
    }
}

/// Judges an inner node by its inputs. `pool` gives the eligible items of all leaves below in the node's order, `eligible`
/// those of the covered leaves; each is asked only where a rule needs it.
pub(crate) fn inner<'i, 'c, I: Iterator<Item = ChildInput<'c>>>(
    inputs: &Inputs<'_, impl Fn() -> I>,
    rollup: Rollup,
    ruling: &Ruling,
    sections: Sections<'_>,
    as_of: Instant,
    pool: impl FnOnce() -> Vec<Judgement>,
    eligible: impl Fn() -> Vec<(Judgement, &'i Item)>,
) -> Result<Judged> {
    let count = inputs.count(rollup.method);
    let mut judged =
        Judged { result: NodeResult { cover: inputs.cover, ..NodeResult::default() }, ..Judged::default() };
    if let Some((one, value)) = ruling.set() {
        let behind = eligible();
        overrule(&mut judged, one, value, sections.scale, behind.iter().map(|(judgement, _)| judgement));
        return Ok(judged);
    }
    let decided = inputs.decided.map(|decided| by_requirement(decided.verdict, sections.scale));
    // counts of evidence settle nothing where nothing has a value
    if count.valued == 0 {
        return Ok(judged);
    }
    if ruling.overriding.is_some() {
        judged.notes.push(Note::Overridden);
    }
    let mut newest = count.newest;
    judged.result.modified = count.modified;
    if rollup.method == RollupMethod::Pooled {
        let body = body(sections.estimate, pool());
        if body.is_empty() {
            // all weights are 0
            return Ok(judged);
        }
        if let Some(mut estimated) = estimate(sections.estimate, &body, sections.scale)? {
            if ruling.overriding.is_some() {
                complete(&mut judged, &mut estimated, &body, sections)?;
            } else if estimated.short > 0 {
                judged.shortfalls.push(Shortfall { name: "n_mastery", missing: estimated.short });
            }
            judged.raw = estimated.value;
            judged.notes.extend(estimated.note);
            newest = self::newest(&estimated, &body);
            judged.result.modified = estimated.is_modified(&body);
            judged.notes.extend(judged.result.modified.then_some(Note::ModifiedStandard));
            judged.estimated = Some(estimated);
        }
    } else if let Some(value) = decided {
        judged.raw = value;
        if value.is_none() {
            // who explains it says how many conditions that is
            judged.shortfalls.push(Shortfall { name: "requirement", missing: 1 });
        }
    } else {
        judged.raw = inputs.value(rollup.method, sections.scale)?;
    }
    if ruling.overriding.is_none() {
        let by_inputs = decided.is_none();
        let short = shortfall(rollup.missing, count.inputs, count.valued).filter(|_| by_inputs);
        if let Some((name, missing)) = short {
            judged.shortfalls.push(Shortfall { name, missing });
        }
        if sections.sufficiency.minima().iter().any(|(_, least)| *least > 0) {
            judged.shortfalls.extend(shortfalls(sections.sufficiency, &eligible()));
        }
    }
    let provisional = decided.is_none() && (count.soft || count.valued < count.inputs);
    conclude(&mut judged, sections, newest, provisional, as_of, eligible)?;
    Ok(judged)
}
