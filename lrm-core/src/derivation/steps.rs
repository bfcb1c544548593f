//! The arithmetic of a result, step by step, with its numbers.

use super::model::{Number, Rules, Step};
use crate::engine::{Judged, NodeResult, Status};
use crate::error::Result;
use crate::estimate::{Judgement, states};
use crate::policy::{Estimate, Missing, RollupMethod};
use crate::value::{Value, Weight};

type Numbers = Vec<(&'static str, Number)>;

pub(super) fn step(id: &str, numbers: Numbers) -> Step {
    Step::new(id.to_owned(), numbers.into_iter().map(|(name, number)| (name.to_owned(), number)).collect())
}

pub(super) fn count(n: usize) -> Number {
    whole(u32::try_from(n).unwrap_or(u32::MAX))
}

fn whole(n: u32) -> Number {
    Number::One(Value::from_grid(i64::from(n) * Value::ONE.grid()).unwrap_or_default())
}

pub(super) fn one(value: Value) -> Number {
    Number::One(value)
}

/// The steps from evidence to a value.
pub(super) fn of_evidence(rules: &Rules, eligible: &[Judgement], judged: &Judged) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let scores: Vec<Value> = eligible.iter().map(|judgement| judgement.value).collect();
    if let Some(estimated) = &judged.estimated {
        let selected = scores.iter().zip(eligible).enumerate();
        let selected: Vec<Value> = selected
            .filter(|(place, (_, one))| estimated.selected.contains(*place, one))
            .map(|(_, (v, _))| *v)
            .collect();
        let mut numbers: Numbers = vec![("scores", Number::Many(selected))];
        // a value that is not shown is not announced either
        let shown = estimated.value.filter(|_| judged.result.value.is_some());
        match rules.estimate {
            Estimate::Mean => {
                let weights = eligible.iter().map(|judgement| judgement.weight.value()).collect();
                numbers.push(("weights", Number::Many(weights)));
            }
            Estimate::NMastery { n } => {
                numbers.push(("n", whole(n)));
                numbers.push(("cut", one(rules.scale.proficient())));
            }
            Estimate::TopNMean { n } => numbers.push(("n", whole(n))),
            Estimate::LatestVsMean { latest_percent } => numbers.push(("latest_percent", whole(latest_percent))),
            Estimate::Exponential { latest_percent } => {
                numbers.push(("latest_percent", whole(latest_percent)));
                if shown.is_some() {
                    numbers.push(("states", Number::Many(states(&scores, latest_percent)?)));
                }
            }
            Estimate::PowerLaw { .. } | Estimate::LinearTrend { .. } => numbers.push(("n", count(scores.len()))),
            Estimate::Highest | Estimate::Lowest | Estimate::Latest | Estimate::Median | Estimate::Mode { .. } => {}
        }
        numbers.extend(shown.map(|value| ("value", one(value))));
        steps.push(step(rules.estimate.name(), numbers));
    }
    conclusion(rules, judged, &mut steps);
    Ok(steps)
}

/// The steps from inputs to a value.
pub(super) fn of_inputs(rules: &Rules, inputs: &[(NodeResult, Weight)], judged: &Judged) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(rollup) = rules.rollup else { return steps };
    let weighed: Vec<&(NodeResult, Weight)> = inputs.iter().filter(|(_, weight)| !weight.is_zero()).collect();
    let valued: Vec<(Value, Weight, bool)> = weighed
        .iter()
        .filter_map(|(result, weight)| Some((result.value?, *weight, result.status == Status::Met)))
        .collect();
    if rollup.missing != Missing::Ignore || valued.len() < weighed.len() {
        steps.push(step("inputs", vec![("inputs", count(weighed.len())), ("with_value", count(valued.len()))]));
    }
    if let Some(raw) = judged.raw {
        let mut numbers: Numbers = vec![("values", Number::Many(valued.iter().map(|(value, ..)| *value).collect()))];
        let weights = || Number::Many(valued.iter().map(|(_, weight, _)| weight.value()).collect());
        match rollup.method {
            RollupMethod::UniqueLeaves | RollupMethod::ChildrenMean => numbers.push(("weights", weights())),
            RollupMethod::ShareMet => {
                numbers.push(("weights", weights()));
                numbers.push(("met", count(valued.iter().filter(|(.., met)| *met).count())));
                numbers.push(("count", count(valued.len())));
            }
            _ => {}
        }
        numbers.extend(judged.result.value.map(|_| ("value", one(raw))));
        steps.push(step(&rule_name(rollup.method), numbers));
    }
    conclusion(rules, judged, &mut steps);
    steps
}

/// The step of a rule over inputs; where an estimator has the same name, another one.
fn rule_name(method: RollupMethod) -> String {
    let name = crate::policy::method_name(method);
    match method {
        RollupMethod::Lowest | RollupMethod::Highest | RollupMethod::Median | RollupMethod::Mode => {
            format!("children.{name}")
        }
        _ => name.to_owned(),
    }
}

/// Rounding and the comparison with the proficient cut.
pub(super) fn conclusion(rules: &Rules, judged: &Judged, steps: &mut Vec<Step>) {
    let Some(value) = judged.result.value else { return };
    // a value that a person set is not rounded
    if let Some((raw, rounding)) = judged.raw.zip(rules.rounding) {
        let digits = whole(u32::from(rounding.digits));
        steps.push(step("rounding", vec![("from", one(raw)), ("digits", digits), ("value", one(value))]));
    }
    let cut = rules.scale.proficient();
    let id = if crate::value::meets(value, cut) { "meets" } else { "does_not_meet" };
    steps.push(step(id, vec![("value", one(value)), ("cut", one(cut))]));
}
