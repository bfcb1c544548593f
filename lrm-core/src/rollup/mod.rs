//! Inner-node rules: the values of the inputs become a value. One file each.
//!
//! | method | value, over the inputs with a value |
//! |---|---|
//! | `unique_leaves` | mean of the distinct descendant leaves by leaf weight: a diamond counts once |
//! | `children_mean` | mean of the children by edge weight: a diamond counts on every path |
//! | `lowest`, `highest`, `median`, `mode` | of the children, unweighted |
//! | `sum` | of the children |
//! | `share_met` | the weight share of leaves that are met, spread over the scale |
//! | `pooled` | the node's estimator over all items of the descendant leaves as one body |
//! | `requirement` | the proficient cut if a requirement tree is met, the least value if it is not |

mod children_mean;
mod highest;
mod lowest;
mod median;
mod missing;
mod mode;
mod pooled;
mod requirement;
mod share_met;
mod sum;
mod tally;
mod unique_leaves;

pub(crate) use missing::shortfall;
pub(crate) use pooled::body;
pub use requirement::Verdict;
pub(crate) use requirement::{Count, cheapest, shortest, value as by_requirement, verdicts, within, won};
pub(crate) use tally::{Counts, LeafInput, Tally, correct};

use crate::error::Result;
use crate::policy::RollupMethod;
use crate::scale::Scale;
use crate::value::{Value, Weight};

/// A child's value and the weight of its edge.
pub(crate) type Weighted = (Value, Weight);

/// The value of a rule over children; none without a weighted value.
pub(crate) fn over_children(method: RollupMethod, inputs: impl Iterator<Item = Weighted>) -> Result<Option<Value>> {
    let mut inputs = inputs.peekable();
    if inputs.peek().is_none() {
        return Ok(None);
    }
    match method {
        RollupMethod::Lowest => Ok(lowest::roll_up(inputs)),
        RollupMethod::Highest => Ok(highest::roll_up(inputs)),
        RollupMethod::Median => median::roll_up(inputs).map(Some),
        RollupMethod::Mode => Ok(Some(mode::roll_up(inputs))),
        RollupMethod::Sum => sum::roll_up(inputs).map(Some),
        _ => children_mean::roll_up(inputs),
    }
}

/// The value of a rule over leaves, from their tally; `pooled` has an estimator of its own.
pub(crate) fn over_leaves(method: RollupMethod, tally: &Tally, scale: &Scale) -> Result<Option<Value>> {
    if tally.weight_valued == 0 {
        return Ok(None);
    }
    match method {
        RollupMethod::ShareMet => share_met::roll_up(tally, scale).map(Some),
        _ => unique_leaves::roll_up(tally).map(Some),
    }
}
