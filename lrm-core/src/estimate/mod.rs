//! Leaf estimators: the eligible evidence of one competency, oldest first, becomes a value. One file each.
//!
//! | method | value |
//! |---|---|
//! | `highest`, `lowest`, `latest` | as named; of equal scores the more recent is selected |
//! | `mean` | weighted by evidence weight |
//! | `median` | of an even number the mean of the two middles |
//! | `mode` | the most frequent value |
//! | `n_mastery` | the mean of all scores at the proficient cut, once there are n |
//! | `top_n_mean` | the mean of the n best |
//! | `latest_vs_mean` | p % of the latest and the rest of the mean of all before it |
//! | `exponential` | p % of each score and the rest of the state before it |
//! | `power_law` | a power curve fitted by least squares of the logarithms |
//! | `linear_trend` | a least-squares line |

mod exponential;
mod highest;
mod latest;
mod latest_vs_mean;
mod linear_trend;
mod lowest;
mod mean;
pub(crate) mod median;
mod mode;
mod n_mastery;
mod power_law;
mod top_n_mean;

pub(crate) use exponential::states;
pub(crate) use mode::most_frequent;

use crate::error::Result;
use crate::instant::Instant;
use crate::policy::Estimate;
use crate::scale::Scale;
use crate::value::{Value, Weight, meets};

/// One eligible item as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) value: Value,
    pub(crate) clock: Option<Instant>,
    pub(crate) weight: Weight,
    /// The item's place in the record.
    pub(crate) item: u32,
    /// True if it was judged by a modified standard.
    pub(crate) modified: bool,
}

/// What an estimator makes of the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Estimated {
    /// None while the method needs more evidence.
    pub(crate) value: Option<Value>,
    pub(crate) selected: Selected,
    pub(crate) note: Option<Note>,
    /// How many more scores at the cut `n_mastery` needs.
    pub(crate) short: u32,
}

/// Which items the value rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selected {
    All,
    One(usize),
    /// Those that meet a cut.
    Meeting(Value),
    /// These places, ascending.
    Places(Vec<usize>),
}

impl Selected {
    pub(crate) fn contains(&self, place: usize, judgement: &Judgement) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => *one == place,
            Self::Meeting(cut) => meets(judgement.value, *cut),
            Self::Places(places) => places.binary_search(&place).is_ok(),
        }
    }
}

/// Something about an estimate that a reader should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// The trend left the scale; this is where it led.
    Clamped(Value),
    /// A score of 0 or less has no logarithm: the mean was taken instead.
    LogOfZero,
    /// The value meets the level but no independent evidence does.
    IndependenceRequired,
    /// A person decided.
    Overridden,
    /// There is evidence since a person set the value.
    NewerEvidence,
    /// What was handed in again is worth at most a part of the scale, and one was worth more.
    Capped,
    /// A selected item was judged by a standard that was modified for the learner.
    ModifiedStandard,
}

impl Estimated {
    /// True if the value rests on an item that was judged by a modified standard.
    pub(crate) fn is_modified(&self, judgements: &[Judgement]) -> bool {
        judgements.iter().enumerate().any(|(place, one)| one.modified && self.selected.contains(place, one))
    }

    fn of(value: Value, selected: Selected) -> Self {
        Self { value: Some(value), selected, note: None, short: 0 }
    }

    fn all(value: Value) -> Self {
        Self::of(value, Selected::All)
    }
}

/// The estimate of a body of eligible evidence, oldest first; none without evidence.
pub(crate) fn estimate(method: Estimate, judgements: &[Judgement], scale: &Scale) -> Result<Option<Estimated>> {
    if judgements.is_empty() {
        return Ok(None);
    }
    let estimated = match method {
        Estimate::Highest => highest::estimate(judgements),
        Estimate::Lowest => lowest::estimate(judgements),
        Estimate::Latest => latest::estimate(judgements),
        Estimate::Mean => mean::estimate(judgements)?,
        Estimate::Median => median::estimate(judgements)?,
        Estimate::Mode { tie } => mode::estimate(judgements, tie),
        Estimate::NMastery { n } => n_mastery::estimate(judgements, n, scale.proficient())?,
        Estimate::TopNMean { n } => top_n_mean::estimate(judgements, n)?,
        Estimate::LatestVsMean { .. } | Estimate::Exponential { .. } => {
            let scores = judgements.iter().map(|judgement| judgement.value);
            return Ok(of_scores(method, scores)?.map(Estimated::all));
        }
        Estimate::PowerLaw { predict } => power_law::estimate(judgements, predict, scale)?,
        Estimate::LinearTrend { predict } => linear_trend::estimate(judgements, predict, scale)?,
    };
    Ok(Some(estimated))
}

/// The same from scores alone, where they are enough: methods whose value rests on all scores or on the last, whatever they
/// weigh and whenever they were. None for others, and without scores.
#[inline]
pub(crate) fn of_scores(
    method: Estimate,
    scores: impl DoubleEndedIterator<Item = Value> + ExactSizeIterator,
) -> Result<Option<Value>> {
    match method {
        Estimate::Latest => Ok(scores.last()),
        Estimate::LatestVsMean { latest_percent } => latest_vs_mean::of_scores(scores, latest_percent),
        Estimate::Exponential { latest_percent } => exponential::of_scores(scores, latest_percent),
        _ => Ok(None),
    }
}

/// The sum in grid steps: at most 10⁸ items of at most 9·10¹⁸ steps.
fn sum(judgements: &[Judgement]) -> i128 {
    judgements.iter().map(|judgement| i128::from(judgement.value.grid())).sum()
}

/// The plain mean.
fn plain_mean(judgements: &[Judgement]) -> Result<Value> {
    Value::ratio(sum(judgements), count(judgements))
}

/// A count as a wide integer.
fn count(judgements: &[Judgement]) -> i128 {
    judgements.len() as i128
}
