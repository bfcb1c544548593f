//! The estimators: the value of one body of eligible evidence (semantics: Estimators).

use std::cmp::Reverse;

use super::Code;
use super::evidence::Item;
use super::policy::{Estimate, Tie};
use super::rules::Sections;
use super::trend;
use super::value::{Exact, Grid, integer, mean, median, meets, percent, weighted_mean};

/// The value of a body and the items that made it.
#[derive(Clone, Debug)]
pub(super) struct Estimated<'a> {
    /// The value on the grid.
    pub(super) value: Grid,
    /// The selected items.
    pub(super) selected: Vec<&'a Item>,
}

/// The value of a body of evidence, oldest first; `None` if the estimator needs more of it.
pub(super) fn estimate<'a>(items: &[&'a Item], sections: &Sections) -> Result<Option<Estimated<'a>>, Code> {
    let scored: Vec<Scored<'a>> =
        items.iter().filter_map(|item| item.value().map(|value| Scored { item, value })).collect();
    let Some(last) = scored.last() else { return Ok(None) };
    let values: Vec<Exact> = exacts(&scored);
    let of_all = |value: Exact| Some((value, scored.clone()));
    let found = match sections.estimate {
        Estimate::Highest => best_first(&scored).first().map(one),
        Estimate::Lowest => worst_first(&scored).first().map(one),
        Estimate::Latest => Some(one(last)),
        Estimate::Mean => {
            let weighted: Vec<_> = scored.iter().map(|one| (one.value.exact(), one.item.weight.clone())).collect();
            weighted_mean(&weighted).and_then(of_all)
        }
        Estimate::Median => median(&values).and_then(of_all),
        Estimate::Mode(tie) => of_all(mode(&scored, tie)),
        Estimate::NMastery(n) => n_mastery(&scored, n, sections.scale.proficient),
        Estimate::TopNMean(n) => {
            let top: Vec<Scored> = best_first(&scored).into_iter().take(n).collect();
            mean(&exacts(&top)).map(|value| (value, top))
        }
        Estimate::LatestVsMean(latest) => of_all(latest_vs_mean(&values, latest)),
        Estimate::Exponential(latest) => of_all(exponential(&values, latest)?),
        Estimate::PowerLaw(predict) => of_all(trend::power_law(&scored_values(&scored), predict, &sections.scale)?),
        Estimate::LinearTrend(predict) => of_all(trend::linear(&values, predict, &sections.scale)),
    };
    found
        .map(|(value, selected)| {
            let selected = selected.iter().map(|one| one.item).collect();
            Ok(Estimated { value: Grid::nearest(&value)?, selected })
        })
        .transpose()
}

/// An item with its value.
#[derive(Clone, Copy, Debug)]
struct Scored<'a> {
    item: &'a Item,
    value: Grid,
}

/// A value with the items that made it.
type Found<'a> = (Exact, Vec<Scored<'a>>);

fn one<'a>(scored: &Scored<'a>) -> Found<'a> {
    (scored.value.exact(), vec![*scored])
}

fn scored_values(scored: &[Scored<'_>]) -> Vec<Grid> {
    scored.iter().map(|one| one.value).collect()
}

fn exacts(scored: &[Scored<'_>]) -> Vec<Exact> {
    scored.iter().map(|one| one.value.exact()).collect()
}

/// From the highest to the lowest, of equal ones the more recent first.
fn best_first<'a>(scored: &[Scored<'a>]) -> Vec<Scored<'a>> {
    let mut sorted: Vec<Scored<'a>> = scored.iter().rev().copied().collect();
    sorted.sort_by_key(|one| Reverse(one.value));
    sorted
}

/// From the lowest to the highest, of equal ones the more recent first.
fn worst_first<'a>(scored: &[Scored<'a>]) -> Vec<Scored<'a>> {
    let mut sorted: Vec<Scored<'a>> = scored.iter().rev().copied().collect();
    sorted.sort_by_key(|one| one.value);
    sorted
}

/// The most frequent value.
fn mode(scored: &[Scored<'_>], tie: Tie) -> Exact {
    let values = scored_values(scored);
    let count = |value: &Grid| values.iter().filter(|other| *other == value).count();
    let most = values.iter().map(count).max();
    let mut frequent = values.iter().filter(|value| Some(count(value)) == most);
    let chosen = match tie {
        Tie::MostRecent => frequent.next_back(),
        Tie::Higher => frequent.max(),
        Tie::Lower => frequent.min(),
    };
    chosen.map_or_else(|| integer(0), |value| value.exact())
}

/// The mean of all the scores at the cut, once there are enough.
fn n_mastery<'a>(scored: &[Scored<'a>], n: usize, cut: Grid) -> Option<Found<'a>> {
    let good: Vec<Scored<'a>> = scored.iter().filter(|one| meets(one.value, cut)).copied().collect();
    let enough = good.len() >= n;
    mean(&exacts(&good)).filter(|_| enough).map(|value| (value, good))
}

/// The last score against the mean of those before.
fn latest_vs_mean(values: &[Exact], latest: i64) -> Exact {
    let Some((last, before)) = values.split_last() else { return integer(0) };
    match mean(before) {
        Some(before) => percent(latest) * last + percent(100 - latest) * before,
        None => last.clone(),
    }
}

/// The fold that puts every state on the grid.
fn exponential(values: &[Exact], latest: i64) -> Result<Exact, Code> {
    let mut values = values.iter();
    let mut state = values.next().cloned().unwrap_or_else(|| integer(0));
    for value in values {
        let next = percent(100 - latest) * state + percent(latest) * value;
        state = Grid::nearest(&next)?.exact();
    }
    Ok(state)
}
